//! The export in the hands of another program: Debian's hledger must come to the same figures as our own audit.

use crate::support::books::Books;
use crate::support::evidence;
use crate::support::server::farthing_ok;
use crate::support::tools::{root, run, run_ok, text};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A demo's folder with 30 days of sample sales, which no process serves.
fn month() -> tempfile::TempDir {
    sold("30")
}

/// A demo's folder with days of sample sales, which no process serves.
pub fn sold(days: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    farthing_ok(&["demo", "--days", days, "--prepare", "--data", data_of(&folder).to_str().unwrap()]);
    folder
}

pub fn data_of(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("data")
}

pub fn export(folder: &Path, format: &str) -> String {
    farthing_ok(&["export", "--data", folder.to_str().unwrap(), "--format", format])
}

pub fn version() -> String {
    let said = run_ok(Command::new("hledger").arg("--version"), "hledger");
    said.split([' ', ',']).nth(1).unwrap_or_default().to_owned()
}

/// Runs hledger over a journal that comes on its standard input.
pub fn hledger(arguments: &[&str], journal: &str) -> String {
    let mut command = Command::new("hledger");
    command.args(["-f", "-"]).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let spawned = command.spawn();
    let mut child = spawned.unwrap_or_else(|error| panic!("hledger is missing ({error})\n    fix  cargo xtask setup hledger"));
    child.stdin.take().unwrap().write_all(journal.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "hledger {arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// `-12.345 EUR` in base units.
fn units(amount: &str) -> i128 {
    if amount == "0" {
        return 0;
    }
    let number = amount.strip_suffix(" EUR").unwrap_or_else(|| panic!("{amount} is not in EUR"));
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    let (main, rest) = number.split_once('.').unwrap_or((number, ""));
    assert!(rest.len() <= 6, "{amount}");
    sign * format!("{main}{rest:0<6}").parse::<i128>().unwrap()
}

/// Every account's balance as hledger makes it of an export.
pub fn balances(journal: &str) -> Books {
    let said = hledger(&["balance", "--flat", "--no-total", "--empty", "-O", "csv"], journal);
    let mut theirs = BTreeMap::new();
    for row in csv::Reader::from_reader(said.as_bytes()).records() {
        let row = row.unwrap();
        theirs.insert((row[0].to_owned(), "eur-micro".to_owned()), units(&row[1]));
    }
    Books(theirs)
}

#[test]
fn hledger_comes_to_the_figures_of_the_audit_account_by_account() {
    evidence::begin("hledger");
    let month = month();
    let folder = data_of(&month);
    let journal = export(&folder, "hledger");
    let books = Books::of(&folder);
    assert!(books.0.len() > 100, "a month of sales has many accounts: {}", books.0.len());
    for check in [&["check"][..], &["check", "ordereddates"]] {
        hledger(check, &journal);
    }
    assert_eq!(balances(&journal), books);
    evidence::ran("hledger", "hledger", &version());
}

#[test]
fn csv_and_json_sum_to_the_same() {
    evidence::begin("hledger");
    let month = month();
    let folder = data_of(&month);
    let books = Books::of(&folder);
    let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
    for row in csv::Reader::from_reader(export(&folder, "csv").as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row.unwrap();
        assert_eq!(units(&format!("{} {}", row["amount"], row["currency"])), row["units"].parse::<i128>().unwrap());
        *sums.entry((row["account"].clone(), "eur-micro".to_owned())).or_default() += row["units"].parse::<i128>().unwrap();
    }
    assert_eq!(Books(sums), books, "CSV");
    let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for line in export(&folder, "json").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        *kinds.entry(line["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        for leg in line["legs"].as_array().unwrap() {
            let key = (leg["account"].as_str().unwrap().to_owned(), leg["currency"].as_str().unwrap().to_owned());
            *sums.entry(key).or_default() += leg["amount"].as_str().unwrap().parse::<i128>().unwrap();
        }
    }
    assert_eq!(Books(sums), books, "JSON");
    assert!(["founding", "payee", "offer", "top-up", "sale", "refund"].iter().all(|kind| kinds.contains_key(*kind)), "{kinds:?}");
    let all = hledger(&["balance", "--depth", "0", "--no-total"], &export(&folder, "hledger"));
    assert_eq!(all.split_whitespace().next(), Some("0"), "all together is nothing: {all}");
    evidence::ran("hledger", "hledger", &version());
}

#[test]
fn an_auditor_who_has_only_the_format_comes_to_the_same() {
    evidence::begin("hledger");
    let month = month();
    let folder = data_of(&month);
    let books = Books::of(&folder);
    let auditor = root().join("clients/audit/audit.py");
    let journal = folder.join("journal");
    let said = run_ok(Command::new("python3").arg(&auditor).arg(&journal), "python3");
    assert_agrees(&serde_json::from_str(&said).unwrap(), &books);
    let files = std::fs::read_dir(&journal).unwrap().map(|entry| entry.unwrap().path());
    let path = files.filter(|path| path.file_stem().is_some_and(|first| first == "00000000000000000001")).max().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let refused = run(Command::new("python3").arg(&auditor).arg(&journal), "python3");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("frame 1"), "{}", text(&refused.stderr));
    evidence::ran("hledger", "hledger", &version());
}

/// The auditor's report has the balances of our own audit.
pub fn assert_agrees(report: &serde_json::Value, books: &Books) {
    assert_eq!(report["sums"], serde_json::json!({"eur-micro": "0"}));
    // It knows parties where our audit knows handles: those few accounts are compared by what is in them.
    let (mut theirs, mut ours) = (Vec::new(), books.0.clone());
    for account in report["accounts"].as_array().unwrap() {
        let units: i128 = account["balance"].as_str().unwrap().parse().unwrap();
        match ours.remove(&(name(account), account["asset"].as_str().unwrap().to_owned())) {
            Some(same) => assert_eq!(same, units, "{account}"),
            None => theirs.push(units),
        }
    }
    let named: Vec<i128> = ours.into_values().collect();
    assert_eq!(sorted(theirs.clone()), sorted(named));
    assert!(theirs.len() < books.0.len() - 100, "the readers' accounts are compared one by one");
}

/// The name that our audit gives to an account of a wallet.
fn name(account: &serde_json::Value) -> String {
    let bytes = |key: &str| {
        account[key]
            .as_str()
            .map(|hex| (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect::<Vec<_>>())
    };
    let party = protocol::text::base32(&bytes("party").unwrap());
    let lot = bytes("lot").map(|lot| format!(":{}", protocol::text::base32(&lot))).unwrap_or_default();
    format!("{}:{party}{lot}", account["class"].as_str().unwrap())
}

fn sorted(mut units: Vec<i128>) -> Vec<i128> {
    units.sort_unstable();
    units
}

#[test]
fn a_running_instance_exports_what_it_would_export_at_rest() {
    evidence::begin("hledger");
    let server = crate::support::server::Server::demo();
    let payer = crate::support::payer::Payer::with("alice", &server, 1_000_000);
    assert_eq!(payer.pay(&server.url("article")).status, 200);
    let running = (export(&server.data(), "csv"), export(&server.data(), "json"), Books::of(&server.data()));
    let folder = server.stop();
    let at_rest = folder.path().join("data");
    assert_eq!(running, (export(&at_rest, "csv"), export(&at_rest, "json"), Books::of(&at_rest)));
    let journal = export(&at_rest, "hledger");
    let said = hledger(&["balance", "--flat", "--no-total", "-O", "csv", "earned-pending"], &journal);
    let sum: i128 = csv::Reader::from_reader(said.as_bytes()).records().map(|row| units(&row.unwrap()[1])).sum();
    assert_eq!(sum, 50_000, "{said}");
    evidence::ran("hledger", "hledger", &version());
}
