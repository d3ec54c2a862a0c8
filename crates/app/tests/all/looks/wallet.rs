//! The wallet's pages: first page, sheet, history, receipts, undo.

use super::{judged, show};
use crate::browser::{Browser, Page, css, label};
use crate::support::http;
use crate::support::server::farthing_ok;
use crate::support::shop::Shop;
use crate::support::shop::story;
use crate::support::steps::{OPEN, PAY, TO_WALLET, add, buy, open_wallet, plain_page, with_authenticator};
use money::Span;

#[test]
fn the_sheet_in_its_states() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let story = format!("{}/a/story", shop.site);
    page.goto(&story);
    page.follow(TO_WALLET);
    show(&page, "sheet-no-wallet");
    page.follow(OPEN);
    show(&page, "sheet-short");
    add(&page, 5);
    show(&page, "sheet-ready");
    let ready = page.url();
    let mut quote = shop.quote(&ready);
    shop.reprice("0.05 EUR", "0.08 EUR");
    page.reload();
    show(&page, "sheet-dearer");
    shop.reprice("0.08 EUR", "0.05 EUR");
    page.goto(&ready);
    page.follow(PAY);
    page.goto(&ready);
    assert!(page.body_text().contains("paid and yours"), "{}", page.scene("used"));
    show(&page, "sheet-used");
    (quote.iat, quote.exp) = (quote.iat.before(Span(660)), quote.exp.before(Span(660)));
    "/a/second".clone_into(&mut quote.item);
    page.goto(&shop.sheet(&quote));
    assert!(page.body_text().contains("expired"), "{}", page.scene("expired"));
    show(&page, "sheet-expired");
    page.goto(&format!("{}/f/final", shop.site));
    page.follow(TO_WALLET);
    show(&page, "sheet-no-undo");
    judged(&page);
}

#[test]
fn sheets_that_ask_for_a_price_or_refuse_one() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/g/gift", shop.site));
    page.follow(TO_WALLET);
    show(&page, "sheet-at-least");
    page.fill("#amount", "0.01");
    page.follow(label("Pay this price"));
    show(&page, "sheet-at-least-refused");
    page.goto(&format!("{}/a/story", shop.site));
    let mut quote = shop.quote(&page.attribute(TO_WALLET, "href"));
    page.follow(label("Restore access"));
    show(&page, "restore-not-found");
    "http://wallet.elsewhere".clone_into(&mut quote.aud);
    page.goto(&shop.sheet(&quote));
    show(&page, "quote-other-wallet");
    page.goto(&format!("{}/pay?q=cut.short", shop.wallet));
    show(&page, "quote-unreadable");
    page.goto(&format!("{}/pay?q={}", shop.wallet, quote.sign(&protocol::SigningKey::from_seed([9; 32]))));
    show(&page, "quote-forged");
    judged(&page);
}

#[test]
fn the_first_page_and_the_history() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&shop.wallet);
    show(&page, "wallet-signed-out");
    page.follow(OPEN);
    show(&page, "wallet-empty");
    page.goto(&format!("{}/history", shop.wallet));
    show(&page, "history-empty");
    page.goto(&format!("{}/statements", shop.wallet));
    show(&page, "statements-empty");
    page.goto(&shop.wallet);
    let once = page.value("[name=once]");
    add(&page, 5);
    show(&page, "wallet-added");
    page.excuse("status of 409");
    page.eval(&format!("document.querySelector('[name=once]').value = '{once}'"));
    add(&page, 10);
    show(&page, "wallet-not-added");
    buy(&page, &format!("{}/a/story", shop.site));
    buy(&page, &format!("{}/c/note", shop.site));
    page.goto(&format!("{}/history", shop.wallet));
    page.follow(css("form[action='/undo'] button"));
    page.goto(&shop.wallet);
    show(&page, "wallet-rows");
    page.goto(&format!("{}/history", shop.wallet));
    show(&page, "history");
    page.goto(&format!("{}/statements", shop.wallet));
    assert_eq!(page.count("table.books tbody tr"), 1);
    show(&page, "statements");
    page.reads("ko");
    page.reload();
    show(&page, "statements-ko");
    let config = shop.server.folder().join("farthing.toml").display().to_string();
    assert!(farthing_ok(&["admin", "rail-stop", "play", "--config", &config]).contains("takes no money in"));
    page.goto(&shop.wallet);
    show(&page, "wallet-rail-down-ko");
    let pocket = reader.another();
    let poor = plain_page(&pocket);
    poor.goto(&shop.wallet);
    poor.follow(OPEN);
    poor.goto(&format!("{}/a/story", shop.site));
    poor.follow(TO_WALLET);
    assert!(poor.text("[role=status]").contains("No money can be added"), "{}", poor.body_text());
    show(&poor, "sheet-rail-down");
    judged(&poor);
    judged(&page);
}

