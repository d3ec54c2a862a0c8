//! A journal's folder: any bytes as an active file, a segment, a file of format 1 or the recorded head, alone or beside another.
#![cfg_attr(fuzzing, no_main)]
use {std::path::Path, store::journal::Options, store::testing::SimulatedDisk};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Some((kind, content)) = bytes.split_first() else { return };
    let name = [format!("{:020}.open", 1), format!("{:020}.segment", 1), format!("{:020}.frames", 1), "head".into()][usize::from(kind % 4)].clone();
    let disk = farthing_fuzz::disk(&name, content);
    let opened = SimulatedDisk::open_journal(&disk, Path::new("/j"), Options { file_bytes: 1 << 14, at_least: None });
    assert!(opened.is_ok() || disk.files().get(&Path::new("/j").join(&name)).is_some_and(|kept| kept == content));
});
