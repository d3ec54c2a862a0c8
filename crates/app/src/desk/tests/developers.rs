//! Keys, webhooks and events at the desk: shown once, refused with words, and each payee's own alone.

use super::house::{House, Seen};
use crate::keys::{self, Wish};
use crate::{hooks, world};
use money::Span;
use protocol::text::command;
use store::vault::{Role, Scopes};

/// What stands between two marks.
fn between(seen: &Seen, open: &str, close: &str) -> String {
    let rest = seen.text.split_once(open).unwrap_or_else(|| panic!("no {open} in {}", seen.text)).1;
    rest.split(close).next().unwrap().to_owned()
}

async fn key_of(house: &House, payee: &str) -> keys::Made {
    let scopes = Scopes::parse(["read"]).unwrap();
    let wish = Wish { payee: payee.to_owned(), name: "theirs".to_owned(), scopes, lasts: None };
    keys::make(&house.opened.instance, wish, world::now()).await.unwrap()
}

async fn webhook_of(house: &House, payee: &str) -> String {
    let wish = hooks::Wish { url: "http://hooks.localhost:9/secret".to_owned(), kinds: Vec::new(), after: None };
    let made = hooks::make(&house.opened.instance, payee, (wish, world::command_id()), world::now()).await.unwrap();
    hooks::id_text(made.id)
}

#[tokio::test]
async fn a_key_made_at_the_desk_is_shown_once_and_kept_as_its_hash() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    assert!(developer.get("/developers/keys").await.says("No program has a key yet"));
    let wish = [("name", "shop <b>"), ("scope-read", "on"), ("scope-webhooks", "on"), ("days", "30")];
    let seen = developer.post("/developers/keys", &wish).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    let text = between(&seen, "<pre>", "<");
    assert!(text.starts_with("test_") && text.len() == 43 && seen.header("cache-control").contains("no-store"), "{text}");
    let listed = developer.get("/developers/keys").await;
    assert!(!listed.text.contains(&text) && !listed.text.contains("shop <b>") && listed.says("read, webhooks"), "{}", listed.text);
    let kept = keys::list(&house.opened.instance, "harbour").await.unwrap();
    let [key] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(key.expires_at, Some(key.created_at.after(Span(30 * 86_400))));
    house.close();
}

#[tokio::test]
async fn a_key_is_rotated_once_and_revoked_after_a_question() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    let old = key_of(&house, "harbour").await.key.id;
    let page = format!("/developers/keys/{}", keys::id_text(old));
    assert!(developer.get(&page).await.says("Both open for 7 days"));
    let seen = developer.post(&format!("{page}/rotate"), &[]).await;
    assert!(seen.status == 200 && seen.says("opens for seven days more") && between(&seen, "<pre>", "<").starts_with("test_"));
    assert_eq!(developer.post(&format!("{page}/rotate"), &[]).await.location(), page, "it was replaced before");
    assert!(developer.get(&format!("{page}/revoke")).await.says("Revoke theirs?"));
    let stands =
        || async { keys::list(&house.opened.instance, "harbour").await.unwrap().iter().filter(|key| key.stands(world::now())).count() };
    assert_eq!(stands().await, 2, "asking revokes nothing");
    assert_eq!(developer.post(&format!("{page}/revoke"), &[]).await.location(), "/developers/keys");
    assert_eq!(developer.post(&format!("{page}/revoke"), &[]).await.location(), "/developers/keys", "twice is once");
    assert_eq!(stands().await, 1);
    house.close();
}

