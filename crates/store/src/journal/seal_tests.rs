//! Sealing: what a segment is, what crashes leave of it, and readers that are in the middle of it.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::footer::{FOOTER_BYTES, Footer};
use super::frame::field;
use super::names::{Kind, sealing_name};
use super::stage::{BLOCK, FRAME, Stage, append, append_of, at, flip, older_frame, sequences, wipe};
use super::{FileJournal, Frame, Journal, Options, Reader};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use money::Timestamp;
use sha2::{Digest, Sha256};
use std::fs;

#[test]
fn a_segment_is_the_frames_and_a_footer() {
    let stage = Stage::new(5);
    let bytes = fs::read(stage.file(1, Kind::Segment)).unwrap();
    assert_eq!(bytes.len(), at(4 * FRAME) + FOOTER_BYTES);
    let footer: [u8; FOOTER_BYTES] = field(&bytes, at(4 * FRAME));
    let (facts, hash) = Footer::parse(&footer).unwrap();
    let last = Frame::parse(&bytes[at(3 * FRAME)..]).unwrap().sealed().head();
    assert_eq!(facts, Footer { first: 1, frames: 4, bytes: 4 * FRAME, began: Timestamp(1), last });
    let covered: [u8; 32] = Sha256::digest(&bytes[..bytes.len() - 36]).into();
    assert_eq!(hash, covered);
}

#[test]
fn every_flaw_of_a_footer_is_told() {
    let footer = |offset: u64| 4 * FRAME + offset;
    let stage = Stage::new(5);
    stage.alter(1, Kind::Segment, flip(footer(3)));
    assert_eq!(stage.flaw(), (Flaw::Footer(FooterFault::Missing), 0, 1));
    let stage = Stage::new(5);
    stage.alter(1, Kind::Segment, flip(footer(70)));
    assert_eq!(stage.flaw(), (Flaw::Footer(FooterFault::Checksum), 0, 1));
    let forge = |change: u64, value: u8| {
        let stage = Stage::new(5);
        stage.alter(1, Kind::Segment, |bytes| {
            bytes[at(footer(change))] = value;
            let crc = crc32c::crc32c(&bytes[at(footer(0))..at(footer(136))]);
            bytes[at(footer(136))..].copy_from_slice(&crc.to_le_bytes());
        });
        stage
    };
    for field in [12, 16, 24, 32, 40, 48] {
        assert!(matches!(forge(field, 9).flaw().0, Flaw::Footer(FooterFault::Content)), "field at {field}");
    }
    // What is stated of the last frame is met by the next file's first.
    assert_eq!(forge(56, 9).flaw(), (Flaw::Time, 0, 5));
    assert_eq!(forge(64, 9).flaw(), (Flaw::Epoch, 0, 5));
    assert_eq!(forge(72, 9).flaw(), (Flaw::Previous, 0, 5));
    // Where that one has no say, whoever reads the frames has.
    assert_eq!(forge(56, 3).flaw(), (Flaw::Footer(FooterFault::Content), 4 * FRAME, 4));
    assert!(matches!(forge(8, 2).open(), Err(Error::Format { found: 2, known: 1, .. })));
}

#[test]
fn a_segment_whose_active_file_stayed_counts_once() {
    let stage = Stage::new(4);
    let open = fs::read(stage.file(1, Kind::Open)).unwrap();
    let (mut journal, _) = stage.open().unwrap();
    append(&mut journal);
    Box::new(journal).close().unwrap();
    fs::write(stage.file(1, Kind::Open), &open).unwrap();
    fs::write(stage.journal().join(sealing_name(5)), b"half a segment").unwrap();
    assert_eq!(stage.sequences(), [1, 2, 3, 4, 5]);
    assert!(!stage.file(1, Kind::Open).exists() && !stage.journal().join(sealing_name(5)).exists());
    // One of the two is not what the other is: nobody guesses which.
    for change in [150, 3 * BLOCK + 5, 3 * BLOCK + FRAME - 1] {
        fs::write(stage.file(1, Kind::Open), &open).unwrap();
        stage.alter(1, Kind::Open, flip(change));
        assert_eq!(stage.flaw().0, Flaw::Twin);
        assert!(stage.file(1, Kind::Open).exists());
    }
}

/// A journal whose first file is sealed where it lies, and goes on with a second one.
fn in_place() -> Stage {
    let stage = Stage::empty();
    let (mut journal, _) = stage.open().unwrap();
    [4_000, 8_000, 8_000].into_iter().for_each(|size| append_of(&mut journal, size));
    Box::new(journal).close().unwrap();
    stage
}

