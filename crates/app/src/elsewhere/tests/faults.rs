//! One of the two is away, or its pages do not come.

use super::stage::{QUIET, Stage};
use money::Span;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_wallet_that_is_away_when_its_code_comes_keeps_the_purchase_for_restore() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    let way = reader.pay(&pay).await;
    stage.b.down(true);
    let silent = reader.get(&way).await;
    assert_eq!(silent.status, 502);
    let restore = format!("{}{}", stage.news(), silent.link("restore=1"));
    stage.b.down(false);
    stage.wait(Span(61));
    let to_wallet = reader.get(&restore).await.location().to_owned();
    let way = reader.get(&to_wallet).await.location().to_owned();
    let back = reader.get(&way).await;
    assert_eq!((back.status.as_u16(), back.location()), (303, QUIET), "{}", back.text);
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 200);
    assert_eq!((stage.b.sales().await, reader.balance().await), (1, 950_000), "charged once");
}

/// Pays for a page that the origin does not give.
async fn pays_for_broken(stage: &Stage, reader: &mut super::stage::Browser<'_>) -> super::stage::Seen {
    let broken = format!("{}/a/broken", stage.news());
    // Its wall cannot be shown, so the quote is that of a page which broke after it was shown.
    let (_, pay) = reader.wall().await;
    let mut quote = stage.quote(&pay);
    quote.item = "/a/broken".to_owned();
    let text = quote.sign(&stage.a.opened.instance.keys.site);
    let way = reader.pay(&format!("{}/pay?q={text}", stage.wallet())).await;
    assert_eq!(reader.get(&way).await.location(), "/a/broken");
    stage.b.down(stage.b.asked.lock().unwrap().iter().any(|path| path == "/stop"));
    reader.get(&broken).await
}

#[tokio::test]
async fn a_page_that_does_not_come_is_paid_back_by_the_wallet() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let failed = pays_for_broken(&stage, &mut reader).await;
    assert!(failed.status == 502 && failed.text.contains("You have your money back."), "{}", failed.text);
    assert_eq!((stage.b.earned("review").await, reader.balance().await), (0, 1_000_000));
}

#[tokio::test]
async fn money_comes_back_also_from_a_wallet_that_is_away_for_a_while() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    stage.b.asked.lock().unwrap().push("/stop".to_owned());
    let failed = pays_for_broken(&stage, &mut reader).await;
    assert!(failed.status == 502 && failed.text.contains("as soon as"), "{}", failed.text);
    stage.give_back().await;
    assert_eq!(reader.get(&format!("{}/a/broken", stage.news())).await.status, 502, "it is sold no more by this purchase");
    for _ in 0..3 {
        stage.wait(Span(700));
        stage.give_back().await;
    }
    assert_eq!(stage.b.earned("review").await, 50_000);
    stage.b.down(false);
    stage.wait(Span(3_600));
    stage.give_back().await;
    assert_eq!((stage.b.earned("review").await, reader.balance().await), (0, 1_000_000));
    stage.wait(Span(90_000));
    stage.give_back().await;
    assert_eq!(reader.balance().await, 1_000_000, "once");
}

#[tokio::test]
async fn an_undo_in_time_comes_back_though_the_wallet_answers_only_later() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let sale = reader.buy().await.field("sale");
    stage.b.down(true);
    stage.wait(Span(301));
    let undone = reader.post(&format!("{}/.well-known/farthing/undo", stage.news()), &[("sale", &sale)]).await;
    assert_eq!(undone.status, 303, "{}", undone.text);
    let (wall, _) = reader.wall().await;
    assert!(wall.text.contains("as soon as"), "{}", wall.text);
    stage.wait(Span(900));
    stage.b.down(false);
    stage.give_back().await;
    stage.wait(Span(900));
    stage.give_back().await;
    assert_eq!(
        (stage.b.earned("review").await, reader.balance().await),
        (0, 1_000_000),
        "the window closed meanwhile; the payee gives it back"
    );
}

#[tokio::test]
async fn who_paid_reads_on_while_the_wallet_is_away() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    reader.buy().await;
    stage.b.down(true);
    stage.wait(Span(90_000));
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 200);
    stage.b.down(false);
    stage.wait(Span(61));
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 200);
}

#[tokio::test]
async fn a_site_that_cannot_be_read_is_not_paid() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    stage.a.down(true);
    let refused = reader.get(&pay).await;
    assert!(refused.status == 403 && refused.text.contains("quote-site-unreachable"), "{}", refused.text);
    stage.a.down(false);
    stage.wait(Span(6));
    assert_eq!(reader.get(&pay).await.status, 200);
}

#[tokio::test]
async fn a_wallet_that_is_away_is_asked_once_for_all_that_it_owes() {
    let stage = Stage::open().await;
    let undo = format!("{}/.well-known/farthing/undo", stage.news());
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = stage.payer().await;
        let sale = reader.buy().await.field("sale");
        readers.push((reader, sale));
    }
    stage.b.down(true);
    for (reader, sale) in &mut readers {
        assert_eq!(reader.post(&undo, &[("sale", sale)]).await.status, 303);
    }
    stage.wait(Span(6));
    let before = stage.b.hung_up.load(Ordering::Relaxed);
    assert_eq!(before, 3);
    stage.give_back().await;
    assert_eq!(stage.b.hung_up.load(Ordering::Relaxed), before + 1);
    stage.b.down(false);
    stage.wait(Span(40));
    stage.give_back().await;
    assert_eq!(stage.b.earned("review").await, 0, "each has its money");
}

#[tokio::test]
async fn restore_leads_to_the_wallet_that_was_used() {
    let stage = Stage::open_with(", \"http://wallet-c.localhost:4999\"").await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    let way = reader.pay(&pay).await;
    let choose = format!("{}/.well-known/farthing/wallet", stage.news());
    assert_eq!(reader.post(&choose, &[("wallet", "http://wallet-c.localhost:4999"), ("page", QUIET)]).await.status, 303);
    stage.b.down(true);
    let silent = reader.get(&way).await;
    assert_eq!(silent.status, 502);
    let restore = reader.get(&format!("{}{}", stage.news(), silent.link("restore=1"))).await;
    assert!(restore.location().starts_with(&stage.wallet()), "{}", restore.location());
    stage.b.down(false);
    stage.wait(Span(6));
    reader.drop_cookie("news.", "__Host-farthing_st");
    let off = reader.get(&way).await;
    assert_eq!(off.status, 400, "{}", off.text);
    assert!(off.link("restore=1").starts_with(&stage.wallet()), "{}", off.text);
}

#[tokio::test]
async fn a_way_back_leads_to_pages_of_the_site_alone() {
    let stage = Stage::open().await;
    let choose = format!("{}/.well-known/farthing/wallet", stage.news());
    for page in ["/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "/a b", "/\u{7f}", "/\\evil.example", "//evil.example"] {
        let chosen = stage.browser().post(&choose, &[("wallet", &stage.wallet()), ("page", page)]).await;
        assert_eq!((chosen.status.as_u16(), chosen.location()), (303, "/"), "{page:?}");
    }
}
