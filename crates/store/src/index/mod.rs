//! The index: what people look up, projected from the journal into SQLite. Delete it and only start-up takes longer.
//!
//! It lags the books by milliseconds, says by how much, and never answers a question about money that decides something:
//! balances come from the books.

mod coins;
mod contents;
mod events;
mod films;
mod meters;
mod months;
mod project;
mod query;
mod refunds;
mod signed;
mod streams;
mod usage;

pub use coins::{CoinRow, CoinSum};
pub use contents::{CoinEndings, Contents, MeteredSums, RowFacts, RowKey};
pub use events::{EventRow, Happened};
pub use meters::{MOST_METERED, Metered, MeteredOf, MeteredSum};
pub use months::{MonthSum, Of};
pub use query::{HistoryRow, Kind};
pub use refunds::Return;
pub use usage::{Capture, EndedBy, Open, SessionEnd, SessionPart, SessionRow, Told, Used, Which};

use crate::Error;
use crate::engine::Heads;
use crate::journal::{Frames, Head, Reader};
use project::Projector;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

const LAYOUT: i64 = 8;
/// A record's facts stand once, under its place as one number; a line of a history is four numbers that name them. A standing
/// is a party's value of one asset and class; an event is a record that a payee is told of; a refund is what one record gave back
/// of a sale, and what remained of it then. A session has one row however often it is drawn from, one for each offer version it was
/// drawn by, and one for each capture; what is reserved of one that goes on, and what of films was watched in it, is kept to go on counting. `used` is the sum of captures
/// by payee, day of UTC and offer version, `metered` that of a meter's events by session, the event's own day and version, and the day on which they came, and `told` has what a draw said that reached a share of what is held.
/// Of those that are not over, the highest signed voucher stands here too. A payment past the books has one row; its ending is 0 while nobody knows it.
const SCHEMA: &str = "
    CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, hash BLOB NOT NULL);
    CREATE TABLE account (number INTEGER PRIMARY KEY, party BLOB NOT NULL, asset TEXT NOT NULL, class INTEGER NOT NULL);
    CREATE TABLE standing (number INTEGER PRIMARY KEY, party BLOB NOT NULL, asset TEXT NOT NULL, class INTEGER NOT NULL,
        balance INTEGER NOT NULL, UNIQUE (party, class, asset));
    CREATE TABLE record (place INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL, sale BLOB, item TEXT);
    CREATE TABLE entry (standing INTEGER NOT NULL, place INTEGER NOT NULL, amount INTEGER NOT NULL, balance INTEGER NOT NULL,
        PRIMARY KEY (standing, place)) WITHOUT ROWID;
    CREATE TABLE sale (id BLOB PRIMARY KEY, place INTEGER NOT NULL, offer INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE refund (sale BLOB NOT NULL, place INTEGER NOT NULL, id BLOB NOT NULL, returned INTEGER NOT NULL,
        remains INTEGER NOT NULL, giver INTEGER NOT NULL, cause INTEGER NOT NULL, PRIMARY KEY (sale, place)) WITHOUT ROWID;
    CREATE TABLE session (id BLOB PRIMARY KEY, offer INTEGER NOT NULL, payee INTEGER NOT NULL, payer BLOB NOT NULL, asset TEXT NOT NULL,
        kind INTEGER NOT NULL, opened INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL, cap INTEGER NOT NULL,
        drawn INTEGER NOT NULL, captured INTEGER NOT NULL, captures INTEGER NOT NULL, last INTEGER, ended INTEGER, ended_at INTEGER,
        released INTEGER, ended_by INTEGER) WITHOUT ROWID;
    CREATE INDEX session_of_payer ON session (payer, opened);
    CREATE INDEX session_of_payee ON session (payee, opened);
    CREATE INDEX open_of_payer ON session (payer, opened) WHERE ended IS NULL;
    CREATE INDEX open_of_payee ON session (payee, opened) WHERE ended IS NULL;
    CREATE TABLE drawn (session BLOB NOT NULL, part INTEGER NOT NULL, offer INTEGER NOT NULL, units INTEGER NOT NULL,
        drawn INTEGER NOT NULL, captured INTEGER NOT NULL, counted INTEGER NOT NULL, PRIMARY KEY (session, part)) WITHOUT ROWID;
    CREATE TABLE reserved (session BLOB NOT NULL, seq INTEGER NOT NULL, part INTEGER NOT NULL, units INTEGER NOT NULL,
        until INTEGER NOT NULL, PRIMARY KEY (session, seq)) WITHOUT ROWID;
    CREATE TABLE capture (session BLOB NOT NULL, place INTEGER NOT NULL, id BLOB NOT NULL UNIQUE, number INTEGER NOT NULL,
        offer INTEGER NOT NULL, units INTEGER NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (session, place)) WITHOUT ROWID;
    CREATE TABLE used (payee INTEGER NOT NULL, day INTEGER NOT NULL, offer INTEGER NOT NULL, units INTEGER NOT NULL,
        amount INTEGER NOT NULL, captures INTEGER NOT NULL, PRIMARY KEY (payee, day, offer)) WITHOUT ROWID;
    CREATE TABLE watched (session BLOB NOT NULL, film INTEGER NOT NULL, begins INTEGER NOT NULL, ends INTEGER NOT NULL,
        PRIMARY KEY (session, film, begins)) WITHOUT ROWID;
    CREATE TABLE metered (session BLOB NOT NULL, day INTEGER NOT NULL, offer INTEGER NOT NULL, events INTEGER NOT NULL,
        units INTEGER NOT NULL, amount INTEGER NOT NULL, unbilled INTEGER NOT NULL, came INTEGER NOT NULL, PRIMARY KEY (session, day, offer, came)) WITHOUT ROWID;
    CREATE TABLE coin (id BLOB PRIMARY KEY, place INTEGER NOT NULL, at INTEGER NOT NULL, item TEXT NOT NULL, offer INTEGER NOT NULL,
        payee INTEGER NOT NULL, amount INTEGER NOT NULL, asset TEXT NOT NULL, network TEXT NOT NULL, contract BLOB NOT NULL,
        name TEXT NOT NULL, payer BLOB NOT NULL, pay_to BLOB NOT NULL, value TEXT NOT NULL, valid_before INTEGER NOT NULL,
        ending INTEGER NOT NULL, ended_at INTEGER, tx BLOB) WITHOUT ROWID;
    CREATE INDEX coin_of_payee ON coin (payee, place);
    CREATE TABLE told (place INTEGER PRIMARY KEY, level INTEGER NOT NULL, drawn INTEGER NOT NULL, cap INTEGER NOT NULL);
    CREATE TABLE signed (session BLOB PRIMARY KEY, cumulative INTEGER NOT NULL, signature BLOB NOT NULL, step INTEGER, length INTEGER,
        anchor BLOB) WITHOUT ROWID;
    CREATE TABLE payee (number INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, party BLOB NOT NULL);
    CREATE TABLE offer (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, payee INTEGER NOT NULL, pages TEXT NOT NULL);
    CREATE TABLE event (payee INTEGER NOT NULL, place INTEGER NOT NULL, offer INTEGER, PRIMARY KEY (payee, place)) WITHOUT ROWID;";

/// A connection for questions; open as many as there are askers.
pub struct Index {
    connection: Connection,
    progress: Arc<Progress>,
}

/// Called at most once, with what stopped the follower while the engine went on: the index stands still from then on. It is
/// for a log line; [`Index::stopped`] says the same to whoever asks.
pub type OnStop = Box<dyn FnOnce(&str) + Send>;

/// How far the follower is, and what ended it.
#[derive(Default)]
struct Progress {
    sequence: AtomicU64,
    stopped: OnceLock<String>,
}

/// The thread that keeps the index up with the journal. It ends when the engine does.
pub struct Follower {
    path: PathBuf,
    progress: Arc<Progress>,
    thread: JoinHandle<Result<(), Error>>,
}

impl Follower {
    /// Brings the index up to the journal, building it anew if it belongs to another, and follows from then on.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Write`], [`Error::Thread`] and what reading the journal says.
    pub fn start(path: &Path, reader: &dyn Reader, heads: Heads, on_stop: OnStop) -> Result<Follower, Error> {
        let (connection, done) = open_for(path, reader)?;
        let mut frames = reader.read(done.saturating_add(1))?;
        let progress = Arc::new(Progress { sequence: AtomicU64::new(done), stopped: OnceLock::new() });
        advance(&mut Projector::new(&connection)?, &mut frames, (&connection, &progress))?;
        let watch = Watch { progress: Arc::clone(&progress), on_stop: Some(on_stop) };
        let follow = move || watch.over(|progress| follow(&connection, frames, &heads, progress));
        let thread = std::thread::Builder::new().name("index".to_owned()).spawn(follow);
        Ok(Follower { path: path.to_owned(), progress, thread: thread.map_err(|source| Error::Thread { source })? })
    }

    /// A connection for questions.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn index(&self) -> Result<Index, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(failed("open"))?;
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(failed("open"))?;
        Ok(Index { connection, progress: Arc::clone(&self.progress) })
    }

    /// Waits for the end, which comes when the engine has ended.
    ///
    /// # Errors
    /// What stopped the projection, if something did.
    ///
    /// # Panics
    /// If the thread panicked, which is a bug.
    pub fn finish(self) -> Result<(), Error> {
        self.thread.join().expect("the index follower does not panic")
    }
}

