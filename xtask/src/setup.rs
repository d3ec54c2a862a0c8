//! `cargo xtask setup`: finds what the tests drive, installs what is missing, touches no running service.
mod components;
mod find;
mod install;

use std::thread;
use std::time::Instant;

use crate::Outcome;
use crate::process::elapsed;
use crate::repo::Repo;
use components::{ALIASES, COMPONENTS, Component};

/// Makes the named components present, or all of them, and prints a table.
pub fn run(repo: &Repo, names: &[&str]) -> Outcome {
    match prepare(repo, names) {
        Ok(table) => {
            println!("{}", table.join("\n"));
            Outcome::Passed
        }
        Err(reason) => {
            eprintln!("{reason}");
            Outcome::NotPrepared
        }
    }
}

/// Installs Debian packages that no test drives.
pub fn packages(repo: &Repo, names: &[&str]) -> Result<(), String> {
    install::apt(repo, names)
}

/// The table's lines, or what people must do themselves.
pub fn prepare(repo: &Repo, names: &[&str]) -> Result<Vec<String>, String> {
    let wanted = choose(names)?;
    let before = versions(repo, &wanted);
    let missing: Vec<&Component> =
        wanted.iter().zip(&before).filter(|(_, version)| version.is_none()).map(|(component, _)| *component).collect();
    if missing.is_empty() {
        return Ok(table(&wanted, &before, &[]));
    }
    let start = Instant::now();
    let installed = install::install(repo, &missing);
    let after = versions(repo, &wanted);
    let mut lines = table(&wanted, &after, &missing);
    installed.map_err(|reason| format!("{}\n{reason}", lines.join("\n")))?;
    if let Some(absent) = wanted.iter().zip(&after).find(|(_, version)| version.is_none()) {
        let fix = install::by_hand(repo, absent.0);
        return Err(format!("{}\n{} is still missing after its installation\n    fix  {fix}", lines.join("\n"), absent.0.name));
    }
    lines.push(format!("installed in {}", elapsed(start)));
    Ok(lines)
}

/// The components of these names in the table's order, with what each needs; all if none is named.
fn choose(names: &[&str]) -> Result<Vec<&'static Component>, String> {
    let mut chosen: Vec<&str> = Vec::new();
    for name in names {
        let known = ALIASES.iter().find(|(alias, _)| alias == name).map_or(*name, |(_, known)| *known);
        let Some(component) = COMPONENTS.iter().find(|component| component.name == known) else {
            let all: Vec<&str> = COMPONENTS.iter().map(|component| component.name).collect();
            return Err(format!("setup: `{name}` is not a component; there are: {}", all.join(", ")));
        };
        chosen.push(component.name);
        chosen.extend(component.needs);
    }
    Ok(COMPONENTS.iter().filter(|component| names.is_empty() || chosen.contains(&component.name)).collect())
}

/// The version of each, asked all at once: some of them take half a second to say it.
fn versions(repo: &Repo, wanted: &[&Component]) -> Vec<Option<String>> {
    thread::scope(|scope| {
        let asked: Vec<_> = wanted.iter().map(|component| scope.spawn(|| (component.version)(repo))).collect();
        asked.into_iter().map(|answer| answer.join().unwrap_or_default()).collect()
    })
}

fn table(wanted: &[&Component], versions: &[Option<String>], installed: &[&Component]) -> Vec<String> {
    let row = |(component, version): (&&Component, &Option<String>)| {
        let action = match (version, installed.iter().any(|other| other.name == component.name)) {
            (Some(_), false) => "",
            (Some(_), true) => "installed",
            (None, _) => "MISSING",
        };
        let version = version.as_deref().unwrap_or("-");
        format!("{:<11} {version:<30} {:<48} {action}", component.name, component.purpose).trim_end().to_owned()
    };
    wanted.iter().zip(versions).map(row).collect()
}

#[cfg(test)]
mod tests;
