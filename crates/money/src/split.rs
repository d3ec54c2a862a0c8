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
    let mut parts = alloc::vec![Amount::ZERO; shares.len()];
    split_into(whole, shares, &mut parts)?;
    Ok(parts)
}

/// As [`split`], into `parts` that the caller has: one a share.
///
/// # Errors
/// [`SplitError`] if the shares cannot sum to the whole; `parts` then holds nothing of use.
pub fn split_into(whole: Amount, shares: &[Share], parts: &mut [Amount]) -> Result<(), SplitError> {
    if shares.iter().filter(|share| matches!(share, Share::Rest)).count() != 1 {
        return Err(SplitError::NotOneRest);
    }
    let mut taken = Amount::ZERO;
    let mut points = 0u32;
    for (share, part) in shares.iter().zip(parts.iter_mut()) {
        *part = match share {
            Share::Fixed(amount) => *amount,
            Share::BasisPoints(bp) => {
                points = points.saturating_add(u32::from(*bp));
                u64::try_from(of_points(whole, *bp) / 10_000).ok().and_then(Amount::new).ok_or(SplitError::OverWhole)?
            }
            Share::Rest => Amount::ZERO,
        };
        taken = taken.checked_add(*part).ok_or(SplitError::OverWhole)?;
    }
    let mut left = whole.checked_sub(taken).ok_or(SplitError::OverWhole)?;
    if points > 10_000 {
        return Err(SplitError::OverWhole);
    }
    if points == 10_000 {
        left = hand_out(whole, left, shares, parts)?;
    }
    for (part, share) in parts.iter_mut().zip(shares) {
        if matches!(share, Share::Rest) {
            *part = left;
        }
    }
    Ok(())
}

fn of_points(whole: Amount, points: u16) -> u128 {
    u128::from(whole.units()).saturating_mul(u128::from(points))
}

/// Gives the units lost by flooring to the largest remainders; what is more than that stays for the rest.
fn hand_out(whole: Amount, mut left: Amount, shares: &[Share], parts: &mut [Amount]) -> Result<Amount, SplitError> {
    let remainder = |share: &Share| match share {
        Share::BasisPoints(points) => of_points(whole, *points) % 10_000,
        Share::Fixed(_) | Share::Rest => 0,
    };
    // Each share has one unit at most, in the order of (remainder falling, place rising): a step finds the next.
    let mut last: Option<(u128, usize)> = None;
    while let Some(after) = left.checked_sub(Amount::from_u32(1)) {
        let later = |(at, over): &(usize, u128)| match last {
            None => *over > 0,
            Some((over_before, at_before)) => *over > 0 && (*over < over_before || (*over == over_before && *at > at_before)),
        };
        let open = shares.iter().map(remainder).enumerate().filter(later);
        let Some((at, over)) = open.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))) else { break };
        if let Some(part) = parts.get_mut(at) {
            *part = part.checked_add(Amount::from_u32(1)).ok_or(SplitError::OverWhole)?;
        }
        left = after;
        last = Some((over, at));
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
