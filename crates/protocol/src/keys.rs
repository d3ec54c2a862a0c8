//! Ed25519 keys. A signature is valid by ZIP-215, the one rule under which single and batch checks always agree.

use crate::text::{Malformed, account, array_from_base64url, base64url};
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::scalar::Scalar;
use ed25519_zebra::{Signature, VerificationKey};
use money::Party;
use sha2::{Digest, Sha256, Sha512};
use std::fmt;
use std::sync::LazyLock;

mod together;

pub use together::Points;

/// From so many signatures on one check of all costs less than one of each.
const WORTH_A_BATCH: usize = 3;

/// A private key with its public half at hand. It has no `Debug`, and is overwritten when dropped.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_zebra::SigningKey,
    id: [u8; 4],
}

/// A public key, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

/// A signature that somebody claims to be a key's over a text, hashed already: it needs the text no more.
#[derive(Clone, Debug)]
pub struct Claim {
    key: PublicKey,
    signature: [u8; 64],
    /// What the signature answers: SHA-512 over its point, the key and the text, as a number below the group's order.
    challenge: Scalar,
}

impl SigningKey {
    /// The key of a 32-byte seed (RFC 8032).
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> SigningKey {
        let key = ed25519_zebra::SigningKey::from(seed);
        SigningKey { id: PublicKey(key.verification_key().into()).id(), key }
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.key.verification_key().into())
    }

    /// The public half's [`PublicKey::id`].
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Signs a text; deterministic.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }
}

impl PublicKey {
    /// Reads the 43 characters of base64url.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(text: &str) -> Result<PublicKey, Malformed> {
        array_from_base64url(text).map(PublicKey)
    }

    /// The account whose first key this is: the first 20 bytes of SHA-256(`farthing/account/1` LF ‖ key).
    #[must_use]
    pub fn account(&self) -> Party {
        let digest: [u8; 32] = Sha256::new().chain_update(b"farthing/account/1\n").chain_update(self.0).finalize().into();
        let (id, _) = digest.split_first_chunk().expect("SHA-256 has 32 bytes");
        Party(*id)
    }

    /// The first 4 bytes of SHA-256(key): how a signature says which key made it.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let digest: [u8; 32] = Sha256::digest(self.0).into();
        let (id, _) = digest.split_first_chunk().expect("SHA-256 has 32 bytes");
        *id
    }

    /// True if the key signed the text. False for a key of small order, under which anything would verify.
    #[must_use]
    pub fn verifies(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        if self.is_small_order() {
            return false;
        }
        let key = VerificationKey::try_from(self.0);
        key.is_ok_and(|key| key.verify(&Signature::from_bytes(signature), text).is_ok())
    }

    /// What [`PublicKey::verifies`] is asked, to be answered later by [`verify_all`].
    #[must_use]
    pub fn claim(&self, text: &[u8], signature: &[u8; 64]) -> Claim {
        let (point, _) = signature.split_at(32);
        let hash = Sha512::new().chain_update(point).chain_update(self.0).chain_update(text).finalize();
        Claim { key: *self, signature: *signature, challenge: Scalar::from_bytes_mod_order_wide(&hash.into()) }
    }

    fn is_small_order(&self) -> bool {
        let mut encoded = self.0;
        let [.., last] = &mut encoded;
        *last &= 0x7f;
        SMALL_ORDER.contains(&encoded)
    }
}

impl Claim {
    /// True if the signature is the key's, as [`PublicKey::verifies`] says it.
    #[must_use]
    pub fn holds(&self) -> bool {
        !self.key.is_small_order() && together::holds(self)
    }
}

/// Which of the claims hold, each answered as [`Claim::holds`] answers it; all at once where that costs less. `random` is
/// unguessable and used once: it keeps a forger from making two wrong signatures that hide each other. `known` are the keys of
/// claims before.
#[must_use]
pub fn verify_all(claims: &[Claim], random: [u8; 32], known: &mut Points) -> Vec<bool> {
    let sound: Vec<&Claim> = claims.iter().filter(|claim| !claim.key.is_small_order()).collect();
    if sound.len() >= WORTH_A_BATCH && together::all_hold(&sound, &mut Stretched { seed: random, next: 0 }, known) {
        return claims.iter().map(|claim| !claim.key.is_small_order()).collect();
    }
    claims.iter().map(Claim::holds).collect()
}

/// The points of small order by their encodings without the bit that tells `x` from `-x`: those of the eight, and the two
/// whose `y` is written as it is plus the field's order, which decoding accepts too.
static SMALL_ORDER: LazyLock<Vec<[u8; 32]>> = LazyLock::new(|| {
    let mut order = [0xff; 32];
    (order[0], order[31]) = (0xed, 0x7f);
    let mut order_and_one = order;
    order_and_one[0] = 0xee;
    let points = EIGHT_TORSION.iter().map(|point| {
        let mut encoded = point.compress().0;
        encoded[31] &= 0x7f;
        encoded
    });
    points.chain([order, order_and_one]).collect()
});

/// Unguessable numbers, as many as are asked for: SHA-256 over the seed and a counter.
struct Stretched {
    seed: [u8; 32],
    next: u64,
}

impl Stretched {
    /// Half of the next block: a factor that nobody guesses.
    fn next_half(&mut self) -> u128 {
        let block: [u8; 32] = Sha256::new().chain_update(self.seed).chain_update(self.next.to_be_bytes()).finalize().into();
        self.next = self.next.wrapping_add(1);
        let (half, _) = block.split_first_chunk().expect("SHA-256 has 32 bytes");
        u128::from_le_bytes(*half)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} of {})", self, account(self.account()))
    }
}

#[cfg(test)]
mod tests;
