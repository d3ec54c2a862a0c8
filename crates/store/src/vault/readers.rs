//! Readers of a site: which party a browser's entitlement handle stands for there.

use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::{OptionalExtension, params};

/// SHA-256 of an entitlement handle; the handle itself is only in the browser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct HandleHash(pub [u8; 32]);

/// A browser that may read on one site in a party's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteReader {
    /// The site's id; the handle counts on no other.
    pub site: String,
    /// Whose entitlements it shows.
    pub party: Party,
    /// When the handle was given out.
    pub created_at: Timestamp,
    /// From when on it is over unless extended before.
    pub expires_at: Timestamp,
}

impl Vault {
    /// Adds a reader. When more than `limit` would stand, those that end first go.
    ///
    /// # Errors
    /// [`Error::Database`], also when the handle is taken; then nothing changed.
    pub fn add_reader(&mut self, handle: &HandleHash, reader: &SiteReader, limit: u64) -> Result<(), Error> {
        self.change("add a reader", |db| {
            db.prepare_cached("INSERT INTO readers (handle, site, party, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![handle.0, reader.site, reader.party.0, micros(reader.created_at), micros(reader.expires_at)])?;
            db.prepare_cached(
                "DELETE FROM readers WHERE handle IN (SELECT handle FROM readers WHERE handle <> ?1 ORDER BY expires
                 LIMIT max(0, (SELECT count(*) FROM readers) - ?2))",
            )?
            .execute(params![handle.0, i64::try_from(limit).unwrap_or(i64::MAX)])?;
            Ok(())
        })
    }

    /// The reader with this handle on this site, unless it is over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn reader(&self, handle: &HandleHash, site: &str, now: Timestamp) -> Result<Option<SiteReader>, Error> {
        let sql = "SELECT site, party, created, expires FROM readers WHERE handle = ?1 AND site = ?2 AND expires > ?3";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok(SiteReader {
                    site: row.get(0)?,
                    party: Party(row.get(1)?),
                    created_at: timestamp(row.get(2)?),
                    expires_at: timestamp(row.get(3)?),
                })
            };
            statement.query_row(params![handle.0, site, micros(now)], read).optional()
        });
        found.map_err(failed("find a reader"))
    }

    /// A party's readers on all sites that are not over, the newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn readers_of(&self, party: Party, now: Timestamp) -> Result<Vec<(HandleHash, SiteReader)>, Error> {
        let sql = "SELECT handle, site, created, expires FROM readers WHERE party = ?1 AND expires > ?2 ORDER BY created DESC, handle";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                let (created_at, expires_at) = (timestamp(row.get(2)?), timestamp(row.get(3)?));
                Ok((HandleHash(row.get(0)?), SiteReader { site: row.get(1)?, party, created_at, expires_at }))
            };
            statement.query_map(params![party.0, micros(now)], read)?.collect()
        });
        found.map_err(failed("list readers"))
    }

    /// Moves the sliding expiry, never back; `false` when there is no such reader or it is over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn extend_reader(&self, handle: &HandleHash, now: Timestamp, expires_at: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE readers SET expires = max(expires, ?3) WHERE handle = ?1 AND expires > ?2";
        Ok(self.execute("extend a reader", sql, &[&handle.0, &micros(now), &micros(expires_at)])? > 0)
    }

    /// Ends a reader; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_reader(&self, handle: &HandleHash) -> Result<bool, Error> {
        Ok(self.execute("end a reader", "DELETE FROM readers WHERE handle = ?1", &[&handle.0])? > 0)
    }

    /// Removes readers that are over; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_readers(&self, now: Timestamp) -> Result<u64, Error> {
        Ok(count(self.execute("remove readers that are over", "DELETE FROM readers WHERE expires <= ?1", &[&micros(now)])?))
    }
}
