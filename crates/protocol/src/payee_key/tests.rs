//! One key has one text, and a slip is found before anything is looked up.

use super::*;

#[test]
fn a_slip_is_told_from_a_key_that_nobody_has() {
    let key = PayeeKey::new(Mode::Test, [7; 20]);
    let text = key.text();
    assert_eq!((text.len(), PayeeKey::parse(&text)), (43, Ok(key.clone())));
    assert_eq!(format!("{key:?}"), "PayeeKey(test_…)");
    assert!(text.starts_with(&key.hint()) && key.hint().len() == 9);
    for at in 5..text.len() {
        for other in ['a', 'q', '7'] {
            let mut changed: Vec<char> = text.chars().collect();
            if changed[at] != other {
                changed[at] = other;
                assert_eq!(PayeeKey::parse(&changed.into_iter().collect::<String>()), Err(BadKey::Check), "character {at}");
            }
        }
    }
    let other_mode = text.replace("test_", "live_");
    assert_eq!(PayeeKey::parse(&other_mode), Err(BadKey::Check), "the mode is checked, too");
    for wrong in ["", "test", "test_", &text[..42], &format!("{text}a"), &text.to_uppercase(), &text.replace('_', "-"), "sk_abc", "test_é"]
    {
        assert_eq!(PayeeKey::parse(wrong), Err(BadKey::Form), "{wrong}");
    }
}
