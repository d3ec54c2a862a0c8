//! The desk's pages for developers, each in its states.

use super::{judged, show};
use crate::browser::{Browser, css, label};
use crate::support::desk::signed_in;
use crate::support::origin::{Leaf, Origin};
use crate::support::shop::Shop;
use crate::support::steps::{buy, open_wallet, plain_page};
use store::vault::Role;

#[test]
fn pages_for_developers_before_anything_happened() {
    let shop = Shop::open();
    let developer = Browser::shared().context();
    signed_in(&shop, &developer, Role::Developer);
    let page = plain_page(&developer);
    page.excuse("status of 4");
    for name in ["keys", "webhooks", "deliveries", "events", "api"] {
        page.goto(&format!("{}/developers/{name}", shop.desk));
        show(&page, &format!("dev-{name}-none"));
    }
    for call in ["makeWebhook", "events", "undo"] {
        page.goto(&format!("{}/developers/api/{call}", shop.desk));
        show(&page, &format!("dev-api-{call}"));
    }
    page.goto(&format!("{}/developers/keys", shop.desk));
    page.fill("#name", " ");
    page.follow(css("main form button"));
    assert_eq!(page.status(), 422);
    show(&page, "dev-keys-refused");
    page.goto(&format!("{}/developers/webhooks", shop.desk));
    page.fill("#url", "https://10.0.0.1/");
    page.follow(css("main form button"));
    show(&page, "dev-webhooks-refused");
    page.goto(&format!("{}/developers/events?after=x", shop.desk));
    show(&page, "dev-events-refused");
    let other = developer.another();
    signed_in(&shop, &other, Role::Reader);
    let reading = plain_page(&other);
    reading.excuse("status of 403");
    reading.goto(&format!("{}/developers/keys", shop.desk));
    show(&reading, "dev-not-yours");
    judged(&page);
}

#[test]
fn pages_for_developers_with_keys_webhooks_and_events() {
    let shop = Shop::open();
    let inbox = Origin::start();
    inbox.put("/hook", Leaf::failure(503).with("Retry-After", "3600"));
    let developer = Browser::shared().context();
    signed_in(&shop, &developer, Role::Developer);
    let buyer = developer.another();
    let (page, reader) = (plain_page(&developer), plain_page(&buyer));
    page.goto(&format!("{}/developers/keys", shop.desk));
    page.fill("#name", "the shop's server");
    page.follow(css("main form button"));
    show(&page, "dev-keys-made");
    page.follow(css("tbody th a"));
    show(&page, "dev-key");
    page.follow(label("Revoke…"));
    show(&page, "dev-key-revoke");
    page.goto(&format!("{}/developers/webhooks", shop.desk));
    page.fill("#url", &(inbox.url("hooks.localhost") + "/hook"));
    page.follow(css("main form button"));
    show(&page, "dev-webhook-made");
    let webhook = page.attribute("form[action$='/pause']", "action").replace("/pause", "");
    open_wallet(&reader, &shop.wallet, 1);
    buy(&reader, &format!("{}/a/story", shop.site));
    page.until(
        || "a try to have failed".to_owned(),
        || {
            page.goto(&format!("{}/developers/deliveries", shop.desk));
            (page.body_text().matches("503").count() >= 2).then_some(())
        },
    );
    show(&page, "dev-deliveries");
    page.follow(css("tbody th a"));
    show(&page, "dev-delivery");
    for (path, name) in [
        ("/developers/keys", "dev-keys"),
        ("/developers/webhooks", "dev-webhooks"),
        (&*webhook, "dev-webhook"),
        (&format!("{webhook}/delete"), "dev-webhook-delete"),
        ("/developers/deliveries?state=failed", "dev-deliveries-no-such"),
        ("/developers/events", "dev-events"),
    ] {
        page.goto(&format!("{}{path}", shop.desk));
        show(&page, name);
    }
    page.click(css("details summary"));
    show(&page, "dev-events-opened");
    for (language, path, name) in [
        ("ko", "/developers/keys", "dev-keys-ko"),
        ("de", "/developers/webhooks", "dev-webhooks-de"),
        ("ko", "/developers/deliveries", "dev-deliveries-ko"),
        ("de", "/developers/api/makeWebhook", "dev-api-makeWebhook-de"),
    ] {
        page.reads(language);
        page.goto(&format!("{}{path}", shop.desk));
        show(&page, name);
    }
    judged(&page);
}
