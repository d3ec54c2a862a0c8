//! What a wallet of another instance says of a purchase.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|json: &[u8]| {
    let _ = protocol::redeem::Entitled::parse(json);
});
