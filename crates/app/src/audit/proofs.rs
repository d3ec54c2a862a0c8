//! Every payer's signature: the text is made again from the record, and the key it is under must be the payer's own.

use market::{Body, Consent, Place};
use protocol::PublicKey;
use protocol::signed::SignedText;
use protocol::text::{Instance, Malformed, account, base64url, offer};
use store::audit::{AuditError, Finding, Seen, Watcher};

/// Verifies `farthing/charge/1` of every signed purchase.
#[derive(Default)]
pub struct Proofs(u64);

impl Proofs {
    /// Signatures verified.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0
    }
}

impl Watcher for Proofs {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        let Body::Buy(purchase) = &seen.record.command.body else { return Ok(()) };
        let Consent::Signed(proof) = &purchase.consent else { return Ok(()) };
        let wrong = |what: &str| finding(seen.place, format!("the purchase's signature: {what}"));
        let founding = seen.founding.ok_or_else(|| wrong("the journal has not said whose it is"))?;
        let terms = seen.sales.offer(purchase.offer).ok_or_else(|| wrong("its offer is unknown"))?;
        let key = PublicKey(proof.key);
        if key.account() != purchase.payer || proof.account != account(purchase.payer) {
            return Err(wrong("its key is not the payer's"));
        }
        let text = || -> Result<SignedText, Malformed> {
            SignedText::new("farthing/charge/1")
                .line(&Instance(founding.instance.0).to_string())?
                .line(&base64url(&proof.challenge))?
                .line(&proof.realm)?
                .line(&terms.payee)?
                .line(&purchase.amount.to_string())?
                .line(purchase.asset.as_str())?
                .line(&offer(purchase.offer))?
                .line(&proof.digest)?
                .line(&proof.expires.to_string())?
                .line(&account(purchase.payer))
        };
        let text = text().map_err(|_| wrong("a value of it cannot be signed"))?;
        if !key.verifies(text.bytes(), &proof.signature) {
            return Err(wrong("it does not hold over the facts of the record"));
        }
        self.0 = self.0.saturating_add(1);
        Ok(())
    }
}

pub(super) fn finding(place: Place, what: String) -> AuditError {
    AuditError::Finding(Finding { sequence: place.frame, record: place.record, account: None, what })
}
