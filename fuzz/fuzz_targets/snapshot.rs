//! The layout of a state: what is read is laid out again byte for byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(state) = market::State::restore(bytes, market::HashKey::default()) else { return };
    let mut again = Vec::new();
    let written = state.lay_out(|block| Ok::<(), ()>(again.extend_from_slice(block)));
    assert!(written.is_ok() && again == bytes);
});
