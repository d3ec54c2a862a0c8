//! A drawer: a folder with one small JSON file a key, each replaced as a whole and durable before anything goes on.

use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// How files begin that are not yet what they will be.
const ASIDE: &str = ".aside-";

/// A folder of JSON files, mode 0700 and 0600.
pub struct Drawer {
    folder: PathBuf,
}

impl Drawer {
    /// Opens a drawer, making its folder if there is none.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn open(folder: PathBuf) -> Result<Drawer, Error> {
        make_folder(&folder)?;
        Ok(Drawer { folder })
    }

    /// Puts a value in, replacing the former. When this returns, it is on the disk; a crash leaves the one or the other.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn put(&self, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let json = serde_json::to_vec(value).expect("what we keep is made of texts, flags and lists");
        let path = self.path(key);
        let written = write_aside(&self.folder, &json)?;
        std::fs::rename(&written, &path).map_err(|source| Error::File { doing: "write", path, source })?;
        settle(&self.folder)
    }

    /// The same without waiting for the disk: a process that dies loses nothing, a machine that does may find the former.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn note(&self, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let json = serde_json::to_vec(value).expect("what we keep is made of texts, flags and lists");
        let path = self.path(key);
        let aside = aside(&self.folder);
        let write = || {
            create_new(&aside)?.write_all(&json)?;
            std::fs::rename(&aside, &path)
        };
        write().map_err(|source| Error::File { doing: "write", path: path.clone(), source })
    }

    /// A lock on a key that other programs, and other payers of this one, see; none if one of them has it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn lock(&self, key: &str) -> Result<Option<std::fs::File>, Error> {
        let path = self.folder.join(format!("{key}.lock"));
        let fault = |source| Error::File { doing: "make", path: path.clone(), source };
        let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(source)) => Err(fault(source)),
        }
    }

    /// Takes the lock's file away, by who holds it and after the value: nobody finds a value under it any more.
    pub fn unlock(&self, key: &str) {
        drop(std::fs::remove_file(self.folder.join(format!("{key}.lock"))));
    }

    /// A value, if it is there.
    ///
    /// # Errors
    /// [`Error::File`], also for a file that is not what was put in: guessing at it could cost money.
    pub fn find<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        read(&self.path(key))
    }

    /// Every value, by key.
    ///
    /// # Errors
    /// As [`Drawer::find`].
    pub fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        let fault = |source| Error::File { doing: "read", path: self.folder.clone(), source };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(fault)? {
            let path = entry.map_err(fault)?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                paths.push(path);
            }
        }
        paths.sort();
        let values = paths.iter().map(|path| read(path));
        values.filter_map(Result::transpose).collect()
    }

    /// Takes a value out for good; nothing happens if it is not there.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove(&self, key: &str) -> Result<(), Error> {
        self.toss(key)?;
        settle(&self.folder)
    }

    /// The same without waiting for the disk: after a crash of the machine it may be there again.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn toss(&self, key: &str) -> Result<(), Error> {
        let path = self.path(key);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(Error::File { doing: "remove", path, source }),
            _ => Ok(()),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let fault = |source| Error::File { doing: "read", path: path.to_owned(), source };
    match std::fs::read(path) {
        Ok(json) => serde_json::from_slice(&json).map(Some).map_err(|error| fault(error.into())),
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(fault(source)),
    }
}

/// Makes a folder for its owner's eyes, and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| Error::File { doing: "make", path: folder.to_owned(), source })
}

/// Writes bytes, durably, to a new file of mode 0600 under a name that nobody looks for. A crash leaves only litter.
pub(crate) fn write_aside(folder: &Path, bytes: &[u8]) -> Result<PathBuf, Error> {
    let path = aside(folder);
    let write = || {
        let mut file = create_new(&path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|source| Error::File { doing: "write", path: path.clone(), source })?;
    Ok(path)
}

/// A name that nobody looks for: two writers of one process differ by the count, two processes by their number.
fn aside(folder: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    folder.join(format!("{ASIDE}{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)))
}

fn create_new(path: &Path) -> std::io::Result<std::fs::File> {
    let open = || std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match open() {
        // Litter of a process that had our number before us.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => std::fs::remove_file(path).and_then(|()| open()),
        made => made,
    }
}

/// Makes names in a folder durable.
pub(crate) fn settle(folder: &Path) -> Result<(), Error> {
    let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Error::File { doing: "write", path: folder.to_owned(), source })
}
