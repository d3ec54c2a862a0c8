//! Prices in the words of others: Web Monetization, Open Payments, links with fees, schema.org.

use super::people::{HTML, reader};
use super::*;

const ADDRESS: &str = "address = \"https://ilp.bank.example/harbour?a=1&b=2\"";
const SERVERS: &str = "auth_server = \"https://auth.bank.example\"\nresource_server = \"https://bank.example/op\"\nasset_scale = 9";

async fn with(monetization: &str) -> Bed {
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
    let text = Bed::configured(origin.address, ("offers.toml", "bar = \"off\"\n"));
    let table = format!("[payee.harbour.monetization]\n{monetization}\n");
    let text = if monetization.is_empty() { text } else { format!("{text}{table}") };
    Bed::of(&text, (folder, origin), Arc::new(world::now)).await
}

#[tokio::test]
async fn an_address_is_told_where_the_payee_has_one_and_nowhere_else() {
    let told = "<link rel=\"monetization\" href=\"https://ilp.bank.example/harbour?a=1&amp;b=2\">";
    for (monetization, link) in [("", None), (ADDRESS, Some(told))] {
        let bed = with(monetization).await;
        let alice = bed.wallet(1, 1_000_000).await;
        let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await.text();
        let cookies = reader(&bed, "/a/quiet", &alice).await;
        let article = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)])).await;
        assert_eq!(article.status, StatusCode::OK);
        assert_eq!(wall.matches("monetization").count(), usize::from(link.is_some()));
        assert_eq!(
            article.text(),
            link.map_or(origin::ARTICLE.to_owned(), |link| origin::ARTICLE.replace("<head>", &format!("<head>{link}")))
        );
        assert!(link.is_none_or(|link| wall.contains(link)), "{wall}");
        let script = bed.ask(request("GET", "/a/quiet", &[("cookie", &cookies)])).await;
        assert_eq!(script.text(), origin::ARTICLE, "what no person reads is left alone");
        assert_eq!(
            bed.get("/.well-known/farthing/wallet-address").await.refusal(),
            (404, "unknown".to_owned()),
            "no document of ours is faked"
        );
    }
    let bed = with(SERVERS).await;
    let ours = format!("{URL}/.well-known/farthing/wallet-address");
    assert!(bed.ask(request("GET", "/a/quiet", &[HTML])).await.text().contains(&format!("<link rel=\"monetization\" href=\"{ours}\">")));
    let document = bed.get("/.well-known/farthing/wallet-address").await;
    let expected = serde_json::json!({"id": ours, "publicName": "Harbour Review", "assetCode": "EUR", "assetScale": 9, "authServer": "https://auth.bank.example", "resourceServer": "https://bank.example/op"});
    assert_eq!((document.status.as_u16(), document.json(), document.header("access-control-allow-origin")), (200, expected, "*"));
}

#[tokio::test]
async fn every_price_stands_as_a_link_and_in_the_data_of_its_wall() {
    let bed = with("").await;
    let before = bed.get("/.well-known/farthing/offers.html").await.text();
    assert!(
        before.contains("href=\"http://news.localhost:4020/tour\" title=\"tour\" data-price=\"0.1 EUR\"")
            || before.contains("data-price=\"0.10 EUR\""),
        "{before}"
    );
    assert!(before.contains("data-merchantname=\"Harbour Review\" data-duration=\"PT86400S\"") && !before.contains("gift"), "{before}");
    assert!(!before.contains("href=\"http://news.localhost:4020/a/"), "no page of it was met yet");
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await.text();
    let after = bed.get("/.well-known/farthing/offers.html").await.text();
    assert!(
        after.contains("href=\"http://news.localhost:4020/a/quiet\" title=\"article\" data-price=\"0.05 EUR\"")
            && after.contains("data-duration=\"ever\""),
        "{after}"
    );
    let data = wall.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(
        (&data["isAccessibleForFree"], &data["headline"], &data["url"]),
        (&false.into(), &"Quiet harbour".into(), &format!("{URL}/a/quiet").into())
    );
    assert_eq!((&data["offers"]["price"], &data["offers"]["priceCurrency"]), (&"0.05".into(), &"EUR".into()));
    assert!(data["offers"]["seller"]["name"] == "Harbour Review" || data["offers"]["seller"]["name"].as_str().is_some());
}
