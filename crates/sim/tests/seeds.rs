//! The fixed seeds of both worlds: every answer the market can give is given, every fault strikes, and a start comes to
//! every verdict there is.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use sim::{EFFECTS, FAULTS, Failure, NOT_YET, OUTCOMES, REJECTIONS, Report, VERDICTS, run, run_durable};

type World = fn(u64, u64) -> Result<Report, Box<Failure>>;

/// Runs so many seeds and asserts that together they came upon every one of these words but those that none can reach.
fn hold_and_reach(world: World, seeds: std::ops::Range<u64>, steps: u64, words: &[&[&'static str]]) {
    let mut total = Report::new();
    for seed in seeds {
        let report = world(seed, steps).unwrap_or_else(|failure| panic!("{failure}"));
        report.into_iter().for_each(|(word, count)| *total.entry(word).or_default() += count);
    }
    let missing: Vec<_> = words.iter().copied().flatten().filter(|word| !total.contains_key(*word)).copied().collect();
    assert_eq!(missing, NOT_YET, "what no seed reached: {total:#?}");
}

#[test]
fn many_short_runs_hold_and_reach_everything() {
    hold_and_reach(run, 1..281, 400, &[OUTCOMES, EFFECTS, REJECTIONS]);
}

#[test]
fn some_long_runs_hold_and_reach_everything() {
    hold_and_reach(run, 1_001..1_041, 1_600, &[OUTCOMES, EFFECTS, REJECTIONS]);
}

#[test]
fn the_store_holds_through_every_fault_and_comes_to_every_verdict() {
    hold_and_reach(run_durable, 1..301, 300, &[OUTCOMES, EFFECTS, REJECTIONS, FAULTS, VERDICTS]);
}

#[test]
fn kept_seeds_hold() {
    for line in include_str!("../seeds.txt").lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let mut numbers = line.split_whitespace().map(|number| number.parse::<u64>().unwrap());
        if let (Some(seed), Some(steps)) = (numbers.next(), numbers.next()) {
            for world in [run, run_durable] {
                world(seed, steps).unwrap_or_else(|failure| panic!("{failure}"));
            }
        }
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    for world in [run, run_durable] {
        assert_eq!(world(7, 500), world(7, 500));
        assert_ne!(world(7, 500), world(8, 500));
    }
}
