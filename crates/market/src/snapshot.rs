//! The layout of a whole state: what a snapshot keeps, and what a state's hash is made of.
//!
//! A state is laid out in blocks: a byte for the section, the length of the rows (4 bytes, little-endian), the rows. The
//! sections come in the order of [`Section`], each with its rows in the state's own order; a block is closed by the row
//! that makes it [`BLOCK_BYTES`] long, so there is one layout for one state. What can be found again from the rows (every
//! index, the order of a payer's sales) is not written. Rows: [`rows`]. The layout is private and versioned by
//! [`STATE_LAYOUT`]: whoever does not know it replays the journal instead.

mod restore;
mod rows;

pub use restore::Restore;

use crate::codec::Writer;
use crate::state::State;
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// The version of the layout.
pub const STATE_LAYOUT: u16 = 9;
/// Bytes of a block before its rows.
pub const BLOCK_HEAD_BYTES: usize = 5;
/// A block this long is closed; its last row reaches beyond.
const BLOCK_BYTES: usize = 64 << 10;

/// The kinds of rows in the order in which they are laid out: what a row names stands in a section before its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(u8)]
enum Section {
    Founding = 1,
    Account = 2,
    Capture = 3,
    Hold = 4,
    Payee = 5,
    Handle = 6,
    Version = 7,
    Realm = 8,
    Standing = 9,
    Wallet = 10,
    Page = 11,
    Sale = 12,
    Undone = 13,
    Undos = 14,
    Guard = 15,
    Claim = 16,
    Session = 17,
    Calendar = 18,
    Meter = 19,
    Event = 20,
    Coin = 21,
    Promised = 22,
}

impl Section {
    const ALL: [Section; 22] = [
        Section::Founding,
        Section::Account,
        Section::Capture,
        Section::Hold,
        Section::Payee,
        Section::Handle,
        Section::Version,
        Section::Realm,
        Section::Standing,
        Section::Wallet,
        Section::Page,
        Section::Sale,
        Section::Undone,
        Section::Undos,
        Section::Guard,
        Section::Claim,
        Section::Session,
        Section::Calendar,
        Section::Meter,
        Section::Event,
        Section::Coin,
        Section::Promised,
    ];

    const fn byte(self) -> u8 {
        self as u8
    }

    fn from_byte(byte: u8) -> Option<Section> {
        Section::ALL.into_iter().find(|section| section.byte() == byte)
    }
}

/// The length of a block whose head this is, head included; `None` for no head of a block.
#[must_use]
pub fn block_bytes(head: [u8; BLOCK_HEAD_BYTES]) -> Option<usize> {
    let [section, length @ ..] = head;
    Section::from_byte(section)?;
    usize::try_from(u32::from_le_bytes(length)).ok()?.checked_add(BLOCK_HEAD_BYTES)
}

/// SHA-256 over a state's blocks: equal for equal states, whatever their tables hash with.
#[derive(Clone, Debug)]
pub struct StateHash(Sha256);

impl StateHash {
    /// Begins with `farthing/state/`, the version of the layout (2 bytes) and a line feed.
    #[must_use]
    pub fn new() -> StateHash {
        StateHash(Sha256::new().chain_update(b"farthing/state/").chain_update(STATE_LAYOUT.to_le_bytes()).chain_update(b"\n"))
    }

    /// Takes the next block.
    pub fn block(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    /// The hash of all blocks.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Default for StateHash {
    fn default() -> StateHash {
        StateHash::new()
    }
}

impl State {
    /// Hands the layout to `sink`, block by block.
    ///
    /// # Errors
    /// The first that `sink` returns; it is not called again then.
    pub fn lay_out<E>(&self, sink: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut layout = Layout { sink, block: Vec::with_capacity(BLOCK_BYTES.saturating_mul(2)) };
        layout.rows(Section::Founding, self.founding.iter(), rows::founding)?;
        layout.rows(Section::Account, self.books.accounts().iter(), rows::account)?;
        layout.rows(Section::Capture, self.books.captures(), rows::capture)?;
        layout.rows(Section::Hold, self.books.holds(), rows::hold)?;
        layout.rows(Section::Payee, self.paid.iter(), |out, party| out.bytes(&party.0))?;
        layout.rows(Section::Handle, self.payees.iter(), rows::handle)?;
        layout.rows(Section::Version, self.versions.values(), rows::version)?;
        layout.rows(Section::Realm, self.current.keys(), |out, realm| out.text(realm))?;
        let standing =
            self.current.iter().flat_map(|(realm, names)| names.iter().map(move |(name, id)| (realm.as_str(), name.as_str(), *id)));
        layout.rows(Section::Standing, standing, rows::standing)?;
        layout.rows(Section::Wallet, self.wallets.rows().iter(), rows::wallet)?;
        layout.rows(Section::Page, self.sales.items().iter(), |out, item| out.text(item))?;
        let page = |item: &str| self.sales.item_row(&self.key, item).expect("the text of each sale's page is kept");
        let sales = self.sales.rows().iter().map(|row| (row.id, &row.sale, page(&row.sale.item)));
        layout.rows(Section::Sale, sales, rows::sale)?;
        layout.rows(Section::Undone, self.undone.iter(), |out, (party, item)| {
            out.bytes(&party.0);
            out.text(item);
        })?;
        layout.rows(Section::Undos, self.undos.iter(), rows::undos)?;
        layout.rows(Section::Guard, self.guards.iter(), rows::guard)?;
        layout.rows(Section::Claim, self.claims.iter(), rows::claim)?;
        layout.rows(Section::Session, self.sessions.iter(), rows::session)?;
        layout.rows(Section::Calendar, self.calendars.iter(), |out, (party, calendar)| {
            out.bytes(&party.0);
            calendar.encode(out);
        })?;
        layout.rows(Section::Meter, self.meters.iter(), rows::meter)?;
        let events = self.meters.values().zip(0_u32..).flat_map(|(meter, number)| meter.known().map(move |event| (number, event)));
        layout.rows(Section::Event, events, rows::event)?;
        layout.rows(Section::Coin, self.coins.iter(), |out, (id, payment)| payment.encode(id, out))?;
        layout.rows(Section::Promised, self.promised.iter(), rows::promised)
    }

    /// The hash of the state: [`StateHash`] over its layout.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = StateHash::new();
        let Ok(()) = self.lay_out::<Infallible>(|block| {
            hash.block(block);
            Ok(())
        });
        hash.finish()
    }
}

/// The block that is being filled, and where blocks go.
struct Layout<S> {
    sink: S,
    block: Vec<u8>,
}

impl<E, S: FnMut(&[u8]) -> Result<(), E>> Layout<S> {
    fn rows<T>(&mut self, section: Section, rows: impl Iterator<Item = T>, write: impl Fn(&mut Writer<'_>, T)) -> Result<(), E> {
        for row in rows {
            if self.block.is_empty() {
                self.block.push(section.byte());
                self.block.extend_from_slice(&[0; 4]);
            }
            write(&mut Writer(&mut self.block), row);
            if self.block.len() >= BLOCK_BYTES {
                self.close()?;
            }
        }
        self.close()
    }

    fn close(&mut self) -> Result<(), E> {
        if self.block.is_empty() {
            return Ok(());
        }
        let rows = self.block.len().saturating_sub(BLOCK_HEAD_BYTES);
        let length = u32::try_from(rows).expect("a block is one row longer than 64 KiB at most, and rows are short");
        for (to, from) in self.block.iter_mut().skip(1).zip(length.to_le_bytes()) {
            *to = from;
        }
        (self.sink)(&self.block)?;
        self.block.clear();
        Ok(())
    }
}
