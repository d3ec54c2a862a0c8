//! Writing a snapshot: all of it under its name, or nothing.

use super::{HEADER_BYTES, Header, Shelf};
use crate::Error;
use crate::journal::Head;
use crate::journal::disk::DiskFile;
use market::{RULES_VERSION, State, StateHash};
use std::io;
use std::path::{Path, PathBuf};

/// What is written with one call.
const PIECE_BYTES: usize = 1 << 20;
/// What is made durable at once: the journal's own syncs never wait behind more of ours than this.
const SYNC_BYTES: u64 = 8 << 20;

/// What is said of the block after the last: there is none.
pub(super) const END: [u8; market::BLOCK_HEAD_BYTES] = [0; market::BLOCK_HEAD_BYTES];
/// Length of the end: its mark, the state's hash, CRC-32C over the header's facts, mark and hash.
pub(super) const END_BYTES: usize = END.len().saturating_add(36);

/// Why a snapshot was not finished.
#[derive(Debug)]
pub(crate) enum Unwritten {
    /// There is no time left.
    Abandoned,
    /// The disk failed.
    Failed(Error),
}

impl Shelf {
    /// Writes the state that the journal gives up to `head` and returns the length of the file. When it returns, the
    /// snapshot is durable; before, nothing that has its name has changed. `go_on` is asked now and then.
    pub(crate) fn write(&self, head: &Head, state: &State, go_on: &dyn Fn() -> bool) -> Result<u64, Unwritten> {
        let draft = self.draft(head.sequence);
        let written = Pen::create(self, draft.clone()).and_then(|pen| pen.all(head, state, go_on));
        let named = written.and_then(|bytes| self.name(&draft, head.sequence).map(|()| bytes).map_err(Unwritten::Failed));
        if named.is_err() {
            // Only a courtesy: the next opening removes it too.
            let _ = self.disk.remove(&draft);
        }
        named
    }

    fn name(&self, draft: &Path, sequence: u64) -> Result<(), Error> {
        let path = self.path(sequence);
        self.disk.rename(draft, &path).map_err(|source| Error::Write { path, source })?;
        self.sync()
    }
}

/// Writes one file from its beginning.
struct Pen {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    offset: u64,
    synced: u64,
    piece: Vec<u8>,
}

impl Pen {
    fn create(shelf: &Shelf, path: PathBuf) -> Result<Pen, Unwritten> {
        // One that failed before may have left it.
        if shelf.disk.remove(&path).is_err_and(|error| error.kind() != io::ErrorKind::NotFound) {
            return Err(Unwritten::Failed(Error::Write { path, source: io::ErrorKind::AlreadyExists.into() }));
        }
        let file = shelf.disk.create(&path);
        let file = file.map_err(|source| Unwritten::Failed(Error::Write { path: path.clone(), source }))?;
        Ok(Pen { path, file, offset: 0, synced: 0, piece: Vec::with_capacity(PIECE_BYTES) })
    }

    fn all(mut self, head: &Head, state: &State, go_on: &dyn Fn() -> bool) -> Result<u64, Unwritten> {
        let header: [u8; HEADER_BYTES] = Header { rules: u32::from(RULES_VERSION), head: *head }.encode();
        self.put(&header)?;
        let mut hash = StateHash::new();
        state.lay_out(|block| {
            if !go_on() {
                return Err(Unwritten::Abandoned);
            }
            hash.block(block);
            self.put(block)?;
            self.put(&crc32c::crc32c(block).to_le_bytes())
        })?;
        let hash = hash.finish();
        self.put(&END)?;
        self.put(&hash)?;
        self.put(&end_crc(&header, &hash).to_le_bytes())?;
        self.flush()?;
        self.sync()?;
        // It is read at the next start at the earliest: the memory belongs to the books.
        let _ = self.file.forget_cache();
        Ok(self.offset)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Unwritten> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() < PIECE_BYTES {
            return Ok(());
        }
        self.flush()?;
        if self.offset.saturating_sub(self.synced) < SYNC_BYTES { Ok(()) } else { self.sync() }
    }

    fn flush(&mut self) -> Result<(), Unwritten> {
        let written = self.file.write_at(self.offset, &self.piece);
        written.map_err(|source| Unwritten::Failed(Error::Write { path: self.path.clone(), source }))?;
        self.offset = self.offset.saturating_add(u64::try_from(self.piece.len()).unwrap_or(u64::MAX));
        self.piece.clear();
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Unwritten> {
        self.synced = self.offset;
        self.file.sync().map_err(|source| Unwritten::Failed(Error::Sync { path: self.path.clone(), source }))
    }
}

/// The checksum of the end, which ties it to its header. The header's own checksum is left out: a checksum over bytes and
/// their checksum is the same for all of them.
pub(super) fn end_crc(header: &[u8; HEADER_BYTES], hash: &[u8; 32]) -> u32 {
    let (facts, _) = header.split_at(HEADER_BYTES.saturating_sub(4));
    crc32c::crc32c_append(crc32c::crc32c_append(crc32c::crc32c(facts), &END), hash)
}
