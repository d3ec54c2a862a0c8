//! The token: what was sold, to whoever shows it with the preimage.

use crate::text::Malformed;
use money::{CommandId, OfferId};

/// How long a token is: version, nonce, payment hash, expiry, offer, route, MAC.
pub const TOKEN_BYTES: usize = 137;
/// The expiry of one that never ends.
pub const EVER: u64 = u64::MAX;
const VERSION: u8 = 1;

/// What a token says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// The command id of its purchase.
    pub nonce: CommandId,
    /// What its preimage hashes to.
    pub hash: [u8; 32],
    /// When it ends at the latest, in seconds since 1970; [`EVER`] for never. The books know it to the second.
    pub ends: u64,
    /// The offer version.
    pub offer: OfferId,
    /// Method and page that it is good for, from [`crate::challenge::route`].
    pub route: [u8; 16],
}

impl Token {
    /// The bytes, with the MAC over them.
    pub(super) fn sealed(&self, mac: impl FnOnce(&[u8]) -> [u8; 32]) -> [u8; TOKEN_BYTES] {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(VERSION);
        bytes.extend(self.nonce.0);
        bytes.extend(self.hash);
        bytes.extend(self.ends.to_be_bytes());
        bytes.extend(self.offer.0);
        bytes.extend(self.route);
        bytes.extend(mac(&bytes));
        bytes.try_into().expect("1 + 16 + 32 + 8 + 32 + 16 + 32 are 137")
    }

    /// The token, its MAC, and the bytes that the MAC is over.
    pub(super) fn opened(bytes: &[u8]) -> Result<(Token, [u8; 32], &[u8]), Malformed> {
        let no = Malformed("token");
        if bytes.len() != TOKEN_BYTES {
            return Err(no);
        }
        let (over, mac) = bytes.split_last_chunk::<32>().ok_or(no)?;
        let (version, rest) = over.split_first().ok_or(no)?;
        let (nonce, rest) = rest.split_first_chunk().ok_or(no)?;
        let (hash, rest) = rest.split_first_chunk().ok_or(no)?;
        let (ends, rest) = rest.split_first_chunk().ok_or(no)?;
        let (offer, rest) = rest.split_first_chunk().ok_or(no)?;
        let route: [u8; 16] = rest.try_into().map_err(|_| no)?;
        if *version != VERSION {
            return Err(Malformed("token: version"));
        }
        let token = Token { nonce: CommandId(*nonce), hash: *hash, ends: u64::from_be_bytes(*ends), offer: OfferId(*offer), route };
        Ok((token, *mac, over))
    }
}
