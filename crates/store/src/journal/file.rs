//! The journal in files of one folder, named by the sequence of their first frame.

use super::disk::{Disk, DiskFile, RealDisk};
use super::mark::HeadFile;
use super::names::{BLOCK_BYTES, Kind, Name, to_block};
use super::recover::{self, Filling, Full};
use super::room::Shortage;
use super::rows::Shared;
use super::yard::Yard;
use super::{FileReader, Head, Journal, Reader, Recovery, RoomHandle, Sealed, tail};
use crate::{Error, Flaw};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a [`FileJournal`] is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// How many bytes are set aside for each file at most, rounded up to whole blocks; the first files of a journal are
    /// shorter. A frame that does not fit into what is left begins a new file; one that is longer than a file gets a longer
    /// one.
    pub file_bytes: u64,
    /// The last head published or answered, as known from elsewhere: a journal that ends before it or differs from it is
    /// refused.
    pub at_least: Option<Head>,
}

/// The journal in files: frames are written into the active file, each with one write and one sync.
#[derive(Debug)]
pub struct FileJournal {
    reader: FileReader,
    /// `None` before the first frame when there was no space to begin a file.
    active: Option<Active>,
    head: Head,
    head_file: HeadFile,
    yard: Yard,
    /// Where a frame gets its padding that came without.
    block: Vec<u8>,
    state: State,
}

/// The file that frames are written into.
#[derive(Debug)]
struct Active {
    first: u64,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    /// Where the next frame begins.
    end: u64,
    /// How many bytes are set aside.
    capacity: u64,
    filling: Filling,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Open,
    Stopped,
}

impl Default for Options {
    fn default() -> Options {
        Options { file_bytes: 64 << 20, at_least: None }
    }
}

impl FileJournal {
    /// Opens the journal in `folder`, which is created when it is missing; its parent must exist. The caller holds the data
    /// folder's lock. Every frame that no footer vouches for is verified, the others by whoever reads
    /// them; a torn write at the very end is cut off, kept aside and reported.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Format`] and [`Error::Behind`] refuse a journal that lost something acknowledged: nothing
    /// has been changed then. [`Error::Read`], [`Error::Write`], [`Error::Sync`] when the disk fails, [`Error::Thread`].
    pub fn open(folder: &Path, options: Options) -> Result<(FileJournal, Recovery), Error> {
        FileJournal::open_on(Arc::new(RealDisk), folder, options)
    }

