//! Addresses that strangers have us ask: what is read is https, or loopback in test mode, and never an address that is not public.
#![cfg_attr(fuzzing, no_main)]
use app::outward::{Rules, Target};

farthing_fuzz::target!(|text: &str| {
    assert!(Target::parse(text, Rules::Public).is_err() || text.len() <= 512 && text.to_ascii_lowercase().starts_with("https://"));
    let is_local = |text: &str| text.to_ascii_lowercase().contains("localhost");
    assert!(Target::parse(text, Rules::Public) == Target::parse(text, Rules::PublicAndLocalhost) || is_local(text));
});
