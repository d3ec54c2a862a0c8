//! The layout of a whole state: what was laid out is read back, behaves the same, and nothing else is read.

use super::arbitrary::{World, body, id};
use super::golden::golden_two;
use super::laws::bound;
use super::script::Run;
use super::words::party;
use crate::*;
use ledger::{HashKey, HoldRequest, OnExpiry};
use money::{Amount, Asset, CommandId, Span};
use proptest::prelude::*;
use std::convert::Infallible;

fn blocks(state: &State) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let Ok(()) = state.lay_out::<Infallible>(|block| {
        blocks.push(block.to_vec());
        Ok(())
    });
    blocks
}

/// Reads a layout under another key; what is read is laid out as the same bytes and has their hash.
fn restored(bytes: &[u8]) -> Result<State, Damaged> {
    let state = State::restore(bytes, HashKey::new([7, 11]))?;
    assert!(blocks(&state).concat() == bytes, "there is one layout for one state");
    let mut hash = StateHash::new();
    hash.block(bytes);
    assert_eq!(state.hash(), hash.finish());
    Ok(state)
}

#[test]
fn the_layout_is_written_as_ever() {
    let hash: String = golden_two().state.hash().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hash, "21fdefc8d6a3872e7284ab10e35ff16671729708eae7a31feec4449c850ba30b",
        "the layout of a state changed: raise STATE_LAYOUT"
    );
}

