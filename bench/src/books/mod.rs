//! `books`: durable transfers with their checks and their history, on our engine and on others, taking turns.

mod cluster;
pub mod memory;
pub mod ours;
mod peer;
mod postgres;
pub mod sqlite;
#[cfg(feature = "tigerbeetle")]
mod tigerbeetle;
pub mod transfers;

pub use peer::Books;

use crate::ROUNDS;
use crate::machine::folder;
use crate::table::{Table, count, median, times};
use ours::Ours;
use peer::{Bytes, prove};
use serde_json::{Value, json};
use sqlite::{History, Sqlite};
use std::path::Path;
use std::time::Instant;
use transfers::{Load, Said, Seed, now_ms};

/// What each wallet has to begin with: no round empties one.
const EACH: u64 = 1_000_000_000;
/// The batch whose bytes are counted and whose growth is shown.
const LARGE: usize = 8_000;

/// The engines of one run, each in its folder; the first is ours.
type Engines = Vec<Box<dyn Books>>;

/// One row: transfers a second, engine by engine and round by round.
struct Row {
    accounts: u32,
    load: Load,
    rates: Vec<Vec<f64>>,
    /// Bytes a transfer, engine by engine, where they were counted.
    bytes: Option<Vec<(f64, f64)>>,
}

/// Measures all.
///
/// # Errors
/// If our engine, or a peer that is there, does not do the work.
pub fn run(rounds: usize) -> Result<Table, String> {
    let quick = rounds < ROUNDS;
    let (mut rows, mut notes, mut names) = (Vec::new(), Vec::new(), Vec::new());
    {
        let folder = folder()?;
        for mut engine in engines(folder.path(), &mut notes)? {
            let (mut ids, ms) = (Seed::new(7), now_ms());
            engine.prepare(10, 1_000)?;
            prove(engine.as_mut(), 1_000, [ids.id(ms), ids.id(ms), ids.id(ms)])?;
            names.push(engine.name());
        }
    }
    for accounts in if quick { vec![10_000, 100_000] } else { vec![10_000, 100_000, 1_000_000] } {
        let folder = folder()?;
        let mut engines = engines(folder.path(), &mut Vec::new())?;
        for engine in &mut engines {
            let start = Instant::now();
            engine.prepare(accounts / 2, EACH)?;
            eprintln!("books: {} opened {accounts} accounts in {:.1} s", engine.name(), start.elapsed().as_secs_f64());
        }
        let mut seed = Seed::new(u64::from(accounts));
        for load in loads(accounts, quick) {
            rows.push(measure(&mut engines, accounts, load, rounds, &mut seed)?);
        }
    }
    notes.push("ours: a transfer is a tip, handed in by whole batches, two of them under way".to_owned());
    notes.push("SQLite keeps history by indexes, as one does; chained by hand, each row names those before it, as ours is to".to_owned());
    let memory = memory::ask(if quick { 100_000 } else { 1_000_000 }, if quick { 1_000 } else { 4_000 })?;
    notes.extend(remarks(&names, &rows));
    notes.push(format!("memory of ours: {:.0} bytes an account, {:.0} bytes an open offer (resident)", memory.account, memory.offer));
    let json = json!({"rows": rows.iter().map(|row| row.json(&names)).collect::<Vec<_>>(),
        "bytes_an_account": memory.account, "bytes_an_offer": memory.offer});
    Ok(Table { title: title(), columns: columns(&names), rows: rows.iter().map(Row::cells).collect(), notes, json })
}

fn title() -> String {
    "books: durable transfers a second; each takes its id once, checks the balance and stands in both accounts' histories".to_owned()
}

/// Ours and every peer that is there, each in a folder of its own; what is missing is said.
fn engines(folder: &Path, notes: &mut Vec<String>) -> Result<Engines, String> {
    let below = |name: &str| {
        let path = folder.join(name);
        std::fs::create_dir(&path).map(|()| path).map_err(|error| format!("cannot make a folder: {error}"))
    };
    let mut engines: Engines = vec![Box::new(Ours::new(&below("ours")?)?)];
    engines.push(Box::new(Sqlite::new(&below("sqlite")?, History::Indexes)?));
    engines.push(Box::new(Sqlite::new(&below("chained")?, History::Chained)?));
    match postgres::Postgres::new(&below("postgres")?) {
        Ok(postgres) => engines.push(Box::new(postgres)),
        Err(reason) => notes.push(format!("MISSING PostgreSQL: {reason}")),
    }
    match std::env::var("TIGERBEETLE_ADDRESS") {
        Err(_) => notes.push("MISSING TigerBeetle: TIGERBEETLE_ADDRESS names no server".to_owned()),
        #[cfg(feature = "tigerbeetle")]
        Ok(address) => engines.push(Box::new(tigerbeetle::TigerBeetle::new(&address)?)),
        #[cfg(not(feature = "tigerbeetle"))]
        Ok(_) => notes.push("MISSING TigerBeetle: built without the feature `tigerbeetle`".to_owned()),
    }
    Ok(engines)
}

/// What is done on so many accounts. The counts give each engine about a second.
fn loads(accounts: u32, quick: bool) -> Vec<Load> {
    let part = if quick { 4 } else { 1 };
    let random = |batch, batches: usize| Load { batch, batches: batches.div_ceil(part), pairs: accounts / 2 };
    let large = random(LARGE, 28);
    match accounts {
        100_000 => vec![large],
        1_000_000 => vec![random(1, 1_000), random(100, 200), random(1_000, 100), large],
        _ => vec![random(1, 1_000), random(100, 200), random(1_000, 100), large, Load { pairs: 1, ..large }],
    }
}

