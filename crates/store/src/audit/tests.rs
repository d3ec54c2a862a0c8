//! The auditor on journals that no rules would have made: each is found, with place and both figures.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

mod films;
mod meters;
mod promises;
mod sessions;

use super::division::divide;
use super::{AuditError, Auditor, Finding, IndexRows, LiveBooks, Watcher, against_state, links};
use crate::engine::tests::replaying::{altered, told};
use crate::engine::tests::rig::Folder;
use crate::engine::tests::rig::replayed;
use crate::engine::tests::scenario::{command, eur, id, noon, top_up};
use crate::index::{Contents, Follower};
use crate::journal::Journal;
use market::{AccountKey, Body, Class, Effect};
use money::{Amount, Share};
use rusqlite::Connection;
use std::sync::mpsc::channel;

/// Audits a whole journal.
fn audited(folder: &Folder, watchers: &mut [&mut dyn Watcher]) -> Result<Auditor, AuditError> {
    let mut auditor = Auditor::default();
    for frame in folder.frames() {
        auditor.frame(&frame.unwrap(), watchers)?;
    }
    auditor.sums()?;
    Ok(auditor)
}

fn found(result: Result<Auditor, AuditError>) -> Finding {
    match result.map(|auditor| auditor.head()) {
        Err(AuditError::Finding(finding)) => finding,
        other => panic!("{other:?}"),
    }
}

fn said(folder: &Folder) -> String {
    found(audited(folder, &mut [])).to_string()
}

#[test]
fn a_journal_of_the_engine_is_clean_and_comes_to_the_engines_state() {
    let folder = told();
    let auditor = audited(&folder, &mut []).unwrap();
    let state = replayed(folder.frames()).unwrap();
    against_state(&auditor, &state).unwrap();
    assert_eq!((auditor.records(), auditor.sales().len(), auditor.head().sequence), (10, 2, 10));
    let undone = auditor.sales().sale(id(noon(), 2)).unwrap();
    assert_eq!(undone.refunded.map(|place| place.frame), Some(10));
    let legs: Vec<_> = auditor.sales().legs_of(undone).unwrap().into_iter().map(|leg| (leg.to, leg.units)).collect();
    assert_eq!(legs, [("operator".to_owned(), 2_500), ("photographer".to_owned(), 10_000), ("paper".to_owned(), 37_500)]);
}

#[test]
fn what_breaks_a_rule_is_named_with_both_figures() {
    let units = |n: u32| Amount::from_u32(n);
    let rows: [(Folder, &str); 10] = [
        (altered(8, |record| record.applied.posted.legs[1].amount += 1), "frame 8, record 0: its legs in eur-micro sum to 1 instead of 0"),
        (
            altered(8, |record| record.applied.posted.legs[0].account.0 = 77),
            "frame 8, record 0, account 77: a leg names it, but 5 accounts are open",
        ),
        (
            altered(8, |record| record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= 1_000)),
            "frame 8, record 0, account 1: it leaves the funded account at -49000000, its floor is 0",
        ),
        (
            altered(9, |record| {
                let lot = Some(id(noon(), 1));
                let party = record_payer(&record.command.body);
                record.applied.posted.opened.push(AccountKey { party, asset: eur(), class: Class::Funded, lot });
            }),
            "frame 9, record 0: it opens a funded account that is open already",
        ),
        // Sums to zero and breaks no floor: only the split tells.
        (
            altered(8, |record| {
                record.applied.posted.legs[1].amount += 500;
                record.applied.posted.legs[3].amount -= 500;
            }),
            "frame 8, record 0, account 2: the sale moves 3000 there, its price and split give 2500",
        ),
        (
            altered(8, |record| {
                if let Body::Buy(purchase) = &mut record.command.body {
                    purchase.amount = units(40_000);
                }
            }),
            "frame 8, record 0: a sale charges 50000, the payer agreed to 40000",
        ),
        (
            altered(10, |record| {
                record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= 2);
            }),
            "frame 10, record 0, account 1: the refund moves 100000, the capture moved -50000 and gives back 50000",
        ),
        (
            altered(10, |record| record.applied.effect = Effect::Refunded { sale: id(noon(), 2), returned: units(40_000), left: units(0) }),
            "frame 10, record 0: the refund of 50000 that leaves 0 of a sale of 50000 says Refunded { sale: ",
        ),
        (
            altered(10, |record| {
                if let Body::Refund(request) = &mut record.command.body {
                    request.sale = id(noon(), 99);
                }
            }),
            "frame 10, record 0: a refund of a sale that was never made",
        ),
        (
            altered(7, |record| record.applied.effect = Effect::ToppedUp(units(999_999))),
            "frame 7, record 0: a top-up of 1000000 moves 1000000 into the wallet",
        ),
    ];
    for (folder, what) in rows {
        let said = said(&folder);
        assert!(said.starts_with(what), "{said}\nexpected {what}");
    }
}

