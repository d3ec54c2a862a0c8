//! The journal from outside: golden journals of every format, replayed for ever, and an auditor written from the page alone.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used)] // a test: an overflow or an error fails it

use money::Timestamp;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use store::journal::{Draft, FileJournal, Journal, Options, Stamp};

/// SHA-256 chain head of `testdata/journal/v1.bin`; a change of it is a change of the format.
const V1_HEAD: &str = "7bd40d7be77422e377068d9e95d4eabaa1f64018236bc354bf1cf4770dcd4f41";

fn golden_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/journal/v1.bin")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The records of the golden journal's frames.
fn golden_records() -> Vec<Vec<Vec<u8>>> {
    let counting = |length: usize| (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect::<Vec<u8>>();
    vec![
        vec![b"the first record".to_vec()],
        vec![],
        vec![vec![], counting(1), counting(255), counting(256)],
        (0..40).map(counting).collect(),
        vec![counting(70_000)],
    ]
}

/// The golden journal as this version writes it.
fn golden() -> Vec<u8> {
    let (mut file, mut previous) = (Vec::new(), [0; 32]);
    for (sequence, records) in (1..).zip(golden_records()) {
        let mut draft = Draft::new();
        for record in &records {
            draft.record(|out| out.extend_from_slice(record));
        }
        let timestamp = Timestamp(1_795_370_000_000_000 + sequence * 1_234_567);
        let stamp = Stamp { epoch: 1 + sequence / 4, sequence, timestamp, rules: 1 };
        let frame = draft.seal(stamp, &previous).unwrap();
        file.extend_from_slice(frame.frame().bytes());
        previous = frame.head().hash;
    }
    file
}

#[test]
fn this_version_writes_format_1_to_the_byte() {
    assert!(golden() == fs::read(golden_path()).unwrap(), "the format changed without a new version");
}

#[test]
fn the_golden_journal_of_format_1_replays() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    fs::create_dir(&journal).unwrap();
    fs::copy(golden_path(), journal.join("00000000000000000001.frames")).unwrap();
    let (journal, recovery) = FileJournal::open(&journal, Options::default()).unwrap();
    assert_eq!((recovery.head.sequence, recovery.head.epoch, recovery.cut), (5, 2, None));
    assert_eq!(hex(&recovery.head.hash), V1_HEAD);
    let read = journal.read(1).unwrap().map(|frame| frame.unwrap());
    let records: Vec<Vec<Vec<u8>>> = read.map(|frame| frame.frame().records().map(<[u8]>::to_vec).collect()).collect();
    assert_eq!(records, golden_records());
}

/// CRC-32C bit by bit, as the page states it.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82F6_3B78 * (crc & 1)));
    !bytes.iter().fold(!0, step)
}

/// An auditor written from `docs/journal-format.md` alone, sharing no code with the journal.
#[test]
fn an_auditor_needs_only_the_page() {
    let file = fs::read(golden_path()).unwrap();
    let number = |at: usize, bytes: usize| file[at..at + bytes].iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let (mut at, mut sequence, mut time, mut hash) = (0, 0, 0, [0; 32]);
    while at < file.len() {
        assert_eq!(file[at..at + 8], [0xFA, 0x46, 0x52, 0x41, 0x4D, 0x45, 0x0D, 0x0A]);
        assert_eq!((number(at + 8, 2), number(at + 10, 2)), (1, 0));
        let (count, length) = (number(at + 12, 4), usize::try_from(number(at + 44, 4)).unwrap());
        assert_eq!(number(at + 24, 8), sequence + 1);
        assert!(number(at + 32, 8) > time);
        assert_eq!(file[at + 48..at + 80], hash);
        let end = at + 88 + length;
        assert_eq!(number(at + 80, 4), u64::from(crc32c(&file[at + 88..end])));
        assert_eq!(number(at + 84, 4), u64::from(crc32c(&file[at..at + 84])));
        let (mut record, mut records) = (at + 88, 0);
        while record < end {
            record += 4 + usize::try_from(number(record, 4)).unwrap();
            records += 1;
        }
        assert_eq!((record, records), (end, count));
        hash = Sha256::new().chain_update(hash).chain_update(&file[at..end]).finalize().into();
        (sequence, time, at) = (number(at + 24, 8), number(at + 32, 8), end);
    }
    assert_eq!((sequence, hex(&hash).as_str()), (5, V1_HEAD));
}
