//! The desk's pages, each in its states.

use super::{judged, show};
use crate::browser::{Browser, Page, css, label};
use crate::support::desk::signed_in;
use crate::support::shop::{Shop, story};
use crate::support::steps::{PAY, TO_WALLET, buy, open_wallet, plain_page};
use store::vault::Role;

fn visit(page: &Page, shop: &Shop, path: &str, name: &str) {
    page.goto(&format!("{}{path}", shop.desk));
    show(page, name);
}

#[test]
fn a_desk_where_nothing_was_sold() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    let page = plain_page(&seller);
    page.excuse("status of 4");
    visit(&page, &shop, "/", "desk-sign-in");
    signed_in(&shop, &seller, Role::Owner);
    for (path, name) in [
        ("/", "desk-first"),
        ("/sales", "desk-sales-none"),
        ("/buyers", "desk-buyers-none"),
        ("/offers", "desk-offers"),
        ("/fees", "desk-fees-none"),
        ("/install", "desk-install"),
        ("/move", "desk-move"),
        ("/team", "desk-team"),
        ("/settings", "desk-settings"),
        ("/nothing", "desk-not-found"),
    ] {
        visit(&page, &shop, path, name);
    }
    page.goto(&format!("{}/team", shop.desk));
    page.follow(css("form[action='/team/invite'] button"));
    show(&page, "desk-team-invited");
    page.goto(&format!("{}/team", shop.desk));
    page.follow(css("form[action='/team/remove'] button"));
    show(&page, "desk-team-last-owner");
    page.goto(&format!("{}/install", shop.desk));
    page.fill("#path-news", "/a/never-written");
    page.follow(css("form[action='/install/check'] button"));
    show(&page, "desk-install-found");
    page.reads("ko");
    visit(&page, &shop, "/install", "desk-install-ko");
    visit(&page, &shop, "/move", "desk-move-ko");
    visit(&page, &shop, "/", "desk-first-ko");
    judged(&page);
}

/// What payers see of a payee that has a logo and a colour of its own.
#[test]
fn a_payee_in_its_own_look() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Editor);
    let buyer = seller.another();
    let (page, reader) = (plain_page(&seller), plain_page(&buyer));
    page.excuse("status of 422");
    page.goto(&format!("{}/settings", shop.desk));
    page.fill("#accent", "orange");
    page.follow(css("form[action='/settings/accent'] button"));
    show(&page, "desk-settings-refused");
    page.fill("#accent", "#d97a1d");
    page.follow(css("form[action='/settings/accent'] button"));
    let logo = data_encoding::BASE64.encode(include_bytes!("../../../../../testdata/corpus/picture/ok-png"));
    page.eval(&format!(
        "{{ const bytes = Uint8Array.from(atob('{logo}'), (c) => c.charCodeAt(0)); const files = new DataTransfer();\
         files.items.add(new File([bytes], 'logo.png', {{ type: 'image/png' }})); document.querySelector('#logo').files = files.files; }}"
    ));
    page.follow(css("form[action='/settings/logo'] button"));
    show(&page, "desk-settings-look");
    page.reads("de");
    page.reload();
    show(&page, "desk-settings-look-de");
    open_wallet(&reader, &shop.wallet, 5);
    reader.goto(&format!("{}/a/story", shop.site));
    show(&reader, "wall-look");
    let drawn = reader.eval(
        "document.querySelector('img.logo').naturalWidth === 120 && getComputedStyle(document.querySelector('.btn')).backgroundColor",
    );
    assert!(drawn != false && drawn != "rgb(31, 95, 74)", "{drawn}: {}", reader.scene("the payee's own logo and colour"));
    reader.follow(TO_WALLET);
    show(&reader, "sheet-look");
    reader.follow(PAY);
    reader.goto(&format!("{}/history", shop.wallet));
    reader.follow(css("a[href^='/r/']"));
    show(&reader, "receipt-look");
    judged(&page);
    judged(&reader);
}

#[test]
fn the_set_up_page_with_its_lines_open() {
    let shop = Shop::open_site_with("attach = \"forward-auth\"\nsearch = true\n");
    let seller = Browser::shared().context();
    let page = plain_page(&seller);
    signed_in(&shop, &seller, Role::Developer);
    for (language, name) in [("en", "desk-install-asks"), ("ko", "desk-install-asks-ko"), ("de", "desk-install-asks-de")] {
        page.reads(language);
        page.goto(&format!("{}/install", shop.desk));
        page.eval("document.querySelectorAll('details').forEach((lines) => { lines.open = true; })");
        show(&page, name);
    }
    judged(&page);
}

