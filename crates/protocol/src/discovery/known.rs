//! Another instance's `/.well-known/farthing.json`, read by who has to believe it: a wallet of a site, a site of a wallet.
//!
//! The root key signs all other keys. Whoever reads remembers the root (the pin) and follows the keys that it signs.

use super::Mode;
use crate::keys::{PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Instance, Malformed, array_from_base64url, base64url};
use serde::Deserialize;

/// Longest document that is read.
pub const MOST_BYTES: usize = 64 * 1_024;
/// Keys of a kind that are looked at: the current one, the next, and some of before.
const MOST_KEYS: usize = 8;
/// Origins of a list that are looked at.
const MOST_ORIGINS: usize = 64;

/// What a key of an instance is for. One of a kind says nothing as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It signs receipts.
    Receipt,
    /// It signs quotes, and what the instance's sites ask of wallets.
    Site,
}

/// What an instance says of itself, its keys checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// What people call it.
    pub name: String,
    /// Whose money it moves.
    pub mode: Mode,
    /// Its id; the root key hashes to it.
    pub instance: Instance,
    /// The key that signs the others.
    pub root: PublicKey,
    /// Keys that sign receipts.
    pub receipt_keys: Vec<PublicKey>,
    /// Keys that sign quotes.
    pub site_keys: Vec<PublicKey>,
    /// Origins whose pages are sold under the document.
    pub page_origins: Vec<String>,
    /// Origins of the wallets whose payments are taken.
    pub wallets: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    name: String,
    mode: Mode,
    instance: String,
    root_key: String,
    #[serde(default)]
    receipt_keys: Vec<Certified>,
    #[serde(default)]
    site_keys: Vec<Certified>,
    #[serde(default)]
    page_origins: Vec<String>,
    #[serde(default)]
    wallets: Vec<String>,
}

#[derive(Deserialize)]
struct Certified {
    key: String,
    signature: String,
}

impl Known {
    /// Reads the document; a key that its root did not sign is left out.
    ///
    /// # Errors
    /// [`Malformed`] if it can't be read or its root is not that of its instance.
    pub fn parse(json: &[u8]) -> Result<Known, Malformed> {
        if json.len() > MOST_BYTES {
            return Err(Malformed("farthing.json: over 64 KB"));
        }
        let document: Document = serde_json::from_slice(json).map_err(|_| Malformed("farthing.json"))?;
        let (instance, root) = (Instance::parse(&document.instance)?, PublicKey::parse(&document.root_key)?);
        if Instance::of(&root) != instance {
            return Err(Malformed("farthing.json: root_key"));
        }
        let signed = |keys: &[Certified], role| -> Vec<PublicKey> {
            keys.iter().take(MOST_KEYS).filter_map(|it| checked(role, (instance, &root), (&it.key, &it.signature))).collect()
        };
        let origins = |all: Vec<String>| -> Vec<String> { all.into_iter().take(MOST_ORIGINS).collect() };
        Ok(Known {
            receipt_keys: signed(&document.receipt_keys, Role::Receipt),
            site_keys: signed(&document.site_keys, Role::Site),
            name: crate::quote::plain_title(&document.name),
            mode: document.mode,
            instance,
            root,
            page_origins: origins(document.page_origins),
            wallets: origins(document.wallets),
        })
    }
}

/// A key as it stands in the document with the root's signature over it, if the root signed it for this.
#[must_use]
pub fn checked(role: Role, (instance, root): (Instance, &PublicKey), (key, signature): (&str, &str)) -> Option<PublicKey> {
    let (key, signature) = (PublicKey::parse(key).ok()?, array_from_base64url(signature).ok()?);
    root.verifies(certificate(instance, role, &key).bytes(), &signature).then_some(key)
}

/// The root key's signature over another key, base64url, as it stands beside the key.
///
/// The signed text is `farthing/key/1`: instance, `receipt` or `site`, key.
#[must_use]
pub fn certify(root: &SigningKey, role: Role, key: &PublicKey) -> String {
    base64url(&root.sign(certificate(Instance::of(&root.public()), role, key).bytes()))
}

fn certificate(instance: Instance, role: Role, key: &PublicKey) -> SignedText {
    let role = match role {
        Role::Receipt => "receipt",
        Role::Site => "site",
    };
    let text = SignedText::new("farthing/key/1").line(&instance.to_string());
    let text = text.and_then(|text| text.line(role)).and_then(|text| text.line(&key.to_string()));
    text.expect("base32 and base64url of fixed length can be signed")
}

#[cfg(test)]
mod tests;
