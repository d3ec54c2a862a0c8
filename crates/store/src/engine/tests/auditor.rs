//! `clients/audit/audit.py`, written from docs/journal-format.md alone, reads what the engine wrote and comes to the same sums.

use super::metering;
use super::moves::{Walk, lives};
use super::replaying::{altered, told};
use super::rig::Folder;
use super::rig::replayed;
use super::streaming;
use crate::journal::{Draft, FileJournal, Journal, Options, Stamp};
use market::{Body, Effect, RULES_VERSION};
use money::{CommandId, Timestamp};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
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

/// The journal file whose first frame is `first`.
fn journal_file(folder: &Folder, first: u64, suffix: &str) -> PathBuf {
    folder.journal().join(format!("{first:020}.{suffix}"))
}

/// Flips a bit in every place of a file that `places` names; each is found, and none once all are as they were.
fn assert_finds_flips(folder: &Folder, path: &Path, places: impl Iterator<Item = usize>, known: &str) {
    let whole = fs::read(path).unwrap();
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 4;
        fs::write(path, &bytes).unwrap();
        let said = finding(folder);
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(said.contains(&format!("{name}, offset ")) && said.contains(", frame ") || said.ends_with(known), "{at}: {said}");
    }
    fs::write(path, whole).unwrap();
    assert_agrees(folder);
}

/// The story told again in files of four frames: two segments and an active file.
fn in_segments() -> Folder {
    let folder = Folder::new();
    let (mut journal, _) = FileJournal::open(&folder.journal(), Options { file_bytes: 4 * 4_096, at_least: None }).unwrap();
    for frame in told().frames() {
        let (frame, mut draft) = (frame.unwrap(), Draft::new());
        let header = *frame.frame().header();
        frame.frame().records().for_each(|record| draft.record(|out| out.extend_from_slice(record)));
        let stamp = Stamp { epoch: header.epoch, sequence: header.sequence, timestamp: header.timestamp, rules: header.rules };
        let previous = journal.head().hash;
        journal.append(header.sequence, &draft.seal(stamp, &previous).unwrap()).unwrap();
    }
    Box::new(journal).close().unwrap();
    folder
}

#[test]
fn it_agrees_on_a_story() {
    let folder = told();
    assert_agrees(&folder);
}

/// The golden records: every command, every shape of offer, leg, guard, consent, refund and voucher, with layout one and with layout
/// two. Each is its time (u64), frame (u64), number (u16) and length (u32), then the record.
const EVERY_KIND: [&[u8]; 8] = [
    include_bytes!("../../../../../testdata/journal-records/v1.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-parts.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-sessions.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-calls.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-months.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-standing.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-films.bin"),
    include_bytes!("../../../../../testdata/journal-records/v2-meters.bin"),
];

/// The frames of golden records.
fn golden(mut rest: &[u8], format: u16) -> Vec<Vec<u8>> {
    let (mut frames, mut previous) = (Vec::new(), [0; 32]);
    while !rest.is_empty() {
        let (head, after) = rest.split_at(22);
        let (record, next) = after.split_at(usize::try_from(u32::from_le_bytes(head[18..].try_into().unwrap())).unwrap());
        let mut draft = Draft::new();
        draft.record(|out| out.extend_from_slice(record));
        let sequence = u64::try_from(frames.len()).unwrap() + 1;
        // Several have one time; frames need times that rise.
        let timestamp = Timestamp(u64::from_le_bytes(head[..8].try_into().unwrap()) + sequence);
        let stamp = Stamp { epoch: 1, sequence, timestamp, rules: u32::from(RULES_VERSION) };
        let mut bytes = draft.seal(stamp, &previous).unwrap().frame().bytes().to_vec();
        bytes[8..10].copy_from_slice(&format.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..84]);
        bytes[84..88].copy_from_slice(&crc.to_le_bytes());
        previous = Sha256::new().chain_update(previous).chain_update(&bytes).finalize().into();
        frames.push(bytes);
        rest = next;
    }
    frames
}

#[test]
fn it_agrees_on_every_kind_of_record_of_format_1() {
    let folder = Folder::new();
    fs::create_dir(folder.journal()).unwrap();
    let frames = golden(EVERY_KIND[0], 1);
    assert!(frames.len() >= 22);
    fs::write(journal_file(&folder, 1, "frames"), frames.concat()).unwrap();
    assert_agrees(&folder);
    assert_finds_flips(&folder, &journal_file(&folder, 1, "frames"), (0..frames.concat().len()).step_by(307), "was acknowledged");
}

#[test]
fn it_agrees_on_every_kind_of_record_of_format_2() {
    for (kept, least) in [(EVERY_KIND[1], 38), (EVERY_KIND[2], 56), (EVERY_KIND[3], 45), (EVERY_KIND[6], 38)] {
        agrees_on_format_2(kept, least);
    }
}

