//! `/move`: what is written on both instances is read by them as it stands, and the offers come back as they were.

use super::house::House;
use crate::config::Config;
use crate::instance::Opened;
use crate::payees::moving;
use crate::world;
use market::Offer;
use std::path::Path;
use std::sync::Arc;
use store::vault::Role;

fn standing(opened: &Opened, realm: &str) -> Vec<Offer> {
    let offers = opened.instance.offers();
    let mut here: Vec<Offer> = offers.iter().map(|(_, offer)| offer).filter(|offer| offer.unlock.realm() == realm).cloned().collect();
    here.sort_by(|a, b| a.name.cmp(&b.name));
    here
}

/// A text of a page, as a browser reads it.
fn plain(html: &str) -> String {
    html.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[tokio::test]
async fn a_new_instance_sells_by_the_lines_and_the_file_of_the_page() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    let page = owner.get("/move").await;
    assert!(page.status == 200 && page.says("wallet.localhost:4020"), "{}", page.text);
    let config = &house.opened.instance.config;
    let lines = moving::lines(&house.opened.instance, ("news", &config.site["news"]));
    let text = plain(&page.text);
    assert!(text.contains(&lines.there) && text.contains(&lines.here), "{text}");
    let file = owner.get("/move/offers.toml?site=news.localhost").await;
    assert_eq!((file.status.as_u16(), file.header("content-type")), (200, moving::TOML));
    assert!(file.header("content-disposition").contains("news-offers.toml"), "{}", file.header("content-disposition"));

    // The new instance, with nothing but these.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("news-offers.toml"), &file.text).unwrap();
    let head = |rest: &str| {
        let whole = format!(
            "name = \"New\"\nmode = \"test\"\ncurrency = \"EUR\"\nwallet = {{ host = \"wallet-new.localhost\" }}\n\
             desk = {{ host = \"desk-new.localhost\" }}\n{rest}"
        );
        Config::parse(&whole, Path::new("farthing.toml"), folder.path()).unwrap()
    };
    let there = head(&lines.there);
    assert_eq!(there.site["news"].wallets, ["http://wallet.localhost:4020"]);
    let opened = Opened::open(there, Arc::new(world::now)).await.unwrap();
    assert_eq!(standing(&opened, "news.localhost"), standing(&house.opened, "news.localhost"));
    opened.finish().unwrap();
    // From then on they are made at its desk, if its operator wants that.
    let at_desk = head(&lines.there.replace("[\"news-offers.toml\"]", "[]"));
    let opened = Opened::open(at_desk, Arc::new(world::now)).await.unwrap();
    assert_eq!(standing(&opened, "news.localhost"), standing(&house.opened, "news.localhost"));
    opened.finish().unwrap();

    // The old one.
    let old = head(&format!("[payee.harbour]\nname = \"Harbour\"\n{}", lines.here));
    assert_eq!((old.elsewhere["news"].url.as_str(), old.elsewhere["news"].payee.as_str()), ("http://news.localhost:4020", "harbour"));
    house.close();
}

#[tokio::test]
async fn only_own_sites_are_taken_along_and_only_by_owners() {
    let house = House::open().await;
    let (owner, editor) = (house.member("harbour", Role::Owner).await, house.member("harbour", Role::Editor).await);
    for (path, status) in [
        ("/move/offers.toml", 400),
        ("/move/offers.toml?site=shop.localhost", 404),
        ("/move/offers.toml?site=rival.localhost", 404),
        ("/move/offers.toml?site=nowhere.example", 404),
        ("/move/offers.toml?site=news.localhost", 200),
    ] {
        assert_eq!(owner.get(path).await.status, status, "{path}");
        assert_eq!(editor.get(path).await.status, 403, "{path}");
    }
    assert!(!editor.get("/settings").await.text.contains("/move"));
    assert!(owner.get("/settings").await.text.contains("href=\"/move\""));
    house.close();
}
