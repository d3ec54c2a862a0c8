//! Webhooks by call: what is taken, what is refused, and that a repeated call does nothing more.

use super::{Program, buys, content, count, made, refused, until};
use crate::hooks::{MOST, keep};
use crate::wallet::tests::house::{HARBOUR, House};
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{ActFilter, Via, What};

const URL: &str = "http://hooks.localhost:9/hook";

fn body(url: &str) -> String {
    json!({ "url": url }).to_string()
}

#[tokio::test]
async fn a_webhook_is_made_once_changed_and_deleted() {
    let house = House::open().await;
    let (harbour, ann) = (Program::of(&house, "harbour").await, Program::of(&house, "ann").await);
    let id = harbour.fresh();
    let make = async |url: &str| harbour.call(Method::POST, "/v1/webhooks", (&body(url), Some(id))).await;
    let first = content(&make(URL).await);
    assert!(first["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((&first["state"], &first["events"], &first["url"]), (&"active".into(), &json!([]), &URL.into()));
    assert_eq!(content(&make(URL).await), first, "the same call is the same webhook");
    refused(&make("http://hooks.localhost:9/other").await, 409, "id-reused");
    let at = format!("/v1/webhooks/{}", first["id"].as_str().unwrap());
    let shown = content(&harbour.get(&at).await);
    assert_eq!(shown.get("secret"), None);
    assert_eq!(content(&harbour.get("/v1/webhooks").await)["rows"], json!([shown]));
    for (method, target) in [(Method::GET, at.clone()), (Method::DELETE, at.clone()), (Method::POST, format!("{at}/retry"))] {
        refused(&ann.call(method, &target, ("", None)).await, 404, "unknown");
    }
    refused(&ann.call(Method::PATCH, &at, ("{}", None)).await, 404, "unknown");
    for verb in ["rotate", "test"] {
        refused(&ann.post(&format!("{at}/{verb}"), "").await, 404, "unknown");
        refused(&harbour.call(Method::POST, &format!("{at}/{verb}"), ("", None)).await, 400, "bad-request");
    }
    let change = json!({"events": ["charge.refunded", "charge.made", "charge.made"], "state": "paused"}).to_string();
    for _ in 0..2 {
        let changed = content(&harbour.call(Method::PATCH, &at, (&change, None)).await);
        assert_eq!((&changed["state"], &changed["events"]), (&"paused".into(), &json!(["charge.made", "charge.refunded"])));
    }
    let rotate = harbour.fresh();
    let rotated = async || content(&harbour.call(Method::POST, &format!("{at}/rotate"), ("", Some(rotate))).await)["secret"].clone();
    let secret = rotated().await;
    assert_eq!(rotated().await, secret);
    assert_ne!(secret, first["secret"]);
    refused(&make(URL).await, 409, "id-reused");
    assert_eq!(content(&harbour.call(Method::DELETE, &at, ("", None)).await), json!({}));
    refused(&harbour.call(Method::DELETE, &at, ("", None)).await, 404, "unknown");
    house.close();
}

#[tokio::test]
async fn what_no_webhook_may_be_is_refused() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    for url in
        ["https://10.0.0.1/", "http://example.com/", "https://user@example.com/", "https://169.254.169.254/", "http://127.0.0.1/", ""]
    {
        refused(&harbour.post("/v1/webhooks", &body(url)).await, 422, "webhook-address");
    }
    for wrong in [
        "",
        "{}",
        "[]",
        r#"{"url":1}"#,
        r#"{"url":"https://example.com/","secret":"x"}"#,
        r#"{"url":"https://example.com/","events":["charge.lost"]}"#,
        r#"{"url":"https://example.com/","after":"x"}"#,
    ] {
        refused(&harbour.post("/v1/webhooks", wrong).await, 400, "bad-request");
    }
    let reader = Program { house: &house, key: made(&house, "harbour", &["read", "refund"]).await.text };
    refused(&reader.get("/v1/webhooks").await, 403, "scope-missing");
    refused(&reader.get("/v1/deliveries").await, 403, "scope-missing");
    let first = content(&harbour.post("/v1/webhooks", &body("https://hooks.example.com/0")).await);
    for number in 1..MOST {
        content(&harbour.post("/v1/webhooks", &body(&format!("https://hooks.example.com/{number}"))).await);
    }
    refused(&harbour.post("/v1/webhooks", &body("https://hooks.example.com/more")).await, 409, "limit-reached");
    let at = format!("/v1/webhooks/{}", first["id"].as_str().unwrap());
    refused(&harbour.call(Method::PATCH, &at, (&body("https://192.168.0.1/"), None)).await, 422, "webhook-address");
    refused(&harbour.call(Method::PATCH, &at, ("{\"state\":\"gone\"}", None)).await, 400, "bad-request");
    for query in ["state=lost", "webhook=x", "before=x", "limit=0", "payee=ann"] {
        refused(&harbour.get(&format!("/v1/deliveries?{query}")).await, 400, "bad-request");
    }
    house.close();
}

#[tokio::test]
async fn what_happened_before_is_sent_only_if_it_is_asked_for() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    let sale = buys(&house, HARBOUR).await;
    let stream = until(&harbour, "/v1/events", |seen| count(seen) == 4).await;
    // Nobody listens on this port: what is written down stays.
    let of = async |body: Value| content(&harbour.post("/v1/webhooks", &body.to_string()).await)["id"].as_str().unwrap().to_owned();
    let (new, all) =
        (of(json!({"url": URL})).await, of(json!({"url": URL, "after": "0", "events": ["charge.made", "charge.refunded"]})).await);
    let keeper = tokio::spawn(keep(Arc::clone(&house.opened.instance)));
    content(&harbour.post(&format!("/v1/sales/{}/refund", protocol::text::serial(sale)), "").await);
    let kinds = async |webhook: &str, wanted: usize| {
        let seen = until(&harbour, &format!("/v1/deliveries?webhook={webhook}"), |seen| count(seen) >= wanted).await;
        let mut kinds: Vec<String> = seen["rows"].as_array().unwrap().iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    };
    assert_eq!(kinds(&all, 2).await, ["charge.made", "charge.refunded"]);
    assert_eq!(kinds(&new, 2).await, ["charge.refunded", "entitlement.ended"]);
    let listed = until(&harbour, &format!("/v1/deliveries?webhook={all}"), |seen| {
        seen["rows"].as_array().unwrap().iter().all(|row| row["tries"].as_u64() > Some(0))
    })
    .await;
    let opened = content(&harbour.get(&format!("/v1/deliveries/{}", listed["rows"][1]["id"].as_str().unwrap())).await);
    assert_eq!(serde_json::from_str::<Value>(opened["body"].as_str().unwrap()).unwrap(), stream["rows"][2], "the stream's own words");
    assert!(opened["attempts"][0]["fault"].as_str().is_some(), "{opened}");
    let paged = content(&harbour.get("/v1/deliveries?limit=1").await);
    let next = paged["next"].as_str().unwrap();
    assert_ne!(content(&harbour.get(&format!("/v1/deliveries?limit=1&before={next}")).await)["rows"], paged["rows"]);
    keeper.abort();
    let _ = keeper.await;
    house.close();
}

