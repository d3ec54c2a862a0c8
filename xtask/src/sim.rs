//! `cargo xtask sim`: the simulation for as long as one likes. Kept seeds first, then the fixed ones, then fresh ones.
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::Outcome;
use crate::check::cargo;
use crate::process::elapsed;
use crate::repo::Repo;

const KEPT: &str = "crates/sim/seeds.txt";
/// The seeds that the tests play, too.
const FIXED: u64 = 300;
/// Steps of a run: short ones look through more mixtures, now and then a long one goes deeper.
const SHORT: u64 = 300;
const LONG: u64 = 1_500;
/// Seeds of one call of the simulation.
const SEEDS_A_CALL: u64 = 100;
const TOLD_EVERY: Duration = Duration::from_secs(5);
/// What is played when nothing is said.
const STEPS: u64 = 1_000_000;
const USAGE: &str = "usage: cargo xtask sim [--steps N | --hours N], or cargo xtask sim --seed S [--steps N] for one run";

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Steps(u64),
    Hours(u64),
    One { seed: u64, steps: u64 },
}

/// What was played so far.
struct Tally {
    start: Instant,
    told: Instant,
    words: BTreeMap<String, u64>,
    runs: u64,
    /// Seed and steps of every run that failed.
    failed: Vec<(u64, u64)>,
}

pub fn run(repo: &Repo, words: &[&str]) -> Outcome {
    let Some(asked) = asked(words) else {
        eprintln!("sim: {USAGE}");
        return Outcome::NotPrepared;
    };
    let built = cargo(repo).args(["build", "--release", "--quiet", "--package", "sim"]).status();
    if !built.is_ok_and(|status| status.success()) {
        eprintln!("sim: the simulation does not build");
        return Outcome::Failed;
    }
    match play(repo, asked) {
        Ok(outcome) => outcome,
        Err(reason) => {
            eprintln!("sim: {reason}");
            Outcome::NotPrepared
        }
    }
}

fn asked(words: &[&str]) -> Option<Asked> {
    let number = |word: &str| word.replace(['_', ','], "").parse::<u64>().ok();
    match words {
        [] => Some(Asked::Steps(STEPS)),
        ["--steps", steps] => number(steps).map(Asked::Steps),
        ["--hours", hours] => number(hours).map(Asked::Hours),
        ["--seed", seed] => number(seed).map(|seed| Asked::One { seed, steps: SHORT }),
        ["--seed", seed, "--steps", steps] | ["--steps", steps, "--seed", seed] => {
            Some(Asked::One { seed: number(seed)?, steps: number(steps)? })
        }
        _ => None,
    }
}

fn play(repo: &Repo, asked: Asked) -> Result<Outcome, String> {
    let now = Instant::now();
    let mut tally = Tally { start: now, told: now, words: BTreeMap::new(), runs: 0, failed: Vec::new() };
    if let Asked::One { seed, steps } = asked {
        tally.call(repo, seed, 1, steps)?;
        return Ok(tally.verdict(false));
    }
    let text = repo.read(KEPT).ok_or_else(|| format!("{KEPT} is missing"))?;
    for (seed, steps) in kept(&text)? {
        tally.call(repo, seed, 1, steps)?;
    }
    for first in (1..=FIXED).step_by(usize::try_from(SEEDS_A_CALL).unwrap_or(usize::MAX)) {
        tally.call(repo, first, SEEDS_A_CALL, SHORT)?;
    }
    let mut fresh = fresh_seed();
    let mut calls: u64 = 0;
    while !tally.is_enough(asked) {
        calls = calls.wrapping_add(1);
        let (seeds, steps) = if calls.is_multiple_of(8) { (SEEDS_A_CALL / 5, LONG) } else { (SEEDS_A_CALL, SHORT) };
        let before = tally.failed.len();
        tally.call(repo, fresh, seeds, steps)?;
        for (seed, steps) in tally.failed.get(before..).unwrap_or_default() {
            keep(repo, *seed, *steps)?;
        }
        fresh = fresh.wrapping_add(seeds);
    }
    Ok(tally.verdict(true))
}

