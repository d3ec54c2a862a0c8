//! What is asked, what is kept, and how numbers are spoken.
use super::{Asked, asked, grouped, kept};

#[test]
fn what_is_asked() {
    assert_eq!(asked(&[]), Some(Asked::Steps(1_000_000)));
    assert_eq!(asked(&["--steps", "10,000,000"]), Some(Asked::Steps(10_000_000)));
    assert_eq!(asked(&["--hours", "8"]), Some(Asked::Hours(8)));
    assert_eq!(asked(&["--seed", "7", "--steps", "40"]), Some(Asked::One { seed: 7, steps: 40 }));
    assert_eq!(asked(&["--seed", "x"]), None);
    assert_eq!(asked(&["--hours"]), None);
}

#[test]
fn kept_seeds_are_read() {
    assert_eq!(kept("# all\n\n7 300 # why\n8 40\n"), Ok(vec![(7, 300), (8, 40)]));
    assert!(kept("7").is_err() && kept("7 x").is_err());
}

#[test]
fn numbers_are_grouped() {
    let spoken: Vec<String> = [0, 12, 123, 1_234, 123_456, 1_234_567].into_iter().map(grouped).collect();
    assert_eq!(spoken, ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
}
