//! Recovery codes: ten of 50 bits, to print. One signs in once.
//!
//! The vault knows a code by Argon2id under a secret of the instance that lies outside the vault: a stolen vault alone tests
//! no guess, and with the secret each guess takes the memory and time below. The hash finds the code, so nobody has to type
//! a name beside it.

use super::letters;
use argon2::{Algorithm, Argon2, Params, Version};
use store::vault::CodeHash;

/// How many are made at once.
pub const CODES: usize = 10;
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
        Code(letters::random())
    }

    /// Reads what was typed; `None` if it is no code.
    #[must_use]
    pub fn read(typed: &str) -> Option<Code> {
        letters::read(typed).map(Code)
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
        f.write_str(&letters::grouped(&self.0, LENGTH / 2))
    }
}
