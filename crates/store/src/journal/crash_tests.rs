//! Crashes at every operation, failing disks and flipped bits: what was acknowledged is there, or the opening is refused.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::disk_simulated::{Down, Fault, Odds, SimulatedDisk};
use super::footer::FOOTER_BYTES;
use super::frame::MAGIC;
use super::{Draft, FileJournal, Frame, Head, Journal, Options, Stamp, mark};
use crate::Error;
use money::Timestamp;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    PathBuf::from("/data/journal")
}

/// Small files, so that histories cross from one to the next.
fn options() -> Options {
    Options { file_bytes: 12_288, at_least: None }
}

fn open(disk: &SimulatedDisk) -> Result<(FileJournal, super::Recovery), Error> {
    FileJournal::open_on(Arc::new(disk.clone()), &folder(), options())
}

/// The content of the frame `sequence` in the history numbered `life`.
fn draft(sequence: u64, size: usize, life: u64) -> Draft {
    let mut draft = Draft::new();
    draft.record(|out| out.extend((0..size).map(|at| u8::try_from((at * 31 + 7) % 251).unwrap())));
    draft.record(|out| out.extend_from_slice(&(sequence * 1_000 + life).to_le_bytes()));
    draft
}

fn append(journal: &mut dyn Journal, size: usize, life: u64) -> Result<Head, Error> {
    let sequence = journal.head().next_sequence();
    let stamp = Stamp { epoch: life, sequence, timestamp: Timestamp(sequence * 10 + life), rules: 1 };
    let previous = journal.head().hash;
    let mut draft = draft(sequence, size, life);
    let frame = draft.seal(stamp, &previous)?;
    journal.append(sequence, &frame)
}

/// Appends until the first failure; the last acknowledged head and, if a frame may have been under way, its number.
fn live(journal: &mut dyn Journal, sizes: &[usize], life: u64, heads: &mut Vec<Head>) -> Result<(), Error> {
    for size in sizes {
        heads.push(append(journal, *size, life)?);
    }
    Ok(())
}

/// One life with a fault in it, then the machine restarts. Returns whether the fault struck.
fn faulty_life(disk: &SimulatedDisk, sizes: &[usize], life: u64, heads: &mut Vec<Head>) -> bool {
    let outcome = open(disk).and_then(|(mut journal, recovery)| {
        check_recovered(recovery.head, heads);
        let lived = live(&mut journal, sizes, life, heads);
        if lived.is_err() {
            assert!(matches!(append(&mut journal, 5, life), Err(Error::Stopped)), "a failed journal takes nothing more");
        }
        lived.and_then(|()| Box::new(journal).close())
    });
    let refused = matches!(&outcome, Err(Error::Damaged { .. } | Error::Behind { .. } | Error::Format { .. } | Error::NotNext { .. }));
    assert!(!refused, "nothing was damaged: {outcome:?}");
    outcome.is_err()
}

/// What is recovered is what was acknowledged, or one frame more: the one under way.
fn check_recovered(found: Head, heads: &mut Vec<Head>) {
    let last = heads.last().copied().unwrap_or_default();
    if found.sequence == last.sequence + 1 {
        heads.push(found);
    } else {
        assert_eq!(found, last);
    }
}

/// Opens cleanly, checks every frame against the acknowledged heads, goes on, and checks again.
fn check_sound(disk: &SimulatedDisk, heads: &mut Vec<Head>, life: u64) {
    disk.no_fault();
    for _ in 0..2 {
        let (mut journal, recovery) = open(disk).unwrap();
        check_recovered(recovery.head, heads);
        let read: Vec<Head> = journal.read(1).unwrap().map(|frame| frame.unwrap().head()).collect();
        assert_eq!(&read, heads);
        live(&mut journal, &[40, 900, 0], life, heads).unwrap();
        // Its thread must not live on in the restarted machine.
        drop(journal);
        disk.restart(Down::Power(life));
    }
}

fn downs() -> [Down; 6] {
    [Down::Killed, Down::Power(1), Down::Power(2), Down::Power(3), Down::Power(4), Down::Power(5)]
}

