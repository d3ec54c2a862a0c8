//! Dividing a price once more, in another way than the books do it.

use money::Share;

/// What each share gets of `whole`: fixed parts as they are, basis points rounded down, the rest what is left; where the basis
/// points alone make the whole, the units lost by rounding go one by one to the largest fractions, the earlier first. `None`
/// if the shares cannot make the whole.
pub(super) fn divide(whole: u64, shares: &[Share]) -> Option<Vec<u64>> {
    let mut rest = i128::from(whole);
    let (mut points, mut at_rest) = (0_u32, None);
    let mut parts = Vec::with_capacity(shares.len());
    for (at, share) in shares.iter().enumerate() {
        let part = match share {
            Share::Fixed(amount) => amount.units(),
            Share::BasisPoints(bp) => {
                points = points.checked_add(u32::from(*bp))?;
                u64::try_from(fraction(whole, *bp).0).ok()?
            }
            Share::Rest if at_rest.replace(at).is_some() => return None,
            Share::Rest => 0,
        };
        rest = rest.checked_sub(i128::from(part))?;
        parts.push(part);
    }
    let at_rest = at_rest.filter(|_| points <= 10_000)?;
    let mut rest = u64::try_from(rest).ok()?;
    while points == 10_000 && rest > 0 {
        // The largest fraction that got nothing of it yet; a share is ahead of its floor by one once it did.
        let open = shares.iter().zip(&parts).enumerate().filter_map(|(at, (share, part))| match share {
            Share::BasisPoints(bp) => {
                let (floor, fraction) = fraction(whole, *bp);
                (fraction > 0 && u128::from(*part) == floor).then_some((fraction, at))
            }
            Share::Fixed(_) | Share::Rest => None,
        });
        let Some((_, at)) = open.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))) else { break };
        let part = parts.get_mut(at)?;
        *part = part.checked_add(1)?;
        rest = rest.checked_sub(1)?;
    }
    *parts.get_mut(at_rest)? = rest;
    Some(parts)
}

/// Whole units and ten-thousandths of one.
fn fraction(whole: u64, bp: u16) -> (u128, u128) {
    let product = u128::from(whole).saturating_mul(u128::from(bp));
    (product.checked_div(10_000).unwrap_or(0), product.checked_rem(10_000).unwrap_or(0))
}
