//! The peer PostgreSQL 15: one set-based call a batch over a unix socket, binary arrays, two connections.

use super::cluster::Cluster;
use super::peer::{Books, Bytes};
use super::transfers::{Said, Transfer};
use postgres::error::SqlState;
use postgres::{Client, NoTls, Statement};
use std::path::Path;
use std::sync::Mutex;
use uuid::Uuid;

const SCHEMA: &str = include_str!("postgres.sql");

pub struct Postgres {
    workers: Vec<Worker>,
    staged: Vec<Arrays>,
    prepared: Bytes,
    /// Held to the end.
    _cluster: Cluster,
}

struct Worker {
    client: Client,
    many: Statement,
    one: Statement,
}

/// A batch as the statement takes it.
struct Arrays {
    ids: Vec<Uuid>,
    debits: Vec<i32>,
    credits: Vec<i32>,
    amounts: Vec<i64>,
}

/// Batches by their number with what was said.
type Answers = Vec<(usize, Vec<Said>)>;

fn failed(error: postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("PostgreSQL: {db}"),
        None => format!("PostgreSQL: {error}"),
    }
}

impl Postgres {
    pub fn new(folder: &Path) -> Result<Postgres, String> {
        let cluster = Cluster::start(folder)?;
        let mut client = Client::connect(&cluster.address(), NoTls).map_err(failed)?;
        client.batch_execute(SCHEMA).map_err(failed)?;
        let workers = (0..2).map(|_| Worker::new(&cluster)).collect::<Result<_, _>>()?;
        Ok(Postgres { workers, staged: Vec::new(), prepared: Bytes::default(), _cluster: cluster })
    }

    fn client(&mut self) -> &mut Client {
        &mut self.workers[0].client
    }

    fn used(&mut self) -> Result<Bytes, String> {
        let row = self
            .client()
            .query_one("SELECT pg_database_size(current_database()), (pg_current_wal_lsn() - '0/0')::bigint", &[])
            .map_err(failed)?;
        let bytes = |at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or(0);
        Ok(Bytes { kept: bytes(0), log: bytes(1) })
    }
}

impl Worker {
    fn new(cluster: &Cluster) -> Result<Worker, String> {
        let mut client = Client::connect(&cluster.address(), NoTls).map_err(failed)?;
        let many = client.prepare("SELECT pay($1, $2, $3, $4)").map_err(failed)?;
        let one = client.prepare("SELECT pay_one($1, $2, $3, $4)").map_err(failed)?;
        Ok(Worker { client, many, one })
    }

    fn pay(&mut self, batch: &Arrays) -> Result<Vec<Said>, String> {
        loop {
            let answer = match (batch.ids.as_slice(), batch.amounts.as_slice()) {
                ([id], [amount]) => {
                    let row = self.client.query_one(&self.one, &[id, &batch.debits[0], &batch.credits[0], amount]);
                    row.map(|row| Some(vec![row.get::<_, i16>(0)]))
                }
                _ => {
                    let row = self.client.query_one(&self.many, &[&batch.ids, &batch.debits, &batch.credits, &batch.amounts]);
                    row.map(|row| row.get::<_, Option<Vec<i16>>>(0))
                }
            };
            match answer {
                Ok(None) => return Ok(vec![Said::Done; batch.ids.len()]),
                Ok(Some(numbers)) => return numbers.into_iter().map(said).collect(),
                // Two batches that took each other's rows: one of them comes again.
                Err(error) if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

fn said(number: i16) -> Result<Said, String> {
    [Said::Done, Said::Again, Said::Reused, Said::TooLittle]
        .get(usize::try_from(number).unwrap_or(usize::MAX))
        .copied()
        .ok_or_else(|| format!("PostgreSQL: answered {number}"))
}

impl Books for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL 15"
    }

    fn prepare(&mut self, pairs: u32, each: u64) -> Result<(), String> {
        let each = i64::try_from(each).map_err(|_| "too much")?;
        let sql = format!(
            "INSERT INTO accounts SELECT 2 * n + side, CASE side WHEN 0 THEN {each} ELSE 1 END FROM generate_series(0, {}) AS n, generate_series(0, 1) AS side ORDER BY 1",
            pairs - 1
        );
        self.client().batch_execute(&sql).map_err(failed)?;
        self.client().batch_execute("VACUUM ANALYZE").map_err(failed)?;
        self.client().batch_execute("CHECKPOINT").map_err(failed)?;
        self.prepared = self.used()?;
        Ok(())
    }

    fn stage(&mut self, batches: &[Vec<Transfer>]) -> Result<(), String> {
        let account = |pair: u32, side: u32| i32::try_from(pair * 2 + side).expect("accounts are few");
        let arrays = |batch: &Vec<Transfer>| Arrays {
            ids: batch.iter().map(|transfer| Uuid::from_bytes(transfer.id)).collect(),
            debits: batch.iter().map(|transfer| account(transfer.pair, 0)).collect(),
            credits: batch.iter().map(|transfer| account(transfer.pair, 1)).collect(),
            amounts: batch.iter().map(|transfer| i64::from(transfer.amount)).collect(),
        };
        self.staged = batches.iter().map(arrays).collect();
        Ok(())
    }

    fn run(&mut self) -> Result<Vec<Vec<Said>>, String> {
        let staged = std::mem::take(&mut self.staged);
        let next = Mutex::new(staged.iter().enumerate());
        let next = || next.lock().expect("no worker panics").next();
        let work = |worker: &mut Worker| {
            let mut answers = Answers::new();
            while let Some((number, batch)) = next() {
                answers.push((number, worker.pay(batch)?));
            }
            Ok(answers)
        };
        let mut answers = Answers::with_capacity(staged.len());
        let results: Vec<Result<Answers, String>> = std::thread::scope(|scope| {
            let threads: Vec<_> = self.workers.iter_mut().map(|worker| scope.spawn(|| work(worker))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no worker panics")).collect()
        });
        for result in results {
            answers.extend(result?);
        }
        answers.sort_by_key(|(number, _)| *number);
        Ok(answers.into_iter().map(|(_, said)| said).collect())
    }

    fn balances(&mut self, pair: u32) -> Result<(u64, u64), String> {
        let debit = i32::try_from(pair * 2).map_err(|_| "too many accounts")?;
        let rows = self.client().query("SELECT balance FROM accounts WHERE id IN ($1, $1 + 1) ORDER BY id", &[&debit]).map_err(failed)?;
        let balance = |at: usize| rows.get(at).map_or(0, |row| u64::try_from(row.get::<_, i64>(0)).unwrap_or(0));
        Ok((balance(0), balance(1)))
    }

    fn history(&mut self, pair: u32) -> Result<Vec<[u8; 16]>, String> {
        let debit = i32::try_from(pair * 2).map_err(|_| "too many accounts")?;
        let rows = self.client().query("SELECT id FROM transfers WHERE debit = $1", &[&debit]).map_err(failed)?;
        Ok(rows.iter().map(|row| *row.get::<_, Uuid>(0).as_bytes()).collect())
    }

    fn bytes(&mut self) -> Result<Bytes, String> {
        let now = self.used()?;
        Ok(Bytes { kept: now.kept.saturating_sub(self.prepared.kept), log: now.log.saturating_sub(self.prepared.log) })
    }
}
