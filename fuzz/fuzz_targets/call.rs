//! `Authorization: Farthing`: a payer's own call is read or refused.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|value: &str| {
    let _ = protocol::calls::Signed::parse(value);
});
