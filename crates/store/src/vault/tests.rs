//! The vault: what ends, what is found only where it belongs, what erasing leaves.

mod acts;
mod elsewhere;
mod keys;
mod locks;
mod operators;
mod people;

use super::{Door, HandleHash, Login, LoginHash, SiteReader, Text, TextId, Vault};
use crate::Error;
use money::{Party, Timestamp};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const ALICE: Party = Party([1; 20]);
const BOB: Party = Party([2; 20]);

struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> (Stage, Vault) {
        let stage = Stage { folder: tempfile::tempdir().unwrap() };
        let vault = stage.open().unwrap();
        (stage, vault)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("vault.db")
    }

    fn open(&self) -> Result<Vault, Error> {
        Vault::open(&self.path())
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn login(party: Party, seen: u64) -> Login {
    Login {
        party,
        door: Door::Wallet,
        created_at: at(10),
        seen_at: at(seen),
        idle_expires_at: at(100),
        ends_at: at(150),
        csrf: [7; 32],
        proved_at: at(0),
        device: String::new(),
    }
}

fn id(byte: u8) -> LoginHash {
    LoginHash([byte; 32])
}

fn reader(party: Party, expires: u64) -> SiteReader {
    SiteReader { site: "blog".to_owned(), party, created_at: at(10), expires_at: at(expires) }
}

#[test]
fn a_login_opens_its_own_door_until_it_is_over() {
    let (stage, mut vault) = Stage::new();
    vault.add_login(&id(1), &login(ALICE, 20), 10).unwrap();
    drop(vault);
    let vault = stage.open().unwrap();
    assert_eq!(vault.login(&id(1), Door::Wallet, at(30)).unwrap(), Some(login(ALICE, 20)));
    assert_eq!(vault.login(&id(1), Door::Desk, at(30)).unwrap(), None);
    assert_eq!(vault.login(&id(2), Door::Wallet, at(30)).unwrap(), None);
    assert_eq!(vault.login(&id(1), Door::Wallet, at(100)).unwrap(), None);
    assert!(vault.see_login(&id(1), at(90), at(190)).unwrap());
    assert_eq!(vault.login(&id(1), Door::Wallet, at(149)).unwrap().unwrap().seen_at, at(90));
    assert_eq!(vault.login(&id(1), Door::Wallet, at(150)).unwrap(), None, "use does not move its end");
    assert!(!vault.see_login(&id(1), at(150), at(300)).unwrap());
}

#[test]
fn a_rotated_login_leaves_nothing_under_its_old_id() {
    let (_stage, mut vault) = Stage::new();
    vault.add_login(&id(1), &login(ALICE, 20), 10).unwrap();
    assert!(vault.rotate_login(&id(1), &id(2), &[8; 32], at(40)).unwrap());
    assert!(!vault.rotate_login(&id(1), &id(3), &[8; 32], at(40)).unwrap());
    assert_eq!(vault.login(&id(1), Door::Wallet, at(41)).unwrap(), None);
    assert_eq!(vault.login(&id(2), Door::Wallet, at(41)).unwrap(), Some(Login { csrf: [8; 32], ..login(ALICE, 40) }));
    assert!(vault.delete_login(&id(2)).unwrap());
    assert!(!vault.delete_login(&id(2)).unwrap());
}

#[test]
fn logins_are_bounded_by_the_longest_unused() {
    let (_stage, mut vault) = Stage::new();
    for (byte, seen) in [(1, 40), (2, 20), (3, 30)] {
        vault.add_login(&id(byte), &login(ALICE, seen), 3).unwrap();
    }
    vault.add_login(&id(4), &login(BOB, 10), 3).unwrap();
    let standing =
        |vault: &Vault| (1..=5).filter(|byte| vault.login(&id(*byte), Door::Wallet, at(50)).unwrap().is_some()).collect::<Vec<u8>>();
    assert_eq!(standing(&vault), [1, 3, 4], "the new one stays, however old it says it is");
    assert!(matches!(vault.add_login(&id(4), &login(BOB, 60), 3), Err(Error::Database { operation: "add a login", .. })));
    assert_eq!(standing(&vault), [1, 3, 4]);
    vault.add_login(&id(5), &login(ALICE, 60), 3).unwrap();
    assert_eq!(standing(&vault), [1, 3, 5]);
    assert_eq!(vault.delete_other_logins(ALICE, &id(5)).unwrap(), 2);
    assert_eq!(standing(&vault), [5]);
    assert_eq!(vault.expire_logins(at(99)).unwrap(), 0);
    assert_eq!(vault.expire_logins(at(100)).unwrap(), 1);
}

#[test]
fn a_reader_counts_on_its_own_site_and_slides() {
    let (_stage, mut vault) = Stage::new();
    let handle = HandleHash([5; 32]);
    vault.add_reader(&handle, &reader(ALICE, 100), 2).unwrap();
    assert_eq!(vault.reader(&handle, "blog", at(99)).unwrap(), Some(reader(ALICE, 100)));
    assert_eq!(vault.reader(&handle, "shop", at(99)).unwrap(), None);
    assert!(vault.extend_reader(&handle, at(99), at(200)).unwrap());
    assert!(vault.extend_reader(&handle, at(99), at(150)).unwrap());
    assert_eq!(vault.reader(&handle, "blog", at(199)).unwrap(), Some(reader(ALICE, 200)));
    assert!(!vault.extend_reader(&handle, at(200), at(300)).unwrap());
    for (byte, expires) in [(6, 120), (7, 110)] {
        vault.add_reader(&HandleHash([byte; 32]), &reader(BOB, expires), 2).unwrap();
    }
    assert_eq!(vault.reader(&HandleHash([6; 32]), "blog", at(50)).unwrap(), None, "the first to end went");
    assert_eq!(vault.readers_of(ALICE, at(199)).unwrap(), [(handle, reader(ALICE, 200))]);
    assert_eq!(vault.readers_of(BOB, at(109)).unwrap().len(), 1);
    assert_eq!(vault.readers_of(BOB, at(110)).unwrap(), [], "those that are over are not there");
    assert_eq!(vault.expire_readers(at(110)).unwrap(), 1);
    assert!(vault.delete_reader(&handle).unwrap());
}

#[test]
fn facts_and_texts_are_kept_by_person_and_id() {
    let (_stage, vault) = Stage::new();
    vault.set_fact(ALICE, "name", "Alice", at(1)).unwrap();
    vault.set_fact(ALICE, "mail", "alice@example.org", at(1)).unwrap();
    vault.set_fact(ALICE, "name", "Alice B.", at(2)).unwrap();
    assert_eq!(vault.fact(ALICE, "name").unwrap().as_deref(), Some("Alice B."));
    assert_eq!(vault.fact(BOB, "name").unwrap(), None);
    assert_eq!(vault.facts(ALICE).unwrap().len(), 2);
    assert_eq!(vault.facts_named("name").unwrap(), [(ALICE, "Alice B.".to_owned())]);
    assert!(vault.delete_fact(ALICE, "mail").unwrap());
    let text = Text { party: ALICE, kind: "note".to_owned(), body: "Thank you".to_owned(), created_at: at(3) };
    vault.add_text(&TextId([4; 16]), &text).unwrap();
    assert_eq!(vault.text(&TextId([4; 16])).unwrap(), Some(text));
    assert!(vault.delete_text(&TextId([4; 16])).unwrap());
    assert_eq!(vault.text(&TextId([4; 16])).unwrap(), None);
}

#[test]
fn erasing_leaves_nothing_in_the_files_and_others_alone() {
    let (stage, mut vault) = Stage::new();
    for (byte, party) in [(1, ALICE), (2, BOB)] {
        vault.add_login(&id(byte), &login(party, 20), 10).unwrap();
        vault.add_reader(&HandleHash([byte; 32]), &reader(party, 100), 10).unwrap();
        vault.set_fact(party, "name", &format!("Person-{byte}-Name"), at(1)).unwrap();
        let body = format!("Words-of-{byte}");
        vault.add_text(&TextId([byte; 16]), &Text { party, kind: "note".to_owned(), body, created_at: at(3) }).unwrap();
    }
    vault.erase(ALICE).unwrap();
    assert_eq!(vault.login(&id(1), Door::Wallet, at(30)).unwrap(), None);
    assert_eq!(vault.reader(&HandleHash([1; 32]), "blog", at(30)).unwrap(), None);
    assert!(vault.facts(ALICE).unwrap().is_empty() && vault.text(&TextId([1; 16])).unwrap().is_none());
    assert!(vault.login(&id(2), Door::Wallet, at(30)).unwrap().is_some());
    let mut bytes = Vec::new();
    for entry in fs::read_dir(stage.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
        bytes.extend(fs::read(path).unwrap());
    }
    let holds = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(holds(b"Person-2-Name") && holds(b"Words-of-2"));
    assert!(!holds(b"Person-1-Name") && !holds(b"Words-of-1") && !holds(&ALICE.0));
}

#[test]
fn an_older_vault_keeps_what_it_holds_and_gets_what_is_new() {
    let stage = Stage { folder: tempfile::tempdir().unwrap() };
    let old = rusqlite::Connection::open(stage.path()).unwrap();
    old.execute_batch(super::schema::STEPS[0]).unwrap();
    old.execute("INSERT INTO facts VALUES (?1, 'name', 'Alice', 0)", [ALICE.0]).unwrap();
    old.pragma_update(None, "application_id", 0x4641_5256).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let vault = stage.open().unwrap();
    assert_eq!(vault.facts(ALICE).unwrap().len(), 1);
    assert_eq!((vault.keys_of("harbour").unwrap().len(), vault.webhooks_of("harbour").unwrap().len()), (0, 0));
    drop(vault);
    stage.open().unwrap();
}

#[test]
fn newer_and_foreign_databases_are_refused() {
    let (stage, vault) = Stage::new();
    vault.db.pragma_update(None, "user_version", 99).unwrap();
    drop(vault);
    assert!(matches!(stage.open(), Err(Error::Format { found: 99, .. })));
    fs::remove_file(stage.path()).unwrap();
    rusqlite::Connection::open(stage.path()).unwrap().execute_batch("CREATE TABLE songs (name TEXT)").unwrap();
    assert!(matches!(stage.open(), Err(Error::Format { .. })));
    fs::write(stage.path(), "not a database at all, but long enough to look at").unwrap();
    assert!(matches!(stage.open(), Err(Error::Database { .. })));
}
