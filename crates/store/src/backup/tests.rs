//! A backup is whole or refused: every flipped bit is named, and what it gives back is what went in.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use super::{Fault, KeysKept, Manifest, Section, Writer, check, open_keys, restore, seal_keys};
use crate::engine::tests::rig::Folder;
use crate::engine::tests::scenario;
use crate::folder::{DataFolder, Former, KeyName, Mode};
use crate::journal::{FileJournal, Head, Journal, Options, StoredFrame};
use crate::vault::Vault;
use money::Timestamp;
use std::io::Write;

const FORMER: Former = Former { until: Timestamp::from_ms(1_795_000_000_123), ends: None };
const KEYS: [(KeyName, [u8; 32]); 3] = [(KeyName::Root, [1; 32]), (KeyName::Receipt, [2; 32]), (KeyName::FormerL402(FORMER), [3; 32])];
const RANDOM: super::Random = ([3; 16], [4; 24]);

/// The frames of a small market.
fn frames() -> Vec<StoredFrame> {
    let folder = Folder::new();
    let live = folder.begin();
    let now = scenario::noon();
    for (number, payer) in (0..).zip(["alice", "bob", "carol"]) {
        live.tell(scenario::command(now, number, scenario::top_up(payer, scenario::eur(), 1_000_000)));
        live.tell(scenario::command(now, 100 + number, scenario::buy(payer, scenario::eur(), "a")));
    }
    live.running.finish().unwrap();
    folder.frames().map(|frame| frame.unwrap()).collect()
}

fn manifest(frames: &[StoredFrame], keys: KeysKept) -> Manifest {
    Manifest {
        instance: [7; 16],
        mode: Mode::Test,
        made: Timestamp(1_800_000_000_000_000),
        head: frames.last().map_or_else(Head::default, StoredFrame::head),
        records: frames.iter().map(|frame| u64::from(frame.frame().header().count)).sum(),
        frame_bytes: frames.iter().map(|frame| frame.frame().bytes().len() as u64).sum(),
        keys,
        program: "0.1.0".to_owned(),
    }
}

fn backup(frames: &[StoredFrame], vault: &[u8], keys: KeysKept) -> Vec<u8> {
    let mut writer = Writer::begin(Vec::new(), manifest(frames, keys)).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame).unwrap());
    writer.vault(vault).unwrap();
    if keys == KeysKept::Sealed {
        let sealed = seal_keys(&KEYS, b"correct horse", RANDOM, writer.binding());
        writer.keys(&sealed).unwrap();
    }
    writer.finish().unwrap()
}

fn vault() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.db");
    let open = Vault::open(&path).unwrap();
    Vault::copy(&path, &folder.path().join("copy")).unwrap();
    drop(open);
    std::fs::read(folder.path().join("copy")).unwrap()
}

#[test]
fn what_goes_in_comes_out() {
    let frames = frames();
    let file = backup(&frames, &vault(), KeysKept::Sealed);
    assert_eq!(check(&*file).unwrap(), manifest(&frames, KeysKept::Sealed));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    restore(&*file, &path, Some(b"correct horse")).unwrap();
    let data = DataFolder::open(&path, Mode::Test).unwrap();
    let key = |name| data.stored_key(name).unwrap().map(|key| *key.bytes());
    assert_eq!((key(KeyName::Root), key(KeyName::Receipt), key(KeyName::Pairwise)), (Some([1; 32]), Some([2; 32]), None));
    assert_eq!((key(KeyName::FormerL402(FORMER)), DataFolder::former_l402_at(&path).unwrap()), (Some([3; 32]), vec![FORMER]));
    let (journal, _) = FileJournal::open(&data.journal(), Options::default()).unwrap();
    let found: Vec<_> = journal.read(1).unwrap().map(|frame| frame.unwrap()).collect();
    assert_eq!(found, frames);
    Vault::verify(&data.vault()).unwrap();
    assert!(matches!(restore(&*file, &path, None), Err(Fault::Store(_))), "a folder that is there is not written into");
}

#[test]
fn every_flipped_bit_is_refused_and_named() {
    let file = backup(&frames(), b"as if a database", KeysKept::Sealed);
    let mut sections = std::collections::BTreeSet::new();
    for at in 0..file.len() {
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (at % 8);
        match check(&*flipped) {
            Err(Fault::Damaged { section, offset, .. }) => {
                assert!(offset <= at as u64 && (at as u64) < offset + (2 << 20), "byte {at} is named at {offset}");
                sections.insert(section);
            }
            other => panic!("byte {at} flipped: {other:?}"),
        }
    }
    use Section::{End, Journal, Keys, Manifest, Preamble, Vault};
    assert_eq!(sections.into_iter().collect::<Vec<_>>(), [Preamble, Manifest, Journal, Vault, Keys, End]);
}

