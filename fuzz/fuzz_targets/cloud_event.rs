//! Events of meters: whatever is sent is read or refused by name, and in a batch as alone; a quantity is one that an amount can be.
#![cfg_attr(fuzzing, no_main)]
use protocol::cloud_event::{key, many, one};

farthing_fuzz::target!(|body: &[u8]| {
    let Ok(Ok(event)) = one(body, "n") else { return };
    assert!(event.quantity <= i64::MAX.unsigned_abs() && event.key == key(&event.source, &event.id));
    assert_eq!(many(&[b"[", body, b"]"].concat(), "n").unwrap(), [Ok(event)]);
});
