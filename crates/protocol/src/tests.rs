//! The public vectors and the laws of the codecs.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use crate::challenge::{Terms, parse_all, route};
use crate::receipt::{Group, Receipt, Signed, sign_together};
use crate::text::{self, Instance};
use crate::{Challenge, ChargeRequest, Credential, Issuer, Lasts, PublicKey, SigningKey};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn seed(name: &str) -> SigningKey {
    SigningKey::from_seed(Sha256::digest(name).into())
}

fn terms() -> Terms {
    Terms {
        realm: "news.example".into(),
        request: ChargeRequest {
            amount: Amount::from_u32(50_000),
            currency: Asset::parse("eur-micro").unwrap(),
            recipient: "harbour".into(),
            instance: Instance::of(&seed("instance").public()),
            offer: OfferId(Sha256::digest("offer").into()),
            lasts: Some(Lasts::Seconds(86_400)),
            undo: None,
            external_id: None,
        },
        expires: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
        digest: None,
        nonce: text::parse_command("AaIEOOAT_yrJWgLJK__lhQ").unwrap(),
        route: route("GET", "/a/quiet-harbour"),
    }
}

fn issuer() -> Issuer {
    Issuer::new(*b"0123456789abcdef0123456789abcdef", None)
}

#[test]
fn the_first_vector() {
    let alice = seed("alice");
    assert_eq!(text::account(alice.public().account()), "4k7lvdieleyfmaevie5aeop4bpz7msqw");
    assert_eq!(terms().request.instance.to_string(), "hotvey7jd6ae3gat5h3yc24rge");
    let challenge = issuer().issue(&terms());
    assert_eq!(challenge.id, "dSYkHQhQMMSuS93aXXU76x6d6fE7PLQNxqgjhP0yIas");
    let credential = Credential::sign(challenge, &alice).unwrap();
    assert_eq!(
        text::base64url(&credential.signature),
        "S8CnReUHzjclJYxlWrMZa5Dcij-4_P2vS9ruQSLculkeMlJq0pHzBiZ7Om2U67cNPC6g1xoo2FlWWAZp-RTuDg"
    );
    assert!(credential.is_signed());
}

/// Every case that the plug-ins of other languages are tested with.
#[test]
fn the_neighbours_of_the_first_vector() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../../../testdata/charge/vectors.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 10);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let [challenge] = parse_all([case["www_authenticate"].as_str().unwrap()]).unwrap().try_into().unwrap();
        let issuer = Issuer::new(case["secret"].as_str().unwrap().as_bytes().try_into().unwrap(), None);
        assert_eq!(challenge.id, case["id"].as_str().unwrap(), "{name}");
        let checked = issuer.check(&challenge).unwrap_or_else(|no| panic!("{name}: {no:?}"));
        assert_eq!(text::base64url(checked.terms.request.canonical().as_bytes()), case["request"].as_str().unwrap(), "{name}");
        let header = case["authorization"].as_str().map_or_else(|| credential_of(case), str::to_owned);
        let credential = Credential::parse(&header).unwrap_or_else(|no| panic!("{name}: {no}"));
        assert_eq!(text::base64url(&credential.signature), case["signature"].as_str().unwrap(), "{name}");
        assert!(credential.is_signed(), "{name}");
    }
}

fn credential_of(case: &serde_json::Value) -> String {
    format!("Payment {}", text::base64url(case["credential"].to_string().as_bytes()))
}

#[test]
fn a_changed_challenge_is_not_ours() {
    let challenge = issuer().issue(&terms());
    assert_eq!(issuer().check(&challenge).unwrap().terms, terms());
    let changes: [fn(&mut Challenge); 7] = [
        |it| it.realm.push('x'),
        |it| it.request.push('x'),
        |it| it.expires = Some("2027-11-22T17:11:05Z".into()),
        |it| it.digest = Some("sha-256=:AAAA:".into()),
        |it| it.opaque = None,
        |it| it.header = Some("Payment-Authorization".into()),
        |it| it.id = text::base64url(&[0; 32]),
    ];
    for change in changes {
        let mut changed = challenge.clone();
        change(&mut changed);
        assert!(issuer().check(&changed).is_err(), "{changed:?}");
    }
    let rotated = Issuer::new([7; 32], Some(*b"0123456789abcdef0123456789abcdef"));
    assert!(rotated.check(&challenge).is_ok(), "the former secret still stands");
}

