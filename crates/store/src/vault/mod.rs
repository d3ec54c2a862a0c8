//! The vault: what is known of people, apart from the books. Everything in it may be erased; nothing in it moves money.
//!
//! One SQLite file in WAL mode with full sync: what a method has returned for survives a crash. Deleted content is
//! overwritten. Ids and handles are kept as SHA-256 only, so a stolen file opens no login. `now` is handed in.

mod acts;
mod bought;
mod copy;
mod deliveries;
mod digests;
mod elsewhere;
mod keys;
mod locks;
mod logins;
mod outbox;
mod people;
mod proofs;
mod rails;
mod readers;
mod schema;
mod team;
#[cfg(test)]
mod tests;
mod webhooks;

pub use acts::{Act, ActFilter, MOST_ACTS, Via, What};
pub use bought::{Bought, BoughtState, Giving};
pub use deliveries::{Delivery, DeliveryFilter, DeliveryId, DeliveryState, Due, Ending, Try};
pub use digests::DIGEST;
pub use elsewhere::{Pin, Pinned};
pub use keys::{KeyHash, KeyId, PayeeKey, Scope, Scopes};
pub use logins::{Door, Login, LoginHash};
pub use outbox::{Outbox, OutboxSums};
pub use people::{Text, TextId};
pub use proofs::{CodeHash, Passkey, Proofs};
pub use readers::{HandleHash, SiteReader};
pub use team::{Invitation, InvitationHash, Member, Role};
pub use webhooks::{Added, Webhook, WebhookChange, WebhookId, WebhookState};

use crate::Error;
use money::{Party, Timestamp};
use rusqlite::types::ToSql;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The open vault. One connection; the caller serialises.
#[derive(Debug)]
pub struct Vault {
    db: Connection,
}

impl Vault {
    /// Opens the vault, makes it when it is missing (readable by its owner only), and brings an older one up to date.
    ///
    /// # Errors
    /// [`Error::Format`] for a vault of a newer version or a database that is no vault, [`Error::Database`],
    /// [`Error::Write`].
    pub fn open(path: &Path) -> Result<Vault, Error> {
        // SQLite would make it readable for all; its WAL file takes over the permissions of this one.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(Error::Write { path: path.to_owned(), source }),
        }
        let mut db = Connection::open(path).map_err(failed("open"))?;
        schema::prepare(&mut db, path)?;
        Ok(Vault { db })
    }

    /// Removes everything known of `party`: logins, readers, facts and texts, and its traces in the file. What it did stays
    /// written, by nobody. The journal knows the party only by its 20 bytes.
    ///
    /// # Errors
    /// [`Error::Database`]; then nothing was removed.
    pub fn erase(&mut self, party: Party) -> Result<(), Error> {
        self.change("erase a person", |db| {
            for table in ["logins", "readers", "facts", "texts", "passkeys", "recovery_codes", "mails", "members", "digests"] {
                db.execute(&format!("DELETE FROM {table} WHERE party = ?1"), [party.0])?;
            }
            for column in ["party", "whom"] {
                db.execute(&format!("UPDATE acts SET {column} = NULL WHERE {column} = ?1"), [party.0])?;
            }
            Ok(())
        })?;
        // Until the write-ahead log is folded in, it still holds what was written before.
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed("fold in the write-ahead log"))
    }

    /// Runs `work` atomically: all of it is durable on return, or none of it happened.
    fn change<T>(&mut self, operation: &'static str, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        let run = || {
            let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&change)?;
            change.commit()?;
            Ok(value)
        };
        run().map_err(failed(operation))
    }

    /// One statement; the number of rows it changed.
    fn execute(&self, operation: &'static str, sql: &str, values: &[&dyn ToSql]) -> Result<usize, Error> {
        self.db.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(failed(operation))
    }
}

fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |source| Error::Database { database: "vault", operation, source }
}

/// SQLite counts to 2^63 − 1, which as microseconds is past the year 290,000.
fn micros(at: Timestamp) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp(u64::try_from(micros).unwrap_or(0))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
