//! The evidence gate: a suite on a real component that did not run cannot be told from one that passed, unless it
//! must leave something behind.
use std::fs;

use crate::Outcome;
use crate::json;
use crate::repo::Repo;

const FOLDER: &str = "target/evidence";

/// A suite on a real component, and the least number of tests (for `crash`: rounds) it must have run.
struct Suite {
    /// Its file is `target/evidence/<name>.json`.
    name: &'static str,
    component: &'static str,
    least: u64,
}

/// Every suite the gate asks for. There is no switch to leave one out.
const SUITES: [Suite; 25] = [
    Suite { name: "browser", component: "chromium", least: 85 },
    Suite { name: "axe", component: "axe-core", least: 20 },
    Suite { name: "mppx", component: "mppx", least: 5 },
    Suite { name: "lightning", component: "@getalby/lightning-tools", least: 5 },
    Suite { name: "pympp", component: "pympp", least: 5 },
    Suite { name: "mpp-crate", component: "mpp", least: 2 },
    Suite { name: "x402-fetch", component: "@x402/fetch", least: 2 },
    Suite { name: "x402-pypi", component: "x402", least: 2 },
    Suite { name: "x402-reqwest", component: "x402-reqwest", least: 2 },
    Suite { name: "x402-express", component: "@x402/express", least: 2 },
    Suite { name: "x402-evm", component: "@x402/evm", least: 7 },
    Suite { name: "x402conf", component: "x402-conformance", least: 1 },
    Suite { name: "agent-security", component: "agent-security-harness", least: 1 },
    Suite { name: "hostile-facilitator", component: "hostile-facilitator", least: 1 },
    Suite { name: "mcp", component: "@modelcontextprotocol/sdk", least: 2 },
    Suite { name: "webhooks", component: "standardwebhooks", least: 5 },
    Suite { name: "smtp", component: "aiosmtpd", least: 2 },
    Suite { name: "hledger", component: "hledger", least: 5 },
    Suite { name: "pdf", component: "page-validation", least: 4 },
    Suite { name: "film", component: "ffprobe", least: 1 },
    Suite { name: "nginx", component: "nginx", least: 7 },
    Suite { name: "caddy", component: "caddy", least: 6 },
    Suite { name: "crash", component: "farthing", least: 10 },
    Suite { name: "crash-sessions", component: "farthing", least: 10 },
    Suite { name: "crash-meters", component: "farthing", least: 4 },
];

/// Prints a line for each suite.
pub fn run(repo: &Repo) -> Outcome {
    let lines = judge(repo);
    for line in &lines {
        println!("{}", line.clone().unwrap_or_else(|missing| missing));
    }
    if lines.iter().all(Result::is_ok) { Outcome::Passed } else { Outcome::EvidenceMissing }
}

/// One line for each suite: `Ok` if its evidence is enough.
pub fn judge(repo: &Repo) -> Vec<Result<String, String>> {
    SUITES.iter().map(|suite| judge_one(repo, suite)).collect()
}

/// Removes what an earlier run left, so that nothing old can speak for this one.
pub fn clear(repo: &Repo) -> Result<(), String> {
    let folder = repo.path(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("cannot empty {FOLDER}: {error}"))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("cannot make {FOLDER}: {error}"))
}

fn judge_one(repo: &Repo, suite: &Suite) -> Result<String, String> {
    let Suite { name, component, least } = suite;
    let refuse = |why: &str| {
        let fix = format!("the {name} tests write {FOLDER}/{name}.json; see `cargo xtask check --only tests`");
        Err(format!("{component:<12} MISSING: {why}\n    needed at least {least} tests\n    fix  {fix}"))
    };
    let Some(document) = repo.read(&format!("{FOLDER}/{name}.json")) else {
        return refuse("the suite left no evidence");
    };
    let Some(version) = json::text(&document, "version").filter(|version| !version.trim().is_empty()) else {
        return refuse("no version: what ran was not the real component");
    };
    let Some(found) = json::text(&document, "component").filter(|found| !found.trim().is_empty()) else {
        return refuse("no component named");
    };
    let Some(tests) = json::number(&document, "tests_run") else {
        return refuse("no number of tests");
    };
    if tests < *least {
        return refuse(&format!("only {tests} tests ran"));
    }
    let Some(files) = json::list(&document, "files") else {
        return refuse("no list of files");
    };
    if let Some(absent) = files.iter().find(|file| !repo.path(file).exists() && !repo.path(&format!("{FOLDER}/{file}")).exists()) {
        return refuse(&format!("it names {absent}, which is not there"));
    }
    let seconds = json::number(&document, "seconds").unwrap_or(0);
    let title = format!("{found} {version}");
    Ok(format!("{title:<26} {tests:>4} tests   {seconds:>4} s   ok"))
}

#[cfg(test)]
mod tests;
