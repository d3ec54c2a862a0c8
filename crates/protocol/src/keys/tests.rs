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
    assert_eq!(verify_all(&claims, [7; 32], &mut Points::default()), [true; 9]);
    claims[4] = key(4).public().claim(b"another text", &key(4).sign(b"text"));
    let answers = verify_all(&claims, [7; 32], &mut Points::default());
    assert_eq!(answers.iter().enumerate().filter(|(_, holds)| !**holds).map(|(at, _)| at).collect::<Vec<_>>(), [4]);
    let mut identity = [0; 64];
    identity[0] = 1;
    claims[4] = PublicKey(SMALL_ORDER[0]).claim(b"anything", &identity);
    assert!(!verify_all(&claims, [7; 32], &mut Points::default())[4], "a key of small order is refused within a batch too");
    assert_eq!(verify_all(&claims, [7; 32], &mut Points::default()).iter().filter(|holds| **holds).count(), 8);
    assert!(verify_all(&[], [7; 32], &mut Points::default()).is_empty());
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
    assert_eq!(verify_all(&claims, [9; 32], &mut Points::default()), [false, false, true]);
}

#[test]
fn what_many_ways_of_checking_accept_is_accepted_alone_and_together() {
    // The torsion that ZIP-215 forgives: R and A of small order, in every encoding, with s = 0. For A it is refused by us, for R
    // beside a sound key it is a signature that only the whole equation judges.
    let sound: Vec<Claim> = (0..3).map(|number| key(number).public().claim(b"text", &key(number).sign(b"text"))).collect();
    for encoded in SMALL_ORDER.iter() {
        for (sign, public) in [(0, key(1).public()), (0x80, key(1).public()), (0, PublicKey(*encoded))] {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(encoded);
            signature[31] |= sign;
            let claim = public.claim(b"text", &signature);
            let alone = claim.holds();
            assert_eq!(alone, public.verifies(b"text", &signature));
            let all = verify_all(&[sound.clone(), vec![claim]].concat(), [5; 32], &mut Points::default());
            assert_eq!(all, [true, true, true, alone]);
        }
    }
}

#[test]
fn a_signature_with_torsion_holds_alone_and_together() {
    use curve25519_dalek::constants::EIGHT_TORSION;
    // An honest signature whose point had one of the eight added before it was hashed: ZIP-215 takes it.
    let hash = |parts: [&[u8]; 3]| Scalar::from_bytes_mod_order_wide(&Sha512::digest(parts.concat()).into());
    let secret = hash([b"secret", b"", b""]);
    let public = PublicKey(curve25519_dalek::EdwardsPoint::mul_base(&secret).compress().0);
    let claims: Vec<(Claim, [u8; 64])> = EIGHT_TORSION
        .iter()
        .map(|torsion| {
            let nonce = hash([b"nonce", &torsion.compress().0, b""]);
            let point = (curve25519_dalek::EdwardsPoint::mul_base(&nonce) + torsion).compress().0;
            let scalar = nonce + hash([&point, &public.0, b"text"]) * secret;
            let signature: [u8; 64] = [point, scalar.to_bytes()].concat().try_into().unwrap();
            (public.claim(b"text", &signature), signature)
        })
        .collect();
    assert!(claims.iter().all(|(claim, signature)| claim.holds() && public.verifies(b"text", signature)));
    let together: Vec<Claim> = claims.into_iter().map(|(claim, _)| claim).collect();
    assert_eq!(verify_all(&together, [5; 32], &mut Points::default()), [true; 8]);
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
                3 => { signature[63] |= byte & 0xf0; signer.public() }
                _ => signer.public(),
            };
            public.claim(b"text", &signature)
        }).collect();
        let alone: Vec<bool> = claims.iter().map(Claim::holds).collect();
        let by_the_crate: Vec<bool> = claims.iter().map(|claim| claim.key.verifies(b"text", &claim.signature)).collect();
        prop_assert_eq!(&alone, &by_the_crate);
        // Keys that are known already, and those that are not yet.
        let mut known = Points::default();
        let _ = verify_all(&claims[..claims.len() / 2], seed, &mut known);
        prop_assert_eq!(verify_all(&claims, seed, &mut known), alone);
    }
}
