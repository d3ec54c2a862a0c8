//! A folder with a journal of small frames, for tests of what an opening finds in it.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::names::{BLOCK_BYTES, Kind, RESERVE};
use super::{Draft, FileJournal, Frame, Head, Journal, Options, Recovery, Stamp, mark};
use crate::{Error, Flaw};
use money::Timestamp;
use std::fs;
use std::path::PathBuf;

/// A frame with one record of 100 bytes.
pub(super) const FRAME: u64 = 88 + 4 + 100;
/// What it takes in an active file; four go into one.
pub(super) const BLOCK: u64 = 4_096;

pub(super) struct Stage {
    pub(super) folder: tempfile::TempDir,
}

impl Stage {
    pub(super) fn empty() -> Stage {
        Stage { folder: tempfile::tempdir().unwrap() }
    }

    /// A journal of `frames` frames, closed in order.
    pub(super) fn new(frames: u64) -> Stage {
        let stage = Stage::empty();
        let (mut journal, _) = stage.open().unwrap();
        for _ in 0..frames {
            append(&mut journal);
        }
        Box::new(journal).close().unwrap();
        stage
    }

    /// The same after a power cut that lost the record of the head.
    pub(super) fn without_head(frames: u64) -> Stage {
        let stage = Stage::new(frames);
        fs::remove_file(stage.journal().join(mark::NAME)).unwrap();
        stage
    }

    /// A journal as versions wrote it that knew format 1 only: these frames in one file.
    pub(super) fn older(frames: u64) -> Stage {
        let stage = Stage::empty();
        fs::create_dir(stage.journal()).unwrap();
        let (mut file, mut head) = (Vec::new(), Head::default());
        for _ in 0..frames {
            let bytes = older_frame(&head);
            head = Frame::parse(&bytes).unwrap().sealed().head();
            file.extend(bytes);
        }
        fs::write(stage.file(1, Kind::Frames), file).unwrap();
        stage
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    pub(super) fn file(&self, first: u64, kind: Kind) -> PathBuf {
        self.journal().join(kind.file_name(first))
    }

    pub(super) fn open(&self) -> Result<(FileJournal, Recovery), Error> {
        FileJournal::open(&self.journal(), Options { file_bytes: 4 * BLOCK, at_least: None })
    }

    /// The names in the folder, but for the file in reserve, which comes and goes beside the writer.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.journal()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| name != RESERVE);
        names.sort();
        names
    }

    pub(super) fn alter(&self, first: u64, kind: Kind, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.file(first, kind)).unwrap();
        change(&mut bytes);
        fs::write(self.file(first, kind), bytes).unwrap();
    }

    /// The flaw that refuses the opening or, where a footer was believed, the reading of all; its offset and its sequence.
    pub(super) fn flaw(&self) -> (Flaw, u64, u64) {
        match self.damage() {
            Some(Error::Damaged { flaw, offset, sequence, .. }) => (flaw, offset, sequence),
            other => panic!("expected damage: {other:?}"),
        }
    }

    /// What refuses the opening or the reading of all.
    pub(super) fn damage(&self) -> Option<Error> {
        match self.open() {
            Err(error) => Some(error),
            Ok((journal, _)) => journal.read(1).unwrap().find_map(Result::err),
        }
    }

    /// Opens and reads all: the sequences.
    pub(super) fn sequences(&self) -> Vec<u64> {
        let (journal, _) = self.open().unwrap();
        sequences(&journal, 1)
    }
}

pub(super) fn sequences(journal: &dyn Journal, from: u64) -> Vec<u64> {
    journal.read(from).unwrap().map(|frame| frame.unwrap().head().sequence).collect()
}

fn stamp(head: &Head) -> Stamp {
    Stamp { epoch: 1, sequence: head.sequence + 1, timestamp: Timestamp(head.sequence + 1), rules: 1 }
}

fn sealed(head: &Head) -> Draft {
    sealed_of(head, 100)
}

fn sealed_of(head: &Head, size: usize) -> Draft {
    let mut draft = Draft::new();
    draft.record(|out| out.resize(out.len() + size, 0xAB));
    draft.seal(stamp(head), &head.hash).unwrap();
    draft
}

/// The next frame, as format 1 had it.
pub(super) fn older_frame(head: &Head) -> Vec<u8> {
    let mut bytes = sealed(head).seal(stamp(head), &head.hash).unwrap().frame().bytes().to_vec();
    bytes[8] = 1;
    let crc = crc32c::crc32c(&bytes[..84]);
    bytes[84..88].copy_from_slice(&crc.to_le_bytes());
    bytes
}

pub(super) fn append(journal: &mut dyn Journal) {
    let head = journal.head();
    journal.append(head.sequence + 1, &sealed(&head).seal(stamp(&head), &head.hash).unwrap()).unwrap();
}

/// Appends a frame with one record of `size` bytes.
pub(super) fn append_of(journal: &mut dyn Journal, size: usize) {
    let head = journal.head();
    journal.append(head.sequence + 1, &sealed_of(&head, size).seal(stamp(&head), &head.hash).unwrap()).unwrap();
}

pub(super) fn at(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

/// Flips a bit of the byte at `offset`.
pub(super) fn flip(offset: u64) -> impl FnOnce(&mut Vec<u8>) {
    move |bytes| bytes[at(offset)] ^= 1
}

/// Makes zero what stands from `offset` on, `length` bytes of it.
pub(super) fn wipe(offset: u64, length: usize) -> impl FnOnce(&mut Vec<u8>) {
    move |bytes| bytes[at(offset)..at(offset) + length].fill(0)
}

const _: () = assert!(BLOCK_BYTES == 4_096);
