//! `PAYMENT-SIGNATURE`: a requirement as it is echoed, and the payer's signature.

use super::{EXACT, Json, UPTO, VERSION, challenge_of, instance_of, opened, requirement, sealed};
use crate::credential::Credential;
use crate::keys::PublicKey;
use crate::text::{Instance, Malformed, account, array_from_base64url, base64url, parse_account};

/// The extension by which a client names its request.
pub(super) const IDENTIFIER: &str = "payment-identifier";

/// What a client sends. It holds a credential, so it is never shown whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    /// The requirement as the client echoes it.
    pub accepted: Json,
    /// What the scheme needs besides.
    pub payload: Json,
    /// The client's own name for this request, if it has one.
    pub identifier: Option<Identifier>,
    /// The address of the page that the client says it is for, if it says so.
    pub resource: Option<String>,
}

/// `payment-identifier`: 16 to 128 letters, digits, `_` and `-`.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier(String);

/// Why a payment is not looked at further.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is no payment of version 2, or lacks what one needs.
    Malformed(Malformed),
    /// It is for another network.
    Network,
    /// It is of another scheme.
    Scheme,
    /// The requirement is not as we wrote it.
    Requirement,
}

impl Payment {
    /// Reads the value of `PAYMENT-SIGNATURE`.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn parse(value: &str) -> Result<Payment, Unreadable> {
        Payment::read(&opened(value)?)
    }

    /// Reads a payment that is a document already.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn read(document: &Json) -> Result<Payment, Unreadable> {
        if document.get("x402Version") != Some(&Json::from(VERSION)) {
            return Err(Malformed("x402Version").into());
        }
        let part = |key: &'static str| document.get(key).filter(|value| matches!(value, Json::Object(_))).ok_or(Malformed(key));
        let named = document.get("extensions").and_then(|extensions| extensions.get(IDENTIFIER));
        let identifier = named.and_then(|extension| extension.get("info")).and_then(|info| info.get("id"));
        Ok(Payment {
            accepted: part("accepted")?.clone(),
            payload: part("payload")?.clone(),
            identifier: identifier.map(Identifier::read).transpose()?,
            resource: document.get("resource").and_then(|resource| resource.get("url")).and_then(Json::text).map(str::to_owned),
        })
    }

    /// Checks that it is for an instance, and by which scheme.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn scheme(&self, instance: Instance) -> Result<&'static str, Unreadable> {
        if instance_of(self.accepted.need("network")?) != Ok(instance) {
            return Err(Unreadable::Network);
        }
        let scheme = self.accepted.need("scheme")?;
        [EXACT, UPTO].into_iter().find(|known| *known == scheme).ok_or(Unreadable::Scheme)
    }

    /// What was signed, under the challenge that the requirement carries. Everything of the requirement is either under the
    /// challenge's MAC, which is still to be checked, or as we write it.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn credential(&self, scheme: &str) -> Result<Credential, Unreadable> {
        let challenge = challenge_of(&self.accepted).map_err(|_| Unreadable::Requirement)?;
        if !requirement(&challenge, scheme).is_some_and(|ours| ours.says(&self.accepted)) {
            return Err(Unreadable::Requirement);
        }
        Ok(Credential {
            challenge,
            key: PublicKey::parse(self.payload.need("key")?)?,
            signature: array_from_base64url(self.payload.need("signature")?)?,
            account: self.payload.maybe("account")?.map(parse_account).transpose()?,
        })
    }

    /// The value of `PAYMENT-SIGNATURE` for a requirement that was signed.
    #[must_use]
    pub fn header_value(accepted: &Json, credential: &Credential, identifier: Option<&str>) -> String {
        let payload = Json::object()
            .with("key", credential.key.to_string())
            .with("signature", base64url(&credential.signature))
            .with_maybe("account", credential.account.map(account));
        let extension = |id: &str| Json::object().with("info", Json::object().with("required", false).with("id", id));
        let document = Json::object()
            .with("x402Version", VERSION)
            .with("accepted", accepted.clone())
            .with("payload", payload)
            .with_maybe("extensions", identifier.map(|id| Json::object().with(IDENTIFIER, extension(id))));
        sealed(&document)
    }
}

impl Identifier {
    fn read(value: &Json) -> Result<Identifier, Malformed> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        let text = value.text().filter(|text| (16..=128).contains(&text.len()) && text.bytes().all(allowed));
        text.map(|text| Identifier(text.to_owned())).ok_or(Malformed(IDENTIFIER))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Malformed> for Unreadable {
    fn from(malformed: Malformed) -> Unreadable {
        Unreadable::Malformed(malformed)
    }
}
