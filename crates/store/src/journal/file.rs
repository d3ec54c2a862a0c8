//! The journal in files of one folder: `00000000000000000001.frames`, named by the first frame's sequence.

use super::disk::{Disk, DiskFile, RealDisk};
use super::mark::HeadFile;
use super::reader::Shared;
use super::recover::{self, file_name};
use super::{FileReader, Head, Journal, Reader, Recovery, Sealed};
use crate::{Error, Flaw};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a [`FileJournal`] is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// A frame that would begin at or past this many bytes begins a new file.
    pub file_bytes: u64,
    /// The last head published or answered, as known from elsewhere: a journal that ends before it or differs from it is
    /// refused.
    pub at_least: Option<Head>,
}

/// The journal in files: frames are appended to the last file, each with one write and one sync.
#[derive(Debug)]
pub struct FileJournal {
    reader: FileReader,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    end: u64,
    head: Head,
    head_file: HeadFile,
    file_bytes: u64,
    state: State,
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
    /// folder's lock. Every frame is verified; a torn write at the very end is cut off, kept aside and reported.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Format`] and [`Error::Behind`] refuse a journal that lost something acknowledged: nothing
    /// has been changed then. [`Error::Read`], [`Error::Write`], [`Error::Sync`] when the disk fails.
    pub fn open(folder: &Path, options: Options) -> Result<(FileJournal, Recovery), Error> {
        FileJournal::open_on(Arc::new(RealDisk), folder, options)
    }

    pub(crate) fn open_on(disk: Arc<dyn Disk>, folder: &Path, options: Options) -> Result<(FileJournal, Recovery), Error> {
        create_folder(disk.as_ref(), folder)?;
        let mut scan = recover::scan(disk.as_ref(), folder, &options)?;
        let cut = recover::cut(disk.as_ref(), folder, &scan)?;
        let (path, file) = if scan.rows.is_empty() {
            scan.rows.begin(1);
            create_file(disk.as_ref(), folder, 1)?
        } else {
            let path = folder.join(file_name(scan.rows.last_first()));
            let file = disk.open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
            (path, file)
        };
        let head_file = HeadFile::open(disk.as_ref(), folder, &scan.head)?;
        sync_folder(disk.as_ref(), folder)?;
        let recovery = Recovery { head: scan.head, recorded: scan.recorded, cut, files: scan.rows.count() };
        let end = scan.rows.last_end();
        let reader = FileReader { disk, folder: folder.to_owned(), shared: Shared::new(scan.rows) };
        let head = scan.head;
        let file_bytes = options.file_bytes;
        Ok((FileJournal { reader, path, file, end, head, head_file, file_bytes, state: State::Open }, recovery))
    }

    fn write(&mut self, frame: &Sealed<'_>) -> Result<Head, Error> {
        if self.end >= self.file_bytes {
            self.begin_file(frame.head().sequence)?;
        }
        let bytes = frame.frame().bytes();
        self.file.write_at(self.end, bytes).map_err(|source| Error::Write { path: self.path.clone(), source })?;
        self.file.sync().map_err(|source| Error::Sync { path: self.path.clone(), source })?;
        let head = frame.head();
        // After the sync, so that the record never runs ahead; before the answers, so that a kill leaves it exact.
        self.head_file.write(&head)?;
        self.end = self.end.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        self.head = head;
        self.reader.shared.lock().push(head.sequence, self.end);
        Ok(head)
    }

    /// The new file's name is durable before a frame in it can be acknowledged.
    fn begin_file(&mut self, first: u64) -> Result<(), Error> {
        let disk = self.reader.disk.as_ref();
        (self.path, self.file) = create_file(disk, &self.reader.folder, first)?;
        sync_folder(disk, &self.reader.folder)?;
        self.end = 0;
        self.reader.shared.lock().begin(first);
        Ok(())
    }
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

    fn close(mut self: Box<Self>) -> Result<(), Error> {
        match self.state {
            State::Open => self.head_file.sync(),
            State::Stopped => Err(Error::Stopped),
        }
    }
}

fn create_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    match disk.create_folder(folder) {
        Ok(()) => sync_folder(disk, folder.parent().unwrap_or(folder)),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(Error::Write { path: folder.to_owned(), source }),
    }
}

fn create_file(disk: &dyn Disk, folder: &Path, first: u64) -> Result<(PathBuf, Box<dyn DiskFile>), Error> {
    let path = folder.join(file_name(first));
    let file = disk.create(&path).map_err(|source| Error::Write { path: path.clone(), source })?;
    Ok((path, file))
}

fn sync_folder(disk: &dyn Disk, folder: &Path) -> Result<(), Error> {
    disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source })
}
