//! Addresses that a payer's client is given: what is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use client::Address;

farthing_fuzz::target!(|text: &str| {
    let Ok(address) = Address::parse(text) else { return };
    assert_eq!(Address::parse(&address.to_string()), Ok(address));
});
