//! Every problem code has its paragraph in docs/problems.md, and every paragraph its code.
use std::collections::BTreeMap;

use super::{Findings, Violation, numbered};
use crate::code;
use crate::repo::Source;

const ENUM: &str = "crates/protocol/src/problem.rs";
/// Codes of one vertical stand in a file of their own.
const BESIDE: &str = "crates/protocol/src/problem/";
const PAGE: &str = "docs/problems.md";

pub fn look(sources: &[Source], findings: &mut Findings) {
    let text = |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.as_str());
    let (Some(rust), Some(page)) = (text(ENUM), text(PAGE)) else {
        let path = if text(ENUM).is_none() { ENUM } else { PAGE };
        findings.violations.push(unequal(path, 0, "absent".to_owned(), "write it"));
        return;
    };
    let (mut codes, headings) = (codes(rust), headings(page));
    for source in sources.iter().filter(|source| source.path.starts_with(BESIDE) && !source.path.contains("tests")) {
        codes.extend(self::codes(&source.text));
    }
    if codes.is_empty() {
        findings.violations.push(unequal(ENUM, 0, "no codes found".to_owned(), "name them in `fn code` or `fn slug`"));
    }
    for (slug, line) in codes.iter().filter(|(slug, _)| !headings.contains_key(*slug)) {
        let fix = format!("add `### \\`{slug}\\`` to {PAGE}");
        findings.violations.push(unequal(ENUM, *line, format!("`{slug}` is not in {PAGE}"), &fix));
    }
    for (slug, line) in headings.iter().filter(|(slug, _)| !codes.contains_key(*slug)) {
        findings.violations.push(unequal(PAGE, *line, format!("`{slug}` is no code of ours"), &format!("remove it, or add it to {ENUM}")));
    }
}

/// The slugs an enum answers with: `=> "slug"` inside `fn code` or `fn slug`, and `code: "slug"` in a table.
fn codes(rust: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut depth: Option<usize> = None;
    for (line, parted) in numbered(&code::lines(rust)) {
        let begins = ["fn code(", "fn slug("].iter().any(|name| parted.bare.contains(name));
        if begins {
            depth = Some(0);
        }
        let marks: &[&str] = if depth.is_some() { &["=>", "code:", "slug:"] } else { &["code:", "slug:"] };
        for mark in marks {
            for (at, _) in parted.code.match_indices(mark) {
                let after = parted.code.get(at.saturating_add(mark.len())..).unwrap_or_default().trim_start();
                if let Some(slug) = after.strip_prefix('"').and_then(|opened| opened.split('"').next()).filter(|slug| is_slug(slug)) {
                    found.insert(slug.to_owned(), line);
                }
            }
        }
        if let Some(open) = depth {
            let open = open.saturating_add(parted.bare.matches('{').count()).saturating_sub(parted.bare.matches('}').count());
            let ends = open == 0 && parted.bare.contains('}');
            depth = if ends { None } else { Some(open) };
        }
    }
    found
}

/// The slugs that have a heading: a third-level one with nothing but the slug in backticks.
fn headings(page: &str) -> BTreeMap<String, usize> {
    let slug = |text: &str| Some(text.strip_prefix("### `")?.trim_end().strip_suffix('`')?.to_owned());
    numbered(page.lines()).filter_map(|(line, text)| Some((slug(text)?, line))).collect()
}

fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn unequal(path: &str, line: usize, what: String, fix: &str) -> Violation {
    Violation {
        path: path.to_owned(),
        line,
        what,
        why: "the code is the contract, so its list and its page are equal",
        fix: fix.to_owned(),
    }
}
