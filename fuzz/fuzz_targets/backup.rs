//! A backup: the whole file, its manifest and its sealed keys, each also on its own.
#![cfg_attr(fuzzing, no_main)]
use store::backup::{Manifest, check, open_keys};

farthing_fuzz::target!(|bytes: &[u8]| {
    let _ = check(bytes);
    assert!(Manifest::parse(bytes).is_err() || Manifest::parse(bytes).is_ok_and(|manifest| manifest.text().as_bytes() == bytes));
    // Parameters that ask for much work are fuzzed with small ones: memory 8 KiB, one pass, one lane.
    if let Some((_, rest)) = bytes.split_at_checked(13) {
        let _ = open_keys(&[&[1, 8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], rest].concat(), b"fuzz", &[0; 32]);
    }
});
