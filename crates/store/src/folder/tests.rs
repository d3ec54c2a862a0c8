//! The data folder: one process, one mode, keys for the owner only.

use super::{DataFolder, KEY_BYTES, KeyName, Mode};
use crate::{Error, FolderFault};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn stage() -> (tempfile::TempDir, PathBuf) {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("data");
    (outer, path)
}

fn fault(outcome: Result<impl std::fmt::Debug, Error>) -> FolderFault {
    match outcome {
        Err(Error::Folder { fault, .. }) => fault,
        other => panic!("expected a fault: {other:?}"),
    }
}

fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn permissions(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn one_process_at_a_time_and_it_is_named() {
    let (_outer, path) = stage();
    let first = DataFolder::open(&path, Mode::Test).unwrap();
    assert_eq!((permissions(&path), permissions(&path.join("keys")), permissions(&path.join("lock"))), (0o700, 0o700, 0o600));
    match DataFolder::open(&path, Mode::Test) {
        Err(error @ Error::Locked { holder: Some(_), .. }) => {
            assert!(error.to_string().ends_with(&format!("is in use by process {}", std::process::id())), "{error}");
        }
        other => panic!("two at once: {other:?}"),
    }
    drop(first);
    DataFolder::open(&path, Mode::Test).unwrap();
}

#[test]
fn the_mode_is_for_ever() {
    let (_outer, path) = stage();
    assert_eq!(DataFolder::mode_of(&path).unwrap(), None);
    drop(DataFolder::open(&path, Mode::Live).unwrap());
    assert_eq!(DataFolder::mode_of(&path).unwrap(), Some(Mode::Live));
    assert_eq!(fault(DataFolder::open(&path, Mode::Test)), FolderFault::Mode { found: "live", wanted: "test" });
    fs::write(path.join("mode"), "both").unwrap();
    assert_eq!(fault(DataFolder::open(&path, Mode::Live)), FolderFault::ModeText);
    fs::remove_file(path.join("mode")).unwrap();
    fs::create_dir(path.join("journal")).unwrap();
    assert_eq!(fault(DataFolder::open(&path, Mode::Live)), FolderFault::ModeMissing);
}

#[test]
fn keys_are_made_once_and_guarded() {
    let (_outer, path) = stage();
    let folder = DataFolder::open(&path, Mode::Test).unwrap();
    assert_eq!(folder.stored_key(KeyName::Root).unwrap(), None);
    for (at, name) in (1_u8..).zip(KeyName::ALL) {
        let made = folder.key(name, [at; KEY_BYTES]).unwrap();
        assert_eq!(made.bytes(), &[at; KEY_BYTES]);
        assert_eq!(folder.key(name, [99; KEY_BYTES]).unwrap(), made, "the second random bytes are not used");
    }
    let receipt = path.join("keys/receipt");
    assert_eq!(permissions(&receipt), 0o600);
    assert_eq!(format!("{:?}", folder.stored_key(KeyName::Receipt).unwrap()), "Some(SecretKey(..))");
    permit(&receipt, 0o640);
    assert_eq!(fault(folder.key(KeyName::Receipt, [0; KEY_BYTES])), FolderFault::Permissions { found: 0o640, wanted: 0o600 });
    permit(&receipt, 0o600);
    fs::write(&receipt, [1; 31]).unwrap();
    assert_eq!(fault(folder.key(KeyName::Receipt, [0; KEY_BYTES])), FolderFault::KeyBytes { found: 31, wanted: 32 });
    fs::create_dir(folder.journal()).unwrap();
    fs::remove_file(&receipt).unwrap();
    assert_eq!(fault(folder.key(KeyName::Receipt, [0; KEY_BYTES])), FolderFault::KeyMissing);
    fs::remove_file(path.join("keys/l402")).unwrap();
    let made = folder.later_key(KeyName::L402, [8; KEY_BYTES]).unwrap();
    assert_eq!((made.bytes(), folder.later_key(KeyName::L402, [9; KEY_BYTES]).unwrap() == made), (&[8; KEY_BYTES], true));
}

#[test]
fn other_peoples_folders_are_left_alone() {
    let (_outer, path) = stage();
    fs::create_dir(&path).unwrap();
    permit(&path, 0o755);
    assert_eq!(fault(DataFolder::open(&path, Mode::Test)), FolderFault::Permissions { found: 0o755, wanted: 0o700 });
    permit(&path, 0o700);
    fs::write(path.join("thesis.txt"), "years of work").unwrap();
    assert_eq!(fault(DataFolder::open(&path, Mode::Test)), FolderFault::Foreign);
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1);
    assert_eq!(fault(DataFolder::open(&path.join("thesis.txt"), Mode::Test)), FolderFault::NotFolder);
}

#[test]
fn only_a_demo_folder_is_deleted() {
    let (_outer, path) = stage();
    let folder = DataFolder::open(&path, Mode::Test).unwrap();
    assert_eq!(fault(folder.delete_demo()), FolderFault::NotDemo);
    assert!(path.exists() && !DataFolder::is_demo(&path));
    let folder = DataFolder::open(&path, Mode::Test).unwrap();
    folder.mark_demo().unwrap();
    folder.mark_demo().unwrap();
    assert!(DataFolder::is_demo(&path));
    folder.delete_demo().unwrap();
    assert!(!path.exists());
}