#[tokio::test]
async fn what_cannot_stand_is_refused_with_words_and_the_input_is_kept() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    for (fields, words) in [
        (vec![("name", "shop"), ("days", "0")], "Tick at least one"),
        (vec![("name", ""), ("scope-read", "on"), ("days", "0")], "A name has 1 to 64 bytes"),
        (vec![("name", "shop"), ("scope-read", "on"), ("days", "-1")], "Choose for how long"),
    ] {
        let seen = developer.post("/developers/keys", &fields).await;
        assert!(seen.status == 422 && seen.says(words), "{}", seen.text);
        assert!(seen.text.contains(&format!("value=\"{}\"", fields[0].1)), "the input is kept");
    }
    assert!(keys::list(&house.opened.instance, "harbour").await.unwrap().is_empty());
    for (url, words) in [
        ("https://10.0.0.1/", "its host is not on the public network"),
        ("http://shop.example/", "it must begin with https://"),
        ("https://me@shop.example/", "it has a user name, a password or a fragment"),
    ] {
        let fields = [("url", url), ("charge.made", "on"), ("command", &*command(world::command_id()))];
        let seen = developer.post("/developers/webhooks", &fields).await;
        assert!(seen.status == 422 && seen.says("Nothing is sent to that address") && seen.says(words), "{}", seen.text);
        assert!(seen.text.contains(&format!("value=\"{url}\"")) && seen.text.contains("name=\"charge.made\" type=\"checkbox\" checked"));
    }
    assert!(hooks::list(&house.opened.instance, "harbour").await.unwrap().is_empty());
    assert_eq!(developer.post("/developers/webhooks", &[("url", "http://a.localhost/")]).await.status, 400, "no command");
    let seen = developer.get("/developers/events?after=x").await;
    assert!(seen.status == 422 && seen.says("That is no seq"), "{}", seen.text);
    house.close();
}

#[tokio::test]
async fn a_webhook_of_the_desk_is_made_once_however_often_it_is_pressed() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    let id = command(world::command_id());
    let fields = [("url", "http://hooks.localhost:9/a"), ("charge.made", "on"), ("command", &*id)];
    let (first, again) = (developer.post("/developers/webhooks", &fields).await, developer.post("/developers/webhooks", &fields).await);
    let secret = between(&first, "<pre>", "<");
    assert!(secret.starts_with("whsec_") && between(&again, "<pre>", "<") == secret, "{}", first.text);
    let other = [("url", "http://hooks.localhost:9/b"), ("command", &*id)];
    let seen = developer.post("/developers/webhooks", &other).await;
    assert!(seen.status == 409 && seen.says("was used before") && seen.text.contains("value=\"http://hooks.localhost:9/b\""));
    let all = hooks::list(&house.opened.instance, "harbour").await.unwrap();
    let page = format!("/developers/webhooks/{}", hooks::id_text(all[0].id));
    assert_eq!(all.len(), 1);
    let seen = developer.get(&page).await;
    assert!(!seen.text.contains(&secret) && seen.says("active"), "shown once");
    for (verb, word) in [("pause", "Nothing is sent while it is paused"), ("resume", "active")] {
        assert_eq!(developer.post(&format!("{page}/{verb}"), &[]).await.location(), page);
        assert!(developer.get(&page).await.says(word), "{verb}");
    }
    let rotated = developer.post(&format!("{page}/rotate"), &[("command", &*command(world::command_id()))]).await;
    assert!(between(&rotated, "<pre>", "<") != secret && rotated.says("Old secret signs"), "{}", rotated.text);
    assert_eq!(developer.post(&page, &[("url", "http://hooks.localhost:9/c")]).await.location(), page);
    assert!(developer.get(&page).await.says("http://hooks.localhost:9/c"));
    assert!(developer.get(&format!("{page}/delete")).await.says("Delete this webhook?"));
    assert_eq!(developer.post(&format!("{page}/delete"), &[]).await.location(), "/developers/webhooks");
    assert_eq!(developer.get(&page).await.status, 404);
    house.close();
}

