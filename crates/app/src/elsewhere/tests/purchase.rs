//! Bought at A from a wallet at B: read, taken back, restored.

use super::stage::{QUIET, Stage};
use money::Span;

#[tokio::test]
async fn an_article_is_bought_read_and_taken_back_between_two_instances() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    assert!(pay.starts_with(&format!("{}/pay?q=", stage.wallet())), "the wall leads to the wallet that the site takes: {pay}");
    let sheet = reader.get(&pay).await;
    assert!(sheet.text.contains("Review at B") && sheet.text.contains(&stage.news()), "{}", sheet.text);
    let way = reader.press(&sheet).await;
    assert!(way.starts_with(&format!("{}/.well-known/farthing/return?code=", stage.news())), "{way}");
    let back = reader.get(&way).await;
    assert_eq!((back.status.as_u16(), back.location()), (303, QUIET), "{}", back.text);
    let page = reader.get(&format!("{}{QUIET}", stage.news())).await;
    assert!(page.status == 200 && page.text.contains("The secret rest."), "{}", page.text);
    assert!(page.text.contains(&format!("{}/r/", stage.wallet())), "the receipt is the wallet's");
    let told = stage.origin.asked(QUIET).pop().unwrap().headers;
    assert!(told["farthing-paid"] == "entitlement" && told.contains_key("farthing-payer"));
    assert_eq!((stage.a.sales().await, stage.b.sales().await), (0, 1), "the money is in B's books alone");
    assert_eq!((stage.b.earned("review").await, reader.balance().await), (50_000, 950_000));

    let receipt = reader.get(&format!("{}/r/{}", stage.wallet(), page.field("sale"))).await;
    assert!(receipt.text.contains(&format!("{}{QUIET}", stage.news())), "it leads to the page where it stands: {}", receipt.text);
    let again = reader.get(&way).await;
    assert_eq!(again.status, 404, "a code is used once");

    let sale = page.field("sale");
    let undone = reader.post(&format!("{}/.well-known/farthing/undo", stage.news()), &[("sale", &sale)]).await;
    assert_eq!((undone.status.as_u16(), undone.location()), (303, QUIET), "{}", undone.text);
    let (wall, _) = reader.wall().await;
    assert!(wall.text.contains("Taken back."), "{}", wall.text);
    assert_eq!((stage.b.earned("review").await, reader.balance().await), (0, 1_000_000));
    let twice = reader.post(&format!("{}/.well-known/farthing/undo", stage.news()), &[("sale", &sale)]).await;
    assert_eq!((twice.status.as_u16(), stage.b.earned("review").await), (303, 0), "a second press gives nothing more");
}

#[tokio::test]
async fn another_browser_restores_what_was_bought_and_is_not_charged() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    assert!(reader.buy().await.text.contains("The secret rest."));
    reader.forget("news.");
    let (wall, _) = reader.wall().await;
    let found = reader.get(&wall.link("restore=1")).await;
    assert_eq!(found.status, 303, "{}", found.text);
    let back = reader.get(found.location()).await;
    assert_eq!((back.status.as_u16(), back.location()), (303, QUIET), "{}", back.text);
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 200);
    assert_eq!((stage.b.sales().await, reader.balance().await), (1, 950_000));
    let mut stranger = stage.payer().await;
    let (wall, _) = stranger.wall().await;
    assert_eq!(stranger.get(&wall.link("restore=1")).await.status, 200, "not found in this wallet");
}

#[tokio::test]
async fn what_is_taken_back_in_the_wallet_is_read_no_more_once_the_window_is_over() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let sale = reader.buy().await.field("sale");
    let home = reader.get(&format!("{}/r/{sale}", stage.wallet())).await;
    let undone = reader.post(&format!("{}/undo", stage.wallet()), &[("csrf", &home.field("csrf")), ("sale", &sale)]).await;
    assert_eq!(undone.status, 200, "{}", undone.text);
    stage.wait(Span(601));
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 402);
}

#[tokio::test]
async fn an_old_quote_is_renewed_by_its_site_and_a_dearer_one_is_pressed_again() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    let sheet = reader.get(&pay).await;
    stage.wait(Span(601));
    let way = reader.press(&sheet).await;
    assert_eq!(reader.get(&way).await.status, 303, "the same price goes on under a new quote");
    assert_eq!((stage.b.sales().await, reader.balance().await), (1, 950_000));

    let mut other = stage.payer().await;
    let (_, pay) = other.wall().await;
    let sheet = other.get(&pay).await;
    stage.reprice("0.06 EUR").await;
    stage.wait(Span(601));
    let (csrf, quote) = (sheet.field("csrf"), sheet.field("q"));
    let refused = other.post(&format!("{}/pay", stage.wallet()), &[("csrf", &csrf), ("q", &quote)]).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("0.05") && refused.text.contains("0.06"), "was and now: {}", refused.text);
    let way = other.press(&refused).await;
    assert_eq!(other.get(&way).await.status, 303);
    assert_eq!(other.balance().await, 940_000);
}

#[tokio::test]
async fn a_reader_chooses_another_wallet_of_those_that_the_site_takes() {
    let stage = Stage::open_with(", \"http://wallet-c.localhost:4999\"").await;
    let mut reader = stage.payer().await;
    let (wall, pay) = reader.wall().await;
    assert!(pay.starts_with(&stage.wallet()) && wall.text.contains("wallet-c.localhost:4999"), "{}", wall.text);
    let choose = format!("{}/.well-known/farthing/wallet", stage.news());
    let stranger = reader.post(&choose, &[("wallet", "https://evil.example"), ("page", QUIET)]).await;
    assert_eq!(stranger.status, 404);
    let chosen = reader.post(&choose, &[("wallet", "http://wallet-c.localhost:4999"), ("page", "//evil.example/")]).await;
    assert_eq!((chosen.status.as_u16(), chosen.location()), (303, "/"), "only pages of the site");
    let (_, pay) = reader.wall().await;
    assert!(pay.starts_with("http://wallet-c.localhost:4999/pay?q="), "{pay}");
}
