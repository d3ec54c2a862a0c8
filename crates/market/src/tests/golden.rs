//! Format version 1, kept for ever: these bytes must be written, read and replayed to this state by every later build.
//!
//! `testdata/journal-records/v1.bin`: for each record its time (u64, microseconds), frame (u64), number in the frame
//! (u16), length (u32), all little-endian, then the record.

use super::script::Run;
use crate::*;
use insta::assert_snapshot;
use money::Timestamp;
use sha2::{Digest, Sha256};

const V1: &[u8] = include_bytes!("../../../../testdata/journal-records/v1.bin");

/// Every command, every shape of offer, leg, guard, consent and refund that version 1 knows.
const SCRIPT: &str = "
    V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp fee:operator:300bp house:self:rest window 10m per-day 10
    V2 offer tips /t/** at-least 0.01 EUR writer:ann:0.005 house:self:rest window 72h lasts 24h
    V3 offer gift /free free
    T1 topup alice 5.00 EUR most 150
    T2/bob topup bob 1.00 USD most 150
    G1 guard alice day 0.60 EUR
    G2 guard alice month 0.50 EUR site news.example
    S1 buy alice V1 /a/x 0.05 EUR signed
    +1m S2 buy alice V1 /a/y 0.05 EUR
    S3/alice buy alice V2 /t/x/y 0.30 EUR
    U1/alice undo S1 alice
    +1h R1 refund S2 payee house
    G3 guard alice day off EUR
    S4 buy alice V1 /a/z 0.05 EUR
    S5 buy alice V1 /a/w 0.05 EUR
    R2 refund S4 operator
    R3 refund S5 origin
    V4 offer harbour /a/* fixed 0.03 EUR
    E1 end gift
";

fn golden() -> Run {
    let mut run = Run::begun();
    for line in SCRIPT.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let answer = run.line(line);
        assert!(answer.starts_with("applied"), "{line}: {answer}");
    }
    run
}

fn file(run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (stamp, record) in &run.journal {
        bytes.extend_from_slice(&stamp.now.0.to_le_bytes());
        bytes.extend_from_slice(&stamp.place.frame.to_le_bytes());
        bytes.extend_from_slice(&stamp.place.record.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(record.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(record);
    }
    bytes
}

fn take<'b>(bytes: &mut &'b [u8], count: usize) -> &'b [u8] {
    let (head, rest) = bytes.split_at(count);
    *bytes = rest;
    head
}

fn number(bytes: &mut &[u8], width: usize) -> u64 {
    take(bytes, width).iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[test]
fn version_1_is_written_as_ever() {
    let bytes = file(&golden());
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        digest, "175028bdbd46646cc810eb5559128cb3f86e460d221b2f1f5d1eaf4956abaea1",
        "the layout of a record changed: that is a new format version beside the old one"
    );
    assert!(bytes == V1, "the kept file holds these bytes");
}

#[test]
fn version_1_is_replayed_as_ever() {
    let mut rest = V1;
    let mut state = State::default();
    let mut now = Timestamp::default();
    while !rest.is_empty() {
        now = Timestamp(number(&mut rest, 8));
        let frame = number(&mut rest, 8);
        let record = u16::try_from(number(&mut rest, 2)).unwrap();
        let length = usize::try_from(number(&mut rest, 4)).unwrap();
        let Record { command, applied } = Record::decode(take(&mut rest, length)).unwrap();
        let stamp = Stamp { now, place: Place { frame, record } };
        assert_eq!(state.apply(&command, stamp), Outcome::Applied(applied));
    }
    let run = golden();
    assert!(state == run.state, "the kept records and the script give one state");
    assert_snapshot!(super::words::standing(&state, &run.labels, now));
}
