//! Audit and export: what an outsider can check, and that the full audit finds what was changed behind its back.

use super::{demo, ends, path};
use crate::support::books::Books;
use crate::support::payer::Payer;
use crate::support::server::Server;
use protocol::receipt::Signed;
use protocol::signed::SignedText;
use protocol::text::{Instance, array_from_base64url};
use protocol::{PublicKey, SigningKey};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn every_receipt_is_exported_as_it_was_given_and_a_stranger_can_check_it() {
    let server = Server::demo();
    let mut given = BTreeMap::new();
    for name in ["alice", "bob"] {
        let payer = Payer::with(name, &server, 1_000_000);
        let answer = payer.pay(&server.url("article"));
        let header = answer.header("payment-receipt").unwrap().to_owned();
        let serial = protocol::text::serial(Signed::parse(&header).unwrap().receipt.reference);
        let document = payer.read(&format!("/v1/receipts/{serial}")).text();
        given.insert(serial, (header, document));
    }
    let lines = ends(0, &["export", "--receipts", "--data", path(&server.data())]).0;
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let keys = lines.next().unwrap();
    let word = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned();
    let root = PublicKey::parse(&word(&keys["root_key"])).unwrap();
    let key = PublicKey::parse(&word(&keys["receipt_keys"][0]["key"])).unwrap();
    assert_eq!(Instance::of(&root).to_string(), word(&keys["instance"]));
    let certificate = SignedText::new("farthing/key/1").line(&word(&keys["instance"])).unwrap().line("receipt").unwrap();
    let certificate = certificate.line(&key.to_string()).unwrap();
    let signature = array_from_base64url(&word(&keys["receipt_keys"][0]["signature"])).unwrap();
    assert!(root.verifies(certificate.bytes(), &signature), "the root vouches for the receipt key");
    let mut seen = 0;
    for line in lines {
        let signed = Signed::parse(&word(&line["payment_receipt"])).unwrap();
        assert!(signed.is_proved_by(&key) && !signed.is_proved_by(&SigningKey::from_seed([1; 32]).public()));
        let hash: [u8; 32] = Sha256::digest(word(&line["document"])).into();
        assert_eq!(hash, signed.receipt.full);
        if let Some((header, document)) = given.remove(&word(&line["serial"])) {
            assert_eq!((word(&line["payment_receipt"]), word(&line["document"])), (header, document), "byte for byte");
        }
        seen += 1;
    }
    assert!(given.is_empty() && seen >= 2, "{given:?}");
}

#[test]
fn an_export_is_the_same_from_the_process_and_from_the_folder() {
    let server = demo();
    // The first line of two of them tells when it was made.
    let export = |data: &std::path::Path| {
        ["csv", "json", "hledger", "beancount"].map(|format| {
            let text = ends(0, &["export", "--format", format, "--data", path(data)]).0;
            text.lines().filter(|line| !line.contains("Farthing export of")).collect::<Vec<_>>().join("\n")
        })
    };
    let running = export(&server.data());
    let folder = server.stop();
    assert_eq!(running, export(&folder.path().join("data")));
    assert!(running.iter().all(|text| text.lines().count() > 10));
}

#[test]
fn the_beancount_ledger_balances_and_opens_what_it_posts_to() {
    let server = demo();
    let books = Books::of(&server.data());
    let text = ends(0, &["export", "--format", "beancount", "--data", path(&server.data())]).0;
    let mut open = BTreeMap::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [_, "open", account, "EUR"] => assert!(open.insert((*account).to_owned(), 0_i128).is_none(), "{account} is opened twice"),
            [account, amount, "EUR"] if line.starts_with("  ") => {
                assert!(
                    account.split(':').all(|part| part.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit()))
                );
                let (sign, digits) = amount.strip_prefix('-').map_or((1, *amount), |rest| (-1, rest));
                let (main, rest) = digits.split_once('.').unwrap_or((digits, ""));
                let units: i128 = format!("{main}{rest:0<6}").parse().unwrap();
                *open.get_mut(*account).unwrap_or_else(|| panic!("{account} is not open")) += sign * units;
            }
            _ => {}
        }
    }
    assert_eq!((open.len(), open.values().sum::<i128>()), (books.0.len(), 0));
    let theirs: i128 = open.iter().filter(|(name, _)| name.starts_with("Liabilities:Earned-pending:Ines")).map(|(_, units)| units).sum();
    assert_eq!(-theirs, books.earned("ines"), "what is owed is negative there");
}

#[test]
fn a_full_audit_names_a_changed_index_and_foreign_keys() {
    let folder = demo().stop();
    let data = folder.path().join("data");
    let audit = ["audit", "--full", "--proofs", "--data", path(&data)];
    let (said, _) = ends(0, &audit);
    for word in ["The books are clean", "rows the same", "receipts derived, signed and verified", "3 signatures of payers verified"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let index = || Connection::open(data.join("index.db")).unwrap();
    index()
        .execute_batch(
            "UPDATE entry SET balance = balance + 7 WHERE place IN (SELECT place FROM record WHERE kind = 2)
         AND standing IN (SELECT number FROM standing WHERE class = 1)",
        )
        .unwrap();
    let (_, error) = ends(5, &audit);
    assert!(
        error.contains("frame ") && error.contains("record 0, account ") && error.contains("950007") && error.contains("950000"),
        "{error}"
    );
    // The index is no authority: without it the books are clean.
    ["index.db", "index.db-wal", "index.db-shm"].iter().for_each(|name| drop(fs::remove_file(data.join(name))));
    assert!(ends(0, &audit).0.contains("built anew"));
    fs::write(data.join("keys/receipt"), [7; 32]).unwrap();
    assert!(ends(5, &audit).1.contains("its signature does not hold under the receipt key"));
}
