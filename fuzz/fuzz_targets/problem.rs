//! Problem documents of a server that may be anybody's: what is shown has no control character.
#![cfg_attr(fuzzing, no_main)]
use client::Problem;

farthing_fuzz::target!(|body: &[u8]| {
    let Some(problem) = Problem::parse(402, body) else { return };
    assert!(!problem.detail.chars().any(char::is_control));
});
