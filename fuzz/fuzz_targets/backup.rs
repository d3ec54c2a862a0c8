//! A backup: the whole file, its manifest and its sealed keys, each also on its own.
#![cfg_attr(fuzzing, no_main)]
use store::backup::{Manifest, check, open_keys};

farthing_fuzz::target!(|bytes: &[u8]| {
    assert!(Manifest::parse(bytes).is_err() || Manifest::parse(bytes).is_ok_and(|manifest| manifest.text().as_bytes() == bytes));
    // Parameters that ask for much work are fuzzed with small ones: memory 8 KiB, one pass, one lane.
    let cheap = [&[1, 8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], bytes.get(13..).unwrap_or_default()].concat();
    let _ = (check(bytes), open_keys(&cheap, b"fuzz", &[0; 32]));
});