impl Tally {
    /// Plays so many seeds in both worlds and adds up what they say.
    fn call(&mut self, repo: &Repo, seed: u64, seeds: u64, steps: u64) -> Result<(), String> {
        let mut command = Command::new(repo.path("target/release/sim"));
        command.args(["--seed", &seed.to_string(), "--seeds", &seeds.to_string(), "--steps", &steps.to_string()]);
        let output = command.output().map_err(|error| format!("cannot start target/release/sim: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let failed = self.failed.len();
        for line in text.lines() {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["count", word, count] => {
                    let sum = self.words.entry((*word).to_owned()).or_default();
                    *sum = sum.saturating_add(count.parse().unwrap_or(0));
                }
                ["failed", seed, steps] => {
                    let number = |word: &str| word.parse().map_err(|_| format!("cannot read `{line}`"));
                    self.failed.push((number(seed)?, number(steps)?));
                }
                _ => println!("{line}"),
            }
        }
        if !output.status.success() && failed == self.failed.len() {
            return Err(format!("target/release/sim ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr)));
        }
        self.runs = self.runs.saturating_add(seeds.saturating_mul(2));
        if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            println!("sim: {}", self.spoken());
        }
        Ok(())
    }

    /// Commands answered.
    fn steps(&self) -> u64 {
        ["Applied", "Replayed", "Standing", "Rejected"].iter().map(|word| self.words.get(*word).copied().unwrap_or(0)).sum()
    }

    fn is_enough(&self, asked: Asked) -> bool {
        match asked {
            Asked::Steps(steps) => self.steps() >= steps,
            Asked::Hours(hours) => self.start.elapsed() >= Duration::from_secs(hours.saturating_mul(3_600)),
            Asked::One { .. } => true,
        }
    }

    fn spoken(&self) -> String {
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        let a_second = self.steps().saturating_mul(1_000).checked_div(millis).unwrap_or(0);
        let count = |word: &str| grouped(self.words.get(word).copied().unwrap_or(0));
        let (steps, runs, failed) = (grouped(self.steps()), grouped(self.runs), self.failed.len());
        let machine = format!("{} crashes, {} power cuts, {} torn tails", count("Crash"), count("PowerCut"), count("TornTail"));
        format!("{steps} steps in {}, {} a second, {runs} runs, {machine}, {failed} failed", elapsed(self.start), grouped(a_second))
    }

    fn verdict(&self, reaches_all: bool) -> Outcome {
        println!("sim: {}", self.spoken());
        let missing: Vec<&str> = self.words.iter().filter(|(_, count)| **count == 0).map(|(word, _)| word.as_str()).collect();
        for (seed, steps) in &self.failed {
            println!("sim: again: cargo xtask sim --seed {seed} --steps {steps}");
        }
        if !self.failed.is_empty() {
            println!("sim: FAILED");
            return Outcome::Failed;
        }
        if reaches_all && !missing.is_empty() {
            println!("sim: FAILED: no seed reached {}", missing.join(", "));
            return Outcome::Failed;
        }
        println!("sim: passed{}", if reaches_all { "; every answer, fault and verdict was reached" } else { "" });
        Outcome::Passed
    }
}

/// The kept seeds: `seed steps`, the reason behind a #.
fn kept(text: &str) -> Result<Vec<(u64, u64)>, String> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (seed, steps) = line.split_once(' ').ok_or_else(|| format!("{KEPT}: `{line}` is not `seed steps`"))?;
            let number = |word: &str| word.trim().parse().map_err(|_| format!("{KEPT}: `{word}` is no number"));
            Ok((number(seed)?, number(steps)?))
        })
        .collect()
}

fn keep(repo: &Repo, seed: u64, steps: u64) -> Result<(), String> {
    let path = repo.path(KEPT);
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {KEPT}: {error}"))?;
    if kept(&text)?.contains(&(seed, steps)) {
        return Ok(());
    }
    println!("sim: kept in {KEPT}");
    fs::write(&path, format!("{}\n{seed} {steps} # a fresh seed that failed\n", text.trim_end()))
        .map_err(|error| format!("cannot write {KEPT}: {error}"))
}

fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs().wrapping_mul(1_000_000)
}

/// A number as people read it: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
