//! Guards: limits a payer sets on their own spending. They are evaluated inside the spend, so they really block.

use crate::codec::{Damaged, Reader, Writer};
use money::{Amount, Asset, Party, Span, Timestamp};

/// At most so much of an asset in each window; `most = None` takes the guard away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// Whose spending.
    pub party: Party,
    /// On everything, or on one site.
    pub on: GuardScope,
    /// Over which calendar window, in UTC.
    pub window: Window,
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

/// A calendar window in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Window {
    /// From 00:00 to 24:00.
    Day,
    /// From the first of the month.
    Month,
}

impl Window {
    /// When the window that `now` lies in began.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Timestamp {
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

    /// When the next window begins.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Timestamp {
        let midnight = Window::Day.start(now);
        let days = 1..=31_u64;
        let mut ends = days.map(|days| midnight.after(Span(days.saturating_mul(86_400))));
        let first = ends.next().unwrap_or(midnight);
        match self {
            Window::Day => first,
            Window::Month => {
                std::iter::once(first).chain(ends).find(|end| end.utc_month() != now.utc_month()).unwrap_or(Timestamp(u64::MAX))
            }
        }
    }
}

impl Guard {
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
        });
        out.asset(self.asset);
        out.maybe(self.most, Writer::amount);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Guard, Damaged> {
        let party = from.party()?;
        let on = match from.u8("guard scope")? {
            0 => GuardScope::All,
            1 => GuardScope::Site(from.text("realm")?),
            _ => return Err(Damaged("guard scope")),
        };
        let window = match from.u8("window")? {
            0 => Window::Day,
            1 => Window::Month,
            _ => return Err(Damaged("window")),
        };
        Ok(Guard { party, on, window, asset: from.asset()?, most: from.maybe("most", Reader::amount)? })
    }
}
