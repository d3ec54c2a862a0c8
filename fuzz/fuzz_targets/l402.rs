//! Lines of L402 and its invoices, with and without a checksum that fits: read or refused.
#![cfg_attr(fuzzing, no_main)]
use protocol::l402::{Credential, LightningCredential, Secrets, read_challenge};

farthing_fuzz::target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (secrets, word) = (Secrets::of(&[7; 32]), text.split(' ').next_back().unwrap_or_default());
    let _ = (Credential::parse(&text).is_ok(), read_challenge(&text).is_ok(), LightningCredential::parse(&text).is_ok());
    let _ = (secrets.check_invoice(word).is_ok(), secrets.check_token(bytes).is_ok());
});
