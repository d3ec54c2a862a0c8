//! What every journal does, whatever it is kept in: the same functions run on each implementation.
//!
//! A [`Stage`] opens the same journal again and again; each function takes a fresh one. What a backend cannot be made to
//! suffer from outside, its stage answers with `false`, and that part asks nothing of it.
#![allow(clippy::arithmetic_side_effects)] // a test: an overflow fails it

use super::frame::MAX_BODY_BYTES;
use super::{Draft, Head, Journal, Room, Stamp, StoredFrame, Writer};
use crate::{Error, Flaw};
use money::Timestamp;
use std::sync::mpsc::channel;

/// A place for one journal.
pub(super) trait Stage: Sync {
    /// Opens it; nobody else has it open.
    fn open(&self) -> Box<dyn Journal>;

    /// The machine goes down while nobody has it open, and comes back. What was acknowledged was durable.
    fn crash(&self);

    /// Leaves these bytes behind as the beginning of the next frame, as a crash in the middle of a write does.
    fn tear(&self, bytes: &[u8]) -> bool;

    /// The next write fails, or the next sync.
    fn fail(&self, operation: Operation) -> bool;

    /// From now on nothing becomes durable, until [`Stage::let_go`].
    fn hold(&self) -> bool;

    /// Returns when the journal waits for something to become durable.
    fn await_held(&self);

    /// Ends [`Stage::hold`].
    fn let_go(&self);
}

/// Where storage fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Operation {
    Write,
    Sync,
}

/// Runs the whole contract, each part on a fresh stage.
pub(super) fn all<S: Stage>(fresh: impl Fn() -> S) {
    an_empty_journal_stands_at_zero(&fresh());
    frames_come_back_in_order_and_whole(&fresh());
    only_the_next_frame_is_taken(&fresh());
    a_refusal_changes_nothing(&fresh());
    reading_begins_anywhere_and_goes_on(&fresh());
    the_largest_and_the_emptiest_frame(&fresh());
    many_frames_survive_many_openings(&fresh());
    readers_see_only_what_is_durable(&fresh());
    the_writer_keeps_order(&fresh());
    ten_thousand_frames(&fresh());
    what_was_acknowledged_survives_a_crash(&fresh());
    a_torn_write_is_never_shown(&fresh);
    a_failure_stops_the_journal(&fresh);
    slow_storage_shows_nothing_early(&fresh());
}

fn stamp(head: &Head) -> Stamp {
    Stamp { epoch: head.epoch.max(1), sequence: head.sequence + 1, timestamp: Timestamp(head.timestamp.0 + 5), rules: 1 }
}

fn draft(records: &[&[u8]]) -> Draft {
    let mut draft = Draft::new();
    for record in records {
        draft.record(|out| out.extend_from_slice(record));
    }
    draft
}

fn append(journal: &mut dyn Journal, records: &[&[u8]]) -> Head {
    let head = journal.head();
    let mut draft = draft(records);
    let frame = draft.seal(stamp(&head), &head.hash).unwrap();
    let after = journal.append(head.sequence + 1, &frame).unwrap();
    assert_eq!(after, frame.head());
    assert_eq!(after, journal.head());
    after
}

fn read(journal: &dyn Journal, from: u64) -> Vec<StoredFrame> {
    journal.read(from).unwrap().collect::<Result<_, _>>().unwrap()
}

fn an_empty_journal_stands_at_zero(stage: &dyn Stage) {
    for _ in 0..2 {
        let journal = stage.open();
        assert_eq!(journal.head(), Head::default());
        assert_eq!(read(journal.as_ref(), 1), []);
        journal.close().unwrap();
    }
}

fn frames_come_back_in_order_and_whole(stage: &dyn Stage) {
    let mut journal = stage.open();
    let contents: [&[&[u8]]; 3] = [&[b"one", b"", b"three"], &[], &[&[0xFA; 5_000]]];
    let heads: Vec<Head> = contents.iter().map(|records| append(journal.as_mut(), records)).collect();
    journal.close().unwrap();
    let journal = stage.open();
    assert_eq!(journal.head(), heads[2]);
    let frames = read(journal.as_ref(), 1);
    assert_eq!(frames.iter().map(StoredFrame::head).collect::<Vec<_>>(), heads);
    for (frame, records) in frames.iter().zip(contents) {
        assert_eq!(frame.frame().records().collect::<Vec<_>>(), records);
        assert_eq!((frame.frame().header().rules, frame.frame().hash()), (1, frame.head().hash));
    }
}

