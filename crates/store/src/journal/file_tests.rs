//! Openings one by one: which tails are cut, which files are refused and with what words.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::frame::FrameError;
use super::names::Kind;
use super::stage::{BLOCK, FRAME, Stage, append, at, flip, sequences, wipe};
use super::{Draft, FileJournal, Journal, Options, Recovery, Stamp};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use money::Timestamp;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_journal_is_empty_and_for_its_owner_only() {
    let stage = Stage::empty();
    let (journal, recovery) = stage.open().unwrap();
    assert_eq!(recovery, Recovery { head: super::Head::default(), recorded: None, cut: None, files: 1 });
    assert_eq!(journal.read(1).unwrap().count(), 0);
    assert_eq!((mode(&stage.journal()), mode(&stage.file(1, Kind::Open)), mode(&stage.journal().join("head"))), (0o700, 0o600, 0o600));
}

#[test]
fn files_follow_one_another_and_reading_crosses_them() {
    let stage = Stage::new(10);
    let names = ["00000000000000000001.segment", "00000000000000000005.segment", "00000000000000000009.open", "head"];
    assert_eq!(stage.names(), names);
    let (journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.files, recovery.head.sequence, recovery.head.timestamp), (3, 10, Timestamp(10)));
    assert_eq!(recovery.recorded, Some(recovery.head));
    for from in 1..=11 {
        assert_eq!(sequences(&journal, from), (from..=10).collect::<Vec<_>>());
    }
}

#[test]
fn the_active_file_has_its_size_and_its_space_from_the_start() {
    let stage = Stage::empty();
    let options = Options { file_bytes: 1 << 20, ..Options::default() };
    let (mut journal, _) = FileJournal::open(&stage.journal(), options).unwrap();
    for _ in 0..5 {
        let facts = fs::metadata(stage.file(1, Kind::Open)).unwrap();
        assert_eq!(facts.len(), 1 << 20);
        assert!(facts.blocks() * 512 >= 1 << 20, "{} blocks of it are set aside", facts.blocks());
        append(&mut journal);
    }
    let bytes = fs::read(stage.file(1, Kind::Open)).unwrap();
    for frame in 0..5 {
        assert_eq!(bytes[at(frame * BLOCK)..at(frame * BLOCK) + 8], super::frame::MAGIC);
        assert!(bytes[at(frame * BLOCK + FRAME)..at((frame + 1) * BLOCK)].iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_torn_tail_is_cut_kept_and_reported() {
    for (kept_bytes, found) in [(1, FrameError::Magic), (87, FrameError::HeaderChecksum), (89, FrameError::BodyChecksum)] {
        let stage = Stage::without_head(3);
        stage.alter(1, Kind::Open, wipe(2 * BLOCK + kept_bytes, at(BLOCK - kept_bytes)));
        let torn = fs::read(stage.file(1, Kind::Open)).unwrap()[at(2 * BLOCK)..at(2 * BLOCK + kept_bytes)].to_vec();
        let (mut journal, recovery) = stage.open().unwrap();
        let cut = recovery.cut.unwrap();
        assert_eq!((cut.offset, cut.sequence, cut.bytes, cut.found), (2 * BLOCK, 3, kept_bytes, found));
        assert_eq!(cut.kept, stage.journal().join("torn-3-1.bin"));
        assert_eq!(fs::read(&cut.kept).unwrap(), torn);
        let bytes = fs::read(stage.file(1, Kind::Open)).unwrap();
        assert!(bytes.len() == at(4 * BLOCK) && bytes[at(2 * BLOCK)..].iter().all(|byte| *byte == 0));
        append(&mut journal);
        assert_eq!(journal.head().sequence, 3);
    }
}

#[test]
fn a_torn_write_may_have_lost_its_beginning() {
    let stage = Stage::without_head(2);
    stage.alter(1, Kind::Open, |bytes| bytes[at(2 * BLOCK) + 700..at(2 * BLOCK) + 900].fill(7));
    let (journal, recovery) = stage.open().unwrap();
    let cut = recovery.cut.unwrap();
    assert_eq!((cut.offset, cut.bytes, cut.found, journal.head().sequence), (2 * BLOCK, 900, FrameError::Magic, 2));
    drop(journal);
    assert_eq!(stage.open().unwrap().1.cut, None, "what was cut is gone");
}

#[test]
fn every_torn_tail_has_its_own_file() {
    let stage = Stage::without_head(2);
    for n in 1..=3 {
        stage.alter(1, Kind::Open, flip(2 * BLOCK + 99));
        let cut = stage.open().unwrap().1.cut.unwrap();
        assert_eq!((cut.kept, cut.found), (stage.journal().join(format!("torn-3-{n}.bin")), FrameError::Magic));
    }
}

#[test]
fn a_cut_below_the_recorded_head_is_refused() {
    let stage = Stage::new(3);
    stage.alter(1, Kind::Open, flip(2 * BLOCK + 150));
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 2, acknowledged: 3, .. })));
    let message = stage.open().unwrap_err().to_string();
    assert!(message.ends_with("ends at frame 2, but frame 3 was acknowledged: restore the missing frames"), "{message}");
    stage.alter(1, Kind::Open, wipe(0, at(4 * BLOCK)));
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 0, acknowledged: 3, .. })));
    fs::remove_file(stage.file(1, Kind::Open)).unwrap();
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 0, acknowledged: 3, .. })));
    assert!(!stage.file(1, Kind::Open).exists());
}

