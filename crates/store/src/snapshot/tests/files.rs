//! The file: every flipped, missing or added byte is found and named, and a crash leaves all of it or nothing.

use crate::engine::tests::moves::{Walk, lives};
use crate::engine::tests::scenario::{beginning, noon};
use crate::journal::Head;
use crate::journal::disk_simulated::{Down, Fault, SimulatedDisk};
use crate::snapshot::Shelf;
use crate::snapshot::write::Unwritten;
use crate::{Error, Flaw, SnapshotFault};
use market::{HashKey, Place, Stamp, State};
use money::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::path::Path;

fn shelf(disk: &SimulatedDisk) -> Shelf {
    disk.open_shelf(Path::new("/data/snapshots")).unwrap()
}

/// A market in which all kinds of things happened.
fn lived() -> State {
    let mut state = State::default();
    let mut walk = Walk::new();
    let dice = lives(200).prop_filter("long", |dice| dice.len() > 150).new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let steps: Vec<_> = dice.into_iter().map(|dice| (walk.step(dice), walk.now)).collect();
    let all = beginning(noon()).into_iter().map(|command| (command, noon())).chain(steps);
    for (frame, (command, now)) in (1..).zip(all) {
        state.apply(&command, Stamp { now, place: Place { frame, record: 0 } });
    }
    state
}

fn head(sequence: u64) -> Head {
    Head { epoch: 3, sequence, timestamp: Timestamp(sequence * 1_000), hash: [9; 32] }
}

fn write(shelf: &Shelf, sequence: u64, state: &State) -> Result<u64, Unwritten> {
    shelf.write(&head(sequence), state, &|| true)
}

fn read(shelf: &Shelf, sequence: u64) -> Result<State, Error> {
    let (header, state) = shelf.read(sequence, HashKey::new([5, 6]))?;
    assert_eq!(header.head, head(sequence));
    Ok(state)
}

#[test]
fn what_was_written_is_read() {
    let (disk, state) = (SimulatedDisk::default(), lived());
    let shelf = shelf(&disk);
    let bytes = write(&shelf, 7, &state).unwrap();
    assert!(read(&shelf, 7).unwrap() == state);
    assert_eq!((shelf.list().unwrap(), shelf.bytes(7).unwrap()), (vec![7], bytes));
    assert!(matches!(shelf.read(8, HashKey::default()), Err(Error::Read { .. })));
    let name = shelf.path(7);
    assert!(name.ends_with("snapshots/00000000000000000007.snapshot"), "{name:?}");
    disk.put(&shelf.path(8), Some(disk.files()[&name].clone()));
    assert!(matches!(read(&shelf, 8), Err(Error::Damaged { sequence: 8, flaw: Flaw::Snapshot(SnapshotFault::Name(7)), .. })));
}

#[test]
fn a_flipped_byte_anywhere_is_found_and_named() {
    let (disk, state) = (SimulatedDisk::default(), lived());
    let shelf = shelf(&disk);
    write(&shelf, 7, &state).unwrap();
    let file = shelf.path(7);
    let whole = disk.files()[&file].clone();
    for at in 0..whole.len() {
        disk.alter(&file, |bytes| bytes[at] ^= 1 << (at % 8));
        match read(&shelf, 7).map(drop) {
            Err(Error::Damaged { file: named, offset, sequence: 7, flaw: Flaw::Snapshot(_) }) => {
                assert_eq!(named, file);
                assert!(offset <= u64::try_from(at).unwrap(), "byte {at}, said {offset}");
            }
            other => panic!("byte {at}: {other:?}"),
        }
        disk.alter(&file, |bytes| bytes.clone_from(&whole));
    }
    for length in 0..whole.len() {
        disk.alter(&file, |bytes| bytes.truncate(length));
        let found = read(&shelf, 7).map(drop);
        assert!(matches!(found, Err(Error::Damaged { flaw: Flaw::Snapshot(SnapshotFault::Short), .. })), "{length}: {found:?}");
        disk.alter(&file, |bytes| bytes.clone_from(&whole));
    }
    disk.alter(&file, |bytes| bytes.push(0));
    assert!(matches!(read(&shelf, 7), Err(Error::Damaged { flaw: Flaw::Snapshot(SnapshotFault::More), .. })));
}

