//! A message to a server for tools: read or refused, and what goes on is read as what was understood.
#![cfg_attr(fuzzing, no_main)]
use protocol::mcp::Message;

farthing_fuzz::target!(|body: &[u8]| {
    let Ok(Message::Call(call)) = Message::read(body) else { return };
    let Ok(Message::Call(again)) = Message::read(call.sent_on().as_bytes()) else { panic!("what goes on is another message") };
    assert_eq!((&again.name, again.bound(), again.paid_by()), (&call.name, call.bound(), None));
    let _ = (call.credential(), call.answer_in(body, true), call.answer_in(body, false));
});