#[tokio::test]
async fn another_payees_key_webhook_or_delivery_is_as_unknown_as_none() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    let rival = house.member("rival", Role::Developer).await;
    let key = key_of(&house, "rival").await.key.id;
    let hook = webhook_of(&house, "rival").await;
    let press = command(world::command_id());
    let sent = rival.post(&format!("/developers/webhooks/{hook}/test"), &[("command", &*press)]).await;
    let delivery = sent.location().rsplit('/').next().unwrap().to_owned();
    let (key, none) = (keys::id_text(key), "aaaaaaaaaaaaaaaa");
    for (theirs, none, verbs) in [
        (format!("/developers/keys/{key}"), format!("/developers/keys/key_{none}"), vec!["rotate", "revoke"]),
        (format!("/developers/webhooks/{hook}"), format!("/developers/webhooks/whk_{none}"), vec!["pause", "rotate", "test", "delete"]),
        (format!("/developers/deliveries/{delivery}"), format!("/developers/deliveries/dlv_{none}"), vec!["retry"]),
    ] {
        assert_eq!(rival.get(&theirs).await.status, 200, "{theirs}");
        let (seen, unknown) = (owner.get(&theirs).await, owner.get(&none).await);
        assert_eq!((seen.status.as_u16(), &seen.text), (404, &unknown.text), "{theirs}");
        for verb in verbs {
            let seen = owner.post(&format!("{theirs}/{verb}"), &[("command", &*press)]).await;
            assert_eq!(seen.status, 404, "{theirs}/{verb}");
        }
    }
    assert_eq!(owner.get(&format!("/developers/deliveries/{delivery}.json")).await.status, 404);
    assert_eq!(owner.post("/developers/deliveries/retry", &[("webhook", &*hook)]).await.status, 404);
    for path in ["keys", "webhooks", "deliveries", "events", &format!("deliveries?webhook={hook}")] {
        let seen = owner.get(&format!("/developers/{path}")).await;
        assert!(!seen.text.contains("secret\"") && !seen.says("theirs") && !seen.text.contains("rival"), "{path}: {}", seen.text);
    }
    assert!(
        keys::list(&house.opened.instance, "rival").await.unwrap().iter().all(|key| key.stands(world::now()) && key.successor.is_none())
    );
    house.close();
}

#[tokio::test]
async fn the_stream_is_read_from_either_end_and_by_kind() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    let payer = house.payer().await;
    for number in 0..6 {
        house.sell(payer, "news.localhost", &format!("/a/page-{number}")).await;
    }
    let instance = &house.opened.instance;
    let all = crate::events::after(instance, "harbour", crate::events::Seq(0), 200).await.unwrap();
    for limit in [1, 3, 200] {
        let newest = crate::events::before(instance, "harbour", None, limit).await.unwrap();
        assert_eq!(newest, all[all.len().saturating_sub(limit as usize)..]);
    }
    let middle = all[all.len() - 4].seq;
    let before = crate::events::before(instance, "harbour", Some(middle), 3).await.unwrap();
    assert_eq!(before, all[all.len() - 7..all.len() - 4]);
    let newest = developer.get("/developers/events").await;
    assert!(newest.text.contains(&all.last().unwrap().id) && newest.text.contains("rel=\"prev\""), "{}", newest.text);
    let sold = developer.get("/developers/events?kind=charge.made&after=0").await;
    assert_eq!(sold.text.matches("<b>charge.made</b>").count(), 6, "{}", sold.text);
    assert!(!sold.text.contains("<b>entitlement.granted</b>"));
    let (last, first) = (all.last().unwrap().seq, all[0].seq);
    assert!(developer.get(&format!("/developers/events?after={last}")).await.says("Nothing more on this side"));
    assert!(developer.get(&format!("/developers/events?before={first}")).await.says("Nothing more on this side"));
    house.close();
}

#[tokio::test]
async fn the_reference_carries_this_instances_address() {
    let house = House::open().await;
    let developer = house.member("harbour", Role::Developer).await;
    let list = developer.get("/developers/api").await;
    assert!(list.text.contains("/developers/api/makeWebhook") && list.says("/v1/sales/{id}/refund"), "{}", list.text);
    let seen = developer.get("/developers/api/makeWebhook").await;
    assert_eq!(seen.status, 200);
    let curl = between(&seen, "<pre id=\"curl\" tabindex=\"0\">", "</pre>");
    assert!(curl.contains("curl -X POST 'http://wallet.localhost:4020/v1/webhooks'") && curl.contains("Bearer $FARTHING_KEY"), "{curl}");
    assert!(seen.text.contains("/problems/webhook-address") && seen.text.contains("/problems/limit-reached"));
    assert_eq!(developer.get("/developers/api/nothing").await.status, 404);
    let reader = house.member("harbour", Role::Reader).await;
    assert!(!reader.get("/sales").await.text.contains("/developers/"), "no link to what is not theirs");
    house.close();
}