/// Headers and bodies that are whole, but not each other's; and ones of an earlier and of a later format.
#[test]
fn parts_of_two_snapshots_make_none() {
    let (disk, state) = (SimulatedDisk::default(), lived());
    let shelf = shelf(&disk);
    write(&shelf, 7, &state).unwrap();
    write(&shelf, 8, &State::default()).unwrap();
    let (seven, eight) = (disk.files()[&shelf.path(7)].clone(), disk.files()[&shelf.path(8)].clone());
    disk.put(&shelf.path(8), Some([&eight[..80], &seven[80..]].concat()));
    assert!(matches!(read(&shelf, 8), Err(Error::Damaged { flaw: Flaw::Snapshot(SnapshotFault::EndChecksum), .. })));
    // A block left out, with all checksums right.
    let first = 80 + 5 + usize::from(seven[81]) + 4;
    disk.put(&shelf.path(7), Some([&seven[..80], &seven[first..]].concat()));
    assert!(matches!(read(&shelf, 7), Err(Error::Damaged { flaw: Flaw::Snapshot(SnapshotFault::Hash), .. })));
    let known = u8::try_from(market::STATE_LAYOUT).unwrap();
    for format in [known - 1, known + 1] {
        let mut other = seven.clone();
        other[8] = format;
        let crc = crc32c::crc32c(&other[..76]).to_le_bytes();
        other[76..80].copy_from_slice(&crc);
        disk.put(&shelf.path(7), Some(other));
        let found = read(&shelf, 7).map(drop).unwrap_err().to_string();
        assert!(found.ends_with(&format!("offset 0: format {format} is unknown here (this version reads up to {known})")), "{found}");
    }
}

#[test]
fn a_fault_at_every_operation_leaves_a_whole_snapshot_or_none() {
    let (old, new) = (State::default(), lived());
    let faults = [Fault::Crash(0), Fault::Crash(700), Fault::Io, Fault::Full(0), Fault::Full(333)];
    let downs = [Down::Killed, Down::Power(1), Down::Power(2), Down::Power(3), Down::Power(4), Down::Power(5)];
    for (fault, down) in faults.into_iter().flat_map(|fault| downs.map(|down| (fault, down))) {
        let mut at = 0;
        loop {
            let disk = SimulatedDisk::default();
            let first = shelf(&disk);
            for sequence in [4, 5] {
                write(&first, sequence, &old).unwrap();
            }
            disk.fail_at(at, fault);
            let written = write(&first, 7, &new);
            let kept = written.is_ok().then(|| first.keep(7, Some(5)));
            if written.is_err() && !disk.is_down() {
                disk.no_fault();
                assert!(disk.files().keys().all(|name| name.extension().is_none_or(|end| end != "writing")), "nothing is left lying about");
            }
            disk.restart(down);
            let again = shelf(&disk);
            let found = again.list().unwrap();
            assert!(found.contains(&5), "{fault:?} at {at}, {down:?}: {found:?}");
            assert!(written.is_err() || found.contains(&7), "what was written is there");
            for sequence in found {
                assert!(read(&again, sequence).unwrap() == *if sequence == 7 { &new } else { &old });
            }
            assert_eq!(disk.files().len(), again.list().unwrap().len(), "nothing else is left");
            write(&again, 7, &new).unwrap();
            assert!(read(&again, 7).unwrap() == new);
            if matches!(kept, Some(Ok(()))) {
                break;
            }
            at += 1;
        }
        assert!(at >= 6, "{at} operations: create, write, sync, rename, sync, remove");
    }
}

#[test]
fn a_long_snapshot_is_written_in_pieces_and_can_be_abandoned() {
    let (disk, state) = (SimulatedDisk::default(), lived());
    let shelf = shelf(&disk);
    assert!(matches!(shelf.write(&head(3), &state, &|| false), Err(Unwritten::Abandoned)));
    assert_eq!((shelf.list().unwrap(), disk.files().len()), (vec![], 0));
}
