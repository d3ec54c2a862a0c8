//! Codes are read as people type them, and known by a hash that needs the instance's secret.

use super::recovery::Code;

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = Code::random();
    let text = code.to_string();
    assert_eq!(text.len(), 11);
    let read = |typed: &str| Code::read(typed).map(|code| code.to_string());
    assert_eq!(read(&text), Some(text.clone()));
    assert_eq!(read(&format!("  {} ", text.to_lowercase().replace('-', " "))), Some(text));
    assert_eq!(read("oiluo-00000").as_deref(), Some("011V0-00000"));
    for wrong in ["", "7Q4KM-2XD9", "7Q4KM-2XD9TT", "7Q4KM-2XD9!", "７Q4KM2XD9T"] {
        assert!(Code::read(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn a_hash_needs_the_secret() {
    let code = Code::read("7Q4KM-2XD9T").unwrap();
    assert_eq!(code.hash(&[1; 32]), Code::read("7q4km2xd9t").unwrap().hash(&[1; 32]));
    assert_ne!(code.hash(&[1; 32]), code.hash(&[2; 32]));
    assert_ne!(code.hash(&[1; 32]), Code::read("7Q4KM-2XD9V").unwrap().hash(&[1; 32]));
}
