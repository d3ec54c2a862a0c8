//! Vouchers: claims on the hold, each for all that is authorised so far. A link of the chain, or an amount that is signed; one
//! that is signed and begins a chain is a checkpoint.

use super::{Bound, Link, MOST_LENGTH, NewChain, amount, bytes, lines_of, number};
use crate::json::Object;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Malformed, account, base64url, command};
use money::Amount;

/// One cumulative claim.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// A link of the chain that runs.
    Link(Linked),
    /// A signed amount.
    Signed(SignedVoucher),
}

/// A link and its number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// Its number, 0 for the anchor.
    pub index: u32,
    /// The link.
    pub link: Link,
}

/// A signed amount.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SignedVoucher {
    /// All that is authorised.
    pub cumulative: Amount,
    /// The chain that begins over it, which makes it a checkpoint.
    pub checkpoint: Option<NewChain>,
    /// Over the text `farthing/voucher/1`.
    pub signature: [u8; 64],
}

impl SignedVoucher {
    /// Signs an amount, and maybe a chain over it, with the key of the session's vouchers.
    ///
    /// # Errors
    /// [`Malformed`] if the chain or what the session is bound to can't be signed.
    pub fn sign(cumulative: Amount, checkpoint: Option<NewChain>, bound: &Bound<'_>, key: &SigningKey) -> Result<SignedVoucher, Malformed> {
        // What a reader would refuse is not signed.
        NewChain::parse(&NewChain::written(checkpoint.as_ref(), Object::default()), cumulative)?;
        let mut voucher = SignedVoucher { cumulative, checkpoint, signature: [0; 64] };
        voucher.signature = key.sign(voucher.text(bound)?.bytes());
        Ok(voucher)
    }

    /// The claim that the session's key signed this very voucher; none if it can't be signed.
    #[must_use]
    pub fn claim(&self, bound: &Bound<'_>, key: &PublicKey) -> Option<Claim> {
        Some(key.claim(self.text(bound).ok()?.bytes(), &self.signature))
    }

    /// `farthing/voucher/1`: instance, session id, recipient, currency, cumulative, step, length, anchor, account.
    pub(super) fn text(&self, bound: &Bound<'_>) -> Result<SignedText, Malformed> {
        let text = SignedText::new("farthing/voucher/1")
            .line(&bound.instance.to_string())?
            .line(&command(bound.session))?
            .line(bound.recipient)?
            .line(bound.currency.as_str())?
            .line(&self.cumulative.to_string())?;
        lines_of(self.checkpoint.as_ref(), text)?.line(&account(bound.account))
    }
}

impl Voucher {
    /// Reads `index` and `link`, or `cumulative` and `signature` with or without a chain: one of them and nothing of the other.
    pub(super) fn parse(fields: &Object) -> Result<Voucher, Malformed> {
        let has = |key: &'static str| fields.maybe(key) != Ok(None);
        if has("cumulative") {
            if has("index") || has("link") {
                return Err(Malformed("voucher"));
            }
            let cumulative = amount(fields, "cumulative")?;
            let checkpoint = NewChain::parse(fields, cumulative)?;
            return Ok(Voucher::Signed(SignedVoucher { cumulative, checkpoint, signature: bytes(fields, "signature")? }));
        }
        if ["signature", "step", "length", "anchor"].into_iter().any(has) {
            return Err(Malformed("voucher"));
        }
        Ok(Voucher::Link(Linked { index: number(fields, "index", MOST_LENGTH)?, link: bytes(fields, "link")? }))
    }

    pub(super) fn written(&self, fields: Object) -> Object {
        match self {
            Voucher::Link(Linked { index, link }) => fields.with("index", index.to_string()).with("link", base64url(link)),
            Voucher::Signed(SignedVoucher { cumulative, checkpoint, signature }) => {
                let fields = fields.with("cumulative", cumulative.to_string()).with("signature", base64url(signature));
                NewChain::written(checkpoint.as_ref(), fields)
            }
        }
    }
}
