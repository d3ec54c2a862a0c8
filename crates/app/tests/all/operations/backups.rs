//! Backups: taken while people buy, restored elsewhere, the same to the last unit; refused wherever a bit is flipped.

use super::{demo, ends, ends_with_input, path, status};
use crate::support::books::Books;
use crate::support::payer::Payer;
use crate::support::server::Server;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const PASSPHRASE: &str = "a long walk by the harbour";

/// Ends the workers when it goes.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A file with the passphrase.
fn passphrase(folder: &Path) -> PathBuf {
    let file = folder.join("passphrase");
    fs::write(&file, format!("{PASSPHRASE}\n")).unwrap();
    file
}

/// Nothing is left of what a command had under way.
fn no_drafts(folder: &Path) {
    let left: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(!left.iter().any(|name| name.starts_with('.')), "{left:?}");
}

#[test]
fn a_backup_under_load_restores_to_the_books_of_its_head() {
    let server = demo();
    let (data, elsewhere) = (server.data(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("farthing.backup");
    let secret = passphrase(elsewhere.path());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when an assertion fails, or the workers would never end.
        let _end = End(&stop);
        for worker in 0..2 {
            let (server, stop) = (&server, &stop);
            scope.spawn(move || {
                let mut sales = 0;
                while !stop.load(Ordering::Relaxed) {
                    let payer = Payer::with(&format!("worker {worker} {sales}"), server, 1_000_000);
                    assert_eq!(payer.pay(&server.url("article")).status, 200);
                    sales += 1;
                }
                assert!(sales > 0, "business went on");
            });
        }
        let (said, _) = ends(0, &["backup", path(&file), "--passphrase-file", path(&secret), "--data", path(&data)]);
        assert!(said.contains("keys sealed"), "{said}");
        let audit = ends(0, &["audit", "--full", "--proofs", "--json", "--data", path(&data)]).0;
        let audit: serde_json::Value = serde_json::from_str(&audit).unwrap();
        assert!(audit["running"] == true && audit["index"]["rows"].as_u64() > Some(0), "under load as well: {audit}");
    });
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    no_drafts(elsewhere.path());
    let backup = status(&data)["last_backup"].clone();
    let restored = elsewhere.path().join("restored");
    let (said, _) = ends(0, &["restore", path(&file), "--data", path(&restored), "--passphrase-file", path(&secret)]);
    assert!(said.contains("The books are clean") && said.contains("signatures of payers verified"), "{said}");
    let there = status(&restored);
    assert_eq!((&there["head"]["sequence"], &there["head"]["hash"]), (&backup["sequence"], &backup["hash"]));
    // The running books at that head: the export up to it, summed by account.
    let export = |data: &Path| ends(0, &["export", "--format", "json", "--data", path(data)]).0;
    let (whole, part) = (export(&data), export(&restored));
    assert!(whole.starts_with(&part) && !part.is_empty(), "the restored journal is the beginning of the other");
    let books = Books::of(&restored);
    let mut sums = std::collections::BTreeMap::new();
    let head = backup["sequence"].as_u64().unwrap();
    for line in whole.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()) {
        let frame: u64 = line["place"].as_str().unwrap().split('.').next().unwrap().parse().unwrap();
        for leg in line["legs"].as_array().unwrap().iter().filter(|_| frame <= head) {
            let word = |key: &str| leg[key].as_str().unwrap().to_owned();
            *sums.entry((word("account"), word("currency"))).or_insert(0_i128) += word("amount").parse::<i128>().unwrap();
        }
    }
    assert_eq!(Books(sums), books);
    // And it serves: the keys are in it.
    let there = tempfile::tempdir().unwrap();
    fs::rename(&restored, there.path().join("data")).unwrap();
    fs::copy(data.join("offers.toml"), there.path().join("data/offers.toml")).unwrap();
    fs::write(there.path().join("data/demo"), "A demo: this folder may be deleted.\n").unwrap();
    let again = Server::demo_in(there, &[]);
    assert_eq!(again.doors()["instance"], server.doors()["instance"]);
    assert_eq!(Payer::new("alice", &again).available(), 950_000);
}

