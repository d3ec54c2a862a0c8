//! The JSON that is signed: what is read has one canonical form, and that is read the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::json::Object;

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(object) = Object::parse(json) else { return };
    assert_eq!(Object::parse(object.canonical().as_bytes()), Ok(object));
});
