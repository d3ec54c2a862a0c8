//! The same from the desk: what a payee's developer sees and presses.

use super::{Program, body, until, verified};
use crate::browser::{Browser, Page, css, label};
use crate::support::desk::signed_in;
use crate::support::evidence;
use crate::support::http::send;
use crate::support::origin::Leaf;
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use crate::support::tools::{npm_version, text};
use std::process::Command;
use store::vault::Role;

/// The status of a call under a key.
fn asked(shop: &Shop, key: &str) -> u16 {
    send("GET", &format!("{}/v1/payee", shop.wallet), &[("Authorization", &format!("Bearer {key}"))], b"").unwrap().status
}

/// Loads a page until it says so.
fn until_it_says(page: &Page, words: &str) {
    page.until(
        || format!("{} to say {words}", page.url()),
        || {
            page.reload();
            page.body_text().contains(words).then_some(())
        },
    );
}

#[test]
fn a_key_is_shown_once_opens_what_it_may_and_is_refused_once_revoked() {
    let shop = Shop::open();
    let developer = Browser::shared().context();
    signed_in(&shop, &developer, Role::Developer);
    let page = plain_page(&developer);
    page.goto(&shop.desk);
    page.follow(label("Developers"));
    page.fill("#name", "the shop's server");
    page.follow(css("main form button"));
    let key = page.text(".secret pre");
    assert!(key.starts_with("test_") && key.len() == 43, "{}", page.scene("made"));
    assert_eq!(asked(&shop, &key), 200);

    // What the reference shows can be run as it stands.
    page.goto(&format!("{}/developers/api/payee", shop.desk));
    let curl = page.text("#curl");
    let output = Command::new("sh").args(["-c", &format!("{curl} --silent --show-error")]).env("FARTHING_KEY", &key).output().unwrap();
    assert!(text(&output.stdout).contains("The Quay Gazette"), "{curl}: {} {}", text(&output.stdout), text(&output.stderr));

    page.goto(&format!("{}/developers/keys", shop.desk));
    assert!(!page.body_text().contains(&key), "it is shown this once");
    page.follow(label("the shop's server"));
    page.follow(label("Make the new key"));
    let new = page.text(".secret pre");
    assert_eq!([asked(&shop, &key), asked(&shop, &new)], [200, 200], "both open for a while");
    page.follow(css("tbody tr:nth-child(2) th a"));
    page.follow(label("Revoke…"));
    assert_eq!(asked(&shop, &key), 200, "asking revokes nothing");
    page.follow(label("Revoke the key"));
    assert!(page.body_text().contains("revoked"), "{}", page.scene("revoked"));
    assert_eq!([asked(&shop, &key), asked(&shop, &new)], [401, 200]);
}

#[test]
fn a_delivery_that_failed_is_retried_at_the_desk_and_arrives_under_the_rotated_secret() {
    evidence::begin("webhooks");
    let program = Program::start();
    program.inbox.put("/hook", Leaf::failure(503).with("Retry-After", "3600"));
    let developer = Browser::shared().context();
    signed_in(&program.shop, &developer, Role::Developer);
    let page = plain_page(&developer);
    page.excuse("status of 422");
    page.goto(&format!("{}/developers/webhooks", program.shop.desk));
    page.fill("#url", "https://169.254.169.254/latest");
    page.follow(css("main form button"));
    assert_eq!(page.status(), 422);
    assert!(page.body_text().contains("its host is not on the public network"), "{}", page.scene("refused"));
    assert_eq!(page.value("#url"), "https://169.254.169.254/latest");
    page.fill("#url", &(program.inbox.url("hooks.localhost") + "/hook"));
    page.follow(css("main form button"));
    let old = page.text(".secret pre");
    let webhook = page.attribute("form[action$='/pause']", "action").replace("/pause", "");
    program.sell("/a/story");
    program.heard("/hook", 2);
    page.goto(&format!("{}{webhook}", program.shop.desk));
    until_it_says(&page, "503");
    page.follow(label("Rotate the secret"));
    let new = page.text(".secret pre");
    assert!(new.starts_with("whsec_") && new != old, "{}", page.scene("rotated"));

    program.inbox.put("/hook", Leaf::html("taken"));
    page.goto(&format!("{}/developers/deliveries", program.shop.desk));
    page.follow(label("charge.made"));
    assert!(page.body_text().contains("503") && page.body_text().contains("Out of order"), "{}", page.scene("opened"));
    assert!(page.body_text().contains("webhook-signature: v1,"), "what was sent is there");
    page.follow(label("Retry"));
    until_it_says(&page, "delivered");
    let heard = program.heard("/hook", 3).split_off(2);
    assert_eq!(body(&heard[0])["type"], "charge.made");
    assert_eq!(verified(&program.shop, &heard[..1], &[&old, &new]), ["charge.made", "charge.made"]);
    assert!(page.body_text().contains("Try 2"), "{}", page.scene("both tries"));

    page.goto(&format!("{}{webhook}", program.shop.desk));
    page.follow(label("Send a test"));
    until_it_says(&page, "delivered");
    assert!(page.text("h1").contains("webhook.test"));
    page.goto(&format!("{}{webhook}", program.shop.desk));
    page.follow(label("Pause"));
    assert!(page.body_text().contains("Nothing is sent while it is paused"), "{}", page.scene("paused"));
    page.follow(label("Delete…"));
    page.follow(label("Delete the webhook"));
    until(|| program.ok("GET", "/v1/webhooks", &serde_json::Value::Null)["rows"].as_array().unwrap().is_empty().then_some(()));
    evidence::ran("webhooks", "standardwebhooks", &npm_version("standardwebhooks"));
}
