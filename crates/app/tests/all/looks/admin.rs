//! The operator's pages.

use super::{judged, show};
use crate::browser::{Browser, Page, css, label};
use crate::people::operators::set_up;
use crate::support::server::farthing_ok;
use crate::support::shop::Shop;
use crate::support::steps::{buy, open_wallet, plain_page, with_authenticator};

/// Every page with a link in the door's own header.
const PLACES: [&str; 10] = ["health", "parties", "books", "limits", "rails", "jobs", "audit", "config", "backup", "operators"];

fn path(place: &str) -> String {
    if place == "health" { "/".to_owned() } else { format!("/{place}") }
}

#[test]
fn setting_up_and_running() {
    let shop = Shop::open();
    let (setup, admin) = (shop.server.url("setup"), shop.server.url("admin"));
    let operator = Browser::shared().context();
    let (page, _) = with_authenticator(&operator);
    page.excuse("status of 4");
    page.goto(&setup);
    show(&page, "admin-setup");
    page.goto(&setup);
    page.fill("#name", "Mira Quay");
    page.follow(label("Make a passkey and begin"));
    show(&page, "admin-operators-new");
    page.follow(label("Invite an operator"));
    show(&page, "admin-operators-invited");
    page.goto(&admin);
    show(&page, "admin-health");
    page.goto(&format!("{admin}/nothing"));
    show(&page, "admin-unknown");
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Make ten codes"));
    show(&page, "admin-codes");
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Sign out"));
    show(&page, "admin-sign-in");
    judged(&page);
}

/// A page that something has happened on: a purchase, a webhook, a backup.
fn busy(shop: &Shop, page: &Page) {
    open_wallet(page, &shop.wallet, 5);
    buy(page, &format!("{}/a/story", shop.site));
    buy(page, &format!("{}/d/book", shop.site));
    let config = shop.server.folder().join("farthing.toml").display().to_string();
    let webhook = ["webhook", "new", "--payee", "quay", "http://hooks.localhost:9/hook", "--json", "--config", &config];
    let made: serde_json::Value = serde_json::from_str(&farthing_ok(&webhook)).unwrap();
    farthing_ok(&["webhook", "test", "--payee", "quay", made["id"].as_str().unwrap(), "--config", &config]);
    let backup = shop.server.folder().join("one.backup").display().to_string();
    farthing_ok(&["backup", &backup, "--without-keys", "--config", &config]);
    let said = farthing_ok(&["restore", "--test", &backup, "--config", &config]);
    assert!(said.contains("restore-test.json"), "{said}");
}

/// The rail stopped by a press, and by the command line started again.
fn rail_down(shop: &Shop, page: &Page) {
    page.follow(css("nav a[href='/rails']"));
    page.follow(label("Stop taking money in"));
    assert!(page.body_text().contains("Stopped since"), "{}", page.body_text());
    show(page, "admin-rails-stopped");
    let config = shop.server.folder().join("farthing.toml").display().to_string();
    assert!(farthing_ok(&["admin", "rail-start", "play", "--config", &config]).contains("takes money in again"));
}

#[test]
fn what_operators_look_at_before_and_after_something_happened() {
    let shop = Shop::open();
    let admin = shop.server.url("admin");
    let operator = Browser::shared().context();
    let (page, _) = with_authenticator(&operator);
    page.excuse("status of 4");
    set_up(&page, &shop.server.url("setup"), "Mira");
    for place in ["health", "books", "limits", "rails", "jobs", "backup"] {
        page.goto(&format!("{admin}{}", path(place)));
        show(&page, &format!("admin-{place}-first"));
    }
    let buyer = operator.another();
    busy(&shop, &plain_page(&buyer));
    page.until(
        || "the purchase to be in the books that are shown".to_owned(),
        || {
            page.goto(&format!("{admin}/parties?q=quay"));
            page.body_text().contains("Sale").then_some(())
        },
    );
    show(&page, "admin-party-payee");
    page.follow(css("table tbody tr th a[href^='/books/']"));
    show(&page, "admin-record");
    page.follow(label("See all of its records"));
    show(&page, "admin-frame");
    for place in PLACES {
        page.goto(&format!("{admin}{}", path(place)));
        assert_eq!(page.status(), 200, "{place}");
        assert_eq!(page.text("nav [aria-current]"), page.text(css(&format!("nav a[href='{}']", path(place)))), "{place}");
        show(&page, &format!("admin-{place}"));
    }
    rail_down(&shop, &page);
    page.goto(&format!("{admin}/books"));
    page.follow(css("table.rows a[href^='/parties/']:not([href*='play'])"));
    show(&page, "admin-party");
    page.goto(&format!("{admin}/parties?q=nobody"));
    show(&page, "admin-parties-none");
    page.goto(&format!("{admin}/audit?what=refunded"));
    show(&page, "admin-audit-no-such");
    judged(&page);
}

#[test]
fn the_operators_pages_in_korean_and_german() {
    let shop = Shop::open();
    let admin = shop.server.url("admin");
    let operator = Browser::shared().context();
    let (page, _) = with_authenticator(&operator);
    set_up(&page, &shop.server.url("setup"), "Mira");
    let buyer = operator.another();
    busy(&shop, &plain_page(&buyer));
    for tag in ["ko", "de"] {
        page.reads(tag);
        for place in PLACES {
            page.goto(&format!("{admin}{}", path(place)));
            show(&page, &format!("admin-{place}-{tag}"));
        }
    }
    judged(&page);
}