#[test]
fn a_fault_at_every_operation_loses_nothing_acknowledged() {
    fault_at_every_operation(&[10, 600, 5_400, 0, 3_000, 90, 700, 15_000], "segment");
}

#[test]
fn nor_does_one_while_files_are_sealed_where_they_lie() {
    fault_at_every_operation(&[7_950, 7_950, 3_900, 7_950, 7_950], "blocks");
}

fn fault_at_every_operation(sizes: &[usize], kind: &str) {
    let quiet = SimulatedDisk::default();
    assert!(!faulty_life(&quiet, sizes, 1, &mut Vec::new()));
    assert!(quiet.files().keys().any(|name| name.extension().is_some_and(|end| end == kind)));
    let operations = quiet.operations();
    assert!(operations >= 50, "{operations}");
    let faults = [
        Fault::Crash(0),
        Fault::Crash(1),
        Fault::Crash(87),
        Fault::Crash(333),
        Fault::Crash(5_000),
        Fault::Io,
        Fault::Full(0),
        Fault::Full(200),
    ];
    for at in 0..operations {
        for fault in faults {
            for down in downs() {
                let disk = SimulatedDisk::default();
                let mut heads = Vec::new();
                disk.fail_at(at, fault);
                // A lack of space beside the writer is no failure.
                let struck = faulty_life(&disk, sizes, 1, &mut heads);
                assert!(struck || matches!(fault, Fault::Full(_)), "operation {at} {fault:?}");
                assert_eq!(disk.is_down(), matches!(fault, Fault::Crash(_)));
                disk.restart(down);
                check_sound(&disk, &mut heads, 2);
            }
        }
    }
}

#[test]
fn a_fault_during_recovery_loses_nothing_either() {
    for first in (0..110).step_by(3) {
        for second in 0..24 {
            for (fault, down) in [(Fault::Crash(100), Down::Power(second)), (Fault::Io, Down::Killed), (Fault::Full(9), Down::Power(7))] {
                let disk = SimulatedDisk::default();
                let mut heads = Vec::new();
                disk.fail_at(first, Fault::Crash(100));
                faulty_life(&disk, &[700, 20, 5_800, 900, 1_000, 2_000, 10], 1, &mut heads);
                disk.restart(Down::Power(first));
                disk.fail_at(second, fault);
                faulty_life(&disk, &[33, 1_900], 2, &mut heads);
                disk.restart(down);
                check_sound(&disk, &mut heads, 3);
            }
        }
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![(0_usize..4_000).prop_map(Fault::Crash), Just(Fault::Io), (0_usize..4_000).prop_map(Fault::Full)]
}

fn down() -> impl Strategy<Value = Down> {
    prop_oneof![Just(Down::Killed), any::<u64>().prop_map(Down::Power)]
}

fn history() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(prop_oneof![0_usize..40, 0_usize..3_000, 0_usize..14_000, 7_000_usize..8_000], 1..12)
}

/// A disk whose journal was closed in order.
fn closed(sizes: &[usize]) -> (SimulatedDisk, Vec<Head>) {
    let disk = SimulatedDisk::default();
    let mut heads = Vec::new();
    assert!(!faulty_life(&disk, sizes, 1, &mut heads));
    (disk, heads)
}

/// The journal's files, each with the places and lengths of its frames, and of its footer.
fn frames_of(disk: &SimulatedDisk) -> Vec<(PathBuf, Vec<(usize, usize)>)> {
    let named = |name: &Path| name.extension().is_some_and(|end| ["open", "segment", "blocks"].iter().any(|kind| end == *kind));
    let files = disk.files().into_iter().filter(|(name, _)| named(name));
    let frames = |name: &Path, bytes: &[u8]| {
        let (mut at, mut found) = (0, Vec::new());
        let sealed = name.extension().is_some_and(|end| end != "open");
        let block = if name.extension().is_some_and(|end| end == "segment") { 1 } else { 4_096 };
        while bytes[at..].starts_with(&MAGIC) {
            let length = Frame::parse(&bytes[at..]).unwrap().bytes().len();
            found.push((at, length));
            at = (at + length).next_multiple_of(block);
        }
        if sealed {
            found.push((at, FOOTER_BYTES));
        }
        found
    };
    files.map(|(name, bytes)| (name.clone(), frames(&name, &bytes))).collect()
}

