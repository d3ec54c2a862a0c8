//! Cargo.toml: every version once, every outside dependency with its reason.
use super::{Findings, Violation, numbered};
use crate::repo::Source;

/// A line in a dependency table.
pub struct Dependency<'a> {
    pub name: &'a str,
    /// `dependencies`, `dev-dependencies`, `workspace.dependencies` …
    pub section: &'a str,
    pub line: usize,
    /// The whole line.
    pub text: &'a str,
}

/// The dependencies of a manifest: `name = …`, `name.workspace = true` and `[dependencies.name]`.
pub fn dependencies(text: &str) -> Vec<Dependency<'_>> {
    let mut section = "";
    let mut found = Vec::new();
    for (line, text) in numbered(text.lines()) {
        let trimmed = text.trim();
        if let Some(header) = trimmed.strip_prefix('[') {
            section = header.split(']').next().unwrap_or_default();
            if let Some((table, name)) = section.rsplit_once('.')
                && table.ends_with("dependencies")
            {
                found.push(Dependency { name, section: table, line, text });
            }
        } else if section.ends_with("dependencies")
            && !trimmed.starts_with('#')
            && let Some((key, _)) = trimmed.split_once('=')
        {
            let name = key.trim().split('.').next().unwrap_or_default();
            found.push(Dependency { name, section, line, text });
        }
    }
    found
}

pub fn look(sources: &[Source], findings: &mut Findings) {
    for source in sources.iter().filter(|source| source.path.ends_with("Cargo.toml")) {
        for dependency in dependencies(&source.text) {
            let of_workspace = dependency.section == "workspace.dependencies";
            let (what, why, fix) = if of_workspace && !dependency.text.contains("path =") && reason(dependency.text).is_empty() {
                let what = format!("{} has no reason", dependency.name);
                (what, "every outside dependency says why it is here", "add `# reason` on its line")
            } else if !of_workspace && !dependency.text.contains("workspace = true") && !is_apart(&source.path) {
                let what = format!("{} has a version of its own", dependency.name);
                (what, "every version stands once, in the root", "write `name.workspace = true`")
            } else {
                continue;
            };
            findings.violations.push(Violation { path: source.path.clone(), line: dependency.line, what, why, fix: fix.to_owned() });
        }
    }
}

/// A workspace of its own, with its own versions.
fn is_apart(path: &str) -> bool {
    path.starts_with("fuzz/") || path.starts_with("bench/")
}

fn reason(line: &str) -> &str {
    line.split_once('#').map_or("", |(_, reason)| reason.trim())
}
