//! Refunds: a capture reversed leg by leg, never beyond what it captured.

use crate::{Books, Entry, Leg, Posted, Rejection};
use money::{Amount, CommandId};

/// A posting that can be given back, with what was given back so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capture {
    legs: Vec<Leg>,
    refunded: Vec<Amount>,
}

impl Capture {
    pub(crate) fn new(legs: &[Leg]) -> Capture {
        Capture { legs: legs.to_vec(), refunded: vec![Amount::ZERO; legs.len()] }
    }

    /// The legs as captured.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// What of each leg was given back, in the order of [`Capture::legs`].
    #[must_use]
    pub fn refunded(&self) -> &[Amount] {
        &self.refunded
    }

    /// What of each leg can still be given back.
    #[must_use]
    pub fn left(&self) -> Vec<Amount> {
        let size = |leg: &Leg| Amount::new(leg.amount.unsigned_abs()).unwrap_or(Amount::MAX);
        self.legs.iter().zip(&self.refunded).map(|(leg, back)| size(leg).saturating_sub(*back)).collect()
    }
}

impl Books {
    /// Gives back `parts` of a capture, one amount a leg in the order of [`Capture::legs`]; each leg is reversed on the
    /// very account it touched.
    ///
    /// # Errors
    /// [`Rejection::Unknown`], [`Rejection::AboveCaptured`], [`Rejection::Unbalanced`] if the parts do not sum to zero
    /// or there is nothing to give back, [`Rejection::Insufficient`] if a payee no longer has its share.
    pub fn refund(&mut self, of: CommandId, parts: &[Amount]) -> Result<Posted, Rejection> {
        let capture = self.captures.get(&of).ok_or(Rejection::Unknown)?;
        let left = capture.left();
        if parts.len() != left.len() || parts.iter().zip(&left).any(|(part, left)| part > left) {
            return Err(Rejection::AboveCaptured);
        }
        let mut entries = Vec::with_capacity(parts.len());
        for (leg, part) in capture.legs.iter().zip(parts) {
            let account = self.by_id(leg.account).expect("captured legs name open accounts").key;
            let amount = if leg.amount > 0 { part.debit() } else { part.credit() };
            if amount != 0 {
                entries.push(Entry { account, amount });
            }
        }
        self.check(&entries)?;
        let posted = self.post(&entries);
        let capture = self.captures.get_mut(&of).expect("found above");
        for (back, part) in capture.refunded.iter_mut().zip(parts) {
            *back = back.checked_add(*part).expect("checked against what is left");
        }
        Ok(posted)
    }
}
