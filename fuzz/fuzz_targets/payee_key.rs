//! A payee's key: one text a key, and a slip is never read.
#![cfg_attr(fuzzing, no_main)]
use protocol::payee_key::PayeeKey;

farthing_fuzz::target!(|text: &str| {
    assert!(PayeeKey::parse(text).is_err() || PayeeKey::parse(text).is_ok_and(|key| key.text() == text && text.starts_with(&key.hint())));
});
