//! What another server's facilitator client sends, and what the books make of it.

#![allow(clippy::arithmetic_side_effects, reason = "a wrong sum in a test is a failing test")]

use crate::audit::Proofs;
use crate::wallet::tests::house::{House, Seen};
use crate::world;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use market::{Body, Guard, GuardScope, RefundReason, RefundRequest, TopUp, Verdict, Window};
use money::{Amount, Asset, CommandId, Span, Timestamp};
use protocol::SigningKey;
use protocol::x402::{Json, Settlement, network};
use serde_json::{Value, json};
use store::audit::{Auditor, Watcher};

const OFFERS: &str = r#"
[offer.article]
unlock = "https://news.localhost/a/**"
price = { fixed = "0.05 EUR" }

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }

[offer.others]
consume = "x402:*"
price = { at_most = "1.00 EUR" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]
"#;

fn eur() -> Asset {
    Asset::fiat("EUR").unwrap()
}

/// A house whose payee takes what its own server asks for, and a payer with a euro.
async fn bed() -> (House, SigningKey) {
    let house = House::open().await;
    house.offer(OFFERS).await;
    let alice = SigningKey::from_seed([1; 32]);
    let top_up = TopUp { party: alice.public().account(), asset: eur(), amount: Amount::from_u32(1_000_000), most: Amount::MAX };
    house.opened.instance.order(Body::TopUp(top_up)).await.unwrap().outcome.effect().unwrap();
    (house, alice)
}

fn wanted(house: &House, units: u32, key: &SigningKey) -> Settlement {
    Settlement {
        instance: house.opened.instance.id,
        recipient: "harbour".to_owned(),
        amount: Amount::from_u32(units),
        currency: eur(),
        command: CommandId::new(house.now().ms(), world::random()),
        expires: Timestamp::from_seconds(house.now().seconds() + 60),
        key: key.public(),
        signature: [0; 64],
        account: None,
    }
}

fn signed(house: &House, units: u32, key: &SigningKey) -> Settlement {
    wanted(house, units, key).signed(key).unwrap()
}

/// As a stock server sends it.
fn body(settlement: &Settlement) -> Value {
    let payload: Value = serde_json::from_str(&settlement.payload().to_string()).unwrap();
    let requirement = json!({
        "scheme": "exact", "network": network(settlement.instance), "amount": settlement.amount.to_string(),
        "asset": settlement.currency.as_str(), "payTo": settlement.recipient, "maxTimeoutSeconds": 60, "extra": {},
    });
    let payment =
        json!({ "x402Version": 2, "payload": payload, "resource": { "url": "https://shop.example/report" }, "accepted": requirement });
    json!({ "x402Version": 2, "paymentPayload": payment, "paymentRequirements": requirement })
}

async fn post(house: &House, call: &str, body: &Value, word: Option<&str>) -> (u16, Value) {
    let mut request = Request::post(format!("/x402/{call}")).header("content-type", "application/json");
    if let Some(word) = word {
        request = request.header("idempotency-key", word);
    }
    read(&house.send(request.body(Full::new(Bytes::from(body.to_string()))).unwrap()).await)
}

fn read(seen: &Seen) -> (u16, Value) {
    assert_eq!(seen.header("content-type"), "application/json", "{}", seen.text);
    assert_eq!(seen.header("cache-control"), "private, no-store");
    (seen.status.as_u16(), serde_json::from_str(&seen.text).unwrap())
}

async fn available(house: &House, key: &SigningKey) -> u64 {
    let party = key.public().account();
    house.opened.instance.look(move |state, _| state.available(party, eur()).units()).await.unwrap()
}

/// How many payers' signatures an auditor verifies.
fn audited(house: &House) -> u64 {
    let (mut auditor, mut proofs) = (Auditor::default(), Proofs::default());
    for frame in house.opened.instance.frames().unwrap() {
        let mut watchers: Vec<&mut dyn Watcher> = vec![&mut proofs];
        auditor.frame(&frame.unwrap(), &mut watchers).unwrap();
    }
    proofs.checked().purchases
}

