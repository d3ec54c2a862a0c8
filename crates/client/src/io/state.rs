//! What the client remembers beside the wallet: receipts, pinned instances, and commands that have no answer yet.
//!
//! One small file each, so that several programs may use one wallet at a time; each change is durable before the next
//! step, so that a crash at any point loses no command and repeats none.

use crate::io::drawer::Drawer;
use crate::kept::{KeptReceipt, Unanswered};
use crate::site::Site;
use crate::{Address, Error};
use protocol::challenge::route;
use protocol::text::base32;
use std::path::Path;

/// The folder beside a wallet file: `wallet.json` has `wallet.state`.
pub struct State {
    receipts: Drawer,
    sites: Drawer,
    unanswered: Drawer,
}

impl State {
    /// Opens the state of the wallet at a path, making it if there is none.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn beside(wallet: &Path) -> Result<State, Error> {
        let folder = wallet.with_extension("state");
        Ok(State {
            receipts: Drawer::open(folder.join("receipts"))?,
            sites: Drawer::open(folder.join("sites"))?,
            unanswered: Drawer::open(folder.join("unanswered"))?,
        })
    }

    /// The receipt of a page, the last one if it was bought more than once.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn receipt(&self, url: &Address) -> Result<Option<KeptReceipt>, Error> {
        self.receipts.find(&name("page", &url.to_string()))
    }

    /// All receipts, the newest first.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn receipts(&self) -> Result<Vec<KeptReceipt>, Error> {
        let mut all: Vec<KeptReceipt> = self.receipts.all()?;
        all.sort_by_key(|kept| std::cmp::Reverse((kept.at, kept.serial)));
        Ok(all)
    }

    /// Keeps the receipt of a page.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn keep(&self, receipt: &KeptReceipt) -> Result<(), Error> {
        self.receipts.put(&name("page", &receipt.url.to_string()), receipt)
    }

    /// The command that is still waiting for its answer, by the identity of what was asked.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn unanswered(&self, identity: &str) -> Result<Option<Unanswered>, Error> {
        self.unanswered.find(identity)
    }

    /// Writes a command down before it is sent.
    ///
    /// # Errors
    /// [`Error::File`]; then it must not be sent.
    pub fn begin(&self, identity: &str, command: &Unanswered) -> Result<(), Error> {
        self.unanswered.put(identity, command)
    }

    /// Forgets a command that was answered.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn answered(&self, identity: &str) -> Result<(), Error> {
        self.unanswered.remove(identity)
    }

    /// What is known of the instance of a realm.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn site(&self, realm: &str) -> Result<Option<Site>, Error> {
        self.sites.find(&name("realm", &realm.to_ascii_lowercase()))
    }

    /// Pins the instance of a realm.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn pin(&self, realm: &str, site: &Site) -> Result<(), Error> {
        self.sites.put(&name("realm", &realm.to_ascii_lowercase()), site)
    }

    /// The wallet that calls go to when none is named.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn wallet(&self) -> Result<Option<Site>, Error> {
        self.sites.find(WALLET)
    }

    /// Remembers the wallet that calls go to when none is named.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remember_wallet(&self, site: &Site) -> Result<(), Error> {
        self.sites.put(WALLET, site)
    }
}

/// The name of the usual wallet among the sites; no hash is so short.
const WALLET: &str = "wallet";

/// A file name for any text: 26 characters of base32, from its SHA-256.
pub(crate) fn name(kind: &str, text: &str) -> String {
    base32(&route(kind, text))
}

#[cfg(test)]
mod tests;