fn record_payer(body: &Body) -> money::Party {
    let Body::Buy(purchase) = body else { panic!("a purchase") };
    purchase.payer
}

#[test]
fn a_sale_is_taken_back_once() {
    let folder = told();
    let live = folder.start();
    live.tell(command(noon(), 50, top_up("rosa", eur(), 1)));
    live.finish();
    let mut auditor = audited(&folder, &mut []).unwrap();
    let frames: Vec<_> = folder.frames().map(|frame| frame.unwrap()).collect();
    // The refund's frame once more where another is next.
    let refused = auditor.frame(&frames[9], &mut []);
    assert!(matches!(refused, Err(AuditError::Finding(Finding { sequence: 10, .. }))), "a frame that does not continue");
    let record = market::Record::decode(market::Layout::Two, frames[9].frame().records().next().unwrap()).unwrap();
    let place = market::Place { frame: 12, record: 0 };
    let again = auditor.enter(place, noon(), &record).unwrap_err();
    assert_eq!(again.to_string(), "frame 12, record 0: the sale was taken back before, in frame 10 record 0");
}

#[test]
fn a_state_that_differs_is_named() {
    let (folder, other) = (told(), told());
    let live = other.start();
    live.tell(command(noon(), 50, top_up("rosa", eur(), 7)));
    live.finish();
    let auditor = audited(&folder, &mut []).unwrap();
    let state = replayed(other.frames()).unwrap();
    let Err(AuditError::Finding(finding)) = against_state(&auditor, &state) else { panic!("they differ") };
    let what = "frame 7, record 0, account 0: the records sum to -1000000, replaying gives -1000007";
    assert_eq!(finding.to_string(), what);
}

#[test]
fn running_books_are_met_at_the_record_they_stand_at() {
    let folder = told();
    // Looked at between the sales and the refund, while frame 8 was known to be durable.
    let before_refund: Vec<i64> = {
        let mut auditor = Auditor::default();
        folder.frames().take(9).for_each(|frame| auditor.frame(&frame.unwrap(), &mut []).unwrap());
        auditor.accounts().iter().map(|(_, balance)| i64::try_from(balance).unwrap()).collect()
    };
    let mut live = LiveBooks::new(before_refund.clone(), 8);
    let auditor = audited(&folder, &mut [&mut live]).unwrap();
    live.finish(auditor.head(), auditor.accounts()).unwrap();
    // Only after frame 10: too late, the books had moved on.
    let mut late = LiveBooks::new(before_refund.clone(), 10);
    let auditor = audited(&folder, &mut [&mut late]).unwrap();
    assert!(late.finish(auditor.head(), auditor.accounts()).is_err());
    let mut wrong = before_refund;
    wrong[1] += 1;
    let mut wrong = LiveBooks::new(wrong, 8);
    let auditor = audited(&folder, &mut [&mut wrong]).unwrap();
    let Err(AuditError::Finding(finding)) = wrong.finish(auditor.head(), auditor.accounts()) else { panic!("they differ") };
    assert_eq!(finding.to_string(), "frame 10, record 0, account 1: the records sum to 950000, the running process has 900001");
}

