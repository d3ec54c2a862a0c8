//! The quote a person carries: claims under a good signature are read or refused.
#![cfg_attr(fuzzing, no_main)]
use protocol::{SigningKey, quote::Quote, text::base64url};

farthing_fuzz::target!(|claims: &[u8]| {
    let key = SigningKey::from_seed([9; 32]);
    let body = format!("{}.{}", base64url(br#"{"alg":"EdDSA","typ":"farthing-quote"}"#), base64url(claims));
    let _ = Quote::parse(&format!("{body}.{}", base64url(&key.sign(body.as_bytes()))), &key.public());
});
