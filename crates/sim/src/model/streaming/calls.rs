//! The oracle's calls: those that are told with a later one are settled in full before it is promised.

use super::{Figures, Model, Promise};
use crate::model::no;
use market::Settle;

/// What calls before one come to.
#[derive(Default)]
pub(super) struct Delivered {
    pub settles: Vec<Settle>,
    /// What they add to what is drawn.
    pub amount: i128,
    /// What was promised for them.
    pub freed: i128,
}

impl Model {
    /// Each was promised as a call, by this version, and not settled since.
    pub(super) fn delivered(&self, figures: &Figures, version: usize, earlier: &[u32]) -> Result<Delivered, (&'static str, i128)> {
        let row = figures.versions.get(version).expect("it was looked at");
        let price = self.price(row.offer).expect("it was metered when it was entered").0;
        let mut delivered = Delivered::default();
        let mut units = row.units;
        for seq in earlier {
            let is_it = |promise: &&Promise| promise.seq == *seq && promise.until == u64::MAX;
            let Some(promise) = figures.promises.iter().find(is_it) else { return no("ReserveUnknown").map(|_| delivered) };
            if (promise.version, promise.part) != (version, 0) {
                return no("Invalid").map(|_| delivered);
            }
            units += promise.units;
            delivered.freed += price.ceiling(promise.units);
            let promised = u64::try_from(promise.units).expect("it was promised in 64 bits");
            delivered.settles.push(Settle { seq: *seq, part: 0, units: promised, again: 0 });
        }
        delivered.amount = price.floor(units) - price.floor(row.units);
        Ok(delivered)
    }
}
