//! What is known of other instances: the root key seen first at an origin, the offers of sites that stand elsewhere, and the
//! quotes of theirs that were paid here.

use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{CommandId, OfferId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

/// An origin whose root key was seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pin {
    /// The origin.
    pub origin: String,
    /// The root key that counts.
    pub root: [u8; 32],
    /// Since when.
    pub since: Timestamp,
    /// Another root key that the origin showed later, and when it was first seen.
    pub other: Option<([u8; 32], Timestamp)>,
}

/// What became of a root key that was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pinned {
    /// It is the one that counts; the first one ever seen counts from then on.
    Held,
    /// Another counts.
    Changed,
}

impl Vault {
    /// Compares the root key that an origin shows with the one seen first there; the first is written down, and so is
    /// another one, for an operator to look at.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn pin(&mut self, origin: &str, root: &[u8; 32], now: Timestamp) -> Result<Pinned, Error> {
        self.change("pin a root key", |db| {
            let known: Option<([u8; 32], Option<[u8; 32]>)> = db
                .prepare_cached("SELECT root, other FROM pins WHERE origin = ?1")?
                .query_row([origin], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((counts, other)) = known else {
                db.execute("INSERT INTO pins (origin, root, since) VALUES (?1, ?2, ?3)", params![origin, root, micros(now)])?;
                return Ok(Pinned::Held);
            };
            if counts == *root {
                if other.is_some() {
                    db.execute("UPDATE pins SET other = NULL, other_since = NULL WHERE origin = ?1", [origin])?;
                }
                return Ok(Pinned::Held);
            }
            if other != Some(*root) {
                let sql = "UPDATE pins SET other = ?2, other_since = ?3 WHERE origin = ?1";
                db.execute(sql, params![origin, root, micros(now)])?;
            }
            Ok(Pinned::Changed)
        })
    }

    /// All pins, those that changed first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn pins(&self) -> Result<Vec<Pin>, Error> {
        let sql = "SELECT origin, root, since, other, other_since FROM pins ORDER BY other IS NULL, origin LIMIT 1000";
        let run = || {
            let mut statement = self.db.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let other: Option<[u8; 32]> = row.get(3)?;
                let at: Option<i64> = row.get(4)?;
                Ok(Pin { origin: row.get(0)?, root: row.get(1)?, since: timestamp(row.get(2)?), other: other.zip(at.map(timestamp)) })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        run().map_err(failed("list pins"))
    }

    /// Lets another root key count that an origin was seen with; `false` if it was not seen with that one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn accept_root(&mut self, origin: &str, root: &[u8; 32], now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE pins SET root = other, since = ?3, other = NULL, other_since = NULL WHERE origin = ?1 AND other = ?2";
        Ok(self.execute("accept a root key", sql, &[&origin, root, &micros(now)])? > 0)
    }

    /// Our offer that stands for a site's offer of that hash.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn terms(&self, site: &str, hash: OfferId) -> Result<Option<OfferId>, Error> {
        let sql = "SELECT offer FROM terms WHERE site = ?1 AND hash = ?2";
        let find = |db: &Connection| db.prepare_cached(sql)?.query_row(params![site, hash.0], |row| row.get(0)).optional();
        Ok(find(&self.db).map_err(failed("find terms"))?.map(OfferId))
    }

    /// Whether one more offer of a site may be set: fewer than `most` were since then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn has_room_for_terms(&self, site: &str, since: Timestamp, most: u64) -> Result<bool, Error> {
        let sql = "SELECT count(*) FROM terms_set WHERE site = ?1 AND at > ?2";
        let found = self.db.query_row(sql, params![site, micros(since)], |row| row.get::<_, i64>(0));
        Ok(found.map_err(failed("count terms"))?.unsigned_abs() < most)
    }

    /// Writes down which of our offers stands for a site's, and that it was set now: each time it is counts.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn add_terms(&mut self, site: &str, (hash, offer): (OfferId, OfferId), now: Timestamp) -> Result<(), Error> {
        self.change("write terms down", |db| {
            let sql = "INSERT INTO terms (site, hash, offer) VALUES (?1, ?2, ?3) ON CONFLICT (site, hash) DO UPDATE SET offer = ?3";
            db.execute(sql, params![site, hash.0, offer.0])?;
            db.execute("INSERT INTO terms_set (site, at) VALUES (?1, ?2)", params![site, micros(now)]).map(drop)
        })
    }

    /// When the newest quote was made that named a site's offer of that name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn terms_said(&self, site: &str, name: &str) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT at FROM terms_said WHERE site = ?1 AND name = ?2";
        let find = |db: &Connection| db.prepare_cached(sql)?.query_row([site, name], |row| row.get(0)).optional();
        Ok(find(&self.db).map_err(failed("find what was said"))?.map(timestamp))
    }

    /// A quote that was made then named a site's offer of that name. An older one changes nothing.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn say_terms(&self, site: &str, name: &str, at: Timestamp) -> Result<(), Error> {
        let sql = "INSERT INTO terms_said (site, name, at) VALUES (?1, ?2, ?3)
                   ON CONFLICT (site, name) DO UPDATE SET at = max(at, ?3)";
        self.execute("note what was said", sql, &[&site, &name, &micros(at)]).map(drop)
    }

    /// Writes down a sale that paid a site's quote; several payers may have paid one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn note_paid(&self, quote: CommandId, (site, sale): (&str, CommandId), now: Timestamp) -> Result<(), Error> {
        let sql = "INSERT INTO paid_quotes (site, quote, sale, at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (site, quote, sale) DO UPDATE SET at = ?4";
        self.execute("note a paid quote", sql, &[&site, &quote.0, &sale.0, &micros(now)]).map(drop)
    }

    /// Whether a sale paid a site's quote. What is asked about is kept from then on as long as what was paid then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn is_paid_by(&self, quote: CommandId, (site, sale): (&str, CommandId), now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE paid_quotes SET at = ?4 WHERE site = ?1 AND quote = ?2 AND sale = ?3";
        Ok(self.execute("find a paid quote", sql, &[&site, &quote.0, &sale.0, &micros(now)])? > 0)
    }

    /// Removes what is older: quotes paid, settings counted, and purchases that are over. How many rows.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_elsewhere(&self, before: Timestamp) -> Result<u64, Error> {
        let quotes = self.execute("remove old quotes", "DELETE FROM paid_quotes WHERE at <= ?1", &[&micros(before)])?;
        let set = self.execute("remove old settings", "DELETE FROM terms_set WHERE at <= ?1", &[&micros(before)])?;
        let sql = "DELETE FROM bought WHERE checked <= ?1 AND state IN ('live', 'returned')";
        let bought = self.execute("remove old purchases", sql, &[&micros(before)])?;
        Ok([quotes, set, bought].into_iter().map(count).fold(0, u64::saturating_add))
    }
}
