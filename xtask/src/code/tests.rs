//! The corners of Rust's lexical structure that could hide a rule's breach, or fake one.
use super::{Line, has_word, lines};

fn one(text: &str) -> Line {
    lines(text).remove(0)
}

#[test]
fn strings_are_not_code_and_comments_are_neither() {
    let line = one(r#"let a = "std::net // no"; // see std::fs"#);
    assert_eq!(line.bare, "let a = \"\"; ");
    assert_eq!(line.code, "let a = \"std::net // no\"; ");
    assert_eq!(line.comment, " see std::fs");
    assert_eq!(one(r#"f("a \" b", x)"#).bare, r#"f("", x)"#);
}

#[test]
fn raw_strings_end_at_their_own_marks() {
    assert_eq!(one(r###"f(r#"a " b"#, br"c", r"d\")"###).bare, r###"f(r#""#, br"", r"")"###);
    let parted = lines("let s = r#\"one\ntwo \" three\nfour\"#; five");
    assert_eq!(parted[1].bare, "");
    assert_eq!(parted[2].bare, "\"#; five");
    assert_eq!(one("r#type + for\"x\"").bare, "r#type + for\"\"");
}

#[test]
fn comments_nest_and_span_lines() {
    let parted = lines("a /* b /* c */\nd */ e\n// f\ng");
    let bare: Vec<&str> = parted.iter().map(|line| line.bare.as_str()).collect();
    assert_eq!(bare, ["a ", " e", "", "g"]);
    assert_eq!(parted[1].comment, "d ");
}

#[test]
fn characters_and_lifetimes_are_told_apart() {
    assert_eq!(one(r#"if c == '"' || c == '\'' || c == '\u{7f}' { "x" }"#).bare, r#"if c == '' || c == '' || c == '' { "" }"#);
    assert_eq!(one("fn f<'a>(x: &'a str) -> &'a str").bare, "fn f<'a>(x: &'a str) -> &'a str");
    assert_eq!(one("let c = 'é'; // d").comment, " d");
}

#[test]
fn words_are_whole() {
    assert!(has_word("use std::time::Instant;", "Instant"));
    assert!(!has_word("InstantOffer", "Instant"));
    assert!(!has_word("my_token", "token"));
}
