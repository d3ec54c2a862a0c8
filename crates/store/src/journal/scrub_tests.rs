//! Scrubbing: every damaged file is named with the place of its first damage, and a running journal is left in peace.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::frame::FrameError;
use super::names::Kind;
use super::stage::{FRAME, Stage, append, append_of, at, flip};
use super::{Journal, ScrubReport, scrub};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use std::fs;

fn scrubbed(stage: &Stage) -> ScrubReport {
    scrub(&stage.journal(), &mut |_| ()).unwrap()
}

/// File, offset, sequence and kind of each damage.
fn damage(stage: &Stage) -> Vec<(String, u64, u64, Flaw)> {
    let name = |path: &std::path::Path| path.file_name().unwrap().to_str().unwrap().trim_start_matches('0').to_owned();
    let found = scrubbed(stage).damage;
    found.into_iter().map(|damage| (name(&damage.file), damage.offset, damage.sequence, damage.flaw)).collect()
}

#[test]
fn a_sound_journal_has_no_damage_also_while_it_is_written() {
    let stage = Stage::older(3);
    let (mut journal, _) = stage.open().unwrap();
    (0..9).for_each(|_| append(&mut journal));
    Box::new(journal).close().unwrap();
    let (mut journal, _) = stage.open().unwrap();
    let mut told = Vec::new();
    let report = scrub(&stage.journal(), &mut |progress| {
        append(&mut journal);
        told.push((progress.files_done, progress.files));
    });
    assert_eq!(report.unwrap(), ScrubReport { files: 3, frames: 11, bytes: 11 * FRAME, damage: Vec::new() });
    assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);
}

#[test]
fn the_first_damage_of_every_file_is_named() {
    let stage = Stage::older(3);
    let (mut journal, _) = stage.open().unwrap();
    (0..17).for_each(|_| append(&mut journal));
    Box::new(journal).close().unwrap();
    stage.alter(1, Kind::Frames, flip(FRAME + 40));
    stage.alter(4, Kind::Segment, flip(2 * FRAME + 120));
    stage.alter(8, Kind::Segment, |bytes| bytes.truncate(at(4 * FRAME)));
    let expected = [
        ("1.frames".to_owned(), FRAME, 2, Flaw::Frame(FrameError::HeaderChecksum)),
        ("4.segment".to_owned(), 2 * FRAME, 6, Flaw::Frame(FrameError::BodyChecksum)),
        ("8.segment".to_owned(), 4 * FRAME, 8, Flaw::Footer(FooterFault::Missing)),
    ];
    assert_eq!(damage(&stage), expected);
    let report = scrubbed(&stage);
    assert_eq!((report.files, report.frames), (5, 1 + 2 + 4 + 4), "what is whole is read all the same");
}

#[test]
fn a_chain_and_a_hash_that_do_not_hold_are_damage() {
    let (stage, other) = (Stage::new(9), Stage::older(4));
    fs::remove_file(stage.file(1, Kind::Segment)).unwrap();
    assert_eq!(damage(&stage), [("5.segment".to_owned(), 0, 1, Flaw::Name { expected: 1, found: 5 })]);
    fs::copy(other.file(1, Kind::Frames), stage.file(1, Kind::Frames)).unwrap();
    assert_eq!(damage(&stage), [("5.segment".to_owned(), 0, 5, Flaw::Previous)]);
    // The frames hold, and the hash over the file does not.
    let stage = Stage::new(5);
    stage.alter(1, Kind::Segment, |bytes| {
        let footer = at(4 * FRAME);
        bytes[footer + 110] ^= 1;
        let crc = crc32c::crc32c(&bytes[footer..footer + 136]);
        bytes[footer + 136..].copy_from_slice(&crc.to_le_bytes());
    });
    assert!(stage.open().is_ok(), "an opening goes by the chain");
    assert_eq!(damage(&stage), [("1.segment".to_owned(), 4 * FRAME, 5, Flaw::Footer(FooterFault::Hash))]);
    fs::write(stage.journal().join("7.segment"), b"").unwrap();
    assert!(matches!(scrub(&stage.journal(), &mut |_| ()), Err(Error::Damaged { flaw: Flaw::Foreign, .. })));
}

#[test]
fn a_file_that_was_sealed_where_it_lay_is_read_to_its_last_byte() {
    let stage = Stage::empty();
    let (mut journal, _) = stage.open().unwrap();
    [3_900, 7_900, 7_900].into_iter().for_each(|size| append_of(&mut journal, size));
    Box::new(journal).close().unwrap();
    let whole = fs::read(stage.file(1, Kind::Blocks)).unwrap();
    assert_eq!(scrubbed(&stage).damage, []);
    for flipped in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[flipped] ^= 4;
        fs::write(stage.file(1, Kind::Blocks), bytes).unwrap();
        let found = damage(&stage);
        assert!(matches!(&found[..], [(name, ..)] if name == "1.blocks"), "the bit at {flipped}: {found:?}");
    }
}
