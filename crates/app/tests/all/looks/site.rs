//! Pages on a site's host: walls, the paid page, the way back, and the demo's own site.

use super::{judged, show, show_foreign};
use crate::browser::{Browser, css, label};
use crate::support::http;
use crate::support::origin::Leaf;
use crate::support::server::Server;
use crate::support::shop::Shop;
use crate::support::steps::{BAR_UNDO, PAY, TO_WALLET, buy, doors, forget_sites, open_wallet, plain_page};

#[test]
fn the_demo_site() {
    let demo = Server::demo();
    let (news, _, _) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    for (path, name) in [("/", "demo-front"), ("/tour", "demo-tour"), ("/a/harbour-bell", "demo-free-article")] {
        page.goto(&format!("{news}{path}"));
        show_foreign(&page, name);
    }
    page.excuse("status of 404");
    page.goto(&format!("{news}/nowhere"));
    show_foreign(&page, "demo-404");
    judged(&page);
}

#[test]
fn walls() {
    let shop = Shop::open();
    let demo = Server::demo();
    let (news, _, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    for (address, name) in [
        (article, "wall"),
        (format!("{news}/a/tide-tables"), "wall-below-a-cent"),
        (format!("{}/g/gift", shop.site), "wall-at-least"),
        (format!("{}/f/final", shop.site), "wall-no-undo"),
    ] {
        page.goto(&address);
        assert_eq!(page.status(), 402);
        show(&page, name);
    }
    let korean = "<!doctype html><html lang=ko><meta charset=utf-8><title>조용한 항구: 아흔한 해 만에 문을 닫는 경매장과 그 뒤에 남은 사람들</title>\
        <meta name=author content='소렐 기자'><body><p>다섯 시 십 분 전이면 제빙기가 멈추고, 항구는 잠깐 아무 소리도 내지 않는다.</p><!-- farthing:more --><p>…</p>";
    shop.origin.put("/a/korean", Leaf::html(korean));
    page.goto(&format!("{}/a/korean", shop.site));
    show(&page, "wall-korean");
    let long = format!("Verylongwordwithoutanyplacetobreak{}", "andmore".repeat(20));
    shop.origin.put("/a/long", crate::support::shop::story(&long));
    page.goto(&format!("{}/a/long", shop.site));
    show(&page, "wall-long-title");
    judged(&page);
}

#[test]
fn a_film_by_the_second() {
    let demo = Server::demo();
    let (news, _, _) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&format!("{news}/film"));
    assert_eq!(page.status(), 402);
    show(&page, "wall-film");
    page.follow(TO_WALLET);
    show(&page, "sheet-film");
    page.follow(PAY);
    // It plays where scripts run; the page of devices is looked at where none does, as all are.
    let viewer = reader.page();
    viewer.goto(&format!("{news}/film"));
    let plays = || viewer.try_eval("document.querySelector('video').currentTime").ok()?.as_f64().filter(|at| *at > 0.0);
    viewer.until(|| viewer.scene("the film plays"), plays);
    page.goto(&format!("{news}/.well-known/farthing/watch/devices?page=%2Ffilm"));
    assert!(page.body_text().contains("One device watches now"), "{}", page.body_text());
    show(&page, "film-devices");
    page.follow(label("Back to the film"));
    show_foreign(&page, "film");
    judged(&page);
}

#[test]
fn paying_with_the_phone() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(label("Pay with your phone"));
    let (waiting, sheet) = (page.url(), page.attribute(label("The same as a link"), "href"));
    // The same page without what makes it ask again: it would go on while it is looked at.
    let nonce = format!("__Host-farthing_st={}", reader.cookie("__Host-farthing_st").unwrap());
    shop.origin.put("/waiting", Leaf::html(http::get(&waiting, &[("Cookie", &nonce), ("Accept", "text/html")]).text()));
    page.goto(&format!("{}/waiting", shop.site));
    show(&page, "wait");
    page.goto(&sheet);
    show(&page, "sheet-for-the-screen");
    page.follow(PAY);
    show(&page, "pay-done");
    page.goto(&sheet);
    show(&page, "sheet-for-the-screen-owned");
    judged(&page);
}

#[test]
fn a_teaser_in_search() {
    let shop = Shop::open_site_with("search = true\n");
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&format!("{}/a/story", shop.site));
    assert_eq!(page.status(), 200);
    show(&page, "wall-in-search");
    judged(&page);
}

#[test]
fn the_paid_page_and_the_wall_after_undo() {
    let demo = Server::demo();
    let (_, _, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    show_foreign(&page, "paid-article");
    page.follow(BAR_UNDO);
    show(&page, "wall-taken-back");
    buy(&page, &article);
    page.excuse("status of 409");
    page.follow(BAR_UNDO);
    show(&page, "bar-undo-refused");
    judged(&page);
}

#[test]
fn ways_back_that_did_not_work() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    page.excuse("status of 502");
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/.well-known/farthing/return?code=old", shop.site));
    show(&page, "return-used");

    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    let foreign = "AAAAAAAAAAAAAAAAAAAAAA";
    reader.set_cookie(&shop.site, "__Host-farthing_st", foreign);
    page.follow(PAY);
    assert!(page.exists("[role=status]"), "{}", page.scene("another browser's nonce"));
    show(&page, "wall-return-failed");

    page.goto(&format!("{}/a/second", shop.site));
    page.follow(TO_WALLET);
    forget_sites(&reader, &shop.wallet);
    page.follow(PAY);
    show(&page, "cookies-off");

    page.goto(&format!("{}/a/third", shop.site));
    page.follow(TO_WALLET);
    shop.origin.put("/a/third", Leaf::failure(500));
    page.follow(PAY);
    assert_eq!(page.status(), 502);
    show(&page, "origin-failed");

    shop.origin.put("/c/note", Leaf::failure(500));
    page.goto(&format!("{}/c/note", shop.site));
    assert_eq!(page.status(), 502);
    show(&page, "origin-unreachable");
    judged(&page);
}

#[test]
fn a_page_with_a_strong_style_does_not_reach_into_the_bar() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let loud = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Loud</title>\
        <style>*{color:red!important0} body{margin:40px;font:30px serif;line-height:3;color:#222;background:#ffe}a{color:#a00;text-transform:uppercase;float:right}\
        form{display:none}button{display:block;width:100%;font-size:40px;background:#000;color:#fff}span{letter-spacing:1em}</style>\
        <body><main><h1>Loud</h1><p>Text.</p></main>";
    shop.origin.put("/a/loud", Leaf::html(loud));
    open_wallet(&page, &shop.wallet, 5);
    buy(&page, &format!("{}/a/loud", shop.site));
    let sizes = page
        .eval("[...document.querySelectorAll('farthing-bar *')].map(e => parseFloat(getComputedStyle(e).fontSize)).every(s => s <= 16)");
    assert_eq!(sizes, true, "{}", page.scene("the bar keeps its own measure"));
    assert!(page.eval("document.querySelector('farthing-bar').getBoundingClientRect().height").as_f64().unwrap() < 120.0);
    show_foreign(&page, "paid-in-a-loud-page");
    page.follow(css(BAR_UNDO));
    assert_eq!(page.status(), 402);
    judged(&page);
}
