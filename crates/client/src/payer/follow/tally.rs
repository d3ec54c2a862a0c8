//! What came of a stream, counted as the gateway counts it.

use protocol::event_stream::Block;
use std::collections::BTreeSet;

/// Ids that are remembered; above that only the most that can have come is known.
const MOST_IDS: usize = 1_000_000;

/// Units that came, where they can be counted here.
pub(super) struct Tally {
    unit: Unit,
    units: u64,
    ids: BTreeSet<Vec<u8>>,
    is_whole: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Events,
    Bytes,
    /// Seconds, and what only the origin knows.
    Other,
}

impl Tally {
    pub fn of(unit: &str) -> Tally {
        let unit = match unit {
            "event" => Unit::Events,
            "byte" => Unit::Bytes,
            _ => Unit::Other,
        };
        Tally { unit, units: 0, ids: BTreeSet::new(), is_whole: true }
    }

    /// Counts a block of the origin's; an event of a known id only once.
    pub fn count(&mut self, block: &Block) {
        let units = match self.unit {
            Unit::Events => u64::from(block.is_event()),
            Unit::Bytes => u64::try_from(block.raw().len()).unwrap_or(u64::MAX),
            Unit::Other => return,
        };
        if let Some(id) = block.id().filter(|id| !id.is_empty() && units > 0 && self.ids.len() < MOST_IDS)
            && !self.ids.insert(id.to_vec())
        {
            return;
        }
        self.units = self.units.saturating_add(units);
    }

    /// The connection was lost, and with it perhaps what was sent and never came.
    pub fn lost(&mut self) {
        self.is_whole = false;
    }

    /// True if so many units can have come.
    pub fn covers(&self, units: u64) -> bool {
        self.unit == Unit::Other || !self.is_whole || units <= self.units
    }
}
