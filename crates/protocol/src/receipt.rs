//! The receipt: our signed word of what was charged, in `Payment-Receipt` as base64url JSON of at most 1,400 bytes.
//!
//! Receipts made durable together are signed in groups of up to 64 (RFC 9162 tree); a group of one is a plain
//! signature. Checking needs SHA-256 and Ed25519, nothing of ours.

mod session;
mod together;

pub use session::{Certified, CertifiedSigned, Counted, Done};
pub use together::{GROUP, sign_group, sign_together};

use crate::json::{Object, write_text};
use crate::keys::{PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Instance, Malformed, base64url, from_base64url, offer, parse_serial, serial};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use sha2::{Digest, Sha256};

/// Longest `Payment-Receipt` we write or read.
pub const MAX_BYTES: usize = 1_400;

/// A proof without its path.
const PROOF_BYTES: usize = 81;
/// What stands before a proof in the canonical form.
const NAMED_PROOF: &str = ",\"proof\":\"";

/// What a receipt says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The receipt's serial: the command that made the sale.
    pub reference: CommandId,
    /// When the sale was made.
    pub timestamp: Timestamp,
    /// Whose books it stands in.
    pub instance: Instance,
    /// The payee's handle.
    pub recipient: String,
    /// The payer's pairwise reference: differs from payee to payee.
    pub payer: String,
    /// What was really charged by this answer; zero when the thing was owned already.
    pub amount: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// The offer version.
    pub offer: OfferId,
    /// The page that may be read: realm and path.
    pub entitlement: String,
    /// When that ends; `None` = never.
    pub until: Option<Timestamp>,
    /// SHA-256 of the canonical form of the whole receipt, which `GET /v1/receipts/{serial}` gives.
    pub full: [u8; 32],
    /// The payee's own reference from the challenge, if it had one.
    pub external_id: Option<String>,
}

/// The name of a group: where in the journal its records stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// The frame's sequence number, below 2^48.
    pub frame: u64,
    /// Number of the group in the frame: its first 64 sales are 0, the next 64 are 1.
    pub chunk: u16,
}

impl Group {
    /// The group of a receipt that is signed alone, later than its frame's.
    #[must_use]
    pub fn apart(frame: u64) -> Group {
        Group { frame, chunk: u16::MAX }
    }
}

/// A receipt read from its header, with what proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// What it says.
    pub receipt: Receipt,
    leaf: [u8; 32],
    proof: Proof,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Proof {
    key_id: [u8; 4],
    group: [u8; 8],
    leaf: u16,
    size: u16,
    path: Vec<[u8; 32]>,
    signature: [u8; 64],
}

impl Receipt {
    /// The header's value: the receipt signed alone, as a group of one.
    ///
    /// # Errors
    /// [`Malformed`] if it would be over [`MAX_BYTES`].
    pub fn header_value(&self, key: &SigningKey, group: Group) -> Result<String, Malformed> {
        let canonical = Canonical::of(self);
        let leaf = canonical.leaf();
        let mut proof = Proof { key_id: key.id(), group: group.bytes(), leaf: 0, size: 1, path: Vec::new(), signature: [0; 64] };
        proof.signature = key.sign(proof.text(self.instance, &leaf)?.bytes());
        canonical.header(&proof)
    }
}

/// The canonical form of a receipt's fields in two halves, between which the proof has its place: written once, used for
/// the leaf and for the header.
struct Canonical {
    text: String,
    /// Where the proof goes.
    middle: usize,
}

impl Canonical {
    fn of(receipt: &Receipt) -> Canonical {
        let mut text = String::with_capacity(MAX_BYTES);
        let mut field = |key: &str, value: &str| {
            text.push(if text.is_empty() { '{' } else { ',' });
            write_text(key, &mut text);
            text.push(':');
            write_text(value, &mut text);
            text.len()
        };
        field("amount", &receipt.amount.to_string());
        field("currency", receipt.currency.as_str());
        field("entitlement", &receipt.entitlement);
        if let Some(id) = &receipt.external_id {
            field("externalId", id);
        }
        field("full", &base64url(&receipt.full));
        field("instance", &receipt.instance.to_string());
        field("intent", crate::challenge::INTENT);
        field("method", crate::challenge::METHOD);
        field("offer", &offer(receipt.offer));
        let middle = field("payer", &receipt.payer);
        field("recipient", &receipt.recipient);
        field("reference", &serial(receipt.reference));
        field("status", "success");
        field("timestamp", &receipt.timestamp.to_string());
        if let Some(until) = receipt.until {
            field("until", &until.to_string());
        }
        text.push('}');
        Canonical { text, middle }
    }

    /// The hash of the fields less the proof.
    fn leaf(&self) -> [u8; 32] {
        leaf_of(&self.text)
    }

    /// True if the header with a path of so many nodes is no longer than headers are.
    fn fits(&self, nodes: usize) -> bool {
        let proof = nodes.saturating_mul(32).saturating_add(PROOF_BYTES);
        let json = self.text.len().saturating_add(NAMED_PROOF.len()).saturating_add(base64url_bytes(proof)).saturating_add(1);
        base64url_bytes(json) <= MAX_BYTES
    }

    fn header(self, proof: &Proof) -> Result<String, Malformed> {
        let (before, after) = self.text.split_at(self.middle);
        let value = base64url([before, NAMED_PROOF, &base64url(&proof.bytes()), "\"", after].concat().as_bytes());
        if value.len() > MAX_BYTES { Err(Malformed("receipt: over 1,400 bytes")) } else { Ok(value) }
    }
}

