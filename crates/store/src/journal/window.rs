//! A sliding view of a journal file: reads ahead, so that small frames do not cost a system call each.

use super::disk::DiskFile;
use super::frame::{Frame, FrameError, HEADER_BYTES, Header, StoredFrame};
use crate::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The first read takes this much, each further one twice as much, up to [`MOST_AHEAD_BYTES`]: one frame looked up costs
/// little, and a whole journal is read in large pieces.
const LEAST_AHEAD_BYTES: usize = 1 << 16;
const MOST_AHEAD_BYTES: usize = 1 << 22;

#[derive(Debug)]
pub(super) struct Window {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Shared with the frames read from it; where any is still held, the next read gets memory of its own.
    buffer: Arc<Vec<u8>>,
    /// Offset in the file of the buffer's first byte.
    start: u64,
    /// Nothing at or past this offset is looked at.
    limit: u64,
    ahead: usize,
}

impl Window {
    pub(super) fn new(path: PathBuf, file: Box<dyn DiskFile>, limit: u64) -> Window {
        Window { path, file, buffer: Arc::default(), start: 0, limit, ahead: LEAST_AHEAD_BYTES }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &dyn DiskFile {
        self.file.as_ref()
    }

    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn raise_limit(&mut self, limit: u64) {
        self.limit = self.limit.max(limit);
    }

    /// The frame at `offset`; the inner error says why there is none.
    pub(super) fn frame(&mut self, offset: u64) -> Result<Result<Frame<'_>, FrameError>, Error> {
        let header = match Header::parse(self.view(offset, HEADER_BYTES)?) {
            Ok(header) => header,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Frame::parse(self.view(offset, header.frame_bytes())?))
    }

    /// The frame at `offset` with a share in the memory it was read into.
    pub(super) fn stored(&mut self, offset: u64) -> Result<Result<StoredFrame, FrameError>, Error> {
        let header = match Header::parse(self.view(offset, HEADER_BYTES)?) {
            Ok(header) => header,
            Err(error) => return Ok(Err(error)),
        };
        let (at, _) = self.load(offset, header.frame_bytes())?;
        Ok(StoredFrame::parse(&self.buffer, at))
    }

    /// `want` bytes from `offset`, fewer when the limit or the file's end comes first.
    pub(super) fn view(&mut self, offset: u64, want: usize) -> Result<&[u8], Error> {
        let (at, want) = self.load(offset, want)?;
        let rest = self.buffer.get(at..).unwrap_or_default();
        Ok(rest.get(..want).unwrap_or(rest))
    }

    /// Where in the buffer `want` bytes from `offset` stand, and how many of them are left under the limit.
    fn load(&mut self, offset: u64, want: usize) -> Result<(usize, usize), Error> {
        let left = usize::try_from(self.limit.saturating_sub(offset)).unwrap_or(usize::MAX);
        let want = want.min(left);
        let at = offset.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        if let Some(at) = at.filter(|at| at.saturating_add(want) <= self.buffer.len()) {
            return Ok((at, want));
        }
        if Arc::get_mut(&mut self.buffer).is_none() {
            self.buffer = Arc::default();
        }
        let buffer = Arc::get_mut(&mut self.buffer).expect("nobody shares a buffer that was just made");
        buffer.resize(want.max(self.ahead).min(left), 0);
        let filled = fill(self.file.as_ref(), offset, buffer);
        let filled = filled.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        buffer.truncate(filled);
        self.start = offset;
        self.ahead = self.ahead.saturating_mul(2).min(MOST_AHEAD_BYTES);
        Ok((0, want))
    }
}

/// Reads until `buffer` is full or the file ends; the number of bytes read.
pub(super) fn fill(file: &dyn DiskFile, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled: usize = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let at = offset.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
        match file.read_at(at, rest) {
            Ok(0) => break,
            Ok(read) => filled = filled.saturating_add(read),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
