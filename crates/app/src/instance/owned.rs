//! What was found to be owned, remembered at the doors: a page shown again asks the engine nothing.
//!
//! Only a *yes* is remembered, and a sale that is taken back is forgotten before anybody is told that it was: the engine's
//! answer passes here first. In memory only and bounded; an empty memory costs one look at the state.

use super::Instance;
use crate::receipts::Sold;
use market::{Effect, Outcome};
use money::{CommandId, Party, Timestamp};
use protocol::problem::Problem;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// More sales than this are not remembered; then the memory begins anew.
const MOST: usize = 50_000;

/// SHA-256 over party and item.
type Key = [u8; 32];

/// Sales that stood when they were looked up and were not taken back since.
pub(super) struct Owned<T>(Mutex<Memory<T>>);

struct Memory<T> {
    by_item: BTreeMap<Key, Entry<T>>,
    by_sale: BTreeMap<CommandId, Key>,
    /// How many sales were taken back: what was looked up under another number may be of before.
    taken_back: u64,
}

struct Entry<T> {
    sale: CommandId,
    /// When the entitlement ends; `None` = never.
    until: Option<Timestamp>,
    sold: Arc<T>,
}

impl Instance {
    /// The sale that gives a party a page at `now`, if it has it. A page bought a moment ago is found as soon as its buyer
    /// was told.
    ///
    /// # Errors
    /// As [`Instance::apply`].
    pub async fn owned(&self, party: Party, item: &str, now: Timestamp) -> Result<Option<Arc<Sold>>, Problem> {
        let key = Sha256::new().chain_update(party.0).chain_update(item).finalize().into();
        let turn = match self.owned.find(&key, now) {
            Ok(sold) => return Ok(Some(sold)),
            Err(turn) => turn,
        };
        let of = item.to_owned();
        let find = move |state: &market::State, now| state.owned(party, &of, now).and_then(|(id, _)| Sold::find(state, id));
        let Some(sold) = self.look(find).await?.map(Arc::new) else { return Ok(None) };
        let entry = Entry { sale: sold.id, until: sold.sale.until, sold: Arc::clone(&sold) };
        self.owned.remember(key, entry, turn);
        Ok(Some(sold))
    }
}

impl<T> Owned<T> {
    /// A sale that gives the page, or the number to remember one under.
    fn find(&self, key: &Key, now: Timestamp) -> Result<Arc<T>, u64> {
        let memory = self.lock();
        let found = memory.by_item.get(key).filter(|entry| entry.until.is_none_or(|until| now < until));
        found.map(|entry| Arc::clone(&entry.sold)).ok_or(memory.taken_back)
    }

    fn remember(&self, key: Key, entry: Entry<T>, turn: u64) {
        let mut memory = self.lock();
        if memory.taken_back != turn {
            return;
        }
        if memory.by_item.len() >= MOST {
            memory.by_item.clear();
            memory.by_sale.clear();
        }
        let sale = entry.sale;
        if let Some(former) = memory.by_item.insert(key, entry) {
            memory.by_sale.remove(&former.sale);
        }
        memory.by_sale.insert(sale, key);
    }

    /// Takes note of an outcome before it is told.
    pub(super) fn note(&self, outcome: &Outcome) {
        let Ok(Effect::Refunded { sale, .. }) = outcome.effect() else { return };
        let mut memory = self.lock();
        memory.taken_back = memory.taken_back.wrapping_add(1);
        if let Some(key) = memory.by_sale.remove(&sale) {
            memory.by_item.remove(&key);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory<T>> {
        self.0.lock().expect("no thread panics with the sales in hand")
    }
}

impl<T> Default for Owned<T> {
    fn default() -> Owned<T> {
        Owned(Mutex::new(Memory { by_item: BTreeMap::new(), by_sale: BTreeMap::new(), taken_back: 0 }))
    }
}

#[cfg(test)]
mod tests;
