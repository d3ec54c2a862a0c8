//! Every payer's signature: the text is made again from the record, and the key it is under must be the payer's own.

use super::vouchers::Vouchers;
use crate::coins;
use market::{Asked, Body, Consent, Place, Purchase, Signature};
use money::CommandId;
use protocol::PublicKey;
use protocol::signed::SignedText;
use protocol::text::{Instance, Malformed, account, base64url, command, offer};
use store::audit::{AuditError, Finding, Seen, Watcher};

/// Verifies every signed purchase (`farthing/charge/1`, `farthing/upto/1`, `farthing/pay/1`, `farthing/settle/1`), every payment in a coin, and all that sessions were opened,
/// drawn, raised and ended by.
#[derive(Default)]
pub struct Proofs {
    checked: Checked,
    sessions: Vouchers,
}

/// How much was verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// Signatures of purchases, also of those in a coin.
    pub purchases: u64,
    /// Signatures of sessions: openings, vouchers, checkpoints, top-ups, ends.
    pub signatures: u64,
    /// Links of their chains.
    pub links: u64,
    /// Sessions that a press opened or raised: the instance's word, and nobody's signature.
    pub pressed: u64,
}

impl Proofs {
    /// What was verified.
    #[must_use]
    pub fn checked(&self) -> Checked {
        self.checked
    }
}

impl Watcher for Proofs {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        self.sessions.enter(seen, &mut self.checked)?;
        if let Body::ClaimCoin(claim) = &seen.record.command.body {
            if !coins::signed(claim).holds(&coins::terms(claim)) {
                return Err(finding(seen.place, "the payer of a coin did not sign it".to_owned()));
            }
            self.checked.purchases = self.checked.purchases.saturating_add(1);
        }
        // A use carries the signature of its promise, which is verified there.
        let body = &seen.record.command.body;
        let promised = if let Body::Promise(purchase) = body { Some(purchase.as_ref()) } else { None };
        let bought = if let Body::Buy(purchase) = body { Some(purchase) } else { None };
        let (Some(purchase), is_promise) = (promised.or(bought), promised.is_some()) else { return Ok(()) };
        let Consent::Signed(proof) = &purchase.consent else { return Ok(()) };
        let wrong = |what: &str| finding(seen.place, format!("the purchase's signature: {what}"));
        let founding = seen.founding.ok_or_else(|| wrong("the journal has not said whose it is"))?;
        let terms = seen.sales.offer(purchase.offer).ok_or_else(|| wrong("its offer is unknown"))?;
        let key = PublicKey(proof.key);
        if key.account() != purchase.payer || proof.account != account(purchase.payer) {
            return Err(wrong("its key is not the payer's"));
        }
        let facts = Facts { instance: Instance(founding.instance.0), payee: &terms.payee, purchase, proof };
        let text = match &proof.asked {
            None if proof.is_settlement() => facts.settle(seen.record.command.id),
            None if is_promise => facts.at_once("farthing/upto/1"),
            None => facts.at_once("farthing/charge/1"),
            Some(asked) => facts.pay(asked, seen.record.command.id),
        };
        let text = text.map_err(|_| wrong("a value of it cannot be signed"))?;
        if !key.verifies(text.bytes(), &proof.signature) {
            return Err(wrong("it does not hold over the facts of the record"));
        }
        self.checked.purchases = self.checked.purchases.saturating_add(1);
        Ok(())
    }
}

/// What a record says of a signed purchase.
struct Facts<'a> {
    instance: Instance,
    payee: &'a str,
    purchase: &'a Purchase,
    proof: &'a Signature,
}

impl Facts<'_> {
    fn begun(&self, tag: &'static str) -> Result<SignedText, Malformed> {
        SignedText::new(tag)
            .line(&self.instance.to_string())?
            .line(&base64url(&self.proof.challenge))?
            .line(&self.proof.realm)?
            .line(self.payee)?
            .line(&self.purchase.amount.to_string())?
            .line(self.purchase.asset.as_str())
    }

    fn at_once(&self, tag: &'static str) -> Result<SignedText, Malformed> {
        let Facts { purchase, proof, .. } = self;
        self.begun(tag)?.line(&offer(purchase.offer))?.line(&proof.digest)?.line(&proof.expires.to_string())?.line(&account(purchase.payer))
    }

    fn settle(&self, id: CommandId) -> Result<SignedText, Malformed> {
        let Facts { purchase, proof, .. } = self;
        SignedText::new("farthing/settle/1")
            .line(&self.instance.to_string())?
            .line(&command(id))?
            .line(self.payee)?
            .line(&purchase.amount.to_string())?
            .line(purchase.asset.as_str())?
            .line(&proof.expires.to_string())?
            .line(&account(purchase.payer))
    }

    fn pay(&self, asked: &Asked, id: CommandId) -> Result<SignedText, Malformed> {
        let Facts { purchase, proof, .. } = self;
        self.begun("farthing/pay/1")?
            .line(&asked.method)?
            .line(&asked.target)?
            .line(&proof.digest)?
            .line(&command(id))?
            .line(&account(purchase.payer))
    }
}

pub(super) fn finding(place: Place, what: String) -> AuditError {
    AuditError::Finding(Finding { sequence: place.frame, record: place.record, account: None, what })
}
