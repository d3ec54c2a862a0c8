//! Keys: what each opens, and what is said of those that open nothing.

use super::{Program, content, made, refused};
use crate::door::Visit;
use crate::keys::{Grant, OVERLAP, facts, list, revoke, rotate};
use crate::wallet::tests::house::{House, Seen};
use http::Request;
use http_body_util::Full;
use money::Span;
use protocol::discovery::Mode;
use protocol::payee_key::PayeeKey;
use serde_json::Value;

#[tokio::test]
async fn a_key_opens_its_payee_and_no_other() {
    let house = House::open().await;
    let (harbour, ann) = (Program::of(&house, "harbour").await, Program::of(&house, "ann").await);
    let seen = content(&harbour.get("/v1/payee").await);
    assert_eq!((&seen["payee"], &seen["name"], &seen["mode"]), (&"harbour".into(), &"Harbour Review".into(), &"test".into()));
    assert_eq!(seen["sites"], serde_json::json!([{"host": "news.localhost", "url": "http://news.localhost:4020"}]));
    assert_eq!(content(&ann.get("/v1/payee").await)["sites"], serde_json::json!([]));
    let used = &list(&house.opened.instance, "harbour").await.unwrap()[0];
    assert_eq!(used.used_at, Some(house.now()));
    assert!(!facts(used, house.now()).to_string().contains(&harbour.key), "what is listed opens nothing");
    house.close();
}

#[tokio::test]
async fn what_opens_nothing_is_told_apart_only_by_what_its_holder_sees() {
    let house = House::open().await;
    let instance = &house.opened.instance;
    let key = made(&house, "harbour", &["read"]).await;
    let with = |key: &str| Program { house: &house, key: key.to_owned() };
    assert_eq!(with(&key.text).get("/v1/payee").await.status, 200);
    let stranger = with(&PayeeKey::new(Mode::Test, [3; 20]).text()).get("/v1/payee").await;
    refused(&stranger, 401, "key-unknown");
    assert_eq!(stranger.header("www-authenticate"), "Bearer");
    refused(&with(&key.text[..40]).get("/v1/payee").await, 401, "key-mistyped");
    refused(&with(&PayeeKey::new(Mode::Live, [3; 20]).text()).get("/v1/payee").await, 401, "key-wrong-mode");
    revoke(instance, "harbour", key.key.id, house.now()).await.unwrap();
    let revoked = with(&key.text).get("/v1/payee").await;
    assert_eq!((revoked.status, &revoked.text), (stranger.status, &stranger.text), "revoked and unknown are one answer");
    let bare = house.send(Request::get("/v1/payee").body(Full::default()).unwrap()).await;
    refused(&bare, 401, "key-needed");
    let signed = Request::get("/v1/payee").header("authorization", "Farthing key=\"a\", time=\"b\", signature=\"c\"");
    refused(&house.send(signed.body(Full::default()).unwrap()).await, 401, "key-needed");
    let key = made(&house, "harbour", &["read"]).await;
    let twice = Request::get("/v1/payee").header("authorization", format!("Bearer {}", key.text)).header("authorization", "Bearer x");
    refused(&house.send(twice.body(Full::default()).unwrap()).await, 401, "key-needed");
    refused(&with(&key.text).get("/v1/wallet").await, 400, "bad-request");
    house.close();
}

#[tokio::test]
async fn a_key_does_what_its_scopes_say() {
    let house = House::open().await;
    let with = async |scope: &str| Program { house: &house, key: made(&house, "harbour", &[scope]).await.text };
    let (read, refund) = (with("read").await, with("refund").await);
    let sale = format!("/v1/sales/{}/refund", "a".repeat(26));
    refused(&read.post(&sale, "").await, 403, "scope-missing");
    refused(&refund.post(&sale, "").await, 404, "unknown");
    for target in ["/v1/payee", "/v1/sales", "/v1/sales/x", "/v1/offers", "/v1/events"] {
        refused(&refund.get(target).await, 403, "scope-missing");
        if target == "/v1/offers" {
            refused(&read.post(target, "").await, 403, "scope-missing");
        } else {
            refused(&read.post(target, "").await, 405, "method-not-allowed");
        }
    }
    refused(&read.get(&sale).await, 405, "method-not-allowed");
    house.close();
}

#[tokio::test]
async fn a_rotated_key_opens_for_seven_days_more() {
    let house = House::open().await;
    let instance = &house.opened.instance;
    let old = made(&house, "harbour", &["read"]).await;
    let new = rotate(instance, ("harbour", old.key.id), (&Grant::whole(), crate::world::command_id()), house.now()).await.unwrap();
    assert!(rotate(instance, ("harbour", old.key.id), (&Grant::whole(), crate::world::command_id()), house.now()).await.is_err(), "once");
    let opens = async |key: &str| Program { house: &house, key: key.to_owned() }.get("/v1/payee").await.status.as_u16();
    assert_eq!((opens(&old.text).await, opens(&new.text).await), (200, 200));
    house.wait(Span(OVERLAP.0 - 1));
    assert_eq!((opens(&old.text).await, opens(&new.text).await), (200, 200));
    house.wait(Span(1));
    assert_eq!((opens(&old.text).await, opens(&new.text).await), (401, 200));
    house.close();
}

#[tokio::test]
async fn an_address_that_guesses_keys_has_to_wait() {
    let house = House::open().await;
    let key = made(&house, "harbour", &["read"]).await.text;
    let ask = async |key: &str, from: &str| {
        let visit = Visit { client_ip: from.parse().unwrap(), ..house.visit() };
        let request = Request::get("/v1/payee").header("authorization", format!("Bearer {key}")).body(Full::default()).unwrap();
        Seen::of(house.door.handle(request, &visit).await).await
    };
    for guess in 0..10 {
        let guessed = PayeeKey::new(Mode::Test, [guess; 20]).text();
        refused(&ask(&guessed, "203.0.113.7").await, 401, "key-unknown");
    }
    let late = ask(&PayeeKey::new(Mode::Test, [99; 20]).text(), "203.0.113.8").await;
    refused(&late, 429, "too-fast");
    assert!(late.header("retry-after").parse::<u32>().unwrap() <= 60);
    refused(&ask("nothing", "203.0.113.7").await, 429, "too-fast");
    assert_eq!(ask(&key, "203.0.113.7").await.status, 200, "whoever has a key is not locked out by a neighbour");
    refused(&ask("nothing", "198.51.100.7").await, 401, "key-mistyped");
    let _: Value = serde_json::from_str(&late.text).unwrap();
    house.close();
}
