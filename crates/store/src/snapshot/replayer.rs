//! The replayer: beside the writer, it makes the state again from what is durable, and keeps it.
//!
//! It holds no state between two snapshots. When one is due it does what a start does (the newest good snapshot, the frames
//! after it) on a thread of its own, compares every outcome, and writes. So each snapshot was read back and replayed from
//! before the next one replaces it, the running engine is never asked for anything, and a second state is in memory only
//! while one is being written.

use super::restore::{Restored, Restoring};
use super::write::Unwritten;
use super::{Every, Notice, Snapshots};
use crate::Error;
use crate::journal::{Head, Reader, Room, RoomHandle};
use market::HashKey;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A snapshot at the end is worth so much reading and writing, and no more: ending waits for it.
const CHEAP_BYTES: u64 = 16 << 20;

/// How far the journal is, and how far the last snapshot: told by the journal's thread, read by the replayer.
#[derive(Debug)]
pub(crate) struct Cue {
    every: Every,
    count: Mutex<Count>,
    changed: Condvar,
    ending: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    /// The last durable frame.
    head: Head,
    /// Bytes of frames up to it, since the process began.
    bytes: u64,
    /// The same for the last snapshot, written or tried.
    done: (u64, u64),
    /// The length of the last snapshot.
    length: u64,
}

/// Why the replayer wakes up.
enum Wake {
    Due(Count),
    Ending(Count),
}

impl Cue {
    /// At the start: where the journal stands, which snapshot was used and its length, and how many bytes of
    /// frames came after that.
    pub fn new(every: Every, head: Head, (snapshot, length): (u64, u64), bytes: u64) -> Cue {
        let count = Count { head, bytes, done: (snapshot, 0), length };
        Cue { every, count: Mutex::new(count), changed: Condvar::new(), ending: Arc::default() }
    }

    /// One more frame is durable.
    pub fn frame(&self, head: Head, bytes: usize) {
        let mut count = self.lock();
        count.head = head;
        count.bytes = count.bytes.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.is_due(&count) {
            self.changed.notify_all();
        }
    }

    /// No frame follows.
    pub fn end(&self) {
        // Under the lock, so that the replayer is not between looking and waiting.
        let _count = self.lock();
        self.ending.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Relaxed)
    }

    fn is_due(&self, count: &Count) -> bool {
        let (frames, bytes) = count.since();
        let reached = |so_many: u64, limit: u64| limit > 0 && so_many >= limit;
        reached(frames, self.every.frames) || (reached(bytes, self.every.bytes) && bytes >= count.length)
    }

    #[cfg(test)]
    pub fn is_due_now(&self) -> bool {
        self.is_due(&self.lock())
    }

    fn wait(&self) -> Wake {
        let idle = |count: &mut Count| !self.is_ending() && !self.is_due(count);
        let count = *self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        if self.is_ending() { Wake::Ending(count) } else { Wake::Due(count) }
    }

    /// The counting begins anew at what was known when the work began.
    fn done(&self, at: &Count, length: Option<u64>) {
        let mut count = self.lock();
        count.done = (at.head.sequence, at.bytes);
        count.length = length.unwrap_or(count.length);
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        // Figures only, each whole: a panic elsewhere leaves them usable.
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Count {
    /// Frames and bytes since the last snapshot.
    fn since(&self) -> (u64, u64) {
        let (sequence, bytes) = self.done;
        (self.head.sequence.saturating_sub(sequence), self.bytes.saturating_sub(bytes))
    }
}

/// What the replayer works with.
pub(crate) struct Replayer {
    pub snapshots: Snapshots,
    pub reader: Box<dyn Reader>,
    pub room: RoomHandle,
    pub key: HashKey,
}

impl Replayer {
    /// Starts the thread; it ends soon after [`Cue::end`].
    ///
    /// # Errors
    /// [`Error::Thread`].
    pub fn start(self, cue: Arc<Cue>) -> Result<JoinHandle<()>, Error> {
        let run = move || {
            while let Wake::Due(count) = cue.wait() {
                self.snapshot(&cue, &count, &Arc::clone(&cue.ending));
            }
            if let Wake::Ending(count) = cue.wait()
                && count.since().0 > 0
                && count.length.saturating_add(count.since().1) <= CHEAP_BYTES
            {
                self.snapshot(&cue, &count, &Arc::default());
            }
        };
        let thread = std::thread::Builder::new().name("snapshots".to_owned()).spawn(run);
        thread.map_err(|source| Error::Thread { source })
    }

    /// One attempt. It begins to count anew also after a failure, so that one is not tried again at once; what was only
    /// interrupted by the end is still to be done.
    fn snapshot(&self, cue: &Cue, count: &Count, hurry: &Arc<AtomicBool>) {
        let said = self.write(count.head, hurry);
        let length = if let Some(Notice::Written { bytes, .. }) = &said { Some(*bytes) } else { None };
        if said.is_some() || !hurry.load(Ordering::Relaxed) {
            cue.done(count, length);
        }
        if let Some(said) = said {
            self.snapshots.tell.say(&said);
        }
    }

    /// Makes the state up to `until` and writes it; nothing to say if there was no time left.
    pub fn write(&self, until: Head, hurry: &Arc<AtomicBool>) -> Option<Notice> {
        if self.room.room() != Room::Enough {
            return Some(Notice::NoRoom);
        }
        let Snapshots { shelf, tell, .. } = &self.snapshots;
        let reader = self.reader.as_ref();
        let restored = Restoring { shelf, reader, until, key: self.key.clone(), tell, hurry: Arc::clone(hurry) }.run();
        let Restored { reached, made_from } = match restored {
            Ok(restored) => restored,
            Err(why @ Error::Replay { .. }) => return Some(Notice::Disagrees { why }),
            Err(why) => return Some(Notice::NotWritten { why }),
        };
        if reached.head != until || made_from == Some(until.sequence) {
            return None;
        }
        match shelf.write(&until, &reached.state, &|| !hurry.load(Ordering::Relaxed)) {
            Ok(bytes) => {
                if let Err(why) = shelf.keep(until.sequence, made_from) {
                    tell.say(&Notice::NotWritten { why });
                }
                Some(Notice::Written { file: shelf.path(until.sequence), sequence: until.sequence, bytes })
            }
            Err(Unwritten::Abandoned) => None,
            Err(Unwritten::Failed(why)) => Some(Notice::NotWritten { why }),
        }
    }
}
