//! The payer's own calls.

use crate::site::{Fault, Site, get, is_settled, payer};
use client::Error;
use client::calls::{Limit, Window};
use client::site::Mode;
use money::{Amount, Asset, Price};

#[tokio::test]
async fn the_wallet_is_learned_from_the_site_that_is_paid() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    assert!(payer.account().unwrap().is_none());
    get(&payer, site.url("/a")).await.unwrap();
    let account = payer.account().unwrap().unwrap();
    assert_eq!(account.wallet().origin(), format!("http://wallet.localhost:{}", site.port));
    assert_eq!(account.mode(), Mode::Test);
    assert_eq!(account.balances().await.unwrap()[0].available, Amount::from_u32(4_950_000));
    assert_eq!(account.history(20, Some("a b&c")).await.unwrap().rows[0].amount, -50_000);
    assert_eq!(site.asked().last().unwrap().line, "GET /v1/history?limit=20&before=a%20b%26c");
    let asset = Asset::parse("eur-micro").unwrap();
    account.limit(&Limit { on: None, window: Window::Month, currency: asset, most: None }).await.unwrap();
}

#[tokio::test]
async fn taking_back_ends_what_was_owned() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    get(&payer, site.url("/a")).await.unwrap();
    let receipt = payer.state().receipts().unwrap().remove(0);
    let account = payer.account_of_receipt(&receipt).await.unwrap();
    let taken = account.undo(receipt.serial).await.unwrap();
    assert_eq!(taken.returned, Amount::from_u32(50_000));
    assert!(payer.state().receipts().unwrap()[0].taken_back);
    site.sales.lock().unwrap().clear();
    get(&payer, site.url("/a")).await.unwrap();
    let asked = site.asked();
    let first_after_undo = &asked[asked.len() - 2];
    assert_eq!(first_after_undo.authorization, None, "the receipt is not shown any more");
}

#[tokio::test]
async fn money_whose_answer_was_lost_is_not_added_twice() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let five = Price::parse("5 EUR").unwrap();
    site.next_faults([Fault::LostAnswer; 5]);
    let first = payer(&site, folder.path(), 0);
    let lost = first.account_at(&site.url("/")).await.unwrap().top_up(five).await.err().unwrap();
    assert!(matches!(lost, Error::Unknown { .. }), "{lost}");
    let second = payer(&site, folder.path(), 0);
    let done = second.account().unwrap().unwrap().top_up(five).await.unwrap();
    assert_eq!(done.available, Amount::from_u32(5_000_000));
    assert!(is_settled(folder.path()));
    let more = second.account().unwrap().unwrap().top_up(five).await.unwrap();
    assert_eq!(more.available, Amount::from_u32(10_000_000), "an answered command is not taken up again");
}
