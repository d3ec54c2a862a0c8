//! Batteries that other people wrote for x402, run against us from outside.

use crate::support::drivers::{npm_driver, pypi_version};
use crate::support::evidence;
use crate::support::payer::Payer;
use crate::support::server::Server;
use crate::support::tools::{run, run_ok, text, tool};
use std::process::Command;

/// `x402conf` asks for a page once and looks at what the 402 says; then at the facilitator's list of what it settles.
#[test]
fn x402_conformance_finds_every_check_of_a_402_and_of_the_facilitator_passed() {
    evidence::begin("x402conf");
    let server = Server::demo();
    let mut command = Command::new(tool("venv/bin/x402conf", "pypi"));
    command.args(["resource", &server.url("article"), "--fail-on-error"]).current_dir(server.folder());
    let said = run(&mut command, "pypi");
    let said = format!("{}{}", text(&said.stdout), text(&said.stderr));
    assert!(said.contains("7/7"), "{said}");
    evidence::found("x402conf", "7/7");
    evidence::ran("x402conf", "x402-conformance", &pypi_version("x402-conformance"));
}

/// A facilitator that takes the money and then fails to say so: the buyer sends the same payment again, and pays once.
#[test]
fn a_hostile_facilitator_gets_no_second_payment_from_our_scheme() {
    evidence::begin("hostile-facilitator");
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let mut command = Command::new(tool("venv/bin/hostile-facilitator", "pypi"));
    command.args(["test", "--client-timeout", "1", "--json"]).arg(&report).args(["--", "node"]).arg(npm_driver("hostile.mjs"));
    let said = run_ok(&mut command, "pypi");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let verdicts = |verdict: &str| {
        let all = report["results"].as_array().unwrap();
        all.iter().filter(|one| one["verdict"] == verdict).map(|one| one["mode"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(report["harness"]["valid"], true, "{said}");
    assert_eq!((verdicts("fail").len(), verdicts("error").len()), (0, 0), "{said}");
    assert!(verdicts("pass").len() >= 6, "{said}");
    // What the battery asks at an address that x402 does not have is not asked by anybody who speaks x402.
    assert!(verdicts("not_exercised").iter().all(|mode| mode.starts_with("reconcile_")), "{said}");
    evidence::found("hostile-facilitator", &format!("{} of {} ways, none paid twice", verdicts("pass").len(), verdicts("pass").len()));
    evidence::ran("hostile-facilitator", "hostile-facilitator", &pypi_version("hostile-facilitator"));
}
