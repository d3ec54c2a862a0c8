//! The peer SQLite: WAL, synchronous=FULL, prepared statements, one IMMEDIATE transaction a batch.

use super::peer::{Books, Bytes};
use super::transfers::{Said, Transfer};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};

/// How an account finds its transfers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// By an index on each side, as one does.
    Indexes,
    /// By hand: each row names the row before it on either side, each account its last one. No index, no random page.
    Chained,
}

pub struct Sqlite {
    file: PathBuf,
    connection: Connection,
    history: History,
    staged: Vec<Vec<Transfer>>,
    prepared: Bytes,
}

/// Wallet `pair` is account `2 * pair`, its payee the next.
const ACCOUNTS: &str =
    "CREATE TABLE accounts (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL CHECK (balance >= 0), last INTEGER NOT NULL DEFAULT 0);";
/// Ids rise with time, so the one tree of rows grows at its end.
const INDEXED: &str =
    "CREATE TABLE transfers (id BLOB PRIMARY KEY, debit INTEGER NOT NULL, credit INTEGER NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX transfers_debit ON transfers (debit); CREATE INDEX transfers_credit ON transfers (credit);";
const CHAINED: &str =
    "CREATE TABLE transfers (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, debit INTEGER NOT NULL, credit INTEGER NOT NULL,
    amount INTEGER NOT NULL, before_debit INTEGER NOT NULL, before_credit INTEGER NOT NULL);";

fn failed(what: &str) -> impl Fn(rusqlite::Error) -> String {
    move |error| format!("SQLite: {what}: {error}")
}

/// Opens a database the way that is fastest for this work and still durable at each commit.
pub fn open(file: &Path) -> Result<Connection, String> {
    let connection = Connection::open(file).map_err(failed("open"))?;
    connection.set_prepared_statement_cache_capacity(64);
    // A checkpoint every 64 MiB of log; the cache holds all there is.
    let pragmas = "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-2000000;
        PRAGMA wal_autocheckpoint=16384; PRAGMA temp_store=MEMORY; PRAGMA locking_mode=EXCLUSIVE;";
    connection.execute_batch(pragmas).map_err(failed("pragmas"))?;
    Ok(connection)
}

impl Sqlite {
    pub fn new(folder: &Path, history: History) -> Result<Sqlite, String> {
        let file = folder.join("books.db");
        let connection = open(&file)?;
        connection.execute_batch(ACCOUNTS).map_err(failed("accounts"))?;
        let transfers = if history == History::Indexes { INDEXED } else { CHAINED };
        connection.execute_batch(transfers).map_err(failed("transfers"))?;
        Ok(Sqlite { file, connection, history, staged: Vec::new(), prepared: Bytes::default() })
    }

    /// The database with its log.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn used(&self) -> Result<u64, String> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed("checkpoint"))?;
        let pages: u64 = self.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(failed("size"))?;
        let free: u64 = self.connection.query_row("PRAGMA freelist_count", [], |row| row.get(0)).map_err(failed("size"))?;
        Ok((pages - free) * 4_096)
    }
}

/// The statements of one batch.
struct Statements<'a> {
    insert: CachedStatement<'a>,
    known: CachedStatement<'a>,
    delete: CachedStatement<'a>,
    debit: CachedStatement<'a>,
    credit: CachedStatement<'a>,
    account: CachedStatement<'a>,
}

impl Statements<'_> {
    fn prepare<'a>(on: &'a Transaction<'_>, history: History) -> rusqlite::Result<Statements<'a>> {
        let chained = history == History::Chained;
        let insert = "INSERT INTO transfers (id, debit, credit, amount) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
        let insert_chained =
            "INSERT INTO transfers (id, debit, credit, amount, before_debit, before_credit) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (id) DO NOTHING";
        let debit = "UPDATE accounts SET balance = balance - ?2 WHERE id = ?1 AND balance >= ?2";
        let credit = "UPDATE accounts SET balance = balance + ?2 WHERE id = ?1";
        let moved = "UPDATE accounts SET balance = ?2, last = ?3 WHERE id = ?1";
        Ok(Statements {
            insert: on.prepare_cached(if chained { insert_chained } else { insert })?,
            known: on.prepare_cached("SELECT debit, credit, amount FROM transfers WHERE id = ?1")?,
            delete: on.prepare_cached("DELETE FROM transfers WHERE id = ?1")?,
            debit: on.prepare_cached(if chained { moved } else { debit })?,
            credit: on.prepare_cached(if chained { moved } else { credit })?,
            account: on.prepare_cached("SELECT balance, last FROM accounts WHERE id = ?1")?,
        })
    }

    fn indexed(&mut self, transfer: &Transfer) -> rusqlite::Result<Said> {
        let (debit, credit) = sides(transfer.pair);
        if self.insert.execute(params![transfer.id, debit, credit, transfer.amount])? == 0 {
            return self.before(transfer);
        }
        if self.debit.execute(params![debit, transfer.amount])? == 0 {
            self.delete.execute([transfer.id])?;
            return Ok(Said::TooLittle);
        }
        self.credit.execute(params![credit, transfer.amount])?;
        Ok(Said::Done)
    }

    fn chained(&mut self, transfer: &Transfer, on: &Connection) -> rusqlite::Result<Said> {
        let (debit, credit) = sides(transfer.pair);
        let amount = i64::from(transfer.amount);
        let account = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        let (has, before_debit) = self.account.query_row([debit], account)?;
        let (earned, before_credit) = self.account.query_row([credit], account)?;
        if has < amount {
            let known = self.before(transfer);
            return if matches!(known, Err(rusqlite::Error::QueryReturnedNoRows)) { Ok(Said::TooLittle) } else { known };
        }
        if self.insert.execute(params![transfer.id, debit, credit, amount, before_debit, before_credit])? == 0 {
            return self.before(transfer);
        }
        let number = on.last_insert_rowid();
        self.debit.execute(params![debit, has - amount, number])?;
        self.credit.execute(params![credit, earned + amount, number])?;
        Ok(Said::Done)
    }

    /// What a known id was used for.
    fn before(&mut self, transfer: &Transfer) -> rusqlite::Result<Said> {
        let found = self.known.query_row([transfer.id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, u32>(2)?)))?;
        let (debit, credit) = sides(transfer.pair);
        Ok(if found == (debit, credit, transfer.amount) { Said::Again } else { Said::Reused })
    }
}

