//! A page is sold once, for the quoted price or less, and every leg gets its part.

use super::check;
use insta::assert_snapshot;

#[test]
fn a_page_is_sold_once_and_paid_in_legs() {
    assert_snapshot!(check(
        "
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest
        _ topup alice 5.00 EUR
        S1 buy alice V1 /a/x 0.05 EUR signed
        S2 buy alice V1 /a/x 0.05 EUR
        S3 buy alice V1 /a/y 0.05 EUR
        S4 buy bob V1 /a/x 0.05 EUR
    "
    ));
}

#[test]
fn a_hundred_clicks_charge_once() {
    let mut script = "V1 offer harbour /a/* fixed 0.05 EUR\n_ topup alice 5.00 EUR\nS0 buy alice V1 /a/x 0.05 EUR\n".to_owned();
    let mut run = super::Run::begun();
    script.lines().for_each(|line| drop(run.line(line)));
    for click in 1..100 {
        let answer = run.line(&format!("S{click} buy alice V1 /a/x 0.05 EUR"));
        assert_eq!(answer, "standing: Sold S0 for 0.00");
        script.push_str(&answer);
    }
    assert_eq!(run.state.sales().count(), 1);
    assert_eq!(run.journal.len(), 6, "clicks on an owned page leave no record");
    assert_snapshot!(run.standing());
}

#[test]
fn a_price_that_changes_is_the_lower_of_the_quote_and_today() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        V2 offer harbour /a/* fixed 0.08 EUR
        S1 buy alice V1 /a/quoted-before 0.05 EUR
        S2 buy alice V2 /a/consented-to-less 0.05 EUR
        V3 offer harbour /a/* fixed 0.03 EUR
        S3 buy alice V2 /a/cheaper-now 0.08 EUR
        V4 offer harbour /a/* fixed 0.04 USD
        S4 buy alice V3 /a/other-currency-now 0.03 EUR
        V5 offer harbour /a/* free
        S5 buy alice V3 /a/free-now 0.03 EUR
        S6 buy alice V5 /a/free-anyway 0.03 EUR
    "
    ));
}

#[test]
fn pay_what_you_want_from_the_least_up() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer tips /t/* at-least 0.05 EUR writer:ann:0.02 fee:operator:300bp house:self:rest
        S1 buy alice V1 /t/a 0.05 EUR
        S2 buy alice V1 /t/b 1.00 EUR
        S3 buy alice V1 /t/c 0.049999 EUR
        S4 buy alice V1 /t/d 9.00 EUR
    "
    ));
}

#[test]
fn fixed_parts_points_and_the_rest_sum_to_the_whole() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer a /a/* fixed 0.100001 EUR writer:ann:0.01 fee:operator:333bp more:ann:3333bp house:self:rest
        S1 buy alice V1 /a/x 0.100001 EUR
        V2 offer b /b/* fixed 0.000007 EUR one:ann:6000bp two:house:4000bp none:self:rest
        S2 buy alice V2 /b/x 0.000007 EUR
        V3 offer b /b/* fixed 0.000001 EUR writer:ann:9999bp house:self:rest
        S3 buy alice V3 /b/y 0.000001 EUR
        U3 undo S3 alice
    "
    ));
}

#[test]
fn an_entitlement_ends_and_the_page_is_bought_again() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer day /d/** fixed 0.50 EUR lasts 24h
        @2026-11-22T10:00:00Z S1 buy alice V1 /d/x 0.50 EUR
        @2026-11-23T09:59:59Z S2 buy alice V1 /d/x 0.50 EUR
        @2026-11-23T10:00:00Z S3 buy alice V1 /d/x 0.50 EUR
        S4 buy alice V1 /d/x 0.50 EUR
        _ refund S1 payee house
        S5 buy alice V1 /d/x 0.50 EUR
    "
    ));
}

#[test]
fn what_cannot_be_sold_is_refused() {
    assert_snapshot!(check(
        "
        _ topup alice 0.10 EUR
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest
        S1 buy alice V9 /a/x 0.05 EUR
        S2 buy alice V1 /b/x 0.05 EUR
        S3 buy alice V1 other.example/a/x 0.05 EUR
        S4 buy alice V1 /a/x 0.05 USD
        S5 buy ann V1 /a/x 0.05 EUR
        S6 buy house V1 /a/x 0.05 EUR
        S7 buy alice V1 news.example 0.05 EUR
        S8 buy alice V1 /a/nul\u{0} 0.05 EUR
        S9 buy alice V1 /a/** 0.05 EUR
        _ end harbour
        S10 buy alice V1 /a/y 0.05 EUR
    "
    ));
}

#[test]
fn under_a_standing_challenge_todays_price_is_charged_up_to_what_was_signed() {
    let mut run = super::Run::begun();
    for line in [
        "_ topup alice 5.00 EUR",
        "V1 offer harbour /a/* fixed 0.05 EUR",
        "V2 offer tips /t/** at-least 0.02 EUR",
        "V3 offer calls /api/* metered 0.003 EUR 1 call",
    ] {
        run.line(line);
    }
    for (line, says) in [
        ("S1/alice buy alice V1 /a/x 0.06 EUR standing", "Sold S1 for 0.05"),
        ("S2/alice buy alice V1 /a/y 0.049 EUR standing", "PriceAboveMax"),
        ("S3/alice buy alice V2 /t/x 0.06 EUR standing", "Sold S3 for 0.02"),
        ("S4/alice buy alice V3 /api/x 0.06 EUR standing", "Sold S4 for 0.003"),
        ("S5/alice buy alice V3 /api/x 0.06 EUR standing", "Sold S5 for 0.003"),
        ("S6/alice buy alice V1 /a/x 0.06 EUR standing", "standing: Sold S1 for 0.00"),
        ("S1/alice buy alice V1 /a/x 0.06 EUR standing", "replayed: Sold S1 for 0.05"),
        ("S1/alice buy alice V1 /a/z 0.06 EUR standing", "IdReused"),
        ("S7/bob buy alice V1 /a/z 0.06 EUR standing", "Invalid"),
        ("S8 buy alice V1 /a/z 0.06 EUR standing", "Invalid"),
        ("S1/bob buy bob V1 /a/z 0.06 EUR standing", "IdReused"),
    ] {
        let answer = run.line(line);
        assert!(answer.contains(says), "{line}: {answer}");
    }
}
