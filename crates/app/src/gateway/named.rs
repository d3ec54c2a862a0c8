//! What clients call their requests: a name belongs to one payment of its payer for a page, for as long as its answer is kept.
//!
//! In memory only and bounded. After a restart a name is free again; that the same payment pays once does not rest on it.

use money::{Span, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// How long a name is its payment's.
const LIFE: Span = Span(600);
/// More names than this are not remembered; the oldest go.
const MOST: usize = 50_000;

/// Payer, page and name, hashed.
pub(crate) type Key = [u8; 32];

/// The names in use, and what each belongs to: by itself the hash of a payment.
pub(crate) struct Names<T = [u8; 32]>(Mutex<Table<T>>);

struct Table<T> {
    by_key: BTreeMap<Key, (Timestamp, T)>,
    by_age: BTreeMap<(Timestamp, Key), ()>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Names(Mutex::new(Table { by_key: BTreeMap::new(), by_age: BTreeMap::new() }))
    }
}

/// The key of a name.
pub(crate) fn key(payer: &[u8], page: &str, name: &str) -> Key {
    // Neither a folded page nor a name has a line feed in it.
    Sha256::new().chain_update(payer).chain_update(page).chain_update("\n").chain_update(name).finalize().into()
}

impl Names {
    /// True if the name is free, and taken from now on, or this very payment's.
    pub(crate) fn take(&self, key: Key, payment: &str, now: Timestamp) -> bool {
        let hash: [u8; 32] = Sha256::digest(payment).into();
        self.of(key, hash, now) == hash
    }
}

impl<T: Copy> Names<T> {
    /// To what the name belongs: to this, if it was free.
    pub(crate) fn of(&self, key: Key, this: T, now: Timestamp) -> T {
        let mut table = self.table();
        table.forget_old(now);
        if let Some((_, known)) = table.by_key.get(&key) {
            return *known;
        }
        table.by_key.insert(key, (now, this));
        table.by_age.insert((now, key), ());
        this
    }

    /// Nothing was paid under it.
    pub(crate) fn free(&self, key: Key) {
        self.table().remove(key);
    }

    fn table(&self) -> MutexGuard<'_, Table<T>> {
        self.0.lock().expect("no thread panics with the names in hand")
    }
}

impl<T> Table<T> {
    fn forget_old(&mut self, now: Timestamp) {
        while let Some((since, key)) = self.by_age.first_key_value().map(|(oldest, ())| *oldest)
            && (since.after(LIFE) <= now || self.by_key.len() >= MOST)
        {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: Key) {
        if let Some((since, _)) = self.by_key.remove(&key) {
            self.by_age.remove(&(since, key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_payments_for_ten_minutes() {
        let (names, now) = (Names::default(), Timestamp::from_seconds(1_000));
        let (alice, bob) = (key(b"alice", "/a", "name"), key(b"bob", "/a", "name"));
        assert!(names.take(alice, "one", now) && names.take(alice, "one", now));
        assert!(!names.take(alice, "two", now.after(Span(599))));
        assert!(names.take(bob, "two", now), "a name is its payer's own");
        names.free(bob);
        assert!(names.take(bob, "three", now));
        assert!(names.take(alice, "two", now.after(Span(600))));
    }

    #[test]
    fn the_oldest_names_go_when_there_are_too_many() {
        let names = Names::default();
        let at = |number: usize| Timestamp(1_000_000 + u64::try_from(number).unwrap());
        let of = |number: usize| key(&number.to_be_bytes(), "/", "name");
        for number in 0..=MOST {
            assert!(names.take(of(number), "one", at(number)));
        }
        let table = names.table();
        assert_eq!((table.by_key.len(), table.by_age.len()), (MOST, MOST));
        assert!(!table.by_key.contains_key(&of(0)) && table.by_key.contains_key(&of(1)));
    }
}
