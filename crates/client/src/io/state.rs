//! What the client remembers beside the wallet: receipts, pinned instances, and commands that have no answer yet.
//!
//! One small file each, so that several programs may use one wallet at a time; each change is durable before the next
//! step, so that a crash at any point loses no command and repeats none.

use crate::io::drawer::Drawer;
use crate::kept::{KeptReceipt, Unanswered};
use crate::proofs::{Opened, SessionProofs};
use crate::session::{KeptSession, Unread};
use crate::site::Site;
use crate::standing::Standing;
use crate::{Address, Error};
use money::CommandId;
use protocol::challenge::route;
use protocol::text::{base32, serial};
use std::path::Path;

/// The folder beside a wallet file: `wallet.json` has `wallet.state`.
pub struct State {
    receipts: Drawer,
    sites: Drawer,
    unanswered: Drawer,
    sessions: Drawer,
    unread: Drawer,
    ended: Drawer,
    proofs: Drawer,
    standing: Drawer,
}

/// A session that nobody else uses while this is held.
pub(crate) struct Held {
    pub session: KeptSession,
    _lock: std::fs::File,
}

/// While it lives, nobody else takes the page that is being read for one that was left.
pub(crate) struct Reading(#[expect(dead_code, reason = "it is held, not used")] std::fs::File);

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
            sessions: Drawer::open(folder.join("sessions"))?,
            unread: Drawer::open(folder.join("session-unread"))?,
            ended: Drawer::open(folder.join("sessions-ended"))?,
            proofs: Drawer::open(folder.join("session-proofs"))?,
            standing: Drawer::open(folder.join("standing"))?,
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

    /// The sessions that are not known to be over.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn sessions(&self) -> Result<Vec<KeptSession>, Error> {
        self.sessions.all()
    }

    /// The sessions that are over, with their final receipts.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn ended_sessions(&self) -> Result<Vec<KeptSession>, Error> {
        self.ended.all()
    }

    /// Takes a session that nobody else uses, as it stands on the disk then.
    pub(crate) fn hold(&self, id: CommandId) -> Result<Option<Held>, Error> {
        let Some(lock) = self.sessions.lock(&serial(id))? else { return Ok(None) };
        Ok(self.sessions.find(&serial(id))?.map(|session| Held { session, _lock: lock }))
    }

    /// Begins a session: on the disk before anything is sent.
    pub(crate) fn begin_session(&self, session: KeptSession) -> Result<Held, Error> {
        let lock = self.sessions.lock(&serial(session.id))?.ok_or_else(|| Error::NoSession { id: serial(session.id) })?;
        self.keep_session(&session)?;
        Ok(Held { session, _lock: lock })
    }

    /// Writes down where a session stands; durable before this returns.
    pub(crate) fn keep_session(&self, session: &KeptSession) -> Result<(), Error> {
        self.sessions.put(&serial(session.id), session)
    }

    /// Writes down where a session stands, before a voucher is sent and after it is answered. Without waiting for the disk:
    /// vouchers are cumulative, so an older file repeats and never pays more.
    pub(crate) fn note_session(&self, session: &KeptSession) -> Result<(), Error> {
        self.sessions.note(&serial(session.id), session)
    }

    /// A request that a session has paid for and whose page did not come whole, by the identity of what was asked.
    pub(crate) fn unread(&self, identity: &str) -> Result<Option<Unread>, Error> {
        self.unread.find(identity)
    }

    /// Takes the reading of a page; none while another of this program or another program reads the very same.
    pub(crate) fn reading(&self, identity: &str) -> Result<Option<Reading>, Error> {
        Ok(self.unread.lock(identity)?.map(Reading))
    }

    /// Notes such a request before its page is read. Without waiting for the disk: what a machine that dies forgets is paid again
    /// at worst, and what it remembers too long is had for nothing.
    pub(crate) fn note_unread(&self, unread: &Unread) -> Result<(), Error> {
        self.unread.note(&unread.identity, unread)
    }

    /// Its page came whole, or nobody wants it any more.
    pub(crate) fn read(&self, identity: &str) -> Result<(), Error> {
        self.unread.toss(identity)?;
        self.unread.unlock(identity);
        Ok(())
    }

    /// Puts a session that is over to those that are. What it paid for is not to be had any more.
    pub(crate) fn end_session(&self, session: &KeptSession) -> Result<(), Error> {
        self.ended.put(&serial(session.id), session)?;
        for unread in self.unread.all::<Unread>()?.iter().filter(|unread| unread.session == session.id) {
            self.read(&unread.identity)?;
        }
        self.forget_session(session.id)
    }

    /// Forgets a session that never came to be.
    pub(crate) fn forget_session(&self, id: CommandId) -> Result<(), Error> {
        self.sessions.remove(&serial(id))?;
        self.sessions.unlock(&serial(id));
        Ok(())
    }

    /// What can be proved of a session, also of one that is over.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn proofs(&self, id: CommandId) -> Result<SessionProofs, Error> {
        Ok(self.proofs.find(&serial(id))?.unwrap_or_default())
    }

    /// Keeps what was signed when a session was opened; durable before this returns.
    pub(crate) fn keep_opening(&self, id: CommandId, opened: Opened) -> Result<(), Error> {
        let receipts = self.proofs(id)?.receipts;
        self.proofs.put(&serial(id), &SessionProofs { opening: Some(opened), receipts })
    }

    /// Keeps a signed receipt of a session beside those before it; durable before this returns.
    pub(crate) fn keep_receipt(&self, id: CommandId, receipt: &str) -> Result<(), Error> {
        let mut proofs = self.proofs(id)?;
        if proofs.add(receipt) { self.proofs.put(&serial(id), &proofs) } else { Ok(()) }
    }

    /// Forgets what can be proved of a session that never came to be.
    pub(crate) fn forget_proofs(&self, id: CommandId) -> Result<(), Error> {
        self.proofs.remove(&serial(id))
    }

    /// The standing challenges of an origin.
    pub(crate) fn standing(&self, url: &Address) -> Result<Standing, Error> {
        Ok(self.standing.find(&name("origin", &url.origin()))?.unwrap_or_default())
    }

    /// Keeps the standing challenges of an origin, without waiting for the disk: one that is lost costs a round trip.
    pub(crate) fn keep_standing(&self, url: &Address, standing: &Standing) -> Result<(), Error> {
        self.standing.note(&name("origin", &url.origin()), standing)
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
