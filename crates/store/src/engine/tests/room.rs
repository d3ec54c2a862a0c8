//! A disk that fills up: spending is refused in time, everything else goes on, and so does spending once there is space.

use super::disk_simulated::SimulatedDisk;
use super::rig::start;
use super::scenario::{beginning, buy, command, eur, id, noon, top_up, undo};
use super::streaming::{SESSION, calls, draw, end, open, raise, step};
use crate::engine::{Refused, Settings};
use crate::journal::{FileJournal, Journal, Options, Room};
use market::{Body, Effect, Settle};
use std::path::Path;
use std::sync::Arc;

#[test]
fn a_disk_that_fills_up_refuses_spending_and_nothing_else() {
    let disk = SimulatedDisk::default();
    // Each file has room for a few frames: the one that is open, and the one in reserve.
    let options = Options { file_bytes: 8 * 4_096, ..Options::default() };
    let journal = FileJournal::open_on(Arc::new(disk.clone()), Path::new("/journal"), options).unwrap().0;
    let room = journal.room_handle();
    let live = start(journal, Settings::default(), noon()).unwrap();
    for command in beginning(noon()) {
        live.tell(command).outcome.effect().unwrap();
    }
    live.tell(command(noon(), 1, top_up("rosa", eur(), 5_000_000))).outcome.effect().unwrap();
    live.tell(command(noon(), 2, Body::SetOffer(Box::new(calls())))).outcome.effect().unwrap();
    for command in [open(SESSION, 2_000), step(Body::Draw(draw(1, 500, None))), step(Body::Reserve(draw(2, 400, None)))] {
        live.tell(command).outcome.effect().unwrap();
    }
    disk.limit_space(Some(disk.used()));
    let mut sold = 0;
    let refused = loop {
        let (number, page) = (100 + sold, format!("{sold}"));
        match live.engine.submit(command(noon(), number, buy("rosa", eur(), &page)), Box::new(|_| {})) {
            Ok(()) => sold += 1,
            Err(refused) => break refused,
        }
        // An answer is out before the next is asked, so that the room is what this frame left.
        live.state();
        assert!(sold < 40, "the disk holds no more than that");
    };
    assert_eq!((refused, room.room() == Room::Enough), (Refused::NoRoom, false));
    let batch = vec![command(noon(), 900, buy("rosa", eur(), "later"))];
    assert_eq!(live.engine.submit_batch(batch, Box::new(|_| {})), Err(Refused::NoRoom));

    // Reads go on, and what is owed is paid back.
    assert_eq!(live.state().sales().count(), usize::try_from(sold).unwrap());
    let back = live.tell(command(noon(), 901, undo("rosa", id(noon(), 100))));
    assert!(matches!(back.outcome.effect(), Ok(Effect::Refunded { .. })));

    // A session gives out nothing new, but what it delivered is settled and captured, and it ends.
    for spends in [open(902, 500), step(Body::Draw(draw(3, 1, None))), step(Body::Reserve(draw(3, 1, None))), raise(903, 500)] {
        assert_eq!(live.engine.submit(spends, Box::new(|_| {})), Err(Refused::NoRoom));
    }
    let settle = Body::Settle(Settle { seq: 2, part: 0, units: 400, again: 0 });
    for goes_on in [step(settle), step(Body::CaptureSession { number: 1 }), end()] {
        live.tell(goes_on).outcome.effect().unwrap();
    }

    disk.limit_space(None);
    assert_eq!(room.room(), Room::Enough);
    live.tell(command(noon(), 900, buy("rosa", eur(), "later"))).outcome.effect().unwrap();
    assert_eq!(live.state().sales().count(), usize::try_from(sold).unwrap() + 1);
    live.running.finish().unwrap();
}
