//! A crash at every operation of the disk: what was answered is there after the restart, and not a thing more than was asked.

use super::disk_simulated::{Down, Fault, SimulatedDisk};
use super::rig::replayed;
use super::rig::{Live, start};
use super::scenario::{beginning, buy, command, eur, id, noon, top_up, undo};
use crate::engine::Settings;
use crate::journal::{FileJournal, Journal, Options};
use market::{Command, Outcome, Place, Stamp, State};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

fn open(disk: &SimulatedDisk) -> FileJournal {
    // Small files, so that the history crosses from one to the next.
    let options = Options { file_bytes: 1_200, ..Options::default() };
    FileJournal::open_on(Arc::new(disk.clone()), Path::new("/journal"), options).unwrap().0
}

fn story() -> Vec<Command> {
    let told = [
        command(noon(), 1, top_up("rosa", eur(), 500_000)),
        command(noon(), 2, buy("rosa", eur(), "a")),
        command(noon(), 2, buy("rosa", eur(), "a")),
        command(noon(), 3, buy("otto", eur(), "a")),
        command(noon(), 4, buy("rosa", eur(), "b")),
        command(noon(), 5, undo("rosa", id(noon(), 2))),
        command(noon(), 6, buy("rosa", eur(), "a")),
    ];
    beginning(noon()).into_iter().chain(told).collect()
}

/// Tells the story until the engine ends; the state as the answers tell it, and the command that was under way.
fn live(engine: &Live, story: &[Command]) -> (State, u64, Option<Command>) {
    let (mut state, mut frames) = (State::default(), 0);
    for command in story {
        let (reply, answer) = channel();
        let submitted = engine.engine.submit(command.clone(), Box::new(move |answer| reply.send(answer).unwrap()));
        let Some(answer) = submitted.ok().and_then(|()| answer.recv().ok()) else { return (state, frames, Some(command.clone())) };
        let stamp = Stamp { now: answer.at, place: answer.place };
        assert_eq!(state.apply(command, stamp), answer.outcome, "an answer follows from the answers before it");
        frames += u64::from(matches!(answer.outcome, Outcome::Applied(_)));
    }
    (state, frames, None)
}

/// One life with a crash at the operation `at`; false if it did not come to that.
fn crash(at: u64, down: Down) -> bool {
    let disk = SimulatedDisk::default();
    let journal = open(&disk);
    disk.fail_at(at, Fault::Crash(usize::try_from(at * 37).unwrap()));
    let engine = start(journal, Settings::default(), noon()).unwrap();
    let (mut told, frames, under_way) = live(&engine, &story());
    let ended = engine.running.finish();
    assert_eq!(engine.fatal.iter().count(), usize::from(under_way.is_some()));

    disk.restart(down);
    let journal = open(&disk);
    let head = journal.head();
    let found = replayed(journal.read(1).unwrap()).unwrap();
    if head.sequence == frames + 1 {
        // The frame under way arrived, though nobody was told.
        let stamp = Stamp { now: head.timestamp, place: Place { frame: head.sequence, record: 0 } };
        assert!(matches!(told.apply(&under_way.clone().expect("a frame was under way"), stamp), Outcome::Applied(_)));
    } else {
        assert_eq!(head.sequence, frames);
    }
    assert!(found == told, "at {at}, {down:?}: the books are those that were answered");

    // Life goes on: the whole story told again moves only what is missing.
    let engine = start(journal, Settings::default(), noon()).unwrap();
    for command in story() {
        drop(engine.tell(command));
    }
    assert_eq!(engine.state().sales().count(), 3);
    engine.finish();
    ended.is_err() || under_way.is_some()
}

#[test]
fn what_was_answered_survives_a_crash_at_any_operation() {
    let downs = [Down::Killed, Down::Power(1), Down::Power(2), Down::Power(3), Down::Power(4), Down::Power(5)];
    for down in downs {
        let struck = (0..).take_while(|at| crash(*at, down)).count();
        assert!(struck > 30, "{struck} operations: a frame takes three");
    }
}
