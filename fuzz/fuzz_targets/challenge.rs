//! `WWW-Authenticate`: a challenge that is read is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use protocol::challenge::parse_all;

farthing_fuzz::target!(|line: &str| {
    for challenge in parse_all([line]).unwrap_or_default() {
        let written = challenge.to_string();
        assert!(written.len() > 8_192 || parse_all([&*written]) == Ok(vec![challenge]));
    }
});