#[test]
fn signing_in_and_the_settings() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let (page, _) = with_authenticator(&reader);
    page.excuse("status of 4");
    page.goto(&format!("{}/sign-in", shop.wallet));
    show(&page, "sign-in");
    page.fill("#code", "00000-00000");
    page.follow(label("Use this code"));
    show(&page, "sign-in-refused");
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/settings", shop.wallet));
    show(&page, "settings-unkept");
    page.fill("#zone", "Europe/Atlantis");
    page.follow(label("Keep this zone"));
    show(&page, "settings-zone-wrong");
    page.fill("#zone", "Asia/Seoul");
    page.follow(label("Keep this zone"));
    page.goto(&format!("{}/statements", shop.wallet));
    assert!(page.body_text().contains("Asia/Seoul"), "{}", page.body_text());
    show(&page, "statements-seoul");
    page.goto(&format!("{}/sign-in", shop.wallet));
    show(&page, "sign-in-keep-first");
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Make ten codes"));
    let code = page.text("ol li:last-child code");
    show(&page, "codes");
    page.fill("#code", "00000-00000");
    page.follow(label("They are written down"));
    show(&page, "codes-wrong");
    page.fill("#code", &code);
    page.follow(label("They are written down"));
    page.follow(label("Add a passkey"));
    page.goto(&format!("{}/sign-in", shop.wallet));
    page.follow(label("Use a passkey"));
    page.goto(&format!("{}/settings?written=1", shop.wallet));
    show(&page, "settings");
    page.goto(&format!("{}/sign-in?to=settings", shop.wallet));
    show(&page, "sign-in-again");
    judged(&page);
}

#[test]
fn a_full_history_page_stays_small() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    let login = format!("__Host-farthing_w={}", reader.cookie("__Host-farthing_w").unwrap());
    let csrf = page.value("[name=csrf]");
    for number in 0..51 {
        let path = format!("/c/note-{number}-of-a-long-row-of-notes");
        shop.origin.put(&path, story("A note"));
        let wall = http::get(&format!("{}{path}", shop.site), &[("Accept", "text/html")]).text();
        let quote = wall.split("/pay?q=").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let headers = [("Cookie", &*login), ("Origin", &*shop.wallet)];
        let paid = http::send("POST", &format!("{}/pay", shop.wallet), &headers, format!("q={quote}&csrf={csrf}").as_bytes()).unwrap();
        assert_eq!(paid.status, 303, "{}", paid.text());
    }
    page.goto(&shop.wallet);
    show(&page, "wallet-full");
    page.goto(&format!("{}/history", shop.wallet));
    assert_eq!(page.count("table.moves tbody tr"), 50);
    show(&page, "history-full");
    page.follow(label("Older"));
    assert_eq!(page.count("table.moves tbody tr"), 2);
    show(&page, "history-older");
    page.follow(label("Newest"));
    assert_eq!(page.url(), format!("{}/history", shop.wallet));
    // Korean takes three bytes a syllable.
    page.reads("ko");
    page.reload();
    show(&page, "history-full-ko");
    judged(&page);
}

#[test]
fn receipts_and_what_undo_says() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 409");
    open_wallet(&page, &shop.wallet, 5);
    let receipt = |path: &str| {
        buy(&page, &format!("{}{path}", shop.site));
        page.goto(&format!("{}/history", shop.wallet));
        page.follow(css("table.moves tbody tr th a"));
        page.url()
    };
    receipt("/f/final");
    show(&page, "receipt-no-undo");
    let hasty = receipt("/h/hasty");
    let serial = |url: &str| url.rsplit('/').next().unwrap_or_default().to_owned();
    let open = receipt("/a/story");
    show(&page, "receipt-open");
    page.follow(css("form.undo button"));
    show(&page, "undo-done");
    page.goto(&open);
    show(&page, "receipt-taken-back");
    page.until(
        || "the end of the window".to_owned(),
        || {
            page.goto(&hasty);
            page.body_text().contains("Could be taken back until").then_some(())
        },
    );
    show(&page, "receipt-closed");
    // A button that lay open for too long, and one that was pressed in another tab.
    receipt("/c/note");
    undo_by_hand(&page, &serial(&hasty));
    show(&page, "undo-window-closed");
    page.back();
    undo_by_hand(&page, &serial(&open));
    show(&page, "undo-already");
    let again = receipt("/a/story");
    page.follow(css("form.undo button"));
    assert!(page.body_text().contains("once before"), "{}", page.scene(&again));
    show(&page, "undo-used");
    judged(&page);
}

/// Presses an undo button of the page that stands, with another serial in its form.
fn undo_by_hand(page: &Page, serial: &str) {
    page.eval(&format!("document.querySelector('[name=sale]').value = '{serial}'"));
    page.follow(css("form[action='/undo'] button"));
}

#[test]
fn sites_and_caps() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/sites", shop.wallet));
    show(&page, "sites-empty");
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    show(&page, "sheet-one-click");
    page.click(css("label[for=one-click]"));
    page.follow(PAY);
    page.goto(&format!("{}/a/second", shop.site));
    page.follow(TO_WALLET);
    show(&page, "sheet-goes");
    let sheet = page.url();
    page.goto(&sheet);
    show(&page, "sheet-agreed");
    let site = format!("{}/sites/news.localhost", shop.wallet);
    page.goto(&site);
    page.fill("#site", "0.06");
    page.follow(label("Set"));
    show(&page, "site");
    page.goto(&format!("{}/sites", shop.wallet));
    show(&page, "sites");
    page.goto(&shop.wallet);
    show(&page, "wallet-cap");
    page.goto(&sheet);
    show(&page, "sheet-over-cap");
    page.goto(&site);
    page.fill("#page", "much");
    page.follow(label("Set"));
    show(&page, "site-refused");
    page.goto(&site);
    page.follow(label("Pause"));
    show(&page, "site-paused");
    page.goto(&sheet);
    show(&page, "sheet-paused");
    judged(&page);
}
