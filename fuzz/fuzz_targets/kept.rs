//! What a payer's client keeps on disk, receipts and credentials that wait for their answer: written and read again the same.
#![cfg_attr(fuzzing, no_main)]
use client::kept::{KeptReceipt, Unanswered};
use serde_json::{from_slice, from_value, to_value};

farthing_fuzz::target!(|json: &[u8]| {
    let (kept, waits) = (from_slice::<KeptReceipt>(json), from_slice::<Unanswered>(json));
    assert!(kept.is_err() || kept.is_ok_and(|kept| from_value::<KeptReceipt>(to_value(&kept).unwrap()).unwrap() == kept));
    assert!(waits.is_err() || waits.is_ok_and(|waits| from_value::<Unanswered>(to_value(&waits).unwrap()).unwrap() == waits));
});
