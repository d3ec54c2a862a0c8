//! What the two remember of a purchase, and whose it is.

use super::stage::{QUIET, Stage};
use crate::elsewhere::{FORGOTTEN, giving};
use crate::receipts::Sold;
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};
use protocol::text::parse_serial;
use store::vault::{Bought, BoughtState};

const DAY: u64 = 86_400;

#[tokio::test]
async fn who_reads_now_and_then_reads_after_years() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    reader.buy().await;
    let url = format!("{}{QUIET}", stage.news());
    for _ in 0..6 {
        stage.wait(Span(80 * DAY));
        let before = stage.now().before(FORGOTTEN);
        stage.b.opened.instance.vault(move |vault| vault.expire_elsewhere(before)).await.unwrap();
        assert_eq!(reader.get(&url).await.status, 200);
    }
}

#[tokio::test]
async fn what_the_wallet_forgot_is_restored_and_read_again() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    reader.buy().await;
    stage.wait(Span(601));
    let now = stage.now();
    stage.b.opened.instance.vault(move |vault| vault.expire_elsewhere(now)).await.unwrap();
    let (wall, _) = reader.wall().await;
    let found = reader.get(&wall.link("restore=1")).await;
    assert_eq!(reader.get(found.location()).await.status, 303);
    assert_eq!(reader.get(&format!("{}{QUIET}", stage.news())).await.status, 200);
    assert_eq!((stage.b.sales().await, reader.balance().await), (1, 950_000));
}

#[tokio::test]
async fn two_who_paid_one_quote_each_have_what_they_paid() {
    let stage = Stage::open().await;
    let (mut reader, mut other) = (stage.payer().await, stage.payer().await);
    let (_, pay) = reader.wall().await;
    let way = reader.pay(&pay).await;
    assert_eq!(reader.get(&way).await.location(), QUIET);
    other.pay(&pay).await;
    assert_eq!(stage.b.earned("review").await, 100_000);
    let url = format!("{}{QUIET}", stage.news());
    stage.wait(Span(300));
    let sale = reader.get(&url).await.field("sale");
    let undo = format!("{}/.well-known/farthing/undo", stage.news());
    assert_eq!(reader.post(&undo, &[("sale", &sale)]).await.status, 303);
    assert_eq!((reader.balance().await, other.balance().await), (1_000_000, 950_000), "it is the reader's money that came back");

    let (_, pay) = reader.wall().await;
    let way = reader.pay(&pay).await;
    assert_eq!(reader.get(&way).await.location(), QUIET);
    let mut third = stage.payer().await;
    third.pay(&pay).await;
    stage.wait(Span(90_000));
    assert_eq!(reader.get(&url).await.status, 200, "another payer of the quote takes nothing away");
}

#[tokio::test]
async fn what_the_wallet_does_not_give_back_is_read_on() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let serial = reader.buy().await.field("sale");
    let (instance, sale) = (&stage.a.opened.instance, parse_serial(&serial).unwrap());
    let bought = instance.vault(move |vault| vault.bought_by(("news", None), sale)).await.unwrap().unwrap();
    let given = giving::begin(instance, &bought, "whim", stage.now()).await.unwrap();
    assert!(matches!(given, giving::Given::No(_)), "{given:?}");
    let url = format!("{}{QUIET}", stage.news());
    assert_eq!(reader.get(&url).await.status, 200);
    let undo = format!("{}/.well-known/farthing/undo", stage.news());
    assert_eq!(reader.post(&undo, &[("sale", &serial)]).await.status, 303, "asked again, for a reason that counts");
    assert_eq!((reader.get(&url).await.status.as_u16(), reader.balance().await), (402, 1_000_000));

    let mut reader = stage.payer().await;
    let serial = reader.buy().await.field("sale");
    let sale = parse_serial(&serial).unwrap();
    let bought = instance.vault(move |vault| vault.bought_by(("news", None), sale)).await.unwrap().unwrap();
    giving::begin(instance, &bought, "whim", stage.now()).await.unwrap();
    let home = reader.get(&format!("{}/r/{serial}", stage.wallet())).await;
    let undone = reader.post(&format!("{}/undo", stage.wallet()), &[("csrf", &home.field("csrf")), ("sale", &serial)]).await;
    assert_eq!(undone.status, 200, "{}", undone.text);
    stage.wait(Span(601));
    assert_eq!(reader.get(&url).await.status, 402, "until its money came back");
}

#[tokio::test]
async fn the_origin_is_told_a_name_of_the_sites_own_making() {
    let stage = Stage::open().await;
    let bought = |payer: &str| Bought {
        wallet: stage.wallet(),
        sale: CommandId([1; 16]),
        site: "news".to_owned(),
        quote: CommandId([2; 16]),
        party: Party([3; 20]),
        item: format!("news.localhost{QUIET}"),
        payer: payer.to_owned(),
        offer: OfferId([4; 32]),
        charged: Amount::from_u32(50_000),
        currency: Asset::fiat("EUR").unwrap(),
        at: Timestamp::from_seconds(100),
        until: None,
        undo_until: Timestamp::from_seconds(700),
        checked: Timestamp::from_seconds(700),
        state: BoughtState::Live,
    };
    let speaker = stage.a.opened.instance.speaker();
    let name = protocol::text::base32(&[3; 20]);
    for payer in ["broken\nline", "somebody-else", ""] {
        assert_eq!(Sold::elsewhere(&bought(payer), "harbour").names(speaker)[0], name.as_str());
    }
}
