//! What shares a frame, and what is turned away when too much waits.

use super::held_disk::{HeldDisk, Sync};
use super::rig::{DEADLINE, Folder, start};
use super::scenario::{buy, command, eur, noon, party, top_up, units};
use crate::engine::{Refused, Settings};
use crate::journal::{FileJournal, Options};
use market::{Body, Consent, Outcome, State};
use std::sync::Arc;
use std::sync::mpsc::channel;

#[test]
fn what_waits_while_a_sync_is_held_shares_few_frames() {
    let (disk, folder) = (HeldDisk::new(), Folder::new());
    let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), &folder.journal(), Options::default()).unwrap();
    let live = start(journal, Settings::default(), noon()).unwrap();
    disk.set(Sync::Hold);
    let (answers, answered) = channel();
    for number in 0..500 {
        live.send(command(noon(), number, top_up("rosa", eur(), 1)), number, &answers);
    }
    disk.await_held();
    assert!(answered.try_recv().is_err());
    disk.set(Sync::Pass);
    live.finish();
    assert_eq!(answered.try_iter().count(), 500);
    // One under way, two with the writer, one that the engine waits to hand over, and all the rest together.
    let counts = folder.counts();
    assert_eq!(counts.iter().sum::<u32>(), 500);
    assert!(counts.len() <= 5, "{counts:?}");
}

#[test]
fn an_idle_engine_adds_no_delay() {
    let folder = Folder::new();
    let live = folder.start();
    for number in 0..20 {
        live.tell(command(noon(), number, top_up("rosa", eur(), 1)));
    }
    live.finish();
    assert_eq!(folder.counts(), [1; 20], "one that comes alone goes alone");
}

#[test]
fn a_full_queue_is_busy_and_nothing_was_done() {
    let folder = Folder::new();
    let live = start(folder.open(), Settings { queue: 3, batch: 100, ..Settings::default() }, noon()).unwrap();
    let gate = live.hold();
    let taken: Vec<_> = (0..3).map(|number| live.ask(command(noon(), number, top_up("rosa", eur(), 1)))).collect();
    let (dropped, drops) = channel::<()>();
    for number in 3..10 {
        let dropped = dropped.clone();
        let reply = Box::new(move |_| dropped.send(()).unwrap());
        assert_eq!(live.engine.submit(command(noon(), number, top_up("rosa", eur(), 1)), reply), Err(Refused::Busy));
        let look = |_: &State, _| -> Box<dyn FnOnce() + Send> { panic!("a refused look is not run") };
        assert_eq!(live.engine.look(Box::new(look)), Err(Refused::Busy));
    }
    drop(dropped);
    assert_eq!(drops.recv_timeout(DEADLINE).ok(), None, "a refused reply is dropped uncalled, and at once");
    drop(gate);
    for answer in taken {
        assert!(matches!(answer.recv_timeout(DEADLINE).unwrap().outcome, Outcome::Applied(_)));
    }
    // What was refused may come again under the same id.
    assert!(matches!(live.tell(command(noon(), 3, top_up("rosa", eur(), 1))).outcome, Outcome::Applied(_)));
    assert_eq!(live.state().available(party("rosa"), eur()), units(4));
    live.finish();
    assert_eq!(folder.counts(), [3, 1]);
}

#[test]
fn those_that_wait_are_counted() {
    let folder = Folder::new();
    let live = start(folder.open(), Settings { queue: 3, batch: 2, ..Settings::default() }, noon()).unwrap();
    let gate = live.hold();
    assert_eq!(live.engine.waiting(), 0, "the look under way does not wait");
    let taken: Vec<_> = (0..2).map(|number| live.ask(command(noon(), number, top_up("rosa", eur(), 1)))).collect();
    let seen = live.see(|_, _| ());
    assert_eq!(live.engine.waiting(), 3);
    assert_eq!(live.engine.submit(command(noon(), 9, top_up("rosa", eur(), 1)), Box::new(drop)), Err(Refused::Busy));
    assert_eq!(live.engine.waiting(), 3, "who was refused does not wait");
    drop(gate);
    taken.into_iter().for_each(|answer| drop(answer.recv_timeout(DEADLINE).unwrap()));
    seen.recv_timeout(DEADLINE).unwrap();
    assert_eq!(live.engine.waiting(), 0);
    let engine = live.engine.clone();
    live.finish();
    let late = command(noon(), 9, top_up("rosa", eur(), 1));
    assert_eq!(engine.submit(late.clone(), Box::new(drop)), Err(Refused::Stopped));
    assert_eq!(engine.submit_at(late, noon(), Box::new(drop)), Err(Refused::Stopped));
    assert_eq!(engine.waiting(), 0);
}

#[test]
fn a_batch_ends_at_its_limit() {
    let folder = Folder::new();
    let live = start(folder.open(), Settings { queue: 100, batch: 3, ..Settings::default() }, noon()).unwrap();
    let gate = live.hold();
    let answers: Vec<_> = (0..7).map(|number| live.ask(command(noon(), number, top_up("rosa", eur(), 1)))).collect();
    drop(gate);
    let places: Vec<(u64, u16)> =
        answers.iter().map(|answer| answer.recv_timeout(DEADLINE).unwrap().place).map(|place| (place.frame, place.record)).collect();
    assert_eq!(places, [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1)], "the held look was a job of the first batch");
    live.finish();
    assert_eq!(folder.counts(), [2, 3, 2]);
}

#[test]
fn settings_out_of_range_are_taken_as_the_nearest() {
    for (queue, batch) in [(0, 0), (1, usize::MAX)] {
        let folder = Folder::new();
        let live = start(folder.open(), Settings { queue, batch, ..Settings::default() }, noon()).unwrap();
        for number in 0..5 {
            live.tell(command(noon(), number, top_up("rosa", eur(), 1)));
        }
        live.finish();
        assert_eq!(folder.counts(), [1; 5]);
    }
}

#[test]
fn a_frame_stays_under_its_limit_of_bytes() {
    const FULL: u32 = 8 << 20;
    let folder = Folder::new();
    let live = folder.begin();
    live.tell(command(noon(), 0, top_up("rosa", eur(), 1_000_000_000)));
    let gate = live.hold();
    let (answers, answered) = channel();
    for number in 1..=4_500 {
        let mut body = buy("rosa", eur(), &format!("{number:0>480}"));
        if let Body::Buy(purchase) = &mut body
            && let Body::Buy(signed) = super::scenario::buy_for("rosa", eur(), "x", 60_000)
        {
            purchase.consent = signed.consent;
            let Consent::Signed(signature) = &mut purchase.consent else { panic!("it is signed") };
            (signature.digest, signature.account, signature.realm) = ("d".repeat(512), "a".repeat(512), "r".repeat(512));
        }
        live.send(command(noon(), number, body), number, &answers);
    }
    drop(gate);
    live.finish();
    drop(answers);
    assert!(answered.iter().all(|(_, answer)| matches!(answer.outcome, Outcome::Applied(_))));
    let sizes: Vec<u32> = folder.frames().skip(7).map(|frame| frame.unwrap().frame().header().body_bytes).collect();
    let [full, rest] = sizes.as_slice() else { panic!("two frames: {sizes:?}") };
    assert!((FULL..FULL + 4_096).contains(full) && *rest < FULL, "{sizes:?}");
}
