//! Deleted, foreign, broken, behind: the index comes to the same every time.

use super::{built, drop_word, follow};
use crate::Error;
use crate::engine::tests::rig::{Folder, Live};
use crate::engine::tests::scenario::{buy, command, eur, noon, party, top_up};
use crate::index::{Follower, Index};
use crate::journal::{Head, Journal};
use market::{Class, OPERATOR, PLAY_RAIL};
use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::channel;

/// Every row of every table, as text.
fn dump(index: &Index) -> Vec<String> {
    let mut rows = Vec::new();
    for table in [
        "position", "account", "standing", "record", "entry", "sale", "payee", "offer", "event", "session", "drawn", "capture", "used",
        "told",
    ] {
        let mut statement = index.connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values = (0..columns).map(|column| format!("{:?}", row.get_ref(column).unwrap()));
            Ok(format!("{table} {}", values.collect::<Vec<_>>().join(" ")))
        };
        rows.extend(statement.query_map((), row).unwrap().map(Result::unwrap));
    }
    rows.sort();
    rows
}

fn tell(live: &Live, numbers: std::ops::Range<u32>) {
    for number in numbers {
        let body = if number % 3 == 0 { top_up("rosa", eur(), 1_000_000) } else { buy("rosa", eur(), &number.to_string()) };
        live.tell(command(noon(), number, body)).outcome.effect().unwrap();
    }
}

fn told(numbers: std::ops::Range<u32>) -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    tell(&live, numbers);
    live.finish();
    folder
}

fn files(folder: &Folder) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", folder.index().display())))
}

