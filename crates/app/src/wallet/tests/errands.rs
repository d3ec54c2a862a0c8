//! Addresses, methods, headers and documents.

use super::house::{HARBOUR, House, WALLET};
use crate::web::Reach;
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use protocol::text::array_from_base64url;
use protocol::{PublicKey, signed::SignedText};

#[tokio::test]
async fn an_address_says_what_can_be_done_there() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    for (method, target, status, allow) in [
        (Method::GET, "/nothing", 404, ""),
        (Method::GET, "/..%2fr", 404, ""),
        (Method::GET, "/v1/nothing", 404, ""),
        (Method::POST, "/nothing", 404, ""),
        (Method::POST, "/", 405, "GET, HEAD"),
        (Method::PUT, "/pay", 405, "GET, HEAD, POST"),
        (Method::DELETE, "/history", 405, "GET, HEAD"),
        (Method::POST, "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa", 405, "GET, HEAD"),
        (Method::POST, "/statements", 405, "GET, HEAD"),
        (Method::POST, "/statements/2026-11.pdf", 405, "GET, HEAD"),
        (Method::GET, "/open", 405, "POST"),
        (Method::GET, "/undo", 405, "POST"),
        (Method::GET, "/sign-out", 405, "POST"),
        (Method::GET, "/pay/top-up", 405, "POST"),
        (Method::POST, "/icon.svg", 405, "GET, HEAD"),
        (Method::POST, "/v1/wallet", 405, "GET, HEAD"),
        (Method::GET, "/v1/undo", 405, "POST"),
        (Method::POST, "/v1/receipts/aaaaaaaaaaaaaaaaaaaaaaaaaa", 405, "GET, HEAD"),
    ] {
        let seen = reader.request(method.clone(), target, &[], &[]).await;
        assert_eq!((seen.status.as_u16(), seen.header("allow")), (status, allow), "{method} {target}");
    }
    let seen = reader.get("/nothing").await;
    assert!(seen.says("request1") && seen.says("unknown") && seen.says("€1.00"), "{}", seen.text);
    assert_eq!(reader.get("/top-up").await.location(), "/", "refusals send people here");
    let long = "x".repeat(17 * 1_024);
    let seen = reader.request(Method::POST, "/pay", &[("sec-fetch-site", "same-origin")], &[("q", &long)]).await;
    assert!(seen.status == 413 && seen.says("body-too-large"), "{}", seen.text);
    house.close();
}

#[tokio::test]
async fn every_page_is_private_unframed_and_without_foreign_script() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let receipt = format!("/r/{}", reader.last_sale().await);
    let sheet = format!("/pay?q={}", house.quote("/a/other"));
    for target in ["/", "/history", "/nothing", "/pay", &sheet, &receipt, "/history.csv", "/history.json", "/statements"] {
        for seen in [reader.get(target).await, house.stranger().get(target).await] {
            if seen.status == 303 {
                assert_eq!(seen.header("cache-control"), "private, no-store", "{target}");
                continue;
            }
            let policy = seen.header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{target}: {policy}");
            assert_eq!((seen.header("cache-control"), seen.header("x-content-type-options")), ("private, no-store", "nosniff"), "{target}");
            assert_eq!(seen.header("strict-transport-security"), "", "{target}: not on this machine");
            assert!(!seen.text.contains("<script"), "{target}");
        }
    }
    let request = Request::get("/").body(Full::new(Bytes::new())).unwrap();
    let visit = crate::door::Visit { reach: Reach::Public, ..house.visit() };
    let seen = super::house::Seen::of(house.door.handle(request, &visit).await).await;
    assert_eq!(seen.header("strict-transport-security"), "max-age=31536000");
    house.close();
}

#[tokio::test]
async fn opening_wallets_by_the_dozen_is_too_fast_from_elsewhere() {
    let house = House::open().await;
    let visit = crate::door::Visit { client_ip: "203.0.113.7".parse().unwrap(), ..house.visit() };
    let mut answers = Vec::new();
    for _ in 0..11 {
        let request = Request::post("/open").header("origin", WALLET).body(Full::new(Bytes::new())).unwrap();
        answers.push(super::house::Seen::of(house.door.handle(request, &visit).await).await);
    }
    assert!(answers[..10].iter().all(|seen| seen.status == 303));
    assert!(answers[10].status == 429 && !answers[10].header("retry-after").is_empty() && answers[10].header("set-cookie").is_empty());
    house.close();
}

#[tokio::test]
async fn the_documents_stand_and_the_root_vouches_for_the_receipt_key() {
    let house = House::open().await;
    let mut anybody = house.stranger();
    let seen = anybody.get("/.well-known/farthing.json").await;
    let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    assert_eq!((text(&content["wallet_url"]), text(&content["mode"])), (WALLET.to_owned(), "test".to_owned()));
    assert_eq!(content["page_origins"], serde_json::json!(["http://news.localhost:4020"]));
    assert_eq!(content["currencies"], serde_json::json!(["eur-micro"]));
    let root = PublicKey::parse(&text(&content["root_key"])).unwrap();
    assert_eq!(protocol::Instance::of(&root).to_string(), text(&content["instance"]));
    let key = &content["receipt_keys"][0];
    let signed = SignedText::new("farthing/key/1")
        .line(&text(&content["instance"]))
        .unwrap()
        .line("receipt")
        .unwrap()
        .line(&text(&key["key"]))
        .unwrap();
    assert!(root.verifies(signed.bytes(), &array_from_base64url(&text(&key["signature"])).unwrap()));

    let seen = anybody.get("/openapi.json").await;
    let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!((text(&content["openapi"]), seen.header("content-type")), ("3.1.0".to_owned(), "application/json"));
    let seen = anybody.get("/icon.svg").await;
    assert!(seen.text.contains("<svg") && seen.header("content-type") == "image/svg+xml");
    house.close();
}
