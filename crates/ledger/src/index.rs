//! Finding things by what they stand for: a table of numbers, hashed with a key that strangers do not know.

use hashbrown::HashTable;
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The key of the hashes. Whoever chooses ids could choose them to collide if they knew it; handed in from the roof,
/// another one at every start. Nothing that is computed depends on it.
#[derive(Clone, Copy, Default, Debug)]
pub struct HashKey(pub [u64; 2]);

impl HashKey {
    /// The hash of some bytes, given in parts of known lengths.
    #[must_use]
    pub fn hash(&self, parts: &[&[u8]]) -> u64 {
        let [k0, k1] = self.0;
        let mut hasher = SipHasher13::new_with_keys(k0, k1);
        for part in parts {
            hasher.write(part);
        }
        hasher.finish()
    }
}

/// Numbers of rows in a dense list, found by hash. It holds nothing of its own and is never walked through, so its
/// order cannot reach a result; two indexes over equal rows are equal.
#[derive(Clone, Default, Debug)]
pub struct Index {
    rows: HashTable<u32>,
}

impl PartialEq for Index {
    fn eq(&self, other: &Index) -> bool {
        self.rows.len() == other.rows.len()
    }
}

impl Eq for Index {}

impl Index {
    /// The row of that hash for which `is` holds.
    #[must_use]
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.rows.find(hash, |row| is(*row)).copied()
    }

    /// Enters a row that is not there; `hash_of` gives the hash of any row when the table grows.
    pub fn insert(&mut self, hash: u64, row: u32, hash_of: impl Fn(u32) -> u64) {
        self.rows.insert_unique(hash, row, |row| hash_of(*row));
    }

    /// Takes a row out again.
    pub fn remove(&mut self, hash: u64, row: u32) {
        if let Ok(entry) = self.rows.find_entry(hash, |other| *other == row) {
            entry.remove();
        }
    }

    /// How many rows it finds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if it finds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
