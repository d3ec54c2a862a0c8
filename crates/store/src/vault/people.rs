//! Facts of people and the texts they write, each under an id that other records may name.

use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::{OptionalExtension, params};

/// Id of a text: 16 bytes its maker drew.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TextId(pub [u8; 16]);

/// A text someone wrote. The journal may name its id, never its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// Who wrote it.
    pub party: Party,
    /// What it is for, such as `note`.
    pub kind: String,
    /// The words.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
}

impl Vault {
    /// Adds a text.
    ///
    /// # Errors
    /// [`Error::Database`], also when the id is taken.
    pub fn add_text(&self, id: &TextId, text: &Text) -> Result<(), Error> {
        let sql = "INSERT INTO texts (id, party, kind, body, created) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.execute("add a text", sql, &[&id.0, &text.party.0, &text.kind, &text.body, &micros(text.created_at)])?;
        Ok(())
    }

    /// The text with this id; `None` also when it was erased.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn text(&self, id: &TextId) -> Result<Option<Text>, Error> {
        let found = self.db.prepare_cached("SELECT party, kind, body, created FROM texts WHERE id = ?1").and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Text { party: Party(row.get(0)?), kind: row.get(1)?, body: row.get(2)?, created_at: timestamp(row.get(3)?) })
            };
            statement.query_row(params![id.0], read).optional()
        });
        found.map_err(failed("find a text"))
    }

    /// Erases a text; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_text(&self, id: &TextId) -> Result<bool, Error> {
        Ok(self.execute("erase a text", "DELETE FROM texts WHERE id = ?1", &[&id.0])? > 0)
    }

    /// Sets one fact of a person, such as `name` or `mail`, in place of the one before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn set_fact(&self, party: Party, name: &str, value: &str, now: Timestamp) -> Result<(), Error> {
        let sql = "INSERT INTO facts (party, name, value, changed) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (party, name) DO UPDATE SET value = excluded.value, changed = excluded.changed";
        self.execute("set a fact", sql, &[&party.0, &name, &value, &micros(now)])?;
        Ok(())
    }

    /// One fact of a person.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn fact(&self, party: Party, name: &str) -> Result<Option<String>, Error> {
        let found = self.db.prepare_cached("SELECT value FROM facts WHERE party = ?1 AND name = ?2");
        let found = found.and_then(|mut statement| statement.query_row(params![party.0, name], |row| row.get(0)).optional());
        found.map_err(failed("find a fact"))
    }

    /// All facts of a person by name, as an export shows them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn facts(&self, party: Party) -> Result<Vec<(String, String)>, Error> {
        let found = self.db.prepare_cached("SELECT name, value FROM facts WHERE party = ?1 ORDER BY name").and_then(|mut statement| {
            let rows = statement.query_map([party.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list facts"))
    }

    /// Everybody of whom a fact is known, by party.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn facts_named(&self, name: &str) -> Result<Vec<(Party, String)>, Error> {
        let found = self.db.prepare_cached("SELECT party, value FROM facts WHERE name = ?1 ORDER BY party").and_then(|mut statement| {
            let rows = statement.query_map([name], |row| Ok((Party(row.get(0)?), row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list who has a fact"))
    }

    /// Removes one fact; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_fact(&self, party: Party, name: &str) -> Result<bool, Error> {
        Ok(self.execute("remove a fact", "DELETE FROM facts WHERE party = ?1 AND name = ?2", &[&party.0, &name])? > 0)
    }
}
