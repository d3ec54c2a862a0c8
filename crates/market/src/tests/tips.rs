//! Tips: value given to a payee for nothing in return, bound by the payer's guards like any spending.

use super::check;
use super::script::Run;
use super::words::party;
use insta::assert_snapshot;
use ledger::Class;

#[test]
fn a_tip_moves_value_from_the_open_lot_and_for_good() {
    assert_snapshot!(check(
        "
        _ topup alice 1.00 EUR
        P1/alice tip ann 0.25 EUR
        P1/alice tip ann 0.25 EUR
        P1/alice tip ann 0.26 EUR
        P1/bob tip ann 0.01 EUR
        P2/alice tip ann 0.80 EUR
        P3/alice tip ann 0.01 USD
        P4/alice tip alice 0.01 EUR
        P5/alice tip carol 0.01 EUR
        P6/alice tip ann 0.00 EUR
        P7 tip ann 0.01 EUR
        _ refund P1 operator
        _ open alice alice
        P8/alice tip alice 0.01 EUR
    "
    ));
}

#[test]
fn what_a_payee_earns_keeps_the_lot_it_came_from() {
    let mut run = Run::begun();
    for line in [
        "A topup alice 1.00 EUR",
        "B topup bob 1.00 EUR",
        "V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest",
        "P1/alice tip ann 0.25 EUR",
        "P2/bob tip ann 0.10 EUR",
        "P3/bob tip ann 0.10 EUR",
        "S1 buy alice V1 /a/1 0.05 EUR",
        "S2 buy bob V1 /a/1 0.05 EUR",
        "_ undo S2 bob",
    ] {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    let earned = run.state.books().accounts().iter().filter(|account| account.key.class == Class::EarnedPending);
    let cents = |posted: i64| posted.div_euclid(100);
    let lots: Vec<_> = earned.map(|account| (account.key.party, account.key.lot.unwrap(), cents(account.posted))).collect();
    let (ann, house, alices, bobs) = (party("ann"), party("house"), run.labels["A"], run.labels["B"]);
    assert_eq!(lots, [(ann, alices, 2_850), (ann, bobs, 2_000), (house, alices, 150), (house, bobs, 0)]);
}

#[test]
fn a_guard_of_all_binds_tips_and_one_of_a_site_does_not() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice day 0.05 EUR site news.example
        _ guard alice day 0.12 EUR
        P1/alice tip ann 0.06 EUR
        S1 buy alice V1 /a/1 0.05 EUR
        P2/alice tip ann 0.02 EUR
        P3/alice tip ann 0.01 EUR
        _ undo S1 alice
        P4/alice tip ann 0.05 EUR
    "
    ));
}

#[test]
fn a_guard_that_comes_later_counts_what_was_spent_before() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer tv tv.example/w/* fixed 0.06 EUR
        @2026-10-31T23:00:00Z S0 buy alice V1 /a/0 0.05 EUR
        @2026-11-01T10:00:00Z S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V2 tv.example/w/1 0.06 EUR
        S3 buy alice V1 /a/2 0.05 EUR
        _ undo S3 alice
        _ guard alice month 0.10 EUR site news.example
        @2026-11-30T10:00:00Z S4 buy alice V1 /a/3 0.05 EUR
        S5 buy alice V1 /a/4 0.05 EUR
        S6 buy alice V2 tv.example/w/2 0.06 EUR
    "
    ));
}
