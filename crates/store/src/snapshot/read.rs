//! Reading a snapshot: every byte is checked before it counts.

use super::write::{END, END_BYTES, end_crc};
use super::{HEADER_BYTES, Header, Shelf};
use crate::journal::disk::DiskFile;
use crate::{Error, SnapshotFault};
use market::{BLOCK_HEAD_BYTES, HashKey, Restore, State, StateHash, block_bytes};
use std::path::PathBuf;

/// What is read with one call.
const PIECE_BYTES: usize = 1 << 20;
/// No block is longer: 64 KiB and a row.
const MAX_BLOCK_BYTES: usize = 16 << 20;
const CRC_BYTES: usize = 4;

impl Shelf {
    /// The header of a frame's snapshot.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Damaged`] or [`Error::Format`], with file and offset.
    pub fn header(&self, sequence: u64) -> Result<Header, Error> {
        self.begin(sequence).map(|(header, _)| header)
    }

    /// A snapshot with its state, whose tables hash with `key`. Whether it is the journal's is not looked at.
    ///
    /// # Errors
    /// As [`Shelf::header`].
    pub fn read(&self, sequence: u64, key: HashKey) -> Result<(Header, State), Error> {
        let (header, mut eye) = self.begin(sequence)?;
        let flaw = |offset, fault| self.flaw(sequence, offset, fault);
        let (mut restore, mut hash) = (Restore::new(key), StateHash::new());
        loop {
            let at = eye.offset;
            let Some(block) = eye.block(&flaw)? else { break };
            hash.block(block);
            restore.block(block).map_err(|damaged| flaw(at, SnapshotFault::State(damaged.0)))?;
        }
        let (at, hash) = (eye.offset, hash.finish());
        let end = eye.take(END_BYTES, &flaw)?;
        let (_, end) = end.split_at_checked(END.len()).unwrap_or_default();
        let (stated, crc) = end.split_first_chunk::<32>().ok_or_else(|| flaw(at, SnapshotFault::Short))?;
        if crc != end_crc(&header.encode(), stated).to_le_bytes() {
            return Err(flaw(at, SnapshotFault::EndChecksum));
        }
        if *stated != hash {
            return Err(flaw(at, SnapshotFault::Hash));
        }
        if eye.offset < eye.length {
            return Err(flaw(eye.offset, SnapshotFault::More));
        }
        let state = restore.finish().map_err(|damaged| flaw(at, SnapshotFault::State(damaged.0)))?;
        Ok((header, state))
    }

    fn begin(&self, sequence: u64) -> Result<(Header, Eye), Error> {
        let path = self.path(sequence);
        let read = |source| Error::Read { path: path.clone(), source };
        let file = self.disk.open(&path).map_err(read)?;
        let length = file.length().map_err(read)?;
        let mut eye = Eye { path, file, length, offset: 0, piece: Vec::new(), at: 0 };
        let flaw = |offset, fault| self.flaw(sequence, offset, fault);
        let header = Header::parse(eye.take(HEADER_BYTES, &flaw)?).map_err(|fault| flaw(0, fault))?;
        if header.head.sequence != sequence {
            return Err(flaw(0, SnapshotFault::Name(header.head.sequence)));
        }
        Ok((header, eye))
    }
}

/// Reads one file from its beginning.
struct Eye {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    length: u64,
    /// Where the next byte stands in the file, and in the piece that was read.
    offset: u64,
    piece: Vec<u8>,
    at: usize,
}

type Name<'a> = &'a dyn Fn(u64, SnapshotFault) -> Error;

impl Eye {
    /// The next block with its checksum verified; none at the end, which is not taken.
    fn block(&mut self, flaw: Name<'_>) -> Result<Option<&[u8]>, Error> {
        let at = self.offset;
        let head: [u8; BLOCK_HEAD_BYTES] =
            *self.see(BLOCK_HEAD_BYTES, flaw)?.first_chunk().ok_or_else(|| flaw(at, SnapshotFault::Short))?;
        if head == END {
            return Ok(None);
        }
        let length = block_bytes(head).filter(|length| *length <= MAX_BLOCK_BYTES);
        let length = length.ok_or_else(|| flaw(at, SnapshotFault::Block))?;
        let taken = self.take(length.saturating_add(CRC_BYTES), flaw)?;
        let (block, crc) = taken.split_at_checked(length).ok_or_else(|| flaw(at, SnapshotFault::Short))?;
        if crc == crc32c::crc32c(block).to_le_bytes() { Ok(Some(block)) } else { Err(flaw(at, SnapshotFault::BlockChecksum)) }
    }

    /// The next bytes, behind which reading goes on.
    fn take(&mut self, count: usize, flaw: Name<'_>) -> Result<&[u8], Error> {
        self.see(count, flaw)?;
        let from = self.at;
        self.at = from.saturating_add(count);
        self.offset = self.offset.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(self.piece.get(from..self.at).expect("just seen"))
    }

    /// The next bytes.
    fn see(&mut self, count: usize, flaw: Name<'_>) -> Result<&[u8], Error> {
        let have = self.piece.len().saturating_sub(self.at);
        if have < count {
            let left = self.length.saturating_sub(self.offset);
            if left < u64::try_from(count).unwrap_or(u64::MAX) {
                return Err(flaw(self.offset, SnapshotFault::Short));
            }
            self.fill(have, usize::try_from(left).unwrap_or(usize::MAX).min(PIECE_BYTES.max(count)), flaw)?;
        }
        let end = self.at.saturating_add(count);
        Ok(self.piece.get(self.at..end).expect("the piece was just filled"))
    }

    /// Makes the piece `wanted` bytes long, of which `have` are there.
    fn fill(&mut self, have: usize, wanted: usize, flaw: Name<'_>) -> Result<(), Error> {
        self.piece.copy_within(self.at.., 0);
        self.at = 0;
        self.piece.resize(wanted, 0);
        let mut have = have;
        while have < wanted {
            let from = self.offset.saturating_add(u64::try_from(have).unwrap_or(u64::MAX));
            let rest = self.piece.get_mut(have..).unwrap_or_default();
            match self.file.read_at(from, rest).map_err(|source| Error::Read { path: self.path.clone(), source })? {
                0 => return Err(flaw(from, SnapshotFault::Short)),
                read => have = have.saturating_add(read),
            }
        }
        Ok(())
    }
}
