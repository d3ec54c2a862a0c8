//! Months by a payer's own calendar: a party states when its coming months begin, and its month windows go by that while it lasts.
//!
//! A window that runs never forgets and never moves its beginning. When other bounds are stated, its end moves to the first of them
//! that is at least [`LEAST`] after its beginning; where that one has passed already, its own end stays. So whatever is stated, and
//! however often, spending begins to count anew at most once in [`LEAST`].

use crate::codec::{Damaged, Reader, Writer};
use crate::command::Maker;
use crate::guard::Window;
use crate::outcome::{Effect, Rejection};
use crate::state::{Stamp, State};
use money::{Party, Span, Timestamp};

/// First instants that a party states at most: two years of months, and where the last of them ends.
pub const MOST_STARTS: usize = 25;
/// A month that is stated has at least so many days: February, where a zone skips a day.
const SHORTEST: Span = Span(27 * 86_400);
/// And at most so many.
const LONGEST: Span = Span(32 * 86_400);
/// No window is shorter. The same month begins up to 26 hours apart in two zones, and no month is shorter than 28 days.
const LEAST: Span = Span(26 * 86_400);

/// A month in which spending is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Month {
    /// Its first instant.
    pub since: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

/// What a party stated of its months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Calendar {
    /// The first instants, rising; where they end, months go by UTC.
    pub starts: Vec<Timestamp>,
    /// The window that ran when they were stated, as it ends now.
    pub running: Month,
}

impl Month {
    /// The calendar month in UTC that an instant lies in.
    #[must_use]
    pub fn of_utc(now: Timestamp) -> Month {
        let month = now.utc_month();
        Month { since: Timestamp::of_utc_month(month), until: Timestamp::of_utc_month(month.saturating_add(1)) }
    }

    /// An instant in the midst of it: every zone calls that month by the same name.
    #[must_use]
    pub const fn middle(self) -> Timestamp {
        Timestamp(self.since.0.midpoint(self.until.0))
    }

    /// The month that an instant lies in by a calendar; without one, by UTC.
    pub(crate) fn by(calendar: Option<&Calendar>, now: Timestamp) -> Month {
        calendar.map_or_else(|| Month::of_utc(now), |calendar| calendar.month(now))
    }
}

impl Calendar {
    /// The window that `now` lies in, which is not before the one that ran when this was stated.
    fn month(&self, now: Timestamp) -> Month {
        let from = self.running.until;
        if now < from {
            return self.running;
        }
        let least = from.after(LEAST);
        let after_all = self.after_all(least);
        if now >= after_all {
            return Month::of_utc(now);
        }
        let mut own = self.starts.iter().copied().filter(|start| *start >= least);
        let mut month = Month { since: from, until: after_all };
        for start in own.by_ref() {
            if start > now {
                month.until = start;
                break;
            }
            month.since = start;
        }
        month
    }

    /// The first bound that is not before `least`.
    fn bound(&self, least: Timestamp) -> Timestamp {
        self.starts.iter().copied().find(|start| *start >= least).unwrap_or_else(|| self.after_all(least))
    }

    /// The first month of UTC after all that was stated, and not before `least`.
    fn after_all(&self, least: Timestamp) -> Timestamp {
        let least = self.starts.last().map_or(least, |last| least.max(last.after(LEAST)));
        let month = Month::of_utc(least);
        if month.since >= least { month.since } else { month.until }
    }

    /// Since, until, list of starts.
    pub fn encode(&self, out: &mut Writer<'_>) {
        out.time(self.running.since);
        out.time(self.running.until);
        encode_starts(&self.starts, out);
    }

    pub fn decode(from: &mut Reader<'_>) -> Result<Calendar, Damaged> {
        let running = Month { since: from.time()?, until: from.time()? };
        let starts = decode_starts(from)?;
        if running.since >= running.until || !are_months(&starts) {
            return Err(Damaged("months"));
        }
        Ok(Calendar { starts, running })
    }
}

impl State {
    /// The month in which what a party spends at `now` is counted: `now` is never before what was applied last.
    #[must_use]
    pub fn month(&self, party: Party, now: Timestamp) -> Month {
        Month::by(self.calendars.get(&party), now)
    }

    /// When the next window of a party's guards begins.
    #[must_use]
    pub fn window_end(&self, party: Party, window: Window, now: Timestamp) -> Timestamp {
        match window {
            Window::Month => self.month(party, now).until,
            Window::Day | Window::Each => window.end(now),
        }
    }

    /// The first instants of months that a party stated last; none is UTC, said or unsaid.
    #[must_use]
    pub fn month_starts(&self, party: Party) -> &[Timestamp] {
        self.calendars.get(&party).map_or(&[], |calendar| calendar.starts.as_slice())
    }

    /// All parties from `party` on that ever stated months, in order.
    pub fn parties_with_months(&self, party: Party) -> impl Iterator<Item = Party> {
        self.calendars.range(party..).map(|(party, _)| *party)
    }

    pub(crate) fn states_months(&self, maker: Maker, starts: &[Timestamp]) -> bool {
        matches!(maker, Maker::Party(party) if self.month_starts(party) == starts)
    }

    pub(crate) fn state_months(&mut self, maker: Maker, starts: &[Timestamp], stamp: Stamp) -> Result<Effect, Rejection> {
        let Maker::Party(party) = maker else { return Err(Rejection::Invalid("maker")) };
        let now = stamp.now;
        let lies_among = starts.first().is_some_and(|first| *first <= now) && starts.last().is_some_and(|last| now < *last);
        if !starts.is_empty() && !lies_among {
            return Err(Rejection::Invalid("months"));
        }
        let mut calendar = Calendar { starts: starts.to_vec(), running: self.month(party, now) };
        let bound = calendar.bound(calendar.running.since.after(LEAST));
        if bound > now {
            calendar.running.until = bound;
        }
        self.calendars.insert(party, calendar);
        Ok(Effect::MonthsStated)
    }
}

/// True for a list that a party may state: short, rising, each a month after the one before.
pub(crate) fn are_months(starts: &[Timestamp]) -> bool {
    let follows = |pair: &[Timestamp]| match pair {
        [before, start] => before.after(SHORTEST) <= *start && *start <= before.after(LONGEST),
        _ => true,
    };
    starts.len() <= MOST_STARTS && starts.len() != 1 && starts.windows(2).all(follows)
}

pub(crate) fn encode_starts(starts: &[Timestamp], out: &mut Writer<'_>) {
    out.count(starts.len());
    starts.iter().for_each(|start| out.time(*start));
}

pub(crate) fn decode_starts(from: &mut Reader<'_>) -> Result<Vec<Timestamp>, Damaged> {
    (0..from.u16("months")?).map(|_| from.time()).collect()
}
