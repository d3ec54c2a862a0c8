//! `kill -9` at any moment, and what recovery makes of the files: no acknowledged payment is lost, none is doubled.

mod damage;
mod load;
pub mod meters;
mod sessions;

use crate::support::books::Books;
use crate::support::evidence;
use crate::support::server::{Server, farthing};
use crate::support::tools::{root, run_ok, text};
use load::{Load, Rng};
use std::path::Path;
use std::process::Command;

/// Rounds of a run; `FARTHING_CRASH_ROUNDS` says another number.
const ROUNDS: usize = 10;
/// Rounds on one instance: each audits all that was ever written there.
const A_SERIES: usize = 100;

#[test]
fn no_acknowledged_payment_is_lost_and_none_is_doubled() {
    evidence::begin("crash");
    let rounds = std::env::var("FARTHING_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"));
    let seed = std::env::var("FARTHING_CRASH_SEED").map_or_else(|_| fresh_seed(), |seed| seed.parse().expect("a number"));
    println!("FARTHING_CRASH_SEED={seed} FARTHING_CRASH_ROUNDS={rounds}");
    for first in (0..rounds).step_by(A_SERIES) {
        series(seed.wrapping_add(u64::try_from(first).unwrap()), A_SERIES.min(rounds - first));
    }
}

/// Rounds on one instance.
fn series(seed: u64, rounds: usize) {
    let mut rng = Rng(seed);
    let mut server = Server::demo();
    let load = Load::begin(&server, seed);
    for round in 0..rounds {
        // Anywhere between two answers: so many more, then a little later.
        load.wait_for(1 + rng.below(120));
        load.wait_us(rng.below(3_000));
        let folder = server.kill();
        load.pause();
        let books = audited(&folder.path().join("data"));
        load.compare(&books, &format!("round {round} of seed {seed}"));
        server = Server::demo_in(folder, &[]);
        load.resume(&server);
        evidence::ran("crash", "farthing", env!("CARGO_PKG_VERSION"));
    }
    load.wait_for(50);
    load.end();
    let running = Books::of(&server.data());
    load.compare(&running, "at the end");
    let folder = server.stop();
    let data = folder.path().join("data");
    let books = audited(&data);
    assert_eq!(books, running);
    assert_eq!(load.unanswered(), 0, "every request came to its one outcome");
    load.compare(&books, "at rest");
    let report = run_ok(Command::new("python3").arg(root().join("clients/audit/audit.py")).arg(data.join("journal")), "python3");
    assert!(report.contains("\"eur-micro\": \"0\""), "{report}");
    println!("{} answers in {rounds} rounds, {} of them after a second or later presentation", load.answered(), load.presented_again());
}

/// The audit of a folder that nobody serves; it must be clean.
fn audited(data: &Path) -> Books {
    let output = farthing(&["audit", "--json", "--data", data.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    Books::parse(&text(&output.stdout))
}

fn fresh_seed() -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes) >> 16
}
