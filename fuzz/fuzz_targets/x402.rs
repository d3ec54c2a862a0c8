//! `PAYMENT-SIGNATURE` and what a facilitator is asked: what is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::x402::{Asked, EXACT, Json, MAX_BYTES, Payment, instance_of};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(json) = Json::parse(bytes) else { return };
    assert!(Json::parse(json.to_string().as_bytes()).is_ok_and(|again| again == json && again.says(&json)));
    let Ok(payment) = Payment::read(&json) else { return };
    let Ok(instance) = payment.accepted.need("network").and_then(instance_of) else { return };
    let _ = Asked::parse(bytes, instance);
    let Ok(credential) = payment.credential(EXACT) else { return };
    let _ = credential.is_signed();
    let value = Payment::header_value(&payment.accepted, &credential, None);
    let again = Payment::parse(&value);
    assert!(value.len() > MAX_BYTES || again.is_ok_and(|again| again.credential(EXACT).is_ok_and(|again| again == credential)));
});