/// The opening is refused as damage or loss, and not a byte has changed. Damage in a sealed file may be met only by whoever
/// reads it: then reading all and a scrub name it.
fn check_refused(disk: &SimulatedDisk) {
    let before = disk.files();
    match open(disk) {
        Err(Error::Damaged { .. } | Error::Behind { .. } | Error::Format { .. }) => {
            assert!(before == disk.files(), "a refused opening changed something");
        }
        Err(other) => panic!("not refused as damage: {other}"),
        Ok((journal, recovery)) => {
            let met = journal.read(1).unwrap().find_map(Result::err);
            let Some(Error::Damaged { file, .. }) = &met else { panic!("read what is damaged: {met:?}, {recovery:?}") };
            check_scrubbed(disk, file);
        }
    }
}

/// A scrub names the file that a reader found damaged.
fn check_scrubbed(disk: &SimulatedDisk, file: &Path) {
    let scrubbed = disk.scrub(&folder()).unwrap();
    assert!(scrubbed.damage.iter().any(|damage| damage.file == file), "{scrubbed:?} does not name {file:?}");
}

/// Where a misdirected write was met.
#[derive(PartialEq, Debug)]
enum Met {
    Nowhere,
    AtOpening,
    ByItsReader,
}

/// A life in which a write goes to another place of its file. What is read afterwards is the books, or is refused.
fn misdirected(sizes: &[usize], at: u64, sectors: usize) -> Met {
    let disk = SimulatedDisk::default();
    let mut heads = Vec::new();
    let lived = open(&disk).and_then(|(mut journal, _)| {
        disk.fail_at(at, Fault::Misdirected(sectors));
        live(&mut journal, sizes, 1, &mut heads).and_then(|()| Box::new(journal).close())
    });
    disk.restart(Down::Killed);
    let (journal, recovery) = match open(&disk) {
        Ok(opened) => opened,
        Err(Error::Damaged { .. } | Error::Behind { .. }) => return Met::AtOpening,
        Err(error) => panic!("{error} after {lived:?}"),
    };
    check_recovered(recovery.head, &mut heads);
    match journal.read(1).unwrap().map(|frame| frame.map(|frame| frame.head())).collect::<Result<Vec<Head>, Error>>() {
        Ok(read) => {
            assert_eq!(read, heads);
            Met::Nowhere
        }
        Err(Error::Damaged { file, .. }) => {
            check_scrubbed(&disk, &file);
            Met::ByItsReader
        }
        Err(error) => panic!("{error} after {lived:?}"),
    }
}

