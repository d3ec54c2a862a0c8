//! The project's scripts, in its one script language: `cargo xtask help`.
#![allow(clippy::disallowed_methods, reason = "scripts live outside the product: they read the clock and the environment themselves")]

mod bench;
mod check;
mod code;
mod conformance;
mod evidence;
mod fuzz;
mod json;
mod mutants;
mod process;
mod repo;
mod setup;
mod sim;
mod suites;
mod tidy;

use std::process::ExitCode;

use repo::Repo;

/// How a command ended; the numbers are the exit codes CI and people rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed = 0,
    Failed = 1,
    NotPrepared = 2,
    EvidenceMissing = 3,
}

const HELP: &str = "\
cargo xtask check [--only STEP]     the one gate: setup, fmt, clippy, tidy, tests, no_std, deny, docs, evidence
cargo xtask setup [NAME...]         finds the components the tests drive and installs the missing ones
cargo xtask tidy                    the house rules no compiler knows: floors, sizes, captions, words, documents
cargo xtask evidence                what each suite on a real component left behind, against the least we accept
cargo xtask conformance             other people's programs against us, and docs/conformance.md from what came of it
cargo xtask crash [--rounds N]      kill -9 in the middle of payments, N times; the books must come back whole
cargo xtask bench [NAME...] [--json] [--quick] [--shared-cores]   figures beside other engines, in one run, into target/bench
cargo xtask fuzz [TARGET...] [--seconds N] [--stable [--seed N]]   every parser of strangers' bytes; --stable needs no nightly
cargo xtask sim [--steps N | --hours N] [--seed S]
                                    the market and the store from seeds against an oracle: kept, fixed, then fresh ones
cargo xtask mutants [NAME...]       bugs planted in a copy of the sources, one at a time: a test must catch each
cargo xtask shots                   pictures of every page into target/shots
cargo xtask help                    this list

exit codes: 0 passed, 1 a check failed, 2 machine not prepared, 3 evidence missing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let repo = match Repo::find() {
        Ok(repo) => repo,
        Err(reason) => {
            eprintln!("xtask: {reason}");
            return ExitCode::from(Outcome::NotPrepared as u8);
        }
    };
    let outcome = match words.as_slice() {
        [] | ["help" | "--help" | "-h"] => help(),
        ["check"] => check::run(&repo),
        ["check", "--only", name] => check::run_only(&repo, name),
        ["setup", names @ ..] => setup::run(&repo, names),
        ["tidy"] => tidy::run(&repo),
        ["evidence"] => evidence::run(&repo),
        ["conformance"] => conformance::run(&repo),
        ["crash"] => suites::crash(&repo, "10"),
        ["crash", "--rounds", rounds] => suites::crash(&repo, rounds),
        ["bench", arguments @ ..] => bench::run(&repo, arguments),
        ["fuzz", arguments @ ..] => fuzz::run(&repo, arguments),
        ["mutants", names @ ..] => mutants::run(&repo, names),
        ["sim", words @ ..] => sim::run(&repo, words),
        ["shots"] => suites::shots(&repo),
        unknown => {
            eprintln!("xtask: `{}` is not a command\n\n{HELP}", unknown.join(" "));
            Outcome::NotPrepared
        }
    };
    ExitCode::from(outcome as u8)
}

fn help() -> Outcome {
    println!("{HELP}");
    Outcome::Passed
}
