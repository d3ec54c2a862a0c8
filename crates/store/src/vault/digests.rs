//! Monthly digests: who wants one, and of which month somebody was last sent one. The month is written before the mail leaves, so
//! none is ever sent twice; one that a crash or a mail server loses is lost.

use super::{Vault, failed, micros};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::OptionalExtension;

/// The fact of somebody who wants a digest.
pub const DIGEST: &str = "digest";

impl Vault {
    /// Everybody who wants a digest and has an address that was verified.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn digest_readers(&self) -> Result<Vec<(Party, String)>, Error> {
        let sql = "SELECT facts.party, mails.address FROM facts JOIN mails USING (party) WHERE facts.name = ?1 ORDER BY facts.party";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map([DIGEST], |row| Ok((Party(row.get(0)?), row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list who wants a digest"))
    }

    /// Of which month somebody had the last digest, in months since January 1970; `None` if they never had one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn last_digest(&self, party: Party) -> Result<Option<u32>, Error> {
        let found = self.db.prepare_cached("SELECT month FROM digests WHERE party = ?1");
        let found = found.and_then(|mut statement| statement.query_row([party.0], |row| row.get(0)).optional());
        found.map_err(failed("find the last digest"))
    }

    /// Takes it on to send somebody the digest of a month; `false` if that of this month or of a later one was taken on before. All
    /// of it is durable on return, or nothing.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn claim_digest(&self, party: Party, month: u32, now: Timestamp) -> Result<bool, Error> {
        let sql = "INSERT INTO digests (party, month, at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (party) DO UPDATE SET month = excluded.month, at = excluded.at WHERE excluded.month > digests.month";
        Ok(self.execute("take on a digest", sql, &[&party.0, &month, &micros(now)])? > 0)
    }
}