    pub(crate) fn open_on(disk: Arc<dyn Disk>, folder: &Path, options: Options) -> Result<(FileJournal, Recovery), Error> {
        create_folder(disk.as_ref(), folder)?;
        let mut scan = recover::scan(disk.as_ref(), folder, &options)?;
        let (head, recorded, filling) = (scan.head, scan.recorded, scan.filling);
        let cut = scan.tail.as_ref().map(|tail| tail::cut(disk.as_ref(), folder, tail, head.next_sequence())).transpose()?;
        // A file of the older kind that was begun and has no frame yet gives its name to an active one.
        if matches!(scan.rows.last(), Some((Name { kind: Kind::Frames, .. }, 0))) {
            scan.leftovers.extend(scan.rows.drop_empty_last().map(|name| folder.join(name.kind.file_name(name.first))));
        }
        let sync_folder = || disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source });
        if !scan.leftovers.is_empty() {
            // A killed process may have named a segment and not made that durable: its active file must not go before.
            sync_folder()?;
        }
        for path in scan.leftovers {
            disk.remove(&path).map_err(|source| Error::Write { path, source })?;
        }
        let head_file = HeadFile::open(disk.as_ref(), folder, &head)?;
        sync_folder()?;
        let shared = Shared::new(scan.rows);
        let file_bytes = to_block(options.file_bytes.max(1));
        let yard = Yard::new(Arc::clone(&disk), folder.to_owned(), shared.clone(), file_bytes, scan.full);
        let reader = FileReader { disk, folder: folder.to_owned(), shared };
        let mut journal = FileJournal { reader, active: None, head, head_file, yard, block: Vec::new(), state: State::Open };
        journal.active = journal.find_active(filling)?;
        let found = journal.active.as_ref().map(|active| active.capacity);
        if journal.active.is_none() {
            journal.active = journal.begin_first()?;
        }
        journal.yard.begin(found)?;
        let files = journal.reader.shared.lock().count();
        Ok((journal, Recovery { head, recorded, cut, files }))
    }

    /// The active file as recovery found it.
    fn find_active(&self, filling: Filling) -> Result<Option<Active>, Error> {
        let last = self.reader.shared.lock().last();
        let Some((Name { first, kind: Kind::Open }, end)) = last else { return Ok(None) };
        let path = self.reader.folder.join(Kind::Open.file_name(first));
        let active = self.open_active(first, path, to_block(end))?;
        Ok(Some(Active { filling, ..active }))
    }

    /// A new active file, if there is space for one: reading needs none, and room is said to be short.
    fn begin_first(&self) -> Result<Option<Active>, Error> {
        match self.begin_file(self.head.next_sequence()) {
            Ok(active) => Ok(Some(active)),
            Err(Error::Write { source, .. }) if Shortage::of(&source).is_some() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&mut self, frame: &Sealed<'_>) -> Result<Head, Error> {
        self.yard.check()?;
        let head = frame.head();
        let frame_bytes = u64::try_from(frame.frame().bytes().len()).unwrap_or(u64::MAX);
        let length = to_block(frame_bytes);
        if self.active.as_ref().is_none_or(|active| active.end > 0 && active.end.saturating_add(length) > active.capacity) {
            let begun = self.begin_file(head.sequence)?;
            if let Some(full) = self.active.replace(begun) {
                self.yard.full(Full { first: full.first, last: self.head, filling: full.filling });
            }
        }
        let active = self.active.as_mut().expect("it was just begun where there was none");
        active.make_room(length)?;
        let bytes = padded(frame, &mut self.block);
        active.file.write_at(active.end, bytes).map_err(|source| Error::Write { path: active.path.clone(), source })?;
        active.file.sync().map_err(|source| Error::Sync { path: active.path.clone(), source })?;
        // After the sync, so that the record never runs ahead; before the answers, so that a kill leaves it exact.
        self.head_file.write(&head)?;
        self.reader.shared.lock().push(head.sequence, active.end, active.end.saturating_add(frame_bytes));
        active.filling.add(head.timestamp, frame_bytes);
        active.end = active.end.saturating_add(length);
        self.head = head;
        self.yard.work();
        Ok(head)
    }

    /// The reserve under its new name, which is durable before a frame in it can be acknowledged.
    fn begin_file(&self, first: u64) -> Result<Active, Error> {
        let path = self.yard.take(first)?;
        self.open_active(first, path, 0)
    }

    fn open_active(&self, first: u64, path: PathBuf, end: u64) -> Result<Active, Error> {
        let read = |source| Error::Read { path: path.clone(), source };
        let file = self.reader.disk.open(&path).map_err(read)?;
        let length = file.length().map_err(read)?;
        let block = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX);
        let capacity = length.saturating_sub(length.checked_rem(block).unwrap_or_default());
        Ok(Active { first, path, file, end, capacity, filling: Filling::default() })
    }
}

impl Active {
    /// Makes a fresh file long enough for a frame that is longer than files are.
    fn make_room(&mut self, length: u64) -> Result<(), Error> {
        let end = self.end.saturating_add(length);
        if end > self.capacity {
            self.file.allocate(end).map_err(|source| Error::Write { path: self.path.clone(), source })?;
            self.capacity = end;
        }
        Ok(())
    }
}

/// The frame's bytes and zeros to a whole number of blocks: blocks written whole need not be read first.
fn padded<'a>(frame: &Sealed<'a>, block: &'a mut Vec<u8>) -> &'a [u8] {
    if frame.padded().len().is_multiple_of(BLOCK_BYTES) {
        return frame.padded();
    }
    block.clear();
    block.extend_from_slice(frame.padded());
    block.resize(block.len().next_multiple_of(BLOCK_BYTES), 0);
    block
}

impl Journal for FileJournal {
    fn append(&mut self, expected_sequence: u64, frame: &Sealed<'_>) -> Result<Head, Error> {
        if self.state == State::Stopped {
            return Err(Error::Stopped);
        }
        let refused = |flaw| Error::NotNext { sequence: expected_sequence, head: self.head.sequence, flaw };
        let found = frame.frame().header().sequence;
        if expected_sequence != found {
            return Err(refused(Flaw::Sequence { expected: expected_sequence, found }));
        }
        frame.frame().header().follows(&self.head).map_err(refused)?;
        let written = self.write(frame);
        if written.is_err() {
            self.state = State::Stopped;
        }
        written
    }

    fn head(&self) -> Head {
        self.head
    }

    fn reader(&self) -> Box<dyn Reader> {
        Box::new(self.reader.clone())
    }

    fn room_handle(&self) -> RoomHandle {
        RoomHandle::new(Arc::clone(self.yard.inner()))
    }

    fn close(self: Box<Self>) -> Result<(), Error> {
        let FileJournal { mut head_file, yard, state, .. } = *self;
        match state {
            State::Open => yard.finish().and(head_file.sync()),
            State::Stopped => Err(Error::Stopped),
        }
    }
}

fn create_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    let parent = folder.parent().unwrap_or(folder);
    match disk.create_folder(folder) {
        Ok(()) => disk.sync_folder(parent).map_err(|source| Error::Sync { path: parent.to_owned(), source }),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(Error::Write { path: folder.to_owned(), source }),
    }
}
