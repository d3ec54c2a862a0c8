//! `clients/audit/audit.py`, written from docs/journal-format.md alone, reads what the engine wrote and comes to the same sums.

use super::moves::{Walk, lives};
use super::replaying::{altered, told};
use super::rig::Folder;
use super::rig::replayed;
use crate::journal::{Draft, Journal, Stamp};
use market::RULES_VERSION;
use money::{CommandId, Timestamp};
use proptest::prelude::*;
use std::fmt::Write;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::mpsc::channel;

fn auditor(journal: &Path) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/audit/audit.py");
    match Command::new("python3").arg(script).arg(journal).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("python3 is missing: run cargo xtask setup python3"),
        output => output.unwrap(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The report as the books give it, without white space.
fn report(folder: &Folder) -> String {
    let frames: Vec<u32> = folder.counts();
    let state = replayed(folder.frames()).unwrap();
    let mut text = format!(r#"{{"frames":{},"records":{},"#, frames.len(), frames.iter().sum::<u32>());
    write!(text, r#""head":"{}","torn_bytes":0,"accounts":["#, hex(&folder.open().head().hash)).unwrap();
    for (number, account) in state.books().accounts().iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let lot = account.key.lot.map_or("null".to_owned(), |CommandId(lot)| format!(r#""{}""#, hex(&lot)));
        write!(text, r#"{comma}{{"number":{number},"party":"{}","#, hex(&account.key.party.0)).unwrap();
        write!(text, r#""asset":"{}","class":"{}","#, account.key.asset, account.key.class.word()).unwrap();
        write!(text, r#""lot":{lot},"balance":"{}"}}"#, account.posted).unwrap();
    }
    let sums = state.books().sums().into_iter().map(|(asset, sum)| format!(r#""{asset}":"{sum}""#));
    text + r#"],"sums":{"# + &sums.collect::<Vec<_>>().join(",") + "}}"
}

fn assert_agrees(folder: &Folder) {
    let expected = report(folder);
    let output = auditor(&folder.journal());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.split_whitespace().collect::<String>(), expected);
}

/// The one line of the auditor's finding; it must have found something.
fn finding(folder: &Folder) -> String {
    let output = auditor(&folder.journal());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len(), said.lines().count()), (Some(1), 0, 1), "{said}");
    said.trim_end().to_owned()
}

fn frames_file(folder: &Folder) -> std::fs::File {
    let path = folder.journal().join("00000000000000000001.open");
    std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap()
}

#[test]
fn it_agrees_on_a_story() {
    let folder = told();
    assert_agrees(&folder);
}

/// The golden records of version 1: every command, every shape of offer, leg, guard, consent and refund. Each is its time
/// (u64), frame (u64), number (u16) and length (u32), then the record.
const EVERY_KIND: &[u8] = include_bytes!("../../../../../testdata/journal-records/v1.bin");

#[test]
fn it_agrees_on_every_kind_of_record() {
    let folder = Folder::new();
    let (mut journal, mut rest) = (folder.open(), EVERY_KIND);
    while !rest.is_empty() {
        let (head, after) = rest.split_at(22);
        let (record, next) = after.split_at(usize::try_from(u32::from_le_bytes(head[18..].try_into().unwrap())).unwrap());
        let mut draft = Draft::new();
        draft.record(|out| out.extend_from_slice(record));
        // Several have one time; frames need times that rise.
        let sequence = journal.head().next_sequence();
        let timestamp = Timestamp(u64::from_le_bytes(head[..8].try_into().unwrap()) + sequence);
        let stamp = Stamp { epoch: 1, sequence, timestamp, rules: u32::from(RULES_VERSION) };
        let previous = journal.head().hash;
        journal.append(sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
        rest = next;
    }
    Box::new(journal).close().unwrap();
    assert!(folder.counts().len() >= 22);
    assert_agrees(&folder);
}

#[test]
fn it_agrees_on_an_empty_journal() {
    let folder = Folder::new();
    folder.start().finish();
    assert_agrees(&folder);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_on_random_lives(dice in lives(150)) {
        let folder = Folder::new();
        let live = folder.begin();
        let (answers, answered) = channel();
        let mut walk = Walk::new();
        for dice in dice {
            let command = walk.step(dice);
            live.hand.set(walk.now);
            live.send(command, 0, &answers);
        }
        live.finish();
        drop((answers, answered));
        assert_agrees(&folder);
    }
}

#[test]
fn it_finds_records_that_no_rules_would_have_made() {
    let unbalanced = altered(8, |record| record.applied.posted.legs[1].amount += 1);
    let said = finding(&unbalanced);
    assert!(
        said.contains("00000000000000000001.open, offset ") && said.ends_with("frame 8: record 0: its legs in eur-micro sum to 1"),
        "{said}"
    );
    let unknown = altered(8, |record| record.applied.posted.legs[0].account.0 = 77);
    assert!(finding(&unknown).ends_with("a leg names account 77, which was never opened"));
    let overdrawn = altered(8, |record| record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= 1_000));
    assert!(finding(&overdrawn).ends_with("it leaves account 1 below zero"));
}

#[test]
fn it_finds_flipped_bits_and_missing_frames() {
    let folder = told();
    let mut file = frames_file(&folder);
    // Ten frames, each in a block of its own; zeros are mostly what lies between them.
    for at in (0..10 * 4_096).step_by(61) {
        let mut byte = [0];
        file.seek(SeekFrom::Start(at)).unwrap();
        file.read_exact(&mut byte).unwrap();
        if byte == [0] {
            continue;
        }
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&[byte[0] ^ 4]).unwrap();
        let said = finding(&folder);
        // The last frame looks torn by itself; the recorded head knows better.
        assert!(said.contains(".open, offset ") || said == "the journal ends at frame 9, but frame 10 was acknowledged", "{said}");
        file.seek(SeekFrom::Start(at)).unwrap();
        file.write_all(&byte).unwrap();
    }
    assert_agrees(&folder);
    file.set_len(9 * 4_096 + 99).unwrap();
    assert_eq!(finding(&folder), "the journal ends at frame 9, but frame 10 was acknowledged");
    std::fs::remove_file(folder.journal().join("head")).unwrap();
    let output = auditor(&folder.journal());
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\"frames\": 9,") && !said.contains("\"torn_bytes\": 0,"), "{said}");
}
