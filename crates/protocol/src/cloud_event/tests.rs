//! Events: what is read, what is the same, and what is refused by name.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn event() -> Value {
    json!({
        "specversion": "1.0", "type": "com.example.llm", "source": "/gpu/7", "id": "r-1", "time": "2026-11-30T06:00:00.25+01:00",
        "subject": "aabvqy3ehaqe77fmswkm5pwt6q", "data": { "n": 3, "model": "small" },
    })
}

fn read_one(event: &Value) -> Result<MeterEvent, Unread> {
    one(event.to_string().as_bytes(), "n").unwrap()
}

#[test]
fn an_event_is_read_and_known_again_whatever_the_order_of_its_members() {
    let read = read_one(&event()).unwrap();
    assert_eq!((read.source.as_str(), read.id.as_str(), read.quantity), ("/gpu/7", "r-1", 3));
    assert_eq!(read.at, Timestamp(Timestamp::parse("2026-11-30T05:00:00Z").unwrap().0 + 250_000));
    let other = r#" { "data": {"model":"small", "n": 3}, "id": "r-1", "subject":"aabvqy3ehaqe77fmswkm5pwt6q", "source":"/gpu/7",
        "time":"2026-11-30T06:00:00.25+01:00", "type": "com.example.llm", "specversion": "1.0" } "#;
    assert_eq!(one(other.as_bytes(), "n").unwrap().unwrap(), read);
    for (member, value) in [("type", json!("other")), ("data", json!({ "n": 4, "model": "small" })), ("data", json!({ "n": 3 }))] {
        let mut changed = event();
        changed[member] = value;
        let changed = read_one(&changed).unwrap();
        assert!(changed.key == read.key && changed.print != read.print, "{member} is part of what it says");
    }
    let mut reserved = event();
    reserved["reservation"] = json!("abc");
    let reserved = read_one(&reserved).unwrap();
    assert!(reserved.reservation.as_deref() == Some("abc") && reserved.key == read.key && reserved.print != read.print);
    assert_ne!(key("a", "bc"), key("ab", "c"), "source and id do not run into each other");
}

#[test]
fn what_is_wrong_is_named_and_whose_it_was() {
    for (member, value, why) in [
        ("specversion", json!("0.3"), Wrong::Form("`specversion` is \"1.0\"")),
        ("type", json!(1), Wrong::Form("`type` is a text")),
        ("subject", Value::Null, Wrong::Form("`subject` is the session")),
        ("reservation", json!(7), Wrong::Form("`reservation` is the one that /reserve gave")),
        ("time", json!("yesterday"), Wrong::Form("`time` is a time of RFC 3339")),
        ("data", json!([3]), Wrong::Form("`data` is an object")),
        ("data", json!({ "n": -1 }), Wrong::Quantity),
        ("data", json!({ "n": 1.5 }), Wrong::Quantity),
        ("data", json!({ "n": 1e3 }), Wrong::Quantity),
        ("data", json!({ "n": "1.0" }), Wrong::Quantity),
        ("data", json!({ "n": u64::MAX }), Wrong::Quantity),
        ("data", json!({ "m": 1 }), Wrong::Quantity),
    ] {
        let mut wrong = event();
        wrong[member] = value;
        let unread = read_one(&wrong).unwrap_err();
        assert_eq!((unread.why, unread.id.as_deref()), (why, Some("r-1")));
    }
    let mut nameless = event();
    nameless["id"] = json!("x".repeat(513));
    assert_eq!(read_one(&nameless).unwrap_err().id, None);
    for quantity in [json!({ "n": 0 }), json!({ "n": "9223372036854775807" }), json!({ "n": i64::MAX })] {
        let mut right = event();
        right["data"] = quantity;
        assert!(read_one(&right).is_ok());
    }
    assert!(one(b"[]", "n").is_err() && one(b"{", "n").is_err());
}

#[test]
fn a_batch_has_an_answer_each_and_no_more_than_a_thousand() {
    let batch = json!([event(), 7, event()]).to_string();
    let read = many(batch.as_bytes(), "n").unwrap();
    assert!(read[0].is_ok() && read[1].is_err() && read[0] == read[2]);
    let of = |count: usize| many(json!(vec![event(); count]).to_string().as_bytes(), "n");
    assert!(of(1_000).is_ok_and(|all| all.len() == 1_000) && of(1_001).is_err() && of(0).is_err());
}

#[test]
fn times_have_fractions_and_offsets_and_nothing_else() {
    let same = ["2026-11-30T05:00:00Z", "2026-11-30t05:00:00z", "2026-11-30T06:30:00.000+01:30", "2026-11-29T22:00:00-07:00"];
    assert!(same.iter().all(|text| time(text) == Timestamp::parse("2026-11-30T05:00:00Z")));
    let not = ["2026-11-30T05:00:00", "2026-11-30 05:00:00Z", "2026-11-30T05:00:00.Z", "2026-11-30T05:00:00+1:00", "2026-11-30T05:00:60Z"];
    assert!(not.iter().all(|text| time(text).is_none()));
    assert_eq!(time("2026-11-30T05:00:00.1234567Z").unwrap().0 % 1_000_000, 123_456);
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(body in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,40}") {
        let _ = (one(&body, "n"), many(&body, "n"), time(&text));
    }

    #[test]
    fn a_time_is_the_instant_it_says(seconds in 0u64..4_000_000_000, minutes in 0u64..1_440, east in any::<bool>()) {
        let at = Timestamp::from_seconds(seconds.max(86_400));
        let local = if east { Timestamp::from_seconds(at.seconds().saturating_add(minutes.saturating_mul(60))) } else { Timestamp::from_seconds(at.seconds().saturating_sub(minutes.saturating_mul(60))) };
        let text = format!("{}{}{:02}:{:02}", local.to_string().trim_end_matches('Z'), if east { '+' } else { '-' }, minutes / 60, minutes % 60);
        prop_assert_eq!(time(&text), Some(at));
    }
}