#[test]
fn a_file_with_little_padding_is_sealed_where_it_lies() {
    let stage = Stage::empty();
    let (mut journal, _) = stage.open().unwrap();
    append_of(&mut journal, 3_900);
    let reader = journal.reader();
    let mut early = reader.read(1).unwrap();
    early.next().unwrap().unwrap();
    append_of(&mut journal, 7_900);
    append_of(&mut journal, 7_900);
    Box::new(journal).close().unwrap();
    let bytes = fs::read(stage.file(1, Kind::Blocks)).unwrap();
    assert!(!stage.file(1, Kind::Open).exists() && !stage.file(1, Kind::Segment).exists());
    assert_eq!(bytes.len(), at(3 * BLOCK) + FOOTER_BYTES);
    let (facts, hash) = Footer::parse(&field(&bytes, at(3 * BLOCK))).unwrap();
    let last = Frame::parse(&bytes[at(BLOCK)..]).unwrap().sealed().head();
    assert_eq!(facts, Footer { first: 1, frames: 2, bytes: 3 * BLOCK, began: Timestamp(1), last });
    let covered: [u8; 32] = Sha256::digest(&bytes[at(3 * BLOCK)..at(3 * BLOCK) + 104]).into();
    assert_eq!(hash, covered);
    // Who had it open reads on; who comes later finds it.
    assert_eq!(early.map(|frame| frame.unwrap().head().sequence).collect::<Vec<_>>(), [2, 3]);
    for from in 1..=3 {
        assert_eq!(reader.read(from).unwrap().next().unwrap().unwrap().head().sequence, from);
    }
    assert_eq!(stage.sequences(), [1, 2, 3]);
}

#[test]
fn a_crash_while_a_file_is_sealed_where_it_lies_leaves_it_whole() {
    let stage = in_place();
    let sealed = fs::read(stage.file(1, Kind::Blocks)).unwrap();
    fs::remove_file(stage.file(1, Kind::Blocks)).unwrap();
    let end = sealed.len() - FOOTER_BYTES;
    for kept in [0, 1, 8, 100, FOOTER_BYTES] {
        for length in [sealed.len(), at(4 * BLOCK)] {
            let mut open = sealed.clone();
            open[end + kept..].fill(0);
            open.resize(length, 0);
            fs::write(stage.file(1, Kind::Open), &open).unwrap();
            let (journal, _) = stage.open().unwrap();
            assert_eq!(sequences(&journal, 1), [1, 2, 3]);
            Box::new(journal).close().unwrap();
            assert_eq!(fs::read(stage.file(1, Kind::Blocks)).unwrap(), sealed, "{kept} bytes of the footer, {length} in all");
            fs::remove_file(stage.file(1, Kind::Blocks)).unwrap();
        }
    }
    // More than a footer, or anything where a frame is missing, is damage.
    for (from, to) in [(end, end + FOOTER_BYTES + 1), (at(BLOCK), at(BLOCK) + 30)] {
        let mut open = sealed.clone();
        open.resize(at(4 * BLOCK), 0);
        open[from..to].fill(0xAA);
        fs::write(stage.file(1, Kind::Open), &open).unwrap();
        assert!(matches!(stage.flaw().0, Flaw::BadBeforeFile(_)));
    }
}

#[test]
fn full_files_that_were_not_sealed_are_sealed_later() {
    let stage = Stage::new(4);
    let open = fs::read(stage.file(1, Kind::Open)).unwrap();
    let (mut journal, _) = stage.open().unwrap();
    append(&mut journal);
    Box::new(journal).close().unwrap();
    let segment = fs::read(stage.file(1, Kind::Segment)).unwrap();
    fs::remove_file(stage.file(1, Kind::Segment)).unwrap();
    fs::write(stage.file(1, Kind::Open), &open).unwrap();
    let (journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.head.sequence, recovery.files), (5, 2));
    Box::new(journal).close().unwrap();
    assert!(!stage.file(1, Kind::Open).exists());
    assert_eq!(fs::read(stage.file(1, Kind::Segment)).unwrap(), segment);
    // Before the last file nothing is a torn write.
    fs::remove_file(stage.file(1, Kind::Segment)).unwrap();
    for (change, offset, sequence) in [(3 * BLOCK + 90, 3 * BLOCK, 4), (2 * BLOCK + 1, 2 * BLOCK, 3)] {
        fs::write(stage.file(1, Kind::Open), &open).unwrap();
        stage.alter(1, Kind::Open, flip(change));
        let (flaw, place, of) = stage.flaw();
        assert!(matches!(flaw, Flaw::BadBeforeFile(_)), "{flaw:?}");
        assert_eq!((place, of), (offset, sequence));
    }
    fs::write(stage.file(1, Kind::Open), &open).unwrap();
    stage.alter(1, Kind::Open, wipe(3 * BLOCK, at(BLOCK)));
    assert_eq!(stage.flaw(), (Flaw::Name { expected: 4, found: 5 }, 0, 4));
}

