//! The request in a challenge: what is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::ChargeRequest;

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(request) = ChargeRequest::parse(json) else { return };
    assert!(ChargeRequest::parse(request.canonical().as_bytes()).is_ok_and(|again| again == request));
});
