//! `cargo xtask mutants`: bugs planted on purpose, one at a time, in a copy of the sources; a test must catch each by name.
pub mod patch;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Instant;

use crate::Outcome;
use crate::check::cargo;
use crate::process::{Log, elapsed, silent};
use crate::repo::{Repo, Source};
use patch::Mutant;

/// Where the copy stands, and what is built from it; both are kept, so that the next mutant builds little.
const TREE: &str = "target/mutants/tree";
const BUILD: &str = "target/mutants/build";
const LOGS: &str = "target/mutants/logs";

/// Folders that are no part of the copy.
const PASSED_OVER: [&str; 4] = ["target", ".git", "node_modules", "__pycache__"];

/// What became of one mutant.
enum Fate {
    /// The first test that was red for each command.
    Caught(Vec<String>),
    /// Why it counts as not caught.
    Survived(String),
}

/// Every mutant, or those named.
pub fn run(repo: &Repo, names: &[&str]) -> Outcome {
    match hunt(repo, names) {
        Ok(true) => Outcome::Passed,
        Ok(false) => Outcome::Failed,
        Err(reason) => {
            eprintln!("mutants: {reason}");
            Outcome::Failed
        }
    }
}

fn hunt(repo: &Repo, names: &[&str]) -> Result<bool, String> {
    let start = Instant::now();
    let mutants = chosen(&repo.sources()?, names)?;
    let tree = Repo::at(&repo.path(TREE));
    refresh(repo.root(), tree.root())?;
    for mutant in &mutants {
        mutant.apply_to(&|path| tree.read(path)).map_err(|reason| format!("mutants/{}.patch does not apply: {reason}", mutant.name))?;
    }
    let commands: BTreeSet<&String> = mutants.iter().flat_map(|mutant| &mutant.tests).collect();
    println!("mutants: {} mutants; first the {} commands without any", mutants.len(), commands.len());
    for command in commands {
        if let Fate::Caught(red) = test(repo, &tree, "none", std::slice::from_ref(command))? {
            return Err(format!("`cargo test {command}` is red without a mutant: {}", red.join(", ")));
        }
    }
    let mut survived = Vec::new();
    for mutant in &mutants {
        let begun = Instant::now();
        plant(&tree, mutant)?;
        let fate = test(repo, &tree, &mutant.name, &mutant.tests);
        refresh(repo.root(), tree.root())?;
        let (verdict, detail) = match fate? {
            Fate::Caught(by) => ("caught", by.join(", ")),
            Fate::Survived(why) => {
                survived.push(mutant.name.clone());
                ("SURVIVED", why)
            }
        };
        println!("{verdict:<8} {:<28} {:<9} {}\n         {detail}", mutant.name, elapsed(begun), mutant.promise);
    }
    let time = elapsed(start);
    if survived.is_empty() {
        println!("mutants: all {} caught in {time}", mutants.len());
    } else {
        println!("mutants: FAILED: {} of {} not caught in {time}: {}; logs in {LOGS}", survived.len(), mutants.len(), survived.join(", "));
    }
    Ok(survived.is_empty())
}

/// The mutants of these names; of none, all.
fn chosen(sources: &[Source], names: &[&str]) -> Result<Vec<Mutant>, String> {
    let all = patch::all(sources).into_iter().collect::<Result<Vec<Mutant>, String>>()?;
    if let Some(unknown) = names.iter().find(|name| !all.iter().any(|mutant| mutant.name == **name)) {
        return Err(format!("there is no mutants/{unknown}.patch"));
    }
    let mut mutants = all;
    mutants.retain(|mutant| names.is_empty() || names.contains(&mutant.name.as_str()));
    // Those of one crate follow each other: the crates below it are then built once and not again for each.
    mutants.sort_by(|a, b| a.place().cmp(b.place()));
    if mutants.is_empty() { Err("there are no mutants".to_owned()) } else { Ok(mutants) }
}

fn plant(tree: &Repo, mutant: &Mutant) -> Result<(), String> {
    let altered =
        mutant.apply_to(&|path| tree.read(path)).map_err(|reason| format!("mutants/{}.patch does not apply: {reason}", mutant.name))?;
    for (path, text) in altered {
        fs::write(tree.path(&path), text).map_err(|error| format!("cannot write {path}: {error}"))?;
    }
    Ok(())
}

/// Runs each command; every one has to be red by a test.
fn test(repo: &Repo, tree: &Repo, name: &str, commands: &[String]) -> Result<Fate, String> {
    let mut caught = Vec::new();
    for (at, words) in commands.iter().enumerate() {
        let path = repo.path(&format!("{LOGS}/{name}-{at}.log"));
        let mut log = Log::create(&path)?;
        let mut command = cargo(tree);
        command.arg("test").args(words.split_whitespace());
        // Line tables are for people who look at a trace; nobody does here.
        command.env("CARGO_TARGET_DIR", repo.path(BUILD)).env("CARGO_PROFILE_DEV_DEBUG", "0").env("RUST_BACKTRACE", "0");
        let passed = log.run(&mut command, silent)?;
        let text = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        match red_of(&text, passed) {
            Ok(red) => caught.push(red),
            Err(why) if name == "none" && !passed => return Err(format!("`cargo test {words}`: {why}")),
            Err(why) => return Ok(Fate::Survived(format!("`cargo test {words}`: {why}"))),
        }
    }
    Ok(Fate::Caught(caught))
}

/// The first red test of a run, or why none says so.
fn red_of(output: &str, passed: bool) -> Result<String, String> {
    if output.contains("error: could not compile") || output.contains("error[E") {
        return Err("it does not compile".to_owned());
    }
    let ran = output.lines().any(|line| line.starts_with("test ") && line.contains(" ... "));
    if !ran {
        return Err("no test ran".to_owned());
    }
    let red = output.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    match red {
        Some(name) if !passed => Ok(name.to_owned()),
        _ if passed => Err("green".to_owned()),
        _ => Err("it failed, but no test says so".to_owned()),
    }
}

/// Makes the copy as the sources are: what is the same stays untouched, so that cargo does not build it again.
fn refresh(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: io::Error| format!("cannot copy the sources to {TREE}: {error}");
    fs::create_dir_all(to).map_err(failed)?;
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (name, kind) = (entry.file_name(), entry.file_type().map_err(failed)?);
        if PASSED_OVER.iter().any(|passed| name == *passed) {
            continue;
        }
        let target = to.join(&name);
        if kind.is_dir() {
            refresh(&entry.path(), &target)?;
        } else if kind.is_file() {
            let bytes = fs::read(entry.path()).map_err(failed)?;
            if fs::read(&target).ok().as_ref() != Some(&bytes) {
                fs::write(&target, bytes).map_err(failed)?;
            }
        } else {
            continue;
        }
        names.insert(name);
    }
    for entry in fs::read_dir(to).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if names.contains(&entry.file_name()) {
            continue;
        }
        let gone = if entry.path().is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        gone.map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
