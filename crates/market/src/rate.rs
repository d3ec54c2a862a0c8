//! Rates: a price for a quantity. A unit may cost less than a base unit, so what is charged is always the *cumulative* floor.

use money::Amount;
use std::fmt;
use std::num::NonZeroU64;

/// So much for so many units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// In base units, never zero.
    pub amount: Amount,
    /// For how many units.
    pub per: NonZeroU64,
}

impl Rate {
    /// What `units` cost from the first on, rounded down once: a million calls at 0.3 base units cost 300,000, never 0 and
    /// never 1,000,000. `None` above what can be counted.
    #[must_use]
    pub fn of(self, units: u64) -> Option<Amount> {
        let whole = self.times(units).checked_div(u128::from(self.per.get()))?;
        Amount::new(u64::try_from(whole).ok()?)
    }

    /// The most that `units` can add to what was counted before them.
    #[must_use]
    pub fn at_most(self, units: u64) -> Option<Amount> {
        let whole = self.times(units).div_ceil(u128::from(self.per.get()));
        Amount::new(u64::try_from(whole).ok()?)
    }

    /// The most units that cost no more than `room`, whatever was counted before them.
    #[must_use]
    pub fn within(self, room: Amount) -> u64 {
        let scaled = u128::from(room.units()).saturating_mul(u128::from(self.per.get()));
        let units = scaled.checked_div(u128::from(self.amount.units())).unwrap_or(u128::from(u64::MAX));
        u64::try_from(units).unwrap_or(u64::MAX)
    }

    fn times(self, units: u64) -> u128 {
        u128::from(units).saturating_mul(u128::from(self.amount.units()))
    }
}

/// What is counted: `call`, `byte`, `second`, or a word of the payee's own such as `token`, which its origin reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit([u8; 16]);

impl Unit {
    /// A unit by its word, `[a-z0-9-]{1,16}`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Unit> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if word.is_empty() || !word.bytes().all(allowed) {
            return None;
        }
        let mut bytes = [0; 16];
        bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
        Some(Unit(bytes))
    }

    /// Its word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len());
        self.0.get(..end).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
    }

    /// True for the unit of which a request is exactly one.
    #[must_use]
    pub fn is_call(&self) -> bool {
        self.as_str() == "call"
    }
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
