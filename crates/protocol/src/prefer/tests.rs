//! Whose wishes are heard, and that anything unreadable is as if nothing was said.

use super::*;

#[test]
fn a_range_for_us_is_heard() {
    let asked = |weight| Offered::Asked { weight };
    for (header, expected) in [
        ("farthing/charge", asked(1_000)),
        ("tempo/charge, farthing/charge;q=0.5", asked(500)),
        ("farthing/session, farthing/charge; q = 0.25", asked(250)),
        (",, farthing/* ;q=1.000 ,", asked(1_000)),
        ("*/*;q=0.001", asked(1)),
        ("*/charge;level=2;q=0.9", asked(900)),
        ("farthing/charge;q=0.5;q=0.8", asked(800)),
        ("farthing/charge;q=0.2, farthing/charge;q=0.7", asked(700)),
        ("*/*, farthing/charge;q=0.1", asked(100)),
        ("farthing/charge;q=0., farthing/*", Offered::ByDefault),
    ] {
        assert_eq!(farthing_charge(Some(header)), expected, "{header}");
    }
}

#[test]
fn nothing_for_us_or_nothing_readable_is_as_if_absent() {
    assert_eq!(farthing_charge(None), Offered::ByDefault);
    for header in [
        "",
        " , ",
        "tempo/charge",
        "farthing/session",
        "farthing/charge;q=0",
        "*/*, farthing/charge;q=0",
        "farthing",
        "farthing/",
        "Farthing/charge",
        "farthing/charge/1",
        "farthing/charge;q=1.1",
        "farthing/charge;q=1.0000",
        "farthing/charge;q=-1",
        "farthing/charge;q=.5",
        "farthing/charge;q",
        "farthing/charge;=1",
        "farthing/charge;q=0.5x",
        "farthing/charge, tempo/charge;q=2",
        "farthing/charge, \u{e9}/charge",
    ] {
        assert_eq!(farthing_charge(Some(header)), Offered::ByDefault, "{header}");
    }
    let long = format!("farthing/charge{}", ", a/b".repeat(500));
    assert_eq!(farthing_charge(Some(&long)), Offered::ByDefault);
}

#[test]
fn a_page_is_for_those_who_name_it() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    for accept in [browser, "text/html", "TEXT/HTML ; charset=utf-8 ; q=0.1", "a/b;x=\"1,2\", text/html"] {
        assert!(prefers_html(Some(accept)), "{accept}");
    }
    for accept in [
        "*/*",
        "text/*",
        "application/json",
        "",
        "text/html;q=0",
        "text/html;q=0.000",
        "text/html;q=x",
        "text/htmlx",
        "application/xhtml+xml",
        "a/b;x=\",text/html,\"",
        "a/b;x=\"\\\",text/html,\"",
    ] {
        assert!(!prefers_html(Some(accept)), "{accept}");
    }
    assert!(!prefers_html(None));
}

#[test]
fn a_standing_challenge_is_for_who_asks_for_it() {
    for asks in ["farthing/session", "farthing/charge, farthing/session;q=0.5", "farthing/*", "*/*", "tempo/charge, */session;q=0.1"] {
        assert!(asks_for_session(Some(asks)), "{asks}");
    }
    for silent in ["", "farthing/charge", "farthing/session;q=0, */*", "tempo/*", "farthing/session;q=x"] {
        assert!(!asks_for_session(Some(silent)), "{silent}");
    }
    assert!(!asks_for_session(None));
}

#[test]
fn languages_come_dearest_first() {
    for (header, expected) in [
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", &["ko-KR", "ko", "en-US", "en"][..]),
        ("en;q=0.3, de, fr;q=0.3", &["de", "en", "fr"]),
        ("*, ko;q=0, de;q=x, e n, -, zh-Hant-TW ; q = 0.5", &["zh-Hant-TW"]),
        (",, ,", &[]),
        ("abcdefghi", &[]),
    ] {
        assert_eq!(languages(Some(header)), expected, "{header}");
    }
    assert!(languages(None).is_empty() && languages(Some(&"de,".repeat(1_000))).is_empty());
    assert_eq!(languages(Some(&"de,".repeat(100))).len(), 32);
}