fn sides(pair: u32) -> (i64, i64) {
    (i64::from(pair) * 2, i64::from(pair) * 2 + 1)
}

impl Books for Sqlite {
    fn name(&self) -> &'static str {
        match self.history {
            History::Indexes => "SQLite",
            History::Chained => "SQLite, chained by hand",
        }
    }

    fn prepare(&mut self, pairs: u32, each: u64) -> Result<(), String> {
        let sql = "WITH RECURSIVE pair(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM pair WHERE n + 1 < ?1)
            INSERT INTO accounts (id, balance) SELECT 2 * n + side, CASE side WHEN 0 THEN ?2 ELSE 1 END FROM pair, (SELECT 0 AS side UNION ALL SELECT 1)";
        self.connection.execute(sql, params![pairs, i64::try_from(each).map_err(|_| "too much")?]).map_err(failed("accounts"))?;
        self.prepared = Bytes { kept: self.used()?, log: 0 };
        Ok(())
    }

    fn stage(&mut self, batches: &[Vec<Transfer>]) -> Result<(), String> {
        self.staged = batches.to_vec();
        Ok(())
    }

    fn run(&mut self) -> Result<Vec<Vec<Said>>, String> {
        let mut said = Vec::with_capacity(self.staged.len());
        for batch in &self.staged {
            let work = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed("begin"))?;
            let mut statements = Statements::prepare(&work, self.history).map_err(failed("prepare"))?;
            let one = |transfer: &Transfer| match self.history {
                History::Indexes => statements.indexed(transfer),
                History::Chained => statements.chained(transfer, &work),
            };
            said.push(batch.iter().map(one).collect::<rusqlite::Result<Vec<_>>>().map_err(failed("transfer"))?);
            drop(statements);
            work.commit().map_err(failed("commit"))?;
        }
        Ok(said)
    }

    fn balances(&mut self, pair: u32) -> Result<(u64, u64), String> {
        let (debit, credit) = sides(pair);
        let has = |id: i64| {
            self.connection.query_row("SELECT balance FROM accounts WHERE id = ?1", [id], |row| row.get(0)).map_err(failed("balance"))
        };
        Ok((has(debit)?, has(credit)?))
    }

    fn history(&mut self, pair: u32) -> Result<Vec<[u8; 16]>, String> {
        let (debit, _) = sides(pair);
        if self.history == History::Indexes {
            let mut rows = self.connection.prepare("SELECT id FROM transfers WHERE debit = ?1").map_err(failed("history"))?;
            let ids = rows.query_map([debit], |row| row.get(0)).map_err(failed("history"))?;
            return ids.collect::<rusqlite::Result<_>>().map_err(failed("history"));
        }
        let last = "SELECT last FROM accounts WHERE id = ?1";
        let mut at: i64 = self.connection.query_row(last, [debit], |row| row.get(0)).map_err(failed("history"))?;
        let mut found = Vec::new();
        let row = "SELECT id, before_debit FROM transfers WHERE number = ?1";
        while let Some((id, before)) =
            self.connection.query_row(row, [at], |row| Ok((row.get(0)?, row.get(1)?))).optional().map_err(failed("history"))?
        {
            found.push(id);
            at = before;
        }
        Ok(found)
    }

    fn bytes(&mut self) -> Result<Bytes, String> {
        Ok(Bytes { kept: self.used()?.saturating_sub(self.prepared.kept), log: 0 })
    }
}
