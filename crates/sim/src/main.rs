//! `sim --seed N --steps N`: one seed; `sim --seeds N --steps N`: that many, from 1. Prints how often each word was said.

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at.saturating_add(1))?.parse::<u64>().ok());
    let known = words.iter().step_by(2).all(|word| ["--seed", "--seeds", "--steps"].contains(&word.as_str()));
    if !known || !words.len().is_multiple_of(2) {
        eprintln!("usage: sim [--seed N | --seeds N] [--steps N]");
        return ExitCode::from(2);
    }
    let steps = number("--steps").unwrap_or(2_000);
    let seeds = match number("--seed") {
        Some(seed) => seed..=seed,
        None => 1..=number("--seeds").unwrap_or(100),
    };
    let mut total = sim::Report::new();
    for seed in seeds {
        match sim::run(seed, steps) {
            Ok(report) => report.into_iter().for_each(|(word, count)| {
                let sum = total.entry(word).or_default();
                *sum = sum.saturating_add(count);
            }),
            Err(failure) => {
                eprintln!("{failure}");
                return ExitCode::FAILURE;
            }
        }
    }
    for word in sim::OUTCOMES.iter().chain(sim::EFFECTS).chain(sim::REJECTIONS) {
        println!("{word:<20}{:>10}", total.get(word).copied().unwrap_or(0));
    }
    ExitCode::SUCCESS
}
