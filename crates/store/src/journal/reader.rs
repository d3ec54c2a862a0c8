//! Reading durable frames while the journal is being written.

use super::disk::Disk;
use super::recover::file_name;
use super::window::Window;
use super::{Frames, Head, Reader, StoredFrame};
use crate::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Every so many frames their place is remembered, so that reading from the middle does not start at the beginning.
const MARK_EVERY: u64 = 256;

/// Which files there are and how far they are durable.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    files: Vec<FileRow>,
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct FileRow {
    first: u64,
    end: u64,
}

/// The frame `sequence` stands at `offset` of the file that begins with `file`.
#[derive(Clone, Copy, Debug)]
struct Mark {
    sequence: u64,
    file: u64,
    offset: u64,
}

impl Rows {
    /// A file whose first frame is `first` comes next.
    pub(super) fn begin(&mut self, first: u64) {
        self.files.push(FileRow { first, end: 0 });
        self.marks.push(Mark { sequence: first, file: first, offset: 0 });
    }

    /// The frame `sequence` is durable and ends at `end` of the last file.
    pub(super) fn push(&mut self, sequence: u64, end: u64) {
        let row = self.files.last_mut().expect("a journal has a file before it has a frame");
        if sequence.is_multiple_of(MARK_EVERY) && sequence != row.first {
            self.marks.push(Mark { sequence, file: row.first, offset: row.end });
        }
        row.end = end;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// First sequence of the last file.
    pub(super) fn last_first(&self) -> u64 {
        self.files.last().map_or(1, |row| row.first)
    }

    /// Durable end of the last file.
    pub(super) fn last_end(&self) -> u64 {
        self.files.last().map_or(0, |row| row.end)
    }

    fn place(&self, from: u64) -> Mark {
        let after = self.marks.partition_point(|mark| mark.sequence <= from);
        let at = self.marks.get(after.saturating_sub(1)).copied();
        at.unwrap_or(Mark { sequence: 1, file: 1, offset: 0 })
    }

    /// Durable end of the file that begins with `first`, and the first sequence of the file after it.
    fn row(&self, first: u64) -> (u64, Option<u64>) {
        let at = self.files.partition_point(|row| row.first < first);
        (self.files.get(at).map_or(0, |row| row.end), self.files.get(at.saturating_add(1)).map(|row| row.first))
    }
}

/// The rows as writer and readers share them.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Mutex<Rows>>);

impl Shared {
    pub(super) fn new(rows: Rows) -> Shared {
        Shared(Arc::new(Mutex::new(rows)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Rows> {
        // Every change of the rows is a single step, so a panic elsewhere leaves them whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a [`super::FileJournal`]'s durable frames; cheap to clone, usable from any thread.
#[derive(Clone, Debug)]
pub struct FileReader {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) folder: PathBuf,
    pub(super) shared: Shared,
}

impl Reader for FileReader {
    fn read(&self, from: u64) -> Result<Frames, Error> {
        let mark = self.shared.lock().place(from);
        let reader = self.clone();
        let window = reader.window(mark.file)?;
        Ok(Box::new(FileFrames { reader, window, file: mark.file, offset: mark.offset, before: Before::Mark(mark.sequence), from }))
    }
}

impl FileReader {
    fn window(&self, first: u64) -> Result<Window, Error> {
        let path = self.folder.join(file_name(first));
        let file = self.disk.open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        Ok(Window::new(path, file, 0))
    }
}

/// What the next frame must continue.
#[derive(Debug)]
enum Before {
    /// Reading begins with this sequence; the frame before it is not read.
    Mark(u64),
    /// The frame read before.
    Head(Head),
    /// An error was reported; there is no next frame.
    Failed,
}

struct FileFrames {
    reader: FileReader,
    window: Window,
    file: u64,
    offset: u64,
    before: Before,
    from: u64,
}

impl Iterator for FileFrames {
    type Item = Result<StoredFrame, Error>;

    fn next(&mut self) -> Option<Result<StoredFrame, Error>> {
        loop {
            match self.step() {
                Ok(Some(frame)) if frame.head().sequence < self.from => {}
                Ok(frame) => return frame.map(Ok),
                Err(error) => {
                    self.before = Before::Failed;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl FileFrames {
    fn step(&mut self) -> Result<Option<StoredFrame>, Error> {
        let (end, next_file) = self.reader.shared.lock().row(self.file);
        if self.offset >= end {
            let Some(next_file) = next_file else { return Ok(None) };
            self.window = self.reader.window(next_file)?;
            (self.file, self.offset) = (next_file, 0);
            return self.step();
        }
        let (offset, file) = (self.offset, self.window.path().to_owned());
        self.window.raise_limit(end);
        let sequence = match &self.before {
            Before::Mark(sequence) => *sequence,
            Before::Head(head) => head.next_sequence(),
            Before::Failed => return Ok(None),
        };
        let damaged = |flaw| Error::Damaged { file: file.clone(), offset, sequence, flaw };
        let frame = self.window.frame(offset)?.map_err(|found| damaged(crate::Flaw::Frame(found)))?;
        let header = frame.header();
        // From a mark on, the chain is verified from the first frame read.
        let head = match &self.before {
            Before::Head(head) => *head,
            Before::Mark(_) | Before::Failed => Head {
                sequence: sequence.saturating_sub(1),
                hash: if sequence == 1 { [0; 32] } else { header.previous },
                ..Head::default()
            },
        };
        header.follows(&head).map_err(damaged)?;
        let stored = frame.sealed().stored();
        self.offset = offset.saturating_add(u64::try_from(frame.bytes().len()).unwrap_or(u64::MAX));
        self.before = Before::Head(stored.head());
        Ok(Some(stored))
    }
}
