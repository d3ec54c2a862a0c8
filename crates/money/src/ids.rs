//! Typed ids: plain bytes here, their text forms belong to the wire.

use core::fmt;

/// Who pays, is paid or operates: 20 bytes, the hash of the first key or random (http: `account`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party(pub [u8; 20]);

/// The id a command's maker gave it: 48-bit milliseconds since 1970, then 80 random bits.
///
/// The same id with the same content is answered with the first outcome, so a retry moves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub [u8; 16]);

/// One immutable version of an offer: the SHA-256 of its canonical form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfferId(pub [u8; 32]);

impl CommandId {
    /// An id made at `ms` milliseconds since 1970 (its low 48 bits count) with 80 random bits.
    #[must_use]
    pub fn new(ms: u64, random: [u8; 10]) -> CommandId {
        let mut bytes = [0; 16];
        let (time, rest) = bytes.split_at_mut(6);
        for (to, from) in time.iter_mut().zip(ms.to_be_bytes().into_iter().skip(2)) {
            *to = from;
        }
        for (to, from) in rest.iter_mut().zip(random) {
            *to = from;
        }
        CommandId(bytes)
    }

    /// Milliseconds since 1970 at which the maker says it made the id.
    #[must_use]
    pub fn ms(&self) -> u64 {
        self.0.iter().take(6).fold(0, |ms, byte| (ms << 8) | u64::from(*byte))
    }
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for OfferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}
