//! A price that falls with time, step by step, until nothing is sold any more: of what is worth less the later one comes to it.
//!
//! What it costs follows from the offer and the instant alone, so the same command replayed costs the same.

use super::{Offer, OfferPrice};
use crate::codec::{Damaged, Reader, Writer};
use money::{Amount, Asset, Span, Timestamp};

/// Most steps of a price.
const MOST_STEPS: usize = 16;

/// How the price of an offer falls. The offer's own price is that of the first step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fall {
    /// From when its steps count; before, the first holds.
    pub starts: Timestamp,
    /// From when nothing is sold any more.
    pub ends: Timestamp,
    /// The steps, the first at once, each later and cheaper than the one before.
    pub steps: Vec<FallStep>,
}

/// What it costs from an instant on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FallStep {
    /// How long after the beginning.
    pub after: Span,
    /// In base units.
    pub amount: Amount,
}

impl Fall {
    /// What it costs at an instant; nothing once it is over.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Option<Amount> {
        if self.ends <= now {
            return None;
        }
        let begun = self.steps.iter().rev().find(|step| self.starts.after(step.after) <= now);
        begun.or(self.steps.first()).map(|step| step.amount)
    }

    /// When it is cheaper, and how much it costs then.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<(Timestamp, Amount)> {
        let steps = self.steps.iter().skip(1).map(|step| (self.starts.after(step.after), step.amount));
        steps.into_iter().find(|(at, _)| now < *at && *at < self.ends)
    }

    /// True if it is one: in order, down, never free, and over after its last step.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let (Some(first), Some(last)) = (self.steps.first(), self.steps.last()) else { return false };
        let goes_down = |pair: &[FallStep]| matches!(pair, [a, b] if a.after < b.after && b.amount < a.amount);
        first.after == Span(0)
            && self.steps.len() <= MOST_STEPS
            && self.steps.windows(2).all(goes_down)
            && !last.amount.is_zero()
            && self.starts.after(last.after) < self.ends
    }

    pub(super) fn encode(&self, out: &mut Writer<'_>) {
        out.u64(self.starts.0);
        out.u64(self.ends.0);
        out.count(self.steps.len());
        for step in &self.steps {
            out.u64(step.after.0);
            out.amount(step.amount);
        }
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Fall, Damaged> {
        let (starts, ends) = (Timestamp(from.u64("starts")?), Timestamp(from.u64("ends")?));
        let count = from.u16("steps")?;
        let step = |from: &mut Reader<'_>| Ok(FallStep { after: Span(from.u64("step")?), amount: from.amount()? });
        let steps = (0..count).map(|_| step(from)).collect::<Result<_, _>>()?;
        Ok(Fall { starts, ends, steps })
    }
}

impl Offer {
    /// The least that a purchase costs at an instant, with its asset; nothing of what is free, and of what is over.
    #[must_use]
    pub fn least_at(&self, now: Timestamp) -> Option<(Amount, Asset)> {
        let (amount, asset) = self.price.least()?;
        match &self.fall {
            None => Some((amount, asset)),
            Some(fall) => Some((fall.at(now)?, asset)),
        }
    }

    /// The offer with the price that it has at an instant: what doors show and quote. Its id is that of the version all the same.
    #[must_use]
    pub fn standing_at(mut self, now: Timestamp) -> Offer {
        if let (Some((amount, asset)), Some(_)) = (self.least_at(now), &self.fall) {
            self.price = OfferPrice::Fixed { amount, asset };
        }
        self
    }

    /// The least that a purchase will ever cost.
    #[must_use]
    pub fn lowest(&self) -> Option<(Amount, Asset)> {
        let (amount, asset) = self.price.least()?;
        Some((self.fall.as_ref().and_then(|fall| fall.steps.last()).map_or(amount, |step| step.amount), asset))
    }

    /// True once nothing is sold under it any more.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.fall.as_ref().is_some_and(|fall| fall.ends <= now)
    }
}
