//! `/v1` on a real instance: whose signature opens what, and what a repeated call does.

use crate::wallet::tests::house::{HARBOUR, House, Seen};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use market::{Body, Command, Consent, Maker, OpenSession, Purchase, SessionKind, SessionProof, SessionTerms};
use money::{Amount, Asset, CommandId, Party, Span, Timestamp};
use protocol::SigningKey;
use protocol::calls::{Call, Kind, sign};
use protocol::text::{account, base64url, command, serial};
use serde_json::{Value, json};

/// A program with a key.
struct Caller<'h> {
    house: &'h House,
    key: SigningKey,
}

impl<'h> Caller<'h> {
    fn new(house: &'h House, seed: u8) -> Caller<'h> {
        Caller { house, key: SigningKey::from_seed([seed; 32]) }
    }

    fn party(&self) -> Party {
        self.key.public().account()
    }

    fn fresh(&self) -> CommandId {
        CommandId::new(self.house.now().ms(), crate::world::random())
    }

    fn read_signature(&self, target: &str, at: Timestamp) -> String {
        let call = Call { instance: self.house.opened.instance.id, method: "GET", target, kind: Kind::Read };
        sign(&call, &self.key, at).unwrap()
    }

    fn write_signature(&self, target: &str, (body, id): (&str, CommandId)) -> String {
        let kind = Kind::Write { body: body.as_bytes(), command: id };
        let call = Call { instance: self.house.opened.instance.id, method: "POST", target, kind };
        sign(&call, &self.key, self.house.now()).unwrap()
    }

    async fn get(&self, target: &str) -> Seen {
        let signature = self.read_signature(target, self.house.now());
        self.house.send(Request::get(target).header("authorization", signature).body(Full::default()).unwrap()).await
    }

    async fn post(&self, target: &str, body: &str, id: CommandId) -> Seen {
        let signature = self.write_signature(target, (body, id));
        let request = Request::post(target).header("authorization", signature).header("idempotency-key", command(id));
        self.house.send(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await
    }

    async fn add(&self, units: u64) -> Seen {
        self.post("/v1/top-ups", &json!({"amount": units.to_string(), "currency": "eur-micro"}).to_string(), self.fresh()).await
    }

    /// Opens a session of calls at 2 base units each.
    async fn session(&self, house: &House) -> CommandId {
        let pages = "[offer.calls]\nunlock = \"https://news.localhost/c/*\"\nprice = { metered = \"0.000002 EUR\", per = \"1 call\" }\n";
        let handles = ["ann".to_owned(), "harbour".to_owned()];
        let site = market::offer_file::Site { realm: "news.localhost", payee: "harbour", handles: &handles };
        let offer = market::offer_file::parse(pages, &site).unwrap().pop().unwrap();
        let instance = &house.opened.instance;
        let offered = offer.id();
        instance.order(Body::SetOffer(Box::new(offer))).await.unwrap().outcome.effect().unwrap();
        let terms = SessionTerms { kind: SessionKind::Chain, voucher_key: [5; 32], step: Amount::from_u32(2), length: 9, anchor: [7; 32] };
        let proof = SessionProof { key: [1; 32], signature: [2; 64], challenge: [3; 32], scope: "/c/*".to_owned() };
        let open = OpenSession {
            offer: offered,
            asset: Asset::fiat("EUR").unwrap(),
            cap: Amount::from_u32(1_000),
            first: Amount::from_u32(2),
            until: house.now().after(Span(3_600)),
            terms,
            proof: Some(Box::new(proof)),
        };
        let id = self.fresh();
        let command = Command { id, maker: Maker::Party(self.party()), body: Body::OpenSession(Box::new(open)) };
        instance.apply(command).await.unwrap().outcome.effect().unwrap();
        id
    }

    /// Buys a page as the gateway does under a challenge.
    async fn buy(&self, path: &str) -> CommandId {
        let asks = self.house.asks(path);
        let consent = Consent::Pressed;
        let item = format!("news.localhost{path}");
        let purchase = Purchase { payer: self.party(), offer: asks.offer, item, amount: asks.amount, asset: asks.currency, consent };
        let id = self.fresh();
        let answer = self.house.opened.instance.apply(Command { id, maker: Maker::Instance, body: Body::Buy(purchase) }).await.unwrap();
        answer.outcome.effect().unwrap();
        id
    }
}

fn content(seen: &Seen) -> Value {
    assert_eq!(seen.header("content-type"), "application/json", "{}", seen.text);
    assert_eq!(seen.header("cache-control"), "private, no-store");
    serde_json::from_str(&seen.text).unwrap()
}

fn code(seen: &Seen) -> (u16, String) {
    assert_eq!(seen.header("content-type"), "application/problem+json", "{}", seen.text);
    let problem: Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!(problem["status"], seen.status.as_u16());
    (seen.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
}

fn refused(seen: &Seen, status: u16, word: &str) {
    assert_eq!(code(seen), (status, word.to_owned()), "{}", seen.text);
}

#[tokio::test]
async fn a_stopped_rail_is_a_problem_and_what_was_added_before_is_answered_as_before() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    let (before, body) = (alice.fresh(), json!({"amount": "5000000", "currency": "eur-micro"}).to_string());
    let first = alice.post("/v1/top-ups", &body, before).await;
    let (instance, now) = (&house.opened.instance, house.now());
    crate::rails::set(instance, "play", (crate::rails::Taking::Stop, crate::acts::Doer::machine(None, now)), now).await.unwrap();
    let seen = alice.add(5_000_000).await;
    refused(&seen, 503, "rail-stopped");
    let problem: Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!((problem["since"].as_str(), seen.header("retry-after")), (Some(now.to_string().as_str()), "600"));
    assert_eq!(content(&alice.post("/v1/top-ups", &body, before).await), content(&first), "a call that is sent again");
    alice.buy(HARBOUR).await;
    assert_eq!(content(&alice.get("/v1/wallet").await)["balances"][0]["available"], "4950000");
    house.close();
}

#[tokio::test]
async fn a_key_has_a_wallet_without_signing_up() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    let wallet = content(&alice.get("/v1/wallet").await);
    let nothing = json!([{"currency": "eur-micro", "available": "0", "held": "0", "spent_this_month": "0"}]);
    assert_eq!(wallet, json!({"account": account(alice.party()), "mode": "test", "balances": nothing}));
    assert_eq!(content(&alice.get("/v1/history").await), json!({"rows": [], "next": null}));

    assert_eq!(content(&alice.add(5_000_000).await), json!({"available": "5000000", "currency": "eur-micro"}));
    let sale = alice.buy(HARBOUR).await;
    let wallet = content(&alice.get("/v1/wallet").await);
    assert_eq!(wallet["balances"][0], json!({"currency": "eur-micro", "available": "4950000", "held": "0", "spent_this_month": "50000"}));
    let history = content(&alice.get("/v1/history").await);
    let row = &history["rows"][0];
    assert_eq!((row["kind"].as_str(), row["amount"].as_str(), row["balance"].as_str()), (Some("sale"), Some("-50000"), Some("4950000")));
    assert_eq!((row["serial"].as_str(), row["item"].as_str()), (Some(serial(sale).as_str()), Some("news.localhost/a/quiet-harbour")));
    assert!(Timestamp::parse(row["undo_until"].as_str().unwrap()).unwrap() > house.now());
    assert_eq!(history["rows"][1]["serial"], Value::Null);
    house.close();
}

#[tokio::test]
async fn sessions_are_listed_with_what_proves_them_and_closed_by_their_payer_alone() {
    let house = House::open().await;
    let (alice, bob) = (Caller::new(&house, 1), Caller::new(&house, 2));
    alice.add(1_000_000).await;
    let id = alice.session(&house).await;
    let target = format!("/v1/sessions/{}/close", command(id));
    let listed = content(&alice.get("/v1/sessions").await);
    let row = &listed["rows"][0];
    let named = ["session", "site", "realm", "recipient", "hold", "accepted", "drawn", "seq"].map(|name| row[name].as_str().unwrap());
    assert_eq!(named, [&*command(id), "http://news.localhost:4020", "news.localhost", "harbour", "1000", "2", "0", "0"]);
    assert_eq!((&row["evidence"]["kind"], row["opening"]["scope"].as_str()), (&json!("link"), Some("/c/*")));
    let draw = |seq, voucher| market::Draw { seq, print: seq, voucher: Some(voucher), version: 0, offer: None, units: 1 };
    let step = async |body| {
        let told = house.opened.instance.apply(Command { id, maker: Maker::Instance, body }).await.unwrap();
        told.outcome.effect().unwrap();
    };
    step(Body::Draw(draw(1, market::Voucher::Link { checkpoint: 0, index: 3, link: [8; 32] }))).await;
    let row = content(&alice.get("/v1/sessions").await)["rows"][0].clone();
    assert_eq!(
        (&row["accepted"], &row["evidence"]["index"], &row["evidence"]["link"]),
        (&json!("8"), &json!("3"), &json!(base64url(&[8; 32])))
    );
    step(Body::Draw(draw(2, market::Voucher::Signed { cumulative: Amount::from_u32(20), signature: [9; 64] }))).await;
    // The index is a moment behind: until it knows the signature nothing is claimed without it.
    let row = loop {
        let seen = alice.get("/v1/sessions").await;
        if seen.status != 503 {
            break content(&seen)["rows"][0].clone();
        }
    };
    assert_eq!((&row["accepted"], &row["evidence"]["signature"]), (&json!("20"), &json!(base64url(&[9; 64]))));
    assert_eq!(content(&bob.get("/v1/sessions").await)["rows"], json!([]));
    refused(&bob.post(&target, "{}", bob.fresh()).await, 404, "unknown");
    refused(&alice.get("/v1/sessions?x=1").await, 400, "bad-request");
    refused(&alice.get(&target).await, 405, "method-not-allowed");
    refused(&alice.post(&target, "{\"x\":1}", alice.fresh()).await, 400, "bad-request");
    for _ in 0..2 {
        let closed = content(&alice.post(&target, "{}", alice.fresh()).await);
        assert_eq!((&closed["captured"], &closed["released"]), (&json!("4"), &json!("996")));
        let receipt = protocol::receipt::CertifiedSigned::parse(closed["receipt"].as_str().unwrap()).unwrap();
        assert!(receipt.is_proved_by(&house.opened.instance.keys.receipt.public()));
    }
    assert_eq!(content(&alice.get("/v1/sessions").await)["rows"], json!([]));
    house.close();
}

#[tokio::test]
async fn history_comes_in_pages() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    for _ in 0..5 {
        alice.add(1_000_000).await;
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page = content(&alice.get(&format!("/v1/history?limit=2{next}")).await);
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["balance"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(cursor) => next = format!("&before={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, ["5000000", "4000000", "3000000", "2000000", "1000000"]);
    for wrong in ["limit=0", "limit=201", "limit=x", "before=x", "offset=3"] {
        refused(&alice.get(&format!("/v1/history?{wrong}")).await, 400, "bad-request");
    }
    house.close();
}

#[tokio::test]
async fn a_signature_opens_what_it_names_and_nothing_else() {
    let house = House::open().await;
    let (alice, bob) = (Caller::new(&house, 1), Caller::new(&house, 2));
    alice.add(1_000_000).await;
    let ask = async |target: &str, signature: Option<String>| {
        let request = Request::get(target);
        let request = signature.into_iter().fold(request, |request, signature| request.header("authorization", signature));
        house.send(request.body(Full::default()).unwrap()).await
    };
    let now = house.now();
    let good = alice.read_signature("/v1/wallet", now);
    assert_eq!(ask("/v1/wallet", Some(good.clone())).await.status, 200);
    assert_eq!(ask("/v1/wallet", Some(good.clone())).await.status, 200, "a read may be read again");
    refused(&ask("/v1/wallet", None).await, 400, "bad-request");
    refused(&ask("/v1/wallet", Some("Bearer x".to_owned())).await, 400, "bad-request");
    refused(&ask("/v1/history", Some(good.clone())).await, 402, "signature-invalid");
    refused(&ask("/v1/wallet?x=1", Some(good.clone())).await, 402, "signature-invalid");
    let swapped = good.replace(&alice.key.public().to_string(), &bob.key.public().to_string());
    refused(&ask("/v1/wallet", Some(swapped)).await, 402, "signature-invalid");
    let other_instance = Call { instance: protocol::Instance([1; 16]), method: "GET", target: "/v1/wallet", kind: Kind::Read };
    refused(&ask("/v1/wallet", Some(sign(&other_instance, &alice.key, now).unwrap())).await, 402, "signature-invalid");
    for at in [now.before(Span(130)), now.after(Span(130))] {
        refused(&ask("/v1/wallet", Some(alice.read_signature("/v1/wallet", at))).await, 402, "signature-invalid");
    }
    let both = Request::get("/v1/wallet").header("authorization", good.clone()).header("authorization", good.clone());
    refused(&house.send(both.body(Full::default()).unwrap()).await, 400, "bad-request");

    // A login of the wallet's pages counts for nothing here.
    let browser = house.payer(1).await;
    let cookie = format!("{}={}", crate::door::WALLET_COOKIE, browser.cookie.clone().unwrap());
    let request = Request::get("/v1/wallet").header("cookie", cookie).body(Full::default()).unwrap();
    refused(&house.send(request).await, 400, "bad-request");
    house.close();
}

#[tokio::test]
async fn a_write_is_done_once_and_only_as_signed() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    let (id, target) = (alice.fresh(), "/v1/top-ups");
    let body = json!({"amount": "1000000", "currency": "eur-micro"}).to_string();
    for _ in 0..3 {
        assert_eq!(content(&alice.post(target, &body, id).await)["available"], "1000000");
    }
    let more = body.replace("1000000", "2000000");
    refused(&alice.post(target, &more, id).await, 409, "id-reused");
    let signature = alice.write_signature(target, (&body, id));
    let send = async |body: &str, key: Option<String>| {
        let request = Request::post(target).header("authorization", signature.clone());
        let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        house.send(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await
    };
    refused(&send(&more, Some(command(id))).await, 402, "signature-invalid");
    refused(&send(&body, Some(command(alice.fresh()))).await, 402, "signature-invalid");
    refused(&send(&body, None).await, 400, "bad-request");
    refused(&send(&body, Some("short".to_owned())).await, 400, "bad-request");
    let old = CommandId::new(house.now().before(Span(700)).ms(), [1; 10]);
    refused(&alice.post(target, &body, old).await, 409, "id-too-old");
    let ahead = CommandId::new(house.now().after(Span(300)).ms(), [1; 10]);
    refused(&alice.post(target, &body, ahead).await, 409, "id-too-new");
    // Another's id of the same bytes is another id.
    assert_eq!(Caller::new(&house, 2).post(target, &body, id).await.status, 200);
    assert_eq!(content(&alice.get("/v1/wallet").await)["balances"][0]["available"], "1000000");
    house.close();
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    for (target, body, status, word) in [
        ("/v1/top-ups", "", 400, "bad-request"),
        ("/v1/top-ups", "{", 400, "bad-request"),
        ("/v1/top-ups", "[]", 400, "bad-request"),
        ("/v1/top-ups", r#"{"amount":"1"}"#, 400, "bad-request"),
        ("/v1/top-ups", r#"{"amount":1,"currency":"eur-micro"}"#, 400, "bad-request"),
        ("/v1/top-ups", r#"{"amount":"1","currency":"eur-micro","note":"x"}"#, 400, "bad-request"),
        ("/v1/top-ups", r#"{"amount":"1","currency":"EUR"}"#, 400, "bad-request"),
        ("/v1/top-ups", r#"{"amount":"1","currency":"usd-micro"}"#, 422, "currency-mismatch"),
        ("/v1/top-ups", r#"{"amount":"0","currency":"eur-micro"}"#, 422, "amount-invalid"),
        ("/v1/top-ups", r#"{"amount":"-1","currency":"eur-micro"}"#, 422, "amount-invalid"),
        ("/v1/top-ups", r#"{"amount":"01","currency":"eur-micro"}"#, 422, "amount-invalid"),
        ("/v1/top-ups", r#"{"amount":"1000000001","currency":"eur-micro"}"#, 409, "wallet-full"),
        ("/v1/undo", r#"{"serial":"x"}"#, 404, "unknown"),
        ("/v1/undo", r#"{"serial":"aaaaaaaaaaaaaaaaaaaaaaaaaa"}"#, 404, "unknown"),
        ("/v1/guards", r#"{"on":"all","window":"day","currency":"eur-micro"}"#, 400, "bad-request"),
        ("/v1/guards", r#"{"on":"all","window":"week","currency":"eur-micro","most":"1"}"#, 400, "bad-request"),
        ("/v1/guards", r#"{"on":"elsewhere.example","window":"day","currency":"eur-micro","most":"1"}"#, 400, "bad-request"),
        ("/v1/guards", r#"{"on":"all","window":"day","currency":"usd-micro","most":"1"}"#, 422, "currency-mismatch"),
    ] {
        refused(&alice.post(target, body, alice.fresh()).await, status, word);
    }
    let long = format!("{{\"amount\":\"1\",\"currency\":\"{}\"}}", "x".repeat(17 * 1_024));
    refused(&alice.post("/v1/top-ups", &long, alice.fresh()).await, 413, "body-too-large");
    assert_eq!(alice.add(1_000_000_000).await.status, 200, "a wallet with a key may hold a thousand");
    house.close();
}

#[tokio::test]
async fn only_the_payer_sees_the_receipt_and_takes_the_page_back() {
    let house = House::open().await;
    let (alice, bob) = (Caller::new(&house, 1), Caller::new(&house, 2));
    alice.add(1_000_000).await;
    let sale = serial(alice.buy(HARBOUR).await);
    let receipt = content(&alice.get(&format!("/v1/receipts/{sale}")).await);
    assert_eq!((receipt["serial"].as_str(), receipt["charged"].as_str()), (Some(sale.as_str()), Some("50000")));
    refused(&bob.get(&format!("/v1/receipts/{sale}")).await, 404, "unknown");
    refused(&alice.get("/v1/receipts/x").await, 404, "unknown");

    let body = json!({ "serial": sale }).to_string();
    refused(&bob.post("/v1/undo", &body, bob.fresh()).await, 404, "unknown");
    let id = alice.fresh();
    for _ in 0..2 {
        let done = content(&alice.post("/v1/undo", &body, id).await);
        assert_eq!(done, json!({"returned": "50000", "currency": "eur-micro", "serial": sale}));
    }
    refused(&alice.post("/v1/undo", &body, alice.fresh()).await, 409, "already-refunded");
    assert_eq!(content(&alice.get("/v1/wallet").await)["balances"][0]["available"], "1000000");
    assert_eq!(content(&alice.get(&format!("/v1/receipts/{sale}")).await), receipt);
    house.close();
}

#[tokio::test]
async fn months_and_limits_are_read_by_their_account_alone() {
    let house = House::open().await;
    let (payer, other) = (Caller::new(&house, 1), Caller::new(&house, 2));
    payer.add(1_000_000).await;
    payer.buy("/a/quiet-harbour").await;
    let months = content(&payer.get("/v1/statements").await);
    let month = months["rows"][0]["month"].as_str().unwrap();
    assert_eq!((&months["rows"][0]["in"], months["rows"].as_array().unwrap().len()), (&Value::from("1000000"), 1), "{months}");
    let statement = content(&payer.get(&format!("/v1/statements/{month}")).await);
    assert!(statement["rows"].as_array().unwrap().len() == 2 && statement["proof"].is_string(), "{statement}");
    assert_eq!(other.get(&format!("/v1/statements/{month}")).await.status, 404);
    assert_eq!(payer.get("/v1/statements/soon").await.status, 404);
    let limit = r#"{"on":"all","window":"month","currency":"eur-micro","most":"90000"}"#;
    assert_eq!(payer.post("/v1/guards", limit, payer.fresh()).await.status, 200);
    let guards = content(&payer.get("/v1/guards").await);
    assert_eq!((&guards["rows"][0]["most"], &guards["rows"][0]["asks"]), (&Value::from("90000"), &Value::from(false)), "{guards}");
    assert!(guards["rows"][0]["spent"] != "0" && content(&other.get("/v1/guards").await)["rows"].as_array().unwrap().is_empty());
    house.close();
}

#[tokio::test]
async fn a_guard_blocks_until_it_is_taken_away() {
    let house = House::open().await;
    let alice = Caller::new(&house, 1);
    alice.add(1_000_000).await;
    let set = async |on: &str, most: Value| {
        let body = json!({"on": on, "window": "month", "currency": "eur-micro", "most": most}).to_string();
        content(&alice.post("/v1/guards", &body, alice.fresh()).await)
    };
    let guards = || {
        let party = alice.party();
        house.opened.instance.look(move |state, _| state.guards_of(party).map(|guard| guard.most.unwrap().units()).collect::<Vec<_>>())
    };
    assert_eq!(set("all", json!("40000")).await, json!({}));
    assert_eq!(set("news.localhost", json!("30000")).await, json!({}));
    assert_eq!(guards().await.unwrap(), [40_000, 30_000]);
    set("all", Value::Null).await;
    assert_eq!(guards().await.unwrap(), [30_000]);
    house.close();
}
