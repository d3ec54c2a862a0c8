//! The market as scripts: a line a command, then the books, the sales and what is owned.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

mod arbitrary;
mod aside;
mod codec;
mod coins;
mod corpus;
mod falls;
mod films;
mod golden;
mod guards;
mod ids;
mod laws;
mod meters;
mod months;
mod offer_file;
mod offers;
mod purchases;
mod refunds;
mod reject;
mod script;
mod sessions;
mod settled;
mod snapshots;
mod tips;
mod upto;
mod words;

use script::Run;

/// Runs a script after the usual beginning (founded; payees `ann` and `house`) and prints what was answered and how
/// everything stands at the end.
fn check(script: &str) -> String {
    let mut run = Run::begun();
    let mut out = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let answer = run.line(line);
        out.push_str(format!("{line:<66} {answer}").trim_end());
        out.push('\n');
    }
    run.assert_replays();
    out.push_str(&run.standing());
    out
}
