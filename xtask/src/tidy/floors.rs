//! Import only downward; only the roof touches the world.
use super::{Findings, Violation, crate_of, manifest, numbered};
use crate::code::{self, has_word, words};
use crate::repo::Source;

/// Each crate's folder and the workspace crates it may import. Tests and build scripts are held to the same.
const MAY_IMPORT: [(&str, &[&str]); 9] = [
    ("money", &[]),
    ("ledger", &["money"]),
    ("protocol", &["money"]),
    ("market", &["money", "ledger", "protocol"]),
    ("store", &["money", "ledger", "market"]),
    ("sim", &["money", "ledger", "protocol", "market", "store"]),
    ("client", &["money", "protocol"]),
    ("print", &["money"]),
    ("app", &["money", "ledger", "protocol", "market", "store", "client", "print"]),
];

/// The crates that may speak of files, sockets, threads and the clock at all.
const TOUCH_THE_WORLD: [&str; 3] = ["app", "store", "client"];

/// Modules of `std` that are the world.
const WORLD: [&str; 3] = ["net", "fs", "thread"];

/// Names that are the world wherever they come from.
const WORLDLY: [&str; 3] = ["tokio", "SystemTime", "Instant"];

pub fn look(sources: &[Source], findings: &mut Findings) {
    for source in sources {
        let Some(name) = crate_of(&source.path) else { continue };
        if source.path == format!("crates/{name}/Cargo.toml") {
            imports(name, source, findings);
        } else if source.path.ends_with(".rs") && !TOUCH_THE_WORLD.contains(&name) {
            world(source, findings);
        }
    }
}

fn imports(name: &str, source: &Source, findings: &mut Findings) {
    let why = "crates import only downward";
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(known, _)| *known == name) else {
        let what = format!("{name} has no floor");
        let fix = "give it one in xtask/src/tidy/floors.rs".to_owned();
        findings.violations.push(Violation { path: source.path.clone(), line: 0, what, why, fix });
        return;
    };
    for dependency in manifest::dependencies(&source.text) {
        let ours = MAY_IMPORT.iter().any(|(known, _)| *known == dependency.name);
        let what = if ours && !allowed.contains(&dependency.name) {
            format!("{name} imports {}", dependency.name)
        } else if name == "money" && dependency.section == "dependencies" {
            format!("money imports {}", dependency.name)
        } else {
            continue;
        };
        let fix = if allowed.is_empty() { "it may import nothing".to_owned() } else { format!("it may import {}", allowed.join(", ")) };
        findings.violations.push(Violation { path: source.path.clone(), line: dependency.line, what, why, fix });
    }
}

fn world(source: &Source, findings: &mut Findings) {
    let lines = code::lines(&source.text);
    for (line, parted) in numbered(&lines) {
        for name in worldly(&parted.bare) {
            findings.violations.push(Violation {
                path: source.path.clone(),
                line,
                what: format!("{name} below the roof"),
                why: "only app, store and client touch files, sockets, threads and the clock",
                fix: "take what you need as an argument".to_owned(),
            });
        }
    }
}

/// The words of the world on a line of code: `std::fs`, `use std::{net, fs}`, `Instant`.
fn worldly(bare: &str) -> Vec<String> {
    let mut found: Vec<String> = WORLDLY.iter().filter(|name| has_word(bare, name)).map(|name| (*name).to_owned()).collect();
    for (at, root) in bare.match_indices("std::") {
        let after = bare.get(at.saturating_add(root.len())..).unwrap_or_default();
        let named = match after.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default(),
        };
        let hits = words(named).filter(|word| WORLD.contains(word)).map(|word| format!("std::{word}"));
        found.extend(hits);
    }
    found
}
