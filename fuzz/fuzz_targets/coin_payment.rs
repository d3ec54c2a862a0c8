//! A payment in a coin: what is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::x402::{Json, MAX_BYTES, Payment, evm};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Some(payment) = Json::parse(bytes).ok().and_then(|json| Payment::read(&json).ok()) else { return };
    let (Ok(signed), _) = (evm::signed(&payment), evm::accepted(&payment)) else { return };
    let value = signed.header_value(&payment.accepted);
    assert!(value.len() > MAX_BYTES || Payment::parse(&value).is_ok_and(|again| evm::signed(&again) == Ok(signed)));
});