#[test]
fn an_edited_credential_is_not_signed() {
    let credential = Credential::sign(issuer().issue(&terms()), &seed("alice")).unwrap();
    let back = Credential::parse(&credential.header_value()).unwrap();
    assert!(back == credential && back.is_signed());
    for edit in [0usize, 31, 63] {
        let mut edited = credential.clone();
        edited.signature[edit] ^= 1;
        assert!(!edited.is_signed());
    }
    let mut other = credential.clone();
    other.key = seed("bob").public();
    assert!(!other.is_signed());
    let mut other = credential.clone();
    other.account = Some(seed("bob").public().account());
    assert!(!other.is_signed(), "the payer is part of what is signed");
}

#[test]
fn keys_of_small_order_sign_nothing() {
    let mut identity = [0; 32];
    identity[0] = 1;
    for key in [identity, [0; 32]] {
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&identity);
        assert!(!PublicKey(key).verifies(b"anything", &signature));
    }
}

#[test]
fn fields_with_several_schemes_are_split_at_the_right_commas() {
    let ours = issuer().issue(&terms()).to_string();
    let lines = format!("Basic realm=\"a, b\", {ours}, Negotiate abc==, Bearer");
    assert_eq!(parse_all([&*lines]).unwrap().len(), 1);
    assert_eq!(parse_all([&*ours, &*ours]).unwrap().len(), 2);
    for refused in [
        "Payment id=\"a\", id=\"b\", realm=\"r\", method=\"m\", intent=\"i\", request=\"q\"",
        "Payment id=\"\", realm=\"r\", method=\"m\", intent=\"i\", request=\"q\"",
        "Payment realm=\"r\"",
        "Payment id=\"a",
        "realm=\"r\"",
        "Payment id=\"a\u{1}\"",
    ] {
        assert!(parse_all([refused]).is_err(), "{refused}");
    }
    assert!(parse_all(vec![&*ours; 9]).is_err(), "nine challenges");
    assert!(parse_all(["x".repeat(9_000).as_str()]).is_err());
}

#[test]
fn base64url_has_one_form() {
    assert!(text::from_base64url("QQ").is_ok() && text::from_base64url("QQ==").is_ok());
    for refused in ["QR", "Q Q", "QQ=", "QQ===", "Q+", "Q/"] {
        assert!(text::from_base64url(refused).is_err(), "{refused}");
    }
}

