//! Copying the vault while others use it, by SQLite's online backup, and verifying a copy.

use super::{Vault, failed};
use crate::Error;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

const PAGES_A_STEP: i32 = 1_024;

impl Vault {
    /// Copies the vault at `from`, which any process may be using, to the new file `to` (readable by its owner only): all of
    /// it as it stood at one instant.
    ///
    /// # Errors
    /// [`Error::Write`] when `to` cannot be made or is there, [`Error::Database`].
    pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
        made.map_err(|source| Error::Write { path: to.to_owned(), source })?;
        let run = || {
            let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            source.busy_timeout(Duration::from_secs(5))?;
            let mut target = Connection::open(to)?;
            // A reader's view is held from the first step to the last, so one step after another sees one instant.
            let view = source.unchecked_transaction()?;
            view.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
            Backup::new(&source, &mut target)?.run_to_completion(PAGES_A_STEP, Duration::ZERO, None)?;
            // The copy is one file: no log beside it.
            target.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)).map(drop)
        };
        run().map_err(failed("copy"))
    }

    /// Opens the vault at `path` and has the database check itself.
    ///
    /// # Errors
    /// As [`Vault::open`]; [`Error::Database`] when it is not whole.
    pub fn verify(path: &Path) -> Result<(), Error> {
        let vault = Vault::open(path)?;
        let said: String = vault.db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(failed("check"))?;
        if said == "ok" { Ok(()) } else { Err(failed("check")(rusqlite::Error::InvalidColumnName(said))) }
    }
}
