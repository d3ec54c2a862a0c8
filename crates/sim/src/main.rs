//! `sim --seed N --steps N`: one seed in both worlds; `--seeds N`: that many, from `--seed` or 1 on. `--world NAME` plays
//! only that one. Prints every failing seed, the steps made and how often each word was said: `cargo xtask sim` adds up.

use std::process::ExitCode;

const USAGE: &str = "usage: sim [--seed N] [--seeds N] [--steps N] [--world market|durable]";

type World = (&'static str, fn(u64, u64) -> Result<sim::Report, Box<sim::Failure>>);

const WORLDS: [World; 2] = [("market", sim::run), ("durable", sim::run_durable)];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| words.iter().position(|word| word == name).and_then(|at| words.get(at.saturating_add(1)));
    let number = |name: &str| value(name).and_then(|word| word.parse::<u64>().ok());
    let known = words.iter().step_by(2).all(|word| ["--seed", "--seeds", "--steps", "--world"].contains(&word.as_str()));
    let world = value("--world");
    let worlds: Vec<World> = WORLDS.into_iter().filter(|(name, _)| world.is_none_or(|asked| asked == name)).collect();
    if !known || !words.len().is_multiple_of(2) || worlds.is_empty() {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    let steps = number("--steps").unwrap_or(400);
    let first = number("--seed").unwrap_or(1);
    let count = number("--seeds").unwrap_or(if number("--seed").is_some() { 1 } else { 100 });
    let durable = worlds.iter().any(|(name, _)| *name == "durable");
    let every = [sim::OUTCOMES, sim::EFFECTS, sim::REJECTIONS]
        .into_iter()
        .chain(durable.then_some([sim::FAULTS, sim::VERDICTS]).into_iter().flatten());
    let reachable = every.flatten().filter(|word| !sim::NOT_YET.contains(word));
    let (mut total, mut failed) = (reachable.map(|word| (*word, 0)).collect::<sim::Report>(), false);
    for seed in (0..count).map(|at| first.wrapping_add(at)) {
        for (_, run) in &worlds {
            match run(seed, steps) {
                Ok(report) => report.into_iter().for_each(|(word, count)| {
                    let sum = total.entry(word).or_default();
                    *sum = sum.saturating_add(count);
                }),
                Err(failure) => {
                    println!("failed {seed} {steps}\n{failure}");
                    failed = true;
                }
            }
        }
    }
    for (word, count) in &total {
        println!("count {word} {count}");
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
