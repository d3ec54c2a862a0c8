//! `recover`: how long a start takes after so many transfers, from the journal alone and from a snapshot.

use crate::ROUNDS;
use crate::books::Books;
use crate::books::ours::{Hand, Ours, open_payee, start_with};
use crate::books::sqlite::{History, Sqlite, open};
use crate::books::transfers::{Load, Seed};
use crate::machine::{bytes_below, folder};
use crate::table::{Table, count, median};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::Instant;
use store::snapshot::{Every, Notice, Shelf, Snapshots, Tell};

const ACCOUNTS: u32 = 10_000;
const BATCH: usize = 8_000;
const EACH: u64 = 1_000_000_000;

/// How many transfers.
const SIZES: [usize; 2] = [1_000_000, 10_000_000];

/// SQLite is written with so many at most: with more it takes many minutes.
const MOST_OF_A_PEER: usize = 1_000_000;

/// One way to open the books of so many transfers.
struct Row {
    transfers: usize,
    what: &'static str,
    seconds: Vec<f64>,
    bytes: u64,
}

/// Measures all.
///
/// # Errors
/// If the books cannot be written or opened.
pub fn run(rounds: usize) -> Result<Table, String> {
    let mut rows = Vec::new();
    for transfers in if rounds < ROUNDS { vec![200_000] } else { SIZES.to_vec() } {
        rows.extend(measure(transfers, rounds)?);
    }
    let columns = ["transfers", "opened from", "seconds", "records/s", "MB"].map(str::to_owned).to_vec();
    let cells = |row: &Row| {
        let seconds = median(&row.seconds);
        let (rate, size) = (row.transfers as f64 / seconds, row.bytes as f64 / 1e6);
        vec![count(row.transfers as f64), row.what.to_owned(), format!("{seconds:.3}"), count(rate), count(size)]
    };
    let json: Vec<Value> = rows
        .iter()
        .map(|row| json!({"transfers": row.transfers, "from": row.what, "seconds": row.seconds, "median": median(&row.seconds), "bytes": row.bytes}))
        .collect();
    Ok(Table {
        title: format!("recover: seconds until the books answer; {} accounts, transfers in batches of {BATCH}", count(f64::from(ACCOUNTS))),
        columns,
        rows: rows.iter().map(cells).collect(),
        notes: vec![
            "ours: a transfer is a tip; all ids are still remembered, which a journal of longer than ten minutes spares".to_owned(),
            "caches warm; from the journal ours verifies every frame, applies every record again and compares what it gives".to_owned(),
            "the snapshot holds everything but the last record, every remembered id included".to_owned(),
            "SQLite: opened with what its log still held at the end, then all balances summed; or all transfers counted and summed"
                .to_owned(),
        ],
        json: Value::Array(json),
    })
}

fn measure(transfers: usize, rounds: usize) -> Result<Vec<Row>, String> {
    let (ours, sqlite) = (folder()?, folder()?);
    let begin = Instant::now();
    let clock = write_ours(ours.path(), transfers)?;
    let peer = if transfers <= MOST_OF_A_PEER { Some(write_sqlite(sqlite.path(), transfers)?) } else { None };
    let (journal_bytes, shelf) = (bytes_below(ours.path()), write_snapshot(ours.path(), &clock)?);
    eprintln!("recover: {transfers} transfers written in {:.1} s", begin.elapsed().as_secs_f64());
    let row = |what, bytes| Row { transfers, what, seconds: Vec::new(), bytes };
    let mut rows = vec![row("our journal", journal_bytes), row("our snapshot", bytes_below(shelf.folder()))];
    if peer.is_some() {
        rows.extend(["SQLite, balances", "SQLite, transfers"].map(|what| row(what, bytes_below(sqlite.path()))));
    }
    for _ in 0..rounds {
        let from_snapshot = || Snapshots { shelf: shelf.clone(), every: Every::NEVER, tell: Tell::new(|_| ()) };
        let open_peer = |sum: &str| peer.as_deref().map_or(Ok(0.0), |peer| open_sqlite(peer, sqlite.path(), sum));
        let ways: [&dyn Fn() -> Result<f64, String>; 4] = [
            &|| open_ours(ours.path(), &clock, None),
            &|| open_ours(ours.path(), &clock, Some(from_snapshot())),
            &|| open_peer("SELECT count(*), sum(balance) FROM accounts"),
            &|| open_peer("SELECT count(*), sum(amount) FROM transfers"),
        ];
        // A way that has no row is not gone.
        for (row, way) in rows.iter_mut().zip(ways) {
            row.seconds.push(way()?);
        }
    }
    Ok(rows)
}

