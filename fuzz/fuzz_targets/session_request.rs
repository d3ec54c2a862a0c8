//! The request in a session challenge: what is read is written so that it is read again the same, in its room.
#![cfg_attr(fuzzing, no_main)]
use protocol::SessionRequest;

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(request) = SessionRequest::parse(json) else { return };
    let written = request.canonical();
    assert!(written.len() <= 768 && SessionRequest::parse(written.as_bytes()) == Ok(request));
});