/// Neither call takes it, for this reason and under this status, and nothing moves.
async fn refused(house: &House, body: &Value, (status, reason): (u16, &str)) {
    let before = (house.sales().await, house.earned("harbour").await);
    let (said, verified) = post(house, "verify", body, None).await;
    assert_eq!((said, &verified["isValid"], &verified["invalidReason"]), (status, &json!(false), &json!(reason)), "{verified}");
    let (said, settled) = post(house, "settle", body, None).await;
    assert_eq!((said, &settled["success"], &settled["errorReason"]), (status, &json!(false), &json!(reason)), "{settled}");
    assert_eq!((&settled["transaction"], settled["network"].is_string()), (&json!(""), true));
    assert_eq!((house.sales().await, house.earned("harbour").await), before, "{reason} moved something");
}

#[tokio::test]
async fn a_strangers_server_is_paid_once() {
    let (house, alice) = bed().await;
    let settlement = signed(&house, 20_000, &alice);
    let body = body(&settlement);
    let (status, verified) = post(&house, "verify", &body, None).await;
    assert_eq!((status, &verified["isValid"]), (200, &json!(true)));
    assert_eq!(available(&house, &alice).await, 1_000_000, "to verify moves nothing");
    let (status, settled) = post(&house, "settle", &body, None).await;
    let transaction = protocol::text::serial(settlement.command);
    let payer = house.opened.instance.keys.pairwise(alice.public().account(), "harbour");
    let network = network(house.opened.instance.id);
    assert_eq!(status, 200);
    assert_eq!(settled, json!({ "success": true, "transaction": transaction, "network": network, "payer": payer, "amount": "20000" }));
    assert_eq!(verified["payer"], settled["payer"]);
    assert_eq!((available(&house, &alice).await, house.earned("ann").await, house.earned("harbour").await), (980_000, 14_000, 6_000));

    // The same bytes again, also under a key now: not paid, and by which posting it was.
    for word in [None, Some("a key")] {
        let (status, again) = post(&house, "settle", &body, word).await;
        assert_eq!((status, &again["success"]), (200, &json!(false)));
        assert_eq!((&again["errorReason"], &again["transaction"]), (&json!("challenge-used"), &json!(transaction)));
    }
    let (_, verified) = post(&house, "verify", &body, None).await;
    assert_eq!((&verified["isValid"], &verified["invalidReason"]), (&json!(false), &json!("challenge-used")));
    // Another sum under the same command.
    let mut other = settlement.clone();
    other.amount = Amount::from_u32(30_000);
    let (status, again) = post(&house, "settle", &self::body(&other.signed(&alice).unwrap()), None).await;
    assert_eq!((status, &again["errorReason"], &again["transaction"]), (409, &json!("id-reused"), &json!("")));
    assert_eq!((available(&house, &alice).await, house.sales().await), (980_000, 1));
    // Each payment is another purchase: nothing is owned by it.
    let (_, second) = post(&house, "settle", &self::body(&signed(&house, 20_000, &alice)), None).await;
    assert_eq!((&second["success"], available(&house, &alice).await), (&json!(true), 960_000));
    assert_eq!(audited(&house), 2, "an auditor makes what was signed of the records alone");
    house.close();
}

