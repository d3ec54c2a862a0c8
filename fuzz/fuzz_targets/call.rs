//! `Authorization: Farthing`: a payer's own call is read or refused.
#![no_main]

libfuzzer_sys::fuzz_target!(|value: &str| {
    let _ = protocol::calls::Signed::parse(value);
});
