//! A count of base units: never negative, never above what a signed leg can carry.

use core::fmt;

/// A count of base units, `0 ..= 2^63 − 1`, so that a posting's leg is an `i64`.
///
/// Arithmetic is checked: there is no `+` that could wrap. `Display` is the wire form, a decimal string of base units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(u64);

/// Why a text is not an amount on the wire (`0|[1-9][0-9]{0,18}`, at most 2^63 − 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AmountError {
    /// Empty, a sign, a leading zero, a point, white space or any other byte that is no digit.
    NotADecimalString,
    /// More than 2^63 − 1 base units.
    TooLarge,
}

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// The largest amount, 2^63 − 1 base units.
    pub const MAX: Amount = Amount(i64::MAX.unsigned_abs());

    /// So many base units, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn new(units: u64) -> Option<Amount> {
        if units > Amount::MAX.0 { None } else { Some(Amount(units)) }
    }

    /// The same from a 32-bit count, which always fits.
    #[must_use]
    pub const fn from_u32(units: u32) -> Amount {
        Amount(units as u64)
    }

    /// The number of base units.
    #[must_use]
    pub const fn units(self) -> u64 {
        self.0
    }

    /// The amount as a leg that adds to an account.
    #[must_use]
    pub const fn credit(self) -> i64 {
        self.0.cast_signed()
    }

    /// The amount as a leg that takes from an account.
    #[must_use]
    pub const fn debit(self) -> i64 {
        self.credit().wrapping_neg()
    }

    /// True for nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum, or `None` above [`Amount::MAX`].
    #[must_use]
    pub const fn checked_add(self, other: Amount) -> Option<Amount> {
        match self.0.checked_add(other.0) {
            Some(units) => Amount::new(units),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Amount) -> Option<Amount> {
        match self.0.checked_sub(other.0) {
            Some(units) => Some(Amount(units)),
            None => None,
        }
    }

    /// The difference, or zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Amount) -> Amount {
        Amount(self.0.saturating_sub(other.0))
    }

    /// Reads the wire form.
    ///
    /// # Errors
    /// [`AmountError`] for anything but `0|[1-9][0-9]{0,18}` up to 2^63 − 1.
    pub fn parse(text: &str) -> Result<Amount, AmountError> {
        let digits = text.as_bytes();
        let leading_zero = digits.len() > 1 && digits.first() == Some(&b'0');
        if digits.is_empty() || leading_zero || !digits.iter().all(u8::is_ascii_digit) {
            return Err(AmountError::NotADecimalString);
        }
        text.parse().ok().and_then(Amount::new).ok_or(AmountError::TooLarge)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AmountError::NotADecimalString => "an amount is a decimal string of base units without sign, point or leading zero",
            AmountError::TooLarge => "an amount is at most 2^63 - 1 base units",
        })
    }
}

impl core::error::Error for AmountError {}
