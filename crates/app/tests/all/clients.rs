//! Stock clients of the Payment scheme pay us with nothing but the small plug-ins: npm mppx, its command, its validator,
//! and PyPI pympp.

use crate::support::backend::Backend;
use crate::support::drivers::{PUBLIC, pypi_version, python};
use crate::support::evidence;
use crate::support::payer::Payer;
use crate::support::server::Server;
use crate::support::tools::{npm_version, root, run, run_ok, text, tool};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const MAX: &str = "60000 eur-micro";

fn mppx() -> Command {
    let mut command = Command::new("node");
    command.arg(tool("npm/node_modules/mppx/dist/bin.js", "npm")).env("NO_UPDATE_NOTIFIER", "1");
    command
}

fn pympp_version() -> String {
    pypi_version("pympp")
}

fn driver(file: &str) -> Command {
    let driver = root().join("clients/tests").join(file);
    let is_python = file.ends_with(".py");
    if !is_python {
        tool("npm/node_modules/mppx/package.json", "npm");
    }
    let mut command = if is_python { Command::new(python()) } else { Command::new("node") };
    command.arg(driver);
    command
}

/// Lets a driver pay `count` times at once; the outcomes, one a payment.
fn pay(file: &str, server: &Server, payer: &Payer, count: usize) -> Vec<serde_json::Value> {
    let mut command = driver(file);
    command.args([&server.url("article"), &payer.seed_hex(), MAX, "--count", &count.to_string()]);
    let said = run_ok(&mut command, "npm pypi");
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), count, "{said}");
    assert!(lines.iter().all(|line| line["status"] == 200), "{said}");
    lines
}

fn amounts(outcomes: &[serde_json::Value]) -> (u64, usize) {
    let amount = |outcome: &serde_json::Value| outcome["receipt"]["amount"].as_str().unwrap().parse::<u64>().unwrap();
    let references: BTreeSet<_> = outcomes.iter().map(|outcome| outcome["receipt"]["reference"].as_str().unwrap()).collect();
    (outcomes.iter().map(amount).sum(), references.len())
}

/// What every client must come to: paid once, charged 0 the second time, and of twenty at once one charge.
fn pays_once_and_owns(file: &str) {
    let server = Server::demo();
    let payer = Payer::with("alice", &server, 1_000_000);
    let first = pay(file, &server, &payer, 1);
    assert_eq!((amounts(&first), payer.available()), ((50_000, 1), 950_000));
    assert_eq!((&first[0]["receipt"]["method"], &first[0]["receipt"]["status"]), (&"farthing".into(), &"success".into()));
    let second = pay(file, &server, &payer, 1);
    assert_eq!((amounts(&second), payer.available()), ((0, 1), 950_000), "an owned page costs nothing");
    assert_eq!(second[0]["receipt"]["reference"], first[0]["receipt"]["reference"]);
    assert_eq!(second[0]["sha256"], first[0]["sha256"], "the same page");
    let crowd = Payer::with("bob", &server, 1_000_000);
    assert_eq!((amounts(&pay(file, &server, &crowd, 20)), crowd.available()), ((50_000, 1), 950_000), "twenty at once");
}

/// A payer without money is told so, and the client does not pay again and again.
fn is_told_when_money_is_short(file: &str) {
    let server = Server::demo();
    let payer = Payer::with("alice", &server, 40_000);
    let mut command = driver(file);
    let output = run(command.args([&server.url("article"), &payer.seed_hex(), MAX]), "npm pypi");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(!text(&output.stdout).contains("\"status\":200") && !text(&output.stdout).contains("\"status\": 200"));
    assert_eq!(payer.available(), 40_000);
}