#[test]
fn a_desk_with_sales() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Editor);
    let buyer = seller.another();
    let (page, reader) = (plain_page(&seller), plain_page(&buyer));
    page.excuse("status of 4");
    open_wallet(&reader, &shop.wallet, 5);
    for path in ["/a/story", "/a/second", "/c/note", "/d/book"] {
        buy(&reader, &format!("{}{path}", shop.site));
    }
    page.until(
        || "the sales to be listed".to_owned(),
        || {
            page.goto(&format!("{}/sales", shop.desk));
            page.body_text().contains("Book").then_some(())
        },
    );
    show(&page, "desk-sales");
    page.follow(css("table.moves tbody tr:last-child th a"));
    show(&page, "desk-sale");
    let sale = page.url();
    page.follow(label("Give it back…"));
    show(&page, "desk-refund");
    page.fill("#note", &"much too long ".repeat(20));
    page.follow(css("main form button"));
    assert_eq!(page.status(), 422);
    show(&page, "desk-refund-refused");
    page.fill("#note", "Two pages were missing.");
    page.fill("#amount", "0.02");
    page.choose("#cause", "as goodwill");
    page.follow(css("main form button"));
    show(&page, "desk-sale-in-part");
    page.follow(label("Give it back…"));
    page.fill("#note", "Asked for by the buyer.");
    page.follow(css("main form button"));
    show(&page, "desk-sale-given-back");
    page.goto(&format!("{}/sales?item=nowhere", shop.desk));
    show(&page, "desk-sales-no-such");
    for (path, name) in [("/", "desk-home"), ("/buyers", "desk-buyers"), ("/fees", "desk-fees")] {
        visit(&page, &shop, path, name);
    }
    page.goto(&shop.desk);
    page.click(css("details summary"));
    show(&page, "desk-home-table");
    page.goto(&format!("{}/offers", shop.desk));
    page.follow(label("story"));
    show(&page, "desk-offer");
    page.goto(&format!("{}/offers", shop.desk));
    page.follow(label("open"));
    show(&page, "desk-offer-free");
    page.goto(&format!("{}/offers/new", shop.desk));
    show(&page, "desk-offer-new");
    page.fill("#path", "a b");
    page.follow(css("main form button"));
    show(&page, "desk-offer-refused");
    page.fill("#name", "story of the shop");
    page.fill("#path", "/s/**");
    page.fill("#price", "0.20");
    page.follow(css("main form button"));
    show(&page, "desk-offer-made");
    page.follow(label("Change terms"));
    show(&page, "desk-offer-edit");
    let other = seller.another();
    signed_in(&shop, &other, Role::Reader);
    let reading = plain_page(&other);
    reading.excuse("status of 403");
    reading.goto(&sale);
    show(&reading, "desk-sale-reader");
    reading.goto(&format!("{sale}/refund"));
    show(&reading, "desk-not-yours");
    for (language, path, name) in [("ko", "/", "desk-home-ko"), ("ko", "/fees", "desk-fees-ko"), ("de", "/buyers", "desk-buyers-de")] {
        page.reads(language);
        visit(&page, &shop, path, name);
    }
    judged(&page);
}

#[test]
fn full_pages_of_the_desk_stay_small() {
    let shop = Shop::open();
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Reader);
    let buyer = seller.another();
    let (page, reader) = (plain_page(&seller), plain_page(&buyer));
    open_wallet(&reader, &shop.wallet, 5);
    for number in 0..51 {
        let path = format!("/c/note-{number}-of-a-long-row-of-notes");
        shop.origin.put(&path, story("A note"));
        buy(&reader, &format!("{}{path}", shop.site));
    }
    page.until(
        || "the last sale to be listed".to_owned(),
        || {
            page.goto(&format!("{}/sales", shop.desk));
            page.body_text().contains("note-50-of").then_some(())
        },
    );
    assert_eq!(page.count("table.moves tbody tr"), 50);
    show(&page, "desk-sales-full");
    page.reads("ko");
    page.reload();
    show(&page, "desk-sales-full-ko");
    page.follow(css("a[rel=next]"));
    assert_eq!(page.count("table.moves tbody tr"), 1);
    // Forced colours leave the bars and the focus to be seen.
    page.goto(&shop.desk);
    page.forced_colors();
    let fill =
        page.eval("getComputedStyle(document.querySelector('svg.chart rect')).fill !== getComputedStyle(document.body).backgroundColor");
    assert_eq!(fill, true, "the bars are seen in forced colours");
    judged(&page);
}
