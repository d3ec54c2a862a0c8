//! Keeping: the replayer writes when it is time, while the engine goes on, and at the end if that is cheap.

use super::{Said, listen, with_snapshots};
use crate::engine::Settings;
use crate::engine::tests::rig::{DEADLINE, Folder, Live, start};
use crate::engine::tests::scenario::{command, eur, noon, top_up};
use crate::journal::disk_simulated::SimulatedDisk;
use crate::journal::{FileJournal, Head, Options};
use crate::snapshot::replayer::Cue;
use crate::snapshot::{Every, Shelf, Snapshots};
use std::path::Path;
use std::sync::Arc;

fn shelf(folder: &Folder) -> Shelf {
    Shelf::open(&folder.journal().with_file_name("snapshots")).unwrap()
}

fn top_ups(live: &Live, numbers: std::ops::Range<u32>) {
    for number in numbers {
        live.tell(command(noon(), number, top_up("rosa", eur(), 1)));
    }
}

#[test]
fn one_is_written_every_so_many_frames_while_the_engine_runs() {
    let folder = Folder::new();
    let (settings, said) = with_snapshots(&shelf(&folder), 4);
    let live = start(folder.open(), settings, noon()).unwrap();
    top_ups(&live, 0..3);
    assert!(said.try_recv().is_err(), "three are not four");
    top_ups(&live, 3..4);
    assert_eq!(said.recv_timeout(DEADLINE), Ok(Said::Written(4)));
    top_ups(&live, 4..8);
    assert_eq!(said.recv_timeout(DEADLINE), Ok(Said::Opened(4, 8)), "made from the one before");
    assert_eq!(said.recv_timeout(DEADLINE), Ok(Said::Written(8)));
    top_ups(&live, 8..9);
    live.finish();
    assert_eq!(said.try_iter().collect::<Vec<_>>(), [Said::Opened(8, 9), Said::Written(9)], "and one at the end");
    assert_eq!(shelf(&folder).list().unwrap(), [9, 8]);
}

#[test]
fn nothing_new_and_nothing_asked_for_write_nothing() {
    let folder = Folder::new();
    let (settings, said) = with_snapshots(&shelf(&folder), 0);
    let live = start(folder.open(), settings, noon()).unwrap();
    top_ups(&live, 0..5);
    live.finish();
    assert_eq!((said.try_iter().count(), shelf(&folder).list().unwrap()), (0, vec![]), "off is off");
    for _ in 0..2 {
        let (settings, said) = with_snapshots(&shelf(&folder), 100);
        start(folder.open(), settings, noon()).unwrap().finish();
        let end = said.try_iter().last();
        assert!(matches!(end, Some(Said::Written(5) | Said::Opened(5, 5))), "{end:?}");
    }
    assert_eq!(shelf(&folder).list().unwrap(), [5]);
    let empty = Folder::new();
    let (settings, said) = with_snapshots(&shelf(&empty), 1);
    start(empty.open(), settings, noon()).unwrap().finish();
    assert_eq!((said.try_iter().count(), shelf(&empty).list().unwrap()), (0, vec![]), "there is no snapshot of nothing");
}

/// By bytes: as many as asked for, but never fewer than the last snapshot takes.
#[test]
fn it_is_due_by_frames_or_by_bytes() {
    let at = |sequence| Head { sequence, ..Head::default() };
    let due = |every, length, frames: &[usize]| {
        let cue = Cue::new(every, at(10), (10, length), 0);
        (11..).zip(frames).for_each(|(sequence, bytes)| cue.frame(at(sequence), *bytes));
        cue.is_due_now()
    };
    assert!(!due(Every { frames: 3, bytes: 0 }, 0, &[9_000, 9_000]));
    assert!(due(Every { frames: 3, bytes: 0 }, 1 << 40, &[1, 1, 1]));
    assert!(!due(Every { frames: 0, bytes: 1_000 }, 0, &[400, 599]));
    assert!(due(Every { frames: 0, bytes: 1_000 }, 0, &[400, 600]));
    assert!(!due(Every { frames: 0, bytes: 1_000 }, 1_500, &[400, 600]));
    assert!(due(Every { frames: 0, bytes: 1_000 }, 1_500, &[900, 600]));
    assert!(!due(Every::NEVER, 0, &[1 << 40]));
}

#[test]
fn room_that_is_short_belongs_to_the_journal() {
    let disk = SimulatedDisk::default();
    let options = Options { file_bytes: 65_536, ..Options::default() };
    let journal = || FileJournal::open_on(Arc::new(disk.clone()), Path::new("/data/journal"), options).unwrap().0;
    start(journal(), Settings::default(), noon()).unwrap().finish();
    let shelf = disk.open_shelf(Path::new("/data/snapshots")).unwrap();
    // The file in use is there; the one in reserve is not.
    disk.files().keys().filter(|name| name.ends_with("reserve")).for_each(|name| disk.put(name, None));
    disk.limit_space(Some(disk.used() + 20_000));
    let (tell, said) = listen();
    let snapshots = Snapshots { shelf: shelf.clone(), every: Every { frames: 1, bytes: 0 }, tell };
    let live = start(journal(), Settings { snapshots: Some(snapshots), ..Settings::default() }, noon()).unwrap();
    top_ups(&live, 0..1);
    assert_eq!(said.recv_timeout(DEADLINE), Ok(Said::NoRoom));
    disk.limit_space(None);
    top_ups(&live, 1..2);
    assert_eq!(said.recv_timeout(DEADLINE), Ok(Said::Written(2)));
    live.finish();
    assert_eq!(shelf.list().unwrap(), [2]);
}