#[test]
fn the_stock_npm_client_pays_once_and_owns_the_page() {
    evidence::begin("mppx");
    pays_once_and_owns("npm/pay.mjs");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_stock_python_client_pays_once_and_owns_the_page() {
    evidence::begin("pympp");
    pays_once_and_owns("pypi/pay.py");
    evidence::ran("pympp", "pympp", &pympp_version());
}

#[test]
fn the_stock_npm_client_is_told_when_money_is_short() {
    evidence::begin("mppx");
    is_told_when_money_is_short("npm/pay.mjs");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_stock_python_client_is_told_when_money_is_short() {
    evidence::begin("pympp");
    is_told_when_money_is_short("pypi/pay.py");
    evidence::ran("pympp", "pympp", &pympp_version());
}

#[test]
fn the_stock_command_pays_with_our_method() {
    evidence::begin("mppx");
    // It asks 127.0.0.1 for names like news.localhost and cannot send their Host with this Node, so the site is `localhost`.
    let backend = Backend::start();
    let server = backend.behind_farthing_at("localhost");
    let payer = Payer::with("alice", &server, 1_000_000);
    let config = root().join("clients/tests/npm/mppx.config.mjs");
    let pay = |path: &str, more: &[&str]| {
        let mut command = mppx();
        command.arg(format!("{}{path}", server.site())).args(more).arg("-c").arg(&config).env("HOME", server.folder());
        command.env("FARTHING_SEED", payer.seed_hex()).env("FARTHING_MAX", MAX).env("FARTHING_ORIGIN", server.site());
        run_ok(&mut command, "npm").trim().to_owned()
    };
    assert_eq!((pay("/paid/page", &[]).as_str(), payer.available()), ("GET /paid/page", 950_000));
    assert_eq!((pay("/paid/page", &[]).as_str(), payer.available()), ("GET /paid/page", 950_000), "the second time it is owned");
    let asked = pay("/paid/echo", &["-d", "what tide?"]);
    assert_eq!((asked.as_str(), payer.available()), ("POST /paid/echo what tide?", 900_000), "a body bound by its digest");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_validator_finds_nothing_to_fail_warn_suggest_or_skip() {
    evidence::begin("mppx");
    let server = Server::demo();
    let preload = format!("--import={}", root().join("clients/tests/npm/tools.mjs").display());
    let mut command = mppx();
    command.args(["validate", &server.site(), "-j"]).env("NODE_OPTIONS", preload).env("HOME", server.folder());
    let output = run(&mut command, "npm");
    let said = text(&output.stdout);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said} {}", text(&output.stderr)));
    let found = |key: &str| report["summary"][key].as_u64().unwrap_or_else(|| panic!("no {key} in {said}"));
    assert_eq!((found("failed"), found("warnings"), found("suggested"), found("skipped")), (0, 0, 0, 0), "{said}");
    // 4 on discovery, 9 on each article that costs something.
    assert!(found("passed") >= 22, "{said}");
    assert_eq!(report["endpoints"].as_array().unwrap().len(), 3, "both articles that cost something, and a page by the word");
    assert_eq!(output.status.code(), Some(0));
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_npm_plug_in_passes_its_own_tests() {
    evidence::begin("mppx");
    tool("npm/node_modules/mppx/package.json", "npm");
    run_ok(Command::new("node").args(["--test", "clients/npm/"]).current_dir(root()), "npm");
    // The same with the keys of browsers.
    let charges = ["clients/npm/mppx/index.test.mjs", "clients/npm/x402/index.test.mjs"];
    run_ok(Command::new("node").args(["-C", "browser", "--test"]).args(charges).current_dir(root()), "npm");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_examples_of_the_npm_plug_ins_have_the_types_of_the_public_clients() {
    evidence::begin("mppx");
    let compiler = tool("npm/node_modules/typescript/lib/tsc.js", "npm");
    run_ok(Command::new("node").arg(compiler).args(["-p", "clients/tests/npm"]).current_dir(root()), "npm");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn the_python_plug_in_passes_its_own_tests() {
    evidence::begin("pympp");
    let said = run(Command::new(python()).args(["-m", "unittest", "discover", "-s", "clients/pypi/tests"]).current_dir(root()), "pypi");
    assert!(said.status.success() && text(&said.stderr).contains("OK"), "{}", text(&said.stderr));
    assert!(!text(&said.stderr).contains("Ran 0 tests") && !text(&said.stderr).contains("skipped"), "{}", text(&said.stderr));
    evidence::ran("pympp", "pympp", &pympp_version());
}

#[test]
fn the_rust_adapters_pass_their_own_tests() {
    let suites = ["mpp-crate", "x402-reqwest"];
    suites.iter().for_each(|suite| evidence::begin(suite));
    tool("rust/debug/pay", "rust-payers");
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--quiet", "--locked", "--manifest-path", "clients/rust/Cargo.toml", "--target-dir", "target/tools/rust"]);
    // What cargo says to this test is not for another workspace.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    let said = run_ok(command.current_dir(root()), "rust-payers");
    assert_eq!(said.matches("test result: ok.").count(), said.matches("test result:").count(), "{said}");
    for client in PUBLIC.iter().filter(|client| suites.contains(&client.suite)) {
        evidence::ran(client.suite, client.component, &client.version());
    }
}

/// What a run of the session driver said: how many pages came, the sessions that paid, how many requests it took, what was closed.
fn from_sessions(url: &str, payer: &Payer, more: &[&str]) -> (usize, usize, u64, serde_json::Value) {
    from_sessions_by("npm/session.mjs", url, payer, more)
}

fn from_sessions_by(file: &str, url: &str, payer: &Payer, more: &[&str]) -> (usize, usize, u64, serde_json::Value) {
    let said = run_ok(driver(file).args([url, &payer.seed_hex(), "0.10 EUR"]).args(more), "npm pypi");
    let said: serde_json::Value = serde_json::from_str(said.trim()).unwrap_or_else(|error| panic!("{error}: {said}"));
    let pages = said["said"].as_array().unwrap();
    assert!(pages.iter().all(|page| page["status"] == 200), "{said}");
    let sessions: BTreeSet<_> = pages.iter().map(|page| page["receipt"]["reference"].as_str().unwrap()).collect();
    (pages.len(), sessions.len(), said["requests"].as_u64().unwrap(), said["closed"].clone())
}

#[test]
fn the_stock_python_client_pays_from_a_session() {
    evidence::begin("pympp");
    let backend = Backend::start();
    let server = backend.behind_farthing_by_the_call();
    let payer = Payer::with("alice", &server, 1_000_000);
    let call = format!("{}/api/tide", server.site());
    let store = server.folder().join("sessions.json");
    let kept = ["--store", store.to_str().unwrap()];
    let run = |more: &[&str]| from_sessions_by("pypi/session.py", &call, &payer, &[&kept[..], more].concat());
    let (pages, sessions, requests, _) = run(&["--count", "12"]);
    assert_eq!((pages, sessions, requests), (12, 1, 25), "two requests each, and one for the keys that prove");
    let (pages, sessions, _, closed) = run(&["--count", "8", "--at-once", "--close"]);
    assert_eq!((pages, sessions), (8, 1), "a program that starts again goes on, with eight at once");
    assert_eq!((&closed[0]["captured"], &closed[0]["released"], payer.available()), (&"40000".into(), &"60000".into(), 960_000));
    let audit = super::support::server::farthing_ok(&["audit", "--full", "--proofs", "--json", "--data", server.data().to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&audit).unwrap();
    let (signatures, links) = (&report["sessions"]["signatures"], report["sessions"]["links"].as_u64());
    assert!(signatures.as_u64() <= Some(3) && links >= Some(12), "only its opening and its end are signed, each call is a link: {audit}");
    evidence::ran("pympp", "pympp", &pympp_version());
}

#[test]
fn npm_clients_pay_from_a_session_and_our_fetch_in_one_request_each() {
    evidence::begin("mppx");
    let backend = Backend::start();
    let server = backend.behind_farthing_by_the_call();
    let payer = Payer::with("alice", &server, 1_000_000);
    let call = format!("{}/api/tide", server.site());
    let ended = |closed: &serde_json::Value| {
        let sum =
            |name: &str| closed.as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().parse::<u64>().unwrap()).sum::<u64>();
        (sum("captured"), sum("released"))
    };
    let (pages, sessions, requests, closed) = from_sessions(&call, &payer, &["--count", "20", "--close"]);
    assert_eq!(
        (pages, sessions, requests, ended(&closed)),
        (20, 1, 41, (40_000, 60_000)),
        "a stock client takes two requests each, and one for the keys that prove"
    );
    assert_eq!(payer.available(), 960_000, "the rest came back at once");
    let store = server.folder().join("sessions");
    let kept = ["--fetch", "--store", store.to_str().unwrap()];
    let (pages, sessions, requests, _) = from_sessions(&call, &payer, &[&kept[..], &["--count", "20"]].concat());
    assert_eq!((pages, sessions, requests), (20, 1, 22), "ours takes one, one to learn the price, one for the keys");
    let (pages, sessions, requests, closed) =
        from_sessions(&call, &payer, &[&kept[..], &["--count", "16", "--at-once", "--close"]].concat());
    assert_eq!((pages, sessions, requests), (16, 1, 16), "a process that starts again goes on, with sixteen at once");
    assert_eq!((ended(&closed), payer.available()), ((72_000, 28_000), 888_000));

    let pages = ["--count", "3", "--fetch", "--pages", "--each", "0.06 EUR"];
    let (_, sales, requests, _) = from_sessions(&format!("{}/paid", server.site()), &payer, &pages);
    assert_eq!((sales, requests, payer.available()), (3, 4, 738_000), "whole pages by one standing challenge");
    let audit = super::support::server::farthing_ok(&["audit", "--full", "--proofs", "--json", "--data", server.data().to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&audit).unwrap();
    assert_eq!(report["signatures"], 3, "the journal proves them: {audit}");
    evidence::ran("mppx", "mppx", &npm_version("mppx"));
}

#[test]
fn each_plug_in_is_small_enough_to_be_read() {
    let files = [
        ("clients/npm/mppx/index.mjs", "//", 80),
        ("clients/npm/mppx/session.mjs", "//", 40),
        ("clients/npm/mppx/sessions.mjs", "//", 120),
        ("clients/npm/mppx/ended.mjs", "//", 80),
        ("clients/npm/mppx/payer.mjs", "//", 80),
        ("clients/npm/mppx/keys.mjs", "//", 80),
        ("clients/npm/mppx/keys.browser.mjs", "//", 80),
        ("clients/npm/x402/index.mjs", "//", 80),
        ("clients/npm/mppx/kept.mjs", "//", 80),
        ("clients/npm/mppx/receipts.mjs", "//", 80),
        ("clients/npm/mppx/vouchers.mjs", "//", 80),
        ("clients/npm/fetch/index.mjs", "//", 120),
        ("clients/npm/fetch/unanswered.mjs", "//", 80),
        ("clients/npm/mcp/index.mjs", "//", 80),
        ("clients/npm/lightning/index.mjs", "//", 80),
        ("clients/pypi/farthing_pay/__init__.py", "#", 80),
        ("clients/pypi/farthing_pay/asked.py", "#", 80),
        ("clients/pypi/farthing_pay/chains.py", "#", 80),
        ("clients/pypi/farthing_pay/payer.py", "#", 80),
        ("clients/pypi/farthing_pay/settings.py", "#", 80),
        ("clients/pypi/farthing_pay/x402.py", "#", 80),
        ("clients/pypi/farthing_pay/session.py", "#", 80),
        ("clients/pypi/farthing_pay/sessions.py", "#", 150),
        ("clients/pypi/farthing_pay/vouchers.py", "#", 80),
        ("clients/pypi/farthing_pay/receipts.py", "#", 80),
        ("clients/rust/payer/src/lib.rs", "//", 180),
        ("clients/rust/mpp/src/lib.rs", "//", 80),
        ("clients/rust/x402/src/lib.rs", "//", 150),
        ("clients/rust/x402/src/guard.rs", "//", 80),
    ];
    for (file, comment, most) in files {
        let lines = lines_of_code(&root().join(file), comment);
        assert!((8..=most).contains(&lines), "{file} has {lines} lines of code");
    }
}

/// Lines that are neither empty nor comment nor documentation.
fn lines_of_code(path: &Path, comment: &str) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let mut documentation = false;
    let is_code = |line: &&str| {
        let line = line.trim();
        let quotes = line.matches("\"\"\"").count();
        let inside = documentation || line.starts_with("\"\"\"") || line.starts_with("/*") || line.starts_with('*');
        documentation ^= quotes % 2 == 1;
        !inside && !line.is_empty() && !line.starts_with(comment)
    };
    text.lines().filter(is_code).count()
}
