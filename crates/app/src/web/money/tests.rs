//! The golden table of amounts in every language, and the laws behind it.

use super::*;
use std::collections::BTreeSet;

const GOLDEN: &str = include_str!("../../../../../testdata/money.tsv");

/// What the table has for every language and each of [`CURRENCIES`].
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
const CURRENCIES: [&str; 6] = ["EUR", "USD", "KRW", "JPY", "BHD", "GBP"];

fn money(units: i128, iso: &str) -> Money {
    Money { units, asset: Asset::fiat(iso).unwrap() }
}

#[test]
fn exact_in_every_language_is_what_the_table_says() {
    let mut seen = BTreeSet::new();
    for line in GOLDEN.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [tag, iso, units, text] = cells[..] else { panic!("{line}") };
        let lang = Lang::named(tag).unwrap();
        let units: i128 = units.parse().unwrap();
        assert_eq!(money(units, iso).exact(lang), text, "{line}");
        assert!(seen.insert((tag, iso, units)), "{line} stands twice");
    }
    for lang in Lang::all() {
        for (iso, units) in CURRENCIES.iter().flat_map(|iso| UNITS.map(|units| (*iso, units))) {
            assert!(seen.contains(&(lang.tag(), iso, units)), "the table has no {units} {iso} in {}", lang.tag());
        }
    }
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
        assert_eq!(money(units, iso).short(Lang::EN), want);
    }
    let say = |tag, units, iso| money(units, iso).short(Lang::named(tag).unwrap());
    assert_eq!(say("de", 4_000, "EUR"), "0,4\u{a0}Cent");
    assert_eq!(say("ko", 4_000, "EUR"), "€0.004", "a language without the word says it exactly");
}

#[test]
fn something_never_reads_as_nothing() {
    let worth = |c: char| matches!(c, '1'..='9' | '١'..='٩');
    for (lang, iso) in Lang::all().flat_map(|lang| CURRENCIES.map(|iso| (lang, iso))) {
        for units in (1..2_000).step_by(7).chain([9_999, 10_000, 999_999]) {
            for text in [money(units, iso).exact(lang), money(units, iso).short(lang), money(units, iso).plain()] {
                assert!(text.contains(worth), "{units} {iso} reads {text} in {}", lang.tag());
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
        let figure = money(units, iso).figure(Lang::EN);
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
    assert_eq!(money(50_000, "EUR").padded(3, Lang::EN).text(), "€0.050");
    assert_eq!(money(50_000, "EUR").padded(3, Lang::EN).rest, "0");
    assert_eq!(money(4_000, "EUR").decimals(), 3);
    assert_eq!(money(5_000_000, "KRW").padded(1, Lang::EN).text(), "₩5.0");
    assert_eq!(money(5_000_000, "EUR").padded(99, Lang::EN).text(), "€5.000000");
}

#[test]
fn change_signs_a_credit() {
    assert_eq!(money(5_000_000, "EUR").changed(0, Lang::EN).text(), "+€5.00");
    assert_eq!(money(-50_000, "EUR").changed(0, Lang::EN).text(), "−€0.05");
    assert_eq!(money(0, "EUR").changed(0, Lang::EN).text(), "€0.00");
}

#[test]
fn percent_of_basis_points() {
    let texts: Vec<String> = [7_000, 250, 1, 10_000, 0, 12].into_iter().map(|bp| percent(bp, Lang::EN)).collect();
    assert_eq!(texts, ["70%", "2.5%", "0.01%", "100%", "0%", "0.12%"]);
    assert_eq!(percent(250, Lang::named("de").unwrap()), "2,5\u{a0}%");
}

#[test]
fn pieces_of_something_else_are_counted_whole() {
    let gems = Money { units: -1_250, asset: Asset::parse("item:gems").unwrap() };
    assert_eq!(gems.exact(Lang::EN), "−1,250\u{a0}item:gems");
    assert_eq!(gems.plain(), "-1250");
    assert_eq!(gems.exact(Lang::named("de").unwrap()), "−1.250\u{a0}item:gems");
}

#[test]
fn a_field_reads_the_sign_of_its_language_and_guesses_nothing() {
    let of = |tag, text| plain_of_typed(text, Lang::named(tag).unwrap());
    assert_eq!((of("en", "0.5"), of("de", "0,5")), (Some("0.5".to_owned()), Some("0.5".to_owned())));
    assert_eq!((of("en", "1,234"), of("de", "1.234"), of("de", "1.234,50")), (None, None, None));
    for lang in [Lang::EN, Lang::named("de").unwrap(), Lang::named("ko").unwrap()] {
        let shown = money(4_816_000, "EUR").typed(lang);
        assert_eq!(plain_of_typed(&shown, lang).as_deref(), Some("4.816"), "what a field shows can be sent as it is");
    }
}
