//! The layout of a state: what is read is laid out again byte for byte.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(state) = market::State::restore(bytes, market::HashKey::default()) else { return };
    let mut again = Vec::new();
    let written = state.lay_out(|block| Ok::<(), ()>(again.extend_from_slice(block)));
    assert!(written.is_ok() && again == bytes);
});
