//! Keys: what stands, what was told once is not kept, and what a rotation leaves.

use super::super::{KeyHash, KeyId, PayeeKey, Scope, Scopes};
use super::{Stage, at};

fn key(byte: u8, created: u64) -> PayeeKey {
    PayeeKey {
        id: KeyId([byte; 10]),
        payee: "harbour".to_owned(),
        name: format!("key {byte}"),
        scopes: Scopes::parse(["webhooks", "read", "read"]).unwrap(),
        hint: "test_abcd".to_owned(),
        created_at: at(created),
        used_at: None,
        expires_at: None,
        revoked_at: None,
        successor: None,
    }
}

#[test]
fn a_key_stands_until_it_expires_or_is_revoked() {
    let (stage, mut vault) = Stage::new();
    let (plain, ending) = (key(1, 10), PayeeKey { expires_at: Some(at(100)), ..key(2, 20) });
    assert!(vault.add_key(&KeyHash([1; 32]), &plain, 2).unwrap());
    assert!(vault.add_key(&KeyHash([2; 32]), &ending, 2).unwrap());
    assert!(!vault.add_key(&KeyHash([3; 32]), &key(3, 30), 2).unwrap(), "two are the most");
    assert!(vault.add_key(&KeyHash([3; 32]), &key(3, 100), 2).unwrap(), "one of them is over");
    drop(vault);
    let vault = stage.open().unwrap();
    let found = vault.key(&KeyHash([1; 32]), at(50)).unwrap().unwrap();
    assert_eq!(found, plain);
    assert!(found.scopes.has(Scope::Read) && !found.scopes.has(Scope::Refund));
    assert_eq!(found.scopes.words().collect::<Vec<_>>(), ["read", "webhooks"]);
    assert_eq!(vault.key(&KeyHash([2; 32]), at(99)).unwrap().map(|key| key.id), Some(KeyId([2; 10])));
    assert_eq!(vault.key(&KeyHash([2; 32]), at(100)).unwrap(), None);
    assert!(!vault.revoke_key("ann", KeyId([1; 10]), at(60)).unwrap(), "another payee's");
    assert!(vault.revoke_key("harbour", KeyId([1; 10]), at(60)).unwrap());
    assert!(!vault.revoke_key("harbour", KeyId([1; 10]), at(61)).unwrap());
    assert_eq!(vault.key(&KeyHash([1; 32]), at(60)).unwrap(), None);
    assert_eq!(vault.keys_of("harbour").unwrap().iter().map(|key| key.id.0[0]).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(vault.keys_of("ann").unwrap().is_empty());
}

#[test]
fn use_is_noted_once_an_hour() {
    let (_stage, mut vault) = Stage::new();
    vault.add_key(&KeyHash([1; 32]), &key(1, 10), 9).unwrap();
    for (now, noted) in [(1_000, 1_000), (2_000, 1_000), (4_599, 1_000), (4_600, 4_600)] {
        let found = vault.key(&KeyHash([1; 32]), at(now)).unwrap().unwrap();
        vault.see_key(&found, at(now)).unwrap();
        assert_eq!(vault.keys_of("harbour").unwrap()[0].used_at, Some(at(noted)), "at {now}");
    }
}

#[test]
fn a_rotated_key_opens_for_the_overlap_and_no_longer() {
    let (_stage, mut vault) = Stage::new();
    vault.add_key(&KeyHash([1; 32]), &key(1, 10), 9).unwrap();
    let new = key(2, 1_000);
    assert!(vault.rotate_key(KeyId([1; 10]), (&KeyHash([2; 32]), &new), at(2_000)).unwrap());
    assert!(!vault.rotate_key(KeyId([1; 10]), (&KeyHash([3; 32]), &key(3, 1_001)), at(9_000)).unwrap(), "once");
    assert!(vault.key(&KeyHash([1; 32]), at(1_999)).unwrap().is_some_and(|old| old.successor == Some(new.id)));
    assert_eq!(vault.key(&KeyHash([1; 32]), at(2_000)).unwrap(), None);
    assert!(vault.key(&KeyHash([2; 32]), at(9_000)).unwrap().is_some());
    assert_eq!(vault.key(&KeyHash([3; 32]), at(1_500)).unwrap(), None);
}
