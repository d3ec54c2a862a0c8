//! Selectors of pages: what is read matches by its own text, and is written so that it is read again the same.
#![cfg_attr(fuzzing, no_main)]
use market::Selector;

farthing_fuzz::target!(|text: &str| {
    let Ok(selector) = Selector::parse(text) else { return };
    assert_eq!(Selector::parse(&format!("https://{selector}")), Ok(selector));
});
