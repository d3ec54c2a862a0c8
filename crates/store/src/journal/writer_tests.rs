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
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (journal, _) = FileJournal::open(&path, Options::default()).unwrap();
    let writer = Writer::start(Box::new(journal), Box::new(|error| panic!("{error}"))).unwrap();
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
    for fault in [Fault::Io, Fault::Full(3)] {
        // After the opening a frame takes three operations: write, sync, record of the head.
        for (operation, durable) in [(6, 2), (7, 2)] {
            let disk = SimulatedDisk::default();
            let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), Path::new("/journal"), Options::default()).unwrap();
            disk.fail_at(operation, fault);
            let (fatal, fatals) = channel();
            let (answers, answered) = channel();
            let writer = Writer::start(Box::new(journal), Box::new(move |error| fatal.send(error.to_string()).unwrap())).unwrap();
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
