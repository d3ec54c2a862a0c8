//! Sheets of which something changed meanwhile: the price, the time, the offer.

use crate::browser::Browser;
use crate::support::shop::Shop;
use crate::support::steps::{PAY, TO_WALLET, balance, open_wallet, plain_page};
use money::{Span, Timestamp};

const STORY: &str = "price = { fixed = \"0.05 EUR\" }";

#[test]
fn a_dearer_price_is_shown_as_was_and_now_and_pressed_again() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    shop.reprice(STORY, "price = { fixed = \"0.08 EUR\" }");
    page.follow(TO_WALLET);
    let said = page.text("section.card");
    assert!(said.contains("was €0.05, now €0.08") && said.contains("Nothing has been charged"), "{said}");
    page.follow(PAY);
    assert_eq!(page.status(), 200, "{}", page.scene("the dearer press"));
    assert_eq!(balance(&page, &shop.wallet), 920_000);
}

#[test]
fn a_price_that_rises_under_an_open_sheet_is_never_taken_unseen() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    shop.reprice(STORY, "price = { fixed = \"0.08 EUR\" }");
    for status in [402, 409, 422] {
        page.excuse(&format!("status of {status}"));
    }
    page.follow(PAY);
    let at_article = page.url().ends_with("/a/story");
    let left = balance(&page, &shop.wallet);
    // The price that was pressed is held for its ten minutes, or nothing is charged: never the new one.
    assert_eq!(left, if at_article { 950_000 } else { 1_000_000 });
}

#[test]
fn a_cheaper_price_just_goes_on() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    shop.reprice(STORY, "price = { fixed = \"0.02 EUR\" }");
    page.follow(TO_WALLET);
    assert!(page.text(PAY).contains("€0.02") && !page.body_text().contains("was"), "{}", page.scene("the cheaper sheet"));
    page.follow(PAY);
    assert_eq!(page.status(), 200, "{}", page.scene("the cheaper press"));
    assert_eq!(balance(&page, &shop.wallet), 980_000);
}

#[test]
fn a_price_that_is_no_longer_held_has_no_pay_button_and_leads_to_todays() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    let mut quote = shop.quote(&page.attribute(TO_WALLET, "href"));
    let ago = |at: Timestamp| at.before(Span(660));
    (quote.iat, quote.exp) = (ago(quote.iat), ago(quote.exp));
    page.goto(&shop.sheet(&quote));
    assert!(page.body_text().contains("This price has expired") && !page.exists(PAY), "{}", page.scene("expired"));
    page.follow(TO_WALLET);
    assert_eq!((page.url(), page.status()), (format!("{}/a/story", shop.site), 402));
    page.follow(TO_WALLET);
    page.follow(PAY);
    assert_eq!(page.status(), 200);
}

#[test]
fn a_withdrawn_offer_charges_nothing() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/c/note", shop.site));
    page.follow(TO_WALLET);
    shop.reprice("[offer.note]", "[offer.scrap]");
    page.excuse("status of 410");
    page.follow(PAY);
    assert_eq!(page.status(), 410, "{}", page.scene("withdrawn"));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}
