//! Statements add up or are not made.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use super::*;
use money::Asset;
use store::index::Kind;

fn shares(charged: u32, ann: u32, fee: u32) -> Shares {
    let units = Amount::from_u32;
    let got = |name, amount| Got { name, amount: units(amount) };
    let fee_leg = (fee > 0).then(|| got(Name::Fee("service".to_owned()), fee));
    let payees = [got(Name::Payee("ann".to_owned()), ann), got(Name::Payee("harbour".to_owned()), charged - ann - fee)];
    Shares { payee: "harbour".to_owned(), charged: units(charged), metered: None, legs: fee_leg.into_iter().chain(payees).collect() }
}

fn id(number: u8) -> CommandId {
    CommandId([number; 16])
}

fn given(returned: i64, left: u32) -> store::index::Return {
    let returned = Amount::new(returned.unsigned_abs()).unwrap();
    store::index::Return { id: id(99), returned, left: Amount::from_u32(left), giver: market::Giver::Payee, cause: market::Cause::Unsaid }
}

/// Lines of a wallet that had 10.00, each a kind, an amount and the number of its sale.
fn rows(moves: &[(Kind, i64, u8)]) -> Vec<HistoryRow> {
    let mut balance = 10_000_000;
    let mut row = |(place, (kind, amount, sale)): (u64, &(Kind, i64, u8))| {
        balance += amount;
        HistoryRow {
            place: Place { frame: place, record: 0 },
            at: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
            kind: *kind,
            asset: Asset::fiat("EUR").unwrap(),
            amount: *amount,
            balance,
            sale: (*sale > 0).then(|| id(*sale)),
            item: (*sale > 0).then(|| "news.example/a".to_owned()),
            given: (*kind == Kind::Refund).then(|| given(*amount, 0)),
            captured: None,
        }
    };
    (1..).zip(moves).map(&mut row).collect()
}

fn known() -> BTreeMap<CommandId, Shares> {
    BTreeMap::from([(id(1), shares(50_000, 35_000, 2_500)), (id(2), shares(4_000, 0, 0)), (id(9), shares(80_000, 56_000, 4_000))])
}

#[test]
fn what_was_paid_is_what_payees_kept_and_fees_and_what_came_back() {
    let lines = rows(&[
        (Kind::TopUp, 1_000_000, 0),
        (Kind::Sale, -50_000, 1),
        (Kind::Sale, -4_000, 2),
        (Kind::Refund, 4_000, 2),
        (Kind::Tip, -300, 0),
    ]);
    let division = Division::of(&lines, &known()).unwrap();
    assert_eq!((division.total, division.refunds, division.tips), (54_300, 4_000, 300));
    assert_eq!((division.kept(), division.fee()), (Some(47_500), Some(2_500)));
    assert_eq!((division.payees["ann"], division.payees["harbour"], division.fees["service"]), (35_000, 12_500, 2_500));
    let sum = summed(0, &lines).unwrap();
    assert_eq!((sum.opening, sum.came_in, sum.went_out, sum.closing), (10_000_000, 1_004_000, -54_300, 10_949_700));
}

#[test]
fn what_comes_back_in_parts_is_taken_from_each_share_as_the_books_do() {
    let mut lines = rows(&[(Kind::Sale, -50_000, 1), (Kind::Refund, 3, 1), (Kind::Refund, 19_998, 1)]);
    lines[1].given = Some(given(3, 49_997));
    lines[2].given = Some(given(19_998, 29_999));
    let division = Division::of(&lines, &known()).unwrap();
    assert_eq!((division.total, division.refunds), (50_000, 20_001));
    let back = ledger::reversed(&[2_500, 35_000, 12_500], 20_001);
    assert_eq!(division.fees["service"], 2_500 - i64::try_from(back[0]).unwrap());
    assert_eq!(division.payees["ann"], 35_000 - i64::try_from(back[1]).unwrap());
    assert_eq!(division.payees["harbour"], 12_500 - i64::try_from(back[2]).unwrap());
    lines[2].given = Some(given(19_998, 40_000));
    assert_eq!(Division::of(&lines, &known()), None, "more than was charged");
}

#[test]
fn what_comes_back_of_a_month_before_is_less_than_nothing_kept() {
    let division = Division::of(&rows(&[(Kind::Refund, 80_000, 9), (Kind::Sale, -4_000, 2)]), &known()).unwrap();
    assert_eq!((division.total, division.refunds), (4_000, 80_000));
    assert_eq!((division.payees["ann"], division.payees["harbour"], division.fees["service"]), (-56_000, -16_000, -4_000));
}

#[test]
fn what_the_books_do_not_say_is_not_stated() {
    let sold = rows(&[(Kind::Sale, -50_000, 1)]);
    assert!(Division::of(&sold, &known()).is_some());
    for other in
        [shares(50_001, 35_000, 2_500), Shares { legs: shares(50_000, 35_000, 2_500).legs.split_off(1), ..shares(50_000, 35_000, 2_500) }]
    {
        assert_eq!(Division::of(&sold, &BTreeMap::from([(id(1), other)])), None);
    }
    assert_eq!(Division::of(&sold, &BTreeMap::new()), None, "a sale that the books do not have");
    let mut torn = rows(&[(Kind::Sale, -50_000, 1), (Kind::Sale, -4_000, 2)]);
    assert!(summed(0, &torn).is_some());
    torn.remove(0);
    torn[0].balance += 1;
    assert!(summed(0, &torn).is_some(), "the first line says what stood before it");
    let mut gap = rows(&[(Kind::TopUp, 5, 0), (Kind::Sale, -50_000, 1), (Kind::Sale, -4_000, 2)]);
    gap.remove(1);
    assert_eq!(summed(0, &gap), None, "a line is missing between two");
    assert_eq!(summed(0, &[]), None);
}

#[test]
fn a_month_is_named_and_found_by_its_name() {
    let november = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    assert_eq!((month_name(november.utc_month()), month_of("2026-11")), ("2026-11".to_owned(), Some(november.utc_month())));
    for wrong in ["", "2026", "2026-13", "2026-1", "2026-11-01", "26-11", "2026-11.pdf", "../2026-11"] {
        assert_eq!(month_of(wrong), None, "{wrong}");
    }
}
