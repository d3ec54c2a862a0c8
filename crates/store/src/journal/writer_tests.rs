//! The writer thread over real files and over a disk that fails.

use super::disk_simulated::{Fault, SimulatedDisk};
use super::{FileJournal, Head, Journal, Options, Stamp, Writer};
use crate::Error;
use money::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

fn stamp(sequence: u64) -> Stamp {
    Stamp { epoch: 1, sequence, timestamp: Timestamp(sequence), rules: 1 }
}

fn submit(writer: &Writer, sequence: u64, release: super::Release) {
    let mut draft = writer.draft();
    draft.record(|out| out.extend_from_slice(&sequence.to_le_bytes()));
    writer.frame(draft, stamp(sequence), release).unwrap();
}

#[test]
fn answers_leave_in_order_and_only_when_durable() {
    [0, 1].into_iter().for_each(answers_leave_in_order);
}

fn answers_leave_in_order(short: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = FileJournal::open(&path, Options::default()).unwrap();
    let writer = Writer::start(Box::new(journal), Box::new(|error| panic!("{error}")), short).unwrap();
    let (answers, answered) = channel::<(u64, Head, bool)>();
    for sequence in 1..=50 {
        let (of_frame, of_read) = (answers.clone(), answers.clone());
        submit(&writer, sequence, Box::new(move |head| of_frame.send((sequence, *head.as_ref().unwrap(), true)).unwrap()));
        writer.after(Box::new(move |head| of_read.send((sequence, *head.as_ref().unwrap(), false)).unwrap())).unwrap();
    }
    let mut frames = writer.reader().read(1).unwrap();
    for sequence in 1..=50 {
        for of_frame in [true, false] {
            let (asked, head, kind) = answered.recv().unwrap();
            assert_eq!((asked, head.sequence, kind), (sequence, sequence, of_frame));
            if of_frame {
                assert_eq!(frames.next().unwrap().unwrap().head(), head, "what was answered can be read");
            }
        }
    }
    writer.finish().unwrap();
    let (journal, recovery) = FileJournal::open(&path, Options::default()).unwrap();
    assert_eq!(recovery.recorded, Some(journal.head()));
    assert_eq!(journal.head().sequence, 50);
}

#[test]
fn a_failure_is_fatal_once_and_reaches_every_answer() {
    for (fault, short) in [(Fault::Io, 0), (Fault::Full(3), 0), (Fault::Io, 1), (Fault::Full(3), 1)] {
        // After the opening a frame takes three operations: write, sync, record of the head.
        for (operation, durable) in [(6, 2), (7, 2)] {
            let disk = SimulatedDisk::default();
            let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), Path::new("/journal"), Options::default()).unwrap();
            disk.fail_at(operation, fault);
            let (fatal, fatals) = channel();
            let (answers, answered) = channel();
            let writer = Writer::start(Box::new(journal), Box::new(move |error| fatal.send(error.to_string()).unwrap()), short).unwrap();
            for sequence in 1..=6 {
                let (of_frame, of_read) = (answers.clone(), answers.clone());
                submit(&writer, sequence, Box::new(move |head| of_frame.send(head.is_ok()).unwrap()));
                writer.after(Box::new(move |head| of_read.send(head.is_ok()).unwrap())).unwrap();
            }
            assert!(matches!(writer.finish(), Err(Error::Stopped)));
            drop(answers);
            let expected: Vec<bool> = (0..6).flat_map(|at| [at < durable; 2]).collect();
            assert_eq!(answered.iter().collect::<Vec<_>>(), expected);
            assert_eq!(fatals.iter().count(), 1);
        }
    }
}

#[test]
fn a_short_frame_is_durable_when_it_was_handed_in() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, _) = FileJournal::open(&folder.path().join("journal"), Options::default()).unwrap();
    let writer = Writer::start(Box::new(journal), Box::new(|error| panic!("{error}")), 1).unwrap();
    let (answers, answered) = channel();
    for sequence in 1..=3 {
        let answers = answers.clone();
        submit(&writer, sequence, Box::new(move |head| answers.send(head.unwrap().sequence).unwrap()));
        assert_eq!(answered.try_recv(), Ok(sequence), "nothing is under way, so nobody is waited for");
    }
    // A long one, and a short one behind it, which must not overtake.
    let mut draft = writer.draft();
    (0..2_u64).for_each(|number| draft.record(|out| out.extend_from_slice(&number.to_le_bytes())));
    let of_long = answers.clone();
    writer.frame(draft, stamp(4), Box::new(move |head| of_long.send(head.unwrap().sequence).unwrap())).unwrap();
    submit(&writer, 5, Box::new(move |head| answers.send(head.unwrap().sequence).unwrap()));
    writer.finish().unwrap();
    assert_eq!(answered.iter().collect::<Vec<_>>(), [4, 5]);
}

#[test]
fn a_panic_of_an_answer_ends_a_writer_of_short_frames() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = FileJournal::open(&path, Options::default()).unwrap();
    let writer = Writer::start(Box::new(journal), Box::new(|error| panic!("{error}")), 1).unwrap();
    let mut draft = writer.draft();
    draft.record(|out| out.push(1));
    let panics = writer.frame(draft, stamp(1), Box::new(|_| panic!("an asker's bug, part of the test")));
    assert!(matches!(panics, Err(Error::Stopped)));
    let (answers, answered) = channel();
    let after = writer.after(Box::new(move |head| answers.send(head.is_ok()).unwrap()));
    assert!(matches!(after, Err(Error::Stopped)));
    assert!(answered.recv().is_err(), "dropped uncalled");
    assert!(matches!(writer.finish(), Err(Error::Stopped)));
    let (journal, _) = FileJournal::open(&path, Options::default()).unwrap();
    assert_eq!(journal.head().sequence, 1, "it was durable before");
}
