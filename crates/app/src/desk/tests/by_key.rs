//! What the desk does, done by a program with a key: the same acts, and never more than the key was given.

use super::house::House;
use crate::api;
use crate::keys::{self, Wish};
use crate::wallet::Asked;
use crate::wallet::tests::house::Seen;
use crate::world;
use bytes::Bytes;
use http::{Method, Request};
use money::Span;
use protocol::text::{account, command};
use serde_json::{Value, json};
use store::vault::{Role, Scopes, Via, What};

/// A program of harbour's.
struct Program<'h> {
    house: &'h House,
    key: String,
}

impl<'h> Program<'h> {
    async fn with(house: &'h House, scopes: &[&str], lasts: Option<Span>) -> Program<'h> {
        let scopes = Scopes::parse(scopes.iter().copied()).unwrap();
        let wish = Wish { payee: "harbour".to_owned(), name: "a program".to_owned(), scopes, lasts };
        let key = keys::make(&house.opened.instance, wish, world::now()).await.unwrap().text;
        Program { house, key }
    }

    /// Its answer, a problem's too, with the status.
    async fn call(&self, method: Method, target: &str, body: &Value) -> (u16, Value) {
        self.call_as(method, target, body, &command(world::command_id())).await
    }

    async fn call_as(&self, method: Method, target: &str, body: &Value, id: &str) -> (u16, Value) {
        let request = Request::builder().method(method).uri(target).header("authorization", format!("Bearer {}", self.key));
        let (parts, ()) = request.header("idempotency-key", id).body(()).unwrap().into_parts();
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let visit = self.house.visit();
        match api::answer(&self.house.opened.instance, &Asked::new(parts, body), &visit).await {
            Err(problem) => (problem.status(), json!({ "code": problem.code() })),
            Ok(reply) => {
                let seen = Seen::of(reply).await;
                let said = serde_json::from_str(&seen.text).unwrap_or_else(|_| seen.text.clone().into());
                (seen.status.as_u16(), said)
            }
        }
    }

    async fn get(&self, target: &str) -> Value {
        let (status, said) = self.call(Method::GET, target, &Value::Null).await;
        assert_eq!(status, 200, "{target}: {said}");
        said
    }
}

fn story(amount: &str) -> Value {
    json!({ "site": "shop.localhost", "name": "story", "path": "/a/**", "price": { "kind": "fixed", "amount": amount, "currency": "eur-micro" } })
}

fn metered(more: Value) -> Value {
    let mut price = json!({ "kind": "metered", "amount": "300000", "currency": "eur-micro" });
    more.as_object().unwrap().iter().for_each(|(name, value)| price[name] = value.clone());
    price
}

#[tokio::test]
async fn an_offer_made_by_a_key_is_the_desks_own() {
    let house = House::open().await;
    let program = Program::with(&house, &["read", "offers"], None).await;
    let id = command(world::command_id());
    let (status, made) = program.call_as(Method::POST, "/v1/offers", &story("200000"), &id).await;
    assert_eq!((status, &made["stands"], &made["managed"]), (200, &json!(true), &json!("desk")), "{made}");
    assert_eq!(program.call_as(Method::POST, "/v1/offers", &story("200000"), &id).await.1, made, "the same call again");
    house.sell(house.payer().await, "shop.localhost", "/a/x").await;
    let editor = house.member("harbour", Role::Editor).await;
    let page = format!("/offers/{}", made["offer"].as_str().unwrap());
    assert!(editor.get(&page).await.says("€0.20"));
    let target = format!("/v1{page}");
    let change = json!({ "price": { "kind": "at-least", "amount": "300000", "currency": "eur-micro" }, "lasts_s": 3600 });
    let (status, changed) = program.call(Method::PATCH, &target, &change).await;
    assert_eq!((status, &changed["lasts_s"], changed["versions"].as_array().unwrap().len()), (200, &json!(3_600), 2), "{changed}");
    assert_eq!(program.call(Method::PATCH, &target, &change).await.1, changed, "by any version's id, and once");
    assert_eq!(program.call(Method::PATCH, &target, &json!({ "lasts_s": null })).await.1["lasts_s"], Value::Null);
    for (body, code) in [
        (story("200000"), "offer-invalid"),
        (json!({ "site": "news.localhost", "name": "x", "path": "/b", "price": { "kind": "free" } }), "offer-invalid"),
        (json!({ "site": "rival.localhost", "name": "x", "path": "/b", "price": { "kind": "free" } }), "offer-invalid"),
        (json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": { "kind": "fixed" } }), "bad-request"),
        (json!({ "site": "shop.localhost", "name": "x", "path": "/b" }), "bad-request"),
        (json!({ "site": "shop.localhost", "name": "x", "path": "/a/y", "price": { "kind": "free" } }), "offer-invalid"),
        (json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": metered(json!({ "unit": "token" })) }), "offer-invalid"),
        (
            json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": metered(json!({ "unit": "call", "most": "9" })) }),
            "offer-invalid",
        ),
        (
            json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": metered(json!({ "unit": "call", "per": "0" })) }),
            "bad-request",
        ),
        (json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": metered(json!({})) }), "bad-request"),
    ] {
        assert_eq!(program.call(Method::POST, "/v1/offers", &body).await.1["code"], code, "{body}");
    }
    let units = json!({ "unit": "token", "per": "1000000", "most": "4000" });
    let (status, made) = program
        .call(Method::POST, "/v1/offers", &json!({ "site": "shop.localhost", "name": "x", "path": "/b", "price": metered(units.clone()) }))
        .await;
    assert_eq!((status, &made["price"]), (200, &metered(units)), "{made}");
    let (article, _) = house.opened.instance.offer_for("news.localhost", "/a/x").unwrap();
    let of_file = format!("/v1/offers/{}", protocol::text::offer(article));
    assert_eq!(program.get(&of_file).await["managed"], "file");
    assert_eq!(program.call(Method::DELETE, &of_file, &Value::Null).await.0, 404, "what a file manages is only read");
    for _ in 0..2 {
        assert_eq!(program.call(Method::DELETE, &target, &Value::Null).await.0, 200);
    }
    assert!(house.opened.instance.offer_for("shop.localhost", "/a/x").is_none() && program.get(&target).await["stands"] == false);
    house.close();
}

#[tokio::test]
async fn sums_and_lists_are_those_of_the_pages() {
    let house = House::open().await;
    let (first, second) = (house.payer().await, house.payer().await);
    for (payer, path) in [(first, "/a/one"), (second, "/a/two"), (first, "/a/three")] {
        house.sell(payer, "news.localhost", path).await;
    }
    let program = Program::with(&house, &["read"], None).await;
    let buyers = program.get("/v1/buyers?limit=1").await;
    assert_eq!((&buyers["all"], &buyers["rows"][0]["pages"]), (&json!(2), &json!(2)), "{buyers}");
    let next = program.get(&format!("/v1/buyers?before={}", buyers["next"].as_str().unwrap())).await;
    assert_eq!((next["rows"].as_array().unwrap().len(), &next["next"]), (1, &Value::Null), "{next}");
    let reference = buyers["rows"][0]["payer"].as_str().unwrap();
    assert_eq!(program.get(&format!("/v1/sales?buyer={reference}")).await["rows"].as_array().unwrap().len(), 2);
    assert!(program.get("/v1/sales?to=2020-01-01").await["rows"].as_array().unwrap().is_empty());
    assert_eq!(program.call(Method::GET, "/v1/sales?from=yesterday", &Value::Null).await.0, 400);
    let summary = program.get("/v1/summary").await;
    let earned = house.earned("harbour").await.to_string();
    assert_eq!((&summary["sales"], &summary["earned_this_month"]), (&json!(3), &json!(earned)), "{summary}");
    assert_eq!(summary["days"].as_array().unwrap().len(), 30);
    let fees = program.get("/v1/fees").await;
    assert_eq!((&fees["amount"], fees["shares"].as_array().unwrap().len()), (&json!("150000"), 3), "{fees}");
    let reader = house.member("harbour", Role::Reader).await;
    for (call, page) in [("/v1/sales.csv?item=one", "/sales.csv?item=one"), ("/v1/buyers.csv", "/buyers.csv")] {
        assert_eq!(program.get(call).await, Value::from(reader.get(page).await.text), "{call}");
    }
    let (call, page) = ("/v1/offers.toml?site=news.localhost", "/move/offers.toml?site=news.localhost");
    assert_eq!(program.get(call).await, Value::from(house.member("harbour", Role::Owner).await.get(page).await.text));
    assert_eq!(program.call(Method::GET, "/v1/offers.toml?site=rival.localhost", &Value::Null).await.0, 404);
    assert_eq!(program.get("/v1/sites").await["rows"].as_array().unwrap().len(), 2);
    house.close();
}

#[tokio::test]
async fn a_key_hands_on_no_more_than_it_has() {
    let house = House::open().await;
    let instance = &house.opened.instance;
    let program = Program::with(&house, &["read", "keys"], Some(Span(3_600))).await;
    let wish = |scopes: &[&str]| json!({ "name": "child", "scopes": scopes });
    for more in [&["refund"][..], &["read", "team"], &["keys", "offers"]] {
        assert_eq!(program.call(Method::POST, "/v1/keys", &wish(more)).await.1["code"], "scope-missing", "{more:?}");
    }
    let id = command(world::command_id());
    let (status, child) = program.call_as(Method::POST, "/v1/keys", &wish(&["read"]), &id).await;
    assert_eq!(status, 200, "{child}");
    assert_eq!(program.call_as(Method::POST, "/v1/keys", &wish(&["read"]), &id).await.1["key"], child["key"], "the same call again");
    assert_eq!(program.call_as(Method::POST, "/v1/keys", &wish(&["keys"]), &id).await.1["code"], "id-reused");
    let all = keys::list(instance, "harbour").await.unwrap();
    let ends = |hint: &str| all.iter().find(|key| key.hint == hint).unwrap().expires_at.unwrap();
    assert!(ends(child["begins"].as_str().unwrap()) <= ends(program.key.get(..child["begins"].as_str().unwrap().len()).unwrap()));
    // A key that may do more is rotated by nobody who could not make it, for its text would be in the answer.
    let strong = Program::with(&house, &["read", "refund"], None).await;
    let all = keys::list(instance, "harbour").await.unwrap();
    let theirs = all.iter().find(|key| strong.key.starts_with(&key.hint)).unwrap();
    let target = format!("/v1/keys/{}", keys::id_text(theirs.id));
    assert_eq!(program.call(Method::POST, &format!("{target}/rotate"), &Value::Null).await.1["code"], "scope-missing");
    let child_id = child["id"].as_str().unwrap();
    let (status, new) = program.call(Method::POST, &format!("/v1/keys/{child_id}/rotate"), &Value::Null).await;
    assert!(status == 200 && new["key"] != child["key"], "{new}");
    // Revoking takes away only.
    assert_eq!(program.call(Method::DELETE, &target, &Value::Null).await.0, 200);
    assert_eq!(strong.call(Method::GET, "/v1/payee", &Value::Null).await.1["code"], "key-unknown");
    let old = command(money::CommandId::new(world::now().before(Span(1_000)).ms(), world::random()));
    assert_eq!(program.call_as(Method::POST, "/v1/keys", &wish(&["read"]), &old).await.1["code"], "id-too-old");
    house.close();
}

#[tokio::test]
async fn a_role_hands_on_no_more_than_it_may_itself() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    let page = developer.get("/developers/keys").await;
    assert!(page.text.contains("name=\"scope-keys\"") && !page.text.contains("scope-refund") && !page.text.contains("scope-team"));
    for (scope, least) in [("scope-refund", Role::Editor), ("scope-offers", Role::Editor), ("scope-team", Role::Owner)] {
        let fields = [("name", "shop"), (scope, "on"), ("days", "0")];
        for role in [Role::Developer, Role::Editor, Role::Owner] {
            let seen = house.member("harbour", role).await.post("/developers/keys", &fields).await;
            assert_eq!(seen.status == 200, role >= least, "{scope} by {}", role.word());
        }
    }
    let strong = Program::with(&house, &["team"], None).await;
    let all = keys::list(&house.opened.instance, "harbour").await.unwrap();
    let id = keys::id_text(all.iter().find(|key| strong.key.starts_with(&key.hint)).unwrap().id);
    assert!(!developer.get(&format!("/developers/keys/{id}")).await.text.contains("/rotate"));
    assert_eq!(developer.post(&format!("/developers/keys/{id}/rotate"), &[]).await.status, 403);
    house.close();
}

#[tokio::test]
async fn a_key_changes_the_team_and_leaves_owners_alone() {
    let house = House::open().await;
    let (owner, reader) = (house.member("harbour", Role::Owner).await, house.member("harbour", Role::Reader).await);
    let program = Program::with(&house, &["team", "read", "webhooks", "sites", "keys", "refund", "offers", "meters"], None).await;
    let at = |party| format!("/v1/team/{}", account(party));
    let role = |word: &str| json!({ "role": word });
    assert_eq!(program.get("/v1/team").await["rows"].as_array().unwrap().len(), 2);
    let poor = Program::with(&house, &["team"], None).await;
    assert_eq!(poor.call(Method::POST, "/v1/team", &role("reader")).await.0, 200);
    for word in ["developer", "editor"] {
        let refused = poor.call(Method::POST, "/v1/team", &role(word)).await;
        assert_eq!(refused.1["code"], "scope-missing", "whom it made {word} would make keys with more than it has");
        assert_eq!(poor.call(Method::PATCH, &at(reader.party), &role(word)).await.1["code"], "scope-missing");
    }
    let id = command(world::command_id());
    let (status, invited) = program.call_as(Method::POST, "/v1/team", &role("editor"), &id).await;
    assert!(status == 200 && invited["link"].as_str().unwrap().contains("/join#"), "{invited}");
    assert_eq!(program.call_as(Method::POST, "/v1/team", &role("editor"), &id).await.1["link"], invited["link"]);
    for (method, target, body) in [
        (Method::POST, "/v1/team".to_owned(), role("owner")),
        (Method::PATCH, at(reader.party), role("owner")),
        (Method::PATCH, at(owner.party), role("reader")),
        (Method::DELETE, at(owner.party), Value::Null),
    ] {
        assert_eq!(program.call(method, &target, &body).await.1["code"], "owner-needed", "{target}");
    }
    assert_eq!(program.call(Method::PATCH, &at(reader.party), &role("editor")).await.1["role"], "editor");
    assert_eq!(program.call(Method::DELETE, &at(reader.party), &Value::Null).await.0, 200);
    assert_eq!(program.call(Method::DELETE, &at(reader.party), &Value::Null).await.0, 404);
    let acts = program.get("/v1/acts?limit=3").await;
    let told: Vec<&str> = acts["rows"].as_array().unwrap().iter().map(|act| act["what"].as_str().unwrap()).collect();
    assert_eq!(told, [What::MemberRemoved.word(), What::RoleSet.word(), What::MemberInvited.word()], "{acts}");
    assert_eq!(acts["rows"][0]["via"], Via::Key.word());
    assert!(acts["next"].is_string() && program.get("/v1/acts?what=role-set").await["rows"].as_array().unwrap().len() == 1);
    house.close();
}

#[tokio::test]
async fn each_call_wants_its_scope() {
    let house = House::open().await;
    let none = Value::Null;
    let scopes = ["read", "refund", "webhooks", "offers", "sites", "keys", "team", "meters"];
    for (method, target, scope) in [
        (Method::GET, "/v1/summary", "read"),
        (Method::GET, "/v1/fees", "read"),
        (Method::GET, "/v1/buyers", "read"),
        (Method::GET, "/v1/buyers.csv", "read"),
        (Method::GET, "/v1/sales.csv", "read"),
        (Method::GET, "/v1/sites", "read"),
        (Method::GET, "/v1/offers", "read"),
        (Method::GET, "/v1/offers.toml?site=news.localhost", "read"),
        (Method::POST, "/v1/offers", "offers"),
        (Method::PATCH, "/v1/offers/x", "offers"),
        (Method::DELETE, "/v1/offers/x", "offers"),
        (Method::POST, "/v1/sites/none/check", "sites"),
        (Method::GET, "/v1/keys", "keys"),
        (Method::POST, "/v1/keys", "keys"),
        (Method::DELETE, "/v1/keys/x", "keys"),
        (Method::POST, "/v1/keys/x/rotate", "keys"),
        (Method::GET, "/v1/team", "team"),
        (Method::POST, "/v1/team", "team"),
        (Method::DELETE, "/v1/team/x", "team"),
        (Method::GET, "/v1/acts", "team"),
        (Method::GET, "/v1/meters", "read"),
        (Method::GET, "/v1/meters/tokens/usage", "read"),
        (Method::POST, "/v1/meters/tokens/events", "meters"),
    ] {
        let others: Vec<&str> = scopes.into_iter().filter(|other| *other != scope).collect();
        let (with, without) = (Program::with(&house, &[scope], None).await, Program::with(&house, &others, None).await);
        assert_eq!(without.call(method.clone(), target, &none).await.1["code"], "scope-missing", "{method} {target}");
        assert_ne!(with.call(method.clone(), target, &none).await.1["code"], "scope-missing", "{method} {target}");
    }
    house.close();
}
