//! From a backup to a data folder. The folder is made under a name of its own; the caller renames it once all is verified.

use super::{Fault, Manifest, Sink, open_keys, read};
use crate::folder::DataFolder;
use crate::journal::{FileJournal, Journal, Options, Sealed};
use crate::vault::Vault;
use crate::{Error, FolderFault};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Makes a data folder at `path`, which must not exist, of a backup: journal, vault and, with a passphrase, keys. Without one
/// the keys stay out. Everything was verified and is durable on return; after an error the folder is to be deleted.
///
/// # Errors
/// [`Fault`]; [`Fault::Store`] when the disk fails or something stands at `path`.
pub fn restore(input: impl Read, path: &Path, passphrase: Option<&[u8]>) -> Result<Manifest, Fault> {
    if path.exists() {
        return Err(Fault::Store(Error::Folder { path: path.to_owned(), fault: FolderFault::Exists }));
    }
    let mut making = Making { path, passphrase, open: None };
    let manifest = read(input, &mut making)?;
    let Open { folder, journal, vault } = making.open.take().expect("the manifest opened it");
    journal.close().map_err(Fault::Store)?;
    if let Some(file) = vault {
        let path = folder.vault();
        file.sync_all().map_err(|source| Fault::Store(Error::Sync { path: path.clone(), source }))?;
        drop(file);
        Vault::verify(&path).map_err(Fault::Store)?;
    }
    folder.sync().map_err(Fault::Store)?;
    Ok(manifest)
}

struct Making<'a> {
    path: &'a Path,
    passphrase: Option<&'a [u8]>,
    open: Option<Open>,
}

struct Open {
    folder: DataFolder,
    journal: Box<FileJournal>,
    vault: Option<File>,
}

impl Making<'_> {
    fn open(&mut self) -> &mut Open {
        self.open.as_mut().expect("the manifest comes first")
    }
}

impl Sink for Making<'_> {
    fn begin(&mut self, manifest: &Manifest) -> Result<(), Fault> {
        let folder = DataFolder::open(self.path, manifest.mode).map_err(Fault::Store)?;
        let (journal, _) = FileJournal::open(&folder.journal(), Options::default()).map_err(Fault::Store)?;
        self.open = Some(Open { folder, journal: Box::new(journal), vault: None });
        Ok(())
    }

    fn frame(&mut self, frame: &Sealed<'_>) -> Result<(), Fault> {
        let sequence = frame.frame().header().sequence;
        self.open().journal.append(sequence, frame).map(drop).map_err(Fault::Store)
    }

    fn vault(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let open = self.open();
        let path = open.folder.vault();
        let failed = |source| Fault::Store(Error::Write { path: path.clone(), source });
        let file = match &mut open.vault {
            Some(file) => file,
            none => none.insert(OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?),
        };
        file.write_all(bytes).map_err(failed)
    }

    fn keys(&mut self, sealed: &[u8], binding: &[u8; 32]) -> Result<Result<(), &'static str>, Fault> {
        let Some(passphrase) = self.passphrase else { return Ok(Ok(())) };
        let keys = match open_keys(sealed, passphrase, binding) {
            Ok(keys) => keys.ok_or(Fault::Passphrase)?,
            Err(what) => return Ok(Err(what)),
        };
        for (name, key) in keys {
            self.open().folder.put_key(name, &key).map_err(Fault::Store)?;
        }
        Ok(Ok(()))
    }
}
