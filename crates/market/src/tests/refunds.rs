//! A sale is taken back leg by leg, whole inside its window and limits, or in parts by who was paid.

use super::{Run, check};
use crate::*;
use insta::assert_snapshot;
use ledger::Entry;
use money::{Amount, Asset, plain};
use proptest::prelude::*;

#[test]
fn undo_inside_the_window_and_not_a_moment_later() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp fee:operator:300bp house:self:rest window 10m
        @2026-11-22T10:00:00Z S1 buy alice V1 /a/x 0.05 EUR
        S2 buy alice V1 /a/y 0.05 EUR
        @2026-11-22T10:09:59Z U1 undo S1 alice
        U1 undo S1 alice
        U2 undo S1 alice
        @2026-11-22T10:10:00Z U3 undo S2 alice
        V2 offer never /n/* fixed 0.05 EUR window 0s
        S3 buy alice V2 /n/x 0.05 EUR
        U4 undo S3 alice
    "
    ));
}

#[test]
fn a_page_is_undone_once_and_may_be_bought_again() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        S1 buy alice V1 /a/x 0.05 EUR
        U1 undo S1 alice
        S1 buy alice V1 /a/x 0.05 EUR
        S2 buy alice V1 /a/x 0.05 EUR
        U2 undo S2 alice
        R2 refund S2 origin
    "
    ));
}

#[test]
fn ten_undos_a_day_and_the_next_day_again() {
    let mut run = Run::begun();
    run.line("@2026-11-22T22:00:00Z V1 offer harbour /a/* fixed 0.05 EUR window 3d");
    run.line("_ topup alice 5.00 EUR");
    let mut out = String::new();
    for page in 0..12 {
        run.line(&format!("S{page} buy alice V1 /a/{page} 0.05 EUR"));
    }
    for (time, page) in [("@2026-11-22T22:00:00Z", 0..11), ("@2026-11-22T23:59:59Z", 10..11), ("@2026-11-23T00:00:00Z", 10..12)] {
        for page in page {
            let line = format!("{time} _ undo S{page} alice");
            out.push_str(&format!("{line:<42} {}\n", run.line(&line)));
        }
    }
    run.line("V2 offer other /o/* fixed 0.05 EUR per-day 1");
    run.line("S20 buy alice V2 /o/1 0.05 EUR");
    out.push_str(&format!("{:<42} {}\n", "a limit counts the site, whatever the offer", run.line("_ undo S20 alice")));
    run.assert_replays();
    assert_snapshot!(out);
}

#[test]
fn who_may_take_back_what() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest window 10m
        S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        S3 buy alice V1 /a/3 0.05 EUR
        _ undo S1 bob
        _ undo S9 alice
        _ refund S1 payee ann
        +3d _ undo S1 alice
        _ refund S1 payee house
        _ refund S1 payee house
        _ refund S2 operator
        _ refund S3 origin
    "
    ));
}

#[test]
fn a_refund_outlives_the_offer_and_its_price() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        S1 buy alice V1 /a/x 0.05 EUR
        V2 offer harbour /a/* fixed 0.09 EUR window 0s per-day 0
        S2 buy alice V2 /a/y 0.09 EUR
        _ end harbour
        U1 undo S1 alice
        U2 undo S2 alice
    "
    ));
}

/// Earnings leave only by payouts, which are not there yet; here a posting stands for one.
#[test]
fn a_share_that_is_gone_cannot_be_taken_back() {
    let mut run = Run::begun();
    for line in [
        "_ topup alice 5.00 EUR",
        "V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest",
        "S1 buy alice V1 /a/x 0.05 EUR",
    ] {
        run.line(line);
    }
    let earned = run.state.books().accounts().iter().find(|account| account.key.party == super::words::party("ann")).unwrap().key;
    let rail = AccountKey { party: PLAY_RAIL, asset: Asset::fiat("EUR").unwrap(), class: Class::Rail, lot: None };
    let out = Amount::from_u32(1);
    run.state.books.settle(PostingPlace(1), &[Entry::new(earned, out.debit()), Entry::new(rail, out.credit())]).unwrap();
    assert_eq!(run.line("_ undo S1 alice"), "no: RefundNotCovered (for now)");
    assert_eq!(run.line("_ refund S1 operator"), "no: RefundNotCovered (for now)");
    assert_snapshot!(run.standing());
}

#[test]
fn a_part_leaves_the_page_and_the_last_part_ends_it() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        _ guard alice day 0.06 EUR
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp fee:operator:300bp house:self:rest window 10m
        S1 buy alice V1 /a/x 0.05 EUR
        S9 buy alice V1 /a/y 0.05 EUR
        R1 refund S1 payee house 0.02 goodwill
        R1 refund S1 payee house 0.02 goodwill
        R1 refund S1 payee house 0.03 goodwill
        _ refund S1 payee house 0.00
        _ refund S1 payee house 0.030001
        _ refund S1 payee ann 0.01
        _ refund S1 payee bob 0.01
        _ undo S1 alice 0.01
        _ refund S1 origin all asked
        S1b buy alice V1 /a/x 0.05 EUR
        S2 buy alice V1 /a/y 0.03 EUR
        R2 refund S1 operator 0.000001 mistake
        R3 refund S1 payee house 0.029999
        R4 refund S1 payee house 0.01
        U1 undo S1 alice
        S3 buy alice V1 /a/x 0.05 EUR
    "
    ));
}

#[test]
fn an_undo_after_a_part_takes_what_is_left_and_keeps_its_rules() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest window 10m per-day 1
        S1 buy alice V1 /a/x 0.05 EUR
        S2 buy alice V1 /a/y 0.05 EUR
        R1 refund S1 payee house 0.049999 asked
        U1 undo S1 alice
        R2 refund S1 payee house 0.000001
        R3 refund S2 payee house 0.01
        U2 undo S2 alice
        +10m R4 refund S2 payee house 0.01
        U3 undo S2 alice
        +3d R5 refund S2 payee house all mistake
    "
    ));
}

proptest! {
    /// Any sequence of parts, then the rest: after each, every leg has given back what follows from the sum of them, within a unit of
    /// its share and never more than it got; at the end, all of it. `Run::tell` asserts the rule; here it is asserted against a
    /// count of the units one by one.
    #[test]
    fn parts_in_any_sequence_reverse_every_leg_to_zero(
        points in prop::collection::vec(1u16..3_000, 0..4),
        charged in 40u64..90_000,
        parts in prop::collection::vec(1u64..30_000, 0..12),
    ) {
        let mut run = Run::begun();
        let to = ["ann", "operator", "house", "operator"];
        let legs: String = points.iter().zip(to).enumerate().map(|(at, (bp, to))| format!("leg{at}:{to}:{bp}bp ")).collect();
        let amount = plain(Amount::new(charged).unwrap(), "EUR");
        prop_assume!(points.iter().map(|bp| u32::from(*bp)).sum::<u32>() < 10_000);
        run.line("_ topup alice 5.00 EUR");
        run.line(&format!("V1 offer harbour /a/* fixed {amount} EUR {legs}rest:self:rest"));
        let sold = run.line(&format!("S1 buy alice V1 /a/x {amount} EUR"));
        prop_assert!(sold.starts_with("applied"), "{}", sold);
        let sale = run.labels["S1"];
        let mut back = 0;
        for (number, part) in parts.iter().enumerate() {
            let answer = run.line(&format!("P{number} refund S1 payee house {}", plain(Amount::new(*part).unwrap(), "EUR")));
            let fits = back < charged && back + part <= charged;
            prop_assert_eq!(answer.starts_with("applied"), fits, "{}", answer);
            back += if fits { *part } else { 0 };
            for leg in run.state.books().capture_of(sale).unwrap().legs() {
                // In units of 1 / charged, so that nothing is rounded here.
                let share = u128::from(leg.amount.unsigned_abs()) * u128::from(back);
                let is = u128::from(leg.refunded.units()) * u128::from(charged);
                prop_assert!(share.abs_diff(is) <= 2 * u128::from(charged), "{leg:?} of {charged} after {back}");
            }
        }
        let rest = run.line("_ refund S1 operator");
        prop_assert_eq!(rest.starts_with("applied"), back < charged);
        for account in run.state.books().accounts() {
            let of_sale = matches!(account.key.class, Class::EarnedPending | Class::Fee);
            prop_assert!(!of_sale || account.posted == 0, "{account:?}");
        }
        run.assert_replays();
    }
}

/// Parts of one unit, each of which alone would come out of the largest leg: after each, every leg is where the sum puts it.
#[test]
fn a_part_is_divided_by_the_sum_of_all_parts() {
    let mut run = Run::begun();
    for line in [
        "_ topup alice 5.00 EUR",
        "V1 offer harbour /a/* fixed 0.00002 EUR writer:ann:7000bp fee:operator:500bp house:self:rest",
        "S1 buy alice V1 /a/x 0.00002 EUR",
    ] {
        run.line(line);
    }
    let back = |run: &Run| -> Vec<u64> {
        let capture = run.state.books().capture_of(run.labels["S1"]).unwrap();
        capture.legs()[1..].iter().map(|leg| leg.refunded.units()).collect()
    };
    let mut seen = Vec::new();
    for _ in 0..20 {
        run.line("_ refund S1 payee house 0.000001");
        seen.push(back(&run));
    }
    assert_eq!(seen[4], [4, 0, 1]);
    assert_eq!(seen[9], [7, 1, 2], "half of it is half of each, and the half unit of the fee is given back");
    assert_eq!(seen[19], [14, 1, 5]);
}
