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
    /// The root key and its signatures, for who is to be shown that a key is the instance's; files of old lack them.
    #[serde(default)]
    root_key: Option<Key>,
    #[serde(default)]
    certified: Vec<Certified>,
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

/// A key with the root's signature over it, as the instance publishes them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Certified {
    pub(crate) key: String,
    pub(crate) signature: String,
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
        let good = document.receipt_keys.into_iter().filter_map(|it| it.checked(instance, &root).map(|key| (key, it))).take(8);
        let (receipt_keys, certified): (Vec<Key>, Vec<Certified>) = good.unzip();
        if receipt_keys.is_empty() {
            return Err(Unproved::ReceiptKey);
        }
        let wallet = Address::parse(&document.wallet_url).map_err(|_| Unproved::WalletUrl)?;
        if !wallet.is_https() && !wallet.is_loopback() {
            return Err(Unproved::WalletUrl);
        }
        let name = crate::problem::shown(&document.name);
        let (mode, currencies, root_key) = (document.mode, document.currencies, Some(Key(root)));
        Ok(Site { name, mode, instance, wallet: wallet.at("/"), currencies, receipt_keys, root_key, certified })
    }

    /// The keys that sign receipts, each signed by the root.
    pub fn receipt_keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.receipt_keys.iter().map(|key| &key.0)
    }

    /// The root key, and the receipt keys with its signatures; none where only the keys are kept.
    pub(crate) fn certificates(&self) -> Option<(PublicKey, Vec<Certified>)> {
        let root = self.root_key.filter(|_| !self.certified.is_empty())?;
        Some((root.0, self.certified.clone()))
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
