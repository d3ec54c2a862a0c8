//! The layout of a state: what is read is laid out again byte for byte.
#![cfg_attr(fuzzing, no_main)]
use std::io::Write;

farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(state) = market::State::restore(bytes, market::HashKey::default()) else { return };
    let mut again = Vec::new();
    assert!(state.lay_out(|block| again.write_all(block)).is_ok() && again == bytes);
});
