//! Recovery codes: ten of 50 bits, to print. One signs in once.
//!
//! The vault knows a code by Argon2id under a secret of the instance that lies outside the vault: a stolen vault alone tests
//! no guess, and with the secret each guess takes the memory and time below. The hash finds the code, so nobody has to type
//! a name beside it.

use crate::world;
use argon2::{Algorithm, Argon2, Params, Version};
use store::vault::CodeHash;

/// How many are made at once.
pub const CODES: usize = 10;
/// Letters and digits that no reader takes for one another: Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters a code: 50 bits.
const LENGTH: usize = 10;
/// 19 MiB and two passes, the least that OWASP asks of Argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// A code as people read and type it, such as `7Q4KM-2XD9T`.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; LENGTH]);

impl Code {
    /// A fresh one.
    #[must_use]
    pub fn random() -> Code {
        let bytes: [u8; LENGTH] = world::random();
        // 256 is a multiple of 32: the low five bits of a random byte are as random as they are.
        Code(bytes.map(|byte| LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0')))
    }

    /// Reads what was typed: case, spaces and dashes do not count, and `I`, `L`, `O` and `U` are taken for what they were
    /// read from. `None` if it is no code.
    #[must_use]
    pub fn read(typed: &str) -> Option<Code> {
        let mut code = [0; LENGTH];
        let mut letters = typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-' | b'\t' | b'\r' | b'\n'));
        for place in &mut code {
            *place = match letters.next()?.to_ascii_uppercase() {
                b'I' | b'L' => b'1',
                b'O' => b'0',
                b'U' => b'V',
                letter if LETTERS.contains(&letter) => letter,
                _ => return None,
            };
        }
        letters.next().is_none().then_some(Code(code))
    }

    /// What the vault knows it by. Takes some 20 ms and 19 MiB: on a thread that may block, and few at once.
    ///
    /// # Panics
    /// Never: the parameters are constants that Argon2 allows.
    #[must_use]
    pub fn hash(&self, secret: &[u8; 32]) -> CodeHash {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).expect("constants that Argon2 allows");
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&self.0, secret, &mut hash)
            .expect("lengths that Argon2 allows");
        CodeHash(hash)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (left, right) = self.0.split_at(LENGTH / 2);
        write!(f, "{}-{}", String::from_utf8_lossy(left), String::from_utf8_lossy(right))
    }
}
