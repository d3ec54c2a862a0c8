//! The backup: one file with everything a data folder cannot be rebuilt without, written and read by streaming.
//!
//! The bytes: `docs/backup-format.md`. [`Writer`] makes one, [`read`] takes one apart and verifies all of it, [`restore`]
//! makes a data folder of it. A flipped bit anywhere is found and named by section and offset.

mod block;
#[cfg(test)]
mod corpus_tests;
mod manifest;
mod read;
mod restore;
mod seal;
#[cfg(test)]
mod tests;
mod writer;

pub use block::{FORMAT, MAGIC, Section};
pub use manifest::{KeysKept, Manifest};
pub use read::{Sink, check, read};
pub use restore::restore;
pub use seal::{NamedKeys, Random, open_keys, seal_keys};
pub use writer::Writer;

use crate::Error;
use std::io;
use thiserror::Error as ThisError;

/// Why a backup cannot be made or read.
#[derive(ThisError, Debug)]
pub enum Fault {
    /// The file is not what was written.
    #[error("the backup is damaged: {section}, offset {offset}: {what}")]
    Damaged {
        /// In which part.
        section: Section,
        /// Where the damaged block begins, in bytes from the file's start.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A file of a later format.
    #[error("the backup has format {found}, this version reads up to {known}: restore it with a newer program")]
    Format {
        /// The format it names.
        found: u16,
        /// The newest format known here.
        known: u16,
    },
    /// The keys do not open.
    #[error("the keys do not open: this is not the passphrase they were sealed with")]
    Passphrase,
    /// The journal has other frames than the manifest was written for.
    #[error("the journal ends at frame {found}, but frame {wanted} was to be the last of the backup")]
    Short {
        /// The last frame there was.
        found: u64,
        /// The head in the manifest.
        wanted: u64,
    },
    /// The file cannot be read.
    #[error("cannot read the backup")]
    Read(#[source] io::Error),
    /// The file cannot be written.
    #[error("cannot write the backup")]
    Write(#[source] io::Error),
    /// Folder, journal or vault.
    #[error(transparent)]
    Store(Error),
}
