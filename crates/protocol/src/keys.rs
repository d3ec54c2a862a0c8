//! Ed25519 keys. A signature is valid by ZIP-215, the one rule under which single and batch checks always agree.

use crate::text::{Malformed, account, array_from_base64url, base64url};
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_zebra::{Signature, VerificationKey};
use money::Party;
use sha2::{Digest, Sha256};
use std::fmt;

/// A private key. It has no `Debug`, and is overwritten when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_zebra::SigningKey);

/// A public key, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

impl SigningKey {
    /// The key of a 32-byte seed (RFC 8032).
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> SigningKey {
        SigningKey(ed25519_zebra::SigningKey::from(seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verification_key().into())
    }

    /// Signs a text; deterministic.
    #[must_use]
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text).to_bytes()
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

    fn is_small_order(&self) -> bool {
        CompressedEdwardsY(self.0).decompress().is_none_or(|point| point.is_small_order())
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