impl Group {
    fn bytes(self) -> [u8; 8] {
        let [_, _, a, b, c, d, e, f] = self.frame.to_be_bytes();
        let [g, h] = self.chunk.to_be_bytes();
        [a, b, c, d, e, f, g, h]
    }
}

impl Signed {
    /// Reads a header's value. It proves nothing before [`Signed::is_proved_by`].
    ///
    /// # Errors
    /// [`Malformed`] naming the field.
    pub fn parse(value: &str) -> Result<Signed, Malformed> {
        if value.len() > MAX_BYTES {
            return Err(Malformed("receipt: over 1,400 bytes"));
        }
        let fields = Object::parse(&from_base64url(value)?)?;
        if fields.need("status")? != "success" || fields.need("method")? != crate::challenge::METHOD {
            return Err(Malformed("receipt"));
        }
        let time = |text: &str, what| Timestamp::parse(text).ok_or(Malformed(what));
        let receipt = Receipt {
            reference: parse_serial(fields.need("reference")?)?,
            timestamp: time(fields.need("timestamp")?, "timestamp")?,
            instance: Instance::parse(fields.need("instance")?)?,
            recipient: fields.need("recipient")?.to_owned(),
            payer: fields.need("payer")?.to_owned(),
            amount: Amount::parse(fields.need("amount")?).map_err(|_| Malformed("amount"))?,
            currency: Asset::parse(fields.need("currency")?).map_err(|_| Malformed("currency"))?,
            offer: crate::text::parse_offer(fields.need("offer")?)?,
            entitlement: fields.need("entitlement")?.to_owned(),
            until: fields.maybe("until")?.map(|text| time(text, "until")).transpose()?,
            full: crate::text::array_from_base64url(fields.need("full")?)?,
            external_id: fields.maybe("externalId")?.map(str::to_owned),
        };
        // Unknown fields are covered by the proof too, so the leaf is over the text as it came, less the proof.
        let leaf = leaf_of(&fields.clone().without("proof").canonical());
        let proof = Proof::parse(&from_base64url(fields.need("proof")?)?)?;
        Ok(Signed { receipt, leaf, proof })
    }

    /// True if the instance's receipt key signed it.
    #[must_use]
    pub fn is_proved_by(&self, key: &PublicKey) -> bool {
        self.proof.holds(self.receipt.instance, self.leaf, key)
    }
}

fn base64url_bytes(bytes: usize) -> usize {
    bytes.saturating_mul(4).div_ceil(3)
}

fn node_of(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

fn leaf_of(canonical: &str) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(canonical).finalize().into()
}

impl Proof {
    /// True if the key signed the root that leaf and path give.
    fn holds(&self, instance: Instance, leaf: [u8; 32], key: &PublicKey) -> bool {
        let Some(root) = self.root(leaf) else { return false };
        let text = self.text(instance, &root);
        key.id() == self.key_id && text.is_ok_and(|text| key.verifies(text.bytes(), &self.signature))
    }

    /// `farthing/receipts/1`: instance, group, size, root.
    fn text(&self, instance: Instance, root: &[u8; 32]) -> Result<SignedText, Malformed> {
        SignedText::new("farthing/receipts/1")
            .line(&instance.to_string())?
            .line(&base64url(&self.group))?
            .line(&self.size.to_string())?
            .line(&base64url(root))
    }

    /// version 1 ‖ key id 4 ‖ group 8 ‖ leaf 2 ‖ size 2 ‖ path 32·k ‖ signature 64
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.path.len().saturating_mul(32).saturating_add(PROOF_BYTES));
        bytes.push(1);
        bytes.extend(self.key_id);
        bytes.extend(self.group);
        bytes.extend(self.leaf.to_be_bytes());
        bytes.extend(self.size.to_be_bytes());
        self.path.iter().for_each(|node| bytes.extend(node));
        bytes.extend(self.signature);
        bytes
    }

    fn parse(bytes: &[u8]) -> Result<Proof, Malformed> {
        let wrong = Malformed("proof");
        let ([1], rest) = bytes.split_first_chunk().ok_or(wrong)? else { return Err(wrong) };
        let (key_id, rest) = rest.split_first_chunk().ok_or(wrong)?;
        let (group, rest) = rest.split_first_chunk().ok_or(wrong)?;
        let (leaf, rest) = rest.split_first_chunk().ok_or(wrong)?;
        let (size, rest) = rest.split_first_chunk().ok_or(wrong)?;
        let (path, signature) = rest.split_last_chunk().ok_or(wrong)?;
        let (nodes, []) = path.as_chunks::<32>() else { return Err(wrong) };
        let (leaf, size) = (u16::from_be_bytes(*leaf), u16::from_be_bytes(*size));
        if size == 0 || size > 64 || leaf >= size || nodes.len() > 6 {
            return Err(wrong);
        }
        Ok(Proof { key_id: *key_id, group: *group, leaf, size, path: nodes.to_vec(), signature: *signature })
    }

    /// The root that leaf and path give (RFC 9162, 2.1.3.2), or none if the path does not fit the place.
    fn root(&self, leaf: [u8; 32]) -> Option<[u8; 32]> {
        let (mut place, mut last) = (self.leaf, self.size.checked_sub(1)?);
        let mut hash = leaf;
        for node in &self.path {
            if last == 0 {
                return None;
            }
            if place % 2 == 1 || place == last {
                hash = node_of(node, &hash);
                while place.is_multiple_of(2) && place != 0 {
                    (place, last) = (place >> 1, last >> 1);
                }
            } else {
                hash = node_of(&hash, node);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        (last == 0).then_some(hash)
    }
}

#[cfg(test)]
mod tests;
