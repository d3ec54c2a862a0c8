//! Captions, sizes, and that there is one clippy.toml.
use super::{Findings, Violation, extension, numbered};
use crate::repo::Source;

/// Refused above this many lines before tests.
const MOST_LINES: usize = 800;
/// Looked at again above this many.
const MANY_LINES: usize = 500;

pub fn look(sources: &[Source], findings: &mut Findings) {
    for source in sources {
        match extension(&source.path) {
            "rs" => {
                caption(source, findings);
                size(source, lines_before_tests(&source.text), findings);
            }
            "html" | "css" | "js" | "mjs" | "ts" | "py" => size(source, source.text.lines().count(), findings),
            _ => {}
        }
        if source.path.ends_with("/clippy.toml") {
            findings.violations.push(Violation {
                path: source.path.clone(),
                line: 0,
                what: "a second clippy.toml".to_owned(),
                why: "it replaces the root's for its crate",
                fix: "move what it says to the root's".to_owned(),
            });
        }
    }
}

fn caption(source: &Source, findings: &mut Findings) {
    let first = source.text.lines().next().unwrap_or_default();
    if first.strip_prefix("//!").is_none_or(|caption| caption.trim().is_empty()) {
        findings.violations.push(Violation {
            path: source.path.clone(),
            line: 1,
            what: "no caption".to_owned(),
            why: "the first line of a file says what it is for",
            fix: "begin with `//! …`".to_owned(),
        });
    }
}

fn size(source: &Source, lines: usize, findings: &mut Findings) {
    let path = source.path.clone();
    if lines > MOST_LINES && !is_test(&path) {
        findings.violations.push(Violation {
            path,
            line: MOST_LINES,
            what: format!("{lines} lines"),
            why: "files above 800 lines are refused",
            fix: "split it by what people look for".to_owned(),
        });
    } else if lines > MANY_LINES {
        findings.warnings.push(format!("{path}: {lines} lines; look at it again above {MANY_LINES}"));
    }
}

/// Lines up to an inline test module; `mod tests;` in a file of its own does not end the code.
fn lines_before_tests(text: &str) -> usize {
    let mut after_attribute = false;
    for (line, text) in numbered(text.lines()) {
        let trimmed = text.trim();
        if after_attribute && trimmed.starts_with("mod ") && trimmed.ends_with('{') {
            return line.saturating_sub(2);
        }
        after_attribute = trimmed == "#[cfg(test)]";
    }
    text.lines().count()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}
