//! Another instance's document: nothing of it is believed that its root key has not signed.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|json: &[u8]| {
    let _ = protocol::discovery::known::Known::parse(json);
});
