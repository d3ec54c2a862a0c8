//! What is said again, and when.

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn two_years_of_months_are_said_and_none_of_utc() {
    let now = at("2026-11-30T16:00:00Z");
    let starts = starts_of(Zone::named("Asia/Seoul").unwrap(), now);
    assert_eq!((starts.len(), starts[0], starts[24]), (25, at("2026-11-30T15:00:00Z"), at("2028-11-30T15:00:00Z")));
    assert_eq!(starts_of(Zone::UTC, now), []);
    // What every zone says is what the books take.
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago", "Africa/Casablanca", "Asia/Beirut", "Antarctica/Troll"] {
        let starts = starts_of(Zone::named(zone).unwrap(), now);
        assert!(starts.windows(2).all(|pair| (27..=32).contains(&((pair[1].seconds() - pair[0].seconds()) / 86_400))), "{zone}");
    }
}

#[test]
fn what_is_said_stands_until_a_year_is_left_or_it_is_wrong() {
    let seoul = Zone::named("Asia/Seoul").unwrap();
    let said = starts_of(seoul, at("2026-11-22T10:00:00Z"));
    for (now, stands) in [
        ("2026-11-22T10:00:00Z", true),
        ("2027-10-31T14:59:59Z", true),
        ("2027-10-31T15:00:00Z", true),
        ("2027-11-30T14:59:59Z", true),
        ("2027-11-30T15:00:00Z", false),
        ("2031-01-01T00:00:00Z", false),
    ] {
        assert_eq!(is_said(&said, &starts_of(seoul, at(now))), stands, "{now}");
    }
    let now = at("2026-11-22T10:00:00Z");
    assert!(!is_said(&said, &starts_of(Zone::named("Europe/Berlin").unwrap(), now)) && !is_said(&said, &[]) && is_said(&[], &[]));
    // Rules that changed: one coming month begins at another hour.
    let mut other = said.clone();
    other[7] = other[7].after(money::Span(3_600));
    assert!(!is_said(&other, &said));
}
