//! A busy year in the hands of strangers: hledger and the auditor in Python come to our figures, and every receipt holds.

use crate::hledger::{assert_agrees, balances, data_of, export, hledger, sold, version};
use crate::support::books::Books;
use crate::support::evidence;
use crate::support::server::{farthing, farthing_ok};
use crate::support::tools::{root, run, run_ok, text};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All receipts of a folder, as they are exported: a line with the keys, then a line for each sale.
fn receipts(data: &Path) -> Vec<String> {
    let lines = farthing_ok(&["export", "--receipts", "--data", data.to_str().unwrap()]);
    lines.lines().map(str::to_owned).collect()
}

/// The auditor over a journal and these receipts. Without `site` Python finds no installed package.
fn auditor(more: &[&str], data: &Path, receipts: &[String]) -> Command {
    let file = data.with_file_name("receipts.jsonl");
    fs::write(&file, receipts.join("\n") + "\n").unwrap();
    let mut command = Command::new("python3");
    command.args(more).arg(root().join("clients/audit/audit.py")).args([data.join("journal"), file]);
    command
}

/// The auditor's findings, a line each; there must be some.
fn findings(data: &Path, receipts: &[String]) -> Vec<String> {
    let output = run(&mut auditor(&[], data, receipts), "python3");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{}", text(&output.stderr));
    text(&output.stderr).lines().map(str::to_owned).collect()
}

fn field(line: &str, name: &str) -> String {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line[name].as_str().unwrap().to_owned()
}

fn with(line: &str, name: &str, value: &str) -> String {
    let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
    line[name] = value.into();
    line.to_string()
}

#[test]
fn a_busy_year_is_the_same_to_strangers() {
    evidence::begin("hledger");
    let year = sold("365");
    let data = data_of(&year);
    let (books, journal, receipts) = (Books::of(&data), export(&data, "hledger"), receipts(&data));
    let postings = export(&data, "csv").lines().count() - 1;
    assert!(postings > 40_000 && receipts.len() > 10_000, "{postings} postings, {} receipts", receipts.len());
    hledger(&["check"], &journal);
    assert_eq!(balances(&journal), books);
    let report: serde_json::Value = serde_json::from_str(&run_ok(&mut auditor(&[], &data, &receipts), "python3")).unwrap();
    assert_agrees(&report, &books);
    let sealed = fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    assert!(sealed.filter(|path| path.extension().is_some_and(|kind| kind == "segment")).count() > 1, "the year has sealed segments");
    println!("{postings} postings, {} accounts, {} receipts", books.0.len(), receipts.len() - 1);
    evidence::ran("hledger", "hledger", &version());
}

#[test]
fn the_auditor_needs_no_package_to_check_receipts() {
    let month = sold("3");
    let (data, receipts) = (data_of(&month), receipts(&data_of(&month)));
    assert!(receipts.len() > 10);
    let plain = run_ok(&mut auditor(&["-S"], &data, &receipts), "python3");
    assert_eq!(plain, run_ok(&mut auditor(&[], &data, &receipts), "python3"));
    let mut forged = receipts.clone();
    forged[2] = resigned(&receipts[2], |proof| proof[80] ^= 1);
    let output = run(&mut auditor(&["-S"], &data, &forged), "python3");
    assert!(text(&output.stderr).contains("line 3") && text(&output.stderr).contains("its signature does not hold"));
}

/// A receipt whose proof is other bytes.
fn resigned(line: &str, change: impl Fn(&mut Vec<u8>)) -> String {
    let header = protocol::text::from_base64url(&field(line, "payment_receipt")).unwrap();
    let mut header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    let mut proof = protocol::text::from_base64url(header["proof"].as_str().unwrap()).unwrap();
    change(&mut proof);
    header["proof"] = protocol::text::base64url(&proof).into();
    with(line, "payment_receipt", &protocol::text::base64url(header.to_string().as_bytes()))
}

#[test]
fn forged_missing_doubled_and_foreign_receipts_are_found() {
    let (ours, theirs) = (sold("3"), sold("3"));
    let (data, good, foreign) = (data_of(&ours), receipts(&data_of(&ours)), receipts(&data_of(&theirs)));
    let serial = |number: usize| field(&good[number], "serial");
    let changed = |number: usize, line: String| {
        let mut lines = good.clone();
        lines[number] = line;
        findings(&data, &lines)
    };
    // Dearer, in the document alone, then with a header that fits it: nobody else has the key.
    let dearer = field(&good[1], "document").replace(r#""charged":""#, r#""charged":"1"#);
    let said = changed(1, with(&good[1], "document", &dearer));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains(&format!("line 2, receipt {}: it does not say what the journal says: full", serial(1))), "{said:?}");
    let said = changed(4, resigned(&good[4], |proof| proof[20] ^= 1));
    assert!(said.len() == 1 && said[0].ends_with(&format!("receipt {}: its signature does not hold", serial(4))), "{said:?}");
    let said = changed(4, resigned(&good[4], |proof| proof[12] ^= 1));
    assert!(said[0].ends_with("its proof names another place"), "{said:?}");
    let said = changed(4, resigned(&good[4], |proof| proof[2] ^= 1));
    assert!(said[0].ends_with("its proof is of another key or kind"), "{said:?}");
    // One is missing, or stands twice, or is another's.
    let mut lines = good.clone();
    lines.remove(3);
    let said = findings(&data, &lines);
    let place = said[0].contains("/journal/00000000000000000001.") && said[0].contains(", offset ") && said[0].contains(", frame ");
    assert!(said.len() == 1 && place && said[0].ends_with(&format!("the sale {} has no receipt", serial(3))), "{said:?}");
    let said = changed(3, good[2].clone());
    assert!(said.len() == 2 && said[0].ends_with("it stands twice") && said[1].ends_with("has no receipt"), "{said:?}");
    let said = changed(3, with(&good[2], "serial", &serial(3)));
    assert!(said.len() == 1 && said[0].contains("it does not say what the journal says: "), "{said:?}");
    let said = findings(&data, &[good.clone(), vec![foreign[1].clone()]].concat());
    assert!(said.len() == 1 && said[0].contains("receipt "), "{said:?}");
    let said = findings(&data, &foreign);
    assert!(
        said.len() == 1 && said[0].contains("line 1, receipt keys: it does not say what the journal says: instance, root_key"),
        "{said:?}"
    );
    // The keys of ours over receipts of theirs.
    let said = findings(&data, &[vec![good[0].clone()], foreign[1..].to_vec()].concat());
    assert!(said.len() >= foreign.len() - 1, "none of another instance's receipts passes: {}", said.len());
}

#[test]
fn receipts_are_exported_only_with_the_keys_of_their_journal() {
    let (ours, theirs) = (sold("1"), sold("1"));
    let keys = |folder: &tempfile::TempDir| -> PathBuf { data_of(folder).join("keys") };
    fs::remove_dir_all(keys(&ours)).unwrap();
    let refused = farthing(&["export", "--receipts", "--data", data_of(&ours).to_str().unwrap()]);
    assert!(!refused.status.success() && text(&refused.stderr).contains("keys"), "{}", text(&refused.stderr));
    fs::rename(keys(&theirs), keys(&ours)).unwrap();
    let refused = farthing(&["export", "--receipts", "--data", data_of(&ours).to_str().unwrap()]);
    assert!(!refused.status.success() && text(&refused.stderr).contains("not those of its journal"), "{}", text(&refused.stderr));
}