#[tokio::test]
async fn under_the_servers_own_key_the_answer_is_the_same_again() {
    let (house, alice) = bed().await;
    let settlement = signed(&house, 20_000, &alice);
    let body = body(&settlement);
    let first = post(&house, "settle", &body, Some("k1")).await;
    assert_eq!((first.0, &first.1["success"]), (200, &json!(true)));
    assert_eq!(post(&house, "settle", &body, Some("k1")).await, first);
    for word in [None, Some("k2")] {
        assert_eq!(post(&house, "settle", &body, word).await.1["errorReason"], "challenge-used");
    }
    assert_eq!(available(&house, &alice).await, 980_000);
    // What was taken back is paid no more, whoever asks.
    let refund = RefundRequest::whole(settlement.command, RefundReason::Operator);
    house.opened.instance.order(Body::Refund(refund)).await.unwrap().outcome.effect().unwrap();
    assert_eq!(post(&house, "settle", &body, Some("k1")).await.1["errorReason"], "challenge-used");
    assert_eq!(available(&house, &alice).await, 1_000_000);
    house.close();
}

#[tokio::test]
async fn a_name_is_of_one_payment() {
    let (house, alice) = bed().await;
    let named = |settlement: &Settlement| {
        let mut body = body(settlement);
        body["paymentPayload"]["extensions"] =
            json!({ "payment-identifier": { "info": { "required": false, "id": "a-name-of-its-own" } } });
        body
    };
    let (poor, first) = (signed(&house, 20_000, &SigningKey::from_seed([2; 32])), named(&signed(&house, 20_000, &alice)));
    assert_eq!(post(&house, "settle", &named(&poor), None).await.1["errorReason"], "insufficient_funds");
    assert_eq!(post(&house, "settle", &first, None).await.1["success"], true);
    assert_eq!(post(&house, "settle", &first, None).await.1["errorReason"], "challenge-used");
    let (status, second) = post(&house, "settle", &named(&signed(&house, 20_000, &alice)), None).await;
    assert_eq!((status, &second["errorReason"]), (409, &json!("id-reused")));
    assert_eq!(available(&house, &alice).await, 980_000);
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_once_one_is_told_that_it_is_paid() {
    let (house, alice) = bed().await;
    let body = std::sync::Arc::new(body(&signed(&house, 20_000, &alice)));
    // Another instance has another network.
    refused(&House::open().await, &body, (200, "invalid_network")).await;
    let house = std::sync::Arc::new(house);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (house, body) = (std::sync::Arc::clone(&house), std::sync::Arc::clone(&body));
            tokio::spawn(async move { post(&house, "settle", &body, None).await.1["success"] == true })
        })
        .collect();
    let mut paid = 0;
    for task in tasks {
        paid += usize::from(task.await.unwrap());
    }
    assert_eq!((paid, available(&house, &alice).await), (1, 980_000));
}

