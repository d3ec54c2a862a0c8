//! The scheme in a stock client, against the wire vectors and its own refusals.
#![allow(clippy::unwrap_used, reason = "tests")]

use async_trait::async_trait;
use farthing_x402::{Payer, farthing};
use money::Timestamp;
use protocol::PublicKey;
use protocol::text::{array_from_base64url, parse_command};
use reqwest::ResponseBuilderExt;
use reqwest_middleware::{Middleware, Next};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use x402_reqwest::{ReqwestWithPayments, ReqwestWithPaymentsBuild, X402Client};
use x402_types::util::Base64Bytes;

const PAGE: &str = "https://news.example/a/quiet-harbour";
const EVERY_CURRENCY: [&str; 4] =
    ["9223372036854775808 eur-micro", "9223372036854775808 usd-micro", "9223372036854775808 krw-micro", "210 sat"];

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../testdata/charge/vectors.json")).unwrap()
}

fn x402_vectors() -> Value {
    serde_json::from_str(include_str!("../../../../testdata/x402/vectors.json")).unwrap()
}

fn in_time() -> Timestamp {
    Timestamp::parse("2026-11-22T17:11:04Z").unwrap()
}

fn payer(vector: &Value, max: &[&str]) -> Payer {
    let seed = vector["seed_hex"].as_str().unwrap();
    let seed: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&seed[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let payer = Payer::from_seed(seed.try_into().unwrap(), max).unwrap().by_the_clock(in_time);
    match vector["payload_account"].as_str().or(vector["payload"]["account"].as_str()) {
        Some(named) => payer.paying_from(named).unwrap(),
        None => payer,
    }
}

/// The requirement of a case: the same challenge in x402's words.
fn asked(vector: &Value) -> Value {
    let request = &vector["request_json"];
    let mut extra = json!({"realm": vector["realm"], "offer": request["methodDetails"]["offer"], "challenge": vector["id"],
        "expires": vector["expires"], "opaque": vector["opaque"], "name": "EUR", "decimals": 6});
    if !vector["digest"].is_null() {
        extra["digest"] = vector["digest"].clone();
    }
    json!({"scheme": "exact", "network": format!("farthing:{}", request["methodDetails"]["instance"].as_str().unwrap()),
        "amount": request["amount"], "asset": request["currency"], "payTo": request["recipient"], "maxTimeoutSeconds": 300, "extra": extra})
}

/// A site in the place of the network: asks for payment until one comes, which it keeps.
#[derive(Clone, Default)]
struct Site {
    header: String,
    landed: String,
    sent: Arc<Mutex<Option<Value>>>,
}

#[async_trait]
impl Middleware for Site {
    async fn handle(
        &self,
        request: reqwest::Request,
        _: &mut http::Extensions,
        _: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let sent = request.headers().get("payment-signature").map(|sent| Base64Bytes::from(sent.as_bytes()).decode().unwrap());
        let answer = http::Response::builder().url(self.landed.parse().unwrap());
        let answer = match sent {
            Some(sent) => {
                *self.sent.lock().unwrap() = Some(serde_json::from_slice(&sent).unwrap());
                answer.status(200)
            }
            None => answer.status(402).header("payment-required", &self.header),
        };
        Ok(answer.body("").unwrap().into())
    }
}

/// Lets a stock client pay what a 402 at `url` asks, having landed at `landed`; the payment it sent, or why it sent none.
async fn pay(payer: Payer, accepts: &[Value], (url, landed): (&str, &str)) -> Result<Value, String> {
    let required = json!({"x402Version": 2, "error": "Payment required", "accepts": accepts,
        "resource": {"url": PAGE, "mimeType": "text/html"}});
    let site = Site { header: Base64Bytes::encode(required.to_string()).to_string(), landed: landed.to_owned(), ..Site::default() };
    let (scheme, guard) = farthing(payer);
    let paying = reqwest::Client::new().with_payments(X402Client::new().register(scheme.up_to()).register(scheme)).builder();
    let client = paying.with(guard).with(site.clone()).build();
    match client.get(url).send().await {
        Ok(_) => Ok(site.sent.lock().unwrap().take().unwrap()),
        Err(error) => Err(format!("{error:#} {error:?}")),
    }
}

async fn tried(payer: Payer, asked: &Value, url: &str) -> String {
    pay(payer, &[asked.clone()], (url, url)).await.map(drop).err().unwrap_or_default()
}

#[tokio::test]
async fn signed_as_in_the_payment_scheme() {
    let all = x402_vectors();
    for vector in ["exact", "upto"].iter().flat_map(|scheme| all[scheme].as_array().unwrap()) {
        let url = vector["url"].as_str().unwrap();
        let accepts = vector["required_json"]["accepts"].as_array().unwrap();
        let paid = pay(payer(vector, &EVERY_CURRENCY), accepts, (url, url)).await.unwrap();
        assert_eq!(paid["payload"]["signature"], vector["payload"]["signature"], "{}", vector["name"]);
        assert_eq!(paid["payload"]["key"], vector["key"], "{}", vector["name"]);
        assert_eq!((&paid["accepted"], &paid["x402Version"]), (&vector["accepted"], &json!(2)), "{}", vector["name"]);
    }
}

#[tokio::test]
async fn the_cap_the_page_the_time_and_the_instance() {
    let all = vectors();
    let first = &all["cases"][0];
    let asked = asked(first);
    assert_eq!(tried(payer(first, &["0.05 EUR"]), &asked, PAGE).await, "");
    assert!(tried(payer(first, &["49999 eur-micro"]), &asked, PAGE).await.contains("above the max"));
    assert!(tried(payer(first, &["50000 usd-micro"]), &asked, PAGE).await.contains("no max is set"));
    for url in ["https://example/", "https://evil.example/", "http://news.example/", "https://news.example.evil.example/"] {
        assert!(tried(payer(first, &["1 EUR"]), &asked, url).await.contains("realm"), "{url}");
    }
    let on = pay(payer(first, &["1 EUR"]), &[asked.clone()], ("https://evil.example/", PAGE)).await;
    assert!(on.unwrap_err().contains("another site"));
    let late = payer(first, &["1 EUR"]).by_the_clock(|| Timestamp::parse("2026-11-22T17:11:05Z").unwrap());
    assert!(tried(late, &asked, PAGE).await.contains("expired"));
    assert!(tried(payer(first, &["1 EUR"]).only_at("another"), &asked, PAGE).await.contains("instance"));
    let mut nameless = asked.clone();
    nameless["extra"]["realm"] = Value::Null;
    assert!(tried(payer(first, &["1 EUR"]), &nameless, PAGE).await.contains("realm"));
}

#[tokio::test]
async fn without_the_guard_nothing_is_paid_and_what_can_be_paid_comes_first() {
    let all = vectors();
    let first = &all["cases"][0];
    let required = json!({"x402Version": 2, "error": "Payment required", "accepts": [asked(first)], "resource": {"url": PAGE}});
    let site = Site { header: Base64Bytes::encode(required.to_string()).to_string(), landed: PAGE.to_owned(), ..Site::default() };
    let (scheme, _) = farthing(payer(first, &["1 EUR"]));
    let client = reqwest::Client::new().with_payments(X402Client::new().register(scheme)).builder().with(site).build();
    assert!(format!("{:?}", client.get(PAGE).send().await.unwrap_err()).contains("no guard"));

    let mut dear = asked(first);
    dear["amount"] = json!("90000000");
    let paid = pay(payer(first, &["1 EUR"]), &[dear, asked(first)], (PAGE, PAGE)).await.unwrap();
    assert_eq!(paid["accepted"]["amount"], "50000");
}

#[tokio::test]
async fn a_server_that_is_not_ours_is_paid_by_a_command_of_the_payer_once_and_not_for_long() {
    let all = vectors();
    let first = &all["cases"][0];
    let mut theirs = asked(first);
    (theirs["extra"], theirs["maxTimeoutSeconds"]) = (json!({"name": "EUR"}), json!(60));
    let shop = "https://shop.example/report";
    let paid = pay(payer(first, &["1 EUR"]), &[theirs.clone()], (shop, shop)).await.unwrap();
    let text = |name: &str| paid["payload"][name].as_str().unwrap().to_owned();
    assert_eq!(text("expires"), "2026-11-22T17:12:04Z");
    assert_eq!(parse_command(&text("command")).unwrap().ms(), in_time().ms());
    let known = &x402_vectors()["settle"][0];
    let told = |command: &str, expires: &str| {
        let lines = ["farthing/settle/1", known["instance"].as_str().unwrap(), command, "harbour", "50000", "eur-micro"];
        format!("{}\n{expires}\n{}", lines.join("\n"), known["account"].as_str().unwrap())
    };
    assert_eq!(told(known["command"].as_str().unwrap(), known["expires"].as_str().unwrap()), known["signed_text"]);
    let signed = told(&text("command"), &text("expires"));
    let signature = array_from_base64url(&text("signature")).unwrap();
    assert!(PublicKey::parse(&text("key")).unwrap().verifies(signed.as_bytes(), &signature));
    let again = pay(payer(first, &["1 EUR"]), &[theirs.clone()], (shop, shop)).await.unwrap();
    assert_ne!(again["payload"]["command"], paid["payload"]["command"]);
    assert!(tried(payer(first, &["1 EUR"]), &theirs, "http://shop.example/report").await.contains("https"));
    assert!(tried(payer(first, &["0.04 EUR"]), &theirs, shop).await.contains("above the max"));
}