fn agrees_on_format_2(kept: &[u8], least: usize) {
    let folder = Folder::new();
    fs::create_dir(folder.journal()).unwrap();
    let frames = golden(kept, 2);
    assert!(frames.len() >= least, "{}", frames.len());
    let padded = frames.into_iter().map(|mut frame| {
        frame.resize(frame.len().next_multiple_of(4_096), 0);
        frame
    });
    fs::write(journal_file(&folder, 1, "open"), padded.collect::<Vec<_>>().concat()).unwrap();
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
        said.contains("00000000000000000001.open, offset ") && said.ends_with("frame 8, record 0: its legs in eur-micro sum to 1"),
        "{said}"
    );
    let unknown = altered(8, |record| record.applied.posted.legs[0].account.0 = 77);
    assert!(finding(&unknown).ends_with("a leg names account 77, which was never opened"));
    let overdrawn = altered(8, |record| record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= 1_000));
    assert!(finding(&overdrawn).ends_with("it leaves account 1 below zero"));
    let twice = altered(9, |record| {
        let lot = Some(super::scenario::id(super::scenario::noon(), 1));
        let (party, asset) = (super::scenario::party("rosa"), super::scenario::eur());
        record.applied.posted.opened.push(market::AccountKey { party, asset, class: market::Class::Funded, lot });
    });
    assert!(finding(&twice).ends_with("it opens account 5, which is open already"));
    let misnamed = altered(9, |record| record.applied.posted.legs[0].previous.0 += 1);
    assert!(finding(&misnamed).ends_with("a leg of account 1 is empty or misnames what was before it"));
    let cheaper = altered(8, |record| {
        let Effect::Sold { charged, .. } = &mut record.applied.effect else { panic!("frame 8 is a sale") };
        *charged = super::scenario::units(49_999);
    });
    assert!(finding(&cheaper).ends_with("frame 8, record 0: it charges what it does not take"));
    let of_another = altered(8, |record| {
        let Body::Buy(purchase) = &mut record.command.body else { panic!("frame 8 is a sale") };
        purchase.payer = super::scenario::party("otto");
    });
    assert!(finding(&of_another).ends_with("it takes from another than its payer"));
    let partly = altered(10, |record| record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount /= 2));
    assert!(finding(&partly).contains("frame 10, record 0: it does not reverse "));
}

#[test]
fn it_agrees_on_a_session_and_finds_what_no_rules_would_have_made_of_it() {
    assert_agrees(&streaming::streamed());
    let units = super::scenario::units;
    let cheaper = streaming::altered(10, |record| record.applied.effect = Effect::Drawn { amount: units(299), told: 0 });
    assert!(finding(&cheaper).ends_with("frame 10, record 0: 1001 units more cost 300, not 299"));
    let unpaid = streaming::altered(11, |record| {
        let Body::Draw(draw) = &mut record.command.body else { panic!("frame 11 is a draw") };
        draw.voucher = streaming::link(0, 2);
    });
    assert!(finding(&unpaid).ends_with("frame 11, record 0: 600 are drawn, 500 were authorised"));
    let twice = streaming::altered(11, |record| {
        let Body::Draw(draw) = &mut record.command.body else { panic!("frame 11 is a draw") };
        draw.seq = 1;
    });
    assert!(finding(&twice).ends_with("frame 11, record 0: request 1 is paid a second time"));
    let uncovered = streaming::altered(15, |record| {
        let Body::RaiseSession(raise) = &mut record.command.body else { panic!("frame 15 is a raise") };
        (raise.additional, record.applied.effect) = (units(2_000_000), Effect::SessionRaised(units(2_002_000)));
    });
    assert!(finding(&uncovered).ends_with("it leaves a payer 1000000 eur-micro, of which sessions hold 2002000"));
    let doubled = streaming::altered(16, |record| record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= 2));
    assert!(finding(&doubled).ends_with("it takes another sum than 753, or from another than its payer"));
    let called = streaming::altered(13, |record| {
        let Body::Reserve(draw) = record.command.body else { panic!("frame 13 is a reserve") };
        record.command.body = Body::Call(draw.into());
    });
    let left = super::replaying::altered_of(&called, 14, |record| {
        let Body::Settle(settle) = &mut record.command.body else { panic!("frame 14 is a settle") };
        settle.again = 1;
    });
    assert!(finding(&left).ends_with("frame 19, record 0: it ends with 1 calls that are neither drawn nor given back"));
    let kept = streaming::altered(19, |record| record.applied.effect = Effect::SessionEnded { released: units(1) });
    assert!(finding(&kept).ends_with("frame 19, record 0: it holds 1447 more, not 1"));
}

#[test]
fn it_agrees_on_calls_that_are_told_with_later_ones() {
    assert_agrees(&streaming::called());
    let earlier = |seqs: &[u32]| seqs.iter().fold(market::Earlier::default(), |so_far, seq| so_far.with(4, *seq).unwrap());
    assert!(finding(&streaming::told_otherwise(earlier(&[3]))).ends_with("frame 13, record 0: 500 units more cost 150, not 450"));
    let unknown = finding(&streaming::told_otherwise(earlier(&[1, 2, 3])));
    assert!(unknown.ends_with("frame 13, record 0: a call is delivered that was not promised"));
}