#[test]
fn json_that_is_signed_has_one_reading() {
    use crate::json::Object;
    let good = Object::parse(br#" { "b" : "\u00e9\ud83d\ude00\n" , "a":{"c":""} } "#).unwrap();
    assert_eq!(good.canonical(), "{\"a\":{\"c\":\"\"},\"b\":\"é😀\\n\"}");
    let deep = r#"{"a":{"a":{"a":{"a":{"a":""}}}}}"#;
    let many = format!("{{{}}}", (0..65).map(|n| format!("\"k{n}\":\"\"")).collect::<Vec<_>>().join(","));
    for refused in [
        "",
        "[]",
        "{",
        "{\"a\":1}",
        "{\"a\":\"\",\"a\":\"\"}",
        "{\"é\":\"\"}",
        "{\"a\":\"\"}x",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":null}",
        deep,
        &many,
    ] {
        assert!(Object::parse(refused.as_bytes()).is_err(), "{refused}");
    }
    assert!(Object::parse(b"{\"a\":\"\xff\"}").is_err());
}

fn receipt() -> Receipt {
    Receipt {
        reference: CommandId([9; 16]),
        timestamp: Timestamp::parse("2026-11-22T17:06:05Z").unwrap(),
        instance: terms().request.instance,
        recipient: "harbour".into(),
        payer: text::base32(&[5; 20]),
        amount: Amount::from_u32(50_000),
        currency: Asset::parse("eur-micro").unwrap(),
        offer: terms().request.offer,
        entitlement: "news.example/a/quiet-harbour".into(),
        until: None,
        full: [3; 32],
        external_id: None,
    }
}

#[test]
fn a_receipt_proves_itself_and_no_other() {
    let key = seed("receipts");
    let value = receipt().header_value(&key, Group { frame: 7, chunk: 1 }).unwrap();
    assert!(value.len() <= 1_400, "{}", value.len());
    let signed = Signed::parse(&value).unwrap();
    assert_eq!(signed.receipt, receipt());
    assert!(signed.is_proved_by(&key.public()));
    assert!(!signed.is_proved_by(&seed("other").public()));
    let json = String::from_utf8(text::from_base64url(&value).unwrap()).unwrap();
    let edited = text::base64url(json.replace("\"50000\"", "\"5000\"").as_bytes());
    assert!(!Signed::parse(&edited).unwrap().is_proved_by(&key.public()));
    let mut long = receipt();
    long.entitlement = "x".repeat(1_000);
    assert!(long.header_value(&key, Group { frame: 7, chunk: 1 }).is_err());
}

/// The root as RFC 9162, 2.1.1 says it: split at the largest power of two below the count.
fn root_of(leaves: &[[u8; 32]]) -> [u8; 32] {
    if let [leaf] = leaves {
        return *leaf;
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    Sha256::new().chain_update([1]).chain_update(root_of(left)).chain_update(root_of(right)).finalize().into()
}

#[test]
fn receipts_of_a_frame_are_signed_together() {
    use crate::json::Object;
    let key = seed("receipts");
    let numbered = |number: u32| Receipt { amount: Amount::from_u32(number), ..receipt() };
    for count in (1..=66).chain([127, 128, 129, 200]) {
        let mut receipts: Vec<Receipt> = (0..count).map(numbered).collect();
        let values: Vec<String> = sign_together(&mut receipts, &key, 7).into_iter().map(Result::unwrap).collect();
        assert_eq!((values.len(), receipts), (usize::try_from(count).unwrap(), (0..count).map(numbered).collect()), "nothing was too long");
        let mut signatures = std::collections::BTreeMap::<u16, Vec<[u8; 32]>>::new();
        for (at, value) in (0_u16..).zip(&values) {
            let signed = Signed::parse(value).unwrap();
            assert_eq!(signed.receipt, numbered(u32::from(at)));
            assert!(value.len() <= 1_400 && signed.is_proved_by(&key.public()) && !signed.is_proved_by(&seed("other").public()));
            let fields = Object::parse(&text::from_base64url(value).unwrap()).unwrap();
            let proof = text::from_base64url(fields.text("proof").unwrap()).unwrap();
            let size = u16::try_from(count).unwrap().saturating_sub(at / 64 * 64).min(64);
            let group = [&[0, 0, 0, 0, 0, 7][..], &(at / 64).to_be_bytes()].concat();
            let places = [(at % 64).to_be_bytes(), size.to_be_bytes()].concat();
            assert_eq!(proof[..17], [&[1][..], &key.id(), &group, &places].concat(), "{at} of {count}");
            let json = fields.clone().without("proof").canonical();
            signatures.entry(at / 64).or_default().push(Sha256::new().chain_update([0]).chain_update(&json).finalize().into());
            // What is signed is the root that the standard gives, once the group is whole.
            if let Some(leaves) = signatures.get(&(at / 64)).filter(|leaves| leaves.len() == usize::from(size)) {
                let (group, root) = (text::base64url(&group), text::base64url(&root_of(leaves)));
                let said = format!("farthing/receipts/1\n{}\n{group}\n{size}\n{root}", receipt().instance);
                assert!(key.public().verifies(said.as_bytes(), proof[proof.len() - 64..].try_into().unwrap()));
            }
            // Another's place, or another's amount, is not proved.
            let mut moved = proof.clone();
            moved[14] ^= 1;
            for edited in [value.clone(), json.replace("\"amount\":\"", "\"amount\":\"9")].map(|json| {
                if json == *value {
                    fields.clone().without("proof").with("proof", text::base64url(&moved))
                } else {
                    Object::parse(json.as_bytes()).unwrap().with("proof", text::base64url(&proof))
                }
            }) {
                let edited = Signed::parse(&text::base64url(edited.canonical().as_bytes()));
                assert!(edited.is_err() || !edited.unwrap().is_proved_by(&key.public()), "{at} of {count}");
            }
        }
    }
}

#[test]
fn a_receipt_signed_alone_is_a_group_of_one() {
    let key = seed("receipts");
    let alone = receipt().header_value(&key, Group { frame: 7, chunk: 0 }).unwrap();
    assert_eq!(sign_together(&mut [receipt()], &key, 7), [Ok(alone)]);
    assert_ne!(receipt().header_value(&key, Group::apart(7)), receipt().header_value(&key, Group { frame: 7, chunk: 0 }));
    assert_eq!(sign_together(&mut [], &key, 7), []);
}

#[test]
fn an_address_too_long_for_a_header_stands_there_by_its_hash() {
    let key = seed("receipts");
    let hash = |text: &str| text::base64url(&Sha256::digest(text));
    for (count, roomy) in [(1_usize, true), (64, false)] {
        let (mut hashed, mut whole) = (0, 0);
        for length in (0..700).step_by(7) {
            let long = "x".repeat(length);
            let mut receipts: Vec<Receipt> = (0..count).map(|_| receipt()).collect();
            receipts[count - 1].entitlement = long.clone();
            let values = sign_together(&mut receipts, &key, 7);
            let signed: Vec<Signed> = values.iter().map(|value| Signed::parse(value.as_ref().unwrap()).unwrap()).collect();
            assert!(signed.iter().all(|signed| signed.is_proved_by(&key.public())));
            let says = signed[count - 1].receipt.entitlement.clone();
            assert_eq!(says, receipts[count - 1].entitlement);
            if says == long {
                whole = length
            } else {
                hashed = if hashed == 0 { length } else { hashed }
            }
            assert!(says == long || says == hash(&long));
        }
        assert!(whole + 7 == hashed && (whole > 300) == roomy && whole > 150, "{count}: {whole}, {hashed}");
    }
}

#[test]
fn a_quote_reads_back_and_no_edit_does() {
    use crate::quote::Quote;
    let key = seed("site");
    let quote = Quote {
        iss: "https://news.example".into(),
        aud: "https://wallet.example".into(),
        id: CommandId([4; 16]),
        offer: terms().request.offer,
        amount: Amount::from_u32(50_000),
        currency: Asset::parse("eur-micro").unwrap(),
        item: "/a/quiet-harbour?x=1".into(),
        title: "The quiet harbour".into(),
        st_hash: [6; 32],
        iat: Timestamp::from_seconds(1_795_000_000),
        exp: Timestamp::from_seconds(1_795_000_600),
        undo: 600,
    };
    let text = quote.sign(&key);
    assert_eq!(Quote::parse(&text, &key.public()), Ok(quote));
    assert!(Quote::parse(&text, &seed("other").public()).is_err());
    let none = format!("{}.{}", text::base64url(b"{\"alg\":\"none\"}"), text.split_once('.').unwrap().1);
    assert!(Quote::parse(&none, &key.public()).is_err(), "the algorithm is pinned");
    assert!(Quote::parse(&"x".repeat(5_000), &key.public()).is_err());
    assert_eq!(crate::quote::plain_title("a\u{202e}b\n c"), "ab c");
}

#[test]
fn calls_are_bound_to_what_is_called() {
    use crate::calls::{Call, Kind, Signed, sign};
    let (key, now) = (seed("alice"), Timestamp::from_seconds(1_795_000_000));
    let call = Call { instance: terms().request.instance, method: "GET", target: "/v1/wallet", kind: Kind::Read };
    let value = sign(&call, &key, now).unwrap();
    let signed = Signed::parse(&value).unwrap();
    assert!(signed.covers(&call, now));
    assert!(!signed.covers(&call, now.after(money::Span(121))), "a read ages out");
    assert!(!signed.covers(&Call { target: "/v1/other", ..call }, now));
    let write = Call { kind: Kind::Write { body: b"{}", command: CommandId([1; 16]) }, method: "POST", ..call };
    let signed = Signed::parse(&sign(&write, &key, now).unwrap()).unwrap();
    assert!(signed.covers(&write, now));
    assert!(!signed.covers(&Call { kind: Kind::Write { body: b"{ }", command: CommandId([1; 16]) }, ..write }, now));
    assert!(!signed.covers(&call, now), "a write is no read");
    for refused in ["", "Farthing", "Bearer x", "Farthing key=\"a\"", &value.replace("key", "kex"), &format!("{value}, key=\"a\"")] {
        assert!(Signed::parse(refused).is_err(), "{refused}");
    }
}

proptest! {
    #[test]
    fn no_stranger_makes_a_parser_panic(text in ".{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse_all([&*text]);
        let _ = Credential::parse(&text);
        let _ = Credential::parse(&format!("Payment {}", text::base64url(&bytes)));
        let _ = Signed::parse(&text::base64url(&bytes));
        let _ = crate::calls::Signed::parse(&format!("Farthing {text}"));
        let _ = crate::json::Object::parse(&bytes);
        let _ = crate::digest::parse(&text);
        let _ = crate::quote::Quote::parse(&text, &seed("site").public());
    }

    #[test]
    fn challenges_read_back(realm in "[ -~]{1,40}", opaque in proptest::option::of("[A-Za-z0-9_-]{1,40}")) {
        let challenge = Challenge { realm, opaque, ..issuer().issue(&terms()) };
        prop_assert_eq!(parse_all([&*challenge.to_string()]).unwrap(), vec![challenge]);
    }

    #[test]
    fn json_reads_back(entries in proptest::collection::btree_map("[a-z]{1,8}", ".{0,20}", 0..8)) {
        let object = entries.iter().fold(crate::json::Object::default(), |object, (key, value)| object.with(key.clone(), value.as_str()));
        prop_assert_eq!(crate::json::Object::parse(object.canonical().as_bytes()).unwrap(), object);
    }
}
