//! Months add up, follow from each other, and belong to one party, asset and class alone.

use super::built;
use super::rows::told;
use crate::engine::tests::scenario::{eur, noon, party, usd};
use crate::index::{MonthSum, Of};
use market::Class;
use money::{Asset, Timestamp};

fn of(name: &str, asset: Asset, class: Class) -> Of {
    Of { party: party(name), asset, class }
}

#[test]
fn a_month_is_the_sum_of_its_lines() {
    let folder = told();
    let index = built(&folder);
    let rosa = of("rosa", eur(), Class::Funded);
    let month = noon().utc_month();
    let sum = MonthSum { month, opening: 0, came_in: 1_050_000, went_out: -110_000, closing: 940_000, lines: 4 };
    assert_eq!(index.months(rosa, &Timestamp::utc_month).unwrap(), [sum]);
    let earned = MonthSum { month, opening: 0, came_in: 84_500, went_out: -37_500, closing: 47_000, lines: 3 };
    assert_eq!(index.months(of("paper", eur(), Class::EarnedPending), &Timestamp::utc_month).unwrap(), [earned]);
    assert_eq!(index.months(of("rosa", eur(), Class::Fee), &Timestamp::utc_month).unwrap(), []);
    assert_eq!(index.months(of("otto", usd(), Class::Funded), &Timestamp::utc_month).unwrap(), []);
}

#[test]
fn the_lines_of_a_span_are_those_from_its_first_instant_to_before_its_last() {
    let folder = told();
    let index = built(&folder);
    let rosa = of("rosa", eur(), Class::Funded);
    let (first, last) = (Timestamp::of_utc_month(noon().utc_month()), Timestamp::of_utc_month(noon().utc_month() + 1));
    let mut whole = index.between(rosa, first, last).unwrap();
    let amounts: Vec<i64> = whole.iter().map(|row| row.amount).collect();
    assert_eq!(amounts, [1_000_000, -50_000, -60_000, 50_000], "oldest first, and of one asset");
    let at = |line: usize| whole[line].at;
    let found = |from, to| index.between(rosa, from, to).unwrap().len();
    assert_eq!((found(at(1), at(3)), found(at(1), at(1)), found(last, last)), (2, 0, 0));
    assert_eq!(index.between(of("otto", eur(), Class::Funded), first, last).unwrap(), []);
    whole.reverse();
    let history = index.history(party("rosa"), Class::Funded, None, 100).unwrap();
    assert_eq!(whole, history.into_iter().filter(|row| row.asset == eur()).collect::<Vec<_>>(), "the history says the same");
}