#[test]
fn damage_before_a_good_frame_names_its_place() {
    // In the header, so that only a search finds the good frame; or the whole frame is gone.
    let stage = Stage::without_head(3);
    stage.alter(1, Kind::Open, flip(BLOCK + 50));
    assert_eq!(stage.flaw(), (Flaw::BadBeforeGood { found: FrameError::HeaderChecksum, good_offset: 2 * BLOCK }, BLOCK, 2));
    stage.alter(1, Kind::Open, wipe(BLOCK, at(BLOCK)));
    assert_eq!(stage.flaw(), (Flaw::BadBeforeGood { found: FrameError::Magic, good_offset: 2 * BLOCK }, BLOCK, 2));
    // In the body, where the header tells that something follows.
    let stage = Stage::without_head(3);
    stage.alter(1, Kind::Open, flip(BLOCK + 90));
    assert_eq!(stage.flaw(), (Flaw::BadBeforeMore { found: FrameError::BodyChecksum, bytes: FRAME }, BLOCK, 2));
    // In a sealed segment.
    let stage = Stage::without_head(5);
    stage.alter(1, Kind::Segment, flip(3 * FRAME + 90));
    assert_eq!(stage.flaw(), (Flaw::Frame(FrameError::BodyChecksum), 3 * FRAME, 4));
    let message = stage.damage().unwrap().to_string();
    let place = "00000000000000000001.segment, offset 576, frame 4: the checksum of the frame's body does not hold";
    assert!(message.starts_with("journal damaged: ") && message.ends_with(place), "{message}");
}

#[test]
fn more_than_one_write_behind_a_bad_frame_is_no_torn_write() {
    let stage = Stage::empty();
    let open = || FileJournal::open(&stage.journal(), Options::default()).map(|(_, recovery)| recovery.cut.map(|cut| cut.bytes));
    assert_eq!(open().unwrap(), None);
    let longest = (16 << 20) + BLOCK;
    stage.alter(1, Kind::Open, |bytes| bytes.resize(40 << 20, 0));
    stage.alter(1, Kind::Open, flip(longest - 1));
    assert_eq!(open().unwrap(), Some(longest));
    stage.alter(1, Kind::Open, flip(longest));
    assert!(matches!(open(), Err(Error::Damaged { flaw: Flaw::BadBeforeMore { bytes: 1, .. }, offset: 0, sequence: 1, .. })));
}

#[test]
fn missing_renamed_empty_and_doubled_files_are_refused() {
    let stage = Stage::without_head(10);
    let (aside, segment) = (stage.folder.path().join("aside"), |first| stage.file(first, Kind::Segment));
    fs::rename(segment(5), &aside).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 5, found: 9 }, 0, 5));
    fs::write(segment(5), b"").unwrap();
    assert_eq!(stage.flaw(), (Flaw::Footer(FooterFault::Missing), 0, 5));
    fs::rename(&aside, segment(5)).unwrap();
    fs::copy(stage.file(9, Kind::Open), stage.file(10, Kind::Open)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 11, found: 10 }, 0, 11));
    fs::rename(stage.file(10, Kind::Open), stage.file(11, Kind::Open)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Sequence { expected: 11, found: 9 }, 0, 11));
    fs::rename(stage.file(11, Kind::Open), stage.journal().join("9.open")).unwrap();
    assert_eq!(stage.flaw().0, Flaw::Foreign);
    fs::remove_file(stage.journal().join("9.open")).unwrap();
    fs::remove_file(segment(1)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 1, found: 5 }, 0, 1));
}