#[tokio::test]
async fn what_is_wrong_has_its_word_and_moves_nothing() {
    let (house, alice) = bed().await;
    let good = body(&signed(&house, 20_000, &alice));
    let edited = |path: &[&str], value: Value| {
        let mut body = good.clone();
        let mut at = &mut body;
        for key in path {
            at = &mut at[*key];
        }
        *at = value;
        body
    };
    let both = |key: &str, value: Value| {
        let mut body = good.clone();
        body["paymentPayload"]["accepted"][key] = value.clone();
        body["paymentRequirements"][key] = value;
        body
    };
    for malformed in [
        json!({}),
        json!([]),
        edited(&["x402Version"], json!(1)),
        edited(&["paymentPayload", "x402Version"], json!(1)),
        edited(&["paymentPayload", "payload", "command"], json!("short")),
        edited(&["paymentPayload", "payload", "expires"], json!("2026-11-22T17:11:05.000Z")),
        edited(&["paymentPayload", "payload", "key"], Value::Null),
        edited(&["paymentPayload", "extensions"], json!({ "payment-identifier": { "info": { "id": "x" } } })),
    ] {
        refused(&house, &malformed, (400, "invalid_payload")).await;
    }
    // The server asks for more than its client has signed, or for itself.
    for (key, value) in [("amount", json!("20001")), ("payTo", json!("ann")), ("asset", json!("usd-micro"))] {
        refused(&house, &edited(&["paymentRequirements", key], value), (200, "invalid_payment_requirements")).await;
    }
    refused(&house, &both("network", json!("eip155:8453")), (200, "invalid_network")).await;
    refused(&house, &both("scheme", json!("batch-settlement")), (200, "unsupported_scheme")).await;
    // Signed for another sum, asset or payee.
    refused(&house, &both("amount", json!("20001")), (200, "invalid_payload")).await;
    refused(&house, &both("asset", json!("usd-micro")), (200, "invalid_payment_requirements")).await;
    // Nobody of that name, or one that has no such offer.
    for payee in ["ann", "nobody", "operator"] {
        let mut settlement = wanted(&house, 20_000, &alice);
        settlement.recipient = payee.to_owned();
        refused(&house, &body(&settlement.signed(&alice).unwrap()), (200, "invalid_payment_requirements")).await;
    }
    for units in [0, 1_000_001] {
        refused(&house, &body(&signed(&house, units, &alice)), (200, "invalid_payment_requirements")).await;
    }
    let mut thief = signed(&house, 20_000, &SigningKey::from_seed([2; 32]));
    thief.account = Some(alice.public().account());
    refused(&house, &body(&thief), (200, "invalid_payload")).await;
    refused(&house, &body(&signed(&house, 20_000, &SigningKey::from_seed([2; 32]))), (200, "insufficient_funds")).await;
    let mut late = wanted(&house, 20_000, &alice);
    late.expires = Timestamp::from_seconds(house.now().seconds() - 31);
    refused(&house, &body(&late.signed(&alice).unwrap()), (200, "invalid_payment_requirements")).await;
    let mut old = wanted(&house, 20_000, &alice);
    old.command = CommandId::new(house.now().ms() - 601_000, world::random());
    refused(&house, &body(&old.signed(&alice).unwrap()), (409, "id-too-old")).await;
    let guard = Guard {
        party: alice.public().account(),
        on: GuardScope::All,
        window: Window::Day,
        verdict: Verdict::Deny,
        asset: eur(),
        most: Some(Amount::from_u32(19_999)),
    };
    house.opened.instance.order(Body::SetGuard(guard)).await.unwrap().outcome.effect().unwrap();
    refused(&house, &good, (200, "guard-denied")).await;
    assert_eq!(available(&house, &alice).await, 1_000_000);
    house.close();
}

#[tokio::test]
async fn whatever_a_stranger_sends_has_a_clear_answer_and_moves_nothing() {
    let (house, alice) = bed().await;
    let good = body(&signed(&house, 20_000, &alice)).to_string();
    let nested = |depth: usize| format!("{{\"x402Version\":2,\"paymentPayload\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let doubled = good.replacen("\"x402Version\":2", "\"x402Version\":2,\"x402Version\":2", 1);
    let many = format!("{{\"x402Version\":2,\"paymentPayload\":[{}]}}", vec!["0"; 5_000].join(","));
    let long = good.replace("\"20000\"", &format!("\"{}\"", "9".repeat(4_000)));
    let mut cut: Vec<Vec<u8>> = [0, 1, 2, good.len() / 2, good.len() - 1].map(|end| good.as_bytes()[..end].to_vec()).into();
    cut.extend(["null", "[]", "\"x\"", "0", "{}", "x402=1", "{\"x402Version\":1e999}"].map(|text| text.as_bytes().to_vec()));
    cut.extend([nested(11), nested(4_000), doubled, many, long, format!("{good}{good}")].map(String::into_bytes));
    cut.extend([b"\xff\xfe\x00".to_vec(), vec![0; 1_000], [b"\x1f\x8b".to_vec(), good.clone().into_bytes()].concat()]);
    let before = house.opened.instance.look(|state, _| state.hash()).await.unwrap();
    for (call, verdict) in [("verify", "isValid"), ("settle", "success")] {
        let too_long = Request::post(format!("/x402/{call}")).body(Full::new(Bytes::from(vec![b' '; 20_000]))).unwrap();
        let (status, said) = read(&house.send(too_long).await);
        assert_eq!((status, &said[verdict]), (413, &json!(false)), "{said}");
        for body in &cut {
            for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
                let request = Request::post(format!("/x402/{call}")).header("content-type", kind);
                let (status, said) = read(&house.send(request.body(Full::new(Bytes::from(body.clone()))).unwrap()).await);
                let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
                let expected = if status == 200 { "invalid_payment_requirements" } else { "invalid_payload" };
                let reason = said.get("invalidReason").or(said.get("errorReason"));
                assert_eq!((&said[verdict], reason), (&json!(false), Some(&json!(expected))), "{call} {shown}: {said}");
                assert!(status == 400 || status == 200, "{call} {shown}: {status}");
            }
        }
    }
    assert_eq!(house.opened.instance.look(|state, _| state.hash()).await.unwrap(), before);
    // What it is called counts for nothing: it is read for what it is.
    let request = Request::post("/x402/verify").header("content-type", "text/plain").body(Full::new(Bytes::from(good))).unwrap();
    assert_eq!(read(&house.send(request).await).1["isValid"], true);
    house.close();
}

