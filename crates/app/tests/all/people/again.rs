//! Coming again: by Back, by a second press, in a second tab, after lost cookies, on a second device.

use crate::browser::{Browser, css, label};
use crate::support::server::Server;
use crate::support::shop::{BEHIND, Shop};
use crate::support::steps::{PAY, TO_WALLET, balance, buy, doors, forget_sites, open_wallet, plain_page};

#[test]
fn back_after_paying_leads_to_a_used_sheet_and_not_to_a_second_charge() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    page.back();
    assert!(page.url().starts_with(&wallet));
    assert!(!page.exists(PAY), "{}", page.scene("a used sheet has no Pay"));
    assert!(page.body_text().contains("paid and yours"), "{}", page.scene("used"));
    page.follow(label("Open the article"));
    assert_eq!((page.url(), page.status()), (article, 200));
    assert_eq!(balance(&page, &wallet), 4_950_000);
}

#[test]
fn pressing_twice_charges_once() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&article);
    page.follow(TO_WALLET);
    let before = page.documents();
    page.double_click(PAY);
    page.arrive(before, "the article");
    page.until(|| "the article".to_owned(), || (page.url() == article).then_some(()));
    assert_eq!(balance(&page, &wallet), 4_950_000);
    assert_eq!(page.count("table.moves tbody tr"), 2, "one purchase and the first five euros");
}

#[test]
fn the_same_sheet_in_two_tabs_charges_once() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let (first, second) = (plain_page(&reader), plain_page(&reader));
    first.goto(&article);
    first.follow(TO_WALLET);
    second.goto(&first.url());
    first.follow(PAY);
    second.follow(PAY);
    assert_eq!((second.url(), second.status()), (article, 200), "{}", second.scene("the second press"));
    assert_eq!(balance(&first, &wallet), 4_950_000);
}

#[test]
fn two_tabs_buy_two_articles() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (first, second) = (plain_page(&reader), plain_page(&reader));
    open_wallet(&first, &shop.wallet, 1);
    first.goto(&format!("{}/a/story", shop.site));
    second.goto(&format!("{}/a/second", shop.site));
    first.follow(TO_WALLET);
    second.follow(TO_WALLET);
    second.follow(PAY);
    first.follow(PAY);
    assert!(first.url().ends_with("/a/story") && first.body_text().contains(BEHIND), "{}", first.scene("the first tab"));
    assert!(second.url().ends_with("/a/second") && second.body_text().contains(BEHIND), "{}", second.scene("the second tab"));
    assert_eq!(balance(&first, &shop.wallet), 900_000);
}

#[test]
fn restore_gives_a_lost_page_back_for_nothing() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &story);
    forget_sites(&reader, &shop.wallet);
    let tab = plain_page(&reader);
    tab.goto(&story);
    assert_eq!(tab.status(), 402, "without its cookie the site does not know the browser");
    tab.follow(label("Restore access"));
    assert_eq!((tab.url(), tab.status()), (story.clone(), 200), "{}", tab.scene("restored"));
    assert!(tab.body_text().contains(BEHIND));

    forget_sites(&reader, &shop.wallet);
    tab.goto(&story);
    tab.follow(TO_WALLET);
    assert_eq!((tab.url(), tab.status()), (story, 200), "who owns it and presses Pay is not asked for money");
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}

#[test]
fn restore_says_plainly_when_there_is_nothing_to_restore() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&article);
    page.follow(label("Restore access"));
    assert!(page.body_text().contains("Not found in this wallet"), "{}", page.scene("restore"));
    assert!(!page.exists(PAY), "restore never pays");
    page.follow(label("See the price"));
    assert!(page.exists(PAY));
    assert_eq!(balance(&page, &wallet), 5_000_000);
}

#[test]
fn a_second_device_of_the_same_wallet_reads_for_nothing() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let desk = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    open_wallet(&desk, &shop.wallet, 1);
    buy(&desk, &story);
    let pocket = reader.another();
    pocket.set_cookie(&shop.wallet, "__Host-farthing_w", &reader.cookie("__Host-farthing_w").unwrap());
    let phone = plain_page(&pocket);
    phone.viewport(360, 800);
    phone.goto(&story);
    assert_eq!(phone.status(), 402);
    phone.follow(label("Restore access"));
    assert_eq!((phone.url(), phone.status()), (story.clone(), 200), "{}", phone.scene("the second device"));
    desk.goto(&story);
    assert_eq!(desk.status(), 200, "the first device reads on");
    assert_eq!(balance(&phone, &shop.wallet), 950_000);
}

#[test]
fn qr_and_wait() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let screen = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    let pocket = reader.another();
    let phone = plain_page(&pocket);
    phone.viewport(360, 800);
    open_wallet(&phone, &shop.wallet, 1);
    screen.goto(&story);
    screen.follow(label("Pay with your phone"));
    assert!(screen.exists("svg[role=img]") && screen.body_text().contains("Waiting for your phone"), "{}", screen.scene("waiting"));
    phone.goto(&screen.attribute(label("The same as a link"), "href"));
    assert!(phone.body_text().contains("opens on the screen that shows the code"), "{}", phone.scene("the sheet"));
    phone.follow(PAY);
    assert!(phone.url().contains("/pay/done?") && phone.body_text().contains("Paid"), "{}", phone.scene("done"));
    let there = || screen.url() == story && screen.status() == 200 && screen.body_text().contains(BEHIND);
    screen.until(|| screen.scene("the screen asks by itself"), || there().then_some(()));
    phone.goto(&story);
    assert_eq!(phone.status(), 402, "the phone has paid and does not read");
    assert_eq!(balance(&phone, &shop.wallet), 950_000);
}

#[test]
fn with_cookies_off_the_purchase_waits_under_restore() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&story);
    page.follow(TO_WALLET);
    forget_sites(&reader, &shop.wallet);
    page.excuse("status of 400");
    page.follow(PAY);
    assert_eq!(page.status(), 400);
    assert!(
        page.body_text().contains("keeps no cookies") && page.body_text().contains("waits in your wallet"),
        "{}",
        page.scene("no cookies")
    );
    page.follow(css("main a.btn"));
    assert_eq!((page.url(), page.status()), (story, 200), "{}", page.scene("restored"));
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}
