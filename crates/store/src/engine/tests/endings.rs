//! How an engine ends: in order, or with one last word.

use super::held_disk::{HeldDisk, Sync};
use super::rig::{DEADLINE, Folder, last_head, start};
use super::scenario::{command, eur, noon, party, top_up, units};
use crate::Error;
use crate::engine::{Refused, Settings};
use crate::journal::{FileJournal, Options};
use market::State;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::channel;

#[test]
fn finishing_answers_everything_handed_in_before() {
    let (disk, folder) = (HeldDisk::new(), Folder::new());
    let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), &folder.journal(), Options::default()).unwrap();
    let live = start(journal, Settings::default(), noon()).unwrap();
    disk.set(Sync::Hold);
    let (answers, answered) = channel();
    for number in 0..300 {
        live.send(command(noon(), number, top_up("rosa", eur(), 1)), number, &answers);
    }
    let seen = live.see(|state, _| state.available(party("rosa"), eur()));
    let (engine, heads) = (live.engine.clone(), live.heads);
    std::thread::scope(|scope| {
        let finishing = scope.spawn(|| live.running.finish());
        disk.await_held();
        disk.set(Sync::Pass);
        finishing.join().unwrap().unwrap();
    });
    assert_eq!(answered.try_iter().count(), 300);
    assert_eq!(seen.try_recv(), Ok(units(300)));
    assert_eq!(last_head(&heads).unwrap(), crate::journal::Journal::head(&folder.open()), "who follows hears of every frame");

    assert_eq!(engine.submit(command(noon(), 1, top_up("rosa", eur(), 1)), Box::new(drop)), Err(Refused::Stopped));
    assert_eq!(engine.submit_at(command(noon(), 1, top_up("rosa", eur(), 1)), noon(), Box::new(drop)), Err(Refused::Stopped));
    assert_eq!(engine.look(Box::new(|_, _| Box::new(|| {}))), Err(Refused::Stopped));
}

#[test]
fn an_engine_without_handles_ends_by_itself() {
    let folder = Folder::new();
    let live = folder.start();
    let (answers, answered) = channel();
    for number in 0..50 {
        live.send(command(noon(), number, top_up("rosa", eur(), 1)), number, &answers);
    }
    let (heads, fatal) = (live.heads, live.fatal);
    drop((live.engine, live.running, answers));
    assert_eq!(answered.iter().count(), 50);
    let heads: Vec<_> = heads.iter().collect();
    assert_eq!(fatal.iter().count(), 0, "that was no failure");
    assert_eq!(heads.last().copied(), Some(crate::journal::Journal::head(&folder.open())));
}

#[test]
fn nobody_has_to_follow() {
    let folder = Folder::new();
    let live = folder.start();
    drop(live.heads);
    for number in 0..3 {
        let answer = channel();
        live.engine.submit(command(noon(), number, top_up("rosa", eur(), 1)), Box::new(move |it| answer.0.send(it).unwrap())).unwrap();
        answer.1.recv_timeout(DEADLINE).unwrap();
    }
    live.running.finish().unwrap();
}

#[test]
fn a_failed_sync_is_fatal_once_and_lets_no_answer_out() {
    let (disk, folder) = (HeldDisk::new(), Folder::new());
    let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), &folder.journal(), Options::default()).unwrap();
    let live = start(journal, Settings::default(), noon()).unwrap();
    live.tell(command(noon(), 0, top_up("rosa", eur(), 1)));
    disk.set(Sync::Fail);
    let lost = live.ask(command(noon(), 1, top_up("rosa", eur(), 10)));
    let said = live.fatal.recv_timeout(DEADLINE).expect("the failure is said");
    assert!(said.starts_with("cannot make ") && said.ends_with("00000000000000000001.open durable"), "{said}");
    assert!(lost.recv().is_err(), "its reply was dropped uncalled");

    // The disk recovers; the engine does not, and neither repeated, looked at nor done leaves it.
    disk.set(Sync::Pass);
    assert!(live.ask(command(noon(), 0, top_up("rosa", eur(), 1))).recv().is_err());
    assert!(live.see(|state, _| state.available(party("rosa"), eur())).recv().is_err());
    assert!(live.ask(command(noon(), 2, top_up("rosa", eur(), 100))).recv().is_err());
    assert!(matches!(live.running.finish(), Err(Error::Stopped)));
    assert_eq!(live.fatal.iter().count(), 0, "once");

    // What was under way may be found again; what came later was never written.
    let live = folder.start();
    let has = live.state().available(party("rosa"), eur());
    assert!([units(1), units(11)].contains(&has), "{has:?}");
    live.finish();
}

#[test]
fn a_panic_in_a_reply_is_fatal_and_loses_nothing_durable() {
    let folder = Folder::new();
    let live = folder.start();
    live.engine.submit(command(noon(), 0, top_up("rosa", eur(), 5)), Box::new(|_| panic!("an asker's bug, part of the test"))).unwrap();
    let said = live.fatal.recv_timeout(DEADLINE).expect("no process lives on with a dead engine in it");
    assert_eq!(said, Error::Stopped.to_string());
    let (reply, later) = channel();
    // Whether the engine has noticed or not: it is taken and dropped, or refused.
    let taken = live.engine.submit(command(noon(), 1, top_up("rosa", eur(), 5)), Box::new(move |answer| reply.send(answer).unwrap()));
    assert!(matches!(taken, Ok(()) | Err(Refused::Stopped)));
    assert!(matches!(live.running.finish(), Err(Error::Stopped)));
    assert!(later.recv().is_err());
    assert_eq!(live.fatal.iter().count(), 0, "once");

    let live = folder.start();
    assert_eq!(live.state().available(party("rosa"), eur()), units(5), "the command was durable before its reply ran");
    live.finish();
}

#[test]
fn a_panic_in_a_look_is_fatal_and_loses_nothing_answered() {
    let folder = Folder::new();
    let live = folder.start();
    live.tell(command(noon(), 0, top_up("rosa", eur(), 5)));
    let look = |_: &State, _| -> Box<dyn FnOnce() + Send> { panic!("an asker's bug, part of the test") };
    live.engine.look(Box::new(look)).unwrap();
    assert_eq!(live.fatal.recv_timeout(DEADLINE).unwrap(), Error::Stopped.to_string());
    let running = AssertUnwindSafe(live.running);
    assert!(catch_unwind(move || { running }.0.finish()).is_err(), "the bug comes out where the engine is joined");
    assert_eq!(live.fatal.iter().count(), 0, "once");
    assert_eq!(live.engine.look(Box::new(|_, _| Box::new(|| {}))), Err(Refused::Stopped));

    let live = folder.start();
    assert_eq!(live.state().available(party("rosa"), eur()), units(5));
    live.finish();
}
