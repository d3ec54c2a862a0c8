//! A sliding view of a journal file: reads ahead, so that small frames do not cost a system call each.

use super::disk::DiskFile;
use super::frame::{Frame, FrameError, HEADER_BYTES, Header};
use crate::Error;
use std::io;
use std::path::{Path, PathBuf};

const AHEAD_BYTES: usize = 1 << 18;

#[derive(Debug)]
pub(super) struct Window {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    buffer: Vec<u8>,
    /// Offset in the file of the buffer's first byte.
    start: u64,
    /// Nothing at or past this offset is looked at.
    limit: u64,
}

impl Window {
    pub(super) fn new(path: PathBuf, file: Box<dyn DiskFile>, limit: u64) -> Window {
        Window { path, file, buffer: Vec::new(), start: 0, limit }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
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

    /// `want` bytes from `offset`, fewer when the limit or the file's end comes first.
    pub(super) fn view(&mut self, offset: u64, want: usize) -> Result<&[u8], Error> {
        let left = usize::try_from(self.limit.saturating_sub(offset)).unwrap_or(usize::MAX);
        let want = want.min(left);
        let skip = offset.checked_sub(self.start).and_then(|skip| usize::try_from(skip).ok());
        let skip = match skip.filter(|skip| skip.saturating_add(want) <= self.buffer.len()) {
            Some(skip) => skip,
            None => {
                self.buffer.resize(want.max(AHEAD_BYTES).min(left), 0);
                let filled = fill(self.file.as_ref(), offset, &mut self.buffer);
                let filled = filled.map_err(|source| Error::Read { path: self.path.clone(), source })?;
                self.buffer.truncate(filled);
                self.start = offset;
                0
            }
        };
        let rest = self.buffer.get(skip..).unwrap_or_default();
        Ok(rest.get(..want).unwrap_or(rest))
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
