//! Whether there is room for what comes: known before a disk is full, so that spending can be refused in time.

use super::yard::Inner;
use crate::Error;
use std::io;
use std::sync::Arc;

/// Whether the journal holds space in reserve for one more whole file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Room {
    /// The next file is prepared, or being prepared for the first time.
    Enough,
    /// It could not be prepared. What is open still takes what is under way; new spending is to be refused. It is tried
    /// again until it succeeds.
    Short {
        /// What there is too little of.
        reason: Shortage,
    },
}

/// What there is too little of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shortage {
    /// Space on the disk.
    Disk,
    /// The owner's share of it.
    Quota,
    /// The size that this process may give a file (`ulimit -f`), or that the file system can.
    FileSize,
}

/// Asks a journal for its [`Room`] from any thread; clones share it. One that belongs to no journal always has enough.
#[derive(Clone, Debug, Default)]
pub struct RoomHandle(Option<Arc<Inner>>);

impl RoomHandle {
    pub(super) fn new(inner: Arc<Inner>) -> RoomHandle {
        RoomHandle(Some(inner))
    }

    /// What the last preparation said. As cheap as reading a number while there is enough.
    #[must_use]
    pub fn room(&self) -> Room {
        self.0.as_ref().map_or(Room::Enough, |inner| inner.room())
    }
}

impl Shortage {
    /// The shortage that an operation failed of; `None` for other failures.
    pub(super) fn of(error: &io::Error) -> Option<Shortage> {
        let is = |errno: rustix::io::Errno| error.raw_os_error() == Some(errno.raw_os_error());
        if is(rustix::io::Errno::NOSPC) {
            Some(Shortage::Disk)
        } else if is(rustix::io::Errno::DQUOT) {
            Some(Shortage::Quota)
        } else if is(rustix::io::Errno::FBIG) {
            Some(Shortage::FileSize)
        } else {
            None
        }
    }

    /// The shortage behind an error of this crate.
    pub(super) fn behind(error: &Error) -> Option<Shortage> {
        match error {
            Error::Write { source, .. } | Error::Sync { source, .. } => Shortage::of(source),
            Error::Read { .. }
            | Error::Damaged { .. }
            | Error::Format { .. }
            | Error::Behind { .. }
            | Error::NotNext { .. }
            | Error::Stopped
            | Error::TooLong { .. }
            | Error::Thread { .. }
            | Error::Locked { .. }
            | Error::Folder { .. }
            | Error::Replay { .. }
            | Error::Clock { .. }
            | Error::Database { .. } => None,
        }
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Shortage::Disk => 1,
            Shortage::Quota => 2,
            Shortage::FileSize => 3,
        }
    }
}

impl Room {
    /// The room that [`Shortage::number`] stands for; 0 is enough.
    pub(super) fn of_number(number: u8) -> Room {
        match number {
            1 => Room::Short { reason: Shortage::Disk },
            2 => Room::Short { reason: Shortage::Quota },
            3 => Room::Short { reason: Shortage::FileSize },
            _ => Room::Enough,
        }
    }
}
