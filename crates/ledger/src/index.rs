//! Finding things by what they stand for: a table of row numbers, hashed with a key that strangers do not know.

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use hashbrown::HashTable;
use std::hash::Hasher;

/// The key of the hashes. Whoever chooses ids could choose them to collide if they knew it; handed in from the roof,
/// another one at every start. Nothing that is computed depends on it, so any two are equal.
#[derive(Clone, Debug)]
pub struct HashKey {
    shared: SharedSeed,
    own: u64,
}

/// A hash under a [`HashKey`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hash(u32);

/// Numbers of rows in a dense list, found by hash. It holds nothing of its own and is never walked through, so its
/// order cannot reach a result; two indexes of one size are equal, the rows say the rest.
#[derive(Clone, Default, Debug)]
pub struct Index {
    rows: HashTable<(Hash, u32)>,
}

impl HashKey {
    /// A key made of random bits.
    #[must_use]
    pub const fn new([shared, own]: [u64; 2]) -> HashKey {
        HashKey { shared: SharedSeed::from_u64(shared), own }
    }

    /// The hash of some bytes, given in parts. Taken eight by eight: for parts of a known length no call is left of it.
    #[must_use]
    #[inline]
    pub fn hash(&self, parts: &[&[u8]]) -> Hash {
        let mut hasher = FoldHasher::with_seed(self.own, &self.shared);
        for part in parts {
            let (words, rest) = part.as_chunks::<8>();
            for word in words {
                hasher.write_u64(u64::from_le_bytes(*word));
            }
            if !rest.is_empty() {
                let mut word = [0; 8];
                word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
                hasher.write_u64(u64::from_le_bytes(word));
            }
        }
        let hash = hasher.finish();
        let [low, high] = [hash & u64::from(u32::MAX), hash >> 32];
        Hash(u32::try_from(low ^ high).expect("both halves have 32 bits"))
    }
}

impl Default for HashKey {
    fn default() -> HashKey {
        HashKey::new([0, 0])
    }
}

impl PartialEq for HashKey {
    fn eq(&self, _: &HashKey) -> bool {
        true
    }
}

impl Eq for HashKey {}

impl Hash {
    /// The hash as the table wants it: its low bits choose a place, its high ones tell neighbours apart.
    fn spread(self) -> u64 {
        u64::from(self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
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
    pub fn find(&self, hash: Hash, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.rows.find(hash.spread(), |(of, row)| *of == hash && is(*row)).map(|(_, row)| *row)
    }

    /// A row of that hash, most likely the only one: a guess that the asker has to verify.
    #[must_use]
    pub fn guess(&self, hash: Hash) -> Option<u32> {
        self.rows.find(hash.spread(), |(of, _)| *of == hash).map(|(_, row)| *row)
    }

    /// Enters a row that is not there. A table that grows does not look at rows again: it keeps their hashes.
    pub fn insert(&mut self, hash: Hash, row: u32) {
        self.rows.insert_unique(hash.spread(), (hash, row), |(hash, _)| hash.spread());
    }

    /// Makes room for so many rows in all.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows.saturating_sub(self.rows.len()), |(hash, _)| hash.spread());
    }

    /// Takes a row out again.
    pub fn remove(&mut self, hash: Hash, row: u32) {
        if let Ok(entry) = self.rows.find_entry(hash.spread(), |(_, other)| *other == row) {
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
