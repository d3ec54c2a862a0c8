//! What is checked before anything is signed (the client's duties of method `farthing`, intent `charge`).

use crate::{Address, Policy};
use money::{Amount, CommandId, Price, Span, Timestamp, plain};
use protocol::challenge::{INTENT, METHOD, SESSION, SessionRequest, parse_all};
use protocol::json::Object;
use protocol::session::SessionCredential;
use protocol::text::{from_base64url, parse_command};
use protocol::{Challenge, ChargeRequest, Instance, Malformed, digest};
use std::fmt;

/// How far the site's clock may stand from ours.
const SKEW: Span = Span(30);

/// Why a challenge must not be signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// None of the challenges is of method `farthing`, intent `charge`.
    NoChallenge,
    /// It is a film, which is paid as it comes.
    Film,
    /// The challenge cannot be read; says what.
    Unreadable(&'static str),
    /// The realm is neither the host nor a parent of it.
    Realm {
        /// What the challenge names.
        realm: String,
        /// Who was asked.
        host: String,
    },
    /// It would go over plain http.
    PlainHttp,
    /// The challenge has ended, or says no end.
    Expired,
    /// It is made for another body.
    Digest,
    /// It asks in an asset that no cap allows.
    Currency(Price),
    /// It asks for more than the cap.
    Dearer {
        /// What is asked.
        price: Price,
        /// The cap.
        max: Price,
    },
    /// The site's money is kept by another instance than at the first payment.
    Instance {
        /// The one that was pinned.
        pinned: Instance,
        /// The one that asks.
        asks: Instance,
    },
}

/// A challenge that was read and may be signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreed {
    /// As it came.
    pub challenge: Challenge,
    /// What it asks.
    pub request: ChargeRequest,
    /// When it ends.
    pub expires: Timestamp,
    /// Becomes the serial of the receipt.
    pub nonce: CommandId,
    /// True if it stands for any number of purchases, so that the command is the payer's own.
    pub stands: bool,
}

/// A session challenge that was read and may be signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offered {
    /// As it came.
    pub challenge: Challenge,
    /// What it offers.
    pub request: SessionRequest,
    /// When it ends.
    pub expires: Timestamp,
}

/// What was asked for, by whom and under which rules.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The page.
    pub url: &'a Address,
    /// The body sent with it.
    pub body: Option<&'a [u8]>,
    /// The payer's rules.
    pub policy: &'a Policy,
    /// What time it is.
    pub now: Timestamp,
}

/// The first challenge of a 402 that may be signed; if none may, why the first of ours may not.
///
/// # Errors
/// [`Refusal`].
pub fn choose<'a>(lines: impl IntoIterator<Item = &'a str>, asked: &Asked<'_>) -> Result<Agreed, Refusal> {
    let challenges = parse_all(lines).map_err(|what| Refusal::Unreadable(what.0))?;
    let mut first = None;
    for challenge in challenges.into_iter().filter(|it| it.method == METHOD && it.intent == INTENT) {
        match check(challenge, asked) {
            Ok(agreed) => return Ok(agreed),
            Err(refusal) => drop(first.get_or_insert(refusal)),
        }
    }
    Err(first.unwrap_or(Refusal::NoChallenge))
}

/// The first session challenge of a 402 that may be signed; if none may, why the first may not. It binds no body, and what a
/// unit costs is the caller's to hold against the caps.
///
/// # Errors
/// [`Refusal`].
pub fn choose_session<'a>(lines: impl IntoIterator<Item = &'a str>, asked: &Asked<'_>) -> Result<Offered, Refusal> {
    let challenges = parse_all(lines).map_err(|what| Refusal::Unreadable(what.0))?;
    let mut first = None;
    for challenge in challenges.into_iter().filter(|it| it.method == METHOD && it.intent == SESSION) {
        match check_session(challenge, asked) {
            Ok(offered) => return Ok(offered),
            Err(refusal) => drop(first.get_or_insert(refusal)),
        }
    }
    Err(first.unwrap_or(Refusal::NoChallenge))
}

fn check_session(challenge: Challenge, asked: &Asked<'_>) -> Result<Offered, Refusal> {
    let unreadable = |what: Malformed| Refusal::Unreadable(what.0);
    if challenge.expires.is_none() {
        return Err(Refusal::Expired);
    }
    let (request, expires) = (challenge.session().map_err(unreadable)?, challenge.expires_at().map_err(unreadable)?);
    check_way(&challenge.realm, expires, asked)?;
    let offered = Offered { challenge, request, expires };
    offered.first().ok_or(Refusal::Unreadable("amount"))?;
    Ok(offered)
}

