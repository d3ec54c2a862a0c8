//! What evidence files look like, and what they must not be mistaken for.
use super::{list, number, text};

const EVIDENCE: &str = r#"{ "component": "the \"version\": 9 browser", "version" : "156.0", "tests_run":61,
  "seconds": 148.75, "files": ["a.png", "b c.png"], "none": [] }"#;

#[test]
fn fields_are_found_by_key_not_by_likeness() {
    assert_eq!(text(EVIDENCE, "version").as_deref(), Some("156.0"));
    assert_eq!(text(EVIDENCE, "component").as_deref(), Some("the \"version\": 9 browser"));
    assert_eq!(number(EVIDENCE, "tests_run"), Some(61));
    assert_eq!(number(EVIDENCE, "seconds"), Some(148));
    assert_eq!(list(EVIDENCE, "files"), Some(vec!["a.png".to_owned(), "b c.png".to_owned()]));
    assert_eq!(list(EVIDENCE, "none"), Some(vec![]));
}

#[test]
fn absence_and_damage_are_none() {
    assert_eq!(text(EVIDENCE, "colour"), None);
    assert_eq!(number(EVIDENCE, "version"), None);
    assert_eq!(text("{\"version\": \"156", "version"), None);
    assert_eq!(list("{\"files\": [1, 2]}", "files"), None);
    assert_eq!(number("", "tests_run"), None);
}
