//! L402: a token and a Lightning invoice in one challenge, `token:preimage` in the answer. The token is our own: a MAC over what
//! it is good for, so that a challenge costs no state, and the preimage that its invoice buys is one too.
//!
//! There is no Lightning node here: invoices have the prefix `lnbcrt`, which no wallet with real money pays, and a base unit of a
//! price stands as a millisatoshi. Who pays one from a balance sends it to `POST /v1/locks/{payment hash}` of its wallet's
//! instance, where everything that is charged is read from the invoice, and the preimage is the answer.

mod bech32;
mod bolt11;
mod header;
mod keys;
mod lightning;
mod ring;
mod token;

pub use bolt11::{Invoice, Unsealed};
pub use header::{Credential, challenge_line, is_l402, read_challenge};
pub use keys::Secrets;
pub use lightning::{Binds, LightningCredential, is_lightning, lightning_challenge, satoshis};
pub use ring::Ring;
pub use token::{EVER, TOKEN_BYTES, Token};

use money::{Amount, CommandId, OfferId};
use sha2::{Digest, Sha256};

/// What a preimage is bought for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lock {
    /// The command id of the purchase: what makes it happen once.
    pub nonce: CommandId,
    /// The offer version.
    pub offer: OfferId,
    /// What it costs, in base units.
    pub amount: Amount,
}

/// The hash that a preimage opens.
#[must_use]
pub fn payment_hash(preimage: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(preimage).into()
}

/// A hash or preimage as this dialect writes it: hexadecimal in lower case.
#[must_use]
pub fn hex(bytes: &[u8; 32]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// Reads 32 bytes in hexadecimal, in capitals or not.
///
/// # Errors
/// [`crate::Malformed`].
pub fn parse_hex(text: &str) -> Result<[u8; 32], crate::Malformed> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| crate::Malformed("hexadecimal"))?;
    bytes.try_into().map_err(|_| crate::Malformed("hexadecimal of another length"))
}

#[cfg(test)]
mod tests;
