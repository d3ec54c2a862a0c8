//! A site's keys, from `/.well-known/farthing.json`, and how the root key vouches for the others.

use crate::Address;
use protocol::discovery::known::Role;
use protocol::{Instance, PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose money it is that an instance moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Play money.
    Test,
    /// Real money.
    Live,
}

/// What a payer knows of an instance: its keys, checked, and where its wallet is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Site {
    /// What people call it.
    pub name: String,
    /// Test or live.
    pub mode: Mode,
    /// Its id; the root key hashes to it.
    #[serde(with = "crate::text")]
    pub instance: Instance,
    /// The wallet's origin.
    #[serde(with = "crate::text")]
    pub wallet: Address,
    /// What prices are in: `eur-micro`.
    pub currencies: Vec<String>,
    receipt_keys: Vec<Key>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Key(#[serde(with = "crate::text")] PublicKey);

#[derive(Deserialize)]
struct Document {
    name: String,
    mode: Mode,
    instance: String,
    root_key: String,
    receipt_keys: Vec<Certified>,
    wallet_url: String,
    #[serde(default)]
    currencies: Vec<String>,
}

#[derive(Deserialize)]
struct Certified {
    key: String,
    signature: String,
}

/// Why a document of keys is not believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unproved {
    /// It is not the JSON it should be.
    Unreadable,
    /// The root key does not hash to the instance.
    RootKey,
    /// None of the receipt keys is signed by the root key.
    ReceiptKey,
    /// Where the wallet is cannot be reached safely.
    WalletUrl,
}

impl Site {
    /// Reads the document and checks its keys; a receipt key that the root did not sign is left out.
    ///
    /// # Errors
    /// [`Unproved`].
    pub fn parse(json: &[u8]) -> Result<Site, Unproved> {
        let document: Document = serde_json::from_slice(json).map_err(|_| Unproved::Unreadable)?;
        let instance = Instance::parse(&document.instance).map_err(|_| Unproved::Unreadable)?;
        let root = PublicKey::parse(&document.root_key).map_err(|_| Unproved::Unreadable)?;
        if Instance::of(&root) != instance {
            return Err(Unproved::RootKey);
        }
        let receipt_keys: Vec<Key> = document.receipt_keys.iter().filter_map(|it| it.checked(instance, &root)).take(8).collect();
        if receipt_keys.is_empty() {
            return Err(Unproved::ReceiptKey);
        }
        let wallet = Address::parse(&document.wallet_url).map_err(|_| Unproved::WalletUrl)?;
        if !wallet.is_https() && !wallet.is_loopback() {
            return Err(Unproved::WalletUrl);
        }
        let name = crate::problem::shown(&document.name);
        Ok(Site { name, mode: document.mode, instance, wallet: wallet.at("/"), currencies: document.currencies, receipt_keys })
    }

    /// The keys that sign receipts, each signed by the root.
    pub fn receipt_keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.receipt_keys.iter().map(|key| &key.0)
    }
}

impl Certified {
    fn checked(&self, instance: Instance, root: &PublicKey) -> Option<Key> {
        protocol::discovery::known::checked(Role::Receipt, (instance, root), (&self.key, &self.signature)).map(Key)
    }
}

/// The root key's signature over a receipt key, base64url, as it stands in `receipt_keys`.
#[must_use]
pub fn certify(root: &SigningKey, key: &PublicKey) -> String {
    protocol::discovery::known::certify(root, Role::Receipt, key)
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unproved::Unreadable => "it is not a farthing document",
            Unproved::RootKey => "its root key is not the one of its instance",
            Unproved::ReceiptKey => "its root key signed none of the receipt keys",
            Unproved::WalletUrl => "its wallet has no https address",
        })
    }
}
