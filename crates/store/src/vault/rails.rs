//! Which rails an operator stopped. What is here survives a restart, so a rail that was stopped for a reason stays so.

use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::Timestamp;
use rusqlite::OptionalExtension;

impl Vault {
    /// Since when a rail takes no money in; `None` while it does.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn rail_stopped(&self, rail: &str) -> Result<Option<Timestamp>, Error> {
        let found = self.db.prepare_cached("SELECT since FROM stopped_rails WHERE rail = ?1");
        let found = found.and_then(|mut statement| statement.query_row([rail], |row| row.get(0).map(timestamp)).optional());
        found.map_err(failed("look at a rail"))
    }

    /// Stops a rail; `false` if it was stopped before, and then it stays so since that time.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn stop_rail(&self, rail: &str, now: Timestamp) -> Result<bool, Error> {
        let sql = "INSERT INTO stopped_rails (rail, since) VALUES (?1, ?2) ON CONFLICT (rail) DO NOTHING";
        Ok(self.execute("stop a rail", sql, &[&rail, &micros(now)])? > 0)
    }

    /// Lets a rail take money in again; `false` if it did.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn start_rail(&self, rail: &str) -> Result<bool, Error> {
        Ok(self.execute("start a rail", "DELETE FROM stopped_rails WHERE rail = ?1", &[&rail])? > 0)
    }
}
