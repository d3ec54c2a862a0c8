//! Purchases up to an amount: what is kept back, what it comes to, and what nobody may make of it.

use super::check;
use insta::assert_snapshot;

#[test]
fn the_most_is_kept_back_and_what_it_came_to_is_sold() {
    assert_snapshot!(check(
        "
        _ topup alice 0.0100 EUR
        V1 offer tokens /t/* metered 0.000002 EUR 3 token most 1000 writer:ann:7000bp house:self:rest
        P1 promise alice V1 /t/x 0.000667 EUR
        P1 promise alice V1 /t/x 0.000667 EUR
        P1 use 1
        P1 use 1
        P2 promise alice V1 /t/x 0.000667 EUR
        P2 use 1000000
        P3 promise alice V1 /t/x 0.000667 EUR
        P3 use nothing
        P3 use 5
        P3 use nothing
        _ refund P2 operator
    "
    ));
}

#[test]
fn what_is_no_promise_keeps_nothing_back() {
    assert_snapshot!(check(
        "
        _ topup alice 0.0010 EUR
        V1 offer tokens /t/* metered 0.000002 EUR 1 token most 300
        V2 offer calls /c/* metered 0.000002 EUR 1 call
        V3 offer bytes /b/* metered 0.000002 EUR 1 byte most 300
        V4 offer open /o/* metered 0.000002 EUR 1 token
        V5 offer page /a/* fixed 0.000600 EUR
        P1 promise alice V1 /t/x 0.000599 EUR
        P1 promise alice V1 /t/x 0.000601 EUR
        P1 promise alice V1 /a/x 0.000600 EUR
        P1 promise alice V2 /c/x 0.000002 EUR
        P1 promise alice V3 /b/x 0.000600 EUR
        P1 promise alice V4 /o/x 0.000600 EUR
        P1 promise alice V5 /a/x 0.000600 EUR
        P1/alice promise alice V1 /t/x 0.000600 EUR
        P1 promise bob V1 /t/x 0.000600 EUR
        P1 promise house V1 /t/x 0.000600 EUR
        P1 promise alice V1 /t/x 0.000600 EUR
        P2 promise alice V1 /t/x 0.000600 EUR
        P1 buy alice V5 /a/x 0.000600 EUR
        S1 buy alice V5 /a/x 0.000600 EUR
        P1/alice session V1 0.0001 EUR trusted
        P1/alice use 3
        P1 use 0
        P9 use nothing
        _ end tokens
        P3 promise alice V1 /t/x 0.000600 EUR
        P1 use 3
        S1 buy alice V5 /a/x 0.000600 EUR
    "
    ));
}

#[test]
fn guards_count_what_is_kept_back_and_then_what_was_used() {
    assert_snapshot!(check(
        "
        _ topup alice 0.0100 EUR
        V1 offer tokens /t/* metered 0.000002 EUR 1 token most 300
        _ guard alice day 0.001000 EUR
        P1 promise alice V1 /t/x 0.000600 EUR
        P2 promise alice V1 /t/x 0.000600 EUR
        _ guard alice day 0.001100 EUR site news.example
        P1 use 10
        P2 promise alice V1 /t/x 0.000600 EUR
        P2 use nothing
        P3 promise alice V1 /t/x 0.000600 EUR
        +24h P3 use 300
        P4 promise alice V1 /t/x 0.000600 EUR
    "
    ));
}

#[test]
fn what_is_owned_costs_nothing_and_stays_owned() {
    assert_snapshot!(check(
        "
        _ topup alice 1.0000 EUR
        V1 offer page /t/* metered 0.000002 EUR 1 token most 300
        P1 promise alice V1 /t/x 0.000600 EUR
        V2 offer page /t/* fixed 0.05 EUR
        S1 buy alice V2 /t/x 0.05 EUR
        P1 use 3
        S2 buy alice V2 /t/x 0.05 EUR
        V3 offer page /t/* metered 0.000002 EUR 1 token most 300
        P2 promise alice V3 /t/x 0.000600 EUR
        _ refund P1 operator
        P2 promise alice V3 /t/x 0.000600 EUR
    "
    ));
}
