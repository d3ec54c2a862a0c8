//! `cargo xtask fuzz`: the fuzz targets under libFuzzer where a nightly compiler and cargo-fuzz are, or under the driver of
//! `fuzz/src/stable.rs`, which runs everywhere.
use std::fs;
use std::process::Command;

use crate::Outcome;
use crate::check::cargo;
use crate::process::answer;
use crate::repo::Repo;

/// Where the targets are built: their workspace is apart.
const BUILD: &str = "target/fuzz";

/// What `[TARGET...] [--stable] [--seconds N] [--seed N]` asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wish<'a> {
    targets: Vec<&'a str>,
    driver: Driver,
    seconds: u64,
    seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Driver {
    LibFuzzer,
    Stable,
}

/// Runs the named targets, or all, each for so many seconds.
pub fn run(repo: &Repo, arguments: &[&str]) -> Outcome {
    let all = targets(repo);
    let wish = match read(arguments, &all) {
        Ok(wish) => wish,
        Err(reason) => {
            eprintln!("fuzz: {reason}");
            return Outcome::NotPrepared;
        }
    };
    match wish.driver {
        Driver::Stable => passed(&mut stable(repo, &wish)),
        Driver::LibFuzzer => {
            if let Some(lacking) = lacking() {
                eprintln!("fuzz: {lacking}");
                return Outcome::NotPrepared;
            }
            let named = if wish.targets.is_empty() { all.iter().map(String::as_str).collect() } else { wish.targets.clone() };
            let is_clean = |target: &&&str| passed(&mut with_coverage(repo, target, wish.seconds)) == Outcome::Passed;
            let clean = named.iter().filter(is_clean).count();
            println!("fuzz: {clean} of {} targets clean", named.len());
            if clean == named.len() { Outcome::Passed } else { Outcome::Failed }
        }
    }
}

fn read<'a>(arguments: &[&'a str], all: &[String]) -> Result<Wish<'a>, String> {
    let mut wish = Wish { targets: Vec::new(), driver: Driver::LibFuzzer, seconds: 30, seed: 1 };
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|number| number.parse().ok()).ok_or(format!("{word} wants a number"));
        match word {
            "--stable" => wish.driver = Driver::Stable,
            "--seconds" => wish.seconds = number()?,
            "--seed" => wish.seed = number()?,
            target if all.iter().any(|known| known == target) => wish.targets.push(target),
            unknown => return Err(format!("`{unknown}` is no target; there are {}", all.join(", "))),
        }
    }
    Ok(wish)
}

/// Every target, by its file.
fn targets(repo: &Repo) -> Vec<String> {
    let files = fs::read_dir(repo.path("fuzz/fuzz_targets")).into_iter().flatten().flatten();
    let names = files.filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".rs")?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What libFuzzer needs and this machine does not have, with what installs it.
fn lacking() -> Option<String> {
    let has = |words: [&str; 3]| answer(Command::new("cargo").args(words)).is_some();
    let otherwise = "or run the same targets with any compiler: cargo xtask fuzz --stable";
    if !has(["+nightly", "--version", "--quiet"]) {
        Some(format!("no nightly compiler\n    fix  rustup toolchain install nightly\n    {otherwise}"))
    } else if !has(["+nightly", "fuzz", "--version"]) {
        Some(format!("cargo-fuzz is not installed\n    fix  cargo install cargo-fuzz --locked\n    {otherwise}"))
    } else {
        None
    }
}

fn stable(repo: &Repo, wish: &Wish<'_>) -> Command {
    let (seconds, seed) = (wish.seconds.to_string(), wish.seed.to_string());
    let mut command = cargo(repo);
    command.args(["run", "--quiet", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", BUILD, "--example", "stable", "--"]);
    command.args(&wish.targets).args(["--seconds", &seconds, "--seed", &seed]);
    command
}

/// What libFuzzer keeps goes to `fuzz/corpus`; ours is only read.
fn with_coverage(repo: &Repo, target: &str, seconds: u64) -> Command {
    let (kept, ours) = (format!("fuzz/corpus/{target}"), format!("testdata/corpus/{target}"));
    // libFuzzer refuses a folder that is not there, and says so if this fails.
    fs::create_dir_all(repo.path(&kept)).unwrap_or_default();
    let mut command = Command::new("cargo");
    command.current_dir(repo.root()).args(["+nightly", "fuzz", "run", "--target-dir", BUILD, target, &kept, &ours, "--"]);
    command.arg(format!("-max_total_time={seconds}"));
    command
}

fn passed(command: &mut Command) -> Outcome {
    if command.status().is_ok_and(|status| status.success()) { Outcome::Passed } else { Outcome::Failed }
}

#[cfg(test)]
mod tests;
