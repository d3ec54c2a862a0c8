//! What is counted: a fiat currency in millionths today, items and points later.

use core::fmt;

/// The name of what an account counts, as it stands on the wire: `eur-micro` counts millionths of a euro.
///
/// 1 to 32 bytes of `[a-z0-9:-]`, kept inline so that an account key is plain data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asset {
    bytes: [u8; 32],
    length: u8,
}

/// Why a text names no asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AssetError;

const MICRO: &str = "-micro";

impl Asset {
    /// Reads the wire form, such as `eur-micro`.
    ///
    /// # Errors
    /// [`AssetError`] unless it is 1–32 bytes of `[a-z0-9:-]`.
    pub fn parse(text: &str) -> Result<Asset, AssetError> {
        Asset::from_bytes(text.as_bytes())
    }

    /// As [`Asset::parse`], of the bytes of a text.
    ///
    /// # Errors
    /// As [`Asset::parse`].
    pub fn from_bytes(text: &[u8]) -> Result<Asset, AssetError> {
        let allowed = |byte: &u8| byte.is_ascii_lowercase() | byte.is_ascii_digit() | (*byte == b'-') | (*byte == b':');
        let mut bytes = [0; 32];
        bytes.get_mut(..text.len()).ok_or(AssetError)?.copy_from_slice(text);
        // Counted over all 32, of which the zeros are not allowed: the processor does that at once.
        let count = bytes.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(allowed(byte))));
        if text.is_empty() || usize::from(count) != text.len() {
            return Err(AssetError);
        }
        Ok(Asset { bytes, length: count })
    }

    /// The asset of an ISO 4217 code in either case: `EUR` → `eur-micro`.
    ///
    /// # Errors
    /// [`AssetError`] unless the code is three ASCII letters.
    pub fn fiat(code: &str) -> Result<Asset, AssetError> {
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(AssetError);
        }
        Asset::parse(&alloc::format!("{}{MICRO}", code.to_ascii_lowercase()))
    }

    /// The wire form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The bytes of the wire form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The wire form and zeros after it: always as long, for whoever hashes it.
    #[must_use]
    pub const fn padded(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The ISO 4217 code in capitals if this is a fiat currency in millionths.
    #[must_use]
    pub fn iso(&self) -> Option<alloc::string::String> {
        let code = self.as_str().strip_suffix(MICRO)?;
        (code.len() == 3).then(|| code.to_ascii_uppercase())
    }
}

/// Decimal digits that ISO 4217 gives the minor unit of a currency code in capitals (2 where the list is silent).
#[must_use]
pub fn minor_digits(iso: &str) -> u8 {
    match iso {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asset({self})")
    }
}

impl fmt::Display for AssetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a currency is an ISO code and `-micro`, such as eur-micro")
    }
}

impl core::error::Error for AssetError {}