#[test]
fn the_index_is_compared_row_by_row() {
    let rows = [
        ("", ""),
        (
            "UPDATE entry SET amount = amount + 1 WHERE place >> 16 = 9 AND standing IN (SELECT number FROM standing WHERE class = 1)",
            "frame 9, record 0, account 1: the index says -49999 and 900000",
        ),
        ("UPDATE record SET kind = 4 WHERE place >> 16 = 8", "frame 8, record 0, account 2: the index says 2500"),
        ("UPDATE record SET item = 'news.example/other' WHERE place >> 16 = 10", "frame 10, record 0, account 2: the index says -2500"),
        (
            "DELETE FROM entry WHERE place >> 16 = 10 AND standing IN (SELECT number FROM standing WHERE class IN (1, 4))",
            "frame 10, record 0, account 1: the index lacks its row",
        ),
        ("UPDATE standing SET balance = balance - 3 WHERE class = 3", "frame 10, record 0: the index says that 2497 stands in eur-micro"),
        ("UPDATE account SET class = 2 WHERE number = 1", "frame 10, record 0, account 1: the index knows another account"),
        ("UPDATE record SET item = 'x' WHERE kind = 2", "frame 8, record 0: the index says Some(\"x\") was sold"),
        ("INSERT INTO sale VALUES (zeroblob(16), 9 << 16, 1)", "frame 10, record 0: the index has 3 sales, the records give 2"),
        ("UPDATE position SET hash = zeroblob(32)", "frame 10, record 0: the index stands on another journal's frame"),
        ("UPDATE position SET sequence = 11", "frame 10, record 0: the index stands at frame 11, the journal ends at 10"),
        (
            "INSERT INTO entry SELECT standing, place + (90 << 16), amount, balance FROM entry WHERE place >> 16 = 7 LIMIT 1",
            "frame 10, record 0: the index has 15 entries, the records give 14",
        ),
    ];
    for (change, what) in rows {
        let folder = told();
        let journal = folder.open();
        let follower = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(|_| ())).unwrap();
        follower.finish().unwrap();
        drop(journal);
        Connection::open(folder.index()).unwrap().execute_batch(change).unwrap();
        let mut index = IndexRows::new(Contents::open(&folder.index()).unwrap().unwrap());
        let result = audited(&folder, &mut [&mut index]).and_then(|auditor| index.finish(auditor.head()).map(|()| auditor));
        if what.is_empty() {
            result.unwrap();
            assert_eq!(index.rows(), 14);
            continue;
        }
        let said = found(result).to_string();
        assert!(said.starts_with(what), "{change}: {said}");
    }
}

#[test]
fn links_name_the_posting_before() {
    let leg =
        |account: u32, amount: i64, previous: u64| [&account.to_le_bytes()[..], &amount.to_le_bytes(), &previous.to_le_bytes()].concat();
    let place = |frame: u64, record: u64| frame << 16 | record;
    let last = |account: u32| if account == 1 { place(7, 3) } else { 0 };
    let check = |bytes: &[Vec<u8>], legs: &[(u32, i64)]| links::check_legs(&bytes.concat(), legs, 9, &last);
    let good = [b"the command".to_vec(), leg(1, -5, place(7, 3)), leg(2, 5, 0)];
    assert_eq!(check(&good, &[(1, -5), (2, 5)]), Ok(()));
    assert_eq!(check(&[leg(1, -5, place(7, 3)), leg(1, 5, place(9, 0))], &[(1, -5), (1, 5)]), Ok(()), "twice in one record");
    let wrong = check(&[leg(1, -5, place(7, 2)), leg(2, 5, 0)], &[(1, -5), (2, 5)]).unwrap_err();
    assert_eq!(wrong, (1, "its leg names frame 7 record 2 as the posting before, which is frame 7 record 3".to_owned()));
    assert_eq!(check(&[leg(1, -5, place(7, 3)), leg(2, 5, 1)], &[(1, -5), (2, 5)]).unwrap_err().0, 2);
    assert!(check(&[leg(1, -5, place(7, 3)), leg(2, 6, 0)], &[(1, -5), (2, 5)]).unwrap_err().1.contains("reads 6 on account 2"));
    assert!(check(&[b"short".to_vec()], &[(1, -5)]).is_err());
}

#[test]
fn dividing_here_and_in_the_books_gives_the_same() {
    let amount = Amount::from_u32;
    let bp = Share::BasisPoints;
    let splits = [
        vec![Share::Rest],
        vec![bp(500), Share::Fixed(amount(10)), Share::Rest],
        vec![bp(3_333), bp(3_333), bp(3_334), Share::Rest],
        vec![bp(5_000), Share::Rest, bp(5_000)],
        vec![bp(1), bp(9_999), Share::Rest],
        vec![bp(7_000), bp(7_000), Share::Rest],
        vec![Share::Rest, Share::Rest],
        vec![bp(2_500)],
        vec![Share::Fixed(amount(900)), Share::Rest],
    ];
    for shares in splits {
        for whole in (0..1_200).chain([999_999_999, 1_000_000_007]) {
            let theirs = money::split(amount(whole), &shares).ok().map(|parts| parts.iter().map(|part| part.units()).collect::<Vec<_>>());
            assert_eq!(divide(u64::from(whole), &shares), theirs, "{whole} by {shares:?}");
        }
    }
}
