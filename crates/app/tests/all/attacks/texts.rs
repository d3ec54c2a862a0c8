//! Texts and addresses that hope to become markup, headers or another address.

use crate::browser::{Browser, css};
use crate::support::http;
use crate::support::origin::Leaf;
use crate::support::shop::{Shop, evil, story};
use crate::support::steps::{BAR_UNDO, PAY, TO_WALLET, balance, open_wallet, plain_page};

const NASTY: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;";

#[test]
fn markup_in_titles_teasers_and_addresses_stays_text() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    // Scripts run on this page, so that one that got through would be told as a dialog and fail the test.
    let page = reader.page();
    let path = "/a/%3Cimg%20src=x%20onerror=alert(3)%3E";
    let raw = format!(
        "<!doctype html><html lang='en\"onload=alert(4)'><title>{NASTY}</title><meta name=author content='<b onclick=alert(5)>By'>\
         <body><p>&lt;script&gt;alert(6)&lt;/script&gt; as text<script>/* as script */</script></p><!-- farthing:more --><p>more</p></body></html>"
    );
    shop.origin.put("/a/%3Cimg%20src=x%20onerror=alert(3)%3E", Leaf::html(raw.clone()));
    shop.origin.put("/a/%3Cimg%20src%3Dx%20onerror%3Dalert%283%29%3E", Leaf::html(raw));
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}{path}", shop.site));
    assert_eq!(page.status(), 402, "{}", page.scene("the wall"));
    assert!(page.text("h1").contains("<script>alert(1)</script><img src=x onerror=alert(2)>"), "{}", page.scene("the title is text"));
    assert!(page.body_text().contains("<script>alert(6)</script> as text") && page.body_text().contains("<b onclick=alert(5)>By"));
    let harmless = |what: &str| {
        // What a wall says to search engines is data, which nothing runs.
        let planted = "img[src=x], script:not([type='application/ld+json']), [onerror], [onclick], [onload]";
        assert_eq!(page.count(planted), 0, "{}", page.scene(what));
        page.assert_clean();
    };
    harmless("the wall");
    page.follow(TO_WALLET);
    assert!(page.body_text().contains("<script>alert(1)</script>"), "{}", page.scene("the sheet"));
    harmless("the sheet");
    // The article itself is the payee's: it may run what it likes. The wallet's pages about it may not.
    let unscripted = plain_page(&reader);
    unscripted.goto(&page.url());
    unscripted.follow(PAY);
    for way in ["/", "/history"] {
        page.goto(&format!("{}{way}", shop.wallet));
        assert!(page.text("table.moves").contains("<img src=x onerror=alert(3)>"), "{}", page.scene(way));
        harmless(way);
    }
    page.follow(css("table.moves th a"));
    assert!(page.text("article.card").contains("<img src=x onerror=alert(3)>"), "{}", page.scene("the receipt"));
    harmless("the receipt");
}

#[test]
fn no_address_leads_to_another_host() {
    let shop = Shop::open();
    let evil = evil();
    let host = evil.url("evil.localhost").replace("http://", "");
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    for status in ["400", "404"] {
        page.excuse(&format!("status of {status}"));
    }
    let paths = [
        format!("/a/x?next=http://{host}/"),
        format!("/a/%2F%2F{host}"),
        format!("/a/%5C%5C{host}"),
        format!("//{host}/a/x"),
        format!("/a/..//{host}/"),
        "/a/javascript:alert(1)".to_owned(),
        format!("/a/;@{host}"),
    ];
    let mut bought = 0;
    for path in paths {
        let bare = path.split('?').next().unwrap();
        shop.origin.put(bare, story("Somewhere"));
        page.goto(&format!("{}{path}", shop.site));
        if page.status() == 402 {
            page.follow(TO_WALLET);
            assert!(page.url().starts_with(&shop.wallet), "{}", page.scene(&path));
            page.follow(PAY);
            bought += 1;
        }
        assert!(page.url().starts_with(&format!("{}/", shop.site)), "{}", page.scene(&path));
    }
    assert!(bought >= 2, "some of these addresses are pages: {bought}");
    assert!(evil.heard().is_empty(), "nobody was sent there");

    // Were the site's key to leak, the way back would still end at the site.
    page.goto(&format!("{}/a/story", shop.site));
    let mut quote = shop.quote(&page.attribute(TO_WALLET, "href"));
    format!("//{host}/a/x").clone_into(&mut quote.item);
    page.excuse("status of 4");
    page.goto(&shop.sheet(&quote));
    if page.exists(PAY) {
        page.follow(PAY);
    }
    assert!(
        !page.url().contains("evil") || page.url().starts_with(&shop.site) || page.url().starts_with(&shop.wallet),
        "{}",
        page.scene("the way back")
    );
    assert!(evil.heard().is_empty(), "nobody was sent there");
}

#[test]
fn no_address_writes_a_header() {
    let shop = Shop::open();
    for end in ["%0d%0aX-Evil:%201", "%0aSet-Cookie:%20evil=1", "%0d%0a%0d%0a<script>", "%00", "%E5%98%8A%E5%98%8DX-Evil:1"] {
        for url in [
            format!("{}/a/x{end}", shop.site),
            format!("{}/a/x/{end}/", shop.site),
            format!("{}/.well-known/farthing/return?code=x{end}", shop.site),
            format!("{}/pay?q=x{end}", shop.wallet),
            format!("{}/r/x{end}", shop.wallet),
            format!("{}/history?before=x{end}", shop.wallet),
        ] {
            let answer = http::get(&url, &[("Accept", "text/html")]);
            assert!(
                answer.header("x-evil").is_none() && !answer.headers.iter().any(|(_, value)| value.contains("evil=1")),
                "{url}: {answer:?}"
            );
            assert!(answer.status >= 300 && answer.status < 500, "{url}: {}", answer.status);
            assert!(!answer.text().contains("<script>"), "{url}");
        }
    }
}

#[test]
fn a_forged_undo_in_the_page_can_only_give_back_and_only_to_its_payer() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    crate::support::steps::buy(&page, &format!("{}/a/story", shop.site));
    let sale = page.value("farthing-bar [name=sale]");
    let thief = reader.another();
    let other = plain_page(&thief);
    open_wallet(&other, &shop.wallet, 1);
    crate::support::steps::buy(&other, &format!("{}/a/second", shop.site));
    // The thief's own bar, with the serial of somebody else's sale in it.
    other.eval(&format!("document.querySelector('farthing-bar [name=sale]').value = '{sale}'"));
    other.excuse("status of 404");
    other.follow(BAR_UNDO);
    assert_eq!(other.status(), 404, "{}", other.scene("another's sale"));
    assert_eq!((balance(&page, &shop.wallet), balance(&other, &shop.wallet)), (950_000, 950_000));
    other.goto(&format!("{}/r/{sale}", shop.wallet));
    assert_eq!(other.status(), 404, "nor is another's receipt shown");
}
