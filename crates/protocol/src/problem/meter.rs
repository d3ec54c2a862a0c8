//! Why an event of a meter is not counted.

use super::document::{Kind, Told, Type, kinds};
use money::Timestamp;

/// An event of a meter that moved nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MeterProblem {
    /// 422: no event of CloudEvents 1.0 that this meter can read.
    EventInvalid {
        /// Which attribute, and what is wrong with it, as half a sentence.
        detail: String,
    },
    /// 422: how much it is for is no whole number from 0 up.
    QuantityInvalid,
    /// 409: an event of that source and id is known, and says something else.
    EventConflict,
    /// 422: it happened before the meter's window.
    TooLate {
        /// What happened from then on is still taken.
        since: Timestamp,
    },
    /// 422: it says that it happened more than five minutes from now.
    EventInFuture,
    /// 429: the meter remembers as many events of its window as it can.
    MeterFull {
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
}

impl MeterProblem {
    pub(super) fn told(&self) -> Told<'_> {
        match self {
            MeterProblem::EventInvalid { detail } => Told::of(&EVENT_INVALID).said(detail),
            MeterProblem::QuantityInvalid => Told::of(&QUANTITY_INVALID),
            MeterProblem::EventConflict => Told::of(&EVENT_CONFLICT),
            MeterProblem::TooLate { since } => Told::of(&TOO_LATE).time("since", *since),
            MeterProblem::EventInFuture => Told::of(&EVENT_IN_FUTURE),
            MeterProblem::MeterFull { retry_after_s } => Told::of(&METER_FULL).number("retryAfter", (*retry_after_s).into()),
        }
    }

    /// Seconds for the `Retry-After` header.
    pub(super) fn retry_after_s(&self) -> Option<u32> {
        if let MeterProblem::MeterFull { retry_after_s } = self { Some(*retry_after_s) } else { None }
    }

    /// The list of kinds, for the tests of all of them.
    #[cfg(test)]
    pub(super) const KINDS: &[&Kind] = KINDS;
}

kinds! {
    EVENT_INVALID { code: "event-invalid", 422, own, "Not an event of this meter" }
        "The event cannot be counted: {said}. Nothing was drawn. Send it corrected.";
    QUANTITY_INVALID { code: "quantity-invalid", 422, own, "Not a quantity" }
        "How much an event is for is a whole number from 0 up. Nothing was drawn. Send it corrected.";
    EVENT_CONFLICT { code: "event-conflict", 409, own, "That event says something else" }
        "An event of this source and id was counted and says something else, which stands. Nothing was drawn. Give another event another id.";
    TOO_LATE { code: "too-late", 422, own, "The event comes too late" }
        "This meter takes what happened since {since}. Nothing was drawn, and it is not charged any more.";
    EVENT_IN_FUTURE { code: "event-in-future", 422, own, "The event lies ahead" }
        "The event says that it happened more than five minutes from now. Nothing was drawn. Set the clock, then send it again.";
    METER_FULL { code: "meter-full", 429, own, "Too many events for a meter" }
        "This meter can remember no more events of its window. Nothing was drawn. Send the event again in {retryAfter} s.";
}
