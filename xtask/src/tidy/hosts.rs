//! Nothing of one machine: no paths of it, no registry it happens to use.
use super::{Findings, Violation, numbered};
use crate::repo::Source;

/// Folders of a developer's machine. Spelled in two parts, or this file would break its own rule.
const FOLDERS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/Us", "ers/")];

/// Hosts and settings that name a registry. Which one is used is the environment's business.
const REGISTRIES: [&str; 9] = [
    concat!("registry.", "npmjs"),
    concat!("pythonhosted", ".org"),
    concat!("py", "pi.org"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("--index", "-url"),
    concat!("--extra-index", "-url"),
    concat!("replace", "-with"),
];

/// Files that configure a registry.
const SETTINGS: [&str; 4] = [".npmrc", "pip.conf", ".yarnrc.yml", ".pypirc"];

pub fn look(sources: &[Source], findings: &mut Findings) {
    // Cargo writes its lock file itself, with the public index's name.
    for source in sources.iter().filter(|source| source.path != "Cargo.lock") {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        if SETTINGS.contains(&name) {
            findings.violations.push(registry(source, 0, name));
        }
        for (line, text) in numbered(source.text.lines()) {
            if let Some(folder) = FOLDERS.iter().find(|folder| names_folder(text, folder)) {
                findings.violations.push(Violation {
                    path: source.path.clone(),
                    line,
                    what: format!("`{folder}` is a path of one machine"),
                    why: "a fresh clone must work anywhere",
                    fix: "write it from the root of the workspace".to_owned(),
                });
            }
            let resolved = name == "package-lock.json" && text.trim_start().starts_with("\"resolved\"");
            if let Some(host) = REGISTRIES.iter().find(|host| text.contains(**host)) {
                findings.violations.push(registry(source, line, host));
            } else if resolved {
                findings.violations.push(registry(source, line, "resolved"));
            }
        }
    }
}

/// Whether the folder stands there as the beginning of a path, not in the middle of one.
fn names_folder(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_alphanumeric() && !"._-}~".contains(before))
    })
}

fn registry(source: &Source, line: usize, what: &str) -> Violation {
    Violation {
        path: source.path.clone(),
        line,
        what: format!("`{what}` names a registry"),
        why: "the environment decides where packages come from",
        fix: "remove it; hashes in the lock file say what they must be".to_owned(),
    }
}
