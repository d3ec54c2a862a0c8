//! `Payment-Receipt` of a session: what is read is written so that it is read again the same, and no stranger's proof holds.
#![cfg_attr(fuzzing, no_main)]
use protocol::{SigningKey, receipt::*, text::base64url};

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(counted) = Counted::parse(&base64url(json)) else { return };
    assert!(Counted::parse(&counted.header_value()) == Ok(counted));
    let Ok(signed) = CertifiedSigned::parse(&base64url(json)) else { return };
    assert!(!signed.is_proved_by(&SigningKey::from_seed([9; 32]).public()));
});
