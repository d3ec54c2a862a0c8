//! Pages of another origin: forms and scripts that post, frames, prefetches, hidden navigations.

use crate::browser::{Browser, Context, Page, css};
use crate::support::http;
use crate::support::origin::Leaf;
use crate::support::server::Server;
use crate::support::shop::{Shop, evil, story_with};
use crate::support::steps::{PAY, TO_WALLET, balance, buy, doors, open_wallet, plain_page};
use serde_json::json;

const EVIL: &str = "evil.localhost";

/// A shop, and somebody with €1.00 who has a story's sheet open.
struct Target {
    shop: Shop,
    person: Context,
    page: Page,
    quote: String,
    csrf: String,
}

fn target() -> Target {
    let shop = Shop::open();
    let person = Browser::shared().context();
    let page = plain_page(&person);
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    let (quote, csrf) = (page.value("form[action='/pay'] [name=q]"), page.value("form[action='/pay'] [name=csrf]"));
    Target { shop, person, page, quote, csrf }
}

#[test]
fn forms_of_another_origin_move_nothing_even_with_the_secret_in_them() {
    let Target { shop, person, page, quote, csrf } = target();
    buy(&page, &format!("{}/a/second", shop.site));
    page.goto(&format!("{}/history", shop.wallet));
    let sale = page.value("form[action='/undo'] [name=sale]");
    page.goto(&shop.wallet);
    let once = page.value("form[action='/top-up'] [name=once]");
    let before = balance(&page, &shop.wallet);
    let forms = [
        (format!("{}/pay", shop.wallet), vec![("q", &quote), ("csrf", &csrf)]),
        (format!("{}/undo", shop.wallet), vec![("sale", &sale), ("csrf", &csrf)]),
        (format!("{}/.well-known/farthing/undo", shop.site), vec![("sale", &sale)]),
        (format!("{}/sign-out", shop.wallet), vec![("csrf", &csrf)]),
        (format!("{}/open", shop.wallet), vec![]),
    ];
    let million = "1000000".to_owned();
    let adds = ["top-up", "pay/top-up"]
        .map(|path| (format!("{}/{path}", shop.wallet), vec![("csrf", &csrf), ("once", &once), ("amount", &million), ("q", &quote)]));
    let evil = evil();
    let visitor = person.page();
    visitor.excuse("status of 403");
    for (action, fields) in forms.into_iter().chain(adds) {
        let inputs: String = fields.iter().map(|(name, value)| format!("<input name={name} value=\"{value}\">")).collect();
        evil.put("/", Leaf::html(format!("<!doctype html><form method=post action=\"{action}\">{inputs}<button>Win</button></form>")));
        visitor.goto(&evil.url(EVIL));
        visitor.follow("button");
        assert_eq!((visitor.url(), visitor.status()), (action.clone(), 403), "{}", visitor.scene("a form of another origin"));
        assert!(visitor.body_text().contains("cross-site"), "{}", visitor.scene("the code"));
    }
    assert_eq!(balance(&page, &shop.wallet), before, "nothing moved, and the login stands");
    assert_eq!(page.count("table.moves tbody tr"), 2);
    page.goto(&format!("{}/a/second", shop.site));
    assert_eq!(page.status(), 200, "nothing was taken back");
}

#[test]
fn the_site_itself_cannot_pay_for_its_reader() {
    let Target { shop, person, page, quote, csrf } = target();
    let form = format!(
        "<!doctype html><form method=post action=\"{}/pay\"><input name=q value=\"{quote}\"><input name=csrf value=\"{csrf}\"><button>Read</button></form>\
         <script>document.forms[0].submit()</script>",
        shop.wallet
    );
    shop.origin.put("/trap", Leaf::html(form));
    let visitor = person.page();
    visitor.excuse("status of 403");
    visitor.goto(&format!("{}/trap", shop.site));
    visitor
        .until(|| "the refusal".to_owned(), || (visitor.url() == format!("{}/pay", shop.wallet) && visitor.status() == 403).then_some(()));
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}

#[test]
fn scripts_of_another_origin_neither_pay_nor_read() {
    let Target { shop, person, page, quote, csrf } = target();
    let evil = evil();
    let visitor = person.page();
    for part in ["status of 403", "CORS", "ERR_FAILED", "ERR_BLOCKED_BY_RESPONSE", "Cross-Origin-Resource-Policy", "NotSameOrigin"] {
        visitor.excuse(part);
    }
    visitor.goto(&evil.url(EVIL));
    let body = format!("q={quote}&csrf={csrf}");
    for mode in ["no-cors", "cors"] {
        let post = format!(
            "fetch({}, {{method: 'POST', mode: '{mode}', credentials: 'include', body: new URLSearchParams({})}}).then(r => r.type, () => 'refused')",
            json!(format!("{}/pay", shop.wallet)),
            json!(body)
        );
        let came = visitor.eval(&post);
        assert!(came == "refused" || came == "opaque", "{came}");
        let read = format!("fetch({}, {{mode: '{mode}', credentials: 'include'}}).then(r => r.text(), () => '')", json!(shop.wallet));
        assert_eq!(visitor.eval(&read), "", "the balance is not for others");
    }
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}

