//! The index as it stands at one instant, table by table: for the auditor, who compares it with the records.

use super::failed;
use super::project::number_of;
use crate::Error;
use crate::journal::Head;
use market::Place;
use money::{CommandId, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// A view of the whole index that stays as it is while the index goes on.
pub struct Contents {
    connection: Connection,
    head: Head,
}

/// Which row of a history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowKey {
    /// Whose.
    pub party: [u8; 20],
    /// The class's byte.
    pub class: u8,
    /// Of which record.
    pub place: Place,
    /// Of which asset.
    pub asset: String,
}

/// By session, day and offer version: events, units, what was drawn, and units that were not.
pub type MeteredSums = BTreeMap<([u8; 16], i64, [u8; 32], i64), [i64; 4]>;

/// By payment past the books: amount, ending, transaction.
pub type CoinEndings = BTreeMap<[u8; 16], (i64, u8, Option<[u8; 32]>)>;

/// What a row says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowFacts {
    /// When.
    pub at: Timestamp,
    /// 1 top-up, 2 sale, 3 refund, 4 tip, 7 capture of a session.
    pub kind: u8,
    /// What it added, in base units.
    pub amount: i128,
    /// What stood after it.
    pub balance: i128,
    /// The sale it made or took back, or the session it captured.
    pub sale: Option<CommandId>,
    /// The page that was sold, or the pattern that the session was opened for.
    pub item: Option<String>,
}

impl RowFacts {
    /// The figures in words.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} and {} after it (kind {}, at {}, of {:?})", self.amount, self.balance, self.kind, self.at, self.item)
    }
}

impl Contents {
    /// The index at `path`, which a process may be filling; `None` if there is no readable one of this layout: it is built
    /// anew then, so nothing is wrong.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn open(path: &Path) -> Result<Option<Contents>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed("open"))?;
        connection.busy_timeout(Duration::from_secs(5)).map_err(failed("open"))?;
        let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed("open"))?;
        if layout != super::LAYOUT {
            return Ok(None);
        }
        // The first question fixes the view for all that follow.
        connection.execute_batch("BEGIN").map_err(failed("open"))?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?));
        let position = connection.query_row("SELECT sequence, hash FROM position", (), read).optional().map_err(failed("open"))?;
        let Some((sequence, hash)) = position else { return Ok(None) };
        let head = Head { sequence: sequence.unsigned_abs(), hash, ..Head::default() };
        Ok(Some(Contents { connection, head }))
    }

    /// Sequence and hash of the last frame in it.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// A row of a history.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn row(&self, key: &RowKey) -> Result<Option<RowFacts>, Error> {
        let sql = "SELECT at, kind, amount, entry.balance, sale, item
                   FROM standing JOIN entry ON standing = number JOIN record USING (place)
                   WHERE party = ?1 AND class = ?2 AND asset = ?3 AND place = ?4";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(RowFacts {
                at: Timestamp(row.get::<_, i64>(0)?.unsigned_abs()),
                kind: row.get(1)?,
                amount: row.get::<_, i64>(2)?.into(),
                balance: row.get::<_, i64>(3)?.into(),
                sale: row.get::<_, Option<[u8; 16]>>(4)?.map(CommandId),
                item: row.get(5)?,
            })
        };
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        statement.query_row(params![key.party, key.class, key.asset, number_of(key.place)], read).optional().map_err(failed("compare"))
    }

    /// Party, asset and class of an account.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn account(&self, number: u32) -> Result<Option<([u8; 20], String, u8)>, Error> {
        let sql = "SELECT party, asset, class FROM account WHERE number = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        statement.query_row((number,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional().map_err(failed("compare"))
    }

    /// What stands for a party, asset and class.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn standing(&self, (party, asset, class): &([u8; 20], String, u8)) -> Result<Option<i64>, Error> {
        let sql = "SELECT balance FROM standing WHERE party = ?1 AND asset = ?2 AND class = ?3";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        statement.query_row(params![party, asset, class], |row| row.get(0)).optional().map_err(failed("compare"))
    }

    /// The page of a sale.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn sale(&self, id: CommandId) -> Result<Option<String>, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT item FROM sale JOIN record USING (place) WHERE id = ?1").map_err(failed("compare"))?;
        statement.query_row((id.0,), |row| row.get(0)).optional().map_err(failed("compare"))
    }

    /// The version that a session was opened under.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn session(&self, id: CommandId) -> Result<Option<[u8; 32]>, Error> {
        let sql = "SELECT offer.id FROM session JOIN offer ON offer.number = session.offer WHERE session.id = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        statement.query_row((id.0,), |row| row.get(0)).optional().map_err(failed("compare"))
    }

    /// What is held, drawn, captured and was given back of a session.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn session_figures(&self, id: CommandId) -> Result<Option<[i64; 4]>, Error> {
        let sql = "SELECT cap, drawn, captured, coalesce(released, 0) FROM session WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        let read = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]);
        statement.query_row((id.0,), read).optional().map_err(failed("compare"))
    }

    /// The version, units and amount of a capture.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn capture(&self, session: CommandId, place: Place) -> Result<Option<([u8; 32], i64, i64)>, Error> {
        let sql =
            "SELECT offer.id, units, amount FROM capture JOIN offer ON offer.number = capture.offer WHERE session = ?1 AND place = ?2";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        statement.query_row((session.0, number_of(place)), read).optional().map_err(failed("compare"))
    }

    /// Sums of events of meters: by session, day and offer version, how many there are, what they were for, what was drawn and what was not.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn metered(&self) -> Result<MeteredSums, Error> {
        let sql =
            "SELECT session, day, offer.id, events, units, amount, unbilled, came FROM metered JOIN offer ON offer.number = metered.offer";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("compare"))?;
        let read = |row: &rusqlite::Row<'_>| {
            let key = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(7)?);
            Ok((key, [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?]))
        };
        let rows = statement.query_map((), read).map_err(failed("compare"))?;
        rows.collect::<Result<_, _>>().map_err(failed("compare"))
    }

    /// The ending and transaction of every payment past the books; 0 for none yet.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn coins(&self) -> Result<CoinEndings, Error> {
        let mut statement = self.connection.prepare_cached("SELECT id, amount, ending, tx FROM coin").map_err(failed("compare"))?;
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?)));
        let rows = statement.query_map((), read).map_err(failed("compare"))?;
        rows.collect::<Result<_, _>>().map_err(failed("compare"))
    }

    /// How many entries, accounts, standings, sales, sessions and captures there are.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn counts(&self) -> Result<[u64; 6], Error> {
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table}");
            self.connection.query_row(&sql, (), |row| row.get::<_, i64>(0)).map(i64::unsigned_abs).map_err(failed("count"))
        };
        Ok([count("entry")?, count("account")?, count("standing")?, count("sale")?, count("session")?, count("capture")?])
    }
}
