//! Which fresh sales have brought their page already: one whose very first delivery to a browser fails is taken back.
//!
//! A browser pays at the wallet and reads here by its cookie, so the request that fetches the page does not say that it was
//! charged a moment ago. In memory only: after a restart the payer takes back by hand.

use money::{CommandId, Span, Timestamp};
use std::collections::BTreeSet;
use std::sync::Mutex;

/// A sale is fresh for so long: the life of the way back, and as much again.
const FRESH: Span = Span(120);

/// Fresh sales that were delivered, by the time of the sale.
#[derive(Default)]
pub(super) struct Firsts(Mutex<BTreeSet<(Timestamp, CommandId)>>);

impl Firsts {
    /// True for a sale of the last two minutes that has not brought its page yet.
    pub(super) fn awaits(&self, sale: CommandId, sold_at: Timestamp, now: Timestamp) -> bool {
        now < sold_at.after(FRESH) && !self.0.lock().expect("no thread panics with the sales in hand").contains(&(sold_at, sale))
    }

    /// The sale has brought its page. Sales that are fresh no longer are forgotten.
    pub(super) fn delivered(&self, sale: CommandId, sold_at: Timestamp, now: Timestamp) {
        let mut delivered = self.0.lock().expect("no thread panics with the sales in hand");
        while delivered.first().is_some_and(|(oldest, _)| oldest.after(FRESH) <= now) {
            delivered.pop_first();
        }
        delivered.insert((sold_at, sale));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_sale_awaits_its_page_once() {
        let (firsts, sold_at) = (Firsts::default(), Timestamp::from_seconds(1_000));
        let (sale, other) = (CommandId([1; 16]), CommandId([2; 16]));
        let at = |seconds: u64| sold_at.after(Span(seconds));
        assert!(firsts.awaits(sale, sold_at, at(1)));
        firsts.delivered(sale, sold_at, at(1));
        assert!(!firsts.awaits(sale, sold_at, at(2)) && firsts.awaits(other, sold_at, at(2)));
        assert!(!firsts.awaits(other, sold_at, at(120)), "an old sale is no longer in question");
        firsts.delivered(other, at(119), at(121));
        assert_eq!(firsts.0.lock().unwrap().len(), 1, "what is fresh no longer is forgotten");
    }
}
