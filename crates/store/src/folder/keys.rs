//! Secrets of 32 bytes, one file each, for the owner's eyes only.

use super::l402::Former;
use super::{check_owner_only, fault, read_optional};
use crate::{Error, FolderFault};
use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// Length of every key.
pub const KEY_BYTES: usize = 32;

/// The secrets of an instance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum KeyName {
    /// Ed25519 seed of the instance's root key.
    Root,
    /// Ed25519 seed that signs receipts.
    Receipt,
    /// HMAC key of challenge ids.
    Challenge,
    /// HMAC key of pairwise payer references.
    Pairwise,
    /// What the keys of L402's tokens and invoices are drawn from. Folders of older versions have none.
    L402,
    /// What they were drawn from before, and are for what was sold then.
    FormerL402(Former),
}

/// A secret. It shows nothing of itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey([u8; KEY_BYTES]);

impl KeyName {
    /// All that every folder has.
    pub const ALL: [KeyName; 5] = [KeyName::Root, KeyName::Receipt, KeyName::Challenge, KeyName::Pairwise, KeyName::L402];

    /// The name of its file in `keys/`.
    #[must_use]
    pub fn file_name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            KeyName::Root => "root",
            KeyName::Receipt => "receipt",
            KeyName::Challenge => "challenge",
            KeyName::Pairwise => "pairwise",
            KeyName::L402 => "l402",
            KeyName::FormerL402(former) => return Cow::Owned(former.file_name()),
        })
    }

    /// The key of such a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<KeyName> {
        let known = KeyName::ALL.into_iter().find(|known| known.file_name() == name);
        known.or_else(|| Former::parse(name).map(KeyName::FormerL402))
    }
}

impl SecretKey {
    /// Its bytes, to be handed to the signer or MAC and nowhere else.
    #[must_use]
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

pub(super) fn load(path: &Path) -> Result<Option<SecretKey>, Error> {
    let Some(bytes) = read_optional(path)? else { return Ok(None) };
    check_owner_only(path, 0o600)?;
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let wanted = u64::try_from(KEY_BYTES).unwrap_or(u64::MAX);
    let key = bytes.try_into().map_err(|_| fault(path, FolderFault::KeyBytes { found, wanted }))?;
    Ok(Some(SecretKey(key)))
}
