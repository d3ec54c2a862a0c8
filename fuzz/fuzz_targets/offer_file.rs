//! Offer files: offers, or at least one mistake with a line that exists.
#![cfg_attr(fuzzing, no_main)]
use market::offer_file::{Site, parse};

farthing_fuzz::target!(|file: &str| {
    let site = Site { realm: "news.example", payee: "house", handles: &["ann".to_owned(), "house".to_owned()] };
    let lines = file.matches('\n').count() + 1;
    assert!(parse(file, &site).err().is_none_or(|no| !no.is_empty() && no.iter().all(|it| (1..=lines).contains(&it.line))));
});
