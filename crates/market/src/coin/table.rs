//! All payments past the books, found by id and by what their chain takes only once.

use super::{CoinEnding, CoinKey, CoinPayment, CoinPhase};
use money::{CommandId, Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// For so long a payment that never arrived is kept: longer than anybody could show it again.
const KEPT: Span = Span(3_600);

/// Payments by id. What arrived is kept for ever, like a sale.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Coins {
    by_id: BTreeMap<CommandId, Box<CoinPayment>>,
    by_key: BTreeMap<CoinKey, CommandId>,
    pending: BTreeSet<CommandId>,
    /// Those that never arrived, by when that was known.
    lost: BTreeSet<(Timestamp, CommandId)>,
}

impl Coins {
    pub fn find(&self, id: CommandId) -> Option<&CoinPayment> {
        self.by_id.get(&id).map(Box::as_ref)
    }

    pub fn by_key(&self, key: &CoinKey) -> Option<CommandId> {
        self.by_key.get(key).copied()
    }

    /// In the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (CommandId, &CoinPayment)> {
        self.by_id.iter().map(|(id, payment)| (*id, payment.as_ref()))
    }

    pub fn last(&self) -> Option<CommandId> {
        self.by_id.last_key_value().map(|(id, _)| *id)
    }

    pub fn waiting(&self) -> usize {
        self.pending.len()
    }

    /// Those that nobody knows the end of yet.
    pub fn pending(&self) -> impl Iterator<Item = (CommandId, &CoinPayment)> {
        self.pending.iter().filter_map(|id| Some((*id, self.find(*id)?)))
    }

    /// Adds a payment of a new id and key, pending or, read back, in whatever phase.
    pub fn enter(&mut self, id: CommandId, payment: CoinPayment) {
        self.by_key.insert(payment.claim.key(), id);
        match payment.phase {
            CoinPhase::Pending => drop(self.pending.insert(id)),
            CoinPhase::Ended { ending: CoinEnding::Lapsed | CoinEnding::Spent, at, .. } => drop(self.lost.insert((at, id))),
            CoinPhase::Ended { ending: CoinEnding::Paid { .. }, .. } => {}
        }
        self.by_id.insert(id, Box::new(payment));
    }

    /// Ends one that the caller found, and forgets those that were lost long ago.
    pub fn end(&mut self, id: CommandId, phase: CoinPhase, until: Option<Timestamp>) {
        let Some(payment) = self.by_id.get_mut(&id) else { return };
        (payment.phase, payment.until) = (phase, until);
        self.pending.remove(&id);
        let CoinPhase::Ended { ending, at, .. } = phase else { return };
        if !matches!(ending, CoinEnding::Paid { .. }) {
            self.lost.insert((at, id));
        }
        while let Some((since, id)) = self.lost.first().copied()
            && since.after(KEPT) <= at
        {
            self.lost.pop_first();
            if let Some(payment) = self.by_id.remove(&id) {
                self.by_key.remove(&payment.claim.key());
            }
        }
    }
}
