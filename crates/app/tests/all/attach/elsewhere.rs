//! Pages of the payee's that do not stand behind the gateway: beside it on the same site, the overlay anywhere.

use crate::browser::{Browser, css, label};
use crate::support::http::{get, send};
use crate::support::origin::{Leaf, Origin};
use crate::support::shop::{BEHIND, Shop, story_with};
use crate::support::steps::{PAY, TO_WALLET, balance, open_wallet};

/// A page of the payee's on `www.news.localhost`, with what the desk says to copy for the story.
fn teaser(shop: &Shop, words: &str) -> Leaf {
    let lines = shop.copied(words).replace("/PAGE", "/a/story");
    Leaf::html(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Teaser</title><main><h1>A story of weights</h1><p>The scale in the hall.</p>{lines}</main></html>"
    ))
}

/// A shop whose payee has pages elsewhere; gives the address of such a page.
fn shop_beside() -> (Shop, Origin, String) {
    let beside = Origin::start();
    let www = beside.url("www.news.localhost");
    let shop = Shop::open_site_with(&format!("page_origins = [\"{www}\"]\n"));
    beside.put("/favicon.ico", Leaf::html(""));
    let hot = "<script>window.hot = 1</script><img alt=x src=/x onerror='window.hot = 2'><b onclick='x()'>b</b><a href='javascript:window.hot=3'>j</a>";
    shop.origin.put("/a/story", story_with("A story of weights", hot));
    beside.put("/story", teaser(&shop, "<pay-content"));
    (shop, beside, format!("{www}/story"))
}

#[test]
fn a_teaser_beside_shows_in_place_what_was_paid_for_here() {
    let (shop, _beside, url) = shop_beside();
    let reader = Browser::shared().context();
    let page = reader.page();
    page.excuse("status of 402");
    page.excuse("status of 404");
    page.goto(&url);
    page.until(
        || "the script to ask".to_owned(),
        || page.requests().iter().any(|request| request.exchanges.iter().any(|exchange| exchange.url.ends_with("/a/story"))).then_some(()),
    );
    assert!(!page.body_text().contains(BEHIND));
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&url);
    page.follow(label("Read on"));
    assert_eq!(page.status(), 402, "{}", page.scene("the wall"));
    page.follow(TO_WALLET);
    page.follow(PAY);
    assert!(page.body_text().contains(BEHIND), "the full page stands here");
    page.goto(&url);
    page.until(|| page.scene("the text in place"), || page.body_text().contains(BEHIND).then_some(()));
    assert_eq!(page.eval("[...document.querySelectorAll('pay-content :is(script, [onclick], [href^=javascript])')].length"), 0);
    assert_eq!(page.eval("window.hot === undefined"), true, "nothing of the full page runs here");
    assert_eq!(page.attribute("pay-content main > p a", "href"), format!("{}/", shop.site), "addresses are those of the full page");
    assert!(page.body_text().contains("Paid €0.05") && page.exists("pay-content farthing-bar"), "{}", page.scene("the bar in place"));
    page.follow("pay-content farthing-bar .fb-undo button");
    assert!(page.url().starts_with(&shop.site) && page.body_text().contains("Taken back"), "{}", page.scene("taken back"));
    assert_eq!(balance(&page, &shop.wallet), 5_000_000);
    page.goto(&url);
    page.until(|| "the link again".to_owned(), || page.exists(css("pay-content > a")).then_some(()));
    assert!(!page.body_text().contains(BEHIND));
    shop.audit();
}

#[test]
fn only_pages_that_are_listed_may_read_along() {
    let (shop, beside, _) = shop_beside();
    let (www, url) = (beside.url("www.news.localhost"), format!("{}/a/story", shop.site));
    let of = |origin: &str| {
        let answer = get(&url, &[("Accept", "text/html"), ("Origin", origin), ("Sec-Fetch-Mode", "cors")]);
        assert_eq!(answer.status, 402);
        assert!(answer.all("vary").concat().contains("Origin"));
        (
            answer.header("access-control-allow-origin").map(str::to_owned),
            answer.header("access-control-allow-credentials").map(str::to_owned),
        )
    };
    assert_eq!(of(&www), (Some(www.clone()), Some("true".to_owned())));
    for stranger in ["http://evil.localhost", "null", "http://www.news.localhost", &format!("{www}.evil.example"), "*"] {
        assert_eq!(of(stranger), (None, None), "{stranger}");
    }
    // An undo from a page that is not listed is refused before anything is looked at.
    let undo = |origin: &str, site: &str| {
        let fields = [("Origin", origin), ("Sec-Fetch-Site", site), ("Content-Type", "application/x-www-form-urlencoded")];
        send("POST", &format!("{}/.well-known/farthing/undo", shop.site), &fields, b"sale=x").unwrap().code()
    };
    assert_eq!(undo("http://evil.localhost", "same-site"), "cross-site");
    assert_eq!(undo(&www, "cross-site"), "cross-site");
    assert_eq!(undo(&www, "same-site"), "unknown");
    let plain = Shop::open();
    let answer = get(&format!("{}/a/story", plain.site), &[("Origin", &www)]);
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[test]
fn the_overlay_hides_and_says_that_it_does_not_protect() {
    let shop = Shop::open();
    let script = get(&format!("{}/.well-known/farthing/overlay.js", shop.site), &[]);
    assert!(script.body.len() < 6_000 && script.text().lines().next().unwrap().contains("hides, does not protect"));
    assert!(!script.text().contains("cookie =") && !script.text().contains("Storage"));
    assert_eq!(script.header("cross-origin-resource-policy"), Some("cross-origin"));
    assert!(script.header("set-cookie").is_none());
    let elsewhere = Origin::start();
    elsewhere.put("/favicon.ico", Leaf::html(""));
    elsewhere.put("/", teaser(&shop, "data-farthing"));
    let reader = Browser::shared().context();
    let page = reader.page();
    page.goto(&elsewhere.url("static.localhost"));
    page.until(|| page.scene("the overlay"), || page.exists(".farthing-overlay").then_some(()));
    assert!(!page.body_text().contains("HIDDEN, NOT PROTECTED"), "it hides");
    assert!(get(&elsewhere.url("static.localhost"), &[]).text().contains("HIDDEN, NOT PROTECTED"), "and does not protect");
    page.click(label("I have paid: show it"));
    assert!(page.body_text().contains("HIDDEN, NOT PROTECTED"));
    page.goto(&elsewhere.url("static.localhost"));
    page.until(|| "the overlay".to_owned(), || page.exists(".farthing-overlay").then_some(()));
    page.excuse("status of 402");
    page.follow(label("Pay and read on"));
    assert_eq!(page.url(), format!("{}/a/story", shop.site));
    assert!(reader.cookies().iter().all(|cookie| cookie.name.starts_with("__Host-farthing")));
    // Changed bytes do not run.
    elsewhere.put("/changed", Leaf::html(format!(
        "<!doctype html><html lang=en><title>T</title><main><h1>T</h1><div data-farthing=\"{0}/a/story\">KEPT</div></main><script src=\"{0}/.well-known/farthing/beside.js\" integrity=\"{1}\" crossorigin=anonymous></script></html>",
        shop.site,
        shop.copied("data-farthing").split("integrity=\"").nth(1).unwrap().split('"').next().unwrap()
    )));
    page.excuse("integrity");
    page.goto(&format!("{}/changed", elsewhere.url("static.localhost")));
    assert!(page.body_text().contains("KEPT") && !page.exists(".farthing-overlay"));
}
