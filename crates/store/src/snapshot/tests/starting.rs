//! Starting: from a snapshot and the frames after it as from the whole journal, whatever is wrong with the snapshot.

use super::{Said, listen, with_snapshots};
use crate::engine::tests::moves::{Walk, lives};
use crate::engine::tests::replaying::{altered, told};
use crate::engine::tests::rig::{Folder, Live, replayed, start};
use crate::engine::tests::scenario::{beginning, command, eur, noon, party, top_up, units};
use crate::journal::{Head, Journal};
use crate::snapshot::{Every, Replayer, Shelf, Snapshots};
use market::{HashKey, State};
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

fn shelf(folder: &Folder) -> Shelf {
    Shelf::open(&folder.journal().with_file_name("snapshots")).unwrap()
}

fn live(folder: &Folder, frames: u64) -> (Live, Receiver<Said>) {
    let (settings, said) = with_snapshots(&shelf(folder), frames);
    (start(folder.open(), settings, noon()).unwrap(), said)
}

/// The heads of the first frames.
fn heads(folder: &Folder) -> Vec<Head> {
    folder.frames().map(|frame| frame.unwrap().head()).collect()
}

/// A replayer that nobody cues.
fn replayer(folder: &Folder) -> (Replayer, Receiver<Said>) {
    let (tell, said) = listen();
    let (journal, snapshots) = (folder.open(), Snapshots { shelf: shelf(folder), every: Every::NEVER, tell });
    (Replayer { snapshots, reader: journal.reader(), room: Default::default(), key: HashKey::new([1, 2]) }, said)
}

/// Writes the snapshot of each of these frames.
fn snapshots_of(folder: &Folder, frames: &[usize]) {
    let (replayer, _said) = replayer(folder);
    for frame in frames {
        replayer.write(heads(folder)[frame - 1], &Arc::default()).unwrap();
    }
}

/// What a start says, and the state it comes to, which is that of the whole journal.
fn started(folder: &Folder) -> Vec<Said> {
    let (live, said) = live(folder, 0);
    assert!(live.state() == replayed(folder.frames()).unwrap());
    live.finish();
    said.try_iter().collect()
}

