//! The way back from the wallet: its code opens one page, in one browser, once.

use crate::browser::{Browser, Context, Page, label};
use crate::support::http;
use crate::support::shop::{BEHIND, Shop};
use crate::support::steps::{PAY, TO_WALLET, balance, open_wallet, plain_page};

/// Somebody at a sheet, and the address with the code that their press would lead to, caught before the browser went there.
fn caught(shop: &Shop, person: &Context, page: &Page) -> String {
    open_wallet(page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    press_unseen(shop, person, page)
}

/// Presses Pay on the sheet that stands, and keeps the answer from the browser.
fn press_unseen(shop: &Shop, person: &Context, page: &Page) -> String {
    let field = |name: &str| page.value(&*format!("form[action='/pay'] [name={name}]"));
    let body = format!("q={}&csrf={}", field("q"), field("csrf"));
    let login = format!("__Host-farthing_w={}", person.cookie("__Host-farthing_w").unwrap());
    let headers = [("Cookie", &*login), ("Origin", &*shop.wallet), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = http::send("POST", &format!("{}/pay", shop.wallet), &headers, body.as_bytes()).unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

#[test]
fn a_code_works_once() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let back = caught(&shop, &reader, &page);
    page.goto(&back);
    assert!(page.url().ends_with("/a/story") && page.body_text().contains(BEHIND), "{}", page.scene("the first time"));
    page.excuse("status of 4");
    page.goto(&back);
    assert!(page.status() >= 400 && page.body_text().contains("used or too old"), "{}", page.scene("the second time"));
    assert!(!page.body_text().contains(BEHIND));
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}

#[test]
fn a_code_opens_nothing_in_another_browser() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let back = caught(&shop, &reader, &page);
    let thief = reader.another();
    let stolen = plain_page(&thief);
    stolen.goto(&format!("{}/a/second", shop.site));
    stolen.goto(&back);
    assert_eq!(stolen.status(), 402, "{}", stolen.scene("a stolen code"));
    assert!(stolen.text("[role=status]").contains("used or too old"));
    assert!(thief.cookie("__Host-farthing_ent").is_none(), "no access goes with it");
    // The buyer loses nothing: what is owned opens for nothing.
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    assert!(page.body_text().contains(BEHIND), "{}", page.scene("the buyer"));
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}

#[test]
fn a_code_opens_nothing_in_a_browser_without_cookies() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let back = caught(&shop, &reader, &page);
    let thief = reader.another();
    let stolen = plain_page(&thief);
    stolen.excuse("status of 400");
    stolen.goto(&back);
    assert_eq!(stolen.status(), 400, "{}", stolen.scene("a stolen code"));
    assert!(!stolen.body_text().contains(BEHIND) && thief.cookie("__Host-farthing_ent").is_none());
    stolen.follow(label("Restore access"));
    assert!(!stolen.body_text().contains(BEHIND), "{}", stolen.scene("restore in a browser without the wallet"));
    assert!(!stolen.exists(PAY), "and without a wallet nothing can be paid");
}

#[test]
fn a_made_up_code_opens_nothing() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    page.goto(&format!("{}/a/story", shop.site));
    let codes = ["", "?code=", "?code=AAAAAAAAAAAAAAAAAAAAAA", "?code=../../etc/passwd", "?code=%00", "?code=a&code=b"];
    for code in codes {
        page.goto(&format!("{}/.well-known/farthing/return{code}", shop.site));
        assert!((400..500).contains(&page.status()), "{}", page.scene(code));
    }
    assert!(reader.cookie("__Host-farthing_ent").is_none());
}

#[test]
fn a_planted_nonce_does_not_carry_a_purchase_over() {
    // Somebody plants the nonce of their own browser into another's and hopes to read along.
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let planter = reader.another();
    let planted = plain_page(&planter);
    planted.goto(&format!("{}/a/story", shop.site));
    let nonce = planter.cookie("__Host-farthing_st").unwrap();
    reader.set_cookie(&shop.site, "__Host-farthing_st", &nonce);
    let back = caught(&shop, &reader, &page);
    page.goto(&back);
    assert!(page.body_text().contains(BEHIND));
    planted.goto(&format!("{}/a/story", shop.site));
    assert_eq!(planted.status(), 402, "the nonce alone reads nothing");
    planted.excuse("status of 4");
    planted.goto(&back);
    assert!(planted.status() >= 400 && planter.cookie("__Host-farthing_ent").is_none(), "{}", planted.scene("the code is used up"));
}

#[test]
fn a_handle_of_a_reader_is_worth_nothing_to_the_wallet() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let back = caught(&shop, &reader, &page);
    page.goto(&back);
    let handle = reader.cookie("__Host-farthing_ent").unwrap();
    let thief = reader.another();
    thief.set_cookie(&shop.wallet, "__Host-farthing_w", &handle);
    let stolen = plain_page(&thief);
    stolen.goto(&shop.wallet);
    assert!(!stolen.exists("p.huge") && stolen.body_text().contains("Open a wallet"), "{}", stolen.scene("a reader's handle"));
}
