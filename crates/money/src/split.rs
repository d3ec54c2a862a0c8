//! Dividing an amount so that the parts sum exactly: fixed parts first, then basis points by largest remainder.

use crate::Amount;
use alloc::vec::Vec;

/// One part of a division.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Share {
    /// So many base units, whatever the whole is.
    Fixed(Amount),
    /// So many hundredths of a percent of the whole.
    BasisPoints(u16),
    /// What the other parts leave. Exactly one part is this.
    Rest,
}

/// Why a whole cannot be divided so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SplitError {
    /// No part, or more than one part, takes the rest.
    NotOneRest,
    /// Fixed parts and basis points take more than the whole.
    OverWhole,
}

/// Divides `whole` into one amount a share, in the order given; they sum to `whole` exactly.
///
/// Basis points are floored and the units lost by flooring go to the largest remainders first (ties: the earlier
/// share), but only where the shares without a rest already make the whole; otherwise the rest takes them.
///
/// # Errors
/// [`SplitError`] if the shares cannot sum to the whole.
pub fn split(whole: Amount, shares: &[Share]) -> Result<Vec<Amount>, SplitError> {
    if shares.iter().filter(|share| matches!(share, Share::Rest)).count() != 1 {
        return Err(SplitError::NotOneRest);
    }
    let mut taken = Amount::ZERO;
    let mut parts = Vec::with_capacity(shares.len());
    let mut remainders = Vec::new();
    let mut points = 0u32;
    for (at, share) in shares.iter().enumerate() {
        let part = match share {
            Share::Fixed(amount) => *amount,
            Share::BasisPoints(bp) => {
                points = points.saturating_add(u32::from(*bp));
                let product = u128::from(whole.units()).saturating_mul(u128::from(*bp));
                remainders.push((product % 10_000, at));
                u64::try_from(product / 10_000).ok().and_then(Amount::new).ok_or(SplitError::OverWhole)?
            }
            Share::Rest => Amount::ZERO,
        };
        taken = taken.checked_add(part).ok_or(SplitError::OverWhole)?;
        parts.push(part);
    }
    let mut left = whole.checked_sub(taken).ok_or(SplitError::OverWhole)?;
    if points > 10_000 {
        return Err(SplitError::OverWhole);
    }
    if points == 10_000 {
        left = hand_out(left, &mut parts, remainders)?;
    }
    for (part, share) in parts.iter_mut().zip(shares) {
        if matches!(share, Share::Rest) {
            *part = left;
        }
    }
    Ok(parts)
}

/// Gives the units lost by flooring to the largest remainders; what is more than that stays for the rest.
fn hand_out(mut left: Amount, parts: &mut [Amount], mut remainders: Vec<(u128, usize)>) -> Result<Amount, SplitError> {
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (remainder, at) in remainders {
        let Some(after) = left.checked_sub(Amount::from_u32(1)) else { break };
        if remainder == 0 {
            break;
        }
        if let Some(part) = parts.get_mut(at) {
            *part = part.checked_add(Amount::from_u32(1)).ok_or(SplitError::OverWhole)?;
            left = after;
        }
    }
    Ok(left)
}

impl core::fmt::Display for SplitError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            SplitError::NotOneRest => "exactly one leg of a split takes the rest",
            SplitError::OverWhole => "the legs of the split take more than the whole",
        })
    }
}

impl core::error::Error for SplitError {}
