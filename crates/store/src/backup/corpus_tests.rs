//! The fuzzer's corpus of backups: `ok-…` is read whole, `no-…` is refused.

use std::fs;

#[test]
fn backups() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/corpus/backup");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (name, bytes) = (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
        assert_eq!(super::check(&*bytes).is_ok(), name.starts_with("ok-"), "{name}");
        read = bytes.len().max(read);
    }
    assert!(read > 0, "the corpus is empty");
}