#[tokio::test]
async fn one_payee_at_a_time_and_only_these_calls() {
    let (house, alice) = bed().await;
    let supported = read(&house.send(Request::get("/x402/supported").body(Full::default()).unwrap()).await).1;
    assert_eq!(supported["kinds"][0]["network"], network(house.opened.instance.id));
    assert_eq!(supported["signers"]["farthing:*"][0], house.opened.instance.keys.receipt.public().to_string());
    let wrong = house.send(Request::get("/x402/settle").body(Full::default()).unwrap()).await;
    assert_eq!((wrong.status.as_u16(), wrong.header("allow")), (405, "POST"));
    assert_eq!(house.send(Request::post("/x402/other").body(Full::default()).unwrap()).await.status.as_u16(), 404);
    let huge = Request::post("/x402/settle").body(Full::new(Bytes::from(vec![b' '; 20_000]))).unwrap();
    assert_eq!(house.send(huge).await.status.as_u16(), 413);

    let body = body(&signed(&house, 2_000_000, &alice)).to_string();
    let mut visit = house.visit();
    visit.client_ip = "203.0.113.7".parse().unwrap();
    let asked = || Request::post("/x402/verify").body(Full::new(Bytes::from(body.clone()))).unwrap();
    for _ in 0..3 {
        assert_eq!(
            Seen::of(house.door.handle(asked(), &visit).await).await.status.as_u16(),
            200,
            "an offer is looked for before anything is counted"
        );
    }
    let body = self::body(&signed(&house, 1, &alice)).to_string();
    let asked = || Request::post("/x402/verify").body(Full::new(Bytes::from(body.clone()))).unwrap();
    for _ in 0..200 {
        assert_eq!(Seen::of(house.door.handle(asked(), &visit).await).await.status.as_u16(), 200);
    }
    let full = Seen::of(house.door.handle(asked(), &visit).await).await;
    assert_eq!((full.status.as_u16(), full.header("retry-after")), (429, "1"));
    assert_eq!(read(&full).1, json!({ "isValid": false, "invalidReason": "too-fast" }));
    let elsewhere = crate::door::Visit { client_ip: "198.51.100.9".parse().unwrap(), ..visit.clone() };
    assert_eq!(Seen::of(house.door.handle(asked(), &elsewhere).await).await.status.as_u16(), 200, "no stranger stops a payee's own server");
    visit.now = visit.now.after(Span(5));
    assert_eq!(Seen::of(house.door.handle(asked(), &visit).await).await.status.as_u16(), 200);
}

#[test]
fn the_document_of_a_payment_names_no_secret() {
    assert_eq!(format!("{:?}", Json::from("a signature")), "a text");
}
