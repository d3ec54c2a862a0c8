//! The root documents stand, and stay short enough to be read.
use super::{Findings, Violation};
use crate::repo::Source;

/// Each document and the most lines it may have.
const DOCUMENTS: [(&str, usize); 11] = [
    ("README.md", 120),
    ("ARCHITECTURE.md", 200),
    ("GLOSSARY.md", usize::MAX),
    ("CONTRIBUTING.md", usize::MAX),
    ("CHANGELOG.md", usize::MAX),
    ("SECURITY.md", usize::MAX),
    ("LICENSE-APACHE", usize::MAX),
    ("LICENSE-MIT", usize::MAX),
    ("docs/problems.md", usize::MAX),
    ("docs/openapi.json", usize::MAX),
    ("docs/threat-model.md", usize::MAX),
];

pub fn look(sources: &[Source], findings: &mut Findings) {
    for (path, most) in DOCUMENTS {
        let found = sources.iter().find(|source| source.path == path).filter(|source| !source.text.trim().is_empty());
        let (what, fix) = match found.map(|source| source.text.lines().count()) {
            None => ("absent or empty".to_owned(), "write it".to_owned()),
            Some(lines) if lines > most => (format!("{lines} lines"), format!("cut it to {most}")),
            Some(_) => continue,
        };
        let why = "people look for it, and read it whole";
        findings.violations.push(Violation { path: path.to_owned(), line: 0, what, why, fix });
    }
}
