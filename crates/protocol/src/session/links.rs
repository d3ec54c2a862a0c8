//! The payer's side of a chain: all its links from one secret, made once, kept as every 64th and the block in use.
//!
//! The secret is derived from what the chain is (session, base, step, length) and not from a counter: a client set back by an
//! old disk makes the same chain again, never a link it has shown with another worth.

use super::chain::{Link, NewChain, step};
use crate::keys::SigningKey;
use crate::text::Secret;
use hmac::{Hmac, KeyInit, Mac};
use money::{Amount, CommandId};
use sha2::Sha256;

/// Every so many links one is kept.
const BLOCK: u32 = 64;

/// The links of one chain. They are secret until they are shown, so there is no `Debug`.
pub struct Links {
    session: CommandId,
    step: Amount,
    length: u32,
    /// Links 0, 64, 128 …, then the last of all.
    kept: Vec<Link>,
    /// The block in use, from its highest link down, and its number.
    block: (u32, Vec<Link>),
}

/// The seed of a session's vouchers: HKDF-SHA256 of the wallet's seed, with the session id as salt and `farthing/voucher/1`.
#[must_use]
pub fn voucher_seed(wallet_seed: &[u8; 32], session: CommandId) -> Secret<[u8; 32]> {
    Secret::new(derived(wallet_seed, session, "farthing/voucher/1"))
}

/// The key that signs a session's vouchers: HKDF-SHA256 of the voucher seed, with the session id as salt and `farthing/voucher-key/1`.
#[must_use]
pub fn voucher_key(seed: &Secret<[u8; 32]>, session: CommandId) -> SigningKey {
    SigningKey::from_seed(derived(seed.expose(), session, "farthing/voucher-key/1"))
}

impl Links {
    /// The chain over a base. Its last link is HKDF-SHA256 of the voucher seed, with the session id as salt and `farthing/chain/1`,
    /// base, step and length, a line each.
    #[must_use]
    pub fn of(seed: &Secret<[u8; 32]>, session: CommandId, base: Amount, (value, length): (Amount, u32)) -> Links {
        let last = derived(seed.expose(), session, &format!("farthing/chain/1\n{base}\n{value}\n{length}"));
        let (mut kept, mut link) = (vec![last], last);
        for index in (0..length).rev() {
            link = step(session, &link);
            if index.is_multiple_of(BLOCK) {
                kept.push(link);
            }
        }
        kept.reverse();
        Links { session, step: value, length, kept, block: (u32::MAX, Vec::new()) }
    }

    /// How the chain is told in `open` or a checkpoint.
    #[must_use]
    pub fn begins(&self) -> NewChain {
        NewChain { step: self.step, length: self.length, anchor: self.kept.first().copied().unwrap_or_default() }
    }

    /// A link; none above the length. Links that are asked for in their order cost one hash each.
    pub fn link(&mut self, index: u32) -> Option<Link> {
        if index > self.length {
            return None;
        }
        let block = index / BLOCK;
        if self.block.0 != block {
            self.block = (block, self.block_of(block)?);
        }
        let below_top = self.top_of(block).checked_sub(index)?;
        self.block.1.get(usize::try_from(below_top).ok()?).copied()
    }

    /// The highest link of a block: the one kept above it, or the chain's last.
    fn top_of(&self, block: u32) -> u32 {
        block.saturating_add(1).saturating_mul(BLOCK).min(self.length)
    }

    /// The links of a block from its top down to its lowest.
    fn block_of(&self, block: u32) -> Option<Vec<Link>> {
        let above = usize::try_from(block).ok()?.checked_add(1)?;
        let top = self.kept.get(above).or(self.kept.last())?;
        let count = self.top_of(block).checked_sub(block.checked_mul(BLOCK)?)?;
        let below = (0..count).scan(*top, |link, _| {
            *link = step(self.session, link);
            Some(*link)
        });
        Some(std::iter::once(*top).chain(below).collect())
    }
}

/// The first block of HKDF-SHA256 (RFC 5869).
fn derived(seed: &[u8; 32], session: CommandId, info: &str) -> [u8; 32] {
    let keyed = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    let extracted = keyed(&session.0).chain_update(seed).finalize().into_bytes();
    keyed(&extracted).chain_update(info).chain_update([1]).finalize().into_bytes().into()
}
