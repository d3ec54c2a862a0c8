//! The table of amounts every language must write, in English, and the laws behind it.

use super::*;

const UNITS: [i128; 13] = [
    0,
    2,
    4_000,
    400_000,
    4_816_000,
    1_234_500_000,
    1_234_567_891_000,
    9_223_372_036_854_775_807,
    18_446_744_073_709_551_615,
    -2,
    -4_000,
    -4_816_000,
    -1_234_567_891_000,
];

fn money(units: i128, iso: &str) -> Money {
    Money { units, asset: Asset::fiat(iso).unwrap() }
}

#[track_caller]
fn check(iso: &str, exact: [&str; 13]) {
    for (units, want) in UNITS.iter().zip(exact) {
        assert_eq!(money(*units, iso).exact(), want, "{units} {iso}");
    }
}

#[test]
fn exact_in_euro() {
    check(
        "EUR",
        [
            "€0.00",
            "€0.000002",
            "€0.004",
            "€0.40",
            "€4.816",
            "€1,234.50",
            "€1,234,567.891",
            "€9,223,372,036,854.775807",
            "€18,446,744,073,709.551615",
            "−€0.000002",
            "−€0.004",
            "−€4.816",
            "−€1,234,567.891",
        ],
    );
}

#[test]
fn exact_in_dollars_differs_by_the_sign_alone() {
    for units in UNITS {
        assert_eq!(money(units, "USD").exact(), money(units, "EUR").exact().replace('€', "$"));
    }
}

#[test]
fn exact_in_won_and_yen_without_minor_unit() {
    let won = [
        "₩0",
        "₩0.000002",
        "₩0.004",
        "₩0.4",
        "₩4.816",
        "₩1,234.5",
        "₩1,234,567.891",
        "₩9,223,372,036,854.775807",
        "₩18,446,744,073,709.551615",
        "−₩0.000002",
        "−₩0.004",
        "−₩4.816",
        "−₩1,234,567.891",
    ];
    check("KRW", won);
    for (units, won) in UNITS.iter().zip(won) {
        assert_eq!(money(*units, "JPY").exact(), won.replace('₩', "¥"));
    }
}

#[test]
fn exact_in_dinar_with_three_minor_digits_and_a_code() {
    check(
        "BHD",
        [
            "BHD\u{a0}0.000",
            "BHD\u{a0}0.000002",
            "BHD\u{a0}0.004",
            "BHD\u{a0}0.400",
            "BHD\u{a0}4.816",
            "BHD\u{a0}1,234.500",
            "BHD\u{a0}1,234,567.891",
            "BHD\u{a0}9,223,372,036,854.775807",
            "BHD\u{a0}18,446,744,073,709.551615",
            "−BHD\u{a0}0.000002",
            "−BHD\u{a0}0.004",
            "−BHD\u{a0}4.816",
            "−BHD\u{a0}1,234,567.891",
        ],
    );
}

#[test]
fn short_uses_the_word_for_a_hundredth_only_below_one() {
    for (units, iso, want) in [
        (0, "EUR", "€0.00"),
        (2, "EUR", "0.0002¢"),
        (4_000, "EUR", "0.4¢"),
        (9_999, "USD", "0.9999¢"),
        (10_000, "EUR", "€0.01"),
        (50_000, "EUR", "€0.05"),
        (4_000, "GBP", "0.4p"),
        (-4_000, "EUR", "−0.4¢"),
        (4_000, "KRW", "₩0.004"),
        (400, "BHD", "BHD\u{a0}0.0004"),
    ] {
        assert_eq!(money(units, iso).short(), want);
    }
}

#[test]
fn something_never_reads_as_nothing() {
    for iso in ["EUR", "USD", "KRW", "JPY", "BHD"] {
        for units in 1..2_000 {
            for text in [money(units, iso).exact(), money(units, iso).short(), money(units, iso).plain()] {
                assert!(text.bytes().any(|byte| matches!(byte, b'1'..=b'9')), "{units} {iso} reads {text}");
            }
        }
    }
}

#[test]
fn exact_and_plain_lose_no_unit() {
    for iso in ["EUR", "KRW", "BHD"] {
        for units in [1_u32, 2, 10, 99, 4_000, 123_456, 999_999, 1_000_000, 4_816_000, u32::MAX] {
            let text = money(i128::from(units), iso).plain();
            assert_eq!(::money::Price::decimal(&text).unwrap().units(), u64::from(units), "{text}");
        }
    }
}

#[test]
fn figure_splits_at_the_minor_unit() {
    let pieces = |units, iso| {
        let figure = money(units, iso).figure();
        (figure.head, figure.number, figure.rest)
    };
    let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(pieces(4_816_000, "EUR"), owned("€", "4.81", "6"));
    assert_eq!(pieces(4_816_000, "KRW"), owned("₩", "4", ".816"));
    assert_eq!(pieces(4_816_000, "BHD"), owned("BHD\u{a0}", "4.816", ""));
    assert_eq!(pieces(-50_000, "EUR"), owned("−€", "0.05", ""));
}

#[test]
fn column_pads_to_the_widest() {
    assert_eq!(money(50_000, "EUR").padded(3).text(), "€0.050");
    assert_eq!(money(50_000, "EUR").padded(3).rest, "0");
    assert_eq!(money(4_000, "EUR").decimals(), 3);
    assert_eq!(money(5_000_000, "KRW").padded(1).text(), "₩5.0");
    assert_eq!(money(5_000_000, "EUR").padded(99).text(), "€5.000000");
}

#[test]
fn change_signs_a_credit() {
    assert_eq!(money(5_000_000, "EUR").change(), "+€5.00");
    assert_eq!(money(-50_000, "EUR").change(), "−€0.05");
    assert_eq!(money(0, "EUR").change(), "€0.00");
}

#[test]
fn percent_of_basis_points() {
    let texts: Vec<String> = [7_000, 250, 1, 10_000, 0, 12].into_iter().map(percent).collect();
    assert_eq!(texts, ["70%", "2.5%", "0.01%", "100%", "0%", "0.12%"]);
}

#[test]
fn pieces_of_something_else_are_counted_whole() {
    let gems = Money { units: -1_250, asset: Asset::parse("item:gems").unwrap() };
    assert_eq!(gems.exact(), "−1,250\u{a0}item:gems");
    assert_eq!(gems.plain(), "-1250");
}
