//! Somebody without a wallet: from the wall to the article and to a receipt, without a script and without a name.

use crate::browser::{Browser, label};
use crate::support::shop::{BEHIND, Shop};
use crate::support::steps::{OPEN, PAY, TO_WALLET, add, balance, buy, open_wallet, plain_page};

#[test]
fn a_stranger_opens_a_wallet_adds_money_pays_and_finds_it_all_again() {
    let shop = Shop::open();
    let stranger = Browser::shared().context();
    let page = plain_page(&stranger);
    let story = format!("{}/a/story", shop.site);
    page.goto(&story);
    assert_eq!(page.status(), 402);
    assert!(page.body_text().contains("accurate to the weight of a letter") && !page.body_text().contains(BEHIND));
    page.follow(TO_WALLET);
    let sheet = page.url();
    assert!(!page.exists(PAY), "nobody pays without a wallet");
    page.follow(OPEN);
    assert_eq!(page.url(), sheet, "the sheet is kept");
    assert!(page.body_text().contains("€0.05 is missing"), "{}", page.scene("short of funds"));
    add(&page, 1);
    assert_eq!(page.url(), sheet, "and kept again");
    assert!(page.body_text().contains("Balance after") && page.body_text().contains("€0.95"), "{}", page.scene("balance after"));
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (story, 200));
    assert!(page.body_text().contains(BEHIND));

    assert_eq!(balance(&page, &shop.wallet), 950_000);
    let rows = page.text("table.moves");
    assert!(rows.contains("Story") && rows.contains("−€0.05") && rows.contains("+€1.00"), "{rows}");
    page.follow(label("Story"));
    let receipt = page.text("article.card");
    for said in
        ["TEST", "The Quay Gazette", "writer", "ann", "70%", "€0.035", "house", "€0.015", "Fee for paying", "Signed receipt as JSON"]
    {
        assert!(receipt.contains(said), "{said} is not on the receipt: {receipt}");
    }
    assert!(stranger.cookies().iter().all(|cookie| cookie.secure && cookie.http_only && cookie.name.starts_with("__Host-")));
    shop.audit();
}

#[test]
fn short_of_funds_the_quote_is_kept_and_only_amounts_that_help_are_offered() {
    let shop = Shop::open();
    let stranger = Browser::shared().context();
    let page = plain_page(&stranger);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/d/book", shop.site));
    let promised = shop.quote(&page.attribute(TO_WALLET, "href"));
    page.follow(TO_WALLET);
    assert!(page.body_text().contains("€0.50 is missing"), "{}", page.scene("short"));
    assert!(!page.exists(PAY));
    add(&page, 5);
    assert_eq!(shop.quote(&page.url()), promised, "the same quote");
    page.follow(PAY);
    assert_eq!(page.status(), 200);
    assert_eq!(balance(&page, &shop.wallet), 4_500_000);
}

#[test]
fn an_empty_wallet_says_what_to_do() {
    let shop = Shop::open();
    let stranger = Browser::shared().context();
    let page = plain_page(&stranger);
    page.goto(&shop.wallet);
    assert!(page.body_text().contains("What it costs") && page.body_text().contains("nothing"));
    page.follow(OPEN);
    assert_eq!(page.text("p.huge"), "€0.00");
    assert!(page.body_text().contains("Nothing yet"));
    page.follow(label("See what The Quay Gazette sells"));
    assert_eq!(page.url(), format!("{}/", shop.site));
    page.goto(&shop.wallet);
    add(&page, 5);
    assert!(page.text("[role=status]").contains("€5.00 is in your wallet"), "{}", page.scene("the notice"));
}

#[test]
fn a_gift_is_as_large_as_its_giver_likes_and_never_less_than_asked() {
    let shop = Shop::open();
    let stranger = Browser::shared().context();
    let page = plain_page(&stranger);
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/g/gift", shop.site));
    page.follow(TO_WALLET);
    page.excuse("status of 422");
    for (typed, said) in [("0.05", "at least €0.10"), ("a lot", "Write the price as a number"), ("0.1234567", "at most six digits")] {
        page.fill("#amount", typed);
        page.follow(label("Pay this price"));
        assert_eq!(page.status(), 422);
        assert_eq!(page.value("#amount"), typed, "what was typed is kept");
        assert!(page.text("#wrong").contains(said), "{}", page.scene(typed));
    }
    page.fill("#amount", "0.123456");
    page.follow(label("Pay this price"));
    assert_eq!(page.status(), 200, "{}", page.scene("the gift"));
    assert_eq!(balance(&page, &shop.wallet), 4_876_544);
}

#[test]
fn signing_out_forgets_the_browser_and_not_the_money() {
    let shop = Shop::open();
    let stranger = Browser::shared().context();
    let page = plain_page(&stranger);
    open_wallet(&page, &shop.wallet, 5);
    let login = stranger.cookie("__Host-farthing_w").unwrap();
    buy(&page, &format!("{}/a/story", shop.site));
    let other = stranger.another();
    let elsewhere = plain_page(&other);
    elsewhere.goto(&shop.wallet);
    assert!(elsewhere.exists(OPEN), "another browser has no part in it");
    other.set_cookie(&shop.wallet, "__Host-farthing_w", &login);
    assert_eq!(balance(&elsewhere, &shop.wallet), 4_950_000);
}
