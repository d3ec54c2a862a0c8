//! A journal without a machine: [`SimulatedDisk::open_journal`] opens the real one on a disk in memory.

pub use crate::journal::disk_simulated::{Down, Fault, Odds, SimulatedDisk};
