//! Batteries that other people wrote for x402, run against us from outside.

use crate::support::backend::Backend;
use crate::support::drivers::{npm_driver, pypi_version};
use crate::support::evidence;
use crate::support::server::Server;
use crate::support::tools::{run, run_ok, text, tool};
use std::process::Command;

/// `x402conf` asks for a page once and looks at what the 402 says.
#[test]
fn x402_conformance_passes_every_check_of_a_402() {
    evidence::begin("x402conf");
    // Its resolver knows only the bare name.
    let server = Backend::start().behind_farthing_at("localhost");
    let mut command = Command::new(tool("venv/bin/x402conf", "pypi"));
    command.args(["resource", &format!("{}/paid/page", server.site()), "--fail-on-error"]).current_dir(server.folder());
    let said = run_ok(&mut command, "pypi");
    let mut documents = serde_json::Deserializer::from_str(&said).into_iter::<serde_json::Value>();
    let report = documents.next().unwrap().unwrap();
    let checks = report["results"][0]["checks"].as_array().unwrap();
    let passed = checks.iter().filter(|check| check["pass"] == true).count();
    assert_eq!((passed, checks.len()), (7, 7), "{said}");
    evidence::found("x402conf", "7 of 7 checks");
    evidence::ran("x402conf", "x402-conformance", &pypi_version("x402-conformance"));
}

/// What `x402conf` asks of a facilitator: what it says it settles. Its checks of settling are for Solana alone.
#[test]
fn x402_conformance_passes_every_check_of_a_facilitator() {
    evidence::begin("x402conf");
    let (backend, folder) = (Backend::start(), tempfile::tempdir().unwrap());
    backend.init(folder.path());
    let path = folder.path().join("farthing.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    // Its resolver knows only the bare name.
    std::fs::write(&path, config.replace("\"wallet.news.localhost\"", "\"localhost\"")).unwrap();
    let server = Server::serve(folder);
    let mut command = Command::new(tool("venv/bin/x402conf", "pypi"));
    command.args(["live", &format!("{}/x402", server.url("wallet")), "--fail-on-error"]).current_dir(server.folder());
    let said = run_ok(&mut command, "pypi");
    let mut documents = serde_json::Deserializer::from_str(&said).into_iter::<serde_json::Value>();
    let report = documents.next().unwrap().unwrap();
    let checks = report["results"][0]["checks"].as_array().unwrap();
    assert!(checks.len() >= 3 && checks.iter().all(|check| check["pass"] == true), "{said}");
    evidence::ran("x402conf", "x402-conformance", &pypi_version("x402-conformance"));
}

/// What the battery calls failed, and why it stays so. Everything else it can judge here must pass.
const KNOWN: [(&str, &str); 8] = [
    ("X4-001", "it looks for the fields of a version before 1, such as X-Payment-Amount"),
    ("X4-004", "the same: it looks for a recipient in those fields"),
    ("X4-018", "it takes the word private in `Cache-Control: private, no-store` for a secret"),
    ("X4-021", "attestations of an operator by OATR, which x402 does not have; receipts are signed, and the keys by the root"),
    ("X4-022", "the same"),
    ("X4-023", "the same"),
    ("X4-044", "it asks for /admin, which costs nothing here, and whose origin in the test answers everything"),
    ("X4-055", "it takes the status in the problem document for a second 402"),
];

#[test]
fn agent_security_harness_finds_nothing_but_what_is_known() {
    evidence::begin("agent-security");
    let server = Backend::start().behind_farthing_at("localhost");
    let report = server.folder().join("report.json");
    let mut command = Command::new(tool("venv/bin/agent-security", "pypi"));
    command.args(["test", "x402", "--url", &server.site(), "--paid-path", "/paid/page", "--report"]).arg(&report);
    let said = run(command.current_dir(server.folder()), "pypi");
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let results = report["results"].as_array().unwrap();
    let judged: Vec<_> = results.iter().filter(|result| result["not_evaluated"] == false).collect();
    let failed: Vec<_> =
        judged.iter().filter(|result| result["passed"] == false).map(|result| result["test_id"].as_str().unwrap()).collect();
    let unknown: Vec<_> = failed.iter().filter(|id| !KNOWN.iter().any(|(known, _)| known == *id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}\n{}", text(&said.stdout));
    assert!(judged.len() >= 45, "it judged only {}", judged.len());
    let found = format!("{} of {} it could judge; {} known findings", judged.len() - failed.len(), judged.len(), failed.len());
    evidence::found("agent-security", &found);
    evidence::ran("agent-security", "agent-security-harness", &pypi_version("agent-security-harness"));
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
