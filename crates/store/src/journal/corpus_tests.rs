//! The fuzzer's corpus of frames: `ok-…` is read, `no-…` is refused.

use super::Frame;
use std::fs;

#[test]
fn frames() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/corpus/journal_frame");
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (name, bytes) = (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
        let frame = Frame::parse(&bytes);
        assert_eq!(frame.is_ok(), name.starts_with("ok-"), "{name}");
        assert!(frame.is_err() || frame.is_ok_and(|frame| bytes.starts_with(frame.bytes())), "{name}");
        read = bytes.len().max(read);
    }
    assert!(read > 0, "the corpus is empty");
}