#[test]
fn a_file_cut_anywhere_or_grown_is_refused() {
    let file = backup(&frames(), b"as if a database", KeysKept::LeftOut);
    for end in 0..file.len() {
        assert!(matches!(check(&file[..end]), Err(Fault::Damaged { .. })), "cut at {end}");
    }
    let mut grown = file;
    grown.push(0);
    assert!(matches!(check(&*grown), Err(Fault::Damaged { section: Section::End, .. })));
}

#[test]
fn a_journal_that_is_not_what_the_manifest_promises_is_refused() {
    let frames = frames();
    for (drop_at, why) in [(0, "the first"), (3, "one between"), (frames.len() - 1, "the last")] {
        let mut writer = Writer::begin(Vec::new(), manifest(&frames, KeysKept::LeftOut)).unwrap();
        frames.iter().enumerate().filter(|(at, _)| *at != drop_at).for_each(|(_, frame)| writer.frame(frame).unwrap());
        writer.vault(&b""[..]).unwrap();
        let refused = check(&*writer.finish().unwrap());
        assert!(matches!(refused, Err(Fault::Damaged { section: Section::Journal, .. })), "{why} frame is missing: {refused:?}");
    }
    let mut other = manifest(&frames, KeysKept::LeftOut);
    other.head.hash[0] ^= 1;
    let mut writer = Writer::begin(Vec::new(), other).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame).unwrap());
    writer.vault(&b""[..]).unwrap();
    assert!(matches!(check(&*writer.finish().unwrap()), Err(Fault::Damaged { section: Section::Journal, .. })), "another head");
}

#[test]
fn keys_open_with_their_passphrase_for_their_manifest_alone() {
    let sealed = seal_keys(&KEYS, b"correct horse", RANDOM, &[9; 32]);
    assert_eq!(open_keys(&sealed, b"correct horse", &[9; 32]), Ok(Some(KEYS.to_vec())));
    assert_eq!(open_keys(&sealed, b"correct horses", &[9; 32]), Ok(None));
    assert_eq!(open_keys(&sealed, b"correct horse", &[8; 32]), Ok(None), "keys of another backup");
    assert!(!sealed.windows(32).any(|window| window == [1; 32]));
    let mut greedy = sealed;
    greedy[1..5].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(open_keys(&greedy, b"correct horse", &[9; 32]).is_err(), "4 TiB of memory are not tried");
    let folder = tempfile::tempdir().unwrap();
    let file = backup(&frames(), b"", KeysKept::Sealed);
    assert!(matches!(restore(&*file, &folder.path().join("data"), Some(b"wrong")), Err(Fault::Passphrase)));
    restore(&*file, &folder.path().join("without"), None).unwrap();
    assert!(DataFolder::key_at(&folder.path().join("without"), KeyName::Root).unwrap().is_none());
}

#[test]
fn a_manifest_has_one_spelling() {
    let text = manifest(&[], KeysKept::LeftOut).text();
    assert_eq!(Manifest::parse(text.as_bytes()).unwrap().text(), text);
    for (was, is, line) in [
        ("frames 0", "frames 00", "frames"),
        ("frames 0", "frames +0", "frames"),
        ("mode test", "mode Test", "mode"),
        ("keys left-out\n", "keys left-out", "end"),
        ("keys left-out\n", "keys left-out\nmore\n", "end"),
        ("instance 07", "instance 0G", "instance"),
        ("records", "recs", "records"),
    ] {
        assert!(text.contains(was), "{was}");
        assert_eq!(Manifest::parse(text.replace(was, is).as_bytes()), Err(line), "{is}");
    }
}

#[test]
fn a_copy_of_the_vault_in_use_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault.db");
    let open = Vault::open(&path).unwrap();
    let party = scenario::party("alice");
    open.set_fact(party, "name", "Alice", scenario::noon()).unwrap();
    let copy = folder.path().join("copy.db");
    Vault::copy(&path, &copy).unwrap();
    open.set_fact(party, "name", "Alicia", scenario::noon()).unwrap();
    Vault::verify(&copy).unwrap();
    assert_eq!(Vault::open(&copy).unwrap().fact(party, "name").unwrap().as_deref(), Some("Alice"));
    assert!(Vault::copy(&path, &copy).is_err(), "a file that is there is not written into");
    std::fs::File::options().write(true).open(&copy).unwrap().write_all(b"no database").unwrap();
    assert!(Vault::verify(&copy).is_err());
}
