//! Finding things by what they stand for: a table of row numbers, hashed with a key that strangers do not know.

use foldhash::SharedSeed;
use foldhash::fast::FoldHasher;
use hashbrown::HashTable;
use money::{Asset, CommandId, Party};
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

/// A hash over parts whose lengths are known to the compiler: word by word, with no call and no loop left of it.
pub struct Hashing<'a>(FoldHasher<'a>);

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

    /// The hash of some bytes, given in parts.
    #[must_use]
    pub fn hash(&self, parts: &[&[u8]]) -> Hash {
        let mut hashing = self.hashing();
        parts.iter().for_each(|part| hashing.0.write(part));
        hashing.hash()
    }

    /// Begins a hash over parts of known lengths.
    #[must_use]
    #[inline]
    pub fn hashing(&self) -> Hashing<'_> {
        Hashing(FoldHasher::with_seed(self.own, &self.shared))
    }
}

impl Hashing<'_> {
    /// Takes in a party.
    #[must_use]
    #[inline]
    pub fn party(mut self, Party(party): &Party) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, last @ ..] = *party;
        self.0.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        self.0.write_u64(u64::from_le_bytes([i, j, k, l, m, n, o, p]));
        self.0.write_u32(u32::from_le_bytes(last));
        self
    }

    /// Takes in a command id.
    #[must_use]
    #[inline]
    pub fn id(mut self, CommandId(id): &CommandId) -> Self {
        self.0.write_u128(u128::from_le_bytes(*id));
        self
    }

    /// Takes in an asset: all there is of most, and the beginning of a long one, which is told from others by its row.
    #[must_use]
    #[inline]
    pub fn asset(mut self, asset: &Asset) -> Self {
        let (first, _) = asset.padded().split_first_chunk().expect("it has 32 bytes");
        self.0.write_u128(u128::from_le_bytes(*first));
        self
    }

    /// Takes in a byte.
    #[must_use]
    #[inline]
    pub fn byte(mut self, byte: u8) -> Self {
        self.0.write_u8(byte);
        self
    }

    /// The hash of all that was taken in.
    #[must_use]
    #[inline]
    pub fn hash(self) -> Hash {
        let hash = self.0.finish();
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
