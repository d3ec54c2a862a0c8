//! Money as people write it in offers and on the command line: `0.05 EUR`, exact or refused.

use crate::{Amount, Asset, minor_digits};
use alloc::string::String;

/// An amount with its asset, as written by a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Price {
    /// How much, in base units.
    pub amount: Amount,
    /// Of what.
    pub asset: Asset,
}

/// Why a text is no price.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PriceError {
    /// Not of the form `0.05 EUR`.
    Form,
    /// More than six decimals: a finer rate is written as a ratio, `0.30 USD per 1000000`.
    TooFine,
    /// More than 2^63 − 1 base units.
    TooLarge,
}

impl Price {
    /// Reads `0.05 EUR`: digits, at most one point with one to six decimals, one space, an ISO code.
    ///
    /// # Errors
    /// [`PriceError`], by what a person can do about it.
    pub fn parse(text: &str) -> Result<Price, PriceError> {
        let (number, code) = text.trim().split_once(' ').ok_or(PriceError::Form)?;
        let asset = Asset::fiat(code.trim()).map_err(|_| PriceError::Form)?;
        Ok(Price { amount: Price::decimal(number)?, asset })
    }

    /// Reads the number alone, `0.05`, in main units of a fiat asset.
    ///
    /// # Errors
    /// [`PriceError`] as for [`Price::parse`].
    pub fn decimal(number: &str) -> Result<Amount, PriceError> {
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(PriceError::Form),
            None => (number, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return Err(PriceError::Form);
        }
        if fraction.len() > 6 {
            return Err(PriceError::TooFine);
        }
        let millionths: u64 = alloc::format!("{fraction:0<6}").parse().map_err(|_| PriceError::Form)?;
        let main: u64 = whole.parse().map_err(|_| PriceError::TooLarge)?;
        main.checked_mul(1_000_000).and_then(|units| units.checked_add(millionths)).and_then(Amount::new).ok_or(PriceError::TooLarge)
    }
}

/// The exact decimal number of a fiat amount with a point: at least the ISO minor digits, at most six, never rounded.
///
/// `plain(4_000, "EUR")` is `0.004`; `plain(5_000_000, "KRW")` is `5`.
#[must_use]
pub fn plain(amount: Amount, iso: &str) -> String {
    let main = amount.units() / 1_000_000;
    let mut fraction = alloc::format!("{:06}", amount.units() % 1_000_000);
    while fraction.len() > usize::from(minor_digits(iso)) && fraction.ends_with('0') {
        fraction.pop();
    }
    if fraction.is_empty() { alloc::format!("{main}") } else { alloc::format!("{main}.{fraction}") }
}

impl core::fmt::Display for Price {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.asset.iso() {
            Some(iso) => write!(f, "{} {iso}", plain(self.amount, &iso)),
            None => write!(f, "{} {}", self.amount, self.asset),
        }
    }
}

impl core::fmt::Display for PriceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            PriceError::Form => "money is written as a number, a space and an ISO code, such as \"0.05 EUR\"",
            PriceError::TooFine => "at most six decimals; write a finer rate as a ratio, such as \"0.30 USD per 1000000\"",
            PriceError::TooLarge => "more than can be counted (2^63 - 1 millionths)",
        })
    }
}

impl core::error::Error for PriceError {}
