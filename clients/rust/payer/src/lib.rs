//! Who pays, and what may be signed: what the adapters for public Rust clients have in common. No network code.

use money::{Party, Timestamp};
use protocol::SigningKey;
use protocol::signed::SignedText;
use protocol::text::{account, array_from_base64url, base64url, parse_account};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::SystemTime;
use url::{Host, Url};

/// What this payer will not sign, or cannot read; the text says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

/// A key, the account it pays from and the most that one payment may cost in each currency.
#[derive(Clone)]
pub struct Payer {
    key: SigningKey,
    account: Party,
    caps: BTreeMap<String, u64>,
    instance: Option<String>,
    now: fn() -> Timestamp,
}

/// What a challenge asks; the lines of `farthing/charge/1` in their order, without the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Charge<'a> {
    pub instance: &'a str,
    pub challenge: &'a str,
    pub realm: &'a str,
    pub recipient: &'a str,
    pub amount: &'a str,
    pub currency: &'a str,
    pub offer: &'a str,
    pub digest: &'a str,
    pub expires: &'a str,
}

impl Payer {
    /// The payer of a seed. `max` is the most that one payment may cost, `0.06 EUR` or `60000 eur-micro`, one a currency.
    ///
    /// # Errors
    /// [`Refused`] for a `max` of another form.
    pub fn from_seed(seed: [u8; 32], max: &[&str]) -> Result<Payer, Refused> {
        let key = SigningKey::from_seed(seed);
        let caps = max.iter().map(|line| cap(line)).collect::<Result<_, _>>()?;
        Ok(Payer { account: key.public().account(), key, caps, instance: None, now })
    }

    /// The payer of a wallet file that the `farthing` command wrote.
    ///
    /// # Errors
    /// [`Refused`] for a file that is none, or for a `max` of another form.
    pub fn from_wallet(path: impl AsRef<Path>, max: &[&str]) -> Result<Payer, Refused> {
        let no_wallet = || Refused(format!("{} is not a wallet of version 1", path.as_ref().display()));
        let file = std::fs::read(path.as_ref()).map_err(|error| Refused(format!("{}: {error}", path.as_ref().display())))?;
        let file: Value = serde_json::from_slice(&file).map_err(|_| no_wallet())?;
        let text = |name| file[name].as_str().ok_or_else(no_wallet);
        let seed = array_from_base64url(text("seed")?).map_err(|_| no_wallet())?;
        if file["version"] != 1 {
            return Err(no_wallet());
        }
        Payer::from_seed(seed, max)?.paying_from(text("account")?)
    }

    /// Pays only at this instance.
    #[must_use]
    pub fn only_at(self, instance: &str) -> Payer {
        Payer { instance: Some(instance.to_owned()), ..self }
    }

    /// Reads another clock than this machine's.
    #[must_use]
    pub fn by_the_clock(self, now: fn() -> Timestamp) -> Payer {
        Payer { now, ..self }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Charges this account instead of the key's own.
    ///
    /// # Errors
    /// [`Refused`] unless it is an account.
    pub fn paying_from(self, named: &str) -> Result<Payer, Refused> {
        let account = parse_account(named).map_err(|_| Refused(format!("{named} is no account")))?;
        Ok(Payer { account, ..self })
    }

    /// Refuses what must not be signed: more than the caps, another instance, what is over.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(&self, asked: &Charge<'_>) -> Result<(), Refused> {
        let Charge { amount, currency, .. } = *asked;
        let units = whole(amount).ok_or_else(|| Refused("the amount is no whole number".to_owned()))?;
        let most = self.caps.get(currency).ok_or_else(|| Refused(format!("no max is set for the currency {currency}")))?;
        let expires = Timestamp::parse(asked.expires).ok_or_else(|| Refused("the challenge has no time".to_owned()))?;
        if units > *most {
            return Err(Refused(format!("{amount} {currency} is above the max")));
        }
        if self.instance.as_ref().is_some_and(|only| only != asked.instance) {
            return Err(Refused(format!("the instance is {}", asked.instance)));
        }
        if self.now() >= expires { Err(Refused("the challenge has expired".to_owned())) } else { Ok(()) }
    }