#[tokio::test]
async fn what_a_key_changes_is_written_down_with_the_key_and_what_it_only_reads_is_not() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    let made = content(&harbour.call(Method::POST, "/v1/webhooks", (&body(URL), Some(harbour.fresh()))).await);
    let at = format!("/v1/webhooks/{}", made["id"].as_str().unwrap());
    harbour.get(&at).await;
    harbour.call(Method::PATCH, &at, (&json!({"state": "paused"}).to_string(), None)).await;
    refused(&harbour.call(Method::DELETE, "/v1/webhooks/whk_aaaaaaaaaaaaaaaa", ("", None)).await, 404, "unknown");
    let sale = protocol::text::serial(buys(&house, HARBOUR).await);
    content(&harbour.call(Method::POST, &format!("/v1/sales/{sale}/refund"), ("", Some(harbour.fresh()))).await);
    let acts = house.opened.instance.vault(|vault| vault.acts(&ActFilter::default(), 99)).await.unwrap();
    let told: Vec<_> = acts.iter().map(|(_, act)| (act.via, act.what, act.payee.as_deref())).collect();
    let by = |what| (Via::Key, what, Some("harbour"));
    assert_eq!(told, [by(What::Refunded), by(What::WebhookChanged), by(What::WebhookMade)]);
    let subject = &acts[0].1.subject;
    assert!(subject.starts_with(&format!("{sale} key_")) && acts[1].1.subject.starts_with("whk_"), "{subject}");
    house.close();
}
