//! What of a slice is sent, and how large the next one is.

use super::Counts;
use crate::gateway::session::voucher::Work;
use market::Rate;
use std::time::Duration;

/// A slice is so many units, or what flows in a quarter of a second where that is more.
pub(super) const SLICE: u64 = 64;
const FLOW: Duration = Duration::from_millis(250);
/// And never more than this.
const MOST_SLICE: u64 = 1_048_576;
/// A slice is at most so many times as large as the one before.
const GROWTH: u64 = 4;

/// What is reserved for a stream and what of that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credit {
    pub rate: Rate,
    /// Reserved in the books, and not settled yet.
    pub reserved: u64,
    /// Sent of it.
    pub sent: u64,
    /// What may be sent at all, this slice included; none where the offer has no most.
    most: Option<u64>,
    slice: u64,
    least: u64,
    since: Duration,
}

impl Credit {
    pub fn new(work: &Work, counts: Counts) -> Credit {
        // A second is longer than a slice should last.
        let least = if counts == Counts::Seconds { 1 } else { SLICE };
        let most = Some(work.metered.most).filter(|most| *most > 0);
        Credit { rate: work.metered.rate, reserved: work.units, sent: 0, most, slice: least, least, since: Duration::ZERO }
    }

    /// What may be sent without asking the books.
    pub fn left(&self) -> u64 {
        self.reserved.saturating_sub(self.sent)
    }

    /// What is worth reserving where `least` units are needed and `wish` wait; none if the offer's most is reached.
    pub fn wish(&self, (least, wish): (u64, u64), now: Duration) -> Option<u64> {
        let room = self.most.map_or(u64::MAX, |most| most.saturating_sub(self.sent));
        (least <= room).then(|| self.next_slice(now).max(wish).min(room))
    }

    /// The books have drawn so much of what was sent, and hold so much from here on.
    pub fn settled(&mut self, drawn: u64, reserved: u64, now: Duration) {
        self.slice = self.next_slice(now);
        self.most = self.most.map(|most| most.saturating_sub(drawn));
        (self.reserved, self.sent, self.since) = (reserved, self.sent.saturating_sub(drawn), now);
    }

    fn next_slice(&self, now: Duration) -> u64 {
        if self.least == 1 {
            return 1;
        }
        let elapsed = now.saturating_sub(self.since).as_millis().max(1);
        let flow = u128::from(self.sent).saturating_mul(FLOW.as_millis()).checked_div(elapsed).unwrap_or_default();
        // What took less than a slice says little of how fast it flows.
        let growth = if self.sent < self.slice { 1 } else { GROWTH };
        let most = self.slice.saturating_mul(growth).min(MOST_SLICE);
        u64::try_from(flow).unwrap_or(u64::MAX).clamp(self.least, most.max(self.least))
    }
}
