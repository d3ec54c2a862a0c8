//! The journal: numbered, hash-chained frames, each durable before anything computed from it is answered.
//!
//! [`Journal`] is the port; [`FileJournal`] keeps frames in files of a folder; [`Writer`] runs any journal on its own
//! thread, so that the next batch is applied while one is being synced. The bytes: [`frame`] and `docs/journal-format.md`.
//!
//! Frames go into one active file, set aside and filled with zeros beforehand, each beginning at a whole block. A full file is
//! sealed beside the writer and never changes again: where it lies, or copied without its padding. Whether there is space for the next file is known
//! before it is needed: [`Room`]. Dropping what a snapshot covers belongs behind this same port: a journal that no longer
//! begins at 1 is refused until a snapshot can vouch for its base.

#[cfg(test)]
mod corpus_tests;
pub(crate) mod disk;
#[cfg(any(test, feature = "simulated"))]
pub(crate) mod disk_simulated;
mod draft;
mod file;
mod footer;
pub mod frame;
mod mark;
mod names;
mod reader;
mod recover;
mod room;
mod rows;
mod scrub;
mod seal;
mod tail;
mod window;
mod writer;
#[cfg(feature = "simulated")]
pub(crate) mod writer_by_hand;
mod yard;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod contract_tests;
#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod frame_tests;
#[cfg(test)]
mod room_tests;
#[cfg(test)]
mod scrub_tests;
#[cfg(test)]
mod seal_tests;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod writer_tests;

pub use draft::{Draft, Stamp};
pub use file::{FileJournal, Options};
pub use frame::{Frame, FrameError, Header, Records, Sealed, StoredFrame};
pub use reader::FileReader;
pub use recover::{Cut, Recovery};
pub use room::{Room, RoomHandle, Shortage};
pub use scrub::{Damage, Progress, ScrubReport, scrub};
pub use writer::{Fatal, Release, Writer};

use crate::Error;
use money::Timestamp;

/// Where a journal stands: its last durable frame. Sequence 0 is the empty journal.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Head {
    /// Epoch of the last frame's writer.
    pub epoch: u64,
    /// Sequence of the last frame, 0 for none.
    pub sequence: u64,
    /// `now` of the last frame.
    pub timestamp: Timestamp,
    /// Hash of the last frame, zeros for none.
    pub hash: [u8; 32],
}

/// Frames in order. After `None` it may be asked again and goes on with what became durable since; after an error it ends.
pub type Frames = Box<dyn Iterator<Item = Result<StoredFrame, Error>> + Send>;

/// A durable, ordered row of frames with one writer.
pub trait Journal: Send {
    /// Writes the next frame. When it returns `Ok`, the frame is durable: it and all before it survive any crash. What a
    /// crash during the call leaves is either the whole frame or none of it.
    ///
    /// # Errors
    /// [`Error::NotNext`] when `expected_sequence` or the frame does not continue the head: nothing was written and the
    /// journal goes on. Any other error leaves unknown whether the frame is durable, and stops the journal: every later
    /// append is refused with [`Error::Stopped`], also after an error of the medium has passed.
    fn append(&mut self, expected_sequence: u64, frame: &Sealed<'_>) -> Result<Head, Error>;

    /// The last durable frame.
    fn head(&self) -> Head;

    /// A source of durable frames that other threads may keep while this journal is written.
    fn reader(&self) -> Box<dyn Reader>;

    /// Tells from any thread whether there is room for what comes. A journal that cannot know says that there is enough.
    fn room_handle(&self) -> RoomHandle {
        RoomHandle::default()
    }

    /// Whether there is room for what comes.
    fn room(&self) -> Room {
        self.room_handle().room()
    }

    /// Frames from sequence `from` (at least 1) to the head.
    ///
    /// # Errors
    /// [`Error::Read`] or [`Error::Damaged`].
    fn read(&self, from: u64) -> Result<Frames, Error> {
        self.reader().read(from)
    }

    /// Ends writing in order, so that the next opening can tell that nothing is missing.
    ///
    /// # Errors
    /// [`Error::Write`] or [`Error::Sync`]; every frame acknowledged is durable all the same.
    fn close(self: Box<Self>) -> Result<(), Error>;
}

/// Reads durable frames, and only those: a frame still being synced is never shown.
pub trait Reader: Send {
    /// Frames from sequence `from` (at least 1), each verified: checksums, sequence, and the hash of the frame before it.
    ///
    /// # Errors
    /// [`Error::Read`] when the first file cannot be opened.
    fn read(&self, from: u64) -> Result<Frames, Error>;
}

impl Head {
    /// The sequence of the frame that would come next.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.sequence.saturating_add(1)
    }

    fn at(header: Header, hash: [u8; 32]) -> Head {
        Head { epoch: header.epoch, sequence: header.sequence, timestamp: header.timestamp, hash }
    }
}