/// It may hit a frame that lies in the file already, which is then sealed where it lies: whoever reads it meets that, as any
/// damage to a sealed file.
#[test]
fn what_a_misdirected_write_hit_is_met_even_if_it_was_sealed_since() {
    assert_eq!(misdirected(&[3_242, 7_477, 24], 3, 0), Met::ByItsReader);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_lives_and_deaths(lives in prop::collection::vec((history(), 0_u64..150, fault(), down()), 1..5)) {
        let disk = SimulatedDisk::default();
        let mut heads = Vec::new();
        let mut life = 0;
        for (sizes, at, fault, down) in lives {
            life += 1;
            disk.fail_at(at, fault);
            faulty_life(&disk, &sizes, life, &mut heads);
            disk.restart(down);
        }
        check_sound(&disk, &mut heads, life + 1);
    }

    #[test]
    fn a_flipped_bit_is_refused(sizes in history(), [file, frame, at] in any::<[prop::sample::Index; 3]>(), bit in 0_u8..8) {
        let (disk, _) = closed(&sizes);
        let files = frames_of(&disk);
        let (path, frames) = file.get(&files);
        let (begin, length) = frame.get(frames);
        let at = at.index(*length);
        // The hash over a segment is for scrubbing; its own checksum guards it here.
        disk.alter(path, |bytes| bytes[begin + at] ^= 1 << bit);
        check_refused(&disk);
    }

    #[test]
    fn a_shortened_file_is_refused(sizes in history(), file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let (disk, _) = closed(&sizes);
        let files = frames_of(&disk);
        let (path, frames) = file.get(&files);
        let (begin, length) = frames.last().unwrap();
        disk.alter(path, |bytes| bytes.truncate(at.index(begin + length)));
        check_refused(&disk);
    }

    #[test]
    fn a_missing_file_is_refused(sizes in history(), file in any::<prop::sample::Index>()) {
        let (disk, _) = closed(&sizes);
        disk.put(&file.get(&frames_of(&disk)).0, None);
        check_refused(&disk);
    }

    /// Without the record of the head, damage before the last frame is still told from a torn write.
    #[test]
    fn a_flipped_bit_before_the_last_frame_needs_no_record(sizes in history(), [frame, at] in any::<[prop::sample::Index; 2]>(), bit in 0_u8..8) {
        let (disk, _) = closed(&sizes);
        disk.put(&folder().join(mark::NAME), None);
        let files = frames_of(&disk);
        let (path, frames) = files.last().unwrap();
        prop_assume!(frames.len() > 1);
        let (begin, length) = frame.get(&frames[..frames.len() - 1]);
        let at = at.index(*length);
        disk.alter(path, |bytes| bytes[begin + at] ^= 1 << bit);
        check_refused(&disk);
    }

    /// What a misdirected write did is refused, or did no harm; it never passes for the books.
    #[test]
    fn a_misdirected_write_never_passes(sizes in history(), at in 0_u64..150, sectors in any::<usize>()) {
        misdirected(&sizes, at, sectors);
    }

    #[test]
    fn plagued_lives_lose_nothing_acknowledged(seeds in prop::collection::vec((any::<u64>(), history(), down()), 1..6), odds in 1_u16..2_000) {
        let disk = SimulatedDisk::default();
        let mut heads = Vec::new();
        let mut life = 0;
        for (seed, sizes, down) in seeds {
            life += 1;
            disk.plague(seed, Odds { crash: odds, io: odds / 2, full: odds, misdirected: 0 });
            faulty_life(&disk, &sizes, life, &mut heads);
            disk.restart(down);
        }
        check_sound(&disk, &mut heads, life + 1);
    }

    /// The same with a thread beside the writer: whatever order the two take.
    #[test]
    fn a_crash_with_work_beside_the_writer_loses_nothing(sizes in history(), at in 0_u64..150, fault in fault(), down in down()) {
        let disk = SimulatedDisk::default().with_thread();
        let mut heads = Vec::new();
        disk.fail_at(at, fault);
        faulty_life(&disk, &sizes, 1, &mut heads);
        disk.restart(down);
        check_sound(&disk, &mut heads, 2);
    }

    #[test]
    fn a_lost_record_of_the_head_refuses_nothing(sizes in history(), bytes in prop::collection::vec(any::<u8>(), 0..9_000)) {
        let (disk, mut heads) = closed(&sizes);
        disk.alter(&folder().join(mark::NAME), |content| *content = bytes);
        check_sound(&disk, &mut heads, 2);
    }
}

#[test]
fn a_head_known_from_elsewhere_is_a_floor() {
    let (disk, heads) = closed(&[10, 20, 30]);
    let at_least = |at_least| FileJournal::open_on(Arc::new(disk.clone()), Path::new("/data/journal"), Options { at_least, ..options() });
    let last = *heads.last().unwrap();
    assert!(at_least(Some(last)).is_ok());
    assert!(at_least(heads.first().copied()).is_ok());
    let ahead = Head { sequence: last.sequence + 1, ..last };
    assert!(matches!(at_least(Some(ahead)), Err(Error::Behind { recovered: 3, acknowledged: 4, .. })));
    let other = Head { hash: [9; 32], ..last };
    assert!(matches!(at_least(Some(other)), Err(Error::Damaged { sequence: 3, flaw: crate::Flaw::Diverged, .. })));
}
