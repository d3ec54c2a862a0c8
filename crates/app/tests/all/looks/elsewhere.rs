//! A site of one instance, a wallet of another: two programs, one browser, and the pages that only then are seen.

use super::{judged, show};
use crate::browser::Browser;
use crate::support::server::Server;
use crate::support::shop::{BEHIND, Shop, free_ports};
use crate::support::steps::{BAR_UNDO, TO_WALLET, balance, buy, open_wallet, plain_page};
use std::fs;

#[test]
fn an_article_is_bought_from_a_wallet_of_another_instance() {
    let port = free_ports();
    let wallet = format!("http://purse.localhost:{port}");
    let shop = Shop::open_site_with(&format!("wallets = [\"{wallet}\", \"http://third.localhost:{port}\"]\n"));
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "name = \"Another wallet\"\nmode = \"test\"\nlisten = \"127.0.0.1:{port}\"\nops = \"127.0.0.1:{}\"\n\
         wallet = {{ host = \"purse.localhost\" }}\n[payee.gazette]\nname = \"The Quay Gazette\"\n\
         [elsewhere.quay]\nurl = \"{}\"\npayee = \"gazette\"\n",
        port + 1,
        shop.site
    );
    fs::write(folder.path().join("farthing.toml"), config).unwrap();
    let other = Server::serve(folder);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &wallet, 1);
    let story = format!("{}/a/story", shop.site);
    buy(&page, &story);
    assert!(page.body_text().contains(BEHIND), "{}", page.scene("the story"));
    assert_eq!(balance(&page, &wallet), 950_000);
    page.goto(&story);
    page.follow(BAR_UNDO);
    assert!(page.url() == story && page.body_text().contains("Taken back."), "{}", page.scene("taken back"));
    assert_eq!(balance(&page, &wallet), 1_000_000);

    page.goto(&story);
    page.click("section.card details summary");
    show(&page, "wall-of-two-wallets");
    page.follow("section.card details button");
    assert!(page.attribute(TO_WALLET, "href").starts_with("http://third.localhost"), "{}", page.scene("another wallet"));
    drop(other);
    page.excuse("status of 502");
    let code = "AAAAAAAAAAAAAAAAAAAAAA";
    let way = format!("{}/.well-known/farthing/return?code={code}&quote={code}&wallet={wallet}&page=%2Fa%2Fstory", shop.site);
    page.goto(&way);
    assert!(page.status() == 502 && page.body_text().contains("Your wallet does not answer"), "{}", page.scene("silent"));
    show(&page, "wallet-silent");
    judged(&page);
    shop.audit();
}