#[test]
fn it_agrees_on_a_meter_and_finds_an_event_that_is_counted_twice() {
    assert_agrees(&metering::metered());
    let altered = |change: fn(&mut market::Count)| {
        let change = |record: &mut market::Record| {
            let Body::Count(count) = &mut record.command.body else { panic!("frame 12 is an event") };
            change(count);
        };
        super::replaying::altered_of(&metering::metered(), 12, change)
    };
    assert!(finding(&altered(|count| count.event = [1; 16])).ends_with("frame 12, record 0: an event is counted a second time"));
    assert!(finding(&altered(|count| count.at.0 -= 3_600_000_000)).ends_with("frame 12, record 0: an event is counted out of its time"));
    assert!(finding(&altered(|count| count.units += 9)).contains("units more cost "));
}

#[test]
fn it_agrees_on_what_is_set_aside_and_finds_what_was_not() {
    assert_agrees(&metering::reserved());
    let altered = |frame, change: &dyn Fn(&mut market::Record)| super::replaying::altered_of(&metering::reserved(), frame, change);
    let stranger = altered(11, &|record| record.command.maker = market::Maker::Party(money::Party([1; 20])));
    assert!(finding(&stranger).ends_with("frame 11, record 0: it is set aside by another than the payee, or for too long"));
    let more = altered(14, &|record| {
        record.applied.effect = Effect::CountedAside { amount: super::scenario::units(750), unbilled: 0, told: 0 };
    });
    assert!(finding(&more).ends_with("frame 14, record 0: it draws not what was set aside for it"));
    let gone = altered(16, &|record| {
        record.applied.effect = Effect::CountedAside { amount: super::scenario::units(0), unbilled: 7, told: 0 };
    });
    assert!(finding(&gone).ends_with("frame 16, record 0: it draws from what is not set aside, or not from what is"));
    let uncovered = altered(12, &|record| {
        let Body::SetAside(set) = &mut record.command.body else { panic!("frame 12 sets something aside") };
        (set.units, record.applied.effect) = (3_000, Effect::Reserved(super::scenario::units(900)));
    });
    assert!(finding(&uncovered).ends_with("frame 12, record 0: more is set aside than was authorised"));
}

#[test]
fn it_finds_flipped_bits_and_missing_frames() {
    let folder = told();
    let path = journal_file(&folder, 1, "open");
    // Ten frames, each in a block of its own; what was set aside behind them is zeros, and a journal is the same without.
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(10 * 4_096).unwrap();
    assert_agrees(&folder);
    file.set_len(10 * 4_096).unwrap();
    let known = "the journal ends at frame 9, but frame 10 was acknowledged";
    let headers = (0..10).flat_map(|frame| [9, 60, 85, 120].map(|at| frame * 4_096 + at));
    assert_finds_flips(&folder, &path, headers.chain((0..10 * 4_096).step_by(1_601)), known);
    // Cut inside the last frame, it is a torn write by itself; the recorded head knows better.
    file.set_len(9 * 4_096 + 99).unwrap();
    assert!(finding(&folder).ends_with(known));
    fs::remove_file(folder.journal().join("head")).unwrap();
    let output = auditor(&folder.journal());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\"frames\": 9,") && !said.contains("\"torn_bytes\": 0,"), "{said}");
}

#[test]
fn it_reads_segments_and_finds_every_flipped_bit_in_them() {
    let folder = in_segments();
    assert_agrees(&folder);
    let path = journal_file(&folder, 1, "segment");
    let length = fs::read(&path).unwrap().len();
    assert_finds_flips(&folder, &path, (0..length).step_by(131).chain((length - 140..length).step_by(11)), "-");
    let second = journal_file(&folder, 5, "segment");
    fs::rename(&second, folder.journal().join("away")).unwrap();
    assert!(finding(&folder).ends_with("frame 5: a file is missing before it, or it is renamed"));
    fs::rename(folder.journal().join("away"), &second).unwrap();
    // The active file that stays beside its segment for a moment does not count twice.
    fs::write(journal_file(&folder, 1, "open"), fs::read(journal_file(&folder, 9, "open")).unwrap()).unwrap();
    let output = auditor(&folder.journal());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// An auditor that nobody reads is none.
#[test]
fn it_is_short_enough_to_be_read() {
    for (name, most) in [
        ("audit.py", 126),
        ("books.py", 205),
        ("coins.py", 100),
        ("sessions.py", 160),
        ("meters.py", 60),
        ("proofs.py", 130),
        ("session.py", 100),
        ("ed25519.py", 100),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/audit").join(name);
        let text = fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let (count, longest) = (lines.count(), text.lines().map(|line| line.chars().count()).max().unwrap());
        assert!(count <= most && longest <= 140, "{name}: {count} lines of code, the longest of all has {longest} characters");
    }
}
