//! What services set aside before they work: covered, drawn by one event and no further, headroom again in time.

use super::check;
use insta::assert_snapshot;

const TOKENS: &str = "
        _ topup alice 5.00 EUR
        V1 offer llm /v1/* metered 0.000003 EUR 2 token writer:ann:7000bp house:self:rest
        _ meter house token 1h
";

fn tokens(script: &str) -> String {
    check(&format!("{TOKENS}{script}"))
}

#[test]
fn what_is_set_aside_is_drawn_by_the_event_that_names_it_and_the_rest_is_free() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.000012 EUR trusted
        A1/house aside S1 for 4 until 60s
        A1/house aside S1 for 4 until 60s
        A1/house aside S1 for 5 until 60s
        A2/house aside S1 for 5 until 60s
        A2/house aside S1 for 4 until 60s
        A3/house aside S1 for 1 until 60s
        S1 event e1 -1m for 1
        S1 event e2 -1m for 3 of A1
        S1 event e2 -1m for 3 of A1
        A3/house aside S1 for 1 until 60s
        S1 event e3 -1m for 9 of A2
        S1 event e4 -1m for 2 of A2
        S1 event e5 -1m for 1 of A3
        A4/house aside S1 for 1 until 60s
        S1 capture 1
        S1 finish payer
    "
    ));
}

#[test]
fn what_no_event_names_lapses_and_its_event_is_as_any_other() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.000006 EUR trusted
        A1/house aside S1 for 4 until 60s
        +59s S1 event e1 -1m for 1
        A2/house aside S1 for 1 until 60s
        +1s A2/house aside S1 for 2 until 10m
        S1 event e2 -1m for 5 of A1
        S1 event e3 -1m for 0 of A2
        A3/house aside S1 for 1 until 1s
        S1 event e4 -1m for 1 of A9
    "
    ));
}

#[test]
fn an_end_waits_for_what_is_set_aside_and_nothing_new_is() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.000012 EUR trusted
        A1/house aside S1 for 4 until 60s
        A2/house aside S1 for 2 until 60s
        S1 finish payer
        A3/house aside S1 for 1 until 60s
        S1 event e1 -1m for 3 of A1
        S1 capture 1
        S1 finish payer
        S1 event e2 -1m for 1
        +1m S1 finish payer
        A4/house aside S1 for 1 until 60s
        S1 event e3 -1m for 1 of A2
        S2/alice session V1 0.000012 EUR trusted until 1m
        A5/house aside S2 for 4 until 90s
        +1m A6/house aside S2 for 1 until 60s
        S2 finish expired
        S2 event e4 -1m for 4 of A5
        S2 capture 1
        S2 finish expired
    "
    ));
}

#[test]
fn it_is_the_payees_alone_and_within_what_vouchers_authorise() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.000012 EUR first 0.000003
        A1/ann aside S1 for 1 until 60s
        A1/alice aside S1 for 1 until 60s
        A1 aside S1 for 1 until 60s
        A1/house aside S9 for 1 until 60s
        A1/house aside S1 for 1 until 60s as 1
        A1/house aside S1 for 0 until 60s
        A1/house aside S1 for 1 until 601s
        A1/house aside S1 for 18446744073709551615 until 60s
        A1/house aside S1 for 3 until 60s
        A1/house aside S1 for 2 until 60s
        S1 draw 1 for 1 signed 0.000004
        S1 draw 1 for 1 signed 0.000005
        S1 reserve 2 for 1 signed 0.000012
        A2/house aside S1 for 4 until 60s
        A2/house aside S1 for 3 until 60s
        S1 event e1 -1m for 2 of A1
        S2/alice session V1 0.000012 EUR trusted
        S2 event e2 -1m for 2 of A2
        _ end llm
        V2 offer more /v2/* metered 0.000003 EUR 2 word
        S3/alice session V2 0.000012 EUR trusted
        A3/house aside S3 for 1 until 60s
    "
    ));
}