#[test]
fn every_section_is_read_back() {
    let mut run = golden_two();
    let (eur, later) = (Asset::fiat("EUR").unwrap(), run.now.after(Span(60)));
    let alice = run.state.books.accounts_of(party("alice"), eur, Class::Funded).next().unwrap().key;
    let request = HoldRequest { parts: vec![(alice, Amount::from_u32(700))], expires: later, on_expiry: OnExpiry::Release };
    run.state.books.hold(CommandId([4; 16]), request).unwrap();
    run.line("_ undo S3 alice");
    run.line("_ topup carol 1.00 EUR");
    for line in [
        "V5 offer calls /calls/* metered 0.0003 EUR 1000 call",
        "C1/carol session V5 0.10 EUR first 0.0003 chain 0.0001x10",
        "C1 draw 1 for 500",
        "C1 draw 3 for 500 link 0:3",
        "C1 reserve 4 for 200",
        "C1 capture 1",
        "C2/carol session V5 0.10 EUR trusted",
        "C3/carol session V5 0.10 EUR trusted until 500h",
        "C2 finish idle",
        "M1/alice months 2026-11 -9h 25",
        "_ meter ann call 10m",
        "_ meter house call 1h",
        "C3 event e1 -10m for 5",
        "A1/house aside C3 for 5 until 60s",
        "A2/house aside C3 for 6 until 10m",
        "C3 event e2 -5m for 7 says 9",
        "V6 offer tokens /tok/* metered 0.000002 EUR 1 token most 1000",
        "P1 promise carol V6 /tok/x 0.002 EUR",
        "P2 promise carol V6 /tok/y 0.002 EUR",
        "P2 use 12",
        "K1 coin V5 /calls/x 0.0003 EUR nonce 1",
        "K2 coin V5 /calls/x 0.0003 EUR nonce 2",
        "K3 coin V5 /calls/x 0.0003 EUR nonce 3",
        "K2 arrived 5",
        "K3 lapsed",
        "+240h R99/carol raise C3 0.10 EUR",
    ] {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    let found = blocks(&run.state);
    let sections: Vec<u8> = found.iter().map(|block| block[0]).collect();
    assert_eq!(sections, (1..=22).collect::<Vec<u8>>(), "a block of each");
    let mut read = restored(&found.concat()).unwrap();
    assert!(read == run.state);
    assert_eq!(read.books.expire(later), [CommandId([4; 16])]);
    assert!(restored(&[]).unwrap() == State::default(), "nothing is the layout of nothing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// From any state that commands can reach.
    #[test]
    fn what_is_read_back_is_equal_and_stays_equal(steps in prop::collection::vec((0u64..400, id(), body(World::Small)), 1..120), at in any::<prop::sample::Index>()) {
        let mut run = Run::begun();
        for line in ["_ topup alice 0.0001 EUR", "_ topup bob 0.0001 EUR", "_ offer a /a/* fixed 0.00001 EUR w:ann:7000bp h:self:rest per-day 2"] {
            run.line(line);
        }
        let at = at.index(steps.len());
        let mut read = None;
        for (step, (seconds, (off, random, maker), body)) in steps.iter().enumerate() {
            if step == at {
                let state = restored(&blocks(&run.state).concat()).unwrap();
                prop_assert!(state == run.state);
                read = Some(state);
            }
            run.now = run.now.after(Span(*seconds));
            let id = CommandId::new(run.now.ms().checked_add_signed(*off).unwrap(), [*random % 16; 10]);
            let command = Command { id, maker: *maker, body: bound(body, &run) };
            let stamp = Stamp { now: run.now, place: Place { frame: u64::try_from(run.journal.len()).unwrap() + 1, record: 0 } };
            let outcome = run.tell(&command);
            if let Some(read) = &mut read {
                prop_assert_eq!(read.apply(&command, stamp), outcome);
            }
        }
        let read = read.unwrap();
        prop_assert!(read == run.state);
        prop_assert_eq!(read.hash(), run.state.hash());
    }

    #[test]
    fn changed_bytes_are_refused_or_mean_something_else(at in any::<prop::sample::Index>(), byte in any::<u8>(), keep in any::<prop::sample::Index>()) {
        let mut bytes = blocks(&golden_two().state).concat();
        let whole = bytes.clone();
        bytes[at.index(whole.len())] = byte;
        if let Ok(state) = restored(&bytes) {
            prop_assert_eq!(state == golden_two().state, bytes == whole);
        }
        let _ = restored(&bytes[..keep.index(whole.len())]);
        let _ = restored(&bytes[keep.index(whole.len())..]);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(blocks in prop::collection::vec((0u8..23, prop::collection::vec(any::<u8>(), 0..200)), 0..8), bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = restored(&bytes);
        let block = |(section, rows): &(u8, Vec<u8>)| [&[*section], u32::try_from(rows.len()).unwrap().to_le_bytes().as_slice(), rows].concat();
        let _ = restored(&blocks.iter().flat_map(block).collect::<Vec<u8>>());
    }
}

/// Blocks are cut where they are cut, and come in their order.
#[test]
fn a_large_state_takes_several_blocks_of_a_section() {
    let mut state = Run::begun().state;
    let (asset, now) = (Asset::fiat("EUR").unwrap(), money::Timestamp::parse("2026-11-22T10:00:00Z").unwrap());
    for number in 0u16..3_000 {
        let mut bytes = [7; 20];
        bytes[..2].copy_from_slice(&number.to_le_bytes());
        let id = CommandId::new(now.ms(), bytes[..10].try_into().unwrap());
        let body = Body::TopUp(TopUp { party: money::Party(bytes), asset, amount: Amount::from_u32(5), most: Amount::MAX });
        let stamp = Stamp { now, place: Place { frame: u64::from(number) + 1, record: 0 } };
        assert!(matches!(state.apply(&Command { id, maker: Maker::Instance, body }, stamp), Outcome::Applied(_)));
    }
    let found = blocks(&state);
    let of = |section: u8| found.iter().filter(|block| block[0] == section).count();
    assert!(of(2) > 2 && of(10) > 2 && of(16) > 1, "{} {} {}", of(2), of(10), of(16));
    assert!(restored(&found.concat()).unwrap() == state);

    let first = found.iter().position(|block| block[0] == 2).unwrap();
    let refused = |blocks: &[Vec<u8>]| restored(&blocks.concat()).map(drop).unwrap_err().0;
    let mut joined = found.clone();
    let next = joined.remove(first + 1);
    joined[first].extend_from_slice(&next[BLOCK_HEAD_BYTES..]);
    let length = u32::try_from(joined[first].len() - BLOCK_HEAD_BYTES).unwrap();
    joined[first][1..5].copy_from_slice(&length.to_le_bytes());
    assert_eq!(refused(&joined), "length of a block");
    let mut swapped = found.clone();
    swapped.swap(0, first);
    assert_eq!(refused(&swapped), "order of blocks");
    let mut missing = found.clone();
    missing.remove(first);
    assert_eq!(refused(&missing), "account of a wallet");
}
