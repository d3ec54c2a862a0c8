//! Locks of L402 that were opened for who owned the page already: nothing was charged, so the books know them not. Which sale
//! stands behind each is here, so that a token ends with the sale that it is good by.

use super::{Vault, count, failed, micros};
use crate::Error;
use money::{CommandId, Timestamp};
use rusqlite::OptionalExtension;

impl Vault {
    /// Writes down that a lock opened by a sale, which lasts until then; again is the same.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn open_lock(&self, nonce: CommandId, sale: CommandId, until: Option<Timestamp>) -> Result<(), Error> {
        let sql = "INSERT INTO locks (nonce, sale, until) VALUES (?1, ?2, ?3)
            ON CONFLICT (nonce) DO UPDATE SET sale = excluded.sale, until = excluded.until";
        self.execute("write down a lock", sql, &[&nonce.0, &sale.0, &until.map(micros)]).map(|_| ())
    }

    /// The sale that opened a lock without a charge, if one did.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn lock_opened_by(&self, nonce: CommandId) -> Result<Option<CommandId>, Error> {
        let found = self.db.prepare_cached("SELECT sale FROM locks WHERE nonce = ?1");
        let found = found.and_then(|mut statement| statement.query_row([nonce.0], |row| row.get(0).map(CommandId)).optional());
        found.map_err(failed("find a lock"))
    }

    /// Removes locks whose sale is over; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_locks(&self, now: Timestamp) -> Result<u64, Error> {
        Ok(count(self.execute("remove locks that are over", "DELETE FROM locks WHERE until <= ?1", &[&micros(now)])?))
    }
}
