//! Prices that fall with time: never dearer than quoted, cheaper if they fell, and over at their end.

use super::check;
use insta::assert_snapshot;

/// 6.99 at ten, 4.99 from half past, 2.99 from eleven, over at half past twelve.
#[test]
fn a_quote_is_a_promise_upwards_only() {
    assert_snapshot!(check(
        "
        _ topup alice 20.00 EUR
        _ topup bob 20.00 EUR
        V1 offer replay /a/* fixed 6.99 EUR falls 2026-11-22T10:00:00Z..150m/30m:4.99,60m:2.99
        _ buy alice V1 /a/1 6.98 EUR
        _ buy alice V1 /a/1 6.99 EUR
        @2026-11-22T10:29:59Z _ buy alice V1 /a/2 4.99 EUR
        @2026-11-22T10:30:00Z _ buy alice V1 /a/2 6.99 EUR
        @2026-11-22T10:59:59Z _ buy bob V1 /a/1 4.99 EUR
        @2026-11-22T11:00:01Z _ buy bob V1 /a/2 4.99 EUR
        @2026-11-22T12:29:59Z _ buy bob V1 /a/3 2.99 EUR
        @2026-11-22T12:30:00Z _ buy bob V1 /a/4 6.99 EUR
        _ buy alice V1 /a/1 6.99 EUR
        V2 offer replay /a/* fixed 1.00 EUR
        _ buy bob V1 /a/4 2.99 EUR
    "
    ));
}

#[test]
fn what_does_not_fall_is_no_fall() {
    assert_snapshot!(check(
        "
        V1 offer up /a/* fixed 4.99 EUR falls 2026-11-22T10:00:00Z..150m/30m:5.99
        V1 offer same /a/* fixed 4.99 EUR falls 2026-11-22T10:00:00Z..150m/30m:4.99
        V1 offer back /a/* fixed 4.99 EUR falls 2026-11-22T10:00:00Z..150m/30m:3.99,20m:2.99
        V1 offer short /a/* fixed 4.99 EUR falls 2026-11-22T10:00:00Z..30m/30m:3.99
    "
    ));
}
