//! The steps of the gate, in their order.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::cargo;
use crate::Outcome;
use crate::process::{Log, answer, silent};
use crate::repo::Repo;
use crate::{evidence, setup, tidy};

/// One numbered part of the gate.
pub struct Step {
    pub name: &'static str,
    pub purpose: &'static str,
    /// Writes everything it learns to the log; returns lines for people.
    pub run: fn(&Repo, &mut Log) -> Result<Vec<String>, Outcome>,
}

pub const STEPS: [Step; 9] = [
    Step { name: "setup", purpose: "the components the tests drive", run: set_up },
    Step { name: "fmt", purpose: "one layout", run: fmt },
    Step { name: "clippy", purpose: "lints, warnings as errors", run: clippy },
    Step { name: "tidy", purpose: "the house rules", run: tidy },
    Step { name: "tests", purpose: "all tests, browser and public payers included", run: tests },
    Step { name: "no_std", purpose: "crates for bare machines build without std", run: no_std },
    Step { name: "deny", purpose: "licences, duplicates, sources, advisories", run: deny },
    Step { name: "docs", purpose: "documentation without warnings", run: docs },
    Step { name: "evidence", purpose: "every real component was really driven", run: evidence },
];

/// The fuzz targets, a workspace of their own: nothing else in the gate would notice that they no longer build.
const FUZZ: &str = "fuzz/Cargo.toml";

/// The adapters for public Rust clients, another workspace: what their SDKs bring is in no lock file of the product.
const ADAPTERS: &str = "clients/rust/Cargo.toml";

/// The crates that must build where there is no operating system.
const NO_STD: [&str; 1] = ["money"];

fn set_up(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    setup::prepare(repo, &[]).inspect(|table| log.line(&table.join("\n"))).map_err(|reason| {
        log.line(&reason);
        Outcome::NotPrepared
    })
}

fn fmt(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    passes(log, cargo(repo).args(["fmt", "--all", "--check", "--", "--color", "never"]))?;
    passes(log, cargo(repo).args(["fmt", "--manifest-path", FUZZ, "--check", "--", "--color", "never"]))?;
    passes(log, cargo(repo).args(["fmt", "--all", "--manifest-path", ADAPTERS, "--check", "--", "--color", "never"]))
}

