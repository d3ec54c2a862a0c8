//! Guards: limits a payer sets on their own spending. They are evaluated inside the spend, so they really block.
//!
//! One that denies binds always. One that asks is a question; a press or a signature for the amount is the answer, so it binds
//! only what was neither pressed nor signed for.

use crate::codec::{Damaged, Reader, Writer};
use money::{Amount, Asset, Party, Span, Timestamp};

/// At most so much of an asset in each window; `most = None` takes the guard away. Guards that differ in anything but `most`
/// stand beside each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// Whose spending.
    pub party: Party,
    /// On everything, or on one site.
    pub on: GuardScope,
    /// Over which calendar window.
    pub window: Window,
    /// What it says to more than `most`.
    pub verdict: Verdict,
    /// Of which asset.
    pub asset: Asset,
    /// How much at most.
    pub most: Option<Amount>,
}

/// What a guard counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GuardScope {
    /// All spending.
    All,
    /// Spending on the pages of one realm.
    Site(String),
}

/// What a guard says to more than it allows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    /// No, whoever asks.
    Deny,
    /// Not without a press or a signature for this very amount.
    Ask,
}

/// A guard as it stands at some instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardState {
    /// The guard.
    pub guard: Guard,
    /// How much at most.
    pub most: Amount,
    /// What is spent in the running window.
    pub spent: Amount,
    /// When that window ends.
    pub resets_at: Timestamp,
}

/// A calendar window: of UTC, months by the party's own calendar where it stated one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Window {
    /// From 00:00 to 24:00.
    Day,
    /// From the first of the month.
    Month,
    /// One spending alone: nothing was spent before it.
    Each,
}

impl Window {
    /// When the window of UTC that `now` lies in began.
    #[must_use]
    pub(crate) fn start(self, now: Timestamp) -> Timestamp {
        if self == Window::Each {
            return now;
        }
        let midnight = |at: Timestamp| Timestamp::from_seconds(at.utc_day().saturating_mul(86_400));
        let mut start = midnight(now);
        if self == Window::Month {
            let day_before = |at: Timestamp| at.before(Span(86_400));
            while start.0 > 0 && day_before(start).utc_month() == now.utc_month() {
                start = day_before(start);
            }
        }
        start
    }

    /// When the next window of UTC begins.
    #[must_use]
    pub(crate) fn end(self, now: Timestamp) -> Timestamp {
        if self == Window::Each {
            return now;
        }
        let midnight = Window::Day.start(now);
        let days = 1..=31_u64;
        let mut ends = days.map(|days| midnight.after(Span(days.saturating_mul(86_400))));
        let first = ends.next().unwrap_or(midnight);
        match self {
            Window::Day | Window::Each => first,
            Window::Month => {
                std::iter::once(first).chain(ends).find(|end| end.utc_month() != now.utc_month()).unwrap_or(Timestamp(u64::MAX))
            }
        }
    }
}

impl GuardState {
    /// What can still be spent in the window.
    #[must_use]
    pub const fn left(&self) -> Amount {
        self.most.saturating_sub(self.spent)
    }
}

impl Guard {
    /// Everything but the verdict, which the kind of the command says.
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.party.0);
        match &self.on {
            GuardScope::All => out.u8(0),
            GuardScope::Site(realm) => {
                out.u8(1);
                out.text(realm);
            }
        }
        out.u8(match self.window {
            Window::Day => 0,
            Window::Month => 1,
            Window::Each => 2,
        });
        out.asset(self.asset);
        out.maybe(self.most, Writer::amount);
    }

    pub(crate) fn decode(verdict: Verdict, from: &mut Reader<'_>) -> Result<Guard, Damaged> {
        let party = from.party()?;
        let on = match from.u8("guard scope")? {
            0 => GuardScope::All,
            1 => GuardScope::Site(from.text("realm")?),
            _ => return Err(Damaged("guard scope")),
        };
        let window = match from.u8("window")? {
            0 => Window::Day,
            1 => Window::Month,
            2 => Window::Each,
            _ => return Err(Damaged("window")),
        };
        Ok(Guard { party, on, window, verdict, asset: from.asset()?, most: from.maybe("most", Reader::amount)? })
    }
}