    /// The payload that pays a challenge which was checked.
    ///
    /// # Errors
    /// [`Refused`] for a value that is missing or unfit to sign.
    pub fn charge(&self, asked: &Charge<'_>) -> Result<Value, Refused> {
        self.at_once("farthing/charge/1", asked)
    }

    /// The payload that pays a challenge of which the amount is the most.
    ///
    /// # Errors
    /// [`Refused`] for a value that is missing or unfit to sign.
    pub fn up_to(&self, asked: &Charge<'_>) -> Result<Value, Refused> {
        self.at_once("farthing/upto/1", asked)
    }

    fn at_once(&self, tag: &'static str, asked: &Charge<'_>) -> Result<Value, Refused> {
        let Charge { instance, challenge, realm, recipient, amount, currency, offer, digest, expires } = *asked;
        let values = [instance, challenge, realm, recipient, amount, currency, offer, digest, expires];
        // Only the digest may be empty.
        self.sign(tag, &values, digest.is_empty().then_some(7))
    }

    /// The payload that pays a server which is none of ours, under a command of the payer's own.
    ///
    /// # Errors
    /// [`Refused`] for a value that is missing or unfit to sign.
    pub fn settle(&self, asked: &Charge<'_>, command: &str) -> Result<Value, Refused> {
        let values = [asked.instance, command, asked.recipient, asked.amount, asked.currency, asked.expires];
        let mut payload = self.sign("farthing/settle/1", &values, None)?;
        (payload["command"], payload["expires"]) = (json!(command), json!(asked.expires));
        Ok(payload)
    }

    fn sign(&self, tag: &'static str, values: &[&str], may_be_empty: Option<usize>) -> Result<Value, Refused> {
        let unfit = || Refused("a value is missing or unfit to sign".to_owned());
        let mut text = SignedText::new(tag);
        for (place, value) in values.iter().enumerate() {
            if value.is_empty() && may_be_empty != Some(place) {
                return Err(unfit());
            }
            text = text.line(value).map_err(|_| unfit())?;
        }
        let text = text.line(&account(self.account)).map_err(|_| unfit())?;
        let mut payload = json!({"key": self.key.public().to_string(), "signature": base64url(&self.key.sign(text.bytes()))});
        if self.account != self.key.public().account() {
            payload["account"] = json!(account(self.account));
        }
        Ok(payload)
    }
}

/// Refuses a realm that the page being paid does not speak for: it must be its host or a parent, over https or on this machine.
///
/// # Errors
/// [`Refused`].
pub fn check_site(realm: Option<&str>, url: &Url) -> Result<(), Refused> {
    let host = url.host_str().unwrap_or_default();
    let is_name = matches!(url.host(), Some(Host::Domain(_)));
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let realm = realm.unwrap_or(host);
    let is_parent = is_name && realm.contains('.') && host.strip_suffix(realm).is_some_and(|rest| rest.ends_with('.'));
    if (url.scheme() == "https" || is_loopback) && (host == realm || is_parent) {
        return Ok(());
    }
    Err(Refused(format!("realm {realm} is not that of an https or loopback URL being paid")))
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

fn whole(text: &str) -> Option<u64> {
    let units: u64 = text.parse().ok()?;
    (units <= i64::MAX as u64 && units.to_string() == text).then_some(units)
}

/// A line such as `0.06 EUR` as a currency and its base units.
fn cap(line: &str) -> Result<(String, u64), Refused> {
    let wrong = || Refused(format!("max is like \"60000 eur-micro\" or \"0.06 EUR\", not {line:?}"));
    let (sum, unit) = line.split_once(' ').ok_or_else(wrong)?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let (whole, fraction) = sum.split_once('.').unwrap_or((sum, "0"));
        if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
            return Err(wrong());
        }
        let units = format!("{whole}{fraction:0<6}").parse().map_err(|_| wrong())?;
        return Ok((format!("{}-micro", unit.to_ascii_lowercase()), units));
    }
    let is_unit = unit.starts_with(|first: char| first.is_ascii_lowercase());
    if !is_unit || !unit.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') || !digits(sum) {
        return Err(wrong());
    }
    Ok((unit.to_owned(), sum.parse().map_err(|_| wrong())?))
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "farthing: not paying, {}", self.0)
    }
}

impl std::error::Error for Refused {}