#[test]
fn a_backup_without_a_process_and_without_keys_says_what_it_lacks() {
    let folder = demo().stop();
    let data = folder.path().join("data");
    let file = folder.path().join("offline.backup");
    ends(2, &["backup", path(&file), "--data", path(&data)]);
    assert!(ends(0, &["backup", path(&file), "--without-keys", "--data", path(&data)]).0.contains("without keys"));
    assert!(ends(2, &["backup", path(&file), "--without-keys", "--data", path(&data)]).1.contains("already there"));
    let (said, _) = ends(0, &["restore", "--test", path(&file)]);
    assert!(said.contains("can be restored") && said.contains("The books are clean") && said.contains("keys were not tried"), "{said}");
    no_drafts(folder.path());
    let restored = folder.path().join("restored");
    let (said, _) = ends(0, &["restore", path(&file), "--data", path(&restored)]);
    assert!(said.contains("serve` needs the keys"), "{said}");
    assert_eq!(Books::of(&restored), Books::of(&data));
    assert!(ends(0, &["audit", "--full", "--proofs", "--data", path(&restored)]).0.contains("keys are not in this folder"));
    assert!(ends(1, &["export", "--receipts", "--data", path(&restored)]).1.contains("keys are not in this folder"));
    fs::copy(data.join("offers.toml"), restored.join("offers.toml")).unwrap();
    fs::write(restored.join("demo"), "A demo: this folder may be deleted.\n").unwrap();
    assert!(ends(1, &["demo", "--json", "--port", "0", "--data", path(&restored)]).1.contains("key missing"));
    ends(2, &["restore", path(&file), "--data", path(&restored)]);
    ends(2, &["restore", path(&file)]);
}

#[test]
fn keys_come_back_with_their_passphrase_alone() {
    let server = demo();
    let (data, elsewhere) = (server.data(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("b");
    let short = ["backup", path(&file), "--passphrase-file", "-", "--data", path(&data)];
    assert!(ends_with_input(2, &short, "short\n").1.contains("at least 8 bytes"));
    ends_with_input(0, &short, PASSPHRASE);
    for key in ["root", "receipt", "challenge", "pairwise"] {
        let (bytes, whole) = (fs::read(data.join("keys").join(key)).unwrap(), fs::read(&file).unwrap());
        assert!(!whole.windows(32).any(|window| window == bytes), "{key} stands in the open");
    }
    let into = elsewhere.path().join("restored");
    let restore = ["restore", path(&file), "--data", path(&into)];
    assert!(ends(2, &restore).1.contains("--passphrase-file"));
    let with_stdin = [&restore[..], &["--passphrase-file", "-"]].concat();
    assert!(ends_with_input(1, &with_stdin, "another long walk").1.contains("not the passphrase"));
    assert!(!into.exists(), "a folder that was refused has no name");
    no_drafts(elsewhere.path());
    ends_with_input(0, &with_stdin, &format!("{PASSPHRASE}\r\n"));
    for key in ["root", "receipt", "challenge", "pairwise"] {
        let (was, is) = (data.join("keys").join(key), into.join("keys").join(key));
        assert_eq!(fs::read(was).unwrap(), fs::read(&is).unwrap());
        assert_eq!(fs::metadata(is).unwrap().permissions().mode() & 0o777, 0o600);
    }
    ends(0, &[&["restore", path(&file), "--without-keys", "--data"][..], &[path(&elsewhere.path().join("bare"))]].concat());
}

#[test]
fn a_flipped_byte_anywhere_is_refused_and_named() {
    let server = demo();
    let (data, elsewhere) = (server.data(), tempfile::tempdir().unwrap());
    let file = elsewhere.path().join("b");
    let secret = passphrase(elsewhere.path());
    ends(0, &["backup", path(&file), "--passphrase-file", path(&secret), "--data", path(&data)]);
    let whole = fs::read(&file).unwrap();
    let (broken, into) = (elsewhere.path().join("broken"), elsewhere.path().join("into"));
    let mut named = std::collections::BTreeSet::new();
    // The journal of a demo is short beside its vault, and stands before it.
    let early = (0..40).map(|step| step * whole.len() / 1_000);
    let places = (0..40).map(|step| step * whole.len() / 40).chain(early).chain([3, 40, whole.len() - 200, whole.len() - 1]);
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&broken, bytes).unwrap();
        let (_, error) = ends(5, &["restore", path(&broken), "--data", path(&into), "--passphrase-file", path(&secret)]);
        assert!(error.contains("the backup is damaged: ") && error.contains(", offset "), "{at}: {error}");
        let section = error.split("damaged: ").nth(1).unwrap().split(',').next().unwrap().to_owned();
        named.insert(section);
        assert!(!into.exists(), "{at}");
    }
    for section in ["preamble", "manifest", "journal", "vault", "keys", "end"] {
        assert!(named.contains(section), "{section} is not in {named:?}");
    }
    fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    assert!(ends(5, &["restore", "--test", path(&broken)]).1.contains("the file ends"));
    fs::write(&broken, b"").unwrap();
    assert!(ends(5, &["restore", "--test", path(&broken)]).1.contains("too short"));
    fs::remove_file(&broken).unwrap();
    no_drafts(elsewhere.path());
    ends(2, &["restore", "--test", path(&broken)]);
}
