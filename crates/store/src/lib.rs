//! The durable side of Farthing: the journal the books are rebuilt from, the data folder around it and the vault.
//!
//! This crate touches files and threads; it never reads a clock and never draws randomness: `now` and random bytes are
//! handed in. What is durable when: see [`journal`]. What may be erased: see [`vault`].

pub mod audit;
pub mod backup;
pub mod engine;
mod error;
pub mod folder;
pub mod index;
pub mod journal;
pub mod snapshot;
#[cfg(feature = "simulated")]
pub mod testing;
pub mod vault;

pub use error::{Error, Flaw, FolderFault, FooterFault, SnapshotFault};
