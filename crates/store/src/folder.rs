//! The data folder: one lock, one mode for ever, keys that only the owner can read.

mod keys;
mod l402;
#[cfg(test)]
mod tests;

pub use keys::{KEY_BYTES, KeyName, SecretKey};
pub use l402::{Former, L402Keys, MOST_FORMER};

use crate::{Error, FolderFault};
use rustix::fs::FlockOperation;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const MODE: &str = "mode";
const LOCK: &str = "lock";
const DEMO: &str = "demo";
const KEYS: &str = "keys";
const JOURNAL: &str = "journal";

/// A data folder is test or live for ever, so that keys, people and money cannot mix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Test money only.
    Test,
    /// Real money.
    Live,
}

/// An open data folder. While it lives, no other process opens the folder; the lock goes with the process, also when it is
/// killed.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    mode: Mode,
    _lock: File,
}

impl Mode {
    /// The word in the mode file: `test` or `live`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Mode::Test => "test",
            Mode::Live => "live",
        }
    }

    fn parse(text: &str) -> Option<Mode> {
        [Mode::Test, Mode::Live].into_iter().find(|mode| text.trim() == mode.word())
    }
}

impl DataFolder {
    /// Opens the data folder at `path` under its lock; makes it, and marks it for `mode`, when it is missing or empty.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process has it, [`Error::Folder`] when it is of the other mode, open to others or no
    /// data folder, [`Error::Read`], [`Error::Write`] or [`Error::Sync`].
    pub fn open(path: &Path, mode: Mode) -> Result<DataFolder, Error> {
        make_folder(path)?;
        check_owner_only(path, 0o700)?;
        if read_optional(&path.join(MODE))?.is_none() && !path.join(LOCK).exists() && !is_empty(path)? {
            return Err(fault(path, FolderFault::Foreign));
        }
        let lock = lock(path)?;
        let mode_path = path.join(MODE);
        let found = match read_optional(&mode_path)? {
            Some(text) => Mode::parse(&String::from_utf8_lossy(&text)).ok_or_else(|| fault(&mode_path, FolderFault::ModeText))?,
            None if path.join(JOURNAL).exists() => return Err(fault(&mode_path, FolderFault::ModeMissing)),
            None => {
                write_new(&mode_path, format!("{}\n", mode.word()).as_bytes())?;
                mode
            }
        };
        if found != mode {
            return Err(fault(&mode_path, FolderFault::Mode { found: found.word(), wanted: mode.word() }));
        }
        make_folder(&path.join(KEYS))?;
        check_owner_only(&path.join(KEYS), 0o700)?;
        sync_folder(path)?;
        Ok(DataFolder { path: path.to_owned(), mode, _lock: lock })
    }

    /// The mode of the data folder at `path`, without opening it; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Folder`] when the mode file holds neither word, [`Error::Read`].
    pub fn mode_of(path: &Path) -> Result<Option<Mode>, Error> {
        let mode_path = path.join(MODE);
        let Some(text) = read_optional(&mode_path)? else { return Ok(None) };
        Mode::parse(&String::from_utf8_lossy(&text)).map(Some).ok_or_else(|| fault(&mode_path, FolderFault::ModeText))
    }

    /// Whether the folder at `path` carries the demo marker: only such a folder may be deleted to start over.
    #[must_use]
    pub fn is_demo(path: &Path) -> bool {
        path.join(DEMO).is_file()
    }

    /// Sets the demo marker, durably.
    ///
    /// # Errors
    /// [`Error::Write`] or [`Error::Sync`].
    pub fn mark_demo(&self) -> Result<(), Error> {
        if DataFolder::is_demo(&self.path) {
            return Ok(());
        }
        write_new(&self.path.join(DEMO), b"A demo: this folder may be deleted.\n")
    }

    /// Deletes the folder and all in it, which carries the demo marker; the lock goes with it.
    ///
    /// # Errors
    /// [`Error::Folder`] without the marker, [`Error::Write`].
    pub fn delete_demo(self) -> Result<(), Error> {
        if !DataFolder::is_demo(&self.path) || self.mode == Mode::Live {
            return Err(fault(&self.path, FolderFault::NotDemo));
        }
        std::fs::remove_dir_all(&self.path).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Test or live.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder of the journal; [`crate::journal::FileJournal::open`] makes it.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.path.join(JOURNAL)
    }

    /// Folder of the snapshots; [`crate::snapshot::Shelf::open`] makes it. It may be deleted while nothing runs.
    #[must_use]
    pub fn snapshots(&self) -> PathBuf {
        self.path.join("snapshots")
    }

