//! Refusals as pages, and the operator's page.

use super::{judged, show};
use crate::browser::Browser;
use crate::support::server::Server;
use crate::support::shop::Shop;
use crate::support::steps::{buy, doors, open_wallet, plain_page};

#[test]
fn pages_that_say_no() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 1);
    let port = shop.site.rsplit(':').next().unwrap().to_owned();
    for (address, status, name) in [
        (format!("{}/nowhere", shop.wallet), 404, "wallet-404"),
        (format!("{}/undo", shop.wallet), 405, "wallet-405"),
        (format!("{}/history?before=x", shop.wallet), 400, "wallet-400"),
        (format!("{}/r/nothing", shop.wallet), 404, "receipt-404"),
        (format!("{}/.well-known/farthing/nowhere", shop.site), 404, "site-404"),
        (format!("{}/.well-known/farthing/undo", shop.site), 405, "site-405"),
        (format!("{}/a/%zz", shop.site), 400, "site-400"),
        (format!("http://unknown.localhost:{port}/"), 421, "misdirected-421"),
        (format!("{}/nowhere", shop.server.url("ops")), 404, "ops-404"),
    ] {
        page.goto(&address);
        assert_eq!(page.status(), status, "{}", page.scene(name));
        show(&page, name);
    }
    for (language, name) in [("en", "problem-code"), ("ko", "problem-code-ko"), ("de", "problem-code-de")] {
        page.reads(language);
        page.goto(&format!("{}/problems/payment-required", shop.site));
        assert!(page.body_text().contains("payUrl"), "{}", page.scene(name));
        show(&page, name);
    }
    page.goto(&format!("{}/problems/coin-pending", shop.wallet));
    show(&page, "problem-code-wallet");
    judged(&page);
}

#[test]
fn the_operators_page() {
    let demo = Server::demo();
    let (_, _, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    page.goto(&demo.url("ops"));
    assert!(page.text("h1").contains("All is well"), "{}", page.scene("ops"));
    show(&page, "ops");
    judged(&page);
}
