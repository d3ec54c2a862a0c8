//! Replaying: equal states after every restart, and a refusal of any record that does not do what it says.

use super::moves::{Walk, lives};
use super::rig::Folder;
use super::rig::replayed;
use super::scenario::{buy, command, eur, id, noon, party, top_up, undo, units};
use crate::Error;
use crate::engine::audit;
use crate::journal::{Draft, FileJournal, Journal, Options, Stamp};
use market::{Body, Effect, Layout, RULES_VERSION, Record};
use proptest::prelude::*;
use std::sync::mpsc::channel;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_gives_the_same_state(dice in lives(80), lives in 1..4_usize) {
        let folder = Folder::new();
        folder.begin().finish();
        let mut walk = Walk::new();
        for part in dice.chunks(dice.len().div_ceil(lives).max(1)) {
            let live = folder.start();
            let (answers, answered) = channel();
            for dice in part {
                let command = walk.step(*dice);
                live.hand.set(walk.now);
                live.send(command, 0, &answers);
            }
            let state = live.state();
            live.finish();
            prop_assert_eq!(answered.try_iter().count(), part.len());
            prop_assert!(replayed(folder.frames()).unwrap() == state, "replaying gives what the engine had");
            let found = audit(folder.frames()).unwrap();
            let posted: Vec<i128> = state.books().accounts().iter().map(|account| i128::from(account.posted)).collect();
            prop_assert_eq!(found.balances, posted, "and so does adding up the legs");
            prop_assert!(found.sums.values().all(|sum| *sum == 0));
        }
    }
}

/// A journal of eleven frames: the beginning, a top-up in frame 7, sales in 8 and 9, an undo in 10.
pub fn told() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    for (number, body) in
        (1..).zip([top_up("rosa", eur(), 1_000_000), buy("rosa", eur(), "a"), buy("rosa", eur(), "b"), undo("rosa", id(noon(), 2))])
    {
        live.tell(command(noon(), number, body)).outcome.effect().unwrap();
    }
    live.finish();
    folder
}

/// The journal written anew with other records: checksums and the chain are right again.
pub fn forged(change: impl Fn(u64, &mut Vec<Vec<u8>>), rules: impl Fn(u64) -> u32) -> Folder {
    forged_of(&told(), change, rules)
}

fn forged_of(of: &Folder, change: impl Fn(u64, &mut Vec<Vec<u8>>), rules: impl Fn(u64) -> u32) -> Folder {
    let folder = Folder::new();
    let (mut journal, _) = FileJournal::open(&folder.journal(), Options::default()).unwrap();
    for frame in of.frames() {
        let frame = frame.unwrap();
        let header = *frame.frame().header();
        let mut records: Vec<Vec<u8>> = frame.frame().records().map(<[u8]>::to_vec).collect();
        change(header.sequence, &mut records);
        let mut draft = Draft::new();
        for record in records {
            draft.record(|out| out.extend_from_slice(&record));
        }
        let stamp = Stamp { epoch: header.epoch, sequence: header.sequence, timestamp: header.timestamp, rules: rules(header.sequence) };
        let sealed = draft.seal(stamp, &journal.head().hash).unwrap();
        journal.append(header.sequence, &sealed).unwrap();
    }
    Box::new(journal).close().unwrap();
    folder
}

/// The journal with the record of one frame changed.
pub fn altered(frame: u64, change: impl Fn(&mut Record)) -> Folder {
    altered_of(&told(), frame, change)
}

/// Another journal with the record of one frame changed.
pub fn altered_of(of: &Folder, frame: u64, change: impl Fn(&mut Record)) -> Folder {
    let change = |sequence, records: &mut Vec<Vec<u8>>| {
        for bytes in records.iter_mut().filter(|_| sequence == frame) {
            let mut record = Record::decode(Layout::Two, bytes).unwrap();
            change(&mut record);
            bytes.clear();
            Record::encode(&record.command, &record.applied, Layout::Two, bytes);
        }
    };
    forged_of(of, change, |_| u32::from(RULES_VERSION))
}