impl Index {
    /// The last frame the index has seen.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.progress.sequence.load(Ordering::Acquire)
    }

    /// What stopped the follower, if something did: the index says nothing of later frames then, until a restart.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        self.progress.stopped.get().map(String::as_str)
    }
}

/// Sees to it that the follower does not end unnoticed, neither by an error nor by a panic.
struct Watch {
    progress: Arc<Progress>,
    on_stop: Option<OnStop>,
}

impl Watch {
    fn over(mut self, follow: impl FnOnce(&Progress) -> Result<(), Error>) -> Result<(), Error> {
        let done = follow(&self.progress);
        if let Err(error) = &done {
            let why = std::error::Error::source(error).map_or(String::new(), |source| format!(": {source}"));
            self.stop(format!("{error}{why}"));
        }
        done
    }

    fn stop(&mut self, why: String) {
        let why = self.progress.stopped.get_or_init(|| why);
        if let Some(on_stop) = self.on_stop.take() {
            on_stop(why);
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.stop("its thread panicked".to_owned());
        }
    }
}

/// Opens the index if it is a projection of this very journal, else begins a new one.
fn open_for(path: &Path, reader: &dyn Reader) -> Result<(Connection, u64), Error> {
    if path.exists()
        && let Ok((connection, head)) = reopen(path)
        && is_on(&head, reader)?
    {
        return Ok((connection, head.sequence));
    }
    // The side files too, also when only they were left: SQLite must not read an old log into the new file.
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        if file.exists() {
            std::fs::remove_file(&file).map_err(|source| Error::Write { path: file, source })?;
        }
    }
    let connection = connect(path).map_err(failed("create"))?;
    connection.execute_batch(SCHEMA).map_err(failed("create"))?;
    connection.pragma_update(None, "user_version", LAYOUT).map_err(failed("create"))?;
    connection.execute("INSERT INTO position VALUES (1, 0, zeroblob(32))", ()).map_err(failed("create"))?;
    Ok((connection, 0))
}

