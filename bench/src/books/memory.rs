//! What an account and an open offer take in memory, seen from a process of its own.

use super::ours::Ours;
use super::peer::Books;
use crate::machine::{folder, resident};
use std::process::Command;

/// The first word of the child's command line.
pub const VERB: &str = "memory-of";

/// Resident bytes an account and an offer.
#[derive(Clone, Copy)]
pub struct Memory {
    pub account: f64,
    pub offer: f64,
}

/// Asks a child process that opens so many accounts and offers.
pub fn ask(accounts: u32, offers: u32) -> Result<Memory, String> {
    let program = std::env::current_exe().map_err(|error| format!("no name of this program: {error}"))?;
    let output = Command::new(program).args([VERB, &accounts.to_string(), &offers.to_string()]).output();
    let output = output.map_err(|error| format!("cannot start a child: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match figures.as_slice() {
        [account, offer] if output.status.success() => Ok(Memory { account: *account, offer: *offer }),
        _ => Err(format!("the child that measures memory said: {text}{}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// In the child: opens accounts, then offers, and prints what each took.
pub fn child(accounts: &str, offers: &str) -> Result<(), String> {
    let number = |text: &str| text.parse::<u32>().map_err(|error| format!("`{text}` is no number: {error}"));
    let (accounts, offers) = (number(accounts)?, number(offers)?);
    let folder = folder()?;
    let mut ours = Ours::new(folder.path())?;
    // What the first commands bring with them (buffers, stacks) is no account's.
    ours.prepare(1_000, 1_000)?;
    let before = resident();
    ours.more_pairs(1_000..1_000 + accounts / 2, 1_000)?;
    let between = resident();
    ours.offers(offers)?;
    let after = resident();
    let each = |from: u64, to: u64, count: u32| to.saturating_sub(from) as f64 / f64::from(count.max(1));
    println!("{} {}", each(before, between, accounts), each(between, after, offers));
    Ok(())
}
