//! Money back: by the payer from the wallet, by itself when the site fails.

use crate::browser::{Browser, css, label};
use crate::support::origin::Leaf;
use crate::support::shop::{BEHIND, Shop, story};
use crate::support::steps::{PAY, TO_WALLET, balance, buy, open_wallet, plain_page};

#[test]
fn undo_from_the_history() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &story);
    page.goto(&format!("{}/history", shop.wallet));
    page.follow(css("form[action='/undo'] button"));
    assert!(page.text("h1").contains("Taken back") && page.body_text().contains("€0.05"), "{}", page.scene("undone"));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
    assert!(page.text("table.moves").contains("Taken back"));
    page.goto(&story);
    assert_eq!(page.status(), 402, "access has ended");
    shop.audit();
}

#[test]
fn undo_from_the_receipt_and_what_it_shows_afterwards() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &format!("{}/a/story", shop.site));
    page.follow(label("Receipt"));
    let receipt = page.url();
    assert!(receipt.starts_with(&shop.wallet), "{}", page.scene("the bar leads to the wallet"));
    page.follow(css("form.undo button"));
    assert!(page.text("h1").contains("Taken back"));
    page.follow(label("Receipt"));
    assert_eq!(page.url(), receipt);
    assert!(page.text("article.card").contains("by you") && !page.exists("form.undo"), "{}", page.scene("the receipt afterwards"));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}

#[test]
fn the_same_undo_in_two_tabs_gives_back_once() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (first, second) = (plain_page(&reader), plain_page(&reader));
    open_wallet(&first, &shop.wallet, 1);
    buy(&first, &format!("{}/a/story", shop.site));
    for page in [&first, &second] {
        page.goto(&format!("{}/history", shop.wallet));
    }
    first.follow(css("form[action='/undo'] button"));
    second.excuse("status of 409");
    second.follow(css("form[action='/undo'] button"));
    assert!(second.text("h1").contains("Taken back before"), "{}", second.scene("the second press"));
    assert_eq!(balance(&first, &shop.wallet), 1_000_000);
}

#[test]
fn after_its_window_a_purchase_stands() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let hasty = format!("{}/h/hasty", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &hasty);
    page.goto(&format!("{}/history", shop.wallet));
    let receipt = page.attribute("table.moves th a", "href");
    // The row of another purchase lends its button: this one's is gone within two seconds.
    buy(&page, &format!("{}/c/note", shop.site));
    page.goto(&format!("{}/history", shop.wallet));
    page.eval(&format!("document.querySelector('[name=sale]').value = '{}'", receipt.trim_start_matches("/r/")));
    let late = plain_page(&reader);
    late.until(
        || "the end of the window".to_owned(),
        || {
            late.goto(&hasty);
            (!late.exists("farthing-bar")).then_some(())
        },
    );
    assert!(late.body_text().contains(BEHIND), "the page passes untouched from now on");
    page.excuse("status of 409");
    page.follow(css("form[action='/undo'] button"));
    assert_eq!(page.status(), 409);
    assert!(page.body_text().contains("The time to take it back ended"), "{}", page.scene("too late"));
    assert_eq!(balance(&page, &shop.wallet), 976_000);
}

#[test]
fn without_an_undo_the_wall_says_so_before() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/f/final", shop.site));
    assert!(page.text("#undo").contains("cannot be taken back"));
    page.follow(TO_WALLET);
    assert!(page.body_text().contains("not for this purchase"));
    page.follow(PAY);
    assert!(!page.exists("farthing-bar"), "{}", page.scene("no bar without undo"));
    balance(&page, &shop.wallet);
    assert!(!page.exists("form[action='/undo']"));
    page.follow(label("Final"));
    assert!(page.body_text().contains("could not be taken back"));
}

#[test]
fn a_site_that_fails_after_payment_gives_the_money_back_by_itself() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let address = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&address);
    page.follow(TO_WALLET);
    shop.origin.put("/a/story", Leaf::failure(500));
    page.excuse("status of 502");
    page.follow(PAY);
    assert_eq!(page.status(), 502);
    assert!(page.text("h1").contains("You have your money back"), "{}", page.scene("money back"));
    page.follow(label("See the receipt"));
    assert!(page.body_text().contains("the site did not deliver"), "{}", page.scene("the receipt says why"));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
    shop.origin.put("/a/story", story("A story of weights"));
    buy(&page, &address);
    assert!(page.body_text().contains(BEHIND));
    shop.audit();
}

#[test]
fn a_site_that_fails_later_takes_nothing_away() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let address = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &address);
    shop.origin.put("/a/story", Leaf::failure(503));
    page.excuse("status of 502");
    page.goto(&address);
    assert_eq!(page.status(), 502, "{}", page.scene("a failing site"));
    shop.origin.put("/a/story", story("A story of weights"));
    page.goto(&address);
    assert_eq!(page.status(), 200, "what was read once stays bought");
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}

#[test]
fn a_page_that_is_gone_before_anybody_pays_is_not_sold() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 404");
    page.goto(&format!("{}/a/never-written", shop.site));
    assert_eq!(page.status(), 404, "{}", page.scene("no wall before nothing"));
    assert!(!page.exists(TO_WALLET));
}
