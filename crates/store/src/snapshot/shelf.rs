//! The folder of snapshots and the names in it.

use crate::journal::disk::{Disk, RealDisk};
use crate::{Error, Flaw, SnapshotFault};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SUFFIX: &str = ".snapshot";
const WRITING: &str = ".writing";

/// A folder of snapshots; clones are the same folder. One process at a time, which holds the data folder's lock.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub(super) disk: Arc<dyn Disk>,
    folder: PathBuf,
}

impl Shelf {
    /// Opens the folder, which is created when it is missing; its parent must exist. What a crash left half written is
    /// removed.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Write`] or [`Error::Sync`].
    pub fn open(folder: &Path) -> Result<Shelf, Error> {
        Shelf::open_on(Arc::new(RealDisk), folder)
    }

    pub(crate) fn open_on(disk: Arc<dyn Disk>, folder: &Path) -> Result<Shelf, Error> {
        let parent = folder.parent().unwrap_or(folder);
        match disk.create_folder(folder) {
            Ok(()) => disk.sync_folder(parent).map_err(|source| Error::Sync { path: parent.to_owned(), source })?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(source) => return Err(Error::Write { path: folder.to_owned(), source }),
        }
        let shelf = Shelf { disk, folder: folder.to_owned() };
        for name in shelf.names()?.into_iter().filter(|name| name.ends_with(WRITING)) {
            shelf.remove(&shelf.folder.join(name))?;
        }
        Ok(shelf)
    }

    /// The frames whose state there is a snapshot of, the newest first.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn list(&self) -> Result<Vec<u64>, Error> {
        let sequence = |name: &String| name.strip_suffix(SUFFIX)?.parse().ok().filter(|sequence| file_name(*sequence) == **name);
        let mut found: Vec<u64> = self.names()?.iter().filter_map(sequence).collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        Ok(found)
    }

    /// The file of a frame's snapshot.
    #[must_use]
    pub fn path(&self, sequence: u64) -> PathBuf {
        self.folder.join(file_name(sequence))
    }

    /// The length of that file.
    ///
    /// # Errors
    /// [`Error::Read`].
    pub fn bytes(&self, sequence: u64) -> Result<u64, Error> {
        let path = self.path(sequence);
        self.disk.open(&path).and_then(|file| file.length()).map_err(|source| Error::Read { path, source })
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where that file is written before it gets its name.
    pub(super) fn draft(&self, sequence: u64) -> PathBuf {
        self.folder.join(format!("{sequence:020}{WRITING}"))
    }

    /// Makes the names in the folder durable.
    pub(super) fn sync(&self) -> Result<(), Error> {
        self.disk.sync_folder(&self.folder).map_err(|source| Error::Sync { path: self.folder.clone(), source })
    }

    /// Keeps the newest snapshot and the one it was made from. Newer ones stay too: where the journal does not reach, they
    /// are evidence.
    pub(super) fn keep(&self, newest: u64, made_from: Option<u64>) -> Result<(), Error> {
        let older = self.list()?.into_iter().filter(|sequence| *sequence < newest && Some(*sequence) != made_from);
        older.map(|sequence| self.path(sequence)).try_for_each(|path| self.remove(&path))
    }

    pub(super) fn remove(&self, path: &Path) -> Result<(), Error> {
        self.disk.remove(path).map_err(|source| Error::Write { path: path.to_owned(), source })
    }

    /// A flaw found at an offset of a frame's snapshot.
    pub(super) fn flaw(&self, sequence: u64, offset: u64, fault: SnapshotFault) -> Error {
        let file = self.path(sequence);
        if let SnapshotFault::Format(found) = fault {
            return Error::Format { file, offset, found: found.into(), known: super::FORMAT.into() };
        }
        Error::Damaged { file, offset, sequence, flaw: Flaw::Snapshot(fault) }
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        self.disk.list(&self.folder).map_err(|source| Error::Read { path: self.folder.clone(), source })
    }
}

fn file_name(sequence: u64) -> String {
    format!("{sequence:020}{SUFFIX}")
}
