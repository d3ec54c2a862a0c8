//! Each line of docs/threat-model.md and docs/scenarios.md names a test that shows what it promises, and each test it names exists.
use std::collections::BTreeSet;

use super::{Findings, Violation, numbered};
use crate::repo::Source;

/// A page whose tables end in names of tests, and what to do if it has none.
struct Page {
    path: &'static str,
    empty: &'static str,
    tell: &'static str,
}

const THREATS: Page =
    Page { path: "docs/threat-model.md", empty: "no threats", tell: "tell who attacks, what stops them and which test shows it" };
const SCENARIOS: Page = Page { path: "docs/scenarios.md", empty: "no scenarios", tell: "tell what happens and which test shows it" };

pub fn look(sources: &[Source], findings: &mut Findings) {
    held(&THREATS, sources, findings);
}

pub fn scenarios(sources: &[Source], findings: &mut Findings) {
    held(&SCENARIOS, sources, findings);
}

fn held(of: &Page, sources: &[Source], findings: &mut Findings) {
    let mut broken = |line, what: String, fix: &str| {
        let why = "a promise without a test is a hope";
        findings.violations.push(Violation { path: of.path.to_owned(), line, what, why, fix: fix.to_owned() });
    };
    let Some(page) = sources.iter().find(|source| source.path == of.path) else {
        broken(0, "absent".to_owned(), "write it");
        return;
    };
    let tests: BTreeSet<&str> =
        sources.iter().filter(|source| source.path.ends_with(".rs")).flat_map(|source| tests(&source.text)).collect();
    let (mut rows, mut in_table) = (0_usize, false);
    for (line, text) in numbered(page.text.lines()) {
        // The first two lines of a table are its head.
        let is_row = in_table && text.starts_with('|');
        in_table = text.starts_with("|---") || is_row;
        for name in names(text).filter(|name| !tests.contains(name)) {
            broken(line, format!("`{name}` is no test"), "name one that is, or write it");
        }
        if is_row {
            rows = rows.saturating_add(1);
            let last = text.trim_end_matches([' ', '|']).rsplit('|').next().unwrap_or_default();
            if names(last).next().is_none() {
                broken(line, "no test named".to_owned(), "name the test that shows it in the last column");
            }
        }
    }
    if rows == 0 {
        broken(0, of.empty.to_owned(), of.tell);
    }
}

/// The words in backticks that are names of functions: lower case with underscores.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let word = |name: &&str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    text.split('`').skip(1).step_by(2).filter(word).filter(|name| name.contains('_'))
}

/// The functions below a `#[test]` or `#[tokio::test…]`, with any other attributes between.
fn tests(rust: &str) -> impl Iterator<Item = &str> {
    let mut marked = false;
    rust.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        }
        let name = line.trim_start_matches("async ").strip_prefix("fn ").and_then(|rest| rest.split('(').next());
        if name.is_some() && std::mem::take(&mut marked) { name } else { None }
    })
}