fn delete(folder: &Folder) {
    for file in files(folder) {
        if file.exists() {
            fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn deleting_it_changes_nothing() {
    let folder = told(0..30);
    let before = dump(&built(&folder));
    assert!(before.len() > 100);
    delete(&folder);
    assert_eq!(dump(&built(&folder)), before);
    assert_eq!(dump(&built(&folder)), before, "nor does opening it again");
}

#[test]
fn a_log_left_without_its_index_is_not_read_into_the_new_one() {
    let (folder, other) = (told(0..30), told(0..9));
    let expected = dump(&built(&folder));
    let journal = other.open();
    let (heads, none) = channel::<Head>();
    let follower = follow(&other, &journal, none);
    let [_, log, shared] = files(&other);
    assert!(fs::metadata(&log).unwrap().len() > 0, "a running index has a log");
    delete(&folder);
    let [_, to_log, to_shared] = files(&folder);
    fs::copy(log, to_log).unwrap();
    fs::copy(shared, to_shared).unwrap();
    assert_eq!(dump(&built(&folder)), expected);
    drop(heads);
    follower.finish().unwrap();
}

#[test]
fn an_index_of_another_journal_is_built_anew() {
    let (short, long) = (told(0..9), told(0..31));
    let (of_short, of_long) = (dump(&built(&short)), dump(&built(&long)));
    // Both begin the same, but not at this frame: the times of the last frames differ.
    let other = Folder::new();
    let live = other.start();
    live.hand.set(noon().after(money::Span(5)));
    tell_beginning(&live);
    tell(&live, 0..9);
    live.finish();
    let of_other = dump(&built(&other));
    for (mine, index, expected) in [(&other, &short, &of_other), (&short, &long, &of_short), (&long, &other, &of_long)] {
        delete(mine);
        fs::copy(index.index(), mine.index()).unwrap();
        assert_eq!(&dump(&built(mine)), expected);
    }
}

fn tell_beginning(live: &Live) {
    for command in crate::engine::tests::scenario::beginning(noon()) {
        live.tell(command).outcome.effect().unwrap();
    }
}

#[test]
fn a_file_that_is_no_index_or_of_another_layout_is_built_anew() {
    let folder = told(0..9);
    let expected = dump(&built(&folder));
    for bytes in [&b"this is no database, but long enough to be asked: is it one?"[..], b"", b"SQLite format 3\0"] {
        delete(&folder);
        fs::write(folder.index(), bytes).unwrap();
        assert_eq!(dump(&built(&folder)), expected);
    }
    for change in ["PRAGMA user_version = 99; DELETE FROM entry", "DELETE FROM position", "DROP TABLE position"] {
        rusqlite::Connection::open(folder.index()).unwrap().execute_batch(change).unwrap();
        assert_eq!(dump(&built(&folder)), expected, "{change}");
    }
}

#[test]
fn it_catches_up_after_a_restart() {
    let folder = told(0..9);
    drop(built(&folder));
    // A life without an index, then one with.
    let live = folder.start();
    tell(&live, 10..20);
    live.finish();
    let journal = folder.open();
    let reader = journal.reader();
    let live = crate::engine::tests::rig::start(journal, crate::engine::Settings::default(), noon()).unwrap();
    let Live { running, engine, heads, hand, fatal } = live;
    let follower = Follower::start(&folder.index(), reader.as_ref(), heads, Box::new(drop_word)).unwrap();
    let index = follower.index().unwrap();
    assert_eq!(index.sequence(), 25, "at the journal's head when it is there");
    let live = Live { running, engine, heads: channel().1, hand, fatal };
    tell(&live, 20..40);
    live.finish();
    follower.finish().unwrap();
    assert_eq!(index.sequence(), 45, "it ends with the engine, having seen everything");
    let followed = dump(&index);
    delete(&folder);
    assert_eq!(followed, dump(&built(&folder)));
}

#[test]
fn its_lag_shows() {
    let folder = Folder::new();
    let journal = folder.open();
    let reader = journal.reader();
    let live = crate::engine::tests::rig::start(journal, crate::engine::Settings::default(), noon()).unwrap();
    let (tell_index, told_index) = channel::<Head>();
    let follower = Follower::start(&folder.index(), reader.as_ref(), told_index, Box::new(drop_word)).unwrap();
    let (index, another) = (follower.index().unwrap(), follower.index().unwrap());
    tell_beginning(&live);
    tell(&live, 0..9);
    let head = live.heads.iter().find(|head| head.sequence == 15).unwrap();
    assert_eq!(index.sequence(), 0, "nobody told it");
    assert_eq!(index.history(party("rosa"), Class::Funded, None, 10).unwrap(), []);
    tell_index.send(head).unwrap();
    drop(tell_index);
    follower.finish().unwrap();
    assert_eq!((index.sequence(), another.sequence()), (15, 15));
    assert_eq!(index.history(party("rosa"), Class::Funded, None, 10).unwrap().len(), 9, "an open connection sees it too");
    live.finish();
}

#[test]
fn a_follower_that_ends_before_the_engine_is_not_silent() {
    let folder = Folder::new();
    let journal = folder.open();
    let reader = journal.reader();
    let live = crate::engine::tests::rig::start(journal, crate::engine::Settings::default(), noon()).unwrap();
    let (tell_index, told_index) = channel::<Head>();
    let (say, said) = channel();
    let on_stop = Box::new(move |why: &str| say.send(why.to_owned()).unwrap());
    let follower = Follower::start(&folder.index(), reader.as_ref(), told_index, on_stop).unwrap();
    let index = follower.index().unwrap();
    assert_eq!(index.stopped(), None);
    rusqlite::Connection::open(folder.index()).unwrap().execute_batch("DROP TABLE entry").unwrap();
    tell_beginning(&live);
    tell(&live, 0..9);
    let head = live.heads.iter().find(|head| head.sequence == 15).unwrap();
    tell_index.send(head).unwrap();
    let why = said.recv_timeout(crate::engine::tests::rig::DEADLINE).unwrap();
    assert!(why.contains("index: ") && why.contains("entry"), "{why}");
    assert_eq!(index.stopped(), Some(why.as_str()));
    assert!(matches!(follower.finish(), Err(Error::Database { .. })));
    live.tell(command(noon(), 500, top_up("rosa", eur(), 1))).outcome.effect().unwrap();
    live.finish();
}

#[test]
fn an_empty_journal_gives_an_empty_index() {
    let folder = Folder::new();
    folder.start().finish();
    let index = built(&folder);
    assert_eq!(index.sequence(), 0);
    for (of, class) in [(OPERATOR, Class::Fee), (PLAY_RAIL, Class::Rail), (party("rosa"), Class::Funded)] {
        assert_eq!(index.history(of, class, None, 10).unwrap(), []);
    }
}

#[test]
fn many_frames_are_projected_whole() {
    let folder = Folder::new();
    let live = folder.begin();
    for number in 0..600 {
        live.tell(command(noon(), number, top_up("rosa", eur(), 1)));
    }
    live.finish();
    let index = built(&folder);
    assert_eq!(index.sequence(), 606, "more than goes into one commit");
    let newest = &index.history(party("rosa"), Class::Funded, None, 1).unwrap()[0];
    assert_eq!((newest.place.frame, newest.balance), (606, 600));
}

#[test]
fn a_record_it_cannot_read_is_named() {
    let folder = crate::engine::tests::replaying::altered(8, |_| {});
    let journal = folder.open();
    drop(follow(&folder, &journal, channel().1));
    let cut = |frame, records: &mut Vec<Vec<u8>>| {
        if frame == 8 {
            records[0].truncate(40)
        }
    };
    let folder = crate::engine::tests::replaying::forged(cut, |_| 1);
    let journal = folder.open();
    let refused = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(drop_word)).map(drop);
    assert!(matches!(refused, Err(Error::Replay { sequence: 8, record: 0, .. })), "{refused:?}");
}
