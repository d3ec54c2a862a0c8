//! The digest of a body (RFC 9530), in the two spellings that clients use.

use crate::text::Malformed;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// `sha-256=:…:` of a body.
#[must_use]
pub fn of(body: &[u8]) -> String {
    format!("sha-256=:{}:", BASE64.encode(&Sha256::digest(body)))
}

/// Reads `sha-256=:…:` and the SDKs' `sha-256=…`.
///
/// # Errors
/// [`Malformed`], also for other algorithms.
pub fn parse(text: &str) -> Result<[u8; 32], Malformed> {
    let value = text.strip_prefix("sha-256=").ok_or(Malformed("digest"))?;
    let value = value.strip_prefix(':').and_then(|inner| inner.strip_suffix(':')).unwrap_or(value);
    let bytes = BASE64.decode(value.as_bytes()).map_err(|_| Malformed("digest"))?;
    bytes.try_into().map_err(|_| Malformed("digest"))
}
