//! The vectors that the plug-ins of other languages are tested with, and the laws of the codec.

use super::*;
use crate::challenge::{NotOurs, Terms, route};
use crate::text;
use crate::text::parse_command;
use crate::{Challenge, ChargeRequest, Credential, Issuer, Lasts, SigningKey};
use data_encoding::HEXLOWER;
use money::{Amount, OfferId, Timestamp};
use proptest::prelude::*;

fn vectors() -> Json {
    let text = include_str!("../../../../testdata/x402/vectors.json");
    // Longer than what strangers may send, so read by another reader and written as one part after another.
    let whole: serde_json::Value = serde_json::from_str(text).unwrap();
    let parts = |name: &str| {
        let cases = whole[name].as_array().unwrap();
        assert!(!cases.is_empty(), "{name}");
        Json::List(cases.iter().map(|case| Json::parse(&serde_json::to_vec(case).unwrap()).unwrap()).collect())
    };
    ["exact", "upto", "settle", "responses", "refused"].into_iter().fold(Json::object(), |all, name| all.with(name, parts(name)))
}

fn cases(name: &str) -> Vec<Json> {
    match vectors().get(name) {
        Some(Json::List(cases)) => cases.clone(),
        _ => panic!("{name}"),
    }
}

fn key(case: &Json) -> SigningKey {
    SigningKey::from_seed(HEXLOWER.decode(case.need("seed_hex").unwrap().as_bytes()).unwrap().try_into().unwrap())
}

fn issuer() -> Issuer {
    Issuer::new(*b"0123456789abcdef0123456789abcdef", None)
}

#[test]
fn a_charge_is_offered_and_paid_as_the_vectors_say() {
    for case in cases("exact") {
        let name = case.need("name").unwrap().to_owned();
        let payment = Payment::parse(case.need("payment_signature").unwrap()).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let instance = instance_of(payment.accepted.need("network").unwrap()).unwrap();
        assert_eq!(payment.scheme(instance), Ok(EXACT), "{name}");
        let credential = payment.credential(EXACT).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        assert!(credential.is_signed(), "{name}");
        assert!(issuer().check(&credential.challenge).is_ok(), "{name}: the MAC");
        assert_eq!(text::account(credential.payer()), case.need("account").unwrap(), "{name}");

        let accepted = requirement(&credential.challenge, EXACT).unwrap();
        assert!(accepted.says(case.get("accepted").unwrap()), "{name}: {accepted}");
        let url = case.need("url").unwrap();
        let required = Required { error: "Payment required", url, accepts: std::slice::from_ref(&accepted), naming: Naming::Unread };
        assert_eq!(required.header_value(), case.need("payment_required").unwrap(), "{name}");
        if credential.account.is_none() {
            let signed = Credential::sign(credential.challenge.clone(), &key(&case)).unwrap();
            assert!(signed == credential, "{name}: signed anew");
        }
        let again = Payment::parse(&Payment::header_value(&accepted, &credential, Some("a-name-of-its-own"))).unwrap();
        assert!(again.credential(EXACT) == Ok(credential), "{name}: written anew");
        assert_eq!(again.identifier.as_ref().map(Identifier::as_str), Some("a-name-of-its-own"));
    }
}

#[test]
fn a_purchase_up_to_an_amount_is_another_challenge_and_another_text() {
    for case in cases("upto") {
        let payment = Payment::parse(case.need("payment_signature").unwrap()).unwrap();
        let instance = instance_of(payment.accepted.need("network").unwrap()).unwrap();
        assert_eq!(payment.scheme(instance), Ok(UPTO));
        let credential = payment.credential(UPTO).unwrap();
        assert!(credential.is_signed());
        let accepted = requirement(&credential.challenge, UPTO).unwrap();
        assert!(accepted.says(case.get("accepted").unwrap()) && requirement(&credential.challenge, EXACT).is_none());
        let (url, accepts) = (case.need("url").unwrap(), std::slice::from_ref(&accepted));
        let required = Required { error: "Payment required", url, accepts, naming: Naming::Unread };
        assert_eq!(required.header_value(), case.need("payment_required").unwrap());
        let signed = Credential::sign_up_to(credential.challenge.clone(), &key(&case)).unwrap();
        assert!(signed == credential, "signed anew");
        assert!(Credential::sign(credential.challenge.clone(), &key(&case)).is_err(), "no client of the other scheme signs it");
        let checked = issuer().check_up_to(&credential.challenge).unwrap();
        assert_eq!(issuer().issue_up_to(&checked.terms), credential.challenge, "issued anew");
        assert_eq!(issuer().check(&credential.challenge), Err(NotOurs::Method));
        // Under the other intent it is nobody's challenge, and the signature is over another text.
        let exact = Challenge { intent: "charge".to_owned(), ..credential.challenge.clone() };
        assert_eq!(issuer().check(&exact), Err(NotOurs::Mac));
        assert!(!Credential { challenge: exact, ..credential }.is_signed());
    }
}

