//! Both layouts, kept for ever: these bytes must be written, read and replayed to this state by every later build.
//!
//! `testdata/journal-records/v1.bin`, `v2.bin`, `v2-asks.bin`, `v2-parts.bin`, `v2-sessions.bin`, `v2-calls.bin`, `v2-months.bin`, `v2-standing.bin`, `v2-films.bin`, `v2-meters.bin`, `v2-aside.bin` and `v2-coins.bin`: for each record its time (u64, microseconds), frame (u64), number in the frame
//! (u16), length (u32), all little-endian, then the record.

use super::script::Run;
use crate::*;
use insta::assert_snapshot;
use ledger::PostingPlace;
use money::Timestamp;
use sha2::{Digest, Sha256};

const V1: &[u8] = include_bytes!("../../../../testdata/journal-records/v1.bin");
const V2: &[u8] = include_bytes!("../../../../testdata/journal-records/v2.bin");
const ASKED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-asks.bin");
const PARTS: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-parts.bin");
const STREAMED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-sessions.bin");
const STATED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-months.bin");

const CALLED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-calls.bin");
const STOOD: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-standing.bin");
const WATCHED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-films.bin");
const PUT_ASIDE: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-aside.bin");
const METERED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-meters.bin");
const CLAIMED: &[u8] = include_bytes!("../../../../testdata/journal-records/v2-coins.bin");

/// What came with layout two.
const TIPS: &str = "
    P1/alice tip ann 0.02 EUR
    P2/alice tip house 0.01 EUR
    P3/bob tip ann 0.03 USD
";

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

/// What came later, in layout two as well: a kind of its own each, so that no record changed its form.
const ASKS: &str = "
    G4 guard alice each 0.05 EUR site news.example asks
    G5 guard alice month 1.00 EUR site news.example asks
    G6 guard alice month 10.00 EUR asks
    G7 guard bob each 0.10 USD
    S6/alice buy alice V4 /a/v 0.03 EUR oneclick
    G8 guard alice each off EUR site news.example asks
";

/// Later still: refunds that say how much or why, each with what is left.
const IN_PARTS: &str = "
    S7 buy alice V1 /a/u 0.05 EUR
    S8 buy alice V1 /a/t 0.05 EUR
    S9 buy alice V4 /a/s 0.03 EUR
    R4 refund S7 payee house 0.02 goodwill
    R5 refund S7 operator 0.000001 not-as-described
    R6 refund S7 payee house all mistake
    R7 refund S8 payee house 0.025
    U2/alice undo S8 alice
    R8 refund S9 operator 0.03 asked
";

