//! The files of a journal's folder: their names, and how frames lie in each kind.

use super::disk::Disk;
use crate::{Error, Flaw};
use std::path::Path;

/// Frames of an active file begin at multiples of this many bytes, so that a torn write never touches the frame before it.
pub(super) const BLOCK_BYTES: usize = 4_096;
/// The file that is prepared for the next roll-over; it gets its name when its first frame is known.
pub(super) const RESERVE: &str = "reserve";
/// The suffix of a segment under construction.
const SEALING: &str = ".sealing";

/// What a journal file is. In the order in which two of the same first sequence are read: the sealed one counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// Frames one directly after the other, as format 1 was written; never written to again.
    Frames,
    /// Frames one directly after the other and a footer; never changes.
    Segment,
    /// Frames at multiples of [`BLOCK_BYTES`], zeros after each, and a footer; never changes. An active file with little
    /// padding becomes one where it lies.
    Blocks,
    /// Preallocated, frames at multiples of [`BLOCK_BYTES`], zeros after each.
    Open,
}

/// One journal file by its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Name {
    pub(super) first: u64,
    pub(super) kind: Kind,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The journal's files by rising first sequence.
    pub(super) files: Vec<Name>,
    /// What was being prepared or sealed when the process ended, by name.
    pub(super) leftovers: Vec<String>,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Frames, Kind::Segment, Kind::Blocks, Kind::Open];

    fn suffix(self) -> &'static str {
        match self {
            Kind::Frames => ".frames",
            Kind::Segment => ".segment",
            Kind::Blocks => ".blocks",
            Kind::Open => ".open",
        }
    }

    /// Where the frame after one that ends at `end` begins.
    pub(super) fn after(self, end: u64) -> u64 {
        match self {
            Kind::Frames | Kind::Segment => end,
            Kind::Blocks | Kind::Open => to_block(end),
        }
    }

    /// Whether such a file ends with a footer.
    pub(super) fn is_sealed(self) -> bool {
        match self {
            Kind::Segment | Kind::Blocks => true,
            Kind::Frames | Kind::Open => false,
        }
    }

    /// The name of the file of this kind whose first frame is `first`.
    pub(super) fn file_name(self, first: u64) -> String {
        format!("{first:020}{}", self.suffix())
    }
}

/// `offset` rounded up to a whole number of blocks.
pub(super) fn to_block(offset: u64) -> u64 {
    let block = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX);
    offset.checked_next_multiple_of(block).unwrap_or(u64::MAX)
}

/// The name of the segment that begins with `first` while it is being made.
pub(super) fn sealing_name(first: u64) -> String {
    format!("{first:020}{SEALING}")
}

/// The journal's files and leftovers in `folder`.
pub(super) fn list(disk: &dyn Disk, folder: &Path) -> Result<Listing, Error> {
    let names = disk.list(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let mut listing = Listing::default();
    for name in names {
        let kind = Kind::ALL.into_iter().find_map(|kind| Some((kind, name.strip_suffix(kind.suffix())?)));
        if let Some((kind, digits)) = kind {
            let first = digits.parse::<u64>().ok().filter(|first| name == kind.file_name(*first));
            let foreign = || Error::Damaged { file: folder.join(&name), offset: 0, sequence: 0, flaw: Flaw::Foreign };
            listing.files.push(Name { first: first.ok_or_else(foreign)?, kind });
        } else if name == RESERVE || name.ends_with(SEALING) {
            listing.leftovers.push(name);
        }
    }
    listing.files.sort();
    Ok(listing)
}
