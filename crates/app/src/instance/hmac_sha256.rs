//! HMAC-SHA256, for secrets that are derived.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The MAC of a text under a key.
pub(super) fn mac(key: &[u8; 32], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}
