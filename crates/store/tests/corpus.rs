//! The fuzzer's corpus of journal files: `ok-…` is opened and read, `no-…` is refused and left as it is, or refused by whoever
//! reads it where its footer is good.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used)] // a test: an overflow or an error fails it

use std::fs;
use std::path::Path;
use store::journal::{FileJournal, Journal, Options};

#[test]
fn journal_files() {
    let corpus = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/corpus/journal_files")).unwrap();
    let mut read = Vec::new();
    for path in corpus.map(|entry| entry.unwrap().path()) {
        let (name, bytes) = (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
        let (kind, content) = bytes.split_first().unwrap();
        let file = ["00000000000000000001.open", "00000000000000000001.segment", "00000000000000000001.frames", "head"][usize::from(*kind)];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(file);
        fs::write(&file, content).unwrap();
        let opened = FileJournal::open(folder.path(), Options { file_bytes: 1 << 14, at_least: None });
        let is_opened = opened.is_ok();
        let read_all = opened.and_then(|(journal, _)| journal.read(1)?.try_for_each(|frame| frame.map(drop)));
        assert_eq!(read_all.is_ok(), name.starts_with("ok-"), "{name}: {read_all:?}");
        assert!(is_opened || fs::read(&file).unwrap() == content, "{name} is left as it is");
        read.push(name);
    }
    assert!(read.len() >= 15, "the corpus is here: {read:?}");
}
