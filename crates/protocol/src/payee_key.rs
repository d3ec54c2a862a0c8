//! A payee's key as text: `test_…` or `live_…`, 160 random bits in 32 characters of base32, then 6 that check them, so that
//! a slip of the hand is told from a key that nobody has.

use crate::discovery::Mode;
use crate::text::{array_from_base32, base32};
use sha2::{Digest, Sha256};
use std::fmt;

/// Characters of base32 that 160 bits fill.
const BODY: usize = 32;
/// Characters that check them: 30 bits of a hash.
const CHECK: usize = 6;

/// A payee's key; shown once, kept as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct PayeeKey {
    mode: Mode,
    bits: [u8; 20],
}

/// Why a text is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadKey {
    /// It has not the form of one.
    Form,
    /// Its last six characters do not belong to the others: something was lost or changed on the way.
    Check,
}

impl PayeeKey {
    /// A key of random bits.
    #[must_use]
    pub fn new(mode: Mode, bits: [u8; 20]) -> PayeeKey {
        PayeeKey { mode, bits }
    }

    /// Reads a key; it has one spelling.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn parse(text: &str) -> Result<PayeeKey, BadKey> {
        let (word, rest) = text.split_once('_').ok_or(BadKey::Form)?;
        let mode = [Mode::Test, Mode::Live].into_iter().find(|mode| self::word(*mode) == word).ok_or(BadKey::Form)?;
        if rest.len() != BODY.saturating_add(CHECK) {
            return Err(BadKey::Form);
        }
        let (body, given) = rest.split_at_checked(BODY).ok_or(BadKey::Form)?;
        let is_base32 = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'2'..=b'7'));
        if !is_base32(given) {
            return Err(BadKey::Form);
        }
        let bits = array_from_base32(body).map_err(|_| BadKey::Form)?;
        if check(mode, body) == given { Ok(PayeeKey { mode, bits }) } else { Err(BadKey::Check) }
    }

    /// The text, to be shown once.
    #[must_use]
    pub fn text(&self) -> String {
        let body = base32(&self.bits);
        format!("{}_{body}{}", word(self.mode), check(self.mode, &body))
    }

    /// For which money it is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// What is kept of it: SHA-256 of the text. So many random bits need no slow hash.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.text()).into()
    }

    /// Its first characters, by which its owner knows it in a list.
    #[must_use]
    pub fn hint(&self) -> String {
        self.text().chars().take(9).collect()
    }
}

/// Without the bits: a key is in no log.
impl fmt::Debug for PayeeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PayeeKey({}_…)", word(self.mode))
    }
}

const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "test",
        Mode::Live => "live",
    }
}

fn check(mode: Mode, body: &str) -> String {
    let hash = Sha256::new().chain_update("farthing/key-check/1\n").chain_update(word(mode)).chain_update(body).finalize();
    base32(&hash).chars().take(CHECK).collect()
}

#[cfg(test)]
mod tests;
