//! Making challenges and knowing them again.

use super::{Challenge, ChargeRequest, INTENT, METHOD, UPTO};
use crate::json::Object;
use crate::text::{Malformed, Secret, array_from_base64url, base64url, command, from_base64url, parse_command};
use hmac::{Hmac, KeyInit, Mac};
use money::{CommandId, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Holds the secrets of an instance's challenges: today's, and the one before it, under which live challenges still stand.
#[derive(Clone)]
pub struct Issuer {
    secret: Secret<[u8; 32]>,
    former: Option<Secret<[u8; 32]>>,
}

/// What a challenge binds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The site's host without port.
    pub realm: String,
    /// What is asked.
    pub request: ChargeRequest,
    /// When it ends; whole seconds.
    pub expires: Timestamp,
    /// Digest of the request's body, if it has one.
    pub digest: Option<String>,
    /// Becomes the command id of the purchase: what makes the challenge single-use.
    pub nonce: CommandId,
    /// Method and target that it is good for, from [`route`].
    pub route: [u8; 16],
}

/// Why an echoed challenge is not one of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotOurs {
    /// Another method or intent.
    Method,
    /// The MAC is not ours, or not over these parameters.
    Mac,
}

/// A challenge of ours, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// Its id: the raw MAC.
    pub id: [u8; 32],
    /// What it binds.
    pub terms: Terms,
}

/// The route a challenge is good for: 16 bytes of SHA-256(method LF folded target).
#[must_use]
pub fn route(method: &str, folded_target: &str) -> [u8; 16] {
    let hash = Sha256::new().chain_update(method).chain_update("\n").chain_update(folded_target).finalize();
    let digest: [u8; 32] = hash.into();
    let (route, _) = digest.split_first_chunk().expect("SHA-256 has 32 bytes");
    *route
}

impl Issuer {
    /// An issuer of today's secret, still knowing challenges of the former.
    #[must_use]
    pub fn new(secret: [u8; 32], former: Option<[u8; 32]>) -> Issuer {
        Issuer { secret: Secret::new(secret), former: former.map(Secret::new) }
    }

    /// Makes a challenge.
    #[must_use]
    pub fn issue(&self, terms: &Terms) -> Challenge {
        self.issued(terms, INTENT)
    }

    /// Makes a challenge of which the request's amount is the most.
    #[must_use]
    pub fn issue_up_to(&self, terms: &Terms) -> Challenge {
        self.issued(terms, UPTO)
    }

    fn issued(&self, terms: &Terms, intent: &str) -> Challenge {
        let opaque = Object::default().with("n", command(terms.nonce)).with("r", base64url(&terms.route));
        self.sealed(Challenge {
            id: String::new(),
            realm: terms.realm.clone(),
            method: METHOD.to_owned(),
            intent: intent.to_owned(),
            request: base64url(terms.request.canonical().as_bytes()),
            expires: Some(terms.expires.to_string()),
            digest: terms.digest.clone(),
            opaque: Some(base64url(opaque.canonical().as_bytes())),
            header: None,
        })
    }

    /// The challenge with its MAC for an id.
    pub(super) fn sealed(&self, mut challenge: Challenge) -> Challenge {
        challenge.id = base64url(&mac(self.secret.expose(), &challenge));
        challenge
    }

    /// Knows a challenge again. Expiry, realm, route and digest are the caller's to compare: each has its own refusal.
    ///
    /// # Errors
    /// [`NotOurs`].
    pub fn check(&self, challenge: &Challenge) -> Result<Checked, NotOurs> {
        self.checked(challenge, INTENT)
    }

    /// Knows one of [`Issuer::issue_up_to`] again: the intent is under the MAC, so none of the two passes for the other.
    ///
    /// # Errors
    /// [`NotOurs`].
    pub fn check_up_to(&self, challenge: &Challenge) -> Result<Checked, NotOurs> {
        self.checked(challenge, UPTO)
    }

    fn checked(&self, challenge: &Challenge, intent: &str) -> Result<Checked, NotOurs> {
        let id = self.known(challenge, intent)?;
        // The MAC is ours, so the parameters are as we wrote them; one that does not read is still refused.
        read(challenge, id).map_err(|_| NotOurs::Mac)
    }

    /// The raw id of a challenge of this intent that is ours.
    pub(super) fn known(&self, challenge: &Challenge, intent: &str) -> Result<[u8; 32], NotOurs> {
        if challenge.method != METHOD || challenge.intent != intent {
            return Err(NotOurs::Method);
        }
        let id: [u8; 32] = array_from_base64url(&challenge.id).map_err(|_| NotOurs::Mac)?;
        let mut secrets = std::iter::once(&self.secret).chain(&self.former);
        if secrets.any(|secret| bool::from(mac(secret.expose(), challenge).ct_eq(&id))) { Ok(id) } else { Err(NotOurs::Mac) }
    }
}

fn read(challenge: &Challenge, id: [u8; 32]) -> Result<Checked, Malformed> {
    let opaque = Object::parse(&from_base64url(challenge.opaque.as_deref().ok_or(Malformed("opaque"))?)?)?;
    let terms = Terms {
        realm: challenge.realm.clone(),
        request: challenge.purchase()?,
        expires: challenge.expires_at()?,
        digest: challenge.digest.clone(),
        nonce: parse_command(opaque.need("n")?)?,
        route: array_from_base64url(opaque.need("r")?)?,
    };
    Ok(Checked { id, terms })
}

/// HMAC-SHA256 over `realm|method|intent|request|expires|digest|opaque`, absent = empty. A `header` stands before
/// `opaque`: the draft appends it, but the public vectors and SDKs put it there.
fn mac(secret: &[u8; 32], challenge: &Challenge) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(challenge.realm.as_bytes());
    let of_all = [&*challenge.method, &challenge.intent, &challenge.request, or_empty(&challenge.expires), or_empty(&challenge.digest)];
    for slot in of_all.into_iter().chain(challenge.header.as_deref()).chain([or_empty(&challenge.opaque)]) {
        mac.update(b"|");
        mac.update(slot.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

fn or_empty(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}
