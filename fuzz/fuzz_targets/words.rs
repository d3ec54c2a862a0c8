//! Words of the wire: amounts, times, currencies, ids and keys have one text each, which is read the same.
#![cfg_attr(fuzzing, no_main)]
use {money::*, protocol::text};

farthing_fuzz::target!(|word: &str| {
    assert!(Amount::parse(word).is_ok_and(|read| read.to_string() == word) || Amount::parse(word).is_err());
    assert!(Timestamp::parse(word).is_none_or(|read| read.to_string() == word));
    assert!(text::parse_serial(word).is_ok_and(|read| text::serial(read) == word) || text::parse_serial(word).is_err());
    let _ = (Asset::parse(word), Price::parse(word), Span::parse(word), protocol::PublicKey::parse(word), protocol::digest::parse(word));
});
