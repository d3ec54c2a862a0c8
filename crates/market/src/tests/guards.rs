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
