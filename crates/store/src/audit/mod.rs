//! The auditor: a second reader of the journal, which follows no rule of `State::apply` and trusts no figure that it can
//! recompute. It reads verified frames through the port, one at a time, and stops at the first thing that is not so.
//!
//! From the records alone: accounts open in order and once; legs sum to zero per asset and break no floor; each leg names its
//! account's posting before it; a sale costs what its record says and goes where its offer's split says, divided here again;
//! nothing is taken back twice or beyond what was captured; a session's draws cost what units and rate give and stay within its
//! vouchers, its captures within its draws, and what is held is there. Then it compares: [`against_state`] with what replaying gives,
//! [`IndexRows`] with the index row by row, [`LiveBooks`] with the books of a running process.

mod accounts;
mod coins;
mod compare;
mod division;
mod links;
mod live;
mod promises;
mod rows;
mod sales;
mod sessions;
#[cfg(test)]
mod tests;

pub use accounts::Accounts;
pub use coins::{CoinFacts, Coins};
pub use compare::against_state;
pub use live::LiveBooks;
pub use rows::IndexRows;
pub use sales::{SaleFacts, SaleLegFacts, Sales};
pub use sessions::{ChainFacts, SessionFacts, Sessions, VersionFacts};

use crate::Error;
use crate::journal::{Head, StoredFrame};
use market::{Body, Founding, Layout, Place, Record};
use money::Timestamp;
use std::collections::BTreeMap;
use std::fmt;

/// A record's number in its frame has 16 bits; one without a number would hide.
const MOST_RECORDS: u32 = 1 << 16;

/// The first thing that is not as the journal says or as it must be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The frame; 0 if it is about none.
    pub sequence: u64,
    /// The record in it, from 0.
    pub record: u16,
    /// The account by its number, if it is about one.
    pub account: Option<u32>,
    /// What differs, with both figures.
    pub what: String,
}

/// Why an audit ended early.
#[derive(thiserror::Error, Debug)]
pub enum AuditError {
    /// Something is not so.
    #[error("{0}")]
    Finding(Finding),
    /// The journal or the index cannot be read.
    #[error(transparent)]
    Store(Error),
}

/// A record with everything the auditor knows once it is entered.
pub struct Seen<'a> {
    /// Where it stands.
    pub place: Place,
    /// The time of its frame.
    pub at: Timestamp,
    /// The record.
    pub record: &'a Record,
    /// All accounts, this record's postings included.
    pub accounts: &'a Accounts,
    /// Offers, payees and sales, this record's included.
    pub sales: &'a Sales,
    /// Sessions, this record included.
    pub sessions: &'a Sessions,
    /// Payments past the books, this record included.
    pub coins: &'a Coins,
    /// Who the instance is, once the journal has said so.
    pub founding: Option<&'a Founding>,
}

/// Looks at every record beside the auditor.
pub trait Watcher {
    /// Looks at a record.
    ///
    /// # Errors
    /// What is not so; whose place the finding takes on.
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError>;

    /// Called after the last record of each frame.
    ///
    /// # Errors
    /// What is not so.
    fn frame(&mut self, _head: &Head, _accounts: &Accounts) -> Result<(), AuditError> {
        Ok(())
    }
}

/// What has been read so far.
#[derive(Default)]
pub struct Auditor {
    accounts: Accounts,
    sales: Sales,
    sessions: Sessions,
    coins: Coins,
    founding: Option<Founding>,
    head: Head,
    records: u64,
}

