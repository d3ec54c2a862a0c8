//! What a site says of itself and its keys: nothing is believed that the root key has not signed.
#![cfg_attr(fuzzing, no_main)]
use client::site::Site;

farthing_fuzz::target!(|json: &[u8]| {
    assert!(Site::parse(json).is_ok_and(|site| site.receipt_keys().count() > 0) || Site::parse(json).is_err());
});
