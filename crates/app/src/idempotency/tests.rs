//! A word is there once and can be printed; a command's id has one spelling.

use super::{NAME, command, word};
use http::{HeaderMap, HeaderName, HeaderValue};
use money::CommandId;

fn headers(lines: &[&str]) -> HeaderMap {
    lines.iter().map(|line| (HeaderName::from_static(NAME), HeaderValue::from_bytes(line.as_bytes()).unwrap())).collect()
}

#[test]
fn one_word_that_can_be_printed() {
    let long = "k".repeat(128);
    assert_eq!(word(&headers(&[])), Ok(None));
    for fine in ["k", "\"quoted\"", "two words", long.as_str()] {
        assert_eq!(word(&headers(&[fine])), Ok(Some(fine)));
    }
    let longer = "k".repeat(129);
    for wrong in [&[""][..], &["a", "b"], &["a", "a"], &[longer.as_str()], &["a\tb"], &["k\u{e4}"]] {
        assert!(word(&headers(wrong)).is_err(), "{wrong:?}");
    }
}

#[test]
fn one_id_in_its_one_spelling() {
    let id = protocol::text::command(CommandId([7; 16]));
    assert_eq!(command(&headers(&[&id])), Ok(CommandId([7; 16])));
    for wrong in [&[][..], &["short"], &[&id, &id], &[&id.replace('B', "+")], &[&format!("{id}==")]] {
        assert!(command(&headers(wrong)).is_err(), "{wrong:?}");
    }
}