/// Sessions: every kind, voucher, proof and end, offers that are metered, captures of two versions.
const SESSIONS: &str = "
    M1 offer calls /api/* metered 0.0003 EUR 1000 call writer:ann:7000bp house:self:rest
    M2 offer words /llm/* metered 0.02 EUR 1000 token
    C1/alice session M1 0.01 EUR first 0.0003 chain 0.0001x100
    C1 draw 1 for 1000
    C1 draw 3 for 500 link 0:2
    C1 draw 2 for 500 signed 0.0008
    C1 draw 4 for 1000 checkpoint 0.0012 0.0002x50
    C1 reserve 5 for 2000 link 1:4
    C1 settle 5 0 for 1000 again 500
    C1 settle 5 1 for 400
    M3 offer calls /api/* metered 0.0006 EUR 1000 call house:self:rest
    C1 draw 6 for 100 as 1 by M3
    X1/alice raise C1 0.01 EUR signed
    C1 finish payer
    C1 capture 1
    C1 capture 2
    C1 finish operator
    C2/alice session M2 0.02 EUR trusted pressed until 1h
    C2 draw 1 for 500
    C2 capture 1
    +1h C2 finish expired
    C3/alice session M2 0.02 EUR signed
    C3 finish idle
    C4/alice session M2 0.02 EUR trusted
    X2/alice raise C4 0.01 EUR
    C4 finish pressed alice
";

/// Calls: with every voucher, settled and given back, one of them still under way.
const CALLS: &str = "
    M1 offer calls /api/* metered 0.0003 EUR 1000 call writer:ann:7000bp house:self:rest
    C1/alice session M1 0.01 EUR first 0.0003 chain 0.0001x100
    C1 call 1 for 1000
    C1 call 2 for 1000 link 0:3
    C1 settle 1 0 for 1000
    C1 settle 2 0 for 0
    C1 call 3 for 1000 signed 0.0008
    C1 call 4 for 500 checkpoint 0.0012 0.0002x50
    C1 settle 3 0 for 1000
    C1 finish payer
    C1 settle 4 0 for 500
    C1 capture 1
    C1 finish operator
    C2/alice session M1 0.01 EUR trusted
    C2 call 1 for 7
";

/// Months of a zone, of another, and of UTC again.
const MONTHS: &str = "
    W1/alice months 2026-11 -9h 25
    S10 buy alice V1 /a/m1 0.05 EUR
    +192h W2/alice months 2026-11 +5h 3
    S11 buy alice V1 /a/m2 0.05 EUR
    +1h W3/alice months none
    W4/bob months 2026-11 -1h 2
";

/// Purchases under a standing challenge: what is cheaper than was signed is charged as it is, and of *at least* the least.
const STANDING: &str = "
    L1/alice buy alice V1 /a/la?p=2 0.06 EUR standing
    L2/alice buy alice V2 /t/lb 0.02 EUR standing
";

/// Films: an offer of them, pieces in order, apart and across each other, and another film.
const FILMS: &str = "
    F1 offer derby /tv/** video 0.002 EUR writer:ann:7000bp house:self:rest
    C5/alice session F1 0.05 EUR trusted pressed
    C5 watch 1 0 6006
    C5 watch 1 12012 18018
    C5 watch 1 3000 15015
    C5 watch 2 0 2000
    C5 finish pressed alice
    C5 capture 1
    C5 finish pressed alice
";

/// Meters: made and given another window, events that are billed, billed in part, of a session that is over, and of nothing.
const METERS: &str = "
    V5 offer llm /llm/v1/* metered 0.02 EUR 1000 token writer:ann:7000bp house:self:rest
    N1 meter house token 1h
    N2 meter ann word 72h
    C6/alice session V5 0.01 EUR trusted pressed
    C6 event e1 -1h for 3
    C6 event e2 +5m for 250 says 18446744073709551615
    C6 event e3 -1m for 0
    C6 event e4 -1m for 9223372036854775807
    N3 meter house token 168h
    C6 finish pressed alice
    C6 event e5 -1m for 7
    C6 capture 1
    C6 finish pressed alice
    C6 event e6 -1m for 7
";

/// Coins: claimed for a page and a call, each with another end, and one that is under way.
const COINS: &str = "
    M1 offer calls /api/* metered 0.0003 EUR 1 call
    K1 coin V4 /a/k 0.03 EUR nonce 1
    K2 coin M1 /api/k 0.0003 EUR nonce 2 decimals 18
    K3 coin V2 /t/k 0.30 EUR nonce 3
    K4 coin M1 /api/k 0.0003 EUR nonce 4
    K1 arrived 9
    K2 lapsed
    K3 spent
";

/// What services set aside: drawn in part, whole, not at all, and by an event that comes too late for it.
const ASIDE: &str = "
    C7/alice session V5 0.01 EUR trusted pressed
    K1/house aside C7 for 100 until 60s
    K2/house aside C7 for 3 until 10m as 0
    C7 event e7 -1m for 60 of K1
    C7 event e8 -1m for 4 of K2
    K3/house aside C7 for 7 until 1s
    +1s C7 event e9 -1m for 7 of K3
";

fn golden(script: &str) -> Run {
    let mut run = Run::begun();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let answer = run.line(line);
        assert!(answer.starts_with("applied"), "{line}: {answer}");
    }
    run
}

pub fn golden_two() -> Run {
    golden(&[SCRIPT, TIPS].concat())
}

fn file(run: &Run, layout: Layout) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (stamp, record) in &run.journal {
        let Record { command, applied } = Record::decode(Layout::Two, record).unwrap();
        let record = &mut Vec::new();
        Record::encode(&command, &applied, layout, record);
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

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Replays a kept file; the state, and the time of its last record.
fn replayed(layout: Layout, mut rest: &[u8]) -> (State, Timestamp) {
    let mut state = State::default();
    let mut now = Timestamp::default();
    while !rest.is_empty() {
        now = Timestamp(number(&mut rest, 8));
        let frame = number(&mut rest, 8);
        let record = u16::try_from(number(&mut rest, 2)).unwrap();
        let length = usize::try_from(number(&mut rest, 4)).unwrap();
        let bytes = take(&mut rest, length);
        let mut read = Replayable::default();
        read.decode_over(bytes).unwrap();
        let stamp = Stamp { now, place: Place { frame, record } };
        let mut again = Outcome::default();
        state.apply_again(&mut again, (&read.command, read.content), Guess::default(), stamp);
        assert!(says(layout, &bytes[read.done_at..], &again), "{read:?} gave {again:?}");
    }
    (state, now)
}

#[test]
fn version_1_is_written_as_ever() {
    let bytes = file(&golden(SCRIPT), Layout::One);
    assert_eq!(
        digest(&bytes),
        "175028bdbd46646cc810eb5559128cb3f86e460d221b2f1f5d1eaf4956abaea1",
        "the layout of a record changed: that is a new format version beside the old one"
    );
    assert!(bytes == V1, "the kept file holds these bytes");
}

#[test]
fn version_1_is_replayed_as_ever() {
    let (state, now) = replayed(Layout::One, V1);
    let run = golden(SCRIPT);
    assert!(state == run.state, "the kept records and the script give one state");
    assert_snapshot!(super::words::standing(&state, &run.labels, now));
}

#[test]
fn version_2_is_written_as_ever() {
    let bytes = file(&golden_two(), Layout::Two);
    assert_eq!(digest(&bytes), digest(V2), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(V2), "ca961d3119cd7abc82bee0551764d00b6562bc51ed6927319c5a8cc549eccda4", "the kept file is never rewritten");
}

#[test]
fn version_2_is_replayed_as_ever() {
    let (state, now) = replayed(Layout::Two, V2);
    let run = golden_two();
    assert!(state == run.state, "the kept records and the script give one state");
    assert_snapshot!(super::words::standing(&state, &run.labels, now));
}

#[test]
fn asks_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(V2), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(ASKED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(ASKED), "d68af3000e56bc5637b54d637c6e825039081dd5eec0146f7d7705bcf85993c6", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, ASKED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn parts_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, IN_PARTS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(PARTS), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(PARTS), "db466dda112903769f4c8fdbb9aa4cdbe00c37bef32d560ae0a92660595bafd2", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, PARTS);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn sessions_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, SESSIONS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(STREAMED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(STREAMED), "34c1994febc2f6040383f9162ba4e45ecebcfa801f9a2032837b23689a4fa65c", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, STREAMED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn calls_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, CALLS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(CALLED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(CALLED), "5c77f98c6a2b9d2e4f4bdd1d866922a1934ac3a89e3c5fcb1cf30a46fcd7277b", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, CALLED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn months_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, MONTHS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(STATED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(STATED), "e48a5a159965d8708db709916b2520e9b89eae50733ade35e8a3aec59db5bede", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, STATED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn purchases_under_a_standing_challenge_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, STANDING].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(STOOD), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(STOOD), "2502c15a9c494067e28c49d419dda8e36177cf8af6b9718bf290f9fd3e39ed0f", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, STOOD);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn films_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, FILMS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(WATCHED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(WATCHED), "905b6ccaa7a0e9b83cf700aa2eb154fb0482af5d8d8fd8a554b4404be8715ae6", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, WATCHED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn meters_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, METERS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(METERED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(METERED), "20a3de71ae7f2eeabcd20212dc9d3f8d93ff8f4d26b80fee4555b1c8011e625a", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, METERED);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn what_is_set_aside_is_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, METERS, ASIDE].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(METERED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(PUT_ASIDE), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(PUT_ASIDE), "f60bc160f8d5ff8a8038ecabfdd6b21609ff3b54d422fc439070e93f270ce3b1", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, PUT_ASIDE);
    assert!(state == run.state, "the kept records and the script give one state");
}

#[test]
fn coins_are_written_and_replayed_as_ever() {
    let run = golden(&[SCRIPT, TIPS, ASKS, COINS].concat());
    let bytes = file(&run, Layout::Two);
    assert!(bytes.starts_with(ASKED), "what came before them is laid out as before");
    assert_eq!(digest(&bytes), digest(CLAIMED), "the layout of a record changed: that is a new format version beside the old one");
    assert_eq!(digest(CLAIMED), "b68a23e0ede9624275b33dcd8bda826bc206f058798f5b6da70ac575d6b556a8", "the kept file is never rewritten");
    let (state, _) = replayed(Layout::Two, CLAIMED);
    assert!(state == run.state, "the kept records and the script give one state");
}

/// From an account's head backwards, leg by leg, its whole history is found without an index.
#[test]
fn each_leg_names_the_posting_before_it() {
    let run = golden_two();
    let mut legs = std::collections::BTreeMap::new();
    for (stamp, bytes) in &run.journal {
        for leg in Record::decode(Layout::Two, bytes).unwrap().applied.posted.legs {
            legs.entry((leg.account, stamp.place.packed())).or_insert_with(Vec::new).push(leg);
        }
    }
    for (number, account) in (0u32..).zip(run.state.books().accounts()) {
        let (mut place, mut sum) = (account.last, 0);
        while place != PostingPlace(0) {
            let here = legs.remove(&(ledger::AccountId(number), place)).expect("each posting is met once");
            sum += here.iter().map(|leg| leg.amount).sum::<i64>();
            place = here[0].previous;
        }
        assert_eq!(sum, account.posted, "account {number}");
    }
    assert!(legs.is_empty(), "no posting lies off its account's chain: {legs:?}");
}
