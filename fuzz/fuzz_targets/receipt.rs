//! `Payment-Receipt`: the JSON of a receipt is read or refused, and no stranger's proof holds under our key.
#![cfg_attr(fuzzing, no_main)]
use protocol::{SigningKey, receipt::Signed, text::base64url};

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(receipt) = Signed::parse(&base64url(json)) else { return };
    assert!(!receipt.is_proved_by(&SigningKey::from_seed([9; 32]).public()));
});