fn only_the_next_frame_is_taken(stage: &dyn Stage) {
    let mut journal = stage.open();
    append(journal.as_mut(), &[b"1"]);
    let head = append(journal.as_mut(), &[b"2"]);
    let good = stamp(&head);
    let mut refused = |expected: u64, stamp: Stamp, previous: [u8; 32]| {
        let mut draft = draft(&[b"3"]);
        match journal.append(expected, &draft.seal(stamp, &previous).unwrap()) {
            Err(Error::NotNext { flaw, head: 2, .. }) => flaw,
            other => panic!("taken or stopped: {other:?}"),
        }
    };
    for sequence in [1, 2, 4] {
        assert_eq!(refused(sequence, Stamp { sequence, ..good }, head.hash), Flaw::Sequence { expected: 3, found: sequence });
    }
    assert_eq!(refused(4, good, head.hash), Flaw::Sequence { expected: 4, found: 3 });
    assert_eq!(refused(3, good, [7; 32]), Flaw::Previous);
    assert_eq!(refused(3, Stamp { timestamp: head.timestamp, ..good }, head.hash), Flaw::Time);
    assert_eq!(refused(3, Stamp { epoch: 0, ..good }, head.hash), Flaw::Epoch);
}

fn a_refusal_changes_nothing(stage: &dyn Stage) {
    let mut journal = stage.open();
    let head = append(journal.as_mut(), &[b"1"]);
    let mut late = draft(&[b"late"]);
    let late = late.seal(Stamp { sequence: 1, ..stamp(&Head::default()) }, &[0; 32]).unwrap();
    assert!(journal.append(1, &late).is_err());
    assert_eq!(journal.head(), head);
    append(journal.as_mut(), &[b"2"]);
    journal.close().unwrap();
    assert_eq!(read(stage.open().as_ref(), 1).len(), 2);
}

fn reading_begins_anywhere_and_goes_on(stage: &dyn Stage) {
    let mut journal = stage.open();
    let heads: Vec<Head> = (0..700_u32).map(|at| append(journal.as_mut(), &[&at.to_le_bytes()])).collect();
    for from in [1, 2, 255, 256, 257, 512, 699, 700] {
        let expected: Vec<Head> = heads.iter().copied().filter(|head| head.sequence >= from).collect();
        assert_eq!(read(journal.as_ref(), from).iter().map(StoredFrame::head).collect::<Vec<_>>(), expected);
    }
    let mut tail = journal.reader().read(701).unwrap();
    assert!(tail.next().is_none());
    let next = append(journal.as_mut(), &[b"next"]);
    assert_eq!(tail.next().unwrap().unwrap().head(), next);
    assert!(tail.next().is_none());
}

fn the_largest_and_the_emptiest_frame(stage: &dyn Stage) {
    let mut journal = stage.open();
    let largest = vec![3; usize::try_from(MAX_BODY_BYTES).unwrap() - 4];
    append(journal.as_mut(), &[&largest]);
    append(journal.as_mut(), &[]);
    append(journal.as_mut(), &[&largest]);
    journal.close().unwrap();
    let frames = read(stage.open().as_ref(), 1);
    let sizes: Vec<u32> = frames.iter().map(|frame| frame.frame().header().body_bytes).collect();
    assert_eq!(sizes, [MAX_BODY_BYTES, 0, MAX_BODY_BYTES]);
}

fn many_frames_survive_many_openings(stage: &dyn Stage) {
    let mut heads = Vec::new();
    for _ in 0..8 {
        // Not closed: every acknowledged frame is there all the same.
        let mut journal = stage.open();
        assert_eq!(journal.head(), heads.last().copied().unwrap_or_default());
        heads.extend((0..40_u8).map(|at| append(journal.as_mut(), &[&[at; 90]])));
    }
    assert_eq!(read(stage.open().as_ref(), 1).iter().map(StoredFrame::head).collect::<Vec<_>>(), heads);
}

fn readers_see_only_what_is_durable(stage: &dyn Stage) {
    let mut journal = stage.open();
    let reader = journal.reader();
    let (acknowledged, heard) = channel::<Head>();
    let reading = std::thread::spawn(move || {
        let mut frames = reader.read(1).unwrap();
        let mut seen: u64 = 0;
        for head in heard {
            while seen < head.sequence {
                seen = frames.next().expect("what was acknowledged can be read").unwrap().head().sequence;
            }
        }
        seen
    });
    for at in 0..300_u32 {
        let head = append(journal.as_mut(), &[&at.to_le_bytes()]);
        acknowledged.send(head).unwrap();
    }
    drop(acknowledged);
    assert_eq!(reading.join().unwrap(), 300);
}

fn the_writer_keeps_order(stage: &dyn Stage) {
    let writer = Writer::start(stage.open(), Box::new(|error| panic!("{error}")), 0).unwrap();
    let (answers, answered) = channel::<u64>();
    for sequence in 1..=100 {
        let mut draft = writer.draft();
        assert_eq!(draft.count(), 0);
        draft.record(|out| out.extend_from_slice(&[1; 64]));
        let (of_frame, of_read) = (answers.clone(), answers.clone());
        let stamp = Stamp { epoch: 1, sequence, timestamp: Timestamp(sequence), rules: 1 };
        writer.frame(draft, stamp, Box::new(move |head| of_frame.send(head.unwrap().sequence).unwrap())).unwrap();
        writer.after(Box::new(move |head| of_read.send(head.unwrap().sequence).unwrap())).unwrap();
    }
    writer.finish().unwrap();
    drop(answers);
    assert_eq!(answered.iter().collect::<Vec<_>>(), (1..=100).flat_map(|sequence| [sequence; 2]).collect::<Vec<_>>());
    assert_eq!(stage.open().head().sequence, 100);
}

