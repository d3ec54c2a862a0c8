//! A credential of a session: what is read, of any action, is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::{SessionCredential, text::base64url};

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(credential) = SessionCredential::parse(&format!("Payment {}", base64url(json))) else { return };
    assert!(SessionCredential::parse(&credential.header_value()).is_ok_and(|again| again == credential));
});