fn refusal(folder: &Folder) -> (u64, u16, String) {
    match replayed(folder.frames()).map(drop) {
        Err(Error::Replay { sequence, record, what }) => (sequence, record, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_journal_written_anew_without_a_change_is_the_same() {
    let (same, told) = (altered(0, |_| {}), told());
    assert!(replayed(same.frames()).unwrap() == replayed(told.frames()).unwrap());
}

#[test]
fn an_altered_record_is_refused_by_name() {
    let move_one = |record: &mut Record| {
        record.applied.posted.legs[1].amount += 1;
        record.applied.posted.legs[2].amount -= 1;
    };
    assert_eq!(refusal(&altered(8, move_one)).0, 8);
    let (frame, record, what) = refusal(&altered(9, |record| {
        let Effect::Sold { charged, .. } = &mut record.applied.effect else { panic!("frame 9 is a sale") };
        *charged = units(49_999);
    }));
    assert_eq!((frame, record), (9, 0));
    assert!(what.starts_with("the journal says Sold") && what.contains("replaying gives Applied"), "{what}");
    // Another payer, a smaller top-up, another account: each is noticed where it first shows.
    let other_payer = |record: &mut Record| {
        let Body::Buy(purchase) = &mut record.command.body else { panic!("frame 8 is a sale") };
        purchase.payer = party("otto");
    };
    assert_eq!(refusal(&altered(8, other_payer)).0, 8);
    assert_eq!(refusal(&altered(7, |record| record.applied.posted.opened[1].party = party("otto"))).0, 7);
    assert_eq!(refusal(&altered(10, |record| record.applied.posted.legs.clear())).0, 10);
    let error = replayed(altered(8, move_one).frames()).unwrap_err().to_string();
    assert!(error.starts_with("journal frame 8, record 0: the journal says Sold"), "{error}");
}

#[test]
fn a_smaller_top_up_shows_where_the_money_is_missing() {
    // Consistent in itself: only what was bought with it tells.
    let poorer = altered(7, |record| {
        let Body::TopUp(top_up) = &mut record.command.body else { panic!("frame 7 is the top-up") };
        top_up.amount = units(60_000);
        record.applied.effect = Effect::ToppedUp(units(60_000));
        (record.applied.posted.legs[0].amount, record.applied.posted.legs[1].amount) = (-60_000, 60_000);
    });
    let (frame, _, what) = refusal(&poorer);
    assert_eq!(frame, 9, "the first sale is still covered");
    assert!(what.contains("Insufficient"), "{what}");
}

#[test]
fn a_record_left_out_doubled_or_moved_is_refused() {
    let same_rules = |_| u32::from(RULES_VERSION);
    let left_out = forged(
        |frame, records| {
            if frame == 7 {
                records.clear()
            }
        },
        same_rules,
    );
    assert_eq!(refusal(&left_out).0, 8);
    let doubled = |frame, records: &mut Vec<Vec<u8>>| {
        if frame == 8 {
            records.push(records[0].clone())
        }
    };
    let (frame, record, what) = refusal(&forged(doubled, same_rules));
    assert_eq!((frame, record), (8, 1));
    assert!(what.contains("Replayed"), "{what}");
}

#[test]
fn bytes_that_are_no_record_are_refused() {
    let cut = |frame, records: &mut Vec<Vec<u8>>| {
        if frame == 9 {
            records[0].truncate(60)
        }
    };
    let (frame, record, what) = refusal(&forged(cut, |_| u32::from(RULES_VERSION)));
    assert_eq!((frame, record), (9, 0));
    assert!(what.starts_with("unreadable ") && what.ends_with(" in a journal record"), "{what}");
    let more = |frame, records: &mut Vec<Vec<u8>>| {
        if frame == 9 {
            records[0].push(0)
        }
    };
    assert_eq!(refusal(&forged(more, |_| u32::from(RULES_VERSION))).2, "unreadable end in a journal record");
}

#[test]
fn other_rules_are_refused() {
    let folder = forged(|_, _| {}, |frame| if frame < 10 { u32::from(RULES_VERSION) } else { 99 });
    let (frame, record, what) = refusal(&folder);
    assert_eq!((frame, record), (10, 0));
    assert_eq!(what, format!("made under rules version 99, this program follows {RULES_VERSION}"));
    let refused = super::rig::start(folder.open(), crate::engine::Settings::default(), noon()).map(drop);
    assert!(matches!(refused, Err(Error::Replay { sequence: 10, .. })), "and the engine does not start on it: {refused:?}");
}