impl Auditor {
    /// Enters one frame, which must be the next.
    ///
    /// # Errors
    /// The first [`Finding`], what a watcher says.
    pub fn frame(&mut self, frame: &StoredFrame, watchers: &mut [&mut dyn Watcher]) -> Result<(), AuditError> {
        let header = *frame.frame().header();
        let found =
            |what: &str| AuditError::Finding(Finding { sequence: header.sequence, record: 0, account: None, what: what.to_owned() });
        if header.sequence != self.head.next_sequence() || header.previous != self.head.hash {
            return Err(found("the frame does not continue the one before"));
        }
        if self.head.sequence > 0 && header.timestamp <= self.head.timestamp {
            return Err(found("the frame is not later than the one before"));
        }
        if header.count > MOST_RECORDS {
            return Err(found(&format!("the frame has {} records, at most {MOST_RECORDS} can be numbered", header.count)));
        }
        let layout = Layout::of_format(header.format).ok_or_else(|| found("the frame has an unknown format"))?;
        for (number, bytes) in (0..=u16::MAX).zip(frame.frame().records()) {
            let place = Place { frame: header.sequence, record: number };
            let record = Record::decode(layout, bytes).map_err(|damaged| AuditError::Finding(at(place, None, damaged.to_string())))?;
            self.enter(place, header.timestamp, &record).map_err(AuditError::Finding)?;
            links::check(frame, bytes, &record, &self.accounts)
                .map_err(|(account, what)| AuditError::Finding(at(place, Some(account), what)))?;
            self.accounts.posted_at(place, &record);
            let founding = self.founding.as_ref();
            let (accounts, sales, sessions) = (&self.accounts, &self.sales, &self.sessions);
            let (at, coins) = (header.timestamp, &self.coins);
            let seen = Seen { place, at, record: &record, accounts, sales, sessions, coins, founding };
            watchers.iter_mut().try_for_each(|watcher| watcher.record(&seen))?;
            self.records = self.records.saturating_add(1);
        }
        self.head = frame.head();
        watchers.iter_mut().try_for_each(|watcher| watcher.frame(&self.head, &self.accounts))
    }

    /// The last frame entered.
    #[must_use]
    pub fn head(&self) -> Head {
        self.head
    }

    /// Records entered.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// All accounts.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Offers, payees and sales.
    #[must_use]
    pub fn sales(&self) -> &Sales {
        &self.sales
    }

    /// All sessions.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// All payments past the books.
    #[must_use]
    pub fn coins(&self) -> &Coins {
        &self.coins
    }

    /// Who the instance is, once the journal has said so.
    #[must_use]
    pub fn founding(&self) -> Option<&Founding> {
        self.founding.as_ref()
    }

    /// Per asset, the sum of all accounts: zero, or [`Finding`].
    ///
    /// # Errors
    /// The asset and its sum.
    pub fn sums(&self) -> Result<BTreeMap<String, i128>, AuditError> {
        let sums = self.accounts.sums();
        match sums.iter().find(|(_, sum)| **sum != 0) {
            None => Ok(sums),
            Some((asset, sum)) => {
                let what = format!("all accounts in {asset} sum to {sum} instead of 0");
                Err(AuditError::Finding(Finding { sequence: self.head.sequence, record: 0, account: None, what }))
            }
        }
    }

    fn enter(&mut self, place: Place, now: Timestamp, record: &Record) -> Result<(), Finding> {
        self.accounts.enter(record).map_err(|(account, what)| at(place, account, what))?;
        if let Body::Found(founding) = &record.command.body {
            if self.founding.is_some() {
                return Err(at(place, None, "the journal is begun a second time".to_owned()));
            }
            self.founding = Some(founding.clone());
        }
        self.sales.enter((place, now), record, &self.accounts).map_err(|(account, what)| at(place, account, what))?;
        self.coins.enter(now, record, &self.sales).map_err(|(account, what)| at(place, account, what))?;
        let others = (&self.sales, &self.accounts);
        self.sessions.enter((place, now), record, others).map_err(|(account, what)| at(place, account, what))
    }
}

fn at(place: Place, account: Option<u32>, what: String) -> Finding {
    Finding { sequence: place.frame, record: place.record, account, what }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame {}, record {}", self.sequence, self.record)?;
        if let Some(account) = self.account {
            write!(f, ", account {account}")?;
        }
        write!(f, ": {}", self.what)
    }
}
