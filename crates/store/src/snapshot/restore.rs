//! A state by the shortest way: the newest snapshot that is the journal's, and the frames after it.

use super::{Notice, Shelf, Tell};
use crate::engine::{Reached, replay_onto};
use crate::journal::{Frames, Head, Reader};
use crate::{Error, SnapshotFault};
use market::{HashKey, RULES_VERSION, State};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a state is put together from.
pub(crate) struct Restoring<'a> {
    pub shelf: &'a Shelf,
    pub reader: &'a dyn Reader,
    /// The last frame that counts; it is durable.
    pub until: Head,
    pub key: HashKey,
    pub tell: &'a Tell,
    /// Set by whoever has no time left: replaying ends early then.
    pub hurry: Arc<AtomicBool>,
}

/// A state and where it stands.
pub(crate) struct Restored {
    pub reached: Reached,
    /// The snapshot it was made from; none where the whole journal was replayed.
    pub made_from: Option<u64>,
}

impl Restoring<'_> {
    /// The state that the journal gives up to [`Restoring::until`].
    ///
    /// # Errors
    /// What replaying the whole journal says: no snapshot is ever the reason.
    pub fn run(&self) -> Result<Restored, Error> {
        let found = self.shelf.list().unwrap_or_else(|why| {
            self.tell.say(&Notice::PassedOver { file: self.shelf.folder().to_owned(), why });
            Vec::new()
        });
        for sequence in found {
            if self.hurry.load(Ordering::Relaxed) {
                break;
            }
            match self.by_snapshot(sequence) {
                Ok(reached) => {
                    let (file, until) = (self.shelf.path(sequence), reached.head.sequence);
                    self.tell.say(&Notice::Opened { file, sequence, until });
                    return Ok(Restored { reached, made_from: Some(sequence) });
                }
                Err(why) => self.tell.say(&Notice::PassedOver { file: self.shelf.path(sequence), why }),
            }
        }
        let reached = replay_onto(State::new(self.key.clone()), Head::default(), self.bounded(self.reader.read(1)?))?;
        Ok(Restored { reached, made_from: None })
    }

    fn by_snapshot(&self, sequence: u64) -> Result<Reached, Error> {
        let flaw = |fault| self.shelf.flaw(sequence, 0, fault);
        let header = self.shelf.header(sequence)?;
        if header.rules != u32::from(RULES_VERSION) {
            return Err(flaw(SnapshotFault::Rules(header.rules)));
        }
        if sequence > self.until.sequence {
            return Err(flaw(SnapshotFault::Ahead(self.until.sequence)));
        }
        let mut frames = self.reader.read(sequence)?;
        let stands = frames.next().transpose()?.map(|frame| frame.head());
        if stands != Some(header.head) {
            return Err(flaw(SnapshotFault::Foreign));
        }
        let (_, state) = self.shelf.read(sequence, self.key.clone())?;
        replay_onto(state, header.head, self.bounded(frames))
    }

    fn bounded(&self, frames: Frames) -> Frames {
        let (until, hurry) = (self.until.sequence, Arc::clone(&self.hurry));
        let counts = move |sequence: u64| sequence <= until && !hurry.load(Ordering::Relaxed);
        Box::new(frames.take_while(move |frame| frame.as_ref().map_or(true, |frame| counts(frame.head().sequence))))
    }
}
