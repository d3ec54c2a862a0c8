//! `Authorization: Payment`: the JSON of a credential that is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::{Credential, text::base64url};

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(credential) = Credential::parse(&format!("Payment {}", base64url(json))) else { return };
    let _ = (credential.is_signed(), credential.challenge.expires_at());
    assert!(Credential::parse(&credential.header_value()).is_ok_and(|again| again == credential));
});
