//! The wallet file: made once, readable by its owner only, never overwritten.

use crate::io::drawer;
use crate::{Error, Wallet};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Longest wallet file that is read.
const MOST_BYTES: u64 = 4_096;

/// Reads a wallet.
///
/// # Errors
/// [`Error::NoWallet`], [`Error::WalletOpen`] if group or world may touch the file, [`Error::WalletUnreadable`],
/// [`Error::File`].
pub fn read(path: &Path) -> Result<Wallet, Error> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(source) if source.kind() == ErrorKind::NotFound => return Err(Error::NoWallet { path: path.to_owned() }),
        Err(source) => return Err(Error::File { doing: "read", path: path.to_owned(), source }),
    };
    let fault = |source| Error::File { doing: "read", path: path.to_owned(), source };
    // The opened file is asked, not the path: nobody can exchange it in between.
    let mode = file.metadata().map_err(fault)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(Error::WalletOpen { path: path.to_owned() });
    }
    let mut json = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut json).map_err(fault)?;
    Wallet::from_json(&json).map_err(|why| Error::WalletUnreadable { path: path.to_owned(), why })
}

/// Writes a new wallet, mode 0600, and makes its folder if there is none. Atomic: after a crash the file is whole or absent.
///
/// # Errors
/// [`Error::File`]; of kind `AlreadyExists` if there is a file, which is left as it is.
pub fn create(path: &Path, wallet: &Wallet) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    drawer::make_folder(folder)?;
    let fault = |source| Error::File { doing: "make", path: path.to_owned(), source };
    let written = drawer::write_aside(folder, wallet.to_json().as_bytes())?;
    // A link, because unlike a rename it never replaces what is there.
    let linked = std::fs::hard_link(&written, path);
    let removed = std::fs::remove_file(&written);
    linked.and(removed).map_err(fault)?;
    drawer::settle(folder)
}
