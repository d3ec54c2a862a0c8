//! The oracle's months: all that was ever stated, walked through from the first statement whenever a month is asked for.

use super::plain::month_from;
use super::{Act, DAY, Model, no};
use money::{Party, Timestamp};

/// What a party said of its months, and when.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    party: Party,
    at: u64,
    starts: Vec<u64>,
}

impl Model {
    pub(super) fn say_months(&mut self, party: Party, starts: &[Timestamp], now: u64) -> Act {
        let starts: Vec<u64> = starts.iter().map(|start| start.0).collect();
        let before = self.said.iter().rfind(|said| said.party == party).map_or(&[][..], |said| &said.starts);
        if before == starts.as_slice() {
            return Ok(("Standing", "MonthsStated", 0));
        }
        if let (Some(first), Some(last)) = (starts.first(), starts.last())
            && (now < *first || now >= *last)
        {
            return no("Invalid");
        }
        self.said.push(Said { party, at: now, starts });
        Ok(("Applied", "MonthsStated", 0))
    }

    /// The month in which a party's spending counts now: when it began, and when it ends.
    pub(crate) fn month(&self, party: Party, now: u64) -> (u64, u64) {
        let all: Vec<&Said> = self.said.iter().filter(|said| said.party == party).collect();
        let first = all.first().map_or(now, |said| said.at);
        // The month of UTC that was running before anything was said.
        let mut end = month_from(first + 1);
        let mut since = month_from(first.saturating_sub(31 * DAY));
        while month_from(since + 1) < end {
            since = month_from(since + 1);
        }
        let mut bounds: &[u64] = &[];
        for said in &all {
            (since, end) = walk((since, end), bounds, said.at);
            bounds = &said.starts;
            let bound = next(bounds, since);
            if bound > said.at {
                end = bound;
            }
        }
        walk((since, end), bounds, now)
    }
}

/// From window to window until the one that `now` lies in.
fn walk((mut since, mut end): (u64, u64), bounds: &[u64], now: u64) -> (u64, u64) {
    while end <= now {
        since = end;
        end = next(bounds, since);
    }
    (since, end)
}

/// Where a window ends that began then: the first bound 26 days later, of those that were stated or, after them all, of UTC.
fn next(bounds: &[u64], since: u64) -> u64 {
    let own = bounds.iter().copied().find(|bound| *bound >= since + 26 * DAY);
    let last = bounds.last().copied().unwrap_or(0);
    own.unwrap_or_else(|| month_from(since.max(last) + 26 * DAY))
}

/// Not one alone, two years at most, 27 to 32 days from each to the next.
pub(super) fn well_formed(starts: &[Timestamp]) -> bool {
    let days = starts.iter().zip(starts.iter().skip(1)).map(|(start, next)| i128::from(next.0) - i128::from(start.0));
    let day = i128::from(DAY);
    starts.len() != 1 && starts.len() < 26 && days.into_iter().all(|length| (27 * day..=32 * day).contains(&length))
}
