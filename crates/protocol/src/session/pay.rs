//! `pay`: a whole purchase under a standing challenge, without a hold and without a step before it.

use super::{amount, bytes};
use crate::challenge::{Challenge, SessionRequest};
use crate::json::Object;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Malformed, account, base64url, command, parse_account, parse_command};
use money::{Amount, CommandId, Party};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// What a payer pays with, before it is signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paying {
    /// The most that it may cost; today's price is charged.
    pub max: Amount,
    /// The command of the purchase: a repeat is a replay.
    pub command: CommandId,
    /// Whose balance pays, when the key is not its account's first.
    pub account: Option<Party>,
}

/// The request that is paid for: no challenge binds it, so the signature does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Path and query as they are sent.
    pub target: &'a str,
    /// The body's digest from [`crate::digest::of`]; none without a body.
    pub digest: Option<&'a str>,
}

/// The action `pay`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pay {
    /// What is paid with.
    pub terms: Paying,
    /// Who signs.
    pub key: PublicKey,
    /// Over the text `farthing/pay/1`.
    pub signature: [u8; 64],
}

impl Pay {
    /// Signs a payment for a request. The caller has checked instance, realm, currency and expiry before.
    ///
    /// # Errors
    /// [`Malformed`] if the challenge is none of a session or holds a value that must not be signed.
    pub fn sign(terms: Paying, asked: &Asked<'_>, challenge: &Challenge, key: &SigningKey) -> Result<Pay, Malformed> {
        let mut pay = Pay { terms, key: key.public(), signature: [0; 64] };
        pay.signature = key.sign(pay.text(asked, challenge, &challenge.session()?)?.bytes());
        Ok(pay)
    }

    /// Whose balance pays.
    #[must_use]
    pub fn payer(&self) -> Party {
        self.terms.account.unwrap_or_else(|| self.key.account())
    }

    /// The claim that the key signed this payment for this very request; none if it can't be signed.
    #[must_use]
    pub fn claim(&self, asked: &Asked<'_>, challenge: &Challenge, request: &SessionRequest) -> Option<Claim> {
        Some(self.key.claim(self.text(asked, challenge, request).ok()?.bytes(), &self.signature))
    }

    pub(super) fn parse(fields: &Object) -> Result<Pay, Malformed> {
        let terms = Paying {
            max: amount(fields, "max")?,
            command: parse_command(fields.need("command")?).map_err(|_| Malformed("command"))?,
            account: fields.maybe("account")?.map(parse_account).transpose().map_err(|_| Malformed("account"))?,
        };
        let key = PublicKey::parse(fields.need("key")?).map_err(|_| Malformed("key"))?;
        Ok(Pay { terms, key, signature: bytes(fields, "signature")? })
    }

    pub(super) fn written(&self, fields: Object) -> Object {
        fields
            .with("key", self.key.to_string())
            .with("max", self.terms.max.to_string())
            .with("command", command(self.terms.command))
            .with_maybe("account", self.terms.account.map(account))
            .with("signature", base64url(&self.signature))
    }

    /// `farthing/pay/1`: instance, challenge id, realm, recipient, max, currency, HTTP method, target, digest, command, account.
    pub(super) fn text(&self, asked: &Asked<'_>, challenge: &Challenge, request: &SessionRequest) -> Result<SignedText, Malformed> {
        SignedText::new("farthing/pay/1")
            .line(&request.instance.to_string())?
            .line(&challenge.id)?
            .line(&challenge.realm)?
            .line(&request.recipient)?
            .line(&self.terms.max.to_string())?
            .line(request.currency.as_str())?
            .line(asked.method)?
            .line(&target_line(asked.target))?
            .line(asked.digest.unwrap_or_default())?
            .line(&command(self.terms.command))?
            .line(&account(self.payer()))
    }
}

/// A target as the signed text has it: as it is sent, or by its hash where it is too long to be signed.
#[must_use]
pub fn target_line(target: &str) -> Cow<'_, str> {
    if target.len() > 512 { Cow::Owned(base64url(&Sha256::digest(target))) } else { Cow::Borrowed(target) }
}
