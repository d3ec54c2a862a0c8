//! What the payer agreed to beforehand: how much, over which lines, and how long to wait for an answer.

use crate::Address;
use money::{Amount, Asset};
use std::collections::BTreeMap;
use std::time::Duration;

/// The rules a payment is held against before anything is signed.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The most that one request may cost.
    pub max: Caps,
    /// Pay over plain http on `localhost`, `*.localhost` and loopback addresses. Plain http elsewhere is never paid.
    pub allow_http_loopback: bool,
    /// How long to wait, and when to ask again.
    pub patience: Patience,
    /// When a session is opened.
    pub sessions: Sessions,
}

/// When a session is opened. It never holds more than the most that one request may cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sessions {
    /// Where a page is sold in no other way.
    #[default]
    IfNeeded,
    /// Wherever one is offered.
    Wanted,
}

/// The most that one request may cost, in base units.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Caps {
    /// In these currencies so much each; in others nothing. Empty: pay nothing at all.
    Each(BTreeMap<Asset, Amount>),
    /// So many millionths of whatever currency the site asks for. Assets that are no currency are not paid.
    AnyCurrency(Amount),
}

/// How long to wait for an answer, and when to present the same bytes again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patience {
    /// The longest wait for the head of an answer.
    pub answer: Duration,
    /// Pauses before an unclear payment is presented again, one for each time.
    pub pauses: Vec<Duration>,
}

impl Policy {
    /// True if what is sent there cannot be read or changed on the way.
    #[must_use]
    pub fn trusts_the_way_to(&self, url: &Address) -> bool {
        url.is_https() || (self.allow_http_loopback && url.is_loopback())
    }
}

impl Caps {
    /// A cap in one currency.
    #[must_use]
    pub fn of(asset: Asset, most: Amount) -> Caps {
        Caps::Each(BTreeMap::from([(asset, most)]))
    }

    /// The most of an asset, if it may be paid in at all.
    #[must_use]
    pub fn most(&self, asset: &Asset) -> Option<Amount> {
        match self {
            Caps::Each(caps) => caps.get(asset).copied(),
            Caps::AnyCurrency(most) => asset.iso().map(|_| *most),
        }
    }
}

impl Default for Caps {
    /// Nothing is paid.
    fn default() -> Caps {
        Caps::Each(BTreeMap::new())
    }
}

impl Default for Patience {
    /// 30 s for an answer (a gateway waits 10 s for its origin), then again after 1, 2 and 4 s.
    fn default() -> Patience {
        Patience { answer: Duration::from_secs(30), pauses: [1, 2, 4].map(Duration::from_secs).to_vec() }
    }
}
