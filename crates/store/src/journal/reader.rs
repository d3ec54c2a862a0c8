//! Reading durable frames while the journal is being written and its files are sealed.

use super::disk::Disk;
use super::names::Name;
use super::recover::footer_of;
use super::rows::{Place, Shared};
use super::window::Window;
use super::{Frames, Head, Reader, StoredFrame};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Reads a [`super::FileJournal`]'s durable frames; cheap to clone, usable from any thread.
#[derive(Clone, Debug)]
pub struct FileReader {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) folder: PathBuf,
    pub(super) shared: Shared,
}

impl Reader for FileReader {
    fn read(&self, from: u64) -> Result<Frames, Error> {
        let mut frames = FileFrames { reader: self.clone(), reading: None, before: Before::Mark(1), from };
        frames.begin()?;
        Ok(Box::new(frames))
    }
}

impl FileReader {
    /// Opens the file that `place` names. A file that is gone was sealed a moment ago: then the place is asked for again.
    fn open<P>(&self, place: impl Fn(&super::rows::Rows) -> Option<P>, name: impl Fn(&P) -> Name) -> Result<Option<(P, Window)>, Error> {
        let mut before = None;
        loop {
            let Some(found) = place(&self.shared.lock()) else { return Ok(None) };
            let file = name(&found);
            let path = self.folder.join(file.kind.file_name(file.first));
            match self.disk.open(&path) {
                Ok(opened) => return Ok(Some((found, Window::new(path, opened, 0)))),
                Err(error) if error.kind() == io::ErrorKind::NotFound && before != Some(file) => before = Some(file),
                Err(source) => return Err(Error::Read { path, source }),
            }
        }
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

/// The file under the reader's eyes. Once open it is read to its end, also when it has been sealed and removed meanwhile.
struct Reading {
    window: Window,
    file: Name,
    offset: u64,
    /// The frame read last and where it stands.
    learned: (u64, u64),
}

struct FileFrames {
    reader: FileReader,
    /// `None` while the journal has no file.
    reading: Option<Reading>,
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
    fn begin(&mut self) -> Result<(), Error> {
        let from = self.from;
        if let Some((place, window)) = self.reader.open(|rows| rows.place(from), |place: &Place| place.file)? {
            self.before = Before::Mark(place.sequence);
            self.reading = Some(Reading { window, file: place.file, offset: place.offset, learned: (place.sequence, place.offset) });
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Option<StoredFrame>, Error> {
        if matches!(self.before, Before::Failed) {
            return Ok(None);
        }
        if self.reading.is_none() {
            self.begin()?;
        }
        loop {
            let Some(reading) = &mut self.reading else { return Ok(None) };
            let (end, next) = self.reader.shared.lock().row(reading.file);
            if reading.offset < end {
                let frame = reading.frame(end, &mut self.before)?;
                if reading.file.kind.is_sealed() {
                    let (sequence, offset) = reading.learned;
                    self.reader.shared.lock().learn(reading.file, sequence, offset);
                }
                return Ok(Some(frame));
            }
            if next.is_none() {
                return Ok(None);
            }
            reading.check_footer(&self.before)?;
            let file = reading.file;
            let Some((file, window)) = self.reader.open(|rows| rows.row(file).1, |name| *name)? else { return Ok(None) };
            *reading = Reading { window, file, offset: 0, learned: (file.first, 0) };
        }
    }
}

impl Reading {
    /// What a footer stated when the journal was opened is what stands there, now that it was read.
    fn check_footer(&self, before: &Before) -> Result<(), Error> {
        let path = self.window.path();
        let Some(footer) = footer_of(self.file, path, self.window.file())? else { return Ok(()) };
        match before {
            Before::Head(head) if *head != footer.last => {
                let flaw = Flaw::Footer(FooterFault::Content);
                Err(Error::Damaged { file: path.to_owned(), offset: footer.bytes, sequence: head.sequence, flaw })
            }
            Before::Head(_) | Before::Mark(_) | Before::Failed => Ok(()),
        }
    }

    fn frame(&mut self, end: u64, before: &mut Before) -> Result<StoredFrame, Error> {
        self.window.raise_limit(end);
        let offset = self.offset;
        let sequence = match before {
            Before::Mark(sequence) => *sequence,
            Before::Head(head) => head.next_sequence(),
            Before::Failed => 0,
        };
        let frame = self.window.stored(offset)?;
        let damaged = |flaw| Error::Damaged { file: self.window.path().to_owned(), offset, sequence, flaw };
        let frame = frame.map_err(|found| damaged(Flaw::Frame(found)))?;
        let header = *frame.frame().header();
        if header.sequence == sequence {
            self.learned = (sequence, offset);
        }
        // From a mark on, the chain is verified from the first frame read.
        let head = match before {
            Before::Head(head) => *head,
            Before::Mark(_) | Before::Failed => Head {
                sequence: sequence.saturating_sub(1),
                hash: if sequence == 1 { [0; 32] } else { header.previous },
                ..Head::default()
            },
        };
        header.follows(&head).map_err(damaged)?;
        let length = u64::try_from(header.frame_bytes()).unwrap_or(u64::MAX);
        self.offset = self.file.kind.after(offset.saturating_add(length));
        *before = Before::Head(frame.head());
        Ok(frame)
    }
}