#[test]
fn sheet_wallet_and_wall_cannot_be_framed() {
    let Target { shop, person, page, quote, .. } = target();
    let evil = evil();
    for address in [format!("{}/pay?q={quote}", shop.wallet), shop.wallet.clone(), format!("{}/a/story", shop.site)] {
        evil.put("/", Leaf::html(format!("<!doctype html><h1>Free pictures</h1><iframe src=\"{address}\" width=600 height=600></iframe>")));
        let visitor = person.page();
        visitor.goto(&evil.url(EVIL));
        let refused = visitor.until(
            || "the refusal of the frame".to_owned(),
            || visitor.complaints().into_iter().find(|complaint| complaint.text.contains("frame-ancestors")),
        );
        assert!(refused.text.contains("frame-ancestors"));
        visitor.excuse("frame-ancestors");
        visitor.excuse("status of 402");
    }
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}

#[test]
fn looking_ahead_never_charges() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&article);
    let sheet = page.attribute(TO_WALLET, "href");
    page.goto(&sheet);
    assert!(page.exists(PAY));
    let login = format!("__Host-farthing_w={}", reader.cookie("__Host-farthing_w").unwrap());
    for purpose in ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"] {
        let ahead = http::get(&sheet, &[("Sec-Purpose", purpose), ("Cookie", &login)]);
        assert_eq!(ahead.status, 503, "a sheet is not shown to a browser that only looks ahead");
        let wall = http::get(&article, &[("Sec-Purpose", purpose), ("Accept", "text/html")]);
        assert_eq!((wall.status, wall.all("set-cookie").len()), (503, 0), "nor is a wall");
    }
    let evil = evil();
    evil.put(
        "/",
        Leaf::html(format!(
            "<!doctype html><title>Ahead</title><link rel=prefetch href=\"{sheet}\"><link rel=dns-prefetch href=\"{wallet}\"><img src=\"{sheet}\" alt=\"\">\
             <script type=speculationrules>{{\"prerender\": [{{\"urls\": [\"{sheet}\"], \"eagerness\": \"immediate\"}}], \"prefetch\": [{{\"urls\": [\"{sheet}\"], \"eagerness\": \"immediate\"}}]}}</script>\
             <script>setTimeout(() => location = \"{sheet}\", 300)</script>"
        )),
    );
    let visitor = reader.page();
    for part in ["ERR_BLOCKED_BY_RESPONSE", "status of 503", "Cross-Origin-Resource-Policy"] {
        visitor.excuse(part);
    }
    visitor.goto(&evil.url(EVIL));
    visitor.until(|| "the sheet, by a script".to_owned(), || visitor.url().starts_with(&wallet).then_some(()));
    visitor.wait_for(css(PAY));
    assert_eq!(balance(&page, &wallet), 5_000_000, "a hidden navigation shows a sheet and no more");
}

#[test]
fn no_cookie_code_or_quote_goes_abroad() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = reader.page();
    let abroad = evil();
    abroad.put("/pixel", Leaf::html("<!doctype html><title>Pixel</title>"));
    let out = format!("<p><a id=out href=\"{}/pixel\">Abroad</a></p>", abroad.url(EVIL));
    shop.origin.put("/a/story", story_with("A story of weights", &out));
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &format!("{}/a/story", shop.site));
    page.follow("#out");
    let secrets: Vec<String> = reader.cookies().into_iter().map(|cookie| cookie.value).collect();
    let outside = abroad.heard().into_iter().chain(shop.origin.heard());
    for heard in outside {
        let whole = format!("{heard:?}");
        for sign in ["code=", "pay?q=", "__Host-farthing"] {
            assert!(!whole.contains(sign), "{sign} left the house: {whole}");
        }
        assert!(secrets.iter().all(|secret| !whole.contains(secret.as_str())), "a cookie left the house: {whole}");
    }
    for exchange in page.requests().iter().flat_map(|request| request.on_the_wire()) {
        let Some(referer) = exchange.request_headers.get("referer") else { continue };
        let host = |url: &str| url.split('/').nth(2).unwrap_or_default().to_owned();
        let ours = referer.contains("/pay") || referer.contains("farthing") || referer.contains(&shop.wallet);
        assert!(!ours || host(referer) == host(&exchange.url), "{} is told of {referer}", exchange.url);
    }
}
