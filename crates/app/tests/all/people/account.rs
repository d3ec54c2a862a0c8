//! What a wallet's owner decides about it: the language, a copy of what is known, the end.

use crate::browser::{Browser, css, label};
use crate::support::http;
use crate::support::shop::Shop;
use crate::support::steps::{OPEN, buy, open_wallet, plain_page};
use serde_json::Value;

#[test]
fn a_language_stays_with_the_wallet_until_the_browsers_is_chosen_again() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Choose 한국어"));
    assert_eq!(page.attribute("html", "lang"), "ko");
    assert!(page.body_text().contains("설정"), "{}", page.scene("Korean"));
    page.goto(&shop.wallet);
    assert!(page.attribute("html", "lang") == "ko" && page.body_text().contains("잔액"), "{}", page.scene("the first page"));
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(css("button[name=language][value='']"));
    assert_eq!(page.attribute("html", "lang"), "en");
}

#[test]
fn what_is_known_is_a_file_and_closing_erases_it() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    buy(&page, &format!("{}/a/story", shop.site));
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Make ten codes"));
    let paper = page.text("ol li:first-child code");
    page.fill("#code", &paper);
    page.follow(label("They are written down"));
    let cookie = format!("__Host-farthing_w={}", reader.cookie("__Host-farthing_w").unwrap());
    let known = http::get(&format!("{}/settings.json", shop.wallet), &[("Cookie", &cookie)]);
    let known: Value = serde_json::from_str(&known.text()).unwrap();
    assert_eq!((known["mode"].as_str(), known["known"]["recovery_codes"].as_u64()), (Some("test"), Some(10)));
    assert!(!known.to_string().contains(&paper), "no secrets in it");

    page.click(label("Close this wallet"));
    let give_up = page.text("button[name=give_up]");
    assert!(give_up.contains("€4.95"), "{give_up}");
    page.follow(css("button[name=give_up]"));
    assert!(page.exists(OPEN), "{}", page.scene("closed"));
    let again = http::get(&format!("{}/settings.json", shop.wallet), &[("Cookie", &cookie)]);
    assert_eq!(again.status, 303, "the cookie opens nothing");
    page.goto(&format!("{}/sign-in", shop.wallet));
    page.fill("#code", &paper);
    page.follow(label("Use this code"));
    assert!(page.body_text().contains("opened nothing"), "{}", page.scene("nor the paper"));
    shop.audit();
}
