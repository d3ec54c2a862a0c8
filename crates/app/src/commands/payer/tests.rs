//! What the payer's verbs say, to the letter.

use super::get::in_words;
use super::wallet::{balance_line, table};
use super::{change, clock, sum};
use client::calls::{Balance, History};
use client::kept::Access;
use client::site::Mode;
use client::{Address, KeptReceipt, Payment};
use money::{Amount, Asset, Timestamp};
use protocol::Instance;
use protocol::text::parse_serial;

const SERIAL: &str = "agrarya2ct2gks2wak56fs5rpy";

fn eur() -> Asset {
    Asset::parse("eur-micro").unwrap()
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn receipt() -> KeptReceipt {
    KeptReceipt {
        url: Address::parse("https://news.example/a").unwrap(),
        serial: parse_serial(SERIAL).unwrap(),
        amount: Amount::from_u32(50_000),
        currency: eur(),
        recipient: "harbour".to_owned(),
        at: time("2026-11-22T14:22:05Z"),
        access: Access::Ever,
        undo_until: Some(time("2026-11-22T14:32:05Z")),
        instance: Instance([7; 16]),
        wallet: Address::parse("https://wallet.example").unwrap(),
        mode: Mode::Live,
        signed: None,
        taken_back: false,
    }
}

#[test]
fn a_payment_is_told_in_one_line() {
    let now = time("2026-11-22T14:22:06Z");
    let paid = |receipt: KeptReceipt, charged| in_words(&Payment::Paid { receipt, charged: Amount::from_u32(charged) }, now).unwrap();
    assert_eq!(paid(receipt(), 50_000), format!("Paid 0.05 EUR to harbour. Undo: farthing undo {SERIAL} (until 14:32 UTC)"));
    let test = KeptReceipt { mode: Mode::Test, ..receipt() };
    assert_eq!(paid(test, 4_000), format!("Paid 0.004 EUR (TEST money) to harbour. Undo: farthing undo {SERIAL} (until 14:32 UTC)"));
    let firm = KeptReceipt { undo_until: None, ..receipt() };
    assert_eq!(paid(firm, 50_000), format!("Paid 0.05 EUR to harbour. Receipt: {SERIAL}"));
    assert_eq!(paid(receipt(), 0), format!("Already yours: nothing paid. Undo: farthing undo {SERIAL} (until 14:32 UTC)"));
    let later = time("2026-11-22T15:00:00Z");
    assert_eq!(in_words(&Payment::Owned(receipt()), later).unwrap(), "Already yours: nothing paid.");
    assert_eq!(in_words(&Payment::None, now), None);
}

#[test]
fn a_time_of_another_day_has_its_date() {
    assert_eq!(clock(time("2026-11-23T00:02:00Z"), time("2026-11-22T23:52:00Z")), "2026-11-23 00:02 UTC");
    assert_eq!(clock(time("2026-11-22T00:02:00Z"), time("2026-11-22T23:52:00Z")), "00:02 UTC");
}

#[test]
fn money_is_read_as_people_write_it() {
    assert_eq!(sum("5", Some(eur())).unwrap().to_string(), "5.00 EUR");
    assert_eq!(sum("0.004 EUR", None).unwrap().to_string(), "0.004 EUR");
    assert_eq!(sum("5 USD", Some(eur())).unwrap_err().code, 2);
    assert_eq!(sum("5", None).unwrap_err().message, "in which currency? Such as: 5 --currency EUR");
    assert_eq!(sum("-5", Some(eur())).unwrap_err().code, 2);
    assert_eq!(sum("0.0000001", Some(eur())).unwrap_err().code, 2);
    assert_eq!(change(-50_000, eur()), "-0.05 EUR");
    assert_eq!(change(5_000_000, eur()), "+5.00 EUR");
    assert_eq!(change(i64::MIN, eur()), "-9223372036854775808 eur-micro");
}

#[test]
fn balances_and_history_stand_in_columns() {
    let balance: Balance =
        serde_json::from_str(r#"{"currency":"eur-micro","available":"4950000","held":"0","spent_this_month":"50000"}"#).unwrap();
    assert_eq!(balance_line(&balance), "  4.95 EUR to spend, 0.05 EUR spent this month");
    let held = Balance { held: Amount::from_u32(10_000), ..balance };
    assert_eq!(balance_line(&held), "  4.95 EUR to spend, 0.01 EUR held, 0.05 EUR spent this month");
    let page: History = serde_json::from_str(
        r#"{"rows":[
            {"at":"2026-11-22T14:22:05Z","kind":"sale","amount":"-50000","currency":"eur-micro","balance":"4950000",
             "serial":"agrarya2ct2gks2wak56fs5rpy","item":"news.example/a","undo_until":"2026-11-22T14:32:05Z"},
            {"at":"2026-11-22T14:20:00Z","kind":"top-up","amount":"5000000","currency":"eur-micro","balance":"5000000","serial":null,"item":null}],
           "next":"c7"}"#,
    )
    .unwrap();
    assert_eq!(
        table(&page, " (TEST money)"),
        "When (UTC)        What       Amount  Then in it  For\n\
         2026-11-22 14:22  sale    -0.05 EUR    4.95 EUR  news.example/a  agrarya2ct2gks2wak56fs5rpy\n\
         2026-11-22 14:20  top-up  +5.00 EUR    5.00 EUR\n\
         TEST money\n\
         More: farthing wallet history --before c7"
    );
}