/// The transfers in pieces, so that they are never all in memory.
fn write(books: &mut dyn Books, transfers: usize) -> Result<(), String> {
    let (mut seed, mut left) = (Seed::new(42), transfers);
    books.prepare(ACCOUNTS / 2, EACH)?;
    while left > 0 {
        let batch = left.min(BATCH);
        let load = Load { batch, batches: (left / batch).min(10), pairs: ACCOUNTS / 2 };
        books.stage(&load.batches(&mut seed))?;
        books.run()?;
        left -= load.transfers();
    }
    Ok(())
}

fn write_ours(folder: &Path, transfers: usize) -> Result<Hand, String> {
    let mut ours = Ours::new(folder)?;
    write(&mut ours, transfers)?;
    let clock = ours.clock();
    ours.finish()?;
    Ok(clock)
}

/// Has a snapshot written: by an engine that is asked for one after every frame, and makes one.
fn write_snapshot(folder: &Path, clock: &Hand) -> Result<Shelf, String> {
    let failed = |error: store::Error| format!("ours: {error}");
    let shelf = Shelf::open(&folder.join("snapshots")).map_err(failed)?;
    let (said, told) = channel();
    let tell = Tell::new(move |notice| {
        if let Notice::Written { .. } | Notice::NotWritten { .. } | Notice::NoRoom | Notice::Disagrees { .. } = notice {
            let _ = said.send(notice.to_string());
        }
    });
    let snapshots = Snapshots { shelf: shelf.clone(), every: Every { frames: 1, bytes: 0 }, tell };
    let (running, _) = start_with(folder, clock, Some(snapshots))?;
    open_payee(&running.engine(), clock)?;
    told.recv().map_err(|_| "ours: no snapshot was written".to_owned())?;
    running.finish().map_err(failed)?;
    match shelf.list().map_err(failed)?.is_empty() {
        true => Err("ours: there is no snapshot".to_owned()),
        false => Ok(shelf),
    }
}

fn open_ours(folder: &Path, clock: &Hand, snapshots: Option<Snapshots>) -> Result<f64, String> {
    let begin = Instant::now();
    let (running, _) = start_with(folder, clock, snapshots)?;
    let seconds = begin.elapsed().as_secs_f64();
    running.finish().map_err(|error| format!("ours: {error}"))?;
    Ok(seconds)
}

/// Leaves the database as a crash would: with its log.
fn write_sqlite(folder: &Path, transfers: usize) -> Result<std::path::PathBuf, String> {
    let written = folder.join("written");
    let left = folder.join("left.db");
    let failed = |error: std::io::Error| format!("SQLite: cannot copy it: {error}");
    std::fs::create_dir(&written).map_err(failed)?;
    let mut books = Sqlite::new(&written, History::Indexes)?;
    write(&mut books, transfers)?;
    copy(books.file(), &left).map_err(failed)?;
    drop(books);
    std::fs::remove_dir_all(&written).map_err(failed)?;
    Ok(left)
}

/// The database and its log.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for end in ["", "-wal"] {
        let with = |path: &Path| format!("{}{end}", path.display());
        if Path::new(&with(from)).exists() {
            std::fs::copy(with(from), with(to))?;
        }
    }
    Ok(())
}

fn open_sqlite(left: &Path, folder: &Path, sum: &str) -> Result<f64, String> {
    let file = folder.join("opened.db");
    copy(left, &file).map_err(|error| format!("SQLite: cannot copy it: {error}"))?;
    let begin = Instant::now();
    let connection = open(&file)?;
    let rows: (u64, u64) =
        connection.query_row(sum, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(|error| format!("SQLite: {error}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    if rows.0 == 0 || rows.1 == 0 {
        return Err("SQLite: opened empty".to_owned());
    }
    Ok(seconds)
}
