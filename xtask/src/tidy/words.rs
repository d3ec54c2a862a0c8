//! The field's words, one meaning each; some words mean too many things to be names here.
use super::{Findings, Violation, crate_of, numbered};
use crate::code::{self, words};
use crate::repo::Source;

/// Parts of names the domain does not use, and what to say instead.
const DOMAIN: [(&str, &str); 1] = [("transaction", "say posting, charge, capture or refund")];

/// The crates that are the domain.
const DOMAIN_CRATES: [&str; 3] = ["money", "ledger", "market"];

const WHY: &str = "a name has one meaning, defined in GLOSSARY.md";

pub fn look(sources: &[Source], findings: &mut Findings) {
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        let in_domain = crate_of(&source.path).is_some_and(|name| DOMAIN_CRATES.contains(&name));
        let forbidden: &[_] = if in_domain { &DOMAIN } else { &[] };
        let lines = code::lines(&source.text);
        for (line, parted) in numbered(&lines) {
            for (what, fix) in broken(&parted.bare, forbidden) {
                findings.violations.push(Violation { path: source.path.clone(), line, what, why: WHY, fix: fix.to_owned() });
            }
        }
    }
}

/// The names on a line of code that are not ours to use.
fn broken(bare: &str, forbidden: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for word in words(bare) {
        let small = word.to_lowercase();
        if let Some((_, fix)) = forbidden.iter().find(|(part, _)| small.contains(*part)) {
            found.push((format!("the name `{word}`"), *fix));
        }
    }
    for definition in ["fn ", "struct ", "enum ", "trait ", "mod "] {
        let Some((_, after)) = bare.split_once(definition) else { continue };
        let name = words(after).next().unwrap_or_default();
        match definition {
            "fn " if name.starts_with("get_") => found.push((format!("the name `{name}`"), "drop `get_`")),
            "mod " if ["utils", "util", "helpers", "common", "misc"].contains(&name) => {
                found.push((format!("the module `{name}`"), "name it for what it holds"));
            }
            "struct " | "enum " | "trait " if name.ends_with("Manager") || name.ends_with("Helper") => {
                found.push((format!("the type `{name}`"), "name it for what it is"));
            }
            _ => {}
        }
    }
    found
}
