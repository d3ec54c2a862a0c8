//! What was sold, seen from both sides.

use crate::browser::{Browser, Page, css, label};
use crate::support::desk::{COOKIE, signed_in};
use crate::support::http::get;
use crate::support::shop::{Shop, story};
use crate::support::steps::{TO_WALLET, balance, buy, open_wallet, plain_page};
use store::vault::Role;

/// Loads a page until it says so: the index is a moment behind the books.
fn until_it_says(page: &Page, url: &str, words: &str) {
    page.until(
        || format!("{url} to say {words}"),
        || {
            page.goto(url);
            page.body_text().contains(words).then_some(())
        },
    );
}

#[test]
fn from_a_checklist_to_the_first_payment() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Owner);
    let desk = plain_page(&seller);
    desk.goto(&shop.desk);
    assert!(desk.text("h1").contains("Before the first payment"), "{}", desk.scene("nothing sold"));
    assert_eq!(desk.count("ol.checks .st:not(.warn)"), 2, "site and price are there");
    desk.follow(label("Check my site"));
    desk.fill("#path-news", "/a/story");
    desk.follow(css("form[action='/install/check'] button"));
    assert!(desk.text(".finding").contains("All is well"), "{}", desk.scene("checked"));
    desk.goto(&shop.desk);
    assert_eq!(desk.count("ol.checks .st:not(.warn)"), 3);
    let reader = seller.another();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &format!("{}/a/story", shop.site));
    until_it_says(&desk, &shop.desk, "Earned today");
    assert!(desk.text("dl.tiles").contains("€0.015") && desk.exists("svg.chart"), "{}", desk.scene("figures"));
    assert!(desk.body_text().contains("Story"), "the page that earned most");
    shop.audit();
}

#[test]
fn given_back_at_the_desk_and_seen_in_the_wallet() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Editor);
    let reader = seller.another();
    let (desk, page) = (plain_page(&seller), plain_page(&reader));
    let address = format!("{}/a/story", shop.site);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &address);
    until_it_says(&desk, &format!("{}/sales", shop.desk), "€0.015");
    desk.follow(css("table.moves th a"));
    assert!(desk.text("table.sums").contains("Ann Sorrel") && desk.text("table.sums").contains("70%"), "{}", desk.scene("a sale"));
    desk.follow(label("Give it back…"));
    assert!(desk.text("h1").contains("Give €0.05 back, or a part?"));
    assert_eq!(balance(&page, &shop.wallet), 950_000, "asking moves nothing");
    // A part first: the page stays with its reader.
    desk.fill("#amount", "0.02");
    desk.choose("#cause", "as goodwill");
    desk.follow(css("main form button"));
    assert!(desk.body_text().contains("€0.02 of €0.05 was given back"), "{}", desk.scene("a part given back"));
    assert_eq!(balance(&page, &shop.wallet), 970_000);
    page.goto(&address);
    assert_eq!(page.status(), 200, "a part ends nothing");
    page.goto(&format!("{}/history", shop.wallet));
    assert!(page.text("table.moves").contains("Part back"), "{}", page.scene("history"));
    page.follow(css("table.moves th a"));
    assert!(page.body_text().contains("€0.02 of €0.05 came back to you"), "{}", page.scene("the receipt"));
    assert!(page.text("ol.time").contains("€0.02 · by the payee · as goodwill"), "{}", page.scene("the receipt's story"));
    desk.follow(label("Give it back…"));
    desk.fill("#note", "She paid twice.");
    desk.follow(css("main form button"));
    assert!(desk.text("p.notice").contains("Given back"), "{}", desk.scene("given back"));
    assert!(desk.text("ol.time").contains("€0.03 · by you: She paid twice."));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
    page.goto(&format!("{}/history", shop.wallet));
    assert!(page.text("table.moves").contains("Taken back"));
    page.follow(css("table.moves th a"));
    assert!(page.text("ol.time").contains("by the payee") && !page.body_text().contains("paid twice"), "{}", page.scene("the receipt"));
    page.goto(&address);
    assert_eq!(page.status(), 402, "access has ended");
    shop.audit();
}

#[test]
fn lists_are_narrowed_down_and_their_files_add_up() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    let login = signed_in(&shop, &seller, Role::Reader);
    let reader = seller.another();
    let (desk, page) = (plain_page(&seller), plain_page(&reader));
    open_wallet(&page, &shop.wallet, 5);
    for path in ["/a/story", "/a/second", "/c/note"] {
        buy(&page, &format!("{}{path}", shop.site));
    }
    page.goto(&format!("{}/history", shop.wallet));
    page.follow(css("form[action='/undo'] button"));
    shop.origin.put("/c/other", story("Another note"));
    buy(&page, &format!("{}/c/other", shop.site));
    let sales = format!("{}/sales", shop.desk);
    until_it_says(&desk, &sales, "Other");
    assert_eq!(desk.count("table.moves tbody tr"), 4);
    desk.fill("#item", "/c/");
    desk.choose("#state", "paid");
    desk.follow(css("form.filter button"));
    assert_eq!(desk.count("table.moves tbody tr"), 1, "{}", desk.scene("narrowed down"));
    assert!(desk.url().contains("state=paid") && desk.value("#item") == "/c/", "the form keeps what it was told");
    let file = |address: String| get(&format!("{}{address}", shop.desk), &[("Cookie", &format!("{COOKIE}={login}"))]);
    assert_eq!(file(desk.attribute("a[href^='/sales.csv']", "href").replace(&shop.desk, "")).text().lines().count(), 2);
    let all = file("/sales.csv?state=paid".to_owned());
    assert!(all.header("content-disposition").unwrap().contains("farthing-test-quay-sales"));
    let earned: f64 = all.text().lines().skip(1).map(|line| line.split(',').nth(6).unwrap().parse::<f64>().unwrap()).sum();
    assert!((earned - 0.034).abs() < 1e-9, "0.015 twice and 0.004: {earned}");
    desk.goto(&shop.desk);
    assert!(desk.text("dl.tiles").contains("€0.034"), "{}", desk.scene("the same sum"));
    desk.goto(&format!("{}/buyers", shop.desk));
    assert_eq!(desk.count("table.books tbody tr"), 1);
    desk.follow(css("table.books th a"));
    assert_eq!(desk.count("table.moves tbody tr"), 4, "all that this buyer bought");
    let strange = get(&format!("{}/sales.csv", shop.desk), &[]);
    assert_eq!(strange.status, 303, "a file is for the team alone");
    shop.audit();
}

#[test]
fn an_offer_made_at_the_desk_is_sold_and_its_new_price_charges_nobody_unseen() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Editor);
    let reader = seller.another();
    let (desk, page) = (plain_page(&seller), plain_page(&reader));
    let address = format!("{}/s/story", shop.site.replace("news.", "shop."));
    desk.goto(&format!("{}/offers/new", shop.desk));
    desk.fill("#name", "stories");
    desk.fill("#path", "/s/**");
    desk.fill("#price", "0.20");
    desk.follow(css("main form button"));
    assert!(desk.text("section.card").contains("Pay €0.20 and read"), "{}", desk.scene("the wall beforehand"));
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&address);
    page.follow(TO_WALLET);
    desk.follow(label("Change terms"));
    desk.fill("#price", "0.30");
    desk.follow(css("main form button"));
    page.reload();
    assert!(page.body_text().contains("The price has risen"), "{}", page.scene("dearer"));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000, "nothing was charged");
    buy(&page, &address);
    assert_eq!(balance(&page, &shop.wallet), 700_000);
    until_it_says(&desk, &format!("{}/sales", shop.desk), "€0.30");
    shop.audit();
}
