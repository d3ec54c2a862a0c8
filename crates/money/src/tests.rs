//! The laws of amounts, splitting and time.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use super::*;
use alloc::string::ToString;
use proptest::prelude::*;

#[test]
fn amounts_on_the_wire_are_plain_decimal_strings() {
    assert_eq!(Amount::parse("50000"), Ok(Amount::from_u32(50_000)));
    assert_eq!(Amount::parse("9223372036854775807"), Ok(Amount::MAX));
    for refused in ["", "-1", "+1", "01", "1.0", " 1", "1 ", "0x1", "١"] {
        assert_eq!(Amount::parse(refused), Err(AmountError::NotADecimalString), "{refused:?}");
    }
    for huge in ["9223372036854775808", "99999999999999999999999999"] {
        assert_eq!(Amount::parse(huge), Err(AmountError::TooLarge));
    }
}

#[test]
fn prices_are_exact_or_refused() {
    let price = Price::parse("0.05 EUR").unwrap();
    assert_eq!((price.amount.units(), price.asset.as_str()), (50_000, "eur-micro"));
    assert_eq!(price.to_string(), "0.05 EUR");
    assert_eq!(Price::parse("0.0000001 EUR"), Err(PriceError::TooFine));
    assert_eq!(Price::parse("9223372036855 EUR"), Err(PriceError::TooLarge));
    for refused in ["0.05", "EUR 0.05", ".5 EUR", "5. EUR", "1,5 EUR", "-1 EUR", "1 EURO", "1e3 EUR", ""] {
        assert_eq!(Price::parse(refused), Err(PriceError::Form), "{refused:?}");
    }
    assert_eq!(plain(Amount::from_u32(4_000), "EUR"), "0.004");
    assert_eq!(plain(Amount::from_u32(5_000_000), "KRW"), "5");
    assert_eq!(plain(Amount::from_u32(400_000), "KRW"), "0.4");
    assert_eq!(plain(Amount::from_u32(2), "USD"), "0.000002");
}

#[test]
fn instants_read_back_as_written() {
    let text = "2026-11-22T17:11:05Z";
    assert_eq!(Timestamp::parse(text).unwrap().to_string(), text);
    for refused in [
        "2026-02-30T00:00:00Z",
        "2026-11-22 17:11:05Z",
        "2026-11-22T17:11:05+00:00",
        "2026-13-01T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "+026-11-22T17:11:05Z",
    ] {
        assert_eq!(Timestamp::parse(refused), None, "{refused}");
    }
    assert_eq!(Timestamp::parse("2000-03-01T00:00:00Z").unwrap().utc_month(), 30 * 12 + 2);
    assert_eq!(Span::parse("10m"), Ok(Span(600)));
    assert_eq!(Span::parse("month"), Err(SpanError));
    assert_eq!(Span::parse("m"), Err(SpanError));
}

#[test]
fn command_ids_carry_their_time() {
    let id = CommandId::new(1_795_367_465_000, [7; 10]);
    assert_eq!(id.ms(), 1_795_367_465_000);
    assert!(CommandId::new(1, [255; 10]) < CommandId::new(2, [0; 10]), "ids sort by time");
}

#[test]
fn a_split_needs_one_rest() {
    let whole = Amount::from_u32(100);
    assert_eq!(split(whole, &[Share::BasisPoints(10_000)]), Err(SplitError::NotOneRest));
    assert_eq!(split(whole, &[Share::Fixed(Amount::from_u32(101)), Share::Rest]), Err(SplitError::OverWhole));
    assert_eq!(split(whole, &[Share::BasisPoints(9_000), Share::BasisPoints(2_000), Share::Rest]), Err(SplitError::OverWhole));
    // Also of so little that each part is floored to nothing.
    for little in [0, 1, 4].map(Amount::from_u32) {
        let shares = [Share::BasisPoints(5_001), Share::BasisPoints(5_000), Share::Rest];
        assert_eq!(split(little, &shares), Err(SplitError::OverWhole), "{little}");
    }
    let parts = split(Amount::from_u32(50_000), &[Share::BasisPoints(7_000), Share::BasisPoints(1_000), Share::Rest]).unwrap();
    assert_eq!(parts, [35_000, 5_000, 10_000].map(Amount::from_u32));
}

#[test]
fn lost_units_go_to_the_largest_remainder() {
    let parts =
        split(Amount::from_u32(10), &[Share::BasisPoints(3_333), Share::BasisPoints(3_334), Share::BasisPoints(3_333), Share::Rest])
            .unwrap();
    assert_eq!(parts, [3, 4, 3, 0].map(Amount::from_u32));
}

#[test]
fn of_equal_remainders_the_earlier_share_gets_the_lost_unit() {
    let quarters =
        [Share::BasisPoints(2_500), Share::BasisPoints(2_500), Share::BasisPoints(2_500), Share::BasisPoints(2_500), Share::Rest];
    for (whole, parts) in [(1, [1, 0, 0, 0, 0]), (2, [1, 1, 0, 0, 0]), (3, [1, 1, 1, 0, 0]), (7, [2, 2, 2, 1, 0])] {
        assert_eq!(split(Amount::from_u32(whole), &quarters).unwrap(), parts.map(Amount::from_u32));
    }
}

proptest! {
    #[test]
    fn parts_always_sum_to_the_whole(units in 0..=Amount::MAX.units(), points in proptest::collection::vec(0u16..2_500, 0..5)) {
        let whole = Amount::new(units).unwrap();
        let mut shares: alloc::vec::Vec<Share> = points.into_iter().map(Share::BasisPoints).collect();
        shares.push(Share::Rest);
        if let Ok(parts) = split(whole, &shares) {
            prop_assert_eq!(parts.iter().map(|part| u128::from(part.units())).sum::<u128>(), u128::from(units));
        }
    }

    #[test]
    fn every_amount_reads_back_from_its_decimal(units in 0..=Amount::MAX.units(), iso in "[A-Z]{3}") {
        let amount = Amount::new(units).unwrap();
        prop_assert_eq!(Price::decimal(&plain(amount, &iso)), Ok(amount));
    }

    #[test]
    fn every_second_reads_back(seconds in 0u64..253_402_300_800) {
        let at = Timestamp::from_seconds(seconds);
        prop_assert_eq!(Timestamp::parse(&at.to_string()), Some(at));
    }
}

#[test]
fn a_month_begins_where_the_one_before_it_ends() {
    for month in 0..2_400 {
        let first = Timestamp::of_utc_month(month);
        assert_eq!((first.utc_month(), first.seconds() % 86_400), (month, 0));
        assert!(month == 0 || Timestamp(first.0 - 1).utc_month() == month - 1);
    }
    let december = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    assert_eq!(Timestamp::of_utc_month(december.utc_month()), december);
}
