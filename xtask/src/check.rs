//! `cargo xtask check`: the one gate. CI calls just this.
mod steps;

use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::process::{Log, elapsed, tail};
use crate::repo::Repo;
use steps::{STEPS, Step};

/// How many lines of a failed step's log people see at once.
const SHOWN_ON_FAILURE: usize = 60;

/// A step that did not pass.
struct Failed {
    name: &'static str,
    outcome: Outcome,
}

/// All steps. A machine that is not prepared stops at once; any other failure is reported with the rest.
pub fn run(repo: &Repo) -> Outcome {
    let start = Instant::now();
    let mut failed: Vec<Failed> = Vec::new();
    for (index, step) in STEPS.iter().enumerate() {
        if let Err(outcome) = run_step(repo, step, index.saturating_add(1)) {
            failed.push(Failed { name: step.name, outcome });
            if outcome == Outcome::NotPrepared {
                break;
            }
        }
    }
    let (count, time) = (STEPS.len(), elapsed(start));
    if failed.is_empty() {
        println!("check: all {count} steps passed in {time}");
        return Outcome::Passed;
    }
    let names: Vec<&str> = failed.iter().map(|step| step.name).collect();
    println!("check: FAILED {} ({} of {count} steps) in {time}", names.join(", "), failed.len());
    worst(&failed)
}

/// One step, for people at work on it. Never the gate, so CI may not ask for it.
pub fn run_only(repo: &Repo, name: &str) -> Outcome {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        eprintln!("check: --only is refused where CI is set; the gate has {} steps", STEPS.len());
        return Outcome::NotPrepared;
    }
    let Some(index) = STEPS.iter().position(|step| step.name == name) else {
        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        eprintln!("check: `{name}` is not a step; there are: {}", names.join(", "));
        return Outcome::NotPrepared;
    };
    let outcome = run_step(repo, &STEPS[index], index.saturating_add(1)).err().unwrap_or(Outcome::Passed);
    println!("PARTIAL: 1 of {} steps; this is not the gate", STEPS.len());
    outcome
}

/// Cargo in the workspace's root, without colours in the logs.
pub fn cargo(repo: &Repo) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(repo.root()).env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
    command
}

fn run_step(repo: &Repo, step: &Step, number: usize) -> Result<(), Outcome> {
    let start = Instant::now();
    let log = format!("target/check/{number:02}-{}.log", step.name);
    println!("{number}/{} {:<9} {}", STEPS.len(), step.name, step.purpose);
    let path = repo.path(&log);
    let result = match Log::create(&path) {
        Ok(mut log) => (step.run)(repo, &mut log),
        Err(reason) => {
            println!("    {reason}");
            Err(Outcome::NotPrepared)
        }
    };
    match result {
        Ok(notes) => {
            for note in notes {
                println!("    {note}");
            }
            println!("    ok in {}", elapsed(start));
            Ok(())
        }
        Err(outcome) => {
            println!("    FAILED {} in {}; the last lines of {log}:", step.name, elapsed(start));
            println!("{}", tail(&path, SHOWN_ON_FAILURE));
            println!("    whole log: {log}   again: cargo xtask check --only {}", step.name);
            Err(outcome)
        }
    }
}

/// The exit code of several failures: the machine first, then a failed check, then missing evidence.
fn worst(failed: &[Failed]) -> Outcome {
    let order = [Outcome::NotPrepared, Outcome::Failed, Outcome::EvidenceMissing];
    order.into_iter().find(|outcome| failed.iter().any(|step| step.outcome == *outcome)).unwrap_or(Outcome::Failed)
}

#[cfg(test)]
mod tests;
