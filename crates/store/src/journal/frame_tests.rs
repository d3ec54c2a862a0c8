//! Frames: what is sealed is read back, and no bytes make the parser panic.
#![allow(clippy::arithmetic_side_effects)] // a test: an overflow fails it

use super::frame::{FORMAT, HEADER_BYTES, MAGIC, MAX_BODY_BYTES};
use super::{Draft, Frame, FrameError, Stamp};
use crate::Error;
use money::Timestamp;
use proptest::prelude::*;

fn stamp(sequence: u64) -> Stamp {
    Stamp { epoch: 3, sequence, timestamp: Timestamp(1_700_000_000_000_000), rules: 2 }
}

fn drafted(records: &[Vec<u8>]) -> Draft {
    let mut draft = Draft::new();
    for record in records {
        draft.record(|out| out.extend_from_slice(record));
    }
    draft
}

fn sealed(records: &[Vec<u8>]) -> Vec<u8> {
    drafted(records).seal(stamp(7), &[5; 32]).unwrap().frame().bytes().to_vec()
}

/// Changes header bytes and makes the header's checksum hold again.
fn forged(records: &[Vec<u8>], change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = sealed(records);
    change(&mut bytes);
    let crc = crc32c::crc32c(&bytes[..84]);
    bytes[84..88].copy_from_slice(&crc.to_le_bytes());
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sealed_is_read_back(records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20), after in prop::collection::vec(any::<u8>(), 0..50)) {
        let mut bytes = sealed(&records);
        let length = bytes.len();
        bytes.extend_from_slice(&after);
        let frame = Frame::parse(&bytes).unwrap();
        prop_assert_eq!(frame.bytes().len(), length);
        prop_assert_eq!(frame.records().map(<[u8]>::to_vec).collect::<Vec<_>>(), records);
        prop_assert_eq!(frame.header().sequence, 7);
        prop_assert_eq!(frame.header().timestamp, Timestamp(1_700_000_000_000_000));
        prop_assert_eq!(frame.hash(), frame.sealed().head().hash);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), begin in 0..3_u8) {
        let mut input = if begin > 0 { MAGIC.to_vec() } else { Vec::new() };
        input.extend_from_slice(&bytes);
        if begin > 1 && input.len() >= HEADER_BYTES {
            let crc = crc32c::crc32c(&input[..84]);
            input[84..88].copy_from_slice(&crc.to_le_bytes());
        }
        let _ = Frame::parse(&input);
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed(records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..5), at in any::<prop::sample::Index>(), change in 1..=255_u8) {
        let mut bytes = sealed(&records);
        let at = at.index(bytes.len());
        prop_assert_eq!(Frame::parse(&bytes[..at]), Err(FrameError::Short));
        bytes[at] ^= change;
        prop_assert!(Frame::parse(&bytes).is_err());
    }

    #[test]
    fn mutated_headers_with_good_checksums_never_panic(at in 8_usize..84, value in any::<[u8; 4]>()) {
        let bytes = forged(&[vec![1, 2, 3], vec![]], |bytes| bytes[at..at + 4].copy_from_slice(&value));
        let _ = Frame::parse(&bytes).map(|frame| frame.records().count());
    }
}

#[test]
fn each_check_has_its_error() {
    let records = [vec![1, 2, 3]];
    let error = |bytes: &[u8]| Frame::parse(bytes).unwrap_err();
    assert_eq!(error(b""), FrameError::Short);
    assert_eq!(error(b"journal!"), FrameError::Magic);
    let next = (FORMAT + 1).to_le_bytes();
    assert_eq!(error(&forged(&records, |bytes| bytes[8..10].copy_from_slice(&next))), FrameError::Format(FORMAT + 1));
    assert_eq!(error(&forged(&records, |bytes| bytes[10] = 1)), FrameError::Field);
    assert_eq!(error(&forged(&records, |bytes| bytes[24..32].fill(0))), FrameError::Field);
    assert_eq!(error(&forged(&records, |bytes| bytes[30] = 1)), FrameError::Field);
    assert_eq!(error(&forged(&records, |bytes| bytes[47] = 1)), FrameError::TooLong);
    assert_eq!(error(&forged(&records, |bytes| bytes[44] = 6)), FrameError::BodyChecksum);
    assert_eq!(error(&forged(&records, |bytes| bytes[12] = 2)), FrameError::Records);
    let mut flipped = sealed(&records);
    flipped[20] ^= 1;
    assert_eq!(error(&flipped), FrameError::HeaderChecksum);
}

#[test]
fn a_draft_is_reused_and_bounded() {
    let mut draft = drafted(&[vec![1; 40], vec![2; 2]]);
    assert_eq!((draft.count(), draft.body_bytes()), (2, 50));
    draft.clear();
    assert_eq!((draft.count(), draft.body_bytes()), (0, 0));
    assert_eq!(draft.seal(stamp(7), &[5; 32]).unwrap().frame().bytes(), sealed(&[]));
    let limit = usize::try_from(MAX_BODY_BYTES).unwrap();
    draft.record(|out| out.resize(out.len() + limit - 4, 0));
    assert!(draft.seal(stamp(7), &[5; 32]).is_ok());
    draft.record(|_| ());
    assert!(matches!(draft.seal(stamp(7), &[5; 32]), Err(Error::TooLong { .. })));
}
