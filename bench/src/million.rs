//! `million`: payments of 0.0001 over HTTP by a hundred payers in a thousand sessions, one request a payment, then the books: exact to
//! the unit, one posting a capture.

use crate::ROUNDS;
use crate::cores::{Cores, Wish};
use crate::gateway_load::{Connection, on_a_thread};
use crate::gateway_origin;
use crate::gateway_shop::{Shop, binary};
use crate::session_payer::{CALL, SessionPayer};
use crate::table::{Table, count};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::cell::Cell;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

const PAYERS: usize = 100;
/// Sessions of each payer.
const SESSIONS: u32 = 10;
/// Connections that are open at once; each pays for its payers' sessions one after the other.
const PATH: &str = "/call/one";

/// What all connections counted.
#[derive(Default)]
struct Counted {
    requests: Cell<u64>,
    paid: Cell<u64>,
    latencies: std::cell::RefCell<Vec<Duration>>,
}

impl Counted {
    fn asked(&self, paid: bool) {
        self.requests.set(self.requests.get() + 1);
        self.paid.set(self.paid.get() + u64::from(paid));
        if self.paid.get().is_multiple_of(100_000) && paid {
            eprintln!("million: {} paid", count(self.paid.get() as f64));
        }
    }
}

/// Runs it: a million with all rounds, a tenth for a look.
///
/// # Errors
/// What stopped it: a missing release build, an answer that is no 200, books that are off by a unit.
pub fn run(rounds: usize) -> Result<Table> {
    let calls: u32 = if rounds < ROUNDS { 100 } else { 1_000 };
    let origin = gateway_origin::start()?;
    let shop = Shop::open(origin, PAYERS, &Cores::place(Wish::Shared))?;
    let counted = Rc::new(Counted::default());
    let begin = Instant::now();
    on_a_thread(|| async {
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let tasks: Vec<_> =
                    (0..PAYERS).map(|payer| tokio::task::spawn_local(paid(payer, calls, &shop, Rc::clone(&counted)))).collect();
                for task in tasks {
                    task.await??;
                }
                Ok(())
            })
            .await
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    let payments = counted.paid.get();
    ensure!(payments == PAYERS as u64 * u64::from(SESSIONS) * u64::from(calls), "{payments} were paid");
    let (folder, cpu) = (shop.folder.path().to_owned(), shop.cpu()?);
    let folder_kept = shop.end()?;
    let told = audit(&folder)?;
    drop(folder_kept);
    let earned = told["earned"].as_str().context("what the payee earned")?.to_owned();
    let due = payments * u64::from(CALL);
    ensure!(earned == due.to_string(), "the payee has {earned}, where {due} is right");
    let requests = counted.requests.get();
    let mut latencies = counted.latencies.take();
    latencies.sort_unstable();
    let at = |share: usize| latencies.get(latencies.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let journal = told["bytes"].as_f64().unwrap_or(0.0);
    let row = |what: &str, figure: String| vec![what.to_owned(), figure];
    Ok(Table {
        title: format!(
            "million: {} payments of 0.0001 by {PAYERS} payers in {} sessions over HTTP",
            count(payments as f64),
            PAYERS as u32 * SESSIONS
        ),
        columns: ["what", "figure"].map(str::to_owned).to_vec(),
        rows: vec![
            row("seconds", format!("{seconds:.1}")),
            row("payments/s", count(payments as f64 / seconds)),
            row("earned, in base units, by the audit", earned.clone()),
            row("requests in all, opening, questions and closes too", count(requests as f64)),
            row("postings of captures", told["captures"].as_str().unwrap_or("-").to_owned()),
            row("server's CPU a payment", format!("{:.0} us", cpu * 1e6 / payments as f64)),
            row("journal bytes a payment", format!("{:.0}", journal / payments as f64)),
            row("latency p50, p99", format!("{:.2} ms, {:.2} ms", at(50), at(99))),
        ],
        notes: vec![
            format!("{PAYERS} connections in a closed loop; generator, origin and server share the machine."),
            "Each payment is its own request with its own link, in the journal before its answer.".to_owned(),
        ],
        json: json!({"payments": payments, "seconds": seconds, "requests": requests, "earned": earned, "cpu_s": cpu,
            "captures": told["captures"], "journal_bytes": journal, "p50_ms": at(50), "p99_ms": at(99)}),
    })
}

fn paid(payer: usize, calls: u32, shop: &Shop, counted: Rc<Counted>) -> impl Future<Output = Result<()>> + use<> {
    let (address, key) = (shop.address, shop.wallet(payer));
    async move {
        let mut connection = Connection::open(address).await?;
        let key = key?;
        for _ in 0..SESSIONS {
            let fresh = Shop::fresh()?;
            let mut session = SessionPayer::open(&mut connection, &key, (PATH, calls), fresh).await?;
            counted.asked(false);
            counted.asked(true);
            for _ in 1..calls {
                let request = session.pay(PATH)?;
                let sent = Instant::now();
                let answer = connection.ask(&request).await?;
                ensure!(answer.status == 200, "{}{}", answer.head, String::from_utf8_lossy(answer.body));
                counted.latencies.borrow_mut().push(sent.elapsed());
                counted.asked(true);
            }
            let close = session.close(PATH)?;
            let answer = connection.ask(&close).await?;
            ensure!(answer.status == 200 || answer.status == 204, "{}{}", answer.head, String::from_utf8_lossy(answer.body));
            counted.asked(false);
        }
        Ok(())
    }
}

/// What the books say once the server has ended: sums zero, and what the payee has.
fn audit(folder: &std::path::Path) -> Result<Value> {
    let data = folder.join("data");
    let run = |arguments: &[&str]| -> Result<String> {
        let output = Command::new(binary()?).args(arguments).arg("--config").arg(folder.join("farthing.toml")).output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    };
    run(&["audit", "--full"])?;
    let mut earned = 0_u64;
    for line in run(&["audit", "--json"])?.lines() {
        let account: Value = serde_json::from_str(line)?;
        if account["account"].as_str().is_some_and(|name| name.starts_with("earned")) {
            earned += account["balance"].as_str().context("a balance")?.parse::<u64>()?;
        }
    }
    let captures = run(&["export", "--format", "json"])?.lines().filter(|line| line.contains("\"kind\":\"capture\"")).count();
    let bytes: u64 = std::fs::read_dir(data.join("journal"))?.filter_map(|entry| entry.ok()?.metadata().ok()).map(|file| file.len()).sum();
    Ok(json!({"earned": earned.to_string(), "captures": captures.to_string(), "bytes": bytes}))
}
