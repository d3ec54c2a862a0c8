//! Amounts, assets, splitting, typed ids and timestamps: the words every other crate speaks.
//!
//! No floats, no signs, no I/O, no dependencies. The base unit of every fiat asset is one millionth of its main
//! unit, so 0.000002 USD is 2 and six decimal digits are always exact.
#![no_std]

extern crate alloc;

mod amount;
mod asset;
mod ids;
mod split;
mod text;
mod time;

pub use amount::{Amount, AmountError};
pub use asset::{Asset, AssetError, minor_digits};
pub use ids::{CommandId, OfferId, Party};
pub use split::{Share, SplitError, split, split_into};
pub use text::{Price, PriceError, plain};
pub use time::{Span, SpanError, Timestamp};

#[cfg(test)]
mod tests;
