//! The credential: proof sent back for a challenge, `Authorization: Payment <base64url JSON>`.

mod front;

pub use front::Front;

use crate::challenge::{Challenge, ChargeRequest, SESSION, UPTO};
use crate::json::Object;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::session::SessionCredential;
use crate::signed::SignedText;
use crate::text::{Malformed, account, array_from_base64url, base64url, from_base64url, offer, parse_account};
use money::Party;

/// Longest credential we read.
pub const MAX_BYTES: usize = 8_192;

/// A credential for method `farthing`, intent `charge`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The challenge as the client echoes it.
    pub challenge: Challenge,
    /// Who signs.
    pub key: PublicKey,
    /// Over the text `farthing/charge/1`, or `farthing/upto/1` of that intent.
    pub signature: [u8; 64],
    /// Whose balance pays, when the key is not its account's first.
    pub account: Option<Party>,
}

impl Credential {
    /// Signs a challenge. The caller has checked amount, currency, instance, realm and expiry before.
    ///
    /// # Errors
    /// [`Malformed`] if the challenge is none of ours or holds a value that must not be signed.
    pub fn sign(challenge: Challenge, key: &SigningKey) -> Result<Credential, Malformed> {
        let public = key.public();
        let text = signed_text(&challenge, &challenge.charge()?, public.account())?;
        Ok(Credential { signature: key.sign(text.bytes()), key: public, account: None, challenge })
    }

    /// The same for a challenge whose amount is the most that is agreed to.
    ///
    /// # Errors
    /// [`Malformed`] also for a challenge of an exact amount.
    pub fn sign_up_to(challenge: Challenge, key: &SigningKey) -> Result<Credential, Malformed> {
        if challenge.intent != UPTO {
            return Err(Malformed("intent"));
        }
        let public = key.public();
        let text = signed_text(&challenge, &challenge.purchase()?, public.account())?;
        Ok(Credential { signature: key.sign(text.bytes()), key: public, account: None, challenge })
    }

    /// Reads the value of `Authorization` or `Payment-Authorization`; unknown fields and `source` are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(value: &str) -> Result<Credential, Malformed> {
        let (challenge, payload) = opened(value)?;
        Credential::read(challenge, &payload)
    }

    fn read(challenge: Challenge, payload: &Object) -> Result<Credential, Malformed> {
        Ok(Credential {
            challenge,
            key: PublicKey::parse(payload.need("key")?)?,
            signature: array_from_base64url(payload.need("signature")?)?,
            account: payload.maybe("account")?.map(parse_account).transpose()?,
        })
    }

    /// The value of the header field.
    #[must_use]
    pub fn header_value(&self) -> String {
        let payload = Object::default()
            .with("key", self.key.to_string())
            .with("signature", base64url(&self.signature))
            .with_maybe("account", self.account.map(account));
        sealed(&self.challenge, payload)
    }

    /// Whose balance pays.
    #[must_use]
    pub fn payer(&self) -> Party {
        self.account.unwrap_or_else(|| self.key.account())
    }

    /// True if the key signed this very challenge for this payer.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.challenge.purchase().is_ok_and(|request| self.claim(&request).is_some_and(|claim| claim.holds()))
    }

    /// The claim that the key signed this very challenge, whose request was read already; none if it can't be signed.
    #[must_use]
    pub fn claim(&self, request: &ChargeRequest) -> Option<Claim> {
        let text = signed_text(&self.challenge, request, self.payer()).ok()?;
        Some(self.key.claim(text.bytes(), &self.signature))
    }
}

/// A credential of either intent.
#[derive(Clone, PartialEq, Eq)]
pub enum Presented {
    /// Of intent `charge`, and of any that we do not know: its challenge is none of ours.
    Charge(Credential),
    /// Of intent `session`.
    Session(SessionCredential),
}

impl Presented {
    /// Reads the value of `Authorization` or `Payment-Authorization`, by the intent of the challenge it echoes.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(value: &str) -> Result<Presented, Malformed> {
        let (challenge, payload) = opened(value)?;
        if challenge.intent == SESSION {
            return SessionCredential::read(challenge, &payload).map(Presented::Session);
        }
        Credential::read(challenge, &payload).map(Presented::Charge)
    }
}

/// The two halves of a header field's value: the challenge as it is echoed, and the payload.
pub(crate) fn opened(value: &str) -> Result<(Challenge, Object), Malformed> {
    if value.len() > MAX_BYTES {
        return Err(Malformed("credential: over 8 KiB"));
    }
    let encoded = strip_scheme(value).ok_or(Malformed("credential: not of the Payment scheme"))?;
    let mut fields = Object::parse(&from_base64url(encoded.trim())?)?;
    let payload = fields.take_object("payload").ok_or(Malformed("payload"))?;
    Ok((challenge(fields.object("challenge").ok_or(Malformed("challenge"))?)?, payload))
}

/// A header field's value of its two halves.
pub(crate) fn sealed(echoed: &Challenge, payload: Object) -> String {
    let challenge = Object::default()
        .with("id", &*echoed.id)
        .with("realm", &*echoed.realm)
        .with("method", &*echoed.method)
        .with("intent", &*echoed.intent)
        .with("request", &*echoed.request)
        .with_maybe("expires", echoed.expires.as_deref())
        .with_maybe("digest", echoed.digest.as_deref())
        .with_maybe("opaque", echoed.opaque.as_deref())
        .with_maybe("header", echoed.header.as_deref());
    let fields = Object::default().with_object("challenge", challenge).with_object("payload", payload);
    format!("Payment {}", base64url(fields.canonical().as_bytes()))
}

/// True if a header value is of the Payment scheme, whatever follows.
#[must_use]
pub fn is_payment(value: &str) -> bool {
    strip_scheme(value).is_some() || value.eq_ignore_ascii_case("Payment")
}

fn strip_scheme(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Payment").then_some(rest)
}

/// `farthing/charge/1` or, of the most that is agreed to, `farthing/upto/1`: instance, challenge id, realm, recipient, amount, currency, offer, digest, expires, account. The
/// account line always names the payer, so that the text says whose money it moves.
fn signed_text(challenge: &Challenge, request: &ChargeRequest, payer: Party) -> Result<SignedText, Malformed> {
    SignedText::new(if challenge.intent == UPTO { "farthing/upto/1" } else { "farthing/charge/1" })
        .line(&request.instance.to_string())?
        .line(&challenge.id)?
        .line(&challenge.realm)?
        .line(&request.recipient)?
        .line(&request.amount.to_string())?
        .line(request.currency.as_str())?
        .line(&offer(request.offer))?
        .line(challenge.digest.as_deref().unwrap_or_default())?
        .line(challenge.expires.as_deref().unwrap_or_default())?
        .line(&account(payer))
}

fn challenge(fields: &Object) -> Result<Challenge, Malformed> {
    let maybe = |key| fields.maybe(key).map(|value| value.map(str::to_owned));
    Ok(Challenge {
        id: fields.need("id")?.to_owned(),
        realm: fields.need("realm")?.to_owned(),
        method: fields.need("method")?.to_owned(),
        intent: fields.need("intent")?.to_owned(),
        request: fields.need("request")?.to_owned(),
        expires: maybe("expires")?,
        digest: maybe("digest")?,
        opaque: maybe("opaque")?,
        header: maybe("header")?,
    })
}
