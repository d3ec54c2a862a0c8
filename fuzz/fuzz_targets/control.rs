//! The control socket: a line asks for something, or is not understood.
#![cfg_attr(fuzzing, no_main)]
use app::control::{Ask, Said};

farthing_fuzz::target!(|line: &[u8]| {
    let _ = serde_json::from_slice::<Said>(line);
    let Ok(ask) = serde_json::from_slice::<Ask>(line) else { return };
    let again = serde_json::to_string(&ask).expect("what was asked can be written");
    assert!(serde_json::from_str::<Ask>(&again).is_ok());
});
