//! Payees' calls on a real instance: which key opens what, and what a payee sees of its sales.

mod keys;
mod meters;
mod sales;
mod usage;
mod webhooks;

use crate::keys::{Made, Wish, make};
use crate::wallet::tests::house::{House, Seen};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use market::{Body, Command, Consent, Maker, Purchase, TopUp};
use money::{Amount, CommandId, Party};
use protocol::text::command;
use serde_json::Value;
use store::vault::Scopes;

pub const READER: Party = Party([9; 20]);

/// A payee's program.
pub struct Program<'h> {
    pub house: &'h House,
    pub key: String,
}

pub async fn made(house: &House, payee: &str, scopes: &[&str]) -> Made {
    let scopes = Scopes::parse(scopes.iter().copied()).unwrap();
    let wish = Wish { payee: payee.to_owned(), name: "a program".to_owned(), scopes, lasts: None };
    make(&house.opened.instance, wish, house.now()).await.unwrap()
}

impl<'h> Program<'h> {
    /// With a key that may do everything.
    pub async fn of(house: &'h House, payee: &str) -> Program<'h> {
        let key = made(house, payee, &["read", "refund", "webhooks"]).await.text;
        Program { house, key }
    }

    pub async fn call(&self, method: Method, target: &str, (body, id): (&str, Option<CommandId>)) -> Seen {
        let mut request = Request::builder().method(method).uri(target).header("authorization", format!("Bearer {}", self.key));
        if let Some(id) = id {
            request = request.header("idempotency-key", command(id));
        }
        self.house.send(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await
    }

    pub async fn get(&self, target: &str) -> Seen {
        self.call(Method::GET, target, ("", None)).await
    }

    pub async fn post(&self, target: &str, body: &str) -> Seen {
        self.call(Method::POST, target, (body, Some(self.fresh()))).await
    }

    pub fn fresh(&self) -> CommandId {
        CommandId::new(self.house.now().ms(), crate::world::random())
    }
}

pub fn content(seen: &Seen) -> Value {
    assert_eq!((seen.status.as_u16(), seen.header("content-type")), (200, "application/json"), "{}", seen.text);
    assert_eq!(seen.header("cache-control"), "private, no-store");
    serde_json::from_str(&seen.text).unwrap()
}

pub fn refused(seen: &Seen, status: u16, word: &str) {
    assert_eq!(seen.header("content-type"), "application/problem+json", "{}", seen.text);
    let problem: Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status.into()), Some(word)), "{}", seen.text);
    assert_eq!(seen.status.as_u16(), status);
}

/// A reader buys a page, after adding what it costs.
pub async fn buys(house: &House, path: &str) -> CommandId {
    let instance = &house.opened.instance;
    let asks = house.asks(path);
    let top_up = TopUp { party: READER, asset: asks.currency, amount: asks.amount, most: Amount::MAX };
    instance.order(Body::TopUp(top_up)).await.unwrap().outcome.effect().unwrap();
    let item = format!("news.localhost{path}");
    let consent = Consent::Pressed;
    let purchase = Purchase { payer: READER, offer: asks.offer, item, amount: asks.amount, asset: asks.currency, consent };
    let id = CommandId::new(house.now().ms(), crate::world::random());
    instance.apply(Command { id, maker: Maker::Instance, body: Body::Buy(purchase) }).await.unwrap().outcome.effect().unwrap();
    id
}

/// Asks until the answer is as wanted: the index is some milliseconds behind the books.
pub async fn until(program: &Program<'_>, target: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let deadline = crate::world::now().after(money::Span(30));
    loop {
        let seen = content(&program.get(target).await);
        if is_wanted(&seen) {
            return seen;
        }
        assert!(crate::world::now() < deadline, "{seen}");
        tokio::task::yield_now().await;
    }
}

pub fn count(seen: &Value) -> usize {
    seen["rows"].as_array().unwrap().len()
}
