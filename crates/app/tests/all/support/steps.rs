//! Steps that a reader takes, by what stands on the pages.

use super::server::Server;
use crate::browser::{Context, Page, Scripts, css};
use serde_json::json;

/// The button of a wall.
pub const TO_WALLET: &str = "main a.btn.wide";
/// The button of a sheet that pays.
pub const PAY: &str = "form[action='/pay'] button.wide";
/// The button that opens a wallet.
pub const OPEN: &str = "form[action='/open'] button";
/// The undo button in the bar of a paid page.
pub const BAR_UNDO: &str = "farthing-bar .fb-undo button";

/// A page that runs no script, of this person.
pub fn plain_page(person: &Context) -> Page {
    let page = person.page();
    page.set_scripts(Scripts::Off);
    page
}

/// A page with an authenticator inside the device that its owner unlocks at once.
pub fn with_authenticator(person: &Context) -> (Page, String) {
    let page = person.page();
    page.cdp("WebAuthn.enable", json!({}));
    let authenticator = authenticator_of(&page);
    (page, authenticator)
}

/// One more such authenticator.
pub fn authenticator_of(page: &Page) -> String {
    let options = json!({"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "isUserVerified": true, "automaticPresenceSimulation": true}});
    let made = page.cdp("WebAuthn.addVirtualAuthenticator", options);
    made["authenticatorId"].as_str().unwrap().to_owned()
}

/// From a wall to the article with a wallet that has the money: two clicks.
pub fn buy(page: &Page, url: &str) {
    page.goto(url);
    assert_eq!(page.status(), 402, "{}", page.scene("a wall"));
    page.follow(TO_WALLET);
    page.follow(PAY);
    assert_eq!((page.url().as_str(), page.status()), (url, 200), "{}", page.scene("the article"));
}

/// Opens a wallet at its first page and adds `main_units` of play money.
pub fn open_wallet(page: &Page, wallet: &str, main_units: u32) {
    page.goto(wallet);
    page.follow(OPEN);
    if main_units > 0 {
        add(page, main_units);
    }
}

/// Adds so many main units on the page that stands, a sheet or the wallet's first.
pub fn add(page: &Page, main_units: u32) {
    let units = u64::from(main_units) * 1_000_000;
    page.follow(css(&format!("button[name=amount][value='{units}']")));
}

/// What the wallet's first page says can be spent, in base units.
pub fn balance(page: &Page, wallet: &str) -> u64 {
    page.goto(wallet);
    let plain = page.attribute("p.huge data", "value");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    format!("{whole}{part:0<6}").parse().unwrap_or_else(|_| panic!("{}", page.scene(&plain)))
}

/// Forgets this person's cookies but for the wallet's.
pub fn forget_sites(person: &Context, wallet: &str) {
    let login = person.cookie("__Host-farthing_w");
    person.clear_cookies();
    if let Some(login) = login {
        person.set_cookie(wallet, "__Host-farthing_w", &login);
    }
}

/// The demo's news site, wallet and first article.
pub fn doors(demo: &Server) -> (String, String, String) {
    (demo.url("read"), demo.url("wallet"), demo.url("article"))
}
