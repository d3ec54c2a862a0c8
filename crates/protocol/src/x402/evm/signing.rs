//! What the payer of a coin signs (EIP-712), and whose key it was.

use super::{Authorization, Terms, chain_id};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest, Keccak256};

const DOMAIN: &str = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const TRANSFER: &str =
    "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";

/// Keccak-256 over parts one after the other.
#[must_use]
pub fn keccak(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Keccak256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

/// The hash that is signed; none for a network that has no number.
#[must_use]
pub fn signed_hash(terms: &Terms<'_>, authorization: &Authorization) -> Option<[u8; 32]> {
    let hash = |text: &str| keccak(&[text.as_bytes()]);
    let chain = word(chain_id(terms.network)?.into());
    let domain = keccak(&[&hash(DOMAIN), &hash(terms.name), &hash(terms.version), &chain, &padded(&terms.contract)]);
    let Authorization { from, to, value, valid_after, valid_before, nonce } = authorization;
    let (after, before) = (word((*valid_after).into()), word((*valid_before).into()));
    let message = keccak(&[&hash(TRANSFER), &padded(from), &padded(to), &word(*value), &after, &before, nonce]);
    Some(keccak(&[&[0x19, 0x01], &domain, &message]))
}

/// The address whose key made a signature. Of the two forms that every signature has, contracts take the one with the lower half.
#[must_use]
pub fn recovered(hash: &[u8; 32], signature: &[u8; 65]) -> Option<[u8; 20]> {
    let (both, [parity]) = signature.split_first_chunk::<64>()? else { return None };
    let parity = parity.checked_sub(27).and_then(RecoveryId::from_byte).filter(|parity| !parity.is_x_reduced())?;
    let signature = Signature::from_slice(both).ok()?;
    if signature.normalize_s() != signature {
        return None;
    }
    let key = VerifyingKey::recover_from_prehash(hash, &signature, parity).ok()?;
    let point = key.to_sec1_point(false);
    let (_, coordinates) = point.as_bytes().split_first()?;
    keccak(&[coordinates]).last_chunk().copied()
}

/// A number as a word of the chain.
fn word(number: u128) -> [u8; 32] {
    let mut word = [0; 32];
    let (_, low) = word.split_at_mut(16);
    low.copy_from_slice(&number.to_be_bytes());
    word
}

/// An address as a word of the chain.
pub(super) fn padded(address: &[u8; 20]) -> [u8; 32] {
    let mut word = [0; 32];
    let (_, low) = word.split_at_mut(12);
    low.copy_from_slice(address);
    word
}
