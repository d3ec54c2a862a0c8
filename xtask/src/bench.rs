//! `cargo xtask bench`: builds the benches of `bench/` for release, installs the peers they are measured against, runs them.
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::check::cargo;
use crate::repo::Repo;
use crate::setup;

/// Where the benches are built: their workspace is apart, their results stand in `target/bench`.
const BUILD: &str = "target/bench-build";

/// The stock Rust middleware that the gateway is measured beside: a program of its own, with a tree of its own.
const MIDDLEWARE: &str = "bench/peers/mpp/Cargo.toml";

/// The peer on Express: its lock file, and where its modules are put.
const EXPRESS: [&str; 2] = ["bench/peers/x402", "target/tools/bench-x402"];
const LOCK: &str = "package-lock.json";

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
    let mut build = build_of(repo, "bench/Cargo.toml");
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

fn build_of(repo: &Repo, manifest: &str) -> Command {
    let mut build = cargo(repo);
    build.args(["build", "--release", "--quiet", "--manifest-path", manifest, "--target-dir", BUILD]);
    build
}

/// The peers of `gateway`, which names those that are missing.
fn gateway(repo: &Repo) {
    if !build_of(repo, MIDDLEWARE).status().is_ok_and(|status| status.success()) {
        // What an earlier build left would be measured as if it were this one.
        let _ = std::fs::remove_file(repo.path(BUILD).join("release/mpp-peer"));
    }
    if let Err(reason) = express(repo) {
        eprintln!("bench: the peer on Express: {reason}");
    }
}

/// Modules as the lock file says. The copy of it that stands beside them is written last.
fn express(repo: &Repo) -> Result<(), String> {
    let [from, to] = EXPRESS.map(|folder| repo.path(folder));
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    let lock = std::fs::read(from.join(LOCK)).map_err(failed)?;
    let stamp = to.join("installed-from");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    std::fs::create_dir_all(&to).map_err(failed)?;
    for name in ["package.json", LOCK] {
        std::fs::copy(from.join(name), to.join(name)).map_err(failed)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&to);
    if !npm.status().map_err(failed)?.success() {
        return Err("npm ci failed".to_owned());
    }
    std::fs::write(stamp, lock).map_err(failed)
}

/// The peers of `gateway`; PostgreSQL, where `books` runs and it is not there. What cannot be installed is named by the bench as missing.
fn peers(repo: &Repo, arguments: &[&str]) -> Result<(), String> {
    let names: Vec<&&str> = arguments.iter().filter(|word| !word.starts_with("--")).collect();
    let runs = |bench: &str| names.is_empty() || names.iter().any(|name| **name == bench);
    if runs("gateway") {
        gateway(repo);
    }
    if Path::new(SERVER).exists() || !runs("books") {
        return Ok(());
    }
    setup::packages(repo, &["postgresql-common"])?;
    let (path, text) = NO_CLUSTER;
    if !Path::new(path).exists() && std::fs::write(path, text).is_err() {
        eprintln!("bench: Debian's installer may start a PostgreSQL server: {path} cannot be written");
    }
    setup::packages(repo, &["postgresql-15"])
}
