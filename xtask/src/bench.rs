//! `cargo xtask bench`: builds the benches of `bench/` for release, installs the peers they are measured against, runs them.
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::check::cargo;
use crate::repo::Repo;
use crate::setup;

/// Where the benches are built: their workspace is apart, their results stand in `target/bench`.
const BUILD: &str = "target/bench-build";

/// Debian's PostgreSQL of the version that is compared, by the program that starts it.
const SERVER: &str = "/usr/lib/postgresql/15/bin/postgres";
/// Says to Debian's installer that nobody wants a server of its own on this machine.
const NO_CLUSTER: (&str, &str) = ("/etc/postgresql-common/createcluster.d/no-main.conf", "create_main_cluster = false\n");

/// Runs the named benches, or all; the arguments are the bench's own.
pub fn run(repo: &Repo, arguments: &[&str]) -> Outcome {
    if let Err(reason) = peers(repo, arguments) {
        eprintln!("bench: {reason}");
        return Outcome::NotPrepared;
    }
    let mut build = cargo(repo);
    build.args(["build", "--release", "--quiet", "--manifest-path", "bench/Cargo.toml", "--target-dir", BUILD]);
    if std::env::var_os("TIGERBEETLE_ADDRESS").is_some() {
        build.args(["--features", "tigerbeetle"]);
    }
    let mut bench = Command::new(repo.path(BUILD).join("release/bench"));
    bench.args(arguments).current_dir(repo.root());
    for (command, otherwise) in [(&mut build, Outcome::NotPrepared), (&mut bench, Outcome::Failed)] {
        if !command.status().is_ok_and(|status| status.success()) {
            return otherwise;
        }
    }
    Outcome::Passed
}

/// PostgreSQL, where `books` runs and it is not there. What cannot be installed is named by the bench as missing.
fn peers(repo: &Repo, arguments: &[&str]) -> Result<(), String> {
    let names: Vec<&&str> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    if Path::new(SERVER).exists() || !(names.is_empty() || names.contains(&&"books")) {
        return Ok(());
    }
    setup::packages(repo, &["postgresql-common"])?;
    let (path, text) = NO_CLUSTER;
    if !Path::new(path).exists() && std::fs::write(path, text).is_err() {
        eprintln!("bench: Debian's installer may start a PostgreSQL server: {path} cannot be written");
    }
    setup::packages(repo, &["postgresql-15"])
}
