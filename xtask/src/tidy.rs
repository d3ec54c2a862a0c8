//! The house rules no compiler knows, each with its reason and its fix.
mod documents;
mod floors;
mod hosts;
mod manifest;
mod markers;
mod mutants;
mod problems;
mod shape;
mod threats;
mod words;

use std::fmt;

use crate::Outcome;
use crate::repo::{Repo, Source};

/// A rule broken at a place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub path: String,
    /// From 1; 0 means the whole file.
    pub line: usize,
    pub what: String,
    pub why: &'static str,
    pub fix: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}, {}, {}", self.path, self.line.max(1), self.what, self.why, self.fix)
    }
}

/// What the rules found.
#[derive(Default)]
pub struct Findings {
    pub violations: Vec<Violation>,
    /// Worth a look, but no reason to fail.
    pub warnings: Vec<String>,
}

type Rule = fn(&[Source], &mut Findings);

const RULES: [Rule; 11] = [
    floors::look,
    shape::look,
    markers::look,
    hosts::look,
    problems::look,
    words::look,
    manifest::look,
    documents::look,
    threats::look,
    threats::scenarios,
    mutants::look,
];

/// Prints every violation, and fails if there is one.
pub fn run(repo: &Repo) -> Outcome {
    match report(repo) {
        Ok((passed, lines)) => {
            println!("{}", lines.join("\n"));
            if passed { Outcome::Passed } else { Outcome::Failed }
        }
        Err(reason) => {
            eprintln!("tidy: {reason}");
            Outcome::NotPrepared
        }
    }
}

/// Whether the tree is tidy, and the lines to print.
pub fn report(repo: &Repo) -> Result<(bool, Vec<String>), String> {
    let sources = repo.sources()?;
    let mut findings = Findings::default();
    for rule in RULES {
        rule(&sources, &mut findings);
    }
    findings.violations.sort();
    let mut lines: Vec<String> = findings.warnings.iter().map(|warning| format!("warning: {warning}")).collect();
    lines.extend(findings.violations.iter().map(Violation::to_string));
    let (files, count) = (sources.len(), findings.violations.len());
    lines.push(format!("tidy: {files} files, {count} violations, {} warnings", findings.warnings.len()));
    Ok((findings.violations.is_empty(), lines))
}

/// Line numbers from 1, as editors count.
fn numbered<T>(lines: impl IntoIterator<Item = T>) -> impl Iterator<Item = (usize, T)> {
    lines.into_iter().enumerate().map(|(index, line)| (index.saturating_add(1), line))
}

/// The end of a file's name after its last dot.
fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The crate a path under `crates/` belongs to.
fn crate_of(path: &str) -> Option<&str> {
    path.strip_prefix("crates/")?.split('/').next()
}

#[cfg(test)]
mod tests;
