//! Pages, shares and months, each in the plainest way there is.

use super::DAY;
use market::Offer;
use money::Share;

/// True if a pattern of the simulated world (`/x/y`, `/x/*`, `/x/**`) covers a page.
pub(super) fn covers(pattern: &str, page: &str) -> bool {
    if let Some(head) = pattern.strip_suffix("/**") {
        return page.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    }
    if let Some(head) = pattern.strip_suffix("/*") {
        return page.strip_prefix(head).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| !rest.contains('/'));
    }
    pattern == page
}

/// Pages that a pattern surely covers; two patterns of the simulated world overlap if they share one of theirs.
pub(super) fn witnesses(pattern: &str) -> Vec<String> {
    let head = pattern.trim_end_matches('*').trim_end_matches('/');
    vec![pattern.to_owned(), head.to_owned(), format!("{head}/q"), format!("{head}/q/r")]
}

/// What each leg gets, or `None` if they cannot make the whole.
pub(super) fn divide(whole: i128, offer: &Offer) -> Option<Vec<i128>> {
    let rests = offer.split.iter().filter(|leg| leg.share == Share::Rest).count();
    let exact = |share: Share| match share {
        Share::Fixed(amount) => i128::from(amount.units()) * 10_000,
        Share::BasisPoints(points) => whole * i128::from(points),
        Share::Rest => 0,
    };
    let points: i128 = offer.split.iter().map(|leg| if let Share::BasisPoints(points) = leg.share { i128::from(points) } else { 0 }).sum();
    let mut parts: Vec<i128> = offer.split.iter().map(|leg| exact(leg.share) / 10_000).collect();
    let mut left = whole - parts.iter().sum::<i128>();
    if rests != 1 || left < 0 || points > 10_000 {
        return None;
    }
    // Without anything for the rest, what flooring lost goes to the largest remainders, the earlier of equal ones.
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let lost = |at: &usize| offer.split.get(*at).map_or(0, |leg| exact(leg.share) % 10_000);
    order.sort_by_key(|at| -lost(at));
    for at in order {
        if points == 10_000 && left > 0 && lost(&at) > 0 {
            *parts.get_mut(at)? += 1;
            left -= 1;
        }
    }
    let rest = offer.split.iter().position(|leg| leg.share == Share::Rest)?;
    *parts.get_mut(rest)? += left;
    Some(parts)
}

/// The first instant of a month that is not before another, in microseconds.
pub(super) fn month_from(at: u64) -> u64 {
    let (mut year, mut day) = (1970, 0);
    loop {
        for days in months_of(year) {
            if day * DAY >= at {
                return day * DAY;
            }
            day += days;
        }
        year += 1;
    }
}

/// The lengths of a year's months.
fn months_of(year: u64) -> [u64; 12] {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}
