//! A journal's folder: any bytes as an active file, a segment, a file of format 1 or the recorded head.
#![cfg_attr(fuzzing, no_main)]
use {std::path::Path, store::journal::Options, store::testing::SimulatedDisk};

farthing_fuzz::target!(|bytes: &[u8]| {
    let (file, disk) = farthing_fuzz::journal(bytes);
    let before = disk.files().get(&file).cloned();
    let opened = SimulatedDisk::open_journal(&disk, Path::new("/j"), Options { file_bytes: 1 << 14, at_least: None });
    assert!(opened.is_ok() || disk.files().get(&file) == before.as_ref(), "what is refused is left as it is");
});
