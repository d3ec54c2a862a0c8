//! The receipts of what is more than a payment: an opening and a checkpoint are signed, as a top-up and an end are. A payment is not:
//! its voucher is the proof, and a signature would cost more than the payment.

use super::known::Known;
use crate::gateway::Gate;
use crate::instance::Instance;
use money::CommandId;
use protocol::problem::Problem;
use protocol::receipt::{Certified, Counted, Done, Group};

/// What a request was besides a payment; nothing for a plain one. What an opening brings is its own signature, no voucher.
pub(super) fn done_by(voucher: Option<&market::Voucher>) -> Option<Done> {
    match voucher {
        None => Some(Done::Open),
        Some(market::Voucher::Checkpoint { .. }) => Some(Done::Checkpoint),
        Some(market::Voucher::Signed { .. } | market::Voucher::Link { .. }) => None,
    }
}

/// The instance's signed word on how an open session stands, for a payer without its gateway.
pub(crate) fn stands(instance: &Instance, (id, session): (CommandId, &market::Session), recipient: &str) -> Result<String, Problem> {
    super::certified(instance, (id, session), recipient, Done::Open)
}

impl Gate {
    /// The receipt of a request that paid, as its header has it.
    pub(super) fn receipt_of(&self, counted: Counted, known: &Known, done: Option<Done>) -> String {
        let Some(done) = done else { return counted.header_value() };
        let certified = Certified {
            counted,
            instance: self.instance.id,
            recipient: known.recipient.clone(),
            currency: known.asset,
            hold: known.cap(),
            until: known.until,
            done,
        };
        certified.header_value(&self.instance.speaker().keys.receipt, Group::apart(known.frame)).unwrap_or_else(|malformed| {
            tracing::error!(what = malformed.0, "a receipt of a session could not be signed");
            counted.header_value()
        })
    }
}
