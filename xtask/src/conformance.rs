//! `cargo xtask conformance`: runs what other people's programs do with us, and writes down what came of it.
use std::fs;
use std::time::UNIX_EPOCH;

use crate::Outcome;
use crate::json;
use crate::repo::Repo;
use crate::suites;

const PAGE: &str = "docs/conformance.md";

/// A program of somebody else's, and the evidence that its suite leaves.
struct Known {
    dialect: &'static str,
    does: &'static str,
    suite: &'static str,
}

const PAYMENT: &str = "Payment";
const X402: &str = "x402";

const KNOWN: [Known; 13] = [
    Known { dialect: PAYMENT, does: "npm client, command and validator; sessions", suite: "mppx" },
    Known { dialect: PAYMENT, does: "PyPI client", suite: "pympp" },
    Known { dialect: PAYMENT, does: "crate, client", suite: "mpp-crate" },
    Known { dialect: X402, does: "npm client", suite: "x402-fetch" },
    Known { dialect: X402, does: "PyPI client", suite: "x402-pypi" },
    Known { dialect: X402, does: "crate, client", suite: "x402-reqwest" },
    Known { dialect: X402, does: "somebody's own server, settled by our facilitator", suite: "x402-express" },
    Known { dialect: X402, does: "npm client and facilitator on a chain, and facilitators that lie", suite: "x402-evm" },
    Known { dialect: X402, does: "checks of a 402 and of what a facilitator settles, from outside", suite: "x402conf" },
    Known { dialect: X402, does: "attacks on a server", suite: "agent-security" },
    Known { dialect: X402, does: "failures after the money moved, against our scheme", suite: "hostile-facilitator" },
    Known { dialect: "L402, Lightning", does: "npm client, with our wallet", suite: "lightning" },
    Known { dialect: "Payment over MCP", does: "npm MCP client with mppx", suite: "mcp" },
];

const HEAD: &str = "\
# Conformance

Programs that other people wrote for public payment protocols, unmodified, with us at the other end. Written by `cargo xtask conformance` from the
evidence that the tests leave (`crates/app/tests/all`: `clients`, `public`, `lightning`); `cargo xtask check` runs the same tests and fails where one is missing.

| dialect | program | version | what it is | result | date |
|---|---|---|---|---|---|
";

const TAIL: &str = "
The first six and the client of Lightning pay one and the same URL in one run (`public::one_url`); what each of them reads of a 402 stands in docs/l402.md.

What agent-security-harness finds and stays as it is, with the reason for each, is the list `KNOWN` in `crates/app/tests/all/public/validators.rs`: fields of
a version of x402 before 1, attestations that x402 does not have, and words of ours that it takes for something else. The four `reconcile_*` ways of hostile-facilitator
ask at an address that x402 does not have, so no client of x402 is tried by them.
";

/// Runs the suites, then writes the page from what they left.
pub fn run(repo: &Repo) -> Outcome {
    let outcome = suites::public(repo);
    if !matches!(outcome, Outcome::Passed) {
        return outcome;
    }
    match page(repo) {
        Ok(page) => match fs::write(repo.path(PAGE), page) {
            Ok(()) => {
                println!("{PAGE} is written");
                Outcome::Passed
            }
            Err(error) => {
                eprintln!("xtask: cannot write {PAGE}: {error}");
                Outcome::NotPrepared
            }
        },
        Err(missing) => {
            eprintln!("xtask: {missing}");
            Outcome::EvidenceMissing
        }
    }
}

fn page(repo: &Repo) -> Result<String, String> {
    let rows: Vec<String> = KNOWN.iter().map(|known| row(repo, known)).collect::<Result<_, _>>()?;
    Ok(format!("{HEAD}{}\n{TAIL}", rows.join("\n")))
}

fn row(repo: &Repo, known: &Known) -> Result<String, String> {
    let Known { dialect, does, suite } = known;
    let file = format!("target/evidence/{suite}.json");
    let document = repo.read(&file).ok_or_else(|| format!("{suite} left no evidence"))?;
    let text = |key| json::text(&document, key).ok_or_else(|| format!("{file} has no {key}"));
    let tests = json::number(&document, "tests_run").ok_or_else(|| format!("{file} has no tests"))?;
    let found = json::text(&document, "found").map(|found| format!(": {found}")).unwrap_or_default();
    let written = fs::metadata(repo.path(&file)).and_then(|file| file.modified());
    let since = written.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).ok_or_else(|| format!("{file} has no time"))?;
    let result = format!("{tests} {}{found}", if tests == 1 { "test passed" } else { "tests passed" });
    Ok(format!("| {dialect} | `{}` | {} | {does} | {result} | {} |", text("component")?, text("version")?, day(since.as_secs() / 86_400)))
}

/// A day since 1970 as `2026-11-30`, by the Gregorian calendar, whose years are counted from March here: the odd day comes last.
fn day(since: u64) -> String {
    let shifted = since.saturating_add(719_468);
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let leaps = (of_era / 1_460).saturating_add(of_era / 146_096);
    let year = of_era.saturating_add(of_era / 36_524).saturating_sub(leaps) / 365;
    let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
    let of_year = of_era.saturating_sub(before);
    let month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = of_year.saturating_sub((month.saturating_mul(153).saturating_add(2)) / 5).saturating_add(1);
    let (month, next) = if month < 10 { (month.saturating_add(3), 0) } else { (month.saturating_sub(9), 1) };
    format!("{}-{month:02}-{day:02}", era.saturating_mul(400).saturating_add(year).saturating_add(next))
}

#[cfg(test)]
mod tests;