/// Rounds of one load, the engines taking turns; one round before them warms all caches and is not counted.
fn measure(engines: &mut Engines, accounts: u32, load: Load, rounds: usize, seed: &mut Seed) -> Result<Row, String> {
    let mut rates = vec![Vec::with_capacity(rounds); engines.len()];
    let counted = load.batch == LARGE && load.pairs > 1;
    let bytes = |engines: &mut Engines| engines.iter_mut().map(|engine| engine.bytes()).collect::<Result<Vec<Bytes>, _>>();
    let before = if counted { bytes(engines)? } else { Vec::new() };
    for round in 0..=rounds {
        let batches = load.batches(seed);
        for (engine, rates) in engines.iter_mut().zip(&mut rates) {
            engine.stage(&batches)?;
            let start = Instant::now();
            let said = engine.run()?;
            let seconds = start.elapsed().as_secs_f64();
            let done = said.iter().flatten().filter(|said| **said == Said::Done).count();
            if done != load.transfers() {
                return Err(format!("{}: {done} of {} transfers were done", engine.name(), load.transfers()));
            }
            if round > 0 {
                rates.push(load.transfers() as f64 / seconds);
            }
        }
    }
    let after = if counted { bytes(engines)? } else { Vec::new() };
    let transfers = (load.transfers() * (rounds + 1)) as f64;
    let each = |from: u64, to: u64| to.saturating_sub(from) as f64 / transfers;
    let of = |(before, after): (&Bytes, &Bytes)| (each(before.kept, after.kept), each(before.log, after.log));
    let row = Row { accounts, load, rates, bytes: counted.then(|| before.iter().zip(&after).map(of).collect()) };
    eprintln!("books: {}", row.cells().join("  "));
    Ok(row)
}

fn columns(names: &[&str]) -> Vec<String> {
    let mut columns = vec!["accounts".to_owned(), "batch".to_owned()];
    for (at, name) in names.iter().enumerate() {
        columns.push((*name).to_owned());
        if at > 0 {
            columns.push("ours is".to_owned());
        }
    }
    columns
}

impl Row {
    fn rate(&self, engine: usize) -> f64 {
        median(&self.rates[engine])
    }

    /// How many times as fast as a peer ours is: the middle of what each round says.
    fn ratio(&self, engine: usize) -> f64 {
        let ratios: Vec<f64> = self.rates[0].iter().zip(&self.rates[engine]).map(|(ours, theirs)| ours / theirs).collect();
        median(&ratios)
    }

    fn is_hot(&self) -> bool {
        self.load.pairs == 1
    }

    fn cells(&self) -> Vec<String> {
        let hot = if self.is_hot() { ", one hot" } else { "" };
        let mut cells = vec![format!("{}{hot}", count(f64::from(self.accounts))), count(self.load.batch as f64)];
        for engine in 0..self.rates.len() {
            cells.push(count(self.rate(engine)));
            if engine > 0 {
                cells.push(times(self.ratio(engine)));
            }
        }
        cells
    }

    fn json(&self, names: &[&str]) -> Value {
        let engine = |(at, name): (usize, &&str)| {
            let bytes = self.bytes.as_ref().map(|bytes| json!({"kept": bytes[at].0, "log": bytes[at].1}));
            json!({"engine": name, "a_second": self.rates[at], "median": self.rate(at), "ours_is": self.ratio(at), "bytes_a_transfer": bytes})
        };
        let engines: Vec<Value> = names.iter().enumerate().map(engine).collect();
        json!({"accounts": self.accounts, "batch": self.load.batch, "batches": self.load.batches, "hot": self.is_hot(), "engines": engines})
    }
}

/// What follows from the rows: bytes, growth, the hot account.
fn remarks(names: &[&str], rows: &[Row]) -> Vec<String> {
    let mut notes = Vec::new();
    for row in rows {
        let Some(bytes) = &row.bytes else { continue };
        let one = |(name, (kept, log)): (&&str, &(f64, f64))| match *log > 0.0 {
            true => format!("{name} {kept:.0} and {log:.0} of log"),
            false => format!("{name} {kept:.0}"),
        };
        let all: Vec<String> = names.iter().zip(bytes).filter(|(_, (kept, _))| *kept > 0.0).map(one).collect();
        notes.push(format!("bytes a transfer on disk, {} accounts: {}", count(f64::from(row.accounts)), all.join("; ")));
    }
    let large =
        |accounts: u32, hot: bool| rows.iter().find(|row| row.accounts == accounts && row.load.batch == LARGE && row.is_hot() == hot);
    let Some(base) = large(10_000, false) else { return notes };
    let compared = [
        (large(100_000, false), "10 times the accounts"),
        (large(1_000_000, false), "100 times the accounts"),
        (large(10_000, true), "one hot account"),
    ];
    for (row, what) in compared {
        let Some(row) = row else { continue };
        let of = |at: usize| format!("{} {:.2}", names[at], row.rate(at) / base.rate(at));
        notes
            .push(format!("{what}, of the rate at 10,000 accounts by chance: {}", (0..names.len()).map(of).collect::<Vec<_>>().join("; ")));
    }
    notes
}
