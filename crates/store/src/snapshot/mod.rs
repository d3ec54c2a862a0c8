//! Snapshots: whole states kept beside the journal, so that a start replays only what came after. Never needed, never
//! trusted: the journal is the truth, and whatever is wrong with a snapshot, the older one or the whole journal serves.
//!
//! A file `<sequence, 20 digits>.snapshot` holds a [`Header`], the blocks of [`market::State::lay_out`] each with its
//! CRC-32C, and an end with the state's hash; see `docs/snapshot-format.md`. It is written under another name, synced,
//! renamed, and the folder synced: a crash leaves all of it or a `.writing` file that the next opening removes. Two are
//! kept: the newest and the one it was made from.
//!
//! Who writes them, and why so: `docs/adr/0008-snapshots.md`.

mod header;
mod notice;
mod read;
mod replayer;
mod restore;
mod shelf;
mod write;

pub use header::{FORMAT, HEADER_BYTES, Header};
pub use notice::{Notice, Tell};
pub(crate) use replayer::{Cue, Replayer};
pub(crate) use restore::Restoring;
pub use shelf::Shelf;

/// Where snapshots are, how often one is written, and who hears of it.
#[derive(Clone, Debug)]
pub struct Snapshots {
    /// The folder. A start looks there first.
    pub shelf: Shelf,
    /// When the next is written.
    pub every: Every,
    /// Hears what is found and done; on the engine's starting thread and on the replayer's.
    pub tell: Tell,
}

/// When a snapshot is due: as soon as one of the two is reached. With both off none is ever written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Every {
    /// So many frames after the last one; 0 for off.
    pub frames: u64,
    /// So many bytes of frames after the last one, and at least as many as the last one takes itself, so that snapshots
    /// never write more than the journal does; 0 for off.
    pub bytes: u64,
}

impl Every {
    /// Never.
    pub const NEVER: Every = Every { frames: 0, bytes: 0 };
}

impl Default for Every {
    /// Every 64 MiB of frames: well under a second of replaying.
    fn default() -> Every {
        Every { frames: 0, bytes: 64 << 20 }
    }
}

#[cfg(test)]
mod tests;
