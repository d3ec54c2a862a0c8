//! A credential of a session: what is read, of any action, is written so that it is read again the same, whole or by its front.
#![cfg_attr(fuzzing, no_main)]
use protocol::{SessionCredential, credential::Front, text::base64url};

farthing_fuzz::target!(|json: &[u8]| {
    let value = format!("Payment {}", base64url(json));
    let Ok(credential) = SessionCredential::parse(&value) else { return };
    assert!(SessionCredential::parse(&credential.header_value()).is_ok_and(|again| again == credential));
    assert!(Front::of(&value).and_then(|(front, _)| front.read(&value)).is_none_or(|read| read == Ok(credential.action)));
});
