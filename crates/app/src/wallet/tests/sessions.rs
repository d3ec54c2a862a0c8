//! Sessions in the wallet: what is open, what each came to, ended by a press; one line in the history, shares in the statement.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use super::house::{Browser, House};
use market::{Body, Command, Draw, Effect, Maker, OpenSession, SessionKind, SessionTerms, Settle};
use money::{Amount, CommandId, Party, Span};
use protocol::text::serial;
use serde_json::Value;
use store::vault::Door;

/// 0.30 for a thousand calls, with a fee for the operator.
const CALLS: &str = r#"
[offer.calls]
unlock = "https://news.localhost/a/*"
price = { metered = "0.30 EUR", per = "1000 call" }
split = [
  { label = "writer", to = "ann", bp = 7000 },
  { label = "service", to = "operator", bp = 500 },
  { label = "house", to = "self", rest = true },
]

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }
"#;

impl House {
    /// Sells calls instead of articles.
    pub async fn sells_calls(&self) {
        self.offer(CALLS).await;
    }

    /// A session of a payer's that holds so much.
    pub async fn session(&self, payer: Party, cap: u32) -> CommandId {
        let instance = &self.opened.instance;
        let (offer, _) = instance.offer_for("news.localhost", "/a/api").unwrap();
        let terms = SessionTerms { kind: SessionKind::Trusted, voucher_key: [0; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
        let (asset, cap, until) = (instance.config.asset(), Amount::from_u32(cap), self.now().after(Span(3_600)));
        let open = OpenSession { offer, asset, cap, first: Amount::ZERO, until, terms, proof: None };
        let id = CommandId::new(self.now().ms(), crate::world::random());
        let command = Command { id, maker: Maker::Party(payer), body: Body::OpenSession(Box::new(open)) };
        instance.apply(command).await.unwrap().outcome.effect().unwrap();
        id
    }

    pub async fn step(&self, session: CommandId, body: Body) -> Effect {
        let command = Command { id: session, maker: Maker::Instance, body };
        self.opened.instance.apply(command).await.unwrap().outcome.effect().unwrap()
    }

    /// So many calls are made.
    pub async fn draws(&self, session: CommandId, (seq, units): (u32, u64)) {
        self.step(session, Body::Draw(Draw { seq, print: seq, voucher: None, version: 0, offer: None, units })).await;
    }
}

impl Browser<'_> {
    /// Whose wallet this is.
    pub async fn party(&self, house: &House) -> Party {
        let cookie = format!("{}={}", crate::door::WALLET_COOKIE, self.cookie.as_deref().unwrap());
        let headers = [(http::header::COOKIE, cookie.parse().unwrap())].into_iter().collect();
        crate::login::find(&house.opened.instance, &headers, (Door::Wallet, house.now())).await.unwrap().unwrap().party
    }
}

#[tokio::test]
async fn a_session_is_seen_while_it_is_drawn_from_and_ended_by_a_press() {
    let house = House::open().await;
    house.sells_calls().await;
    let mut reader = house.payer(5).await;
    let session = house.session(reader.party(&house).await, 1_000_000).await;
    let page = format!("/sessions/{}", serial(session));
    let seen = reader.get(&page).await;
    assert!(
        seen.says("Session at Harbour Review") && seen.says("Nothing was used so far.") && seen.says("the seller’s meter"),
        "{}",
        seen.text
    );
    house.draws(session, (1, 1_234)).await;
    let home = reader.get("/").await;
    assert!(home.says("Open sessions") && home.says("€0.3702 of €1.00 drawn, €0.6298 left"), "{}", home.text);
    assert!(!home.says("of what is held is used"));
    house.draws(session, (2, 1_500)).await;
    assert!(reader.get("/").await.says("Harbour Review: 80 % of what is held is used. €0.8202 of €1.00 in this session."));
    let seen = reader.get(&page).await;
    assert!(seen.says("2,734 × call, €0.30 per 1,000") && seen.says("Used, not paid out yet") && seen.says("€0.8202"), "{}", seen.text);
    // Nobody else sees or ends it, and no press without the login's secret.
    let mut other = house.payer(1).await;
    assert_eq!(other.get(&page).await.status, 404);
    assert_eq!(other.post("/sessions/end", &[("session", &serial(session))]).await.status, 404);
    assert_eq!(house.stranger().get(&page).await.location(), "/");
    let forged = [("csrf", "x"), ("session", &*serial(session))];
    let refused = reader.request(http::Method::POST, "/sessions/end", &[("sec-fetch-site", "same-origin")], &forged).await;
    assert_eq!(refused.status, 403);
    let foreign = reader.request(http::Method::POST, "/sessions/end", &[("sec-fetch-site", "cross-site")], &forged).await;
    assert_eq!(foreign.status, 403);
    let ended = reader.post("/sessions/end", &[("session", &serial(session))]).await;
    assert_eq!((ended.status.as_u16(), ended.location()), (303, &*format!("{page}?ended=1")));
    let seen = reader.get(ended.location()).await;
    assert!(seen.says("Closed. €0.8202 was paid for what you used; €0.1798 is in your wallet again."), "{}", seen.text);
    assert!(seen.says("by you") && !seen.text.contains("/sessions/end"), "{}", seen.text);
    let again = reader.post("/sessions/end", &[("session", &serial(session))]).await;
    assert_eq!((again.status.as_u16(), again.location()), (303, &*format!("{page}?ended=1")), "a second press changes nothing");
    let home = reader.get("/").await;
    assert!(home.says("€4.1798") && !home.says("Open sessions") && !home.says("of what is held"), "{}", home.text);
    house.close();
}

#[tokio::test]
async fn what_is_under_way_is_finished_before_a_session_ends() {
    let house = House::open().await;
    house.sells_calls().await;
    let mut reader = house.payer(5).await;
    let session = house.session(reader.party(&house).await, 1_000_000).await;
    house.step(session, Body::Reserve(Draw { seq: 1, print: 1, voucher: None, version: 0, offer: None, units: 900 })).await;
    let number = serial(session);
    let fields = [("session", number.as_str())];
    let (ended, ()) = tokio::join!(reader.post("/sessions/end", &fields), async {
        tokio::task::yield_now().await;
        while !matches!(
            house.opened.instance.look(move |state, _| state.session(session).map(|session| session.phase)).await.unwrap(),
            Some(market::Phase::Closing)
        ) {
            tokio::task::yield_now().await;
        }
        house.step(session, Body::Settle(Settle { seq: 1, part: 0, units: 800, again: 0 })).await;
    });
    assert!(ended.location().ends_with("?ended=1"), "{}", ended.text);
    let seen = reader.get(ended.location()).await;
    assert!(seen.says("€0.24 was paid for what you used; €0.76 is in your wallet again."), "{}", seen.text);
    house.close();
}

#[tokio::test]
async fn a_history_has_one_line_for_a_session_and_a_statement_each_capture_with_its_shares() {
    let house = House::open().await;
    house.sells_calls().await;
    let mut reader = house.payer(5).await;
    let party = reader.party(&house).await;
    let session = house.session(party, 1_000_000).await;
    for (number, units) in [(1, 1_000), (2, 234)] {
        house.draws(session, (number, units)).await;
        house.step(session, Body::CaptureSession { number }).await;
    }
    reader.post("/sessions/end", &[("session", &serial(session))]).await;
    let history = reader.get("/history").await;
    assert!(history.says("Session at Harbour Review"), "{}", history.text);
    assert!(history.says("1,234 × call, €0.30 per 1,000 · €0.6298 given back") && history.says("−€0.3702"), "{}", history.text);
    assert_eq!(history.text.matches("Session at Harbour Review").count(), 1);

    let content: Value = serde_json::from_str(&reader.get("/history.json").await.text).unwrap();
    let captures: Vec<&Value> = content["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "session").collect();
    assert_eq!(captures.len(), 2);
    assert_eq!((&captures[0]["units"], &captures[0]["unit"], &captures[0]["per"]), (&"234".into(), &"call".into(), &"1000".into()));
    assert_eq!((&captures[0]["party"], &captures[0]["session"]), (&"harbour".into(), &serial(session).into()));
    let csv = reader.get("/history.csv").await.text;
    assert!(
        csv.lines().any(|line| line.contains(",session,harbour,news.localhost,/a/*,-0.0702,EUR,") && line.ends_with(",234,call,0.30,1000")),
        "{csv}"
    );

    let number = captures[0]["id"].as_str().unwrap();
    let receipt = reader.get(&format!("/r/{number}")).await;
    assert!(receipt.says("234 × call, €0.30 per 1,000") && receipt.says("as the seller’s meter counted"), "{}", receipt.text);
    assert!(receipt.says("service operator") && receipt.says("€0.00351") && receipt.says("€4.6298"), "{}", receipt.text);
    let document: Value = serde_json::from_str(&reader.get(&format!("/r/{number}.json")).await.text).unwrap();
    assert_eq!((&document["charged"], &document["units"], &document["capture"]), (&"70200".into(), &"234".into(), &"2".into()));
    assert_eq!(reader.get(&format!("/r/{number}.pdf")).await.header("content-type"), "application/pdf");
    assert_eq!(house.payer(1).await.get(&format!("/r/{number}")).await.status, 404);

    let month = house.now().to_string();
    let statement: Value = serde_json::from_str(&reader.get(&format!("/statements/{}.json", &month[..7])).await.text).unwrap();
    let division = &statement["division"];
    assert_eq!((&division["total"], &division["sessions"]), (&"370200".into(), &Value::Null));
    assert_eq!(division["fees"], serde_json::json!([{"label": "service", "amount": "18510"}]));
    let payees = serde_json::json!([{"to": "ann", "amount": "259140"}, {"to": "harbour", "amount": "92550"}]);
    assert_eq!(division["payees"], payees);
    let row = statement["rows"].as_array().unwrap().last().unwrap();
    assert_eq!((&row["id"], &row["units"], &row["unit_price"]), (&number.into(), &"234".into(), &"300000".into()));
    let home = reader.get("/").await;
    assert!(home.says("Session at Harbour Review"), "{}", home.text);
    house.close();
}
