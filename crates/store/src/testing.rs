//! A journal without a machine and an engine without threads: [`SimulatedDisk::open_journal`] opens the real journal on a disk
//! in memory, [`HandEngine`] runs the real engine on the caller's thread. What they do is decided by whoever holds them.

pub use crate::engine::by_hand::HandEngine;
use crate::journal::Frames;
pub use crate::journal::disk_simulated::{Down, Fault, Odds, SimulatedDisk, Strikes};
use market::{HashKey, State};

/// The state that a journal gives, as [`crate::engine::replay`], all of it on the caller's thread.
///
/// # Errors
/// As [`crate::engine::replay`].
pub fn replay(frames: Frames, key: HashKey) -> Result<State, crate::Error> {
    crate::engine::replay_here(frames, key)
}
