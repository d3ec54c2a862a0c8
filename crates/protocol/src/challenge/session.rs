//! The session challenge: bound to realm and recipient and to no route, so it pays again and again while it lasts, by `pay`
//! at once or by the vouchers of a session.

use super::{Challenge, Issuer, METHOD, NotOurs, SESSION};
use crate::json::Object;
use crate::text::{Instance, Malformed, base64url, check_handle, command, from_base64url, offer, parse_command, parse_offer};
use money::{Amount, Asset, CommandId, OfferId, Span, Timestamp};

/// What is counted where a page is sold whole: `pay` is good under such a challenge, and no session.
pub const PURCHASE: &str = "purchase";
/// Most characters of a request.
pub(super) const MOST_REQUEST: usize = 1_024;
/// Most bytes of a scope.
const MOST_SCOPE: usize = 256;
/// Most bytes of the name of a unit.
const MOST_UNIT: usize = 32;

/// The request of method `farthing`, intent `session`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRequest {
    /// The price of [`SessionRequest::per`] units, in base units.
    pub amount: Amount,
    /// How many units that buys, above zero: 1, or more where one unit costs less than a base unit or no whole number of them.
    pub per: u64,
    /// Of which asset, such as `eur-micro`.
    pub currency: Asset,
    /// The payee's handle.
    pub recipient: String,
    /// What is counted: `request`, `second`, `token`.
    pub unit_type: String,
    /// Where the payer's balance and the books are.
    pub instance: Instance,
    /// The offer version whose terms a session is opened under.
    pub offer: OfferId,
    /// What one link of a chain is proposed to be worth, above zero.
    pub step: Amount,
    /// What is suggested to be held, above zero.
    pub hold: Amount,
    /// The offer's pattern without scheme and host: which addresses of the realm a session may pay for, such as `/api/*`.
    pub scope: String,
}

/// What a session challenge binds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionTerms {
    /// The site's host without port.
    pub realm: String,
    /// What is asked.
    pub request: SessionRequest,
    /// When it ends; whole seconds, [`SessionTerms::LASTS`] after it was made.
    pub expires: Timestamp,
    /// Makes each challenge another; it is no replay key, since the challenge is for many payments.
    pub nonce: CommandId,
}

/// A session challenge of ours, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckedSession {
    /// Its id: the raw MAC.
    pub id: [u8; 32],
    /// What it binds.
    pub terms: SessionTerms,
}

impl SessionTerms {
    /// How long a session challenge is good for: a day. A session outlives it.
    pub const LASTS: Span = Span(86_400);
}

impl SessionRequest {
    /// Canonical JSON; every value a string. `per` is absent when it is 1.
    #[must_use]
    pub fn canonical(&self) -> String {
        let details = Object::default()
            .with("hold", self.hold.to_string())
            .with("instance", self.instance.to_string())
            .with("offer", offer(self.offer))
            .with_maybe("per", (self.per != 1).then(|| self.per.to_string()))
            .with("scope", self.scope.as_str())
            .with("step", self.step.to_string());
        Object::default()
            .with("amount", self.amount.to_string())
            .with("currency", self.currency.as_str())
            .with_object("methodDetails", details)
            .with("recipient", self.recipient.as_str())
            .with("unitType", self.unit_type.as_str())
            .canonical()
    }

    /// Reads the JSON; unknown fields are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming the field.
    pub fn parse(json: &[u8]) -> Result<SessionRequest, Malformed> {
        let fields = Object::parse(json)?;
        let details = fields.object("methodDetails").ok_or(Malformed("methodDetails"))?;
        let amount = |text: &str, what| Amount::parse(text).map_err(|_| Malformed(what));
        let request = SessionRequest {
            amount: amount(fields.need("amount")?, "amount")?,
            per: details.maybe("per")?.map_or(Ok(1), |text| amount(text, "per").map(Amount::units))?,
            currency: Asset::parse(fields.need("currency")?).map_err(|_| Malformed("currency"))?,
            recipient: fields.need("recipient")?.to_owned(),
            unit_type: fields.need("unitType")?.to_owned(),
            instance: Instance::parse(details.need("instance")?)?,
            offer: parse_offer(details.need("offer")?)?,
            step: amount(details.need("step")?, "step")?,
            hold: amount(details.need("hold")?, "hold")?,
            scope: details.need("scope")?.to_owned(),
        };
        request.check()?;
        Ok(request)
    }

    /// What the types of the fields do not say. A request that passes is at most 1,024 characters long.
    fn check(&self) -> Result<(), Malformed> {
        check_handle(&self.recipient).map_err(|_| Malformed("recipient"))?;
        let in_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        // Neither quotes nor backslashes: the scope has one form in JSON, in a header and in the signed text.
        let in_scope = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        let is_scope = (1..=MOST_SCOPE).contains(&self.scope.len()) && self.scope.bytes().all(in_scope);
        let is_unit = (1..=MOST_UNIT).contains(&self.unit_type.len()) && self.unit_type.bytes().all(in_name);
        let checks = [
            (self.per > 0 && Amount::new(self.per).is_some(), "per"),
            (!self.step.is_zero(), "step"),
            (!self.hold.is_zero(), "hold"),
            (is_scope, "scope"),
            (is_unit, "unitType"),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, what)| Err(Malformed(what)))
    }
}

impl Issuer {
    /// Makes a session challenge.
    ///
    /// # Errors
    /// [`Malformed`] naming a field of the request that a reader would refuse.
    pub fn issue_session(&self, terms: &SessionTerms) -> Result<Challenge, Malformed> {
        terms.request.check()?;
        let opaque = Object::default().with("n", command(terms.nonce));
        Ok(self.sealed(Challenge {
            id: String::new(),
            realm: terms.realm.clone(),
            method: METHOD.to_owned(),
            intent: SESSION.to_owned(),
            request: base64url(terms.request.canonical().as_bytes()),
            expires: Some(terms.expires.to_string()),
            digest: None,
            opaque: Some(base64url(opaque.canonical().as_bytes())),
            header: None,
        }))
    }

    /// Knows a session challenge again. Expiry and realm are the caller's to compare: each has its own refusal.
    ///
    /// # Errors
    /// [`NotOurs`].
    pub fn check_session(&self, challenge: &Challenge) -> Result<CheckedSession, NotOurs> {
        let id = self.known(challenge, SESSION)?;
        // The MAC is ours, so the parameters are as we wrote them; one that does not read is still refused.
        let terms = read(challenge).map_err(|_| NotOurs::Mac)?;
        Ok(CheckedSession { id, terms })
    }
}

fn read(challenge: &Challenge) -> Result<SessionTerms, Malformed> {
    let opaque = Object::parse(&from_base64url(challenge.opaque.as_deref().ok_or(Malformed("opaque"))?)?)?;
    Ok(SessionTerms {
        realm: challenge.realm.clone(),
        request: challenge.session()?,
        expires: challenge.expires_at()?,
        nonce: parse_command(opaque.need("n")?)?,
    })
}
