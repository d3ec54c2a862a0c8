//! `Idempotency-Key`, a line each: a word that can be printed, once, and a command's id in its one spelling.
#![cfg_attr(fuzzing, no_main)]
use app::idempotency::{command, word};

farthing_fuzz::target!(|bytes: &[u8]| {
    let headers = farthing_fuzz::headers("idempotency-key", bytes);
    let word = word(&headers).unwrap_or_default();
    assert!(word.is_none_or(|word| headers.len() == 1 && !word.is_empty() && word.bytes().all(|byte| (32..127).contains(&byte))));
    assert!(command(&headers).is_err() || command(&headers).is_ok_and(|id| word == Some(&protocol::text::command(id))));
});
