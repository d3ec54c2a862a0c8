//! Whom a quote names, before anybody checked it.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|text: &str| {
    let _ = protocol::quote::unproved_issuer(text);
});
