//! Small order, and that many signatures checked at once are judged as each alone.

#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use super::*;
use curve25519_dalek::edwards::CompressedEdwardsY;
use proptest::prelude::*;

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

/// What the list of encodings stands for.
fn is_small_by_the_curve(encoded: [u8; 32]) -> bool {
    CompressedEdwardsY(encoded).decompress().is_some_and(|point| point.is_small_order())
}

#[test]
fn the_encodings_of_small_order_are_those_of_the_curve() {
    for encoded in SMALL_ORDER.iter() {
        for sign in [0, 0x80] {
            let mut signed = *encoded;
            signed[31] |= sign;
            assert!(is_small_by_the_curve(signed) && PublicKey(signed).is_small_order(), "{signed:?}");
        }
    }
    // Every y that can be written in two ways, and the neighbours of all that are listed.
    for low in 0..=255_u8 {
        for (middle, high) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
            let mut encoded = [middle; 32];
            (encoded[0], encoded[31]) = (low, high);
            assert_eq!(PublicKey(encoded).is_small_order(), is_small_by_the_curve(encoded), "{encoded:?}");
        }
    }
}

#[test]
fn a_batch_tells_which_one_is_wrong() {
    let mut claims: Vec<Claim> = (0..9).map(|number| key(number).public().claim(b"text", &key(number).sign(b"text"))).collect();
    assert_eq!(verify_all(&claims, [7; 32]), [true; 9]);
    claims[4] = key(4).public().claim(b"another text", &key(4).sign(b"text"));
    let answers = verify_all(&claims, [7; 32]);
    assert_eq!(answers.iter().enumerate().filter(|(_, holds)| !**holds).map(|(at, _)| at).collect::<Vec<_>>(), [4]);
    let mut identity = [0; 64];
    identity[0] = 1;
    claims[4] = PublicKey(SMALL_ORDER[0]).claim(b"anything", &identity);
    assert!(!verify_all(&claims, [7; 32])[4], "a key of small order is refused within a batch too");
    assert_eq!(verify_all(&claims, [7; 32]).iter().filter(|holds| **holds).count(), 8);
    assert!(verify_all(&[], [7; 32]).is_empty());
}

#[test]
fn two_wrongs_that_cancel_out_make_no_right() {
    // Without factors of their own s + d and s - d would sum to what s and s sum to.
    let (text, signer) = (b"text".as_slice(), key(1));
    let [right, other] = [signer.sign(text), signer.sign(b"other")];
    let shifted = |signature: &[u8; 64], up: bool| {
        let mut shifted = *signature;
        shifted[32] = if up { shifted[32].wrapping_add(1) } else { shifted[32].wrapping_sub(1) };
        shifted
    };
    let public = signer.public();
    let claims = [public.claim(text, &shifted(&right, true)), public.claim(b"other", &shifted(&other, false)), public.claim(text, &right)];
    assert_eq!(verify_all(&claims, [9; 32]), [false, false, true]);
}

proptest! {
    #[test]
    fn batch_and_single_agree(
        spoilt in proptest::collection::vec((0..6_usize, 0..64_usize, any::<u8>()), 1..12),
        seed: [u8; 32],
        raw: [u8; 32],
    ) {
        let claims: Vec<Claim> = spoilt.iter().enumerate().map(|(number, (kind, at, byte))| {
            let signer = key(u8::try_from(number).unwrap());
            let mut signature = signer.sign(b"text");
            let public = match kind {
                0 => { signature[*at] ^= byte; signer.public() }
                1 => PublicKey(raw),
                2 => PublicKey(SMALL_ORDER[usize::from(*byte) % SMALL_ORDER.len()]),
                _ => signer.public(),
            };
            public.claim(b"text", &signature)
        }).collect();
        let alone: Vec<bool> = claims.iter().map(Claim::holds).collect();
        prop_assert_eq!(verify_all(&claims, seed), alone);
    }
}
