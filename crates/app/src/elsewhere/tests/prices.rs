//! What a site sells for how much, as the wallet's books follow it.

use super::stage::Stage;
use money::Span;

/// Somebody opens the sheet of an article under today's quote; its address.
async fn opened(stage: &Stage) -> String {
    let (_, pay) = stage.browser().wall().await;
    assert_eq!(stage.browser().get(&pay).await.status, 200);
    pay
}

fn article(price: u64) -> Vec<(String, u64)> {
    vec![("article".to_owned(), price)]
}

#[tokio::test]
async fn a_price_that_comes_back_is_the_price_again() {
    let stage = Stage::open().await;
    for (price, units) in [("0.08 EUR", 80_000), ("0.05 EUR", 50_000), ("0.08 EUR", 80_000), ("0.05 EUR", 50_000)] {
        stage.reprice(price).await;
        opened(&stage).await;
        assert_eq!(stage.sold_at_b(), article(units));
    }
    stage.reprice("0.08 EUR").await;
    let mut reader = stage.payer().await;
    assert!(reader.buy().await.text.contains("The secret rest."));
    assert_eq!((stage.b.earned("review").await, reader.balance().await), (80_000, 920_000));
}

#[tokio::test]
async fn an_old_quote_changes_no_price_for_others() {
    let stage = Stage::open().await;
    let (_, never_seen) = stage.browser().wall().await;
    stage.reprice("0.06 EUR").await;
    let seen = opened(&stage).await;
    stage.reprice("0.08 EUR").await;
    opened(&stage).await;
    for _ in 0..2 {
        for old in [&never_seen, &seen] {
            let sheet = stage.browser().get(old).await;
            assert_eq!((sheet.status.as_u16(), stage.sold_at_b()), (200, article(80_000)), "{}", sheet.text);
        }
        stage.wait(Span(700));
    }
    let mut reader = stage.payer().await;
    let sheet = reader.get(&never_seen).await;
    assert!(sheet.text.contains("0.08"), "who comes late is shown today's price: {}", sheet.text);
    let way = reader.press(&sheet).await;
    assert_eq!((stage.b.earned("review").await, stage.sold_at_b()), (80_000, article(80_000)), "{way}");
}

#[tokio::test]
async fn a_newer_quote_of_todays_price_keeps_an_older_one_out() {
    let stage = Stage::open().await;
    opened(&stage).await;
    stage.reprice("0.04 EUR").await;
    let (_, between) = stage.browser().wall().await;
    stage.reprice("0.05 EUR").await;
    opened(&stage).await;
    stage.browser().get(&between).await;
    assert_eq!(stage.sold_at_b(), article(50_000));
}

#[tokio::test]
async fn an_offer_that_another_took_the_pages_of_comes_back() {
    let stage = Stage::open().await;
    let first = opened(&stage).await;
    for (name, units) in [("story", 70_000), ("article", 50_000), ("story", 70_000)] {
        stage.offer(name, if name == "story" { "0.07 EUR" } else { "0.05 EUR" }).await;
        opened(&stage).await;
        assert_eq!(stage.sold_at_b(), vec![(name.to_owned(), units)]);
    }
    let sheet = stage.browser().get(&first).await;
    assert!(sheet.status == 200 && sheet.text.contains("0.07"), "{}", sheet.text);
    assert_eq!(stage.sold_at_b(), vec![("story".to_owned(), 70_000)], "an old quote brings nothing back");
}

#[tokio::test]
async fn a_site_whose_prices_flap_is_not_followed_for_ever() {
    let stage = Stage::open().await;
    let (url, now) = (stage.news(), stage.now());
    opened(&stage).await;
    stage.reprice("0.06 EUR").await;
    opened(&stage).await;
    let fill = move |vault: &mut store::vault::Vault| {
        (0..48_u8).try_for_each(|number| vault.add_terms(&url, (money::OfferId([number; 32]), money::OfferId([0; 32])), now))
    };
    stage.b.opened.instance.vault(fill).await.unwrap();
    stage.reprice("0.05 EUR").await;
    let (_, pay) = stage.browser().wall().await;
    let refused = stage.browser().get(&pay).await;
    assert!(refused.text.contains("quote-site-unreachable"), "{}", refused.text);
    assert_eq!(stage.sold_at_b(), article(60_000));
    stage.wait(Span(86_401));
    opened(&stage).await;
    assert_eq!(stage.sold_at_b(), article(50_000));
}
