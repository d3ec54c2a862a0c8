//! `lightning/charge` of the Payment scheme: the same invoice, in a challenge of that scheme. It has neither nonce nor digest of its
//! own, since the clients of this method do not send them back: the payment hash makes it single.

use super::{Invoice, Lock, Ring, Secrets, hex, parse_hex};
use crate::challenge::Challenge;
use crate::credential::opened;
use crate::json::Object;
use crate::text::{Malformed, array_from_base64url, base64url, from_base64url};
use money::{Amount, Timestamp};
use subtle::ConstantTimeEq;

const METHOD: &str = "lightning";
const INTENT: &str = "charge";
/// The method counts in satoshis, a thousand of the units that stand in invoices.
const CURRENCY: &str = "sat";
const UNITS: u64 = 1_000;

/// `lightning` in base64url, wherever in a group of three bytes it begins.
const NAMED: [&str; 3] = ["bGlnaHRuaW5n", "xpZ2h0bmlu", "saWdodG5pbm"];

/// What a client shows for such a challenge.
#[derive(Clone, PartialEq, Eq)]
pub struct LightningCredential {
    challenge: Challenge,
    /// The preimage.
    pub preimage: [u8; 32],
}

/// What a challenge binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Binds<'a> {
    /// The site's host without port.
    pub realm: &'a str,
    /// Method and page, from [`crate::challenge::route`].
    pub route: &'a [u8; 16],
    /// When it ends.
    pub expires: Timestamp,
}

/// An amount as this method has it, in whole satoshis; none for one that it has no words for.
#[must_use]
pub fn satoshis(amount: Amount) -> Option<String> {
    let whole = amount.units().checked_div(UNITS).filter(|_| amount.units().is_multiple_of(UNITS));
    whole.map(|satoshis| satoshis.to_string())
}

/// The challenge of an invoice; none for a price that is no whole number of satoshis, since this method has no words for it.
#[must_use]
pub fn lightning_challenge(secrets: &Secrets, (invoice, lock): (&str, &Lock), binds: Binds<'_>) -> Option<Challenge> {
    let hash = hex(&secrets.payment_hash(lock));
    let amount = satoshis(lock.amount)?;
    let details = Object::default().with("invoice", invoice).with("paymentHash", hash).with("network", "regtest");
    let request = Object::default().with("amount", amount).with("currency", CURRENCY).with_object("methodDetails", details).canonical();
    let mut challenge = Challenge {
        id: String::new(),
        realm: binds.realm.to_owned(),
        method: METHOD.to_owned(),
        intent: INTENT.to_owned(),
        request: base64url(request.as_bytes()),
        expires: Some(binds.expires.to_string()),
        digest: None,
        opaque: None,
        header: None,
    };
    challenge.id = base64url(&id(secrets, &challenge, binds.route));
    Some(challenge)
}

/// True for a value of `Authorization` that answers a challenge of this method.
#[must_use]
pub fn is_lightning(value: &str) -> bool {
    // Most that come are of another method, and are not read twice for it.
    NAMED.iter().any(|named| value.contains(named)) && opened(value).is_ok_and(|(challenge, _)| challenge.method == METHOD)
}

impl LightningCredential {
    /// Reads the value of `Authorization`.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(value: &str) -> Result<LightningCredential, Malformed> {
        let (challenge, payload) = opened(value)?;
        let preimage = payload.need("preimage")?;
        Ok(LightningCredential { challenge, preimage: parse_hex(preimage).map_err(|_| Malformed("preimage"))? })
    }

    /// The realm that was challenged for.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.challenge.realm
    }

    /// When the challenge ended.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn expires(&self) -> Result<Timestamp, Malformed> {
        self.challenge.expires_at()
    }

    /// The invoice of the challenge, if that is one of ours for this route; else nothing. The route stands in no field: it is part of
    /// what the id is a MAC of.
    #[must_use]
    pub fn invoice(&self, ring: &Ring, route: &[u8; 16]) -> Option<Invoice> {
        let Challenge { method, intent, digest, opaque, header, .. } = &self.challenge;
        let plain = method == METHOD && intent == INTENT && digest.is_none() && opaque.is_none() && header.is_none();
        let shown: [u8; 32] = array_from_base64url(&self.challenge.id).ok().filter(|_| plain)?;
        let request = Object::parse(&from_base64url(&self.challenge.request).ok()?).ok()?;
        let text = request.object("methodDetails")?.need("invoice").ok()?;
        let secrets = ring.at(Invoice::parse(text).ok()?.invoice.lock.nonce);
        if !bool::from(id(secrets, &self.challenge, route).ct_eq(&shown)) {
            return None;
        }
        secrets.check_invoice(text).ok()?
    }
}

fn id(secrets: &Secrets, challenge: &Challenge, route: &[u8; 16]) -> [u8; 32] {
    let Challenge { realm, request, expires, .. } = challenge;
    secrets.challenge_id(&[realm, request, expires.as_deref().unwrap_or_default(), &base64url(route)])
}
