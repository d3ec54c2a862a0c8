//! A crash at every operation while snapshots are written beside the writer: the books are those that were answered.

use super::{Said, with_snapshots};
use crate::engine::Settings;
use crate::engine::tests::rig::{replayed, start};
use crate::engine::tests::scenario::{beginning, buy, command, eur, id, noon, top_up, undo};
use crate::journal::disk_simulated::{Down, Fault, SimulatedDisk};
use crate::journal::{FileJournal, Journal, Options};
use market::{Command, State};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

fn open(disk: &SimulatedDisk) -> FileJournal {
    // Small files, so that the history crosses from one to the next.
    let options = Options { file_bytes: 1_200, ..Options::default() };
    FileJournal::open_on(Arc::new(disk.clone()), Path::new("/data/journal"), options).unwrap().0
}

fn settings(disk: &SimulatedDisk) -> (Settings, Receiver<Said>) {
    with_snapshots(&disk.open_shelf(Path::new("/data/snapshots")).unwrap(), 2)
}

fn story() -> Vec<Command> {
    let told = [
        command(noon(), 1, top_up("rosa", eur(), 500_000)),
        command(noon(), 2, buy("rosa", eur(), "a")),
        command(noon(), 4, buy("rosa", eur(), "b")),
        command(noon(), 5, undo("rosa", id(noon(), 2))),
        command(noon(), 6, buy("rosa", eur(), "a")),
    ];
    beginning(noon()).into_iter().chain(told).collect()
}

/// A state from the journal alone is a state from what snapshots there are.
fn start_again(disk: &SimulatedDisk) -> State {
    let (settings, said) = settings(disk);
    let journal = open(disk);
    let whole = replayed(journal.read(1).unwrap()).unwrap();
    let live = start(journal, settings, noon()).unwrap();
    assert!(live.state() == whole, "a snapshot changes nothing");
    live.finish();
    for said in said.try_iter() {
        assert!(matches!(said, Said::Opened(..) | Said::Written(_)), "a crash damages no snapshot: {said:?}");
    }
    whole
}

/// One life with a crash at the operation `at`; false if it did not come to that.
fn crash(at: u64, down: Down) -> bool {
    let disk = SimulatedDisk::default();
    let ((settings, _said), journal) = (settings(&disk), open(&disk));
    disk.fail_at(at, Fault::Crash(usize::try_from(at * 37).unwrap()));
    let live = start(journal, settings, noon()).unwrap();
    let mut answered = 0;
    for command in story() {
        let (reply, answer) = channel();
        let taken = live.engine.submit(command, Box::new(move |answer| reply.send(answer).unwrap()));
        match taken.ok().and_then(|()| answer.recv().ok()) {
            Some(answer) => answered = answer.place.frame,
            None => break,
        }
    }
    let _ = live.running.finish();
    let struck = disk.is_down();
    disk.restart(down);
    assert!(open(&disk).head().sequence >= answered, "at {at}, {down:?}: what was answered is there");
    start_again(&disk);

    // Life goes on.
    let (settings, _said) = self::settings(&disk);
    let live = start(open(&disk), settings, noon()).unwrap();
    for command in story() {
        drop(live.tell(command));
    }
    assert_eq!(live.state().sales().count(), 3);
    live.finish();
    start_again(&disk);
    struck
}

#[test]
fn what_was_answered_survives_a_crash_at_any_operation() {
    let downs = [Down::Killed, Down::Power(1), Down::Power(2), Down::Power(3), Down::Power(4), Down::Power(5)];
    // The two threads share the operations, so how many there are differs from life to life.
    let lives = (0..2).flat_map(|round| (0..120).zip(downs.iter().cycle().skip(round * 3)));
    let struck = lives.filter(|(at, down)| crash(*at, **down)).count();
    assert!(struck > 80, "{struck} operations: a frame takes three");
}
