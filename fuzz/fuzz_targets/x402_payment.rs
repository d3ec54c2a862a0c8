//! `PAYMENT-SIGNATURE`: what is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::x402::{EXACT, Json, MAX_BYTES, Payment};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Some(payment) = Json::parse(bytes).ok().and_then(|json| Payment::read(&json).ok()) else { return };
    let Ok(credential) = payment.credential(EXACT) else { return };
    let value = Payment::header_value(&payment.accepted, &credential, None);
    assert!(value.len() > MAX_BYTES || Payment::parse(&value).is_ok_and(|again| again.credential(EXACT) == Ok(credential)));
});
