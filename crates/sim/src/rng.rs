//! Randomness from a seed: xoshiro256**, seeded by splitmix64 (Blackman and Vigna, public domain algorithms).

/// A stream of numbers that depends on nothing but its seed.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    pub fn new(seed: u64) -> Rng {
        let mut at = seed;
        let mut next = || {
            at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = at;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        Rng { state: [next(), next(), next(), next()] }
    }

    pub fn next(&mut self) -> u64 {
        let [mut a, mut b, mut c, mut d] = self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        self.state = [a, b, c, d.rotate_left(45)];
        result
    }

    /// A number below `end`, 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next()).saturating_mul(u128::from(end));
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// True once in `in_all` times on average; never if that is 0.
    pub fn once_in(&mut self, in_all: u64) -> bool {
        in_all != 0 && self.below(in_all) == 0
    }

    /// One of the members.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        let count = u64::try_from(of.len()).unwrap_or_default();
        let at = usize::try_from(self.below(count)).unwrap_or_default();
        of.get(at).cloned().expect("nothing is picked from an empty list")
    }

    /// The first members are hot: each is as likely as all behind it together.
    pub fn pick_hot<T: Clone>(&mut self, of: &[T]) -> T {
        let mut rest = of;
        while let [first, more @ ..] = rest
            && !more.is_empty()
        {
            if self.once_in(3) {
                return first.clone();
            }
            if self.once_in(4) {
                return self.pick(more);
            }
            rest = more;
        }
        self.pick(rest)
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            for (to, from) in chunk.iter_mut().zip(word) {
                *to = from;
            }
        }
        bytes
    }
}