#[test]
fn a_settlement_is_asked_for_as_the_vectors_say() {
    for case in cases("settle") {
        let name = case.need("name").unwrap().to_owned();
        let instance = Instance::parse(case.need("instance").unwrap()).unwrap();
        let body = case.get("request_json").unwrap().to_string();
        let asked = Asked::parse(body.as_bytes(), instance).unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let settlement = asked.settlement;
        assert!(settlement.claim().unwrap().holds(), "{name}");
        assert_eq!(text::account(settlement.payer()), case.need("account").unwrap(), "{name}");
        assert!(settlement.payload().says(case.get("payload").unwrap()), "{name}");
        if settlement.account.is_none() {
            assert!(settlement.clone().signed(&key(&case)).unwrap() == settlement, "{name}: signed anew");
        }
        let mut dearer = settlement.clone();
        dearer.amount = Amount::from_u32(7);
        assert!(!dearer.claim().unwrap().holds(), "{name}: another amount");
        // What the server asks is what its client has accepted.
        let last = body.rfind("\"amount\":\"").unwrap() + "\"amount\":\"".len();
        let other = format!("{}9{}", &body[..last], &body[last..]);
        assert_eq!(Asked::parse(other.as_bytes(), instance).err(), Some(Unreadable::Requirement), "{name}");
        let elsewhere = Instance([1; 16]);
        assert_eq!(Asked::parse(body.as_bytes(), elsewhere).err(), Some(Unreadable::Network), "{name}");
    }
}

#[test]
fn responses_are_written_as_the_vectors_say() {
    for case in cases("responses") {
        let json = case.get("json").unwrap();
        let written = Settled {
            error: json.maybe("errorReason").unwrap(),
            transaction: json.need("transaction").unwrap(),
            instance: instance_of(json.need("network").unwrap()).unwrap(),
            payer: json.maybe("payer").unwrap(),
            amount: json.maybe("amount").unwrap().map(|text| Amount::parse(text).unwrap()),
        };
        assert_eq!(written.header_value(), case.need("payment_response").unwrap());
        assert!(written.document().says(json));
    }
}

#[test]
fn what_was_changed_on_the_way_is_known() {
    let ours = Instance::parse("hotvey7jd6ae3gat5h3yc24rge").unwrap();
    for case in cases("refused") {
        let (name, why) = (case.need("name").unwrap(), case.need("why").unwrap());
        let read = Payment::parse(case.need("payment_signature").unwrap());
        let read = read.and_then(|payment| payment.credential(payment.scheme(ours)?));
        let found = match read {
            Err(Unreadable::Malformed(_)) => "malformed",
            Err(Unreadable::Network) => "network",
            Err(Unreadable::Scheme) => "scheme",
            Err(Unreadable::Requirement) => "requirement",
            Ok(credential) if issuer().check(&credential.challenge) == Err(NotOurs::Mac) => "mac",
            Ok(_) => "nothing",
        };
        assert_eq!(found, why, "{name}");
    }
}

