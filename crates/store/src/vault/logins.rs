//! Sign-ins of browsers, by the SHA-256 of their id.

use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Row, params};

/// SHA-256 of a login id; the id itself is only in the browser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LoginHash(pub [u8; 32]);

/// Which door a login opens; it opens no other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Door {
    /// The payer's pages.
    Wallet,
    /// The payee's pages.
    Desk,
    /// The operator's pages.
    Admin,
}

/// A browser's sign-in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Login {
    /// Who is signed in.
    pub party: Party,
    /// Where.
    pub door: Door,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// From when on it is over unless used before.
    pub idle_expires_at: Timestamp,
    /// From when on it is over in any case.
    pub ends_at: Timestamp,
    /// The secret its forms carry.
    pub csrf: [u8; 32],
    /// When it last proved who it is; zero if it never did.
    pub proved_at: Timestamp,
    /// What the list of logins calls the browser.
    pub device: String,
}

impl Door {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Door::Wallet => "wallet",
            Door::Desk => "desk",
            Door::Admin => "admin",
        }
    }
}

impl Vault {
    /// Adds a login. When more than `limit` would stand, those unused the longest go, so that nobody can fill the disk.
    ///
    /// # Errors
    /// [`Error::Database`], also when the id is taken; then nothing changed.
    pub fn add_login(&mut self, id: &LoginHash, login: &Login, limit: u64) -> Result<(), Error> {
        self.change("add a login", |db| {
            db.prepare_cached(
                "INSERT INTO logins (id, party, door, created, seen, idle_expires, ends, csrf, proved, device)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                id.0,
                login.party.0,
                login.door.word(),
                micros(login.created_at),
                micros(login.seen_at),
                micros(login.idle_expires_at),
                micros(login.ends_at),
                login.csrf,
                micros(login.proved_at),
                login.device
            ])?;
            db.prepare_cached(
                "DELETE FROM logins WHERE id IN (SELECT id FROM logins WHERE id <> ?1 ORDER BY seen
                 LIMIT max(0, (SELECT count(*) FROM logins) - ?2))",
            )?
            .execute(params![id.0, i64::try_from(limit).unwrap_or(i64::MAX)])?;
            Ok(())
        })
    }

    /// The login with this id at this door, unless it is over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn login(&self, id: &LoginHash, door: Door, now: Timestamp) -> Result<Option<Login>, Error> {
        let sql = "SELECT party, door, created, seen, idle_expires, ends, csrf, proved, device FROM logins
                   WHERE id = ?1 AND door = ?2 AND idle_expires > ?3 AND ends > ?3";
        let found = self
            .db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(params![id.0, door.word(), micros(now)], read).optional());
        found.map_err(failed("find a login"))
    }

    /// Notes that the login was used and moves its idle expiry; `false` when there is none or it is over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn see_login(&self, id: &LoginHash, now: Timestamp, idle_expires_at: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE logins SET seen = max(seen, ?2), idle_expires = ?3 WHERE id = ?1 AND idle_expires > ?2 AND ends > ?2";
        Ok(self.execute("note the use of a login", sql, &[&id.0, &micros(now), &micros(idle_expires_at)])? > 0)
    }

    /// Gives the login a new id and CSRF secret in one step, as at every sign-in: the old id opens nothing afterwards.
    /// `false` when there is none or it is over.
    ///
    /// # Errors
    /// [`Error::Database`], also when the new id is taken.
    pub fn rotate_login(&self, old: &LoginHash, new: &LoginHash, csrf: &[u8; 32], now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE logins SET id = ?2, csrf = ?3, seen = max(seen, ?4) WHERE id = ?1 AND idle_expires > ?4 AND ends > ?4";
        Ok(self.execute("rotate a login", sql, &[&old.0, &new.0, csrf, &micros(now)])? > 0)
    }

    /// Notes that this login just proved who it is; `false` when there is none or it is over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn prove_login(&self, id: &LoginHash, now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE logins SET proved = max(proved, ?2) WHERE id = ?1 AND idle_expires > ?2 AND ends > ?2";
        Ok(self.execute("note a proof", sql, &[&id.0, &micros(now)])? > 0)
    }

    /// The logins of a party that stand, newest use first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn logins_of(&self, party: Party, now: Timestamp) -> Result<Vec<(LoginHash, Login)>, Error> {
        let sql = "SELECT party, door, created, seen, idle_expires, ends, csrf, proved, device, id FROM logins
                   WHERE party = ?1 AND idle_expires > ?2 AND ends > ?2 ORDER BY seen DESC, id";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map(params![party.0, micros(now)], |row| Ok((LoginHash(row.get(9)?), read(row)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list logins"))
    }

    /// Ends a login; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_login(&self, id: &LoginHash) -> Result<bool, Error> {
        Ok(self.execute("end a login", "DELETE FROM logins WHERE id = ?1", &[&id.0])? > 0)
    }

    /// Ends all logins of `party` but the one with the id `keep`; how many were ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_other_logins(&self, party: Party, keep: &LoginHash) -> Result<u64, Error> {
        let sql = "DELETE FROM logins WHERE party = ?1 AND id <> ?2";
        Ok(count(self.execute("end other logins", sql, &[&party.0, &keep.0])?))
    }

    /// Ends all logins of `party`; how many were ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_logins(&self, party: Party) -> Result<u64, Error> {
        Ok(count(self.execute("end logins", "DELETE FROM logins WHERE party = ?1", &[&party.0])?))
    }

    /// Removes logins that are over; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_logins(&self, now: Timestamp) -> Result<u64, Error> {
        let sql = "DELETE FROM logins WHERE idle_expires <= ?1 OR ends <= ?1";
        Ok(count(self.execute("remove logins that are over", sql, &[&micros(now)])?))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Login> {
    Ok(Login {
        party: Party(row.get(0)?),
        door: row.get(1)?,
        created_at: timestamp(row.get(2)?),
        seen_at: timestamp(row.get(3)?),
        idle_expires_at: timestamp(row.get(4)?),
        ends_at: timestamp(row.get(5)?),
        csrf: row.get(6)?,
        proved_at: timestamp(row.get(7)?),
        device: row.get(8)?,
    })
}

impl FromSql for Door {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Door> {
        let word = value.as_str()?;
        [Door::Wallet, Door::Desk, Door::Admin].into_iter().find(|door| door.word() == word).ok_or(FromSqlError::InvalidType)
    }
}
