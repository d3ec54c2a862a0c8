//! The npm plug-ins in a real browser: on a page of the site itself, and on one of the payee's beside it, under CORS.

use crate::browser::{Browser, Page};
use crate::support::evidence;
use crate::support::origin::{Leaf, Origin};
use crate::support::payer::Payer;
use crate::support::shop::{BEHIND, Shop};
use crate::support::tools::{npm_version, root, run_ok, tool};
use serde_json::Value;
use std::process::Command;

const CLIENTS: [(&str, &str); 2] = [("mppx", "mppx"), ("x402-fetch", "@x402/fetch")];
const NOTE: &str = "price = { fixed = \"0.004 EUR\" }\nrefund = { window = \"10m\", per_payer = \"10/day\" }";
const CALL: &str = "price = { metered = \"0.002 EUR\", per = \"1 call\" }";

/// The plug-ins and the stock clients in one file, as a page's builder makes it.
fn bundle(shop: &Shop) -> String {
    tool("npm/node_modules/esbuild/package.json", "npm");
    let out = shop.server.folder().join("plug-in.mjs");
    run_ok(Command::new("node").arg(root().join("clients/tests/npm/bundle.mjs")).arg(&out), "npm");
    std::fs::read_to_string(out).unwrap()
}

fn put_page(origin: &Origin, script: &str) {
    origin.put("/plug-in.mjs", Leaf::html(script).of_kind("text/javascript; charset=utf-8"));
    origin
        .put("/pay.html", Leaf::html("<!doctype html><html lang=en><title>Plug-in</title><script type=module src=/plug-in.mjs></script>"));
    origin.put("/favicon.ico", Leaf::html(""));
}

fn opened(page: &Page, at: &str) {
    // What a page asks first is unpaid, and a console says so.
    page.excuse("status of 402");
    page.goto(&format!("{at}/pay.html"));
    page.until(|| page.scene("the plug-in to be there"), || (page.eval("document.title") == "ready").then_some(()));
}

fn sum(closed: &Value, name: &str) -> u64 {
    closed.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().parse::<u64>().unwrap()).sum()
}

fn sessions(said: &Value) -> std::collections::BTreeSet<&str> {
    said["pages"].as_array().unwrap().iter().map(|page| page["receipt"]["reference"].as_str().unwrap()).collect()
}

#[test]
fn the_npm_plug_ins_pay_in_a_browser() {
    CLIENTS.iter().for_each(|(suite, _)| evidence::begin(suite));
    let beside = Origin::start();
    let www = beside.url("www.news.localhost");
    let shop = Shop::open_site_with(&format!("page_origins = [\"{www}\"]\n"));
    shop.reprice(NOTE, CALL);
    let script = bundle(&shop);
    put_page(&shop.origin, &script);
    put_page(&beside, &script);
    let payer = Payer::with("alice", &shop.server, 1_000_000);
    let reader = Browser::shared().context();
    let page = reader.page();
    let asks =
        |what: &str, path: &str, rest: &str| page.eval(&format!("pays.{what}('{}{path}', '{}', {rest})", shop.site, payer.seed_hex()));

    opened(&page, &shop.site);
    let story = asks("mppx", "/a/story", "'0.06 EUR'");
    assert_eq!((&story["status"], &story["receipt"]["amount"]), (&200.into(), &"50000".into()), "{story}");
    assert!(story["body"].as_str().unwrap().contains(BEHIND));
    let second = asks("x402", "/a/second", "'0.06 EUR'");
    assert_eq!((&second["settled"]["success"], &second["settled"]["amount"]), (&true.into(), &"50000".into()), "{second}");
    let third = asks("fetch", "/a/third", "'0.10 EUR', 2, { each: '0.06 EUR' }");
    assert_eq!(
        (&third["pages"][0]["receipt"]["amount"], &third["pages"][1]["receipt"]["amount"]),
        (&"50000".into(), &"0".into()),
        "{third}"
    );
    assert_eq!(payer.available(), 850_000);

    let calls = asks("session", "/c/note", "'0.10 EUR', 4");
    assert_eq!((sessions(&calls).len(), sum(&calls["closed"], "captured")), (1, 8_000), "four at once, by a stock client: {calls}");
    let first = asks("fetch", "/c/note", "'0.10 EUR', 3");
    opened(&page, &shop.site);
    let rest = asks("fetch", "/c/note", "'0.10 EUR', 2, { close: true }");
    assert_eq!(sessions(&first), sessions(&rest), "the page that is opened again goes on with its session");
    assert_eq!((sum(&rest["closed"], "captured"), payer.available()), (10_000, 832_000), "{rest}");

    opened(&page, &www);
    let second = asks("mppx", "/a/second", "'0.06 EUR'");
    assert_eq!(second["receipt"]["amount"], "0", "from another origin of the site, which is owned here: {second}");
    let final_edition = asks("x402", "/f/final", "'0.06 EUR'");
    assert_eq!((&final_edition["settled"]["amount"], payer.available()), (&"30000".into(), 802_000), "{final_edition}");
    let calls = asks("fetch", "/c/note", "'0.10 EUR', 3, { close: true }");
    assert_eq!((sum(&calls["closed"], "captured"), payer.available()), (6_000, 796_000), "{calls}");
    let dear = page.try_eval(&format!("pays.mppx('{}/a/story', '{}', '0.04 EUR')", shop.site, "11".repeat(32)));
    assert!(dear.as_ref().is_err_and(|why| why.contains("above the max")), "{dear:?}");
    CLIENTS.iter().for_each(|(suite, component)| evidence::ran(suite, component, &npm_version(component)));
}