#[test]
fn a_payment_is_bounded() {
    let long = "A".repeat(MAX_BYTES + 4);
    assert!(matches!(Payment::parse(&long), Err(Unreadable::Malformed(_))));
    let many = format!("[{}0]", "0,".repeat(300));
    assert!(Json::parse(many.as_bytes()).is_err());
    for wrong in ["", "{", "01", "1.", ".5", "1e", "+1", "nul", "[1,]", "{\"a\":1,}", "[1 2]", "{\"a\" 1}", "\"\u{1}\"", "1 1"] {
        assert!(Json::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
    for right in ["0", "-0", "1.5e-7", "[]", "{}", " [ null , true ] ", "\"\\u00e9\""] {
        assert!(Json::parse(right.as_bytes()).is_ok(), "{right}");
    }
}

#[test]
fn the_identifier_is_told_with_its_schema() {
    let required = Required { error: "x", url: "https://a.example/", accepts: &[], naming: Naming::WithSchema };
    let document = opened(&required.header_value()).unwrap();
    let extension = document.get("extensions").and_then(|all| all.get("payment-identifier")).unwrap();
    assert_eq!(extension.get("info").unwrap().to_string(), r#"{"required":false}"#);
    assert_eq!(extension.get("schema").and_then(|schema| schema.get("type")).and_then(Json::text), Some("object"));
    let short = Required { naming: Naming::Told, ..required };
    assert!(required.header_value().len() > short.header_value().len() + 300);
    let told = opened(&short.header_value()).unwrap();
    assert_eq!(told.get("extensions").unwrap().to_string(), r#"{"payment-identifier":{"info":{"required":false}}}"#);
}

#[test]
fn what_is_supported_names_the_network() {
    let keys = [SigningKey::from_seed([1; 32]).public()];
    let document = supported(Instance([0; 16]), &keys);
    assert_eq!(
        document.to_string(),
        format!(
            r#"{{"kinds":[{{"x402Version":2,"scheme":"exact","network":"farthing:{}"}}],"extensions":["payment-identifier"],"signers":{{"farthing:*":["{}"]}}}}"#,
            "a".repeat(26),
            keys[0]
        )
    );
}

prop_compose! {
    fn any_charge()(
        amount in 0_u64..=i64::MAX as u64,
        asset in "[a-z]{3}-micro|sat",
        recipient in "[a-z0-9-]{2,32}",
        (instance, offer, nonce) in (any::<[u8; 16]>(), any::<[u8; 32]>(), any::<[u8; 16]>()),
        (lasts, undo) in (proptest::option::of(any::<u32>()), proptest::option::of(any::<u32>())),
        external in proptest::option::of("[ -~]{0,40}"),
        digest in any::<bool>(),
    ) -> Challenge {
        let request = ChargeRequest {
            amount: Amount::new(amount).unwrap(),
            currency: Asset::parse(&asset).unwrap(),
            recipient,
            instance: Instance(instance),
            offer: OfferId(offer),
            lasts: lasts.map(|seconds| if seconds == 0 { Lasts::Ever } else { Lasts::Seconds(seconds.into()) }),
            undo: undo.map(u64::from),
            external_id: external,
        };
        issuer().issue(&Terms {
            realm: "news.example".into(),
            request,
            expires: Timestamp::from_seconds(1_795_367_465),
            digest: digest.then(|| crate::digest::of(b"body")),
            nonce: money::CommandId(nonce),
            route: route("GET", "/a"),
        })
    }
}

proptest! {
    #[test]
    fn a_requirement_carries_its_whole_challenge(challenge in any_charge()) {
        let told = requirement(&challenge, EXACT).unwrap();
        let again = Json::parse(told.to_string().as_bytes()).unwrap();
        prop_assert!(again == told);
        prop_assert_eq!(challenge_of(&again).unwrap(), challenge);
    }

    #[test]
    fn no_bytes_make_the_reader_fall(bytes in any::<Vec<u8>>()) {
        if let Ok(json) = Json::parse(&bytes) {
            prop_assert!(Json::parse(json.to_string().as_bytes()).unwrap() == json);
        }
    }
}

#[test]
fn the_nonce_of_the_first_vector_is_the_command() {
    let case = &cases("exact")[0];
    let credential = Payment::parse(case.need("payment_signature").unwrap()).unwrap().credential(EXACT).unwrap();
    let checked = issuer().check(&credential.challenge).unwrap();
    assert_eq!(checked.terms.nonce, parse_command("AaIEOOAT_yrJWgLJK__lhQ").unwrap());
}