fn ten_thousand_frames(stage: &dyn Stage) {
    let mut journal = stage.open();
    let reader = journal.reader();
    let (begun, ready) = channel();
    let reading = std::thread::spawn(move || {
        // Reads while it is written, and goes on where it found no more.
        let mut frames = reader.read(1).unwrap();
        begun.send(()).unwrap();
        let mut seen = 0;
        while seen < 10_000 {
            match frames.next() {
                Some(frame) => {
                    assert_eq!(frame.unwrap().head().sequence, seen + 1);
                    seen += 1;
                }
                None => std::thread::yield_now(),
            }
        }
    });
    ready.recv().unwrap();
    let heads: Vec<Head> = (0..10_000_u32).map(|at| append(journal.as_mut(), &[&at.to_le_bytes(), &[7; 40]])).collect();
    reading.join().unwrap();
    journal.close().unwrap();
    let journal = stage.open();
    assert_eq!(journal.room(), Room::Enough);
    let read: Vec<Head> = journal.read(1).unwrap().map(|frame| frame.unwrap().head()).collect();
    assert!(read == heads, "every frame comes back");
    for from in [1, 2_500, 9_999, 10_000] {
        let frame = journal.read(from).unwrap().next().unwrap().unwrap();
        assert_eq!((frame.head().sequence, frame.frame().header().count), (from, 2));
    }
}

fn what_was_acknowledged_survives_a_crash(stage: &dyn Stage) {
    let mut heads: Vec<Head> = Vec::new();
    for life in 0..6_u8 {
        let mut journal = stage.open();
        assert_eq!(journal.head(), heads.last().copied().unwrap_or_default());
        heads.extend((0..9_u16).map(|at| append(journal.as_mut(), &[&vec![life; usize::from(at) * 700]])));
        drop(journal);
        stage.crash();
    }
    assert_eq!(read(stage.open().as_ref(), 1).iter().map(StoredFrame::head).collect::<Vec<_>>(), heads);
}

fn a_torn_write_is_never_shown<S: Stage>(fresh: &impl Fn() -> S) {
    let record: &[u8] = &[9; 10_000];
    for part in [1, 8, 87, 88, 4_000, 4_096, 5_000, 10_000] {
        let stage = fresh();
        let mut journal = stage.open();
        append(journal.as_mut(), &[b"1"]);
        let head = append(journal.as_mut(), &[b"2"]);
        drop(journal);
        let mut torn = draft(&[record]);
        let torn = torn.seal(stamp(&head), &head.hash).unwrap();
        if !stage.tear(&torn.frame().bytes()[..part]) {
            return;
        }
        let mut journal = stage.open();
        assert_eq!((journal.head(), read(journal.as_ref(), 1).len()), (head, 2), "torn after {part} bytes");
        let next = append(journal.as_mut(), &[b"3"]);
        drop(journal);
        stage.crash();
        assert_eq!(stage.open().head(), next);
    }
}

fn a_failure_stops_the_journal<S: Stage>(fresh: &impl Fn() -> S) {
    for operation in [Operation::Write, Operation::Sync] {
        let stage = fresh();
        let mut journal = stage.open();
        let head = append(journal.as_mut(), &[b"1"]);
        if !stage.fail(operation) {
            return;
        }
        let mut next = draft(&[b"2"]);
        let next = next.seal(stamp(&head), &head.hash).unwrap();
        let failed = journal.append(2, &next);
        assert!(matches!(failed, Err(Error::Write { .. } | Error::Sync { .. })), "{operation:?}: {failed:?}");
        // The medium is well again, and the journal stays stopped: what it holds is only known after an opening.
        assert!(matches!(journal.append(2, &next), Err(Error::Stopped)));
        assert_eq!((journal.head(), read(journal.as_ref(), 1).len()), (head, 1));
        assert!(matches!(journal.close(), Err(Error::Stopped)));
        stage.crash();
        let mut journal = stage.open();
        assert!(journal.head() == head || journal.head() == next.head());
        append(journal.as_mut(), &[b"on"]);
    }
}

fn slow_storage_shows_nothing_early(stage: &dyn Stage) {
    let mut journal = stage.open();
    let head = append(journal.as_mut(), &[b"1"]);
    let reader = journal.reader();
    if !stage.hold() {
        return;
    }
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || append(journal.as_mut(), &[b"2"]));
        stage.await_held();
        let mut frames = reader.read(1).unwrap();
        assert_eq!(frames.next().unwrap().unwrap().head(), head);
        assert!(frames.next().is_none(), "written, but not yet durable");
        stage.let_go();
        let next = writing.join().unwrap();
        assert_eq!(frames.next().unwrap().unwrap().head(), next);
    });
}
