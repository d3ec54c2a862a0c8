//! What a facilitator is asked: read or refused; JSON that is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::x402::{Asked, Json, Payment, instance_of};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(json) = Json::parse(bytes) else { return };
    assert!(Json::parse(json.to_string().as_bytes()).is_ok_and(|again| again == json && again.says(&json)));
    let network = Payment::read(&json).ok().and_then(|payment| payment.accepted.need("network").and_then(instance_of).ok());
    let _ = network.map(|instance| Asked::parse(bytes, instance).is_ok());
});
