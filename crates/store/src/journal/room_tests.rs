//! Room: a disk without space for the next file is noticed while the current one still takes frames.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::disk_simulated::{Down, Fault, SimulatedDisk};
use super::stage::{BLOCK, append, at, sequences};
use super::{FileJournal, Journal, Options, Room, Shortage, Stamp};
use crate::Error;
use money::Timestamp;
use std::path::Path;

const OPTIONS: Options = Options { file_bytes: 4 * BLOCK, at_least: None };
const SHORT: Room = Room::Short { reason: Shortage::Disk };

fn open(disk: &SimulatedDisk) -> FileJournal {
    disk.open_journal(Path::new("/journal"), OPTIONS).unwrap().0
}

#[test]
fn a_file_in_reserve_is_room_enough() {
    let disk = SimulatedDisk::default();
    let mut journal = open(&disk);
    let room = journal.room_handle();
    let reserve = |disk: &SimulatedDisk| disk.files()[Path::new("/journal/reserve")].len();
    assert_eq!((room.room(), reserve(&disk)), (Room::Enough, at(4 * BLOCK)));
    // Not a byte more: the reserve is what the next file is made of.
    disk.limit_space(Some(disk.used()));
    (0..4).for_each(|_| append(&mut journal));
    assert_eq!(room.room(), Room::Enough);
    append(&mut journal);
    assert_eq!(room.room(), SHORT, "the reserve is in use and there is no other");
    (0..3).for_each(|_| append(&mut journal));
    assert_eq!((journal.head().sequence, room.room(), room.clone().room()), (8, SHORT, SHORT));
    // Space returns: nobody has to write for that to be noticed.
    disk.limit_space(None);
    assert_eq!((room.room(), reserve(&disk)), (Room::Enough, at(4 * BLOCK)));
    (0..9).for_each(|_| append(&mut journal));
    assert_eq!(sequences(&journal, 1), (1..=17).collect::<Vec<_>>());
}

#[test]
fn without_any_room_the_journal_stops_as_at_any_failed_write() {
    let disk = SimulatedDisk::default();
    let mut journal = open(&disk);
    disk.limit_space(Some(disk.used()));
    (0..8).for_each(|_| append(&mut journal));
    let head = journal.head();
    let mut draft = super::Draft::new();
    let frame = draft.seal(Stamp { epoch: 1, sequence: 9, timestamp: Timestamp(9), rules: 1 }, &head.hash).unwrap();
    assert!(matches!(journal.append(9, &frame), Err(Error::Write { .. })));
    assert!(matches!(journal.append(9, &frame), Err(Error::Stopped)));
    drop(journal);
    disk.restart(Down::Power(3));
    // It opens all the same, on the same full disk, and says so.
    let journal = open(&disk);
    assert_eq!((journal.head(), journal.room()), (head, SHORT));
    assert_eq!(sequences(&journal, 1), (1..=8).collect::<Vec<_>>());
    drop(journal);
    disk.limit_space(None);
    let mut journal = open(&disk);
    append(&mut journal);
    assert_eq!((journal.head().sequence, journal.room()), (9, Room::Enough));
}

#[test]
fn a_new_journal_on_a_full_disk_opens_and_takes_nothing() {
    let disk = SimulatedDisk::default();
    disk.limit_space(Some(2 * at(BLOCK)));
    let mut journal = open(&disk);
    assert_eq!((journal.room(), sequences(&journal, 1)), (SHORT, vec![]));
    let mut frames = journal.read(1).unwrap();
    assert!(frames.next().is_none());
    disk.limit_space(None);
    append(&mut journal);
    assert_eq!((journal.room(), frames.next().unwrap().unwrap().head()), (Room::Enough, journal.head()));
}

#[test]
fn sealing_that_lacks_space_waits_and_loses_nothing() {
    let disk = SimulatedDisk::default();
    let mut journal = open(&disk);
    (0..4).for_each(|_| append(&mut journal));
    // Space for the next reserve, and too little for the segment.
    disk.limit_space(Some(disk.used() + 4 * at(BLOCK) + 100));
    append(&mut journal);
    let open_file = Path::new("/journal/00000000000000000001.open");
    assert!(disk.files().contains_key(open_file));
    assert_eq!((journal.room(), sequences(&journal, 1).len()), (Room::Enough, 5));
    disk.limit_space(None);
    (0..4).for_each(|_| append(&mut journal));
    assert!(!disk.files().contains_key(open_file));
    assert_eq!(sequences(&journal, 1).len(), 9);
}

#[test]
fn other_failures_beside_the_writer_stop_it() {
    // From the fifth frame on: rename, folder, write, sync, head, then create, allocate, write and sync of the reserve.
    for operation in 5..9 {
        let disk = SimulatedDisk::default();
        let mut journal = open(&disk);
        (0..4).for_each(|_| append(&mut journal));
        disk.fail_at(operation, Fault::Io);
        append(&mut journal);
        let head = journal.head();
        let mut draft = super::Draft::new();
        let frame = draft.seal(Stamp { epoch: 1, sequence: 6, timestamp: Timestamp(6), rules: 1 }, &head.hash).unwrap();
        let failed = journal.append(6, &frame);
        assert!(matches!(failed, Err(Error::Write { .. } | Error::Sync { .. })), "{operation}: {failed:?}");
        assert!(matches!(journal.append(6, &frame), Err(Error::Stopped)));
        drop(journal);
        disk.restart(Down::Killed);
        assert_eq!(open(&disk).head(), head);
    }
}

#[test]
fn the_machines_disk_tells_what_it_lacks() {
    let errors = [(rustix::io::Errno::NOSPC, Some(Shortage::Disk)), (rustix::io::Errno::DQUOT, Some(Shortage::Quota))];
    let more = [(rustix::io::Errno::FBIG, Some(Shortage::FileSize)), (rustix::io::Errno::IO, None)];
    for (errno, expected) in errors.into_iter().chain(more) {
        assert_eq!(Shortage::of(&errno.into()), expected);
    }
    for shortage in [Shortage::Disk, Shortage::Quota, Shortage::FileSize] {
        assert_eq!(Room::of_number(shortage.number()), Room::Short { reason: shortage });
    }
}

#[test]
fn a_lack_of_space_at_any_step_of_sealing_costs_no_frame() {
    // From the fifth frame on: five operations for it, four for the reserve, then the sealing.
    for operation in 9..16 {
        for (luck, second) in (0..24).map(|at| (at, at / 2)) {
            let disk = SimulatedDisk::default();
            let mut journal = open(&disk);
            (0..4).for_each(|_| append(&mut journal));
            disk.fail_at(operation, Fault::Full(50));
            append(&mut journal);
            if luck % 3 > 0 {
                (0..4).for_each(|_| append(&mut journal));
            }
            let head = journal.head();
            drop(journal);
            disk.restart(Down::Killed);
            // And the power fails while the next opening tidies up.
            disk.fail_at(second, Fault::Crash(0));
            drop(disk.open_journal(Path::new("/journal"), OPTIONS));
            disk.restart(Down::Power(luck));
            let journal = open(&disk);
            assert_eq!((operation, journal.head()), (operation, head));
            assert_eq!(sequences(&journal, 1), (1..=head.sequence).collect::<Vec<_>>());
        }
    }
}
