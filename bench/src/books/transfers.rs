//! The work: transfers from a seed, the same for every engine, made outside the timed part.

use std::time::{SystemTime, UNIX_EPOCH};

/// One transfer: wallet `pair` pays the earned account `pair`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// Time-ordered: 48 bits of milliseconds since 1970, then 80 random ones.
    pub id: [u8; 16],
    /// Which wallet pays which payee.
    pub pair: u32,
    /// In base units, at least 1.
    pub amount: u32,
}

/// What an engine answered of one transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Said {
    /// Done now.
    Done,
    /// Done before, with the same content.
    Again,
    /// The id was used for something else.
    Reused,
    /// The wallet has too little.
    TooLittle,
}

/// Random numbers from a seed (xorshift64*).
pub struct Seed(u64);

impl Seed {
    #[must_use]
    pub fn new(seed: u64) -> Seed {
        Seed(mixed(seed) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below `bound`, which is at least 1.
    pub fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(((self.next() >> 32) * u64::from(bound)) >> 32).expect("below a number of 32 bits")
    }

    /// An id made at `ms`.
    pub fn id(&mut self, ms: u64) -> [u8; 16] {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(ms << 16 | self.next() >> 48).to_be_bytes());
        id[8..].copy_from_slice(&self.next().to_be_bytes());
        id
    }
}

/// A number with its bits well mixed (the finalizer of splitmix64).
#[must_use]
pub fn mixed(number: u64) -> u64 {
    let a = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let b = (a ^ a >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let c = (b ^ b >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    c ^ c >> 31
}

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// What one round does.
#[derive(Clone, Copy)]
pub struct Load {
    /// Transfers in a batch.
    pub batch: usize,
    pub batches: usize,
    /// Pairs the transfers fall on by chance; 1 is a hot account.
    pub pairs: u32,
}

impl Load {
    #[must_use]
    pub fn transfers(&self) -> usize {
        self.batch * self.batches
    }

    /// The batches of a round. Their ids begin now and rise by a millisecond every thousand.
    #[must_use]
    pub fn batches(&self, seed: &mut Seed) -> Vec<Vec<Transfer>> {
        let begin = now_ms();
        let mut made = 0;
        let mut transfer = || {
            made += 1;
            Transfer { id: seed.id(begin + made / 1_000), pair: seed.below(self.pairs), amount: 1 + seed.below(100) }
        };
        (0..self.batches).map(|_| (0..self.batch).map(|_| transfer()).collect()).collect()
    }
}
