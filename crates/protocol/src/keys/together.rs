//! Signatures checked, alone and many at once, by ZIP-215: `8·(s·B - k·A - R) = 0`.
//!
//! Many at once are one sum, each with an unguessable factor. Keys come again and again, so the points they stand for are
//! remembered: reading one costs as much as a quarter of the check.
#![allow(clippy::arithmetic_side_effects, reason = "numbers below a prime and points of a group: nothing overflows")]

use super::{Claim, Stretched};
use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use std::collections::BTreeMap;

/// Points that are remembered, twice as many at most.
const MOST_KNOWN: usize = 4_096;

/// The points of keys, in two generations; the older one goes when the younger is full.
#[derive(Default)]
pub struct Points {
    young: BTreeMap<[u8; 32], EdwardsPoint>,
    old: BTreeMap<[u8; 32], EdwardsPoint>,
}

impl Points {
    /// The point of a key, if it is one.
    fn of(&mut self, key: &[u8; 32]) -> Option<EdwardsPoint> {
        if let Some(point) = self.young.get(key) {
            return Some(*point);
        }
        let point = match self.old.get(key) {
            Some(point) => *point,
            None => CompressedEdwardsY(*key).decompress()?,
        };
        if self.young.len() >= MOST_KNOWN {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(*key, point);
        Some(point)
    }
}

/// The halves of a signature, if it can be one: `R` and `s`.
fn halves(signature: &[u8; 64]) -> Option<(EdwardsPoint, Scalar)> {
    let (point, scalar) = signature.split_first_chunk()?;
    let scalar = Option::from(Scalar::from_canonical_bytes(scalar.try_into().ok()?))?;
    Some((CompressedEdwardsY(*point).decompress()?, scalar))
}

/// True if a claim holds, whatever the order of its key.
pub(super) fn holds(claim: &Claim) -> bool {
    let (Some(key), Some((point, scalar))) = (CompressedEdwardsY(claim.key.0).decompress(), halves(&claim.signature)) else { return false };
    let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&claim.challenge, &-key, &scalar);
    (point - expected).mul_by_cofactor().is_identity()
}

/// True if all of them do; false if one does not, or a sum of wrong ones was met that only looks like it.
pub(super) fn all_hold(claims: &[&Claim], random: &mut Stretched, known: &mut Points) -> bool {
    let mut points = Vec::with_capacity(claims.len().saturating_mul(2).saturating_add(1));
    let mut factors = Vec::with_capacity(points.capacity());
    // A key's own factors are summed, so that it costs one place however often it signed.
    let mut keys: BTreeMap<[u8; 32], Scalar> = BTreeMap::new();
    let mut base = Scalar::ZERO;
    for claim in claims {
        let Some((point, scalar)) = halves(&claim.signature) else { return false };
        let factor = Scalar::from(random.next_half());
        base -= factor * scalar;
        *keys.entry(claim.key.0).or_insert(Scalar::ZERO) += factor * claim.challenge;
        points.push(point);
        factors.push(factor);
    }
    for (key, factor) in keys {
        let Some(point) = known.of(&key) else { return false };
        points.push(point);
        factors.push(factor);
    }
    points.push(ED25519_BASEPOINT_POINT);
    factors.push(base);
    EdwardsPoint::vartime_multiscalar_mul(&factors, &points).mul_by_cofactor().is_identity()
}
