//! Logos of payees.
#![cfg_attr(fuzzing, no_main)]
use app::payees::picture::read;

farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(picture) = read(bytes) else { return };
    assert!(picture.width <= 1_024 && picture.height <= 1_024);
});
