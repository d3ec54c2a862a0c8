//! Receipts that became durable together, signed together: for up to 64 of them one signature, over the root of their tree.

use super::{Canonical, Group, Proof, Receipt, node_of};
use crate::keys::SigningKey;
use crate::text::{Malformed, base64url};
use sha2::{Digest, Sha256};

/// Most receipts under one signature.
pub const GROUP: usize = 64;

/// The header values of the receipts of one frame, in the order of their records: the first 64 are group 0, the next 64 group
/// 1, and so on; each as [`sign_group`] gives it.
///
/// # Errors
/// For each receipt, as [`Receipt::header_value`].
pub fn sign_together(receipts: &mut [Receipt], key: &SigningKey, frame: u64) -> Vec<Result<String, Malformed>> {
    let mut values = Vec::with_capacity(receipts.len());
    for (chunk, receipts) in (0_u16..).zip(receipts.chunks_mut(GROUP)) {
        values.extend(sign_group(receipts, key, Group { frame, chunk }));
    }
    values
}

/// The header values of one group. An entitlement that would make its header too long is replaced by its SHA-256, in the receipt
/// too.
///
/// # Errors
/// For each receipt, as [`Receipt::header_value`].
pub fn sign_group(receipts: &mut [Receipt], key: &SigningKey, group: Group) -> Vec<Result<String, Malformed>> {
    let Some(instance) = receipts.first().map(|receipt| receipt.instance) else { return Vec::new() };
    let size = u16::try_from(receipts.len()).unwrap_or(u16::MAX);
    let proof = |leaf| Proof { key_id: key.id(), group: group.bytes(), leaf, size, path: Vec::new(), signature: [0; 64] };
    let written = |(leaf, receipt): (u16, &mut Receipt)| {
        let nodes = usize::from(nodes_of_path(leaf, size));
        let canonical = Canonical::of(receipt);
        if canonical.fits(nodes) {
            return canonical;
        }
        // A long address does not fit; its hash says the same to whoever knows the page.
        receipt.entitlement = base64url(&Sha256::digest(&receipt.entitlement));
        Canonical::of(receipt)
    };
    let canonicals: Vec<Canonical> = (0..).zip(receipts.iter_mut()).map(written).collect();
    let levels = levels(canonicals.iter().map(Canonical::leaf).collect());
    let root = levels.last().and_then(|level| level.first()).copied().unwrap_or_default();
    let signature = match proof(0).text(instance, &root) {
        Ok(text) => key.sign(text.bytes()),
        Err(malformed) => return canonicals.iter().map(|_| Err(malformed)).collect(),
    };
    let value = |(leaf, canonical): (u16, Canonical)| canonical.header(&Proof { signature, path: path(&levels, leaf), ..proof(leaf) });
    (0..).zip(canonicals).map(value).collect()
}

/// The tree of the leaves, level by level, its root alone in the last. A last node without a neighbour goes up as it is, which
/// gives the tree of RFC 9162, 2.1.
fn levels(leaves: Vec<[u8; 32]>) -> Vec<Vec<[u8; 32]>> {
    let mut levels = vec![leaves];
    while let Some(level) = levels.last().filter(|level| level.len() > 1) {
        let parent = |pair: &[[u8; 32]]| match pair {
            [left, right] => node_of(left, right),
            alone => alone.first().copied().unwrap_or_default(),
        };
        let next = level.chunks(2).map(parent).collect();
        levels.push(next);
    }
    levels
}

/// The neighbours on the way from a leaf to the root.
fn path(levels: &[Vec<[u8; 32]>], leaf: u16) -> Vec<[u8; 32]> {
    let mut at = usize::from(leaf);
    let mut path = Vec::with_capacity(levels.len());
    for level in levels {
        path.extend(level.get(at ^ 1).copied().filter(|_| level.len() > 1));
        at >>= 1;
    }
    path
}

/// How many those are.
fn nodes_of_path(leaf: u16, size: u16) -> u16 {
    let (mut at, mut last, mut nodes) = (leaf, size.saturating_sub(1), 0_u16);
    while last > 0 {
        nodes = nodes.saturating_add(u16::from(at ^ 1 <= last));
        (at, last) = (at >> 1, last >> 1);
    }
    nodes
}