fn reopen(path: &Path) -> Result<(Connection, Head), Error> {
    let connection = connect(path).map_err(failed("open"))?;
    let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed("open"))?;
    let position = connection
        .query_row("SELECT sequence, hash FROM position", (), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()
        .map_err(failed("open"))?;
    match position {
        Some((sequence, hash)) if layout == LAYOUT => {
            let sequence = u64::try_from(sequence).unwrap_or(u64::MAX);
            Ok((connection, Head { sequence, hash, ..Head::default() }))
        }
        Some(_) | None => {
            Err(Error::Format { file: path.to_owned(), offset: 0, found: layout.unsigned_abs(), known: LAYOUT.unsigned_abs() })
        }
    }
}

/// SQLite may lose the last commits with the power: the journal has them.
fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // 16 MiB of pages stay in memory, and as many go into the log before it is written back: a page that fills row by row is
    // written back once.
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_096)?;
    Ok(connection)
}

fn is_on(head: &Head, reader: &dyn Reader) -> Result<bool, Error> {
    if head.sequence == 0 {
        return Ok(true);
    }
    match reader.read(head.sequence)?.next() {
        Some(frame) => Ok(frame?.head().hash == head.hash),
        None => Ok(false),
    }
}

/// How long the index rests after a commit: so far it may be behind.
const REST: std::time::Duration = std::time::Duration::from_millis(50);

fn follow(connection: &Connection, mut frames: Frames, heads: &Heads, progress: &Progress) -> Result<(), Error> {
    let mut projector = Projector::new(connection)?;
    while let Ok(_head) = heads.recv() {
        // One look at the journal serves all the messages that wait.
        heads.try_iter().for_each(drop);
        advance(&mut projector, &mut frames, (connection, progress))?;
        // A commit costs as much as the rows of many sales: under load many frames share one, and a lone frame waits for none.
        std::thread::park_timeout(REST);
    }
    Ok(())
}

/// Projects every frame that is there, many to a commit.
fn advance(projector: &mut Projector<'_>, frames: &mut Frames, (connection, progress): (&Connection, &Progress)) -> Result<(), Error> {
    const FRAMES_A_COMMIT: usize = 1_024;
    loop {
        // An error on the way ends the connection, which takes back what was not committed.
        connection.execute_batch("BEGIN").map_err(failed("begin"))?;
        let mut last: Option<Head> = None;
        for frame in frames.by_ref().take(FRAMES_A_COMMIT) {
            let frame = frame?;
            projector.frame(&frame)?;
            last = Some(frame.head());
        }
        projector.settle()?;
        if let Some(head) = last {
            let sequence = i64::try_from(head.sequence).unwrap_or(i64::MAX);
            connection.execute("UPDATE position SET sequence = ?1, hash = ?2", (sequence, head.hash)).map_err(failed("advance"))?;
        }
        connection.execute_batch("COMMIT").map_err(failed("commit"))?;
        let Some(head) = last else { return Ok(()) };
        progress.sequence.store(head.sequence, Ordering::Release);
    }
}

fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |source| Error::Database { database: "index", operation, source }
}

#[cfg(test)]
mod tests;