fn clippy(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    passes(log, cargo(repo).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    let fuzz = ["clippy", "--manifest-path", FUZZ, "--target-dir", "target/fuzz", "--example", "stable", "--", "-D", "warnings"];
    passes(log, cargo(repo).args(fuzz))
}

fn tidy(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    let (passed, mut lines) = tidy::report(repo).map_err(|reason| {
        log.line(&reason);
        Outcome::NotPrepared
    })?;
    log.line(&lines.join("\n"));
    if passed { Ok(lines.split_off(lines.len().saturating_sub(1))) } else { Err(Outcome::Failed) }
}

fn tests(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    evidence::clear(repo).map_err(|reason| {
        log.line(&reason);
        Outcome::NotPrepared
    })?;
    let mut in_failures = false;
    let telling = move |line: &str| {
        in_failures = (in_failures || line == "failures:") && !line.starts_with("test result:");
        let names_a_target = line.trim_start().starts_with("Running ") || line.trim_start().starts_with("Doc-tests ");
        in_failures || names_a_target || line.starts_with("test result:") || line.starts_with("error") || line.ends_with("... FAILED")
    };
    let mut command = cargo(repo);
    command.args(["test", "--workspace", "--no-fail-fast"]);
    judged(log.run(&mut command, telling), log)
}

/// A real proof without another toolchain: a sysroot that holds `core` and `alloc` but no `std`, so that a crate that
/// needs `std` finds none.
fn no_std(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    let host = bare_sysroot(&repo.path("target/no_std/sysroot")).map_err(|reason| {
        log.line(&reason);
        Outcome::NotPrepared
    })?;
    let flags = format!("--sysroot\u{1f}{}", repo.path("target/no_std/sysroot").display());
    for name in NO_STD {
        let mut command = cargo(repo);
        command.args(["build", "--package", name, "--no-default-features", "--target", &host, "--target-dir", "target/no_std"]);
        passes(log, command.env("CARGO_ENCODED_RUSTFLAGS", &flags))?;
    }
    Ok(vec![format!("{}: core and alloc only", NO_STD.join(", "))])
}

/// Makes the folder a sysroot of links to this toolchain's `core`, `alloc` and `compiler_builtins`; returns the host's
/// name.
fn bare_sysroot(folder: &Path) -> Result<String, String> {
    let asked = |arguments: &[&str]| answer(Command::new("rustc").args(arguments)).ok_or("rustc does not answer");
    let verbose = asked(&["-vV"])?;
    let host = verbose.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let library = Path::new("lib/rustlib").join(host).join("lib");
    let full = Path::new(&asked(&["--print", "sysroot"])?).join(&library);
    let failed = |error: std::io::Error| format!("cannot make {}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder.join(&library)).map_err(failed)?;
    for entry in fs::read_dir(&full).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if ["libcore-", "liballoc-", "libcompiler_builtins-"].iter().any(|kept| name.starts_with(kept)) {
            symlink(entry.path(), folder.join(&library).join(&name)).map_err(failed)?;
        }
    }
    Ok(host.to_owned())
}

fn deny(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    let tool = || {
        let mut command = Command::new(repo.path("target/tools/bin/cargo-deny"));
        command.current_dir(repo.root()).args(["--color", "never"]);
        command
    };
    passes(log, tool().args(["--offline", "check", "licenses", "bans", "sources"]))?;
    let adapters = ["--offline", "--manifest-path", ADAPTERS, "--config", "deny.toml", "check", "licenses", "sources"];
    passes(log, tool().args(adapters))?;
    let text = repo.read("target/check/07-deny.log").unwrap_or_default();
    let duplicates = text.matches("warning[duplicate]").count();
    let mut notes = vec![format!("licences, bans and sources in order; {duplicates} duplicate versions beyond the allowed ones")];
    if advisories_at_hand() {
        passes(log, tool().args(["check", "--disable-fetch", "advisories"]))?;
        notes.push("advisories: none, by the database on this machine".to_owned());
    } else {
        notes.push("advisories: NOT CHECKED, no database on this machine; `cargo deny fetch db` brings it".to_owned());
    }
    for note in &notes {
        log.line(note);
    }
    Ok(notes)
}

/// Whether an advisory database was fetched before. The gate itself reaches package registries only.
fn advisories_at_hand() -> bool {
    let home = std::env::var_os("CARGO_HOME").map(Into::into).or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
    let entries = home.and_then(|home: std::path::PathBuf| fs::read_dir(home.join("advisory-dbs")).ok());
    entries.is_some_and(|entries| entries.flatten().any(|entry| entry.path().is_dir()))
}

fn docs(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    passes(log, cargo(repo).args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn evidence(repo: &Repo, log: &mut Log) -> Result<Vec<String>, Outcome> {
    let lines = evidence::judge(repo);
    for line in &lines {
        log.line(line.as_ref().unwrap_or_else(|missing| missing));
    }
    lines.into_iter().collect::<Result<Vec<String>, String>>().map_err(|_| Outcome::EvidenceMissing)
}

fn passes(log: &mut Log, command: &mut Command) -> Result<Vec<String>, Outcome> {
    let result = log.run(command, silent);
    judged(result, log)
}

fn judged(result: Result<bool, String>, log: &mut Log) -> Result<Vec<String>, Outcome> {
    match result {
        Ok(true) => Ok(Vec::new()),
        Ok(false) => Err(Outcome::Failed),
        Err(reason) => {
            log.line(&reason);
            Err(Outcome::NotPrepared)
        }
    }
}
