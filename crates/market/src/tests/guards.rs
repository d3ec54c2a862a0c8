//! Guards are evaluated inside the spend: what they say no to does not happen.

use super::check;
use insta::assert_snapshot;

#[test]
fn a_day_has_its_limit_and_the_next_day_again() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice day 0.10 EUR
        @2026-11-22T10:00:00Z S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        S3 buy alice V1 /a/3 0.05 EUR
        @2026-11-22T23:59:59Z S4 buy alice V1 /a/3 0.05 EUR
        S5 buy alice V1 /a/1 0.05 EUR
        @2026-11-23T00:00:00Z S6 buy alice V1 /a/3 0.05 EUR
    "
    ));
}

#[test]
fn a_month_has_its_limit_and_the_next_month_again() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice month 0.10 EUR
        @2026-11-30T23:50:00Z S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        S3 buy alice V1 /a/3 0.05 EUR
        N1 made +2m
        @2026-12-01T00:00:00Z S4 buy alice V1 /a/3 0.05 EUR
        N1 buy alice V1 /a/4 0.05 EUR
        S5 buy alice V1 /a/5 0.05 EUR
        @2026-12-31T23:59:59Z S6 buy alice V1 /a/6 0.05 EUR
    "
    ));
}

#[test]
fn a_refund_gives_room_back() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice day 0.05 EUR
        S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        U1 undo S1 alice
        S2 buy alice V1 /a/2 0.05 EUR
    "
    ));
}

#[test]
fn a_guard_of_a_site_counts_that_site_and_one_of_all_counts_all() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer tv tv.example/w/* fixed 0.06 EUR
        _ guard alice day 0.10 EUR site news.example
        S1 buy alice V2 tv.example/w/1 0.06 EUR
        S2 buy alice V1 /a/1 0.05 EUR
        S3 buy alice V1 /a/2 0.05 EUR
        S4 buy alice V1 /a/3 0.05 EUR
        S5 buy alice V2 tv.example/w/2 0.06 EUR
        _ guard alice month 0.25 EUR
        S6 buy alice V2 tv.example/w/3 0.06 EUR
    "
    ));
}

#[test]
fn a_guard_binds_its_site_its_currency_and_its_owner() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        _ topup alice 5.00 USD
        _ topup bob 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer dollars /d/* fixed 0.05 USD
        _ guard alice day 0.00 EUR site other.example
        S1 buy alice V1 /a/1 0.05 EUR
        _ guard alice day 0.05 EUR site news.example
        S2 buy alice V1 /a/2 0.05 EUR
        S3 buy alice V2 /d/1 0.05 USD
        S4 buy bob V1 /a/2 0.05 EUR
        _ guard alice day off EUR site news.example
        S2 buy alice V1 /a/2 0.05 EUR
        _ guard alice month off EUR
    "
    ));
}

#[test]
fn a_guard_that_asks_binds_what_was_neither_pressed_nor_signed_for() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice month 0.10 EUR site news.example asks
        S1 buy alice V1 /a/1 0.05 EUR oneclick
        S2 buy alice V1 /a/2 0.05 EUR oneclick
        S3 buy alice V1 /a/3 0.05 EUR oneclick
        S3 buy alice V1 /a/3 0.05 EUR
        S4 buy alice V1 /a/4 0.05 EUR signed
        S5 buy alice V1 /a/5 0.05 EUR oneclick
        U1 undo S1 alice
        U2 undo S2 alice
        U3 undo S3 alice
        S5 buy alice V1 /a/5 0.05 EUR oneclick
        @2026-11-30T23:59:59Z S6 buy alice V1 /a/6 0.05 EUR oneclick
        @2026-12-01T00:00:00Z S6 buy alice V1 /a/6 0.05 EUR oneclick
    "
    ));
}

#[test]
fn without_a_cap_on_the_site_nothing_goes_on_by_itself() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        _ topup bob 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer tv tv.example/w/* fixed 0.05 EUR
        S1 buy alice V1 /a/1 0.05 EUR oneclick
        _ guard alice month 9.00 EUR asks
        _ guard alice month 9.00 EUR site news.example
        _ guard alice each 9.00 EUR site news.example asks
        _ guard alice month 9.00 EUR site tv.example asks
        _ guard alice month 9.00 USD site news.example asks
        S1 buy alice V1 /a/1 0.05 EUR oneclick
        S2 buy alice V2 tv.example/w/1 0.05 EUR oneclick
        S3 buy bob V2 tv.example/w/1 0.05 EUR oneclick
        _ guard alice month off EUR site tv.example asks
        S4 buy alice V2 tv.example/w/2 0.05 EUR oneclick
    "
    ));
}

#[test]
fn every_cap_asks_and_a_guard_that_denies_goes_first() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer tv tv.example/w/* fixed 0.20 EUR
        _ guard alice month 1.00 EUR site news.example asks
        _ guard alice each 0.04 EUR site news.example asks
        S1 buy alice V1 /a/1 0.05 EUR oneclick
        S1 buy alice V1 /a/1 0.05 EUR
        _ guard alice each 0.05 EUR site news.example asks
        S2 buy alice V1 /a/2 0.05 EUR oneclick
        _ guard alice month 0.30 EUR asks
        S3 buy alice V2 tv.example/w/1 0.20 EUR
        S4 buy alice V1 /a/3 0.05 EUR oneclick
        _ guard alice day 0.00 EUR site news.example asks
        S4 buy alice V1 /a/3 0.05 EUR
        _ guard alice day 0.30 EUR
        S5 buy alice V1 /a/4 0.05 EUR
        S5 buy alice V1 /a/4 0.05 EUR oneclick
    "
    ));
}

#[test]
fn what_stands_under_each_guard_is_told() {
    let mut run = super::script::Run::begun();
    let script = "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        S1 buy alice V1 /a/1 0.05 EUR
        _ guard alice month 1.00 EUR site news.example asks
        _ guard alice each 0.05 EUR site news.example asks
        _ guard alice month 0.07 EUR
        S2 buy alice V1 /b/1 0.05 EUR oneclick
        S3 buy alice V1 /a/2 0.05 EUR oneclick
    ";
    script.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| drop(run.line(line)));
    let (alice, eur) = (super::words::party("alice"), money::Asset::fiat("EUR").unwrap());
    let told = run.state.standing_guards(alice, run.now);
    let told: Vec<_> = told.map(|of| (of.guard.window, of.guard.verdict, of.most.units(), of.spent.units(), of.left().units())).collect();
    use crate::{Verdict, Window};
    let expected = [
        (Window::Month, Verdict::Deny, 70_000, 50_000, 20_000),
        (Window::Month, Verdict::Ask, 1_000_000, 50_000, 950_000),
        (Window::Each, Verdict::Ask, 50_000, 0, 50_000),
    ];
    assert_eq!(told, expected);
    let pages: Vec<_> = run.state.sales_of(alice, eur).map(|(_, sale)| sale.path().to_owned()).collect();
    assert_eq!(pages, ["/a/1"]);
    assert!(run.state.may_go_on((alice, eur), "news.example", money::Amount::from_u32(20_000), run.now).is_ok());
    let denied = run.state.may_go_on((alice, eur), "news.example", money::Amount::from_u32(20_001), run.now);
    assert!(matches!(denied, Err(crate::Rejection::GuardDenied { .. })));
}