fn passed_over(folder: &Folder, frame: u64, why: &str) -> Said {
    Said::PassedOver(shelf(folder).path(frame), why.to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_and_its_tail_give_what_the_journal_gives(dice in lives(120), lives in 2..5_usize, frames in 1..30_u64) {
        let folder = Folder::new();
        let mut walk = Walk::new();
        let (first, _) = live(&folder, frames);
        for command in beginning(noon()) {
            first.tell(command).outcome.effect().unwrap();
        }
        first.finish();
        for part in dice.chunks(dice.len().div_ceil(lives).max(1)) {
            let (live, said) = live(&folder, frames);
            prop_assert!(matches!(said.try_recv(), Ok(Said::Opened(..))), "the end of the life before left one");
            let (answers, answered) = channel();
            for dice in part {
                let command = walk.step(*dice);
                live.hand.set(walk.now);
                live.send(command, 0, &answers);
            }
            let state = live.state();
            live.finish();
            prop_assert_eq!(answered.try_iter().count(), part.len());
            prop_assert!(said.try_iter().all(|said| matches!(said, Said::Written(_) | Said::Opened(..))));
            prop_assert!(replayed(folder.frames()).unwrap() == state, "replaying all gives what the engine had");
            let shelf = shelf(&folder);
            let kept = shelf.list().unwrap();
            prop_assert!((1..=2).contains(&kept.len()), "two are kept: {:?}", kept);
            let (newest, head) = (shelf.read(kept[0], HashKey::default()).unwrap(), *heads(&folder).last().unwrap());
            prop_assert_eq!(newest.0.head, head, "the last is of the end");
            prop_assert!(newest.1 == state);
            prop_assert_eq!(newest.1.hash(), state.hash());
        }
    }
}

#[test]
fn the_newest_good_snapshot_is_used_and_the_bad_ones_are_named() {
    let folder = told();
    assert_eq!(started(&folder), []);
    snapshots_of(&folder, &[6, 9]);
    assert_eq!(shelf(&folder).list().unwrap(), [9, 6]);
    assert_eq!(started(&folder), [Said::Opened(9, 10)]);

    let damage = |frame| {
        let path = shelf(&folder).path(frame);
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    };
    damage(9);
    let said = started(&folder);
    let [Said::PassedOver(file, why), Said::Opened(6, 10)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(*file, shelf(&folder).path(9));
    assert!(
        why.starts_with("snapshot damaged: ") && why.contains(", offset ") && why.ends_with("the checksum of this block does not hold"),
        "{why}"
    );

    // The next is made from the good one, and the bad one goes.
    snapshots_of(&folder, &[10]);
    assert_eq!(shelf(&folder).list().unwrap(), [10, 6]);
    damage(10);
    damage(6);
    assert!(matches!(started(&folder).as_slice(), [Said::PassedOver(..), Said::PassedOver(..)]), "and then the whole journal");
    snapshots_of(&folder, &[10]);
    assert_eq!(shelf(&folder).list().unwrap(), [10], "written anew in place of the bad one");
    assert_eq!(started(&folder), [Said::Opened(10, 10)]);
}

#[test]
fn a_snapshot_of_another_history_is_refused() {
    let (folder, other) = (told(), Folder::new());
    let live = other.begin();
    for number in 1..9 {
        live.tell(command(noon(), number, top_up("otto", eur(), 5)));
    }
    live.finish();
    snapshots_of(&other, &[8, 14]);
    for frame in [8, 14] {
        std::fs::copy(shelf(&other).path(frame), shelf(&folder).path(frame)).unwrap();
    }
    let (foreign, ahead) = ("the journal has another frame under this sequence", "the journal ends at frame 10 already");
    let said = started(&folder);
    let [Said::PassedOver(file, why), Said::PassedOver(second, other)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((file, second), (&shelf(&folder).path(14), &shelf(&folder).path(8)));
    assert!(why.contains(ahead) && other.ends_with(foreign), "{why} {other}");
    snapshots_of(&folder, &[10]);
    assert_eq!(shelf(&folder).list().unwrap(), [14, 10], "what lies ahead of the journal is not thrown away");
    assert_eq!(started(&folder), [passed_over(&folder, 14, why), Said::Opened(10, 10)]);
}

/// The state is whole and hashed, but not what the journal gives: the first frame that does not follow from it tells.
#[test]
fn a_snapshot_that_the_journal_does_not_follow_from_is_refused() {
    let folder = told();
    shelf(&folder).write(&heads(&folder)[7], &State::default(), &|| true).unwrap();
    let said = started(&folder);
    let [Said::PassedOver(_, why)] = said.as_slice() else { panic!("{said:?}") };
    assert!(why.starts_with("journal frame 9, record 0: the journal says Sold"), "{why}");
}

#[test]
fn a_replay_that_disagrees_is_said_and_writes_nothing() {
    let folder = altered(8, |record| {
        record.applied.posted.legs[1].amount += 1;
        record.applied.posted.legs[2].amount -= 1;
    });
    snapshots_of(&folder, &[6]);
    let (replayer, said) = replayer(&folder);
    let last = *heads(&folder).last().unwrap();
    let end = replayer.write(last, &Arc::default()).unwrap();
    let text = end.to_string();
    assert!(text.starts_with("the books are in doubt, replaying the journal gives others: journal frame 8, record 0: "), "{text}");
    assert!(matches!(said.try_recv(), Ok(Said::PassedOver(..))));
    assert_eq!(shelf(&folder).list().unwrap(), [6]);
}

#[test]
fn a_folder_that_cannot_be_read_costs_time_only() {
    let folder = told();
    snapshots_of(&folder, &[6, 9]);
    let (settings, said) = with_snapshots(&shelf(&folder), 1);
    std::fs::remove_dir_all(shelf(&folder).folder()).unwrap();
    let live = start(folder.open(), settings, noon()).unwrap();
    assert_eq!(live.state().available(party("rosa"), eur()), units(950_000));
    live.tell(command(noon(), 77, top_up("rosa", eur(), 1)));
    live.finish();
    let said: Vec<Said> = said.try_iter().collect();
    let gone = |said: &Said| matches!(said, Said::PassedOver(path, _) if path.ends_with(PathBuf::from("snapshots")));
    assert!(said.first().is_some_and(gone) && said.iter().any(|said| matches!(said, Said::NotWritten(_))), "{said:?}");
}