#[test]
fn readers_in_the_middle_of_a_file_go_on_when_it_is_sealed() {
    let stage = Stage::empty();
    let (mut journal, _) = stage.open().unwrap();
    (0..3).for_each(|_| append(&mut journal));
    let (reader, mut early) = (journal.reader(), journal.read(1).unwrap());
    let mut late = journal.read(3).unwrap();
    assert_eq!(early.next().unwrap().unwrap().head().sequence, 1);
    assert_eq!(late.next().unwrap().unwrap().head().sequence, 3);
    (0..6).for_each(|_| append(&mut journal));
    Box::new(journal).close().unwrap();
    assert!(!stage.file(1, Kind::Open).exists() && !stage.file(5, Kind::Open).exists());
    let rest = |frames: &mut super::Frames| frames.map(|frame| frame.unwrap().head().sequence).collect::<Vec<_>>();
    assert_eq!(rest(&mut early), (2..=9).collect::<Vec<_>>());
    assert_eq!(rest(&mut late), (4..=9).collect::<Vec<_>>());
    for from in 1..=9 {
        assert_eq!(rest(&mut reader.read(from).unwrap()), (from..=9).collect::<Vec<_>>());
    }
}

#[test]
fn marks_lead_to_the_frame_also_in_a_segment() {
    let stage = Stage::empty();
    let options = Options { file_bytes: 700 * BLOCK, at_least: None };
    let (mut journal, _) = FileJournal::open(&stage.journal(), options).unwrap();
    (0..1_500).for_each(|_| append(&mut journal));
    let reader: Box<dyn Reader> = journal.reader();
    Box::new(journal).close().unwrap();
    // The first file is shorter.
    assert!(stage.file(1, Kind::Segment).exists() && stage.file(257, Kind::Segment).exists() && stage.file(957, Kind::Open).exists());
    for from in [1, 255, 256, 257, 258, 511, 512, 513, 956, 957, 1_023, 1_024, 1_025, 1_500] {
        assert_eq!(reader.read(from).unwrap().next().unwrap().unwrap().head().sequence, from);
    }
}

#[test]
fn a_journal_of_format_1_goes_on_in_format_2() {
    let stage = Stage::older(3);
    let before = fs::read(stage.file(1, Kind::Frames)).unwrap();
    let (mut journal, recovery) = stage.open().unwrap();
    assert_eq!((recovery.head.sequence, recovery.files), (3, 2));
    (0..6).for_each(|_| append(&mut journal));
    Box::new(journal).close().unwrap();
    let names = ["00000000000000000001.frames", "00000000000000000004.segment", "00000000000000000008.open"];
    assert_eq!(stage.names()[..3], names);
    assert_eq!(fs::read(stage.file(1, Kind::Frames)).unwrap(), before, "old files stay as they are");
    let (journal, _) = stage.open().unwrap();
    let formats: Vec<u16> = journal.read(1).unwrap().map(|frame| frame.unwrap().frame().header().format).collect();
    assert_eq!(formats, [1, 1, 1, 2, 2, 2, 2, 2, 2]);
    assert_eq!(sequences(&journal, 4), (4..=9).collect::<Vec<_>>());
}

#[test]
fn the_last_file_of_format_1_may_be_torn_or_empty() {
    let stage = Stage::older(3);
    stage.alter(1, Kind::Frames, |bytes| bytes.truncate(at(2 * FRAME + 91)));
    let (mut journal, recovery) = stage.open().unwrap();
    let cut = recovery.cut.unwrap();
    assert_eq!((cut.offset, cut.sequence, cut.bytes, recovery.head.sequence), (2 * FRAME, 3, 91, 2));
    append(&mut journal);
    Box::new(journal).close().unwrap();
    assert_eq!(fs::read(stage.file(1, Kind::Frames)).unwrap().len(), at(2 * FRAME));
    assert_eq!(stage.sequences(), [1, 2, 3]);
    // Damage is told from a torn write there as well.
    stage.alter(1, Kind::Frames, flip(FRAME + 90));
    assert!(matches!(stage.flaw(), (Flaw::BadBeforeFile(_), FRAME, 2)));
    let alone = Stage::older(3);
    alone.alter(1, Kind::Frames, flip(FRAME + 90));
    assert!(matches!(alone.flaw(), (Flaw::BadBeforeMore { bytes: FRAME, .. }, FRAME, 2)));
    alone.alter(1, Kind::Frames, flip(FRAME + 50));
    assert!(matches!(alone.flaw(), (Flaw::BadBeforeGood { .. }, FRAME, 2)));
    // Begun and without a frame, or with the beginning of one.
    for content in [Vec::new(), older_frame(&super::Head::default())[..50].to_vec()] {
        let stage = Stage::older(0);
        fs::write(stage.file(1, Kind::Frames), &content).unwrap();
        let (mut journal, recovery) = stage.open().unwrap();
        assert_eq!((recovery.cut.is_some(), recovery.files), (!content.is_empty(), 1));
        append(&mut journal);
        Box::new(journal).close().unwrap();
        assert!(!stage.file(1, Kind::Frames).exists());
        assert_eq!(stage.sequences(), [1]);
    }
}
