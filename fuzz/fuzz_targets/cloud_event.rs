//! Events of meters: whatever is sent is read or refused by name, one alone as in a batch, and a quantity is one that an amount can be.
#![cfg_attr(fuzzing, no_main)]
use protocol::cloud_event::{key, many, one};

farthing_fuzz::target!(|body: &[u8]| {
    let batch = [b"[", body, b"]"].concat();
    if let Ok(Ok(event)) = one(body, "n") {
        assert!(event.quantity <= i64::MAX.unsigned_abs() && event.key == key(&event.source, &event.id));
        assert_eq!(many(&batch, "n").unwrap(), [Ok(event)]);
    }
});