impl Offered {
    /// The most that one unit costs.
    #[must_use]
    pub fn first(&self) -> Option<Amount> {
        Amount::new(self.request.amount.units().checked_next_multiple_of(self.request.per)?.checked_div(self.request.per)?)
    }
}

/// True pins only: the instance must be the one of the first payment to the realm.
///
/// # Errors
/// [`Refusal::Instance`].
pub fn check_instance(asks: Instance, pinned: Instance) -> Result<(), Refusal> {
    if asks == pinned { Ok(()) } else { Err(Refusal::Instance { pinned, asks }) }
}

impl Agreed {
    /// Reads a challenge of ours without judging it.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn read(challenge: Challenge) -> Result<Agreed, Malformed> {
        let request = challenge.charge()?;
        let expires = challenge.expires_at()?;
        let opaque = Object::parse(&from_base64url(challenge.opaque.as_deref().ok_or(Malformed("opaque"))?)?)?;
        let nonce = parse_command(opaque.need("n")?)?;
        Ok(Agreed { challenge, request, expires, nonce, stands: false })
    }

    /// What a purchase under a standing challenge agreed to; `beside` is the charge that came with the challenge.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub(crate) fn of_pay(credential: SessionCredential, beside: Option<&str>) -> Result<Agreed, Malformed> {
        let (request, nonce) = crate::standing::agreed_of(&credential, beside)?;
        let expires = credential.challenge.expires_at()?;
        Ok(Agreed { challenge: credential.challenge, request, expires, nonce, stands: true })
    }

    /// What is asked.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { amount: self.request.amount, asset: self.request.currency }
    }
}

fn check(challenge: Challenge, asked: &Asked<'_>) -> Result<Agreed, Refusal> {
    if challenge.expires.is_none() {
        return Err(Refusal::Expired);
    }
    let agreed = Agreed::read(challenge).map_err(|what| Refusal::Unreadable(what.0))?;
    check_way(&agreed.challenge.realm, agreed.expires, asked)?;
    if !is_of_body(agreed.challenge.digest.as_deref(), asked.body.unwrap_or_default()) {
        return Err(Refusal::Digest);
    }
    within_cap(agreed.price(), asked.policy)?;
    Ok(agreed)
}

/// What holds of every challenge: it asks in its own name, on a safe way, and is not over.
fn check_way(realm: &str, expires: Timestamp, asked: &Asked<'_>) -> Result<(), Refusal> {
    let Asked { url, policy, now, .. } = *asked;
    if !url.is_within(realm) {
        return Err(Refusal::Realm { realm: crate::problem::shown(realm), host: url.host().to_owned() });
    }
    if !policy.trusts_the_way_to(url) {
        return Err(Refusal::PlainHttp);
    }
    if now > expires.after(SKEW) {
        return Err(Refusal::Expired);
    }
    Ok(())
}

/// Holds a price against the caps.
///
/// # Errors
/// [`Refusal::Currency`] or [`Refusal::Dearer`].
pub fn within_cap(price: Price, policy: &Policy) -> Result<(), Refusal> {
    let max = policy.max.most(&price.asset).ok_or(Refusal::Currency(price))?;
    if price.amount <= max { Ok(()) } else { Err(Refusal::Dearer { price, max: Price { amount: max, asset: price.asset } }) }
}

/// A challenge without a digest binds no body, which its maker may leave so; one with a digest must be of this body.
fn is_of_body(bound: Option<&str>, body: &[u8]) -> bool {
    let ours = digest::parse(&digest::of(body));
    bound.is_none_or(|bound| digest::parse(bound) == ours)
}

/// A price as the command line takes it back: `0.05 --currency EUR`.
pub(crate) fn as_cap(price: &Price) -> String {
    price.asset.iso().map_or_else(|| price.to_string(), |iso| format!("{} --currency {iso}", plain(price.amount, &iso)))
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NoChallenge => f.write_str("the site offers no way to pay that farthing knows"),
            Refusal::Film => f.write_str("it is a film: farthing watch pays for it as it comes"),
            Refusal::Unreadable(what) => write!(f, "the site's challenge cannot be read ({what})"),
            Refusal::Realm { realm, host } => write!(f, "{host} asks in the name of {realm}"),
            Refusal::PlainHttp => f.write_str("payments go over https only (plain http is for this machine)"),
            Refusal::Expired => f.write_str("the challenge has expired; check this machine's clock"),
            Refusal::Digest => f.write_str("the challenge is for another body than was sent"),
            Refusal::Currency(price) => write!(f, "it costs {price}; to pay it: --max {}", as_cap(price)),
            Refusal::Dearer { price, max } => write!(f, "{price} is dearer than {max}"),
            Refusal::Instance { pinned, asks } => {
                write!(f, "this site's money was kept by instance {pinned} and is now asked for by {asks}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
