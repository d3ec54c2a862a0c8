//! Openings one by one: which tails are cut, which files are refused and with what words.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::frame::FrameError;
use super::{Draft, FileJournal, Journal, Options, Recovery, Stamp, mark, recover};
use crate::{Error, Flaw};
use money::Timestamp;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

struct Stage {
    folder: tempfile::TempDir,
}

/// A frame with one record of 100 bytes.
const FRAME: u64 = 88 + 4 + 100;

impl Stage {
    /// A journal of `frames` frames, closed in order.
    fn new(frames: u64) -> Stage {
        let stage = Stage { folder: tempfile::tempdir().unwrap() };
        let (mut journal, _) = stage.open().unwrap();
        for _ in 0..frames {
            append(&mut journal);
        }
        Box::new(journal).close().unwrap();
        stage
    }

    /// The same after a power cut that lost the record of the head.
    fn without_head(frames: u64) -> Stage {
        let stage = Stage::new(frames);
        fs::remove_file(stage.journal().join(mark::NAME)).unwrap();
        stage
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    fn file(&self, first: u64) -> PathBuf {
        self.journal().join(recover::file_name(first))
    }

    fn open(&self) -> Result<(FileJournal, Recovery), Error> {
        FileJournal::open(&self.journal(), Options { file_bytes: 4 * FRAME, at_least: None })
    }

    fn alter(&self, first: u64, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.file(first)).unwrap();
        change(&mut bytes);
        fs::write(self.file(first), bytes).unwrap();
    }

    /// The flaw that refuses the opening, its offset and its sequence.
    fn flaw(&self) -> (Flaw, u64, u64) {
        match self.open() {
            Err(Error::Damaged { flaw, offset, sequence, .. }) => (flaw, offset, sequence),
            other => panic!("expected damage: {other:?}"),
        }
    }
}

fn append(journal: &mut dyn Journal) {
    let (sequence, previous) = (journal.head().next_sequence(), journal.head().hash);
    let stamp = Stamp { epoch: 1, sequence, timestamp: Timestamp(sequence), rules: 1 };
    let mut draft = Draft::new();
    draft.record(|out| out.extend([0xAB; 100]));
    journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
}

fn at(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_journal_is_empty_and_for_its_owner_only() {
    let stage = Stage { folder: tempfile::tempdir().unwrap() };
    let (journal, recovery) = stage.open().unwrap();
    assert_eq!(recovery, Recovery { head: super::Head::default(), recorded: None, cut: None, files: 1 });
    assert_eq!(journal.read(1).unwrap().count(), 0);
    assert_eq!((mode(&stage.journal()), mode(&stage.file(1)), mode(&stage.journal().join("head"))), (0o700, 0o600, 0o600));
}

#[test]
fn files_follow_one_another_and_reading_crosses_them() {
    let stage = Stage::new(10);
    let (journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.files, recovery.head.sequence, recovery.head.timestamp), (3, 10, Timestamp(10)));
    assert_eq!(recovery.recorded, Some(recovery.head));
    assert!(stage.file(5).exists() && stage.file(9).exists());
    for from in 1..=11 {
        let read: Vec<u64> = journal.read(from).unwrap().map(|frame| frame.unwrap().head().sequence).collect();
        assert_eq!(read, (from..=10).collect::<Vec<_>>());
    }
}

#[test]
fn a_torn_tail_is_cut_kept_and_reported() {
    for (kept_bytes, found) in [(1, FrameError::Short), (87, FrameError::Short), (88, FrameError::Short), (191, FrameError::Short)] {
        let stage = Stage::without_head(3);
        stage.alter(1, |bytes| bytes.truncate(at(2 * FRAME + kept_bytes)));
        let torn = fs::read(stage.file(1)).unwrap().split_off(at(2 * FRAME));
        let (mut journal, recovery) = stage.open().unwrap();
        let cut = recovery.cut.unwrap();
        assert_eq!((cut.offset, cut.sequence, cut.bytes, cut.found), (2 * FRAME, 3, kept_bytes, found));
        assert_eq!(cut.kept, stage.journal().join("torn-3-1.bin"));
        assert_eq!(fs::read(&cut.kept).unwrap(), torn);
        assert_eq!(fs::read(stage.file(1)).unwrap().len(), at(2 * FRAME));
        append(&mut journal);
        assert_eq!(journal.head().sequence, 3);
    }
}

#[test]
fn every_torn_tail_has_its_own_file() {
    let stage = Stage::without_head(2);
    for n in 1..=3 {
        stage.alter(1, |bytes| bytes.extend([0; 700]));
        let cut = stage.open().unwrap().1.cut.unwrap();
        assert_eq!((cut.kept, cut.found), (stage.journal().join(format!("torn-3-{n}.bin")), FrameError::Magic));
    }
}

