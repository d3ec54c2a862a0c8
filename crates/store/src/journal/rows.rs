//! Which files a journal has and how far they are durable, as writer, sealer and readers share it.

use super::names::{Kind, Name};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// After so many frames or bytes a place is remembered, so that reading from the middle does not start at the beginning.
const MARK_EVERY: u64 = 256;
const MARK_BYTES: u64 = 1 << 20;

/// Which files there are and how far they are durable.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    files: Vec<FileRow>,
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct FileRow {
    name: Name,
    /// Durable end of its last frame.
    end: u64,
    /// The same in the active file it was sealed from: a reader that has that one open reads it to this end.
    open_end: u64,
}

/// The frame `sequence` stands at `offset` of the file that begins with `file`.
#[derive(Clone, Copy, Debug)]
struct Mark {
    sequence: u64,
    file: u64,
    offset: u64,
}

/// Where to begin reading: the frame `sequence` stands at `offset` of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) file: Name,
    pub(super) sequence: u64,
    pub(super) offset: u64,
}

impl Rows {
    /// A file comes next.
    pub(super) fn begin(&mut self, name: Name) {
        self.files.push(FileRow { name, end: 0, open_end: 0 });
        self.marks.push(Mark { sequence: name.first, file: name.first, offset: 0 });
    }

    /// The frame `sequence` is durable: it stands at `offset` of the last file and ends at `end`.
    pub(super) fn push(&mut self, sequence: u64, offset: u64, end: u64) {
        let row = self.files.last_mut().expect("a journal has a file before it has a frame");
        let far = self.marks.last().is_none_or(|mark| offset.saturating_sub(mark.offset) >= MARK_BYTES);
        if (far || sequence.is_multiple_of(MARK_EVERY)) && sequence != row.name.first {
            self.marks.push(Mark { sequence, file: row.name.first, offset });
        }
        row.end = end;
    }

    /// Forgets the last file, which holds no frame.
    pub(super) fn drop_empty_last(&mut self) -> Option<Name> {
        let last = self.files.pop_if(|row| row.end == 0)?;
        self.marks.pop();
        Some(last.name)
    }

    /// The last file is sealed and its frames end at `end`; what its footer says was believed, so no place in it is known.
    pub(super) fn push_sealed(&mut self, end: u64) {
        let row = self.files.last_mut().expect("a journal has a file before its footer is read");
        (row.end, row.open_end) = (end, end);
    }

    /// A reader met the frame `sequence` at `offset` of a file: the next one need not look for it.
    pub(super) fn learn(&mut self, file: Name, sequence: u64, offset: u64) {
        let at = self.marks.partition_point(|mark| mark.sequence < sequence);
        let before = at.checked_sub(1).and_then(|before| self.marks.get(before)).filter(|mark| mark.file == file.first);
        let far = before.is_none_or(|mark| offset.saturating_sub(mark.offset) >= MARK_BYTES || sequence.is_multiple_of(MARK_EVERY));
        let known = self.marks.get(at).is_some_and(|mark| mark.sequence == sequence);
        // Places in a file that was sealed meanwhile are those of the file it was sealed from.
        if far && !known && self.file(file.first).is_some_and(|row| row.name == file) {
            self.marks.insert(at, Mark { sequence, file: file.first, offset });
        }
    }

    /// The active file that begins with `first` was sealed where it lies.
    pub(super) fn sealed_in_place(&mut self, first: u64) {
        let at = self.files.partition_point(|row| row.name.first < first);
        if let Some(row) = self.files.get_mut(at) {
            *row = FileRow { name: Name { first, kind: Kind::Blocks }, end: row.end, open_end: row.end };
        }
    }

    /// The active file that begins with `first` has become a segment of `end` bytes of frames; `offsets` are those of its
    /// [`Rows::marked`] frames.
    pub(super) fn sealed(&mut self, first: u64, end: u64, offsets: &[u64]) {
        let at = self.files.partition_point(|row| row.name.first < first);
        if let Some(row) = self.files.get_mut(at) {
            *row = FileRow { name: Name { first, kind: Kind::Segment }, end, open_end: row.end };
        }
        for (mark, offset) in self.marks.iter_mut().filter(|mark| mark.file == first).zip(offsets) {
            mark.offset = *offset;
        }
    }

    /// The sequences whose places in the file that begins with `first` are remembered.
    pub(super) fn marked(&self, first: u64) -> Vec<u64> {
        self.marks.iter().filter(|mark| mark.file == first).map(|mark| mark.sequence).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// The last file and the durable end of its last frame.
    pub(super) fn last(&self) -> Option<(Name, u64)> {
        self.files.last().map(|row| (row.name, row.end))
    }

    /// Where to begin, to meet the frame `from`; `None` while there is no file.
    pub(super) fn place(&self, from: u64) -> Option<Place> {
        let after = self.marks.partition_point(|mark| mark.sequence <= from);
        let mark = self.marks.get(after.saturating_sub(1))?;
        let file = self.file(mark.file)?.name;
        Some(Place { file, sequence: mark.sequence, offset: mark.offset })
    }

    /// Durable end of the file opened as `name`, and the file after it.
    pub(super) fn row(&self, name: Name) -> (u64, Option<Name>) {
        let at = self.files.partition_point(|row| row.name.first < name.first);
        let next = self.files.get(at.saturating_add(1)).map(|row| row.name);
        let end = self.files.get(at).map_or(0, |row| if row.name == name { row.end } else { row.open_end });
        (end, next)
    }

    fn file(&self, first: u64) -> Option<&FileRow> {
        self.files.get(self.files.partition_point(|row| row.name.first < first))
    }
}

/// The rows as they are shared.
#[derive(Clone, Debug, Default)]
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