#[test]
fn an_empty_last_file_was_just_begun() {
    let stage = Stage::new(4);
    assert_eq!(stage.names()[0], "00000000000000000001.open", "a full file stays until the next is needed");
    fs::write(stage.file(5, Kind::Open), vec![0; at(2 * BLOCK)]).unwrap();
    let (mut journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.head.sequence, recovery.cut, recovery.files), (4, None, 2));
    append(&mut journal);
    append(&mut journal);
    append(&mut journal);
    Box::new(journal).close().unwrap();
    assert_eq!(stage.names()[..3], ["00000000000000000001.segment", "00000000000000000005.segment", "00000000000000000007.open"]);
    assert_eq!(stage.sequences(), (1..=7).collect::<Vec<_>>());
}

#[test]
fn a_frame_longer_than_a_file_gets_a_longer_one() {
    let stage = Stage::new(2);
    let (mut journal, _) = stage.open().unwrap();
    let (sequence, previous) = (3, journal.head().hash);
    let mut draft = Draft::new();
    draft.record(|out| out.extend(vec![7; at(9 * BLOCK)]));
    let stamp = Stamp { epoch: 1, sequence, timestamp: Timestamp(3), rules: 1 };
    journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
    assert_eq!(fs::metadata(stage.file(3, Kind::Open)).unwrap().len(), 10 * BLOCK);
    append(&mut journal);
    drop(journal);
    assert!(stage.file(4, Kind::Open).exists());
    assert_eq!(stage.sequences(), [1, 2, 3, 4]);
}

#[test]
fn a_frame_read_from_one_journal_goes_into_another() {
    let (from, to) = (Stage::new(6), Stage::empty());
    let (journal, _) = from.open().unwrap();
    let (mut copy, _) = to.open().unwrap();
    for frame in journal.read(1).unwrap() {
        let frame = frame.unwrap();
        copy.append(frame.head().sequence, &frame.sealed()).unwrap();
    }
    assert_eq!(copy.head(), journal.head());
    Box::new(copy).close().unwrap();
    assert_eq!(fs::read(to.file(1, Kind::Segment)).unwrap(), fs::read(from.file(1, Kind::Segment)).unwrap());
}

#[test]
fn foreign_and_newer_files_are_told_apart() {
    let stage = Stage::without_head(0);
    stage.alter(1, Kind::Open, |bytes| bytes[..9].copy_from_slice(b"Dear diar"));
    assert_eq!(stage.flaw().0, Flaw::Foreign);
    let stage = Stage::new(2);
    stage.alter(1, Kind::Open, |bytes| {
        bytes[at(BLOCK) + 8] = 9;
        let crc = crc32c::crc32c(&bytes[at(BLOCK)..at(BLOCK) + 84]);
        bytes[at(BLOCK) + 84..at(BLOCK) + 88].copy_from_slice(&crc.to_le_bytes());
    });
    assert!(matches!(stage.open(), Err(Error::Format { found: 9, known: 2, offset: BLOCK, .. })));
}

#[test]
fn frames_of_another_history_are_refused() {
    let (one, other) = (Stage::new(4), Stage::empty());
    let (mut journal, _) = other.open().unwrap();
    for _ in 0..5 {
        let (sequence, previous) = (journal.head().next_sequence(), journal.head().hash);
        let stamp = Stamp { epoch: 1, sequence, timestamp: Timestamp(sequence + 1), rules: 1 };
        let mut draft = Draft::new();
        draft.record(|out| out.extend([0xCD; 100]));
        journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
    }
    Box::new(journal).close().unwrap();
    fs::copy(other.file(5, Kind::Open), one.file(5, Kind::Open)).unwrap();
    assert_eq!(one.flaw(), (Flaw::Previous, 0, 5));
    fs::remove_file(one.file(5, Kind::Open)).unwrap();
    fs::remove_file(one.file(1, Kind::Open)).unwrap();
    fs::copy(other.file(1, Kind::Segment), one.file(1, Kind::Segment)).unwrap();
    assert_eq!(one.flaw(), (Flaw::Diverged, 3 * FRAME, 4));
}
