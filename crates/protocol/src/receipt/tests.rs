//! The vectors of receipts that the clients check too: made anew, and proved.

use super::{Group, Receipt, Signed, sign_group};
use crate::keys::SigningKey;
use crate::text::{Instance, base64url, from_base64url};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use serde_json::{Value, json};

const INSTANCE: &str = "hotvey7jd6ae3gat5h3yc24rge";

fn key() -> SigningKey {
    SigningKey::from_seed([2; 32])
}

fn receipt(number: u8) -> Receipt {
    Receipt {
        reference: CommandId([number; 16]),
        timestamp: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
        instance: Instance::parse(INSTANCE).unwrap(),
        recipient: "harbour".to_owned(),
        payer: "l2n4nhvgtpu3zqn2hbqjwdqxse".to_owned(),
        amount: Amount::from_u32(50_000 + u32::from(number)),
        currency: Asset::parse("eur-micro").unwrap(),
        offer: OfferId([5; 32]),
        entitlement: "news.example/a/quiet-harbour".to_owned(),
        until: None,
        full: [6; 32],
        external_id: None,
    }
}

/// So many receipts under one signature.
fn group(name: &str, receipts: Vec<Receipt>) -> Vec<Value> {
    let mut receipts = receipts;
    let values = sign_group(&mut receipts, &key(), Group { frame: 7, chunk: 1 });
    let case = |(place, value): (usize, Result<String, _>)| {
        let value = value.unwrap();
        let fields: Value = serde_json::from_slice(&from_base64url(&value).unwrap()).unwrap();
        json!({ "name": format!("{name}, {place}"), "value": value, "fields": fields })
    };
    values.into_iter().enumerate().map(case).collect()
}

fn vectors() -> Value {
    let many = |count: u8| (0..count).map(receipt).collect::<Vec<_>>();
    let dated = Receipt { until: Timestamp::parse("2026-11-23T17:11:05Z"), external_id: Some("order 7".to_owned()), ..receipt(1) };
    let accents = Receipt { entitlement: "news.example/a/h\u{e4}fen?t=\"\u{1f6a2}\"".to_owned(), amount: Amount::ZERO, ..receipt(1) };
    let mut proved = group("alone", vec![receipt(1)]);
    proved.extend(group("with an end and a reference", vec![dated]));
    proved.extend(group("charged nothing, with letters beyond ASCII", vec![accents]));
    for count in [2, 3, 7] {
        proved.extend(group(&format!("one of {count}"), many(count)));
    }
    let whole = |case: &Value| from_base64url(case["value"].as_str().unwrap()).unwrap();
    let alone: Value = serde_json::from_slice(&whole(&proved[0])).unwrap();
    let third: Value = serde_json::from_slice(&whole(&proved[6])).unwrap();
    let edited = |name: &str, from: &Value, field: &str, to: &dyn Fn(&str) -> String| {
        let mut fields = from.clone();
        fields[field] = to(from[field].as_str().unwrap()).into();
        json!({ "name": name, "value": base64url(fields.to_string().as_bytes()) })
    };
    let bytes = |change: &'static dyn Fn(Vec<u8>) -> Vec<u8>| move |proof: &str| base64url(&change(from_base64url(proof).unwrap()));
    let flipped = |at: usize| {
        move |proof: &str| {
            let mut bytes = from_base64url(proof).unwrap();
            bytes[at] ^= 1;
            base64url(&bytes)
        }
    };
    let refused = vec![
        edited("a smaller amount", &alone, "amount", &|_| "50000".to_owned()),
        edited("another payee", &alone, "recipient", &|_| "harbor".to_owned()),
        edited("another instance", &alone, "instance", &|_| "a".repeat(26)),
        edited("another version of the proof", &alone, "proof", &flipped(0)),
        edited("another key", &alone, "proof", &flipped(1)),
        edited("another group", &alone, "proof", &flipped(12)),
        edited("another place", &third, "proof", &flipped(14)),
        edited("another size", &third, "proof", &flipped(16)),
        edited("another neighbour", &third, "proof", &flipped(20)),
        edited("another signature", &alone, "proof", &flipped(70)),
        edited("a proof cut short", &alone, "proof", &bytes(&|bytes| bytes[..80].to_vec())),
        edited(
            "a path without its last node",
            &third,
            "proof",
            &bytes(&|bytes| {
                let (rest, signature) = bytes.split_last_chunk::<64>().unwrap();
                let (shorter, _) = rest.split_last_chunk::<32>().unwrap();
                [shorter, signature].concat()
            }),
        ),
        edited("no proof", &alone, "proof", &|_| String::new()),
    ];
    json!({
        "caption": "Payment-Receipt of method farthing, intent charge, and what proves it: docs/sessions.md has those of sessions.",
        "instance": INSTANCE, "seed_hex": "02".repeat(32), "key": key().public().to_string(), "proved": proved, "refused": refused,
    })
}

#[test]
fn the_vectors_of_receipts_are_as_they_were() {
    let made = serde_json::to_string_pretty(&vectors()).unwrap();
    let written: Value = serde_json::from_str(include_str!("../../../../testdata/receipt/vectors.json")).unwrap();
    assert_eq!(
        made,
        serde_json::to_string_pretty(&written).unwrap(),
        "testdata/receipt/vectors.json is another; this is how it was made:\n{made}"
    );
}

#[test]
fn what_the_vectors_prove_is_proved_and_nothing_else() {
    let (vectors, key) = (vectors(), key().public());
    let value = |case: &Value| case["value"].as_str().unwrap().to_owned();
    for case in vectors["proved"].as_array().unwrap() {
        assert!(Signed::parse(&value(case)).unwrap().is_proved_by(&key), "{}", case["name"]);
        assert!(!Signed::parse(&value(case)).unwrap().is_proved_by(&SigningKey::from_seed([3; 32]).public()), "{}", case["name"]);
    }
    for case in vectors["refused"].as_array().unwrap() {
        assert!(!Signed::parse(&value(case)).is_ok_and(|signed| signed.is_proved_by(&key)), "{}", case["name"]);
    }
}
