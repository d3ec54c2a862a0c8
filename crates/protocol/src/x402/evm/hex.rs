//! Bytes as `0x…`, and addresses with the capitals that check them (EIP-55).

use super::keccak;
use crate::text::Malformed;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

/// Bytes in small letters.
#[must_use]
pub fn bytes(bytes: &[u8]) -> String {
    format!("0x{}", HEXLOWER.encode(bytes))
}

/// Just so many bytes, in letters of either case.
///
/// # Errors
/// [`Malformed`].
pub fn parse_bytes<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    let digits = text.strip_prefix("0x").ok_or(Malformed("0x"))?;
    if digits.len() != N.saturating_mul(2) {
        return Err(Malformed("hexadecimal digits"));
    }
    let found = HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).map_err(|_| Malformed("hexadecimal digits"))?;
    found.try_into().map_err(|_| Malformed("hexadecimal digits"))
}

/// An address, with a letter a capital where the hash of all of them says so.
#[must_use]
pub fn address(address: &[u8; 20]) -> String {
    let plain = HEXLOWER.encode(address);
    let hash = HEXLOWER.encode(&keccak(&[plain.as_bytes()]));
    let capital = |(letter, check): (char, char)| if check >= '8' { letter.to_ascii_uppercase() } else { letter };
    let letters: String = plain.chars().zip(hash.chars()).map(capital).collect();
    format!("0x{letters}")
}

/// An address. One with capitals must have the right ones, or it was mistyped.
///
/// # Errors
/// [`Malformed`].
pub fn parse_address(text: &str) -> Result<[u8; 20], Malformed> {
    let found: [u8; 20] = parse_bytes(text)?;
    let letters = text.get(2..).unwrap_or_default();
    let of_one_case = letters == letters.to_ascii_lowercase() || letters == letters.to_ascii_uppercase();
    if of_one_case || address(&found) == text { Ok(found) } else { Err(Malformed("an address with the wrong capitals")) }
}
