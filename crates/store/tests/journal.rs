//! The journal from outside: golden journals of every format, replayed for ever, and an auditor written from the page alone.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used)] // a test: an overflow or an error fails it

use money::Timestamp;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use store::journal::{Draft, FileJournal, Journal, Options, Stamp};

/// SHA-256 chain heads of `testdata/journal/v1.bin` and `v2.segment`; a change of one is a change of its format.
const V1_HEAD: &str = "7bd40d7be77422e377068d9e95d4eabaa1f64018236bc354bf1cf4770dcd4f41";
const V2_HEAD: &str = "cccb25f65d4e368d8886b58006707b0e51c7fbeaae48738f3c4ad8de68d0ac7c";

fn golden_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/journal").join(name)
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

/// The first file of a journal of these records, sealed, as this version writes it.
fn golden() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    // The five frames fill the file, so a sixth one is the next file's and the first is sealed.
    let options = Options { file_bytes: 22 * 4_096, ..Options::default() };
    let (mut journal, _) = FileJournal::open(&path, options).unwrap();
    for (sequence, records) in (1..).zip(golden_records().into_iter().chain([vec![]])) {
        let mut draft = Draft::new();
        for record in &records {
            draft.record(|out| out.extend_from_slice(record));
        }
        let timestamp = Timestamp(1_795_370_000_000_000 + sequence * 1_234_567);
        let stamp = Stamp { epoch: 1 + sequence / 4, sequence, timestamp, rules: 1 };
        let previous = journal.head().hash;
        journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
    }
    Box::new(journal).close().unwrap();
    fs::read(path.join("00000000000000000001.segment")).unwrap()
}

#[test]
fn this_version_writes_format_2_to_the_byte() {
    assert!(golden() == fs::read(golden_path("v2.segment")).unwrap(), "the format changed without a new version");
}

#[test]
fn the_golden_journals_of_every_format_replay() {
    for (format, name, file, head) in
        [(1, "v1.bin", "00000000000000000001.frames", V1_HEAD), (2, "v2.segment", "00000000000000000001.segment", V2_HEAD)]
    {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        fs::create_dir(&path).unwrap();
        fs::copy(golden_path(name), path.join(file)).unwrap();
        let (mut journal, recovery) = FileJournal::open(&path, Options::default()).unwrap();
        assert_eq!((recovery.head.sequence, recovery.head.epoch, recovery.cut), (5, 2, None));
        assert_eq!(hex(&recovery.head.hash), head);
        // It goes on in the newest format, and the kept file stays what it is.
        let stamp = Stamp { epoch: 2, sequence: 6, timestamp: Timestamp(recovery.head.timestamp.0 + 1), rules: 1 };
        journal.append(6, &Draft::new().seal(stamp, &recovery.head.hash).unwrap()).unwrap();
        let frames: Vec<_> = journal.read(1).unwrap().map(|frame| frame.unwrap()).collect();
        let records: Vec<Vec<Vec<u8>>> = frames.iter().map(|frame| frame.frame().records().map(<[u8]>::to_vec).collect()).collect();
        assert_eq!(records[..5], golden_records());
        let formats: Vec<u16> = frames.iter().map(|frame| frame.frame().header().format).collect();
        assert_eq!(formats, [format, format, format, format, format, 2]);
        Box::new(journal).close().unwrap();
        assert_eq!(fs::read(path.join(file)).unwrap(), fs::read(golden_path(name)).unwrap());
    }
}

/// CRC-32C bit by bit, as the page states it.
fn crc32c(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82F6_3B78 * (crc & 1)));
    !bytes.iter().fold(!0, step)
}

/// An auditor written from `docs/journal-format.md` alone, sharing no code with the journal: sequence, times and hash of
/// the frames that `file` holds.
fn audited(file: &[u8], format: u64) -> (u64, [u64; 2], [u8; 32]) {
    let number = |at: usize, bytes: usize| file[at..at + bytes].iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let (mut at, mut sequence, mut time, mut began, mut hash) = (0, 0, 0, 0, [0; 32]);
    while at < file.len() {
        assert_eq!(file[at..at + 8], [0xFA, 0x46, 0x52, 0x41, 0x4D, 0x45, 0x0D, 0x0A]);
        assert_eq!((number(at + 8, 2), number(at + 10, 2)), (format, 0));
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
        (sequence, time) = (number(at + 24, 8), number(at + 32, 8));
        began = if at == 0 { time } else { began };
        at = end;
    }
    (sequence, [began, time], hash)
}

#[test]
fn an_auditor_needs_only_the_page() {
    let (sequence, _, hash) = audited(&fs::read(golden_path("v1.bin")).unwrap(), 1);
    assert_eq!((sequence, hex(&hash).as_str()), (5, V1_HEAD));

    let segment = fs::read(golden_path("v2.segment")).unwrap();
    let (frames, footer) = segment.split_at(segment.len() - 140);
    let (sequence, [began, time], hash) = audited(frames, 2);
    assert_eq!((sequence, hex(&hash).as_str()), (5, V2_HEAD));
    let number = |at: usize, bytes: usize| footer[at..at + bytes].iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    assert_eq!(footer[..8], [0xFA, 0x53, 0x45, 0x41, 0x4C, 0x53, 0x0D, 0x0A]);
    assert_eq!((number(8, 2), number(10, 6)), (1, 0));
    assert_eq!([16, 24, 32, 48, 56, 64].map(|at| number(at, 8)), [1, 5, 5, began, time, 2]);
    assert_eq!((number(40, 8), &footer[72..104]), (u64::try_from(frames.len()).unwrap(), &hash[..]));
    assert_eq!(footer[104..136], Sha256::digest(&segment[..segment.len() - 36])[..]);
    assert_eq!(number(136, 4), u64::from(crc32c(&footer[..136])));
}
