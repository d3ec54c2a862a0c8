//! The default seeds: about 200,000 steps, and every answer the market can give is given.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use sim::{EFFECTS, NOT_YET, OUTCOMES, REJECTIONS, Report, run};

/// Runs so many seeds and asserts that together they came upon every answer there is.
fn hold_and_reach_everything(seeds: std::ops::Range<u64>, steps: u64) {
    let mut total = Report::new();
    for seed in seeds {
        let report = run(seed, steps).unwrap_or_else(|failure| panic!("{failure}"));
        report.into_iter().for_each(|(word, count)| *total.entry(word).or_default() += count);
    }
    let all = OUTCOMES.iter().chain(EFFECTS).chain(REJECTIONS);
    let missing: Vec<_> = all.filter(|word| !total.contains_key(*word)).copied().collect();
    assert_eq!(missing, NOT_YET, "answers that no seed reached: {total:#?}");
}

#[test]
fn many_short_runs_hold_and_reach_everything() {
    hold_and_reach_everything(1..281, 400);
}

#[test]
fn some_long_runs_hold_and_reach_everything() {
    hold_and_reach_everything(1_001..1_041, 1_600);
}

#[test]
fn kept_seeds_hold() {
    for line in include_str!("../seeds.txt").lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let mut numbers = line.split_whitespace().map(|number| number.parse::<u64>().unwrap());
        if let (Some(seed), Some(steps)) = (numbers.next(), numbers.next()) {
            run(seed, steps).unwrap_or_else(|failure| panic!("{failure}"));
        }
    }
}

#[test]
fn a_seed_gives_the_same_run_again() {
    assert_eq!(run(7, 500), run(7, 500));
    assert_ne!(run(7, 500), run(8, 500));
}
