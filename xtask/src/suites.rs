//! Suites of the app's tests that people also run alone: crash rounds and pictures.
use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::check::cargo;
use crate::process::{Log, all, elapsed};
use crate::repo::Repo;

/// Builds the binary and kills it `rounds` times in the middle of payments.
pub fn crash(repo: &Repo, rounds: &str) -> Outcome {
    if rounds.parse::<u32>().is_ok_and(|rounds| rounds > 0) {
        let mut command = suite(repo, "crash::");
        command.env("FARTHING_CRASH_ROUNDS", rounds);
        run(repo, &mut command, "crash")
    } else {
        eprintln!("xtask: --rounds wants a number above 0, not `{rounds}`");
        Outcome::NotPrepared
    }
}

/// Takes a picture of every page: the suite that looks at each of them leaves them in `target/shots`.
pub fn shots(repo: &Repo) -> Outcome {
    run(repo, &mut suite(repo, "looks::"), "shots")
}

/// Lets programs of other people pay, sell and find fault.
pub fn public(repo: &Repo) -> Outcome {
    let mut command = suite(repo, "clients::");
    command.args(["public::", "lightning::", "coins::"]);
    run(repo, &mut command, "conformance")
}

fn suite(repo: &Repo, filter: &str) -> Command {
    let mut command = cargo(repo);
    command.args(["test", "--package", "farthing", "--test", "all", "--", filter, "--nocapture"]);
    command
}

fn run(repo: &Repo, command: &mut Command, name: &str) -> Outcome {
    let start = Instant::now();
    let path = repo.path(&format!("target/check/{name}.log"));
    let succeeded = Log::create(&path).and_then(|mut log| log.run(command, all));
    match succeeded {
        Ok(true) => {
            println!("{name}: passed in {}", elapsed(start));
            Outcome::Passed
        }
        Ok(false) => {
            println!("{name}: FAILED in {}; log in target/check/{name}.log", elapsed(start));
            Outcome::Failed
        }
        Err(reason) => {
            eprintln!("{name}: {reason}");
            Outcome::NotPrepared
        }
    }
}
