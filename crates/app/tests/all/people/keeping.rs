//! Keeping a wallet: a passkey made and used, codes written down, browsers signed out. The authenticator is the browser's own
//! virtual one; every ceremony runs through the real page and its script.

use crate::browser::{Browser, Page, css, label};
use crate::support::http;
use crate::support::shop::Shop;
use crate::support::steps::{BAR_UNDO, PAY, TO_WALLET, authenticator_of, balance, buy, open_wallet, plain_page, with_authenticator};
use serde_json::{Value, json};

fn credentials(page: &Page, authenticator: &str) -> Vec<Value> {
    page.cdp("WebAuthn.getCredentials", json!({"authenticatorId": authenticator}))["credentials"].as_array().unwrap().clone()
}

fn codes(page: &Page) -> Vec<String> {
    let codes = page.eval("[...document.querySelectorAll('ol code')].map(e => e.textContent)");
    codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_passkey_is_made_used_joined_by_a_second_and_the_last_one_stays() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (page, authenticator) = with_authenticator(&reader);
    open_wallet(&page, &shop.wallet, 5);
    page.follow(label("Keep this wallet"));
    page.follow(label("Add a passkey"));
    assert!(page.text("[role=status]").contains("Passkey added"), "{}", page.scene("added"));
    let made = credentials(&page, &authenticator);
    assert_eq!(made.len(), 1);
    assert_eq!((made[0]["rpId"].as_str(), made[0]["isResidentCredential"].as_bool()), (Some("wallet.localhost"), Some(true)));
    // The only passkey can't be removed while there are no codes.
    assert!(!page.exists("button[name=passkey]"), "{}", page.scene("the last one"));

    // The wallet is left and found again with nothing but the passkey.
    let old = reader.cookie("__Host-farthing_w").unwrap();
    page.follow(label("Sign out"));
    page.goto(&shop.wallet);
    page.follow(label("Sign in to a wallet you kept"));
    page.follow(label("Use a passkey"));
    assert_eq!(balance(&page, &shop.wallet), 5_000_000);
    assert_ne!(reader.cookie("__Host-farthing_w").unwrap(), old, "another login");
    assert!(credentials(&page, &authenticator)[0]["signCount"].as_u64().unwrap() > 1);

    // Signed in over an open login, the old id ends: one that was planted would open nothing afterwards.
    let before = reader.cookie("__Host-farthing_w").unwrap();
    page.goto(&format!("{}/sign-in", shop.wallet));
    page.follow(label("Use a passkey"));
    let planted = http::get(&shop.wallet, &[("Cookie", &format!("__Host-farthing_w={before}"))]);
    assert!(planted.text().contains("Open a wallet"), "{}", planted.text());

    // A second passkey lets the first go.
    page.cdp("WebAuthn.removeVirtualAuthenticator", json!({"authenticatorId": authenticator}));
    let second = authenticator_of(&page);
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Add a passkey"));
    assert_eq!(page.count("button[name=passkey]"), 2, "{}", page.scene("two passkeys"));
    page.follow(css("form[action='/settings/passkeys/remove'] li:first-child button"));
    assert_eq!(credentials(&page, &second).len(), 1);
    assert!(!page.exists("button[name=passkey]"), "the other one stays");
}

#[test]
fn a_passkey_pays_for_a_stranger_of_this_browser_with_the_quote_kept() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (page, _) = with_authenticator(&reader);
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Add a passkey"));
    reader.clear_cookies();
    let story = format!("{}/a/story", shop.site);
    page.goto(&story);
    page.follow(TO_WALLET);
    let sheet = page.url();
    page.follow(label("I have a wallet: sign in"));
    page.follow(label("Use a passkey"));
    assert_eq!(page.url(), sheet, "the quote is kept");
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (story, 200));
    page.follow(BAR_UNDO);
    assert_eq!(balance(&page, &shop.wallet), 5_000_000);
    shop.audit();
}

#[test]
fn a_passkey_that_is_not_shown_says_so_and_can_be_tried_again() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (page, authenticator) = with_authenticator(&reader);
    page.goto(&format!("{}/sign-in", shop.wallet));
    assert_eq!(page.eval("document.querySelector('form[data-passkey]').hidden"), false);
    page.cdp("WebAuthn.setUserVerified", json!({"authenticatorId": authenticator, "isUserVerified": false}));
    page.click(label("Use a passkey"));
    page.wait_for(label("No passkey was used. Try again."));
    assert_eq!(page.eval("document.querySelector('form[data-passkey] button').disabled"), false);
}

#[test]
fn without_script_codes_keep_the_wallet_and_open_it_on_another_device() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    buy(&page, &format!("{}/a/story", shop.site));
    page.goto(&format!("{}/settings", shop.wallet));
    assert!(page.body_text().contains("Passkeys need a browser with scripts on"), "{}", page.scene("no script"));
    page.follow(label("Make ten codes"));
    let paper = codes(&page);
    assert_eq!(paper.len(), 10);
    page.fill("#code", &paper[3].to_lowercase());
    page.follow(label("They are written down"));
    assert!(page.text("[role=status]").contains("Codes kept"), "{}", page.scene("kept"));

    let phone = reader.another();
    let other = plain_page(&phone);
    other.excuse("status of 422");
    other.goto(&format!("{}/sign-in", shop.wallet));
    other.fill("#code", "00000-00000");
    other.follow(label("Use this code"));
    assert!(other.body_text().contains("opened nothing"), "{}", other.scene("a wrong code"));
    other.fill("#code", &paper[3]);
    other.follow(label("Use this code"));
    assert!(other.body_text().contains("You are back"), "{}", other.scene("back"));
    assert_eq!(balance(&other, &shop.wallet), 4_950_000);
    page.goto(&shop.wallet);
    assert!(page.body_text().contains("Open a wallet"), "the code signed the first browser out");
    shop.audit();
}
