//! One id, one effect: a retry moves nothing, and no id is forgotten while it would still be taken.

use super::{Run, check};
use crate::claims::{Claims, hash_of, moment_of};
use crate::command::Maker;
use crate::outcome::Effect;
use crate::prepared::one_block;
use insta::assert_snapshot;
use ledger::HashKey;
use money::CommandId;
use sha2::{Digest, Sha256};

#[test]
fn a_retry_is_answered_with_the_first_outcome() {
    assert_snapshot!(check(
        "
        V1 offer harbour /a/* fixed 0.05 EUR
        T1 topup alice 5.00 EUR
        +1m T1 topup alice 5.00 EUR
        T1 topup alice 6.00 EUR
        T1/alice topup alice 6.00 EUR
        S1 buy alice V1 /a/x 0.05 EUR
        S1 buy alice V1 /a/x 0.05 EUR
        S1 buy alice V1 /a/y 0.05 EUR
        S1/alice buy alice V1 /a/y 0.05 EUR
        S1 buy alice V1 no-page 0.05 EUR
        U1 undo S1 alice
        U1 undo S1 alice
        U1 refund S1 operator
        S1 buy alice V1 /a/x 0.05 EUR
    "
    ));
}

#[test]
fn an_id_is_taken_for_ten_minutes_and_two_ahead() {
    assert_snapshot!(check(
        "
        A made -10m
        B made +2m
        A topup alice 1.00 EUR
        B topup alice 1.00 EUR
        C made -601s
        D made +121s
        C topup alice 1.00 EUR
        D topup alice 1.00 EUR
        +1s A topup alice 1.00 EUR
        D topup alice 1.00 EUR
        +12m B topup alice 1.00 EUR
        C topup alice 1.00 EUR
    "
    ));
}

#[test]
fn a_refusal_leaves_no_claim() {
    assert_snapshot!(check(
        "
        V1 offer harbour /a/* fixed 0.05 EUR
        S1 buy alice V1 /a/x 0.05 EUR
        _ topup alice 1.00 EUR
        S1 buy alice V1 /a/y 0.05 EUR
    "
    ));
}

#[test]
fn memory_of_ids_is_bounded_by_their_window() {
    let mut run = Run::begun();
    for minute in 0..60 {
        run.line(&format!("+1m T{minute} topup alice 0.01 EUR"));
        let kept = run.state.claims();
        assert!(kept <= 14, "{kept} ids after {minute} minutes");
        assert_eq!(run.line(&format!("T{minute} topup alice 0.01 EUR")), "replayed: ToppedUp 0.01");
        if minute >= 10 {
            assert_eq!(run.line(&format!("T{} topup alice 0.01 EUR", minute - 10)), "replayed: ToppedUp 0.01");
        }
        if minute >= 11 {
            assert_eq!(run.line(&format!("T{} topup alice 0.01 EUR", minute - 11)), "no: IdTooOld");
        }
    }
    run.assert_replays();
}

/// The short way to the hash of a short text gives what the long one gives, whatever fits and whatever does not.
#[test]
fn one_block_is_hashed_as_any_text_is() {
    let text: Vec<u8> = (0..=200).map(|byte: u8| byte.wrapping_mul(37)).collect();
    for length in 0..text.len() {
        let known: [u8; 32] = Sha256::digest(&text[..length]).into();
        assert_eq!(one_block(&text[..length]), (length <= 55).then_some(known), "{length} bytes");
    }
}

/// Ids come from clocks that differ: a moment is found wherever it lies among those that are remembered.
#[test]
fn ids_of_many_moments_are_found_in_whatever_order_they_came() {
    let (mut claims, key, maker) = (Claims::default(), HashKey::new([3, 5]), Maker::Instance);
    let id = |turn: u64| CommandId::new(1_000_000 + turn * 7_919 % 4_001, [7; 10]);
    for turn in 0..600 {
        assert!(!claims.holds(&key, maker, id(turn)), "turn {turn}");
        claims.claim(hash_of(&key, maker, id(turn)), (id(turn), maker), [0; 16], &Effect::GuardSet);
    }
    assert!((0..600).all(|turn| claims.holds(&key, maker, id(turn))));
    assert!((600..700).all(|turn| !claims.holds(&key, maker, id(turn))));
    let order: Vec<u64> = claims.iter().map(|(id, ..)| moment_of(id)).collect();
    assert!(order.is_sorted() && order.len() == claims.len());
}
