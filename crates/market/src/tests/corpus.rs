//! The fuzzers' corpora of this crate's parsers: `ok-…` is read, `no-…` is refused.

use crate::offer_file::{Site, parse};
use crate::{HashKey, Layout, Record, Selector, State};
use std::convert::Infallible;

/// Each named file of a corpus; the names stand here because this crate reads no files.
macro_rules! corpus {
    ($target:literal: $($name:literal)*) => {
        [$(($name, include_bytes!(concat!("../../../../testdata/corpus/", $target, "/", $name)).as_slice())),*]
    };
}

fn each(corpus: &[(&str, &[u8])], is_read: impl Fn(&[u8]) -> bool) {
    for (name, bytes) in corpus {
        assert_eq!(is_read(bytes), name.starts_with("ok-"), "{name}");
    }
}

#[test]
fn offer_files() {
    let corpus = corpus!("offer_file": "ok-harbour" "ok-three" "no-empty" "no-toml" "no-typo" "no-float" "no-zero" "no-rest"
        "no-tenth-of-a-unit" "no-stranger" "no-two-for-one-page");
    each(&corpus, |file| {
        let site = Site { realm: "news.example", payee: "house", handles: &["ann".to_owned(), "house".to_owned()] };
        let file = std::str::from_utf8(file).unwrap();
        let lines = file.matches('\n').count() + 1;
        let mistakes = parse(file, &site).err().unwrap_or_default();
        assert!(mistakes.iter().all(|mistake| (1..=lines).contains(&mistake.line)));
        mistakes.is_empty()
    });
}

#[test]
fn records() {
    let corpus = corpus!("record": "ok-0" "ok-4" "ok-6" "ok-9" "ok-21" "no-cut" "no-more" "no-empty" "no-zeros");
    each(&corpus, |bytes| {
        let Ok(record) = Record::decode(Layout::One, bytes) else { return false };
        let mut again = Vec::new();
        Record::encode(&record.command, &record.applied, Layout::One, &mut again);
        again == bytes
    });
}

#[test]
fn selectors() {
    let corpus = corpus!("selector": "ok-page" "ok-star" "ok-rest" "ok-loopback" "ok-root"
        "no-http" "no-star" "no-rest-before" "no-query" "no-host" "no-path" "no-capitals");
    each(&corpus, |bytes| {
        let Ok(selector) = Selector::parse(std::str::from_utf8(bytes).unwrap()) else { return false };
        Selector::parse(&format!("https://{selector}")) == Ok(selector)
    });
}

#[test]
fn snapshots() {
    let corpus = corpus!("snapshot": "ok-empty" "ok-begun" "ok-market" "no-cut" "no-section" "no-end" "no-rows" "no-length" "no-order"
        "no-second-founding" "no-accounts" "no-captures" "no-pages" "no-sum");
    each(&corpus, |bytes| {
        let Ok(state) = State::restore(bytes, HashKey::default()) else { return false };
        let mut again = Vec::new();
        let Ok(()) = state.lay_out::<Infallible>(|block| {
            again.extend_from_slice(block);
            Ok(())
        });
        again == bytes
    });
}