    /// The index database, which may be deleted at any time.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.path.join("index.db")
    }

    /// The vault database.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.path.join("vault.db")
    }

    /// The socket through which commands reach a running process.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.path.join("sock")
    }

    /// The key when its file is there: the root key may have been moved offline.
    ///
    /// # Errors
    /// [`Error::Folder`] when the file is open to others or of the wrong size; [`Error::Read`].
    pub fn stored_key(&self, name: KeyName) -> Result<Option<SecretKey>, Error> {
        keys::load(&self.path.join(KEYS).join(name.file_name().as_ref()))
    }

    /// Loads the key, or makes it from `random` when the folder is new. `random` is used only then. All keys are made before
    /// the journal is opened for the first time: a used folder never gets a new key in place of a lost one.
    ///
    /// # Errors
    /// [`Error::Folder`] when the file is open to others or of the wrong size, or when the key is gone though the folder
    /// holds a journal; [`Error::Read`], [`Error::Write`], [`Error::Sync`].
    pub fn key(&self, name: KeyName, random: [u8; KEY_BYTES]) -> Result<SecretKey, Error> {
        let path = self.path.join(KEYS).join(name.file_name().as_ref());
        if let Some(key) = keys::load(&path)? {
            return Ok(key);
        }
        if self.journal().exists() {
            return Err(fault(&path, FolderFault::KeyMissing));
        }
        write_new(&path, &random)?;
        keys::load(&path)?.ok_or_else(|| fault(&path, FolderFault::KeyMissing))
    }

    /// As [`DataFolder::key`], for a key that folders of older versions do not have: one that is missing is made in a used folder
    /// too. What was shown under a lost one is known no more.
    ///
    /// # Errors
    /// As [`DataFolder::key`].
    pub fn later_key(&self, name: KeyName, random: [u8; KEY_BYTES]) -> Result<SecretKey, Error> {
        let path = self.path.join(KEYS).join(name.file_name().as_ref());
        if let Some(key) = keys::load(&path)? {
            return Ok(key);
        }
        write_new(&path, &random)?;
        keys::load(&path)?.ok_or_else(|| fault(&path, FolderFault::KeyMissing))
    }

    /// Writes a key that comes from a backup; one that is there is never replaced.
    ///
    /// # Errors
    /// [`Error::Folder`] when there is one, [`Error::Write`], [`Error::Sync`].
    pub fn put_key(&self, name: KeyName, key: &[u8; KEY_BYTES]) -> Result<(), Error> {
        let path = self.path.join(KEYS).join(name.file_name().as_ref());
        if path.exists() {
            return Err(fault(&path, FolderFault::Exists));
        }
        write_new(&path, key)
    }

    /// A key of the data folder at `path`, which another process may have open; `None` when its file is not there.
    ///
    /// # Errors
    /// As [`DataFolder::stored_key`].
    pub fn key_at(path: &Path, name: KeyName) -> Result<Option<SecretKey>, Error> {
        keys::load(&path.join(KEYS).join(name.file_name().as_ref()))
    }

    /// Makes the names in the folder durable.
    ///
    /// # Errors
    /// [`Error::Sync`].
    pub fn sync(&self) -> Result<(), Error> {
        sync_folder(&self.path)
    }
}

/// Writes `bytes` to `path` in place of what is there, all of it or nothing, for the owner's eyes only.
///
/// # Errors
/// [`Error::Write`], [`Error::Sync`].
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write_new(path, bytes)
}

/// Takes the lock or names who has it. The file stays; only the lock on it matters.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let mut file = opened.map_err(|source| Error::Write { path: path.clone(), source })?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut text = String::new();
            // Who holds it is a courtesy: without it the refusal stands all the same.
            let holder = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(Error::Locked { folder: folder.to_owned(), holder });
        }
        Err(error) => return Err(Error::Write { path, source: error.into() }),
    }
    let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    written.map_err(|source| Error::Write { path, source })?;
    Ok(file)
}

fn make_folder(path: &Path) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync_folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if path.is_dir() {
                Ok(())
            } else {
                Err(fault(path, FolderFault::NotFolder))
            }
        }
        Err(source) => Err(Error::Write { path: path.to_owned(), source }),
    }
}

fn is_empty(folder: &Path) -> Result<bool, Error> {
    let mut entries = std::fs::read_dir(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    Ok(entries.next().is_none())
}

fn check_owner_only(path: &Path, wanted: u32) -> Result<(), Error> {
    let facts = std::fs::metadata(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let found = facts.permissions().mode() & 0o777;
    if found & 0o077 == 0 { Ok(()) } else { Err(fault(path, FolderFault::Permissions { found, wanted })) }
}

fn read_optional(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::Read { path: path.to_owned(), source }),
    }
}

/// Writes a file that does not exist yet, all of it or nothing: a crash leaves at most a stray `.new` file.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    let write = |source| Error::Write { path: draft.clone(), source };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).map_err(write)?;
    file.write_all(bytes).map_err(write)?;
    file.sync_all().map_err(|source| Error::Sync { path: draft.clone(), source })?;
    std::fs::rename(&draft, path).map_err(|source| Error::Write { path: path.to_owned(), source })?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Error::Sync { path: path.to_owned(), source })
}

fn fault(path: &Path, fault: FolderFault) -> Error {
    Error::Folder { path: path.to_owned(), fault }
}