#[test]
fn a_cut_below_the_recorded_head_is_refused() {
    let stage = Stage::new(3);
    stage.alter(1, |bytes| bytes[at(2 * FRAME) + 150] ^= 1);
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 2, acknowledged: 3, .. })));
    let message = stage.open().unwrap_err().to_string();
    assert!(message.ends_with("ends at frame 2, but frame 3 was acknowledged: restore the missing frames"), "{message}");
    stage.alter(1, Vec::clear);
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 0, acknowledged: 3, .. })));
    fs::remove_file(stage.file(1)).unwrap();
    assert!(matches!(stage.open(), Err(Error::Behind { recovered: 0, acknowledged: 3, .. })));
    assert!(!stage.file(1).exists());
}

#[test]
fn damage_before_a_good_frame_names_its_place() {
    // In the header, so that only a search finds the good frame.
    let stage = Stage::without_head(3);
    stage.alter(1, |bytes| bytes[at(FRAME) + 50] ^= 1);
    assert_eq!(stage.flaw(), (Flaw::BadBeforeGood { found: FrameError::HeaderChecksum, good_offset: 2 * FRAME }, FRAME, 2));
    // In the body, where the header tells that something follows.
    let stage = Stage::without_head(3);
    stage.alter(1, |bytes| bytes[at(FRAME) + 90] ^= 1);
    assert_eq!(stage.flaw(), (Flaw::BadBeforeMore { found: FrameError::BodyChecksum, bytes: FRAME }, FRAME, 2));
    // At the end of a file that is not the last.
    let stage = Stage::without_head(5);
    stage.alter(1, |bytes| bytes[at(3 * FRAME) + 90] ^= 1);
    assert_eq!(stage.flaw(), (Flaw::BadBeforeFile(FrameError::BodyChecksum), 3 * FRAME, 4));
    let message = stage.open().unwrap_err().to_string();
    assert!(
        message.starts_with("journal damaged: ") && message.contains("00000000000000000001.frames, offset 576, frame 4: "),
        "{message}"
    );
}

#[test]
fn missing_renamed_empty_and_doubled_files_are_refused() {
    let stage = Stage::without_head(10);
    fs::rename(stage.file(5), stage.folder.path().join("aside")).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 5, found: 9 }, 0, 5));
    fs::write(stage.file(5), b"").unwrap();
    assert_eq!(stage.flaw(), (Flaw::BadBeforeFile(FrameError::Short), 0, 5));
    fs::rename(stage.folder.path().join("aside"), stage.file(5)).unwrap();
    fs::copy(stage.file(9), stage.file(10)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 11, found: 10 }, 0, 11));
    fs::rename(stage.file(10), stage.file(11)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Sequence { expected: 11, found: 9 }, 0, 11));
    fs::rename(stage.file(11), stage.journal().join("9.frames")).unwrap();
    assert_eq!(stage.flaw().0, Flaw::Foreign);
    fs::remove_file(stage.journal().join("9.frames")).unwrap();
    fs::remove_file(stage.file(1)).unwrap();
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 1, found: 5 }, 0, 1));
}

#[test]
fn an_empty_last_file_was_just_begun() {
    let stage = Stage::new(4);
    fs::write(stage.file(5), b"").unwrap();
    let (mut journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.head.sequence, recovery.cut, recovery.files), (4, None, 2));
    append(&mut journal);
    assert_eq!(fs::read(stage.file(5)).unwrap().len(), at(FRAME));
}

#[test]
fn foreign_and_newer_files_are_told_apart() {
    let stage = Stage::without_head(0);
    stage.alter(1, |bytes| bytes.extend(b"Dear diary, today I sold an article."));
    assert_eq!(stage.flaw().0, Flaw::Foreign);
    let stage = Stage::new(2);
    stage.alter(1, |bytes| {
        bytes[at(FRAME) + 8] = 9;
        let crc = crc32c::crc32c(&bytes[at(FRAME)..at(FRAME) + 84]);
        bytes[at(FRAME) + 84..at(FRAME) + 88].copy_from_slice(&crc.to_le_bytes());
    });
    assert!(matches!(stage.open(), Err(Error::Format { found: 9, known: 1, offset: FRAME, .. })));
}

#[test]
fn frames_of_another_history_are_refused() {
    let (one, other) = (Stage::new(4), Stage { folder: tempfile::tempdir().unwrap() });
    let (mut journal, _) = other.open().unwrap();
    for _ in 0..5 {
        let (sequence, previous) = (journal.head().next_sequence(), journal.head().hash);
        let stamp = Stamp { epoch: 1, sequence, timestamp: Timestamp(sequence + 1), rules: 1 };
        let mut draft = Draft::new();
        draft.record(|out| out.extend([0xCD; 100]));
        journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
    }
    fs::copy(other.file(5), one.file(5)).unwrap();
    assert_eq!(one.flaw(), (Flaw::Previous, 0, 5));
    fs::remove_file(one.file(5)).unwrap();
    fs::copy(other.file(1), one.file(1)).unwrap();
    assert_eq!(one.flaw(), (Flaw::Diverged, 3 * FRAME, 4));
}
