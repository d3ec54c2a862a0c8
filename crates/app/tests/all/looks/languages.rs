//! The pages in other languages than English: longer words and other scripts fit as well, and nothing is a barrier.

use super::{judged, show, show_foreign};
use crate::browser::{Browser, Page, css};
use crate::support::shop::Shop;
use crate::support::steps::{BAR_UNDO, OPEN, PAY, TO_WALLET, add, buy, open_wallet, plain_page};

/// The way of a stranger: walls, the sheet in its states, the article with its bar.
fn way_of_a_stranger(page: &Page, shop: &Shop, tag: &str) {
    let show = |name: &str| show(page, &format!("{name}-{tag}"));
    for (path, name) in [("/c/note", "wall-below-a-cent"), ("/g/gift", "wall-at-least"), ("/f/final", "wall-no-undo")] {
        page.goto(&format!("{}{path}", shop.site));
        show(name);
    }
    let story = format!("{}/a/story", shop.site);
    page.goto(&story);
    show("wall");
    page.follow(TO_WALLET);
    show("sheet-no-wallet");
    page.follow(OPEN);
    show("sheet-short");
    add(page, 5);
    show("sheet-ready");
    let ready = page.url();
    shop.reprice("0.05 EUR", "0.08 EUR");
    page.reload();
    show("sheet-dearer");
    shop.reprice("0.08 EUR", "0.05 EUR");
    page.goto(&ready);
    page.follow(PAY);
    assert_eq!(page.url(), story);
    show_foreign(page, &format!("paid-article-{tag}"));
    page.goto(&ready);
    show("sheet-used");
    page.goto(&story);
    page.follow(BAR_UNDO);
    show("wall-taken-back");
}

/// The wallet's own pages, with money and without.
fn pages_of_the_wallet(page: &Page, shop: &Shop, tag: &str) {
    let show = |name: &str| show(page, &format!("{name}-{tag}"));
    page.goto(&shop.wallet);
    show("wallet-signed-out");
    page.follow(OPEN);
    show("wallet-empty");
    add(page, 5);
    show("wallet-added");
    page.goto(&format!("{}/g/gift", shop.site));
    page.follow(TO_WALLET);
    let least = page.value("#amount");
    page.fill("#amount", &least.replace("10", "01"));
    page.follow("form[action='/pay'] button.wide");
    assert!(page.text("#wrong").contains(&least), "{}", page.scene("the least price, written as it is read"));
    show("sheet-at-least-refused");
    buy(page, &format!("{}/a/story", shop.site));
    buy(page, &format!("{}/f/final", shop.site));
    page.goto(&format!("{}/history", shop.wallet));
    show("history");
    page.follow(css("table.moves tbody tr:nth-child(2) th a"));
    let receipt = page.url();
    show("receipt-open");
    page.follow(css("form.undo button"));
    show("undo-done");
    page.goto(&receipt);
    show("receipt-taken-back");
}

/// What went another way.
fn refusals(page: &Page, shop: &Shop, tag: &str) {
    let show = |name: &str| show(page, &format!("{name}-{tag}"));
    open_wallet(page, &shop.wallet, 1);
    page.goto(&format!("{}/pay?q=cut.short", shop.wallet));
    show("quote-unreadable");
    page.goto(&format!("{}/history?before=x", shop.wallet));
    show("wallet-400");
    page.goto(&format!("{}/.well-known/farthing/return?code=old", shop.site));
    show("return-used");
    page.goto(&format!("{}/a/second", shop.site));
    page.follow("main .links a");
    show("restore-not-found");
    page.goto(&format!("{}/a/third", shop.site));
    page.follow(TO_WALLET);
    shop.origin.put("/a/third", crate::support::origin::Leaf::failure(500));
    page.follow(PAY);
    show("origin-failed");
}

fn looked_at_in(wish: &str, tag: &str) {
    let shop = Shop::open();
    let tours: [fn(&Page, &Shop, &str); 3] = [way_of_a_stranger, pages_of_the_wallet, refusals];
    let first = Browser::shared().context();
    for (number, tour) in tours.into_iter().enumerate() {
        let other = first.another();
        let page = plain_page(if number == 0 { &first } else { &other });
        page.reads(wish);
        page.excuse("status of 4");
        page.excuse("status of 502");
        tour(&page, &shop, tag);
        assert_eq!(page.attribute("html", "lang"), tag);
    }
    judged(&plain_page(&first));
}

#[test]
fn in_korean() {
    looked_at_in("ko-KR,ko", "ko");
}

#[test]
fn in_german() {
    looked_at_in("de-DE,de", "de");
}

/// English as a translator's longest draft: every sentence in brackets and two fifths longer, arguments left alone.
fn pseudo() -> String {
    let english = include_str!("../../../../../i18n/en.ftl");
    let mut text = String::new();
    for line in english.lines() {
        let (head, words) = match line.split_once(" = ") {
            Some((name, words)) if !name.starts_with([' ', '#']) => (format!("{name} = "), words),
            _ if line.trim_start().starts_with(['[', '*']) && line.contains("] ") => {
                let (key, words) = line.split_once("] ").unwrap();
                (format!("{key}] "), words)
            }
            _ => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
        };
        let longer = "ẋ".repeat(words.chars().count() * 2 / 5);
        let whole = if words.matches('{').count() == words.matches('}').count() { format!("[{words}{longer}]") } else { words.to_owned() };
        text.push_str(&format!("{head}{whole}\n"));
    }
    text
}

#[test]
fn sentences_two_fifths_longer_fit_at_360() {
    let locale = include_str!("../../../../../i18n/en.toml")
        .replace("tag = \"en\"", "tag = \"qps\"")
        .replace("name = \"English\"", "name = \"Pseudo\"");
    let shop = Shop::open_in(|data| {
        let folder = data.join("i18n");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("qps.toml"), locale).unwrap();
        std::fs::write(folder.join("qps.ftl"), pseudo()).unwrap();
    });
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.reads("qps");
    page.viewport(360, 740);
    let fits = |page: &Page, path: &str| {
        page.goto(path);
        assert!(page.body_text().contains('ẋ'), "{}", page.scene("the pseudo-locale"));
        assert_eq!(crate::browser::look::overflow(page), None, "{}", page.scene("too wide"));
    };
    fits(&page, &format!("{}/a/story", shop.site));
    fits(&page, &format!("{}/g/gift", shop.site));
    fits(&page, &shop.wallet);
    fits(&page, &format!("{}/sign-in", shop.wallet));
    page.goto(&shop.wallet);
    page.follow(OPEN);
    add(&page, 5);
    buy(&page, &format!("{}/a/story", shop.site));
    for path in ["/", "/history", "/statements", "/settings"] {
        fits(&page, &format!("{}{path}", shop.wallet));
    }
    let seller = reader.another();
    crate::support::desk::signed_in(&shop, &seller, store::vault::Role::Owner);
    let desk = plain_page(&seller);
    desk.reads("qps");
    desk.viewport(360, 740);
    for path in ["/", "/sales", "/buyers", "/offers", "/fees", "/install", "/team", "/settings"] {
        fits(&desk, &format!("{}{path}", shop.desk));
    }
}
