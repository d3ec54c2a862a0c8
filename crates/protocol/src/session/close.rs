//! `topUp` adds to the hold, `close` captures what was drawn and releases the rest.

use super::{Bound, Voucher, amount, bytes};
use crate::json::Object;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Malformed, account, base64url, command, parse_command};
use money::{Amount, CommandId};

/// The action `topUp`, by a key of the account that pays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TopUp {
    /// Who adds.
    pub key: PublicKey,
    /// How much more is held, above zero.
    pub additional: Amount,
    /// The command that adds it: a repeat is a replay.
    pub command: CommandId,
    /// Over the text `farthing/topup/1`.
    pub signature: [u8; 64],
}

/// The action `close`, by the key of the session's vouchers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Close {
    /// The last voucher, if one is still to be shown; never a checkpoint.
    pub voucher: Option<Voucher>,
    /// What the client counted. What was drawn is captured; a difference is told in the final receipt.
    pub agreed: Amount,
    /// Over the text `farthing/close/1`.
    pub signature: [u8; 64],
}

impl TopUp {
    /// Signs an addition.
    ///
    /// # Errors
    /// [`Malformed`] for nothing added, or if what the session is bound to can't be signed.
    pub fn sign(additional: Amount, id: CommandId, bound: &Bound<'_>, key: &SigningKey) -> Result<TopUp, Malformed> {
        if additional.is_zero() {
            return Err(Malformed("additional"));
        }
        let mut top_up = TopUp { key: key.public(), additional, command: id, signature: [0; 64] };
        top_up.signature = key.sign(top_up.text(bound)?.bytes());
        Ok(top_up)
    }

    /// The claim that the key signed this very addition; none if it can't be signed. That the key is the account's is the
    /// caller's to know.
    #[must_use]
    pub fn claim(&self, bound: &Bound<'_>) -> Option<Claim> {
        Some(self.key.claim(self.text(bound).ok()?.bytes(), &self.signature))
    }

    pub(super) fn parse(fields: &Object) -> Result<TopUp, Malformed> {
        let top_up = TopUp {
            key: PublicKey::parse(fields.need("key")?).map_err(|_| Malformed("key"))?,
            additional: amount(fields, "additional")?,
            command: parse_command(fields.need("command")?).map_err(|_| Malformed("command"))?,
            signature: bytes(fields, "signature")?,
        };
        if top_up.additional.is_zero() { Err(Malformed("additional")) } else { Ok(top_up) }
    }

    pub(super) fn written(&self, fields: Object) -> Object {
        fields
            .with("key", self.key.to_string())
            .with("additional", self.additional.to_string())
            .with("command", command(self.command))
            .with("signature", base64url(&self.signature))
    }

    /// `farthing/topup/1`: instance, session id, recipient, currency, additional, command, account.
    pub(super) fn text(&self, bound: &Bound<'_>) -> Result<SignedText, Malformed> {
        SignedText::new("farthing/topup/1")
            .line(&bound.instance.to_string())?
            .line(&command(bound.session))?
            .line(bound.recipient)?
            .line(bound.currency.as_str())?
            .line(&self.additional.to_string())?
            .line(&command(self.command))?
            .line(&account(bound.account))
    }
}

impl Close {
    /// Signs the end of a session with the key of its vouchers.
    ///
    /// # Errors
    /// [`Malformed`] for a checkpoint, or if what the session is bound to can't be signed.
    pub fn sign(agreed: Amount, voucher: Option<Voucher>, bound: &Bound<'_>, key: &SigningKey) -> Result<Close, Malformed> {
        let signature = key.sign(text(agreed, bound)?.bytes());
        last(voucher).map(|voucher| Close { voucher, agreed, signature })
    }

    /// The claim that the session's key signed this very end; none if it can't be signed. The voucher has a claim of its own.
    #[must_use]
    pub fn claim(&self, bound: &Bound<'_>, key: &PublicKey) -> Option<Claim> {
        Some(key.claim(text(self.agreed, bound).ok()?.bytes(), &self.signature))
    }

    pub(super) fn parse(fields: &Object) -> Result<Close, Malformed> {
        let voucher = match fields.object("voucher") {
            Some(voucher) => Some(Voucher::parse(voucher)?),
            None => fields.maybe("voucher")?.map_or(Ok(None), |_| Err(Malformed("voucher")))?,
        };
        Ok(Close { voucher: last(voucher)?, agreed: amount(fields, "agreed")?, signature: bytes(fields, "signature")? })
    }

    pub(super) fn written(&self, fields: Object) -> Object {
        let fields = fields.with("agreed", self.agreed.to_string()).with("signature", base64url(&self.signature));
        match &self.voucher {
            Some(voucher) => fields.with_object("voucher", voucher.written(Object::default())),
            None => fields,
        }
    }
}

/// A voucher that a session may end with: a chain that begins then would be for nothing.
fn last(voucher: Option<Voucher>) -> Result<Option<Voucher>, Malformed> {
    match voucher {
        Some(Voucher::Signed(signed)) if signed.checkpoint.is_some() => Err(Malformed("voucher")),
        voucher => Ok(voucher),
    }
}

/// `farthing/close/1`: instance, session id, agreed, account.
pub(super) fn text(agreed: Amount, bound: &Bound<'_>) -> Result<SignedText, Malformed> {
    SignedText::new("farthing/close/1")
        .line(&bound.instance.to_string())?
        .line(&command(bound.session))?
        .line(&agreed.to_string())?
        .line(&account(bound.account))
}
