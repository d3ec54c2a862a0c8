//! A sale is taken back whole, leg by leg, inside its window and limits.

use super::{Run, check};
use crate::*;
use insta::assert_snapshot;
use ledger::Entry;
use money::{Amount, Asset};

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
