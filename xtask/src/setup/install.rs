//! Installing what is missing: Debian packages as root, everything else under `target/tools`.
use std::fs;
use std::path::Path;
use std::process::Command;

use super::components::{Component, Source};
use super::find;
use crate::process::{Log, answer, silent, spelled, tail};
use crate::repo::Repo;

pub const NPM_LOCK: &str = "clients/tests/npm/package-lock.json";
pub const NPM_FOLDER: &str = "target/tools/npm";
pub const PYPI_LOCK: &str = "clients/tests/pypi/requirements.txt";
pub const VENV_FOLDER: &str = "target/tools/venv";

pub const RUST_LOCK: &str = "clients/rust/Cargo.lock";
pub const RUST_FOLDER: &str = "target/tools/rust";

const MAKE_NULL_DEVICE: &str = "rm -f /dev/null && mknod -m 666 /dev/null c 1 3";

/// Holds the lock file an installation was made from; written last, so a broken one has none.
pub const STAMP: &str = "installed-from";

/// Installs these; stops at the first that fails, with the line to type instead.
pub fn install(repo: &Repo, missing: &[&Component]) -> Result<(), String> {
    let packages: Vec<&str> = missing.iter().flat_map(|component| apt_packages(component)).copied().collect();
    if !packages.is_empty() {
        apt(repo, &packages)?;
    }
    for component in missing {
        let commands = commands(repo, component);
        if commands.is_empty() {
            continue;
        }
        println!("    installing {}", component.name);
        prepare_folder(repo, component).map_err(|error| format!("setup {}: {error}", component.name))?;
        for mut command in commands {
            run(repo, component.name, &mut command)?;
        }
        stamp(repo, component)?;
    }
    Ok(())
}

/// The line that installs a component by hand.
pub fn by_hand(repo: &Repo, component: &Component) -> String {
    match component.source {
        Source::Apt(packages) => format!("sudo {}", spelled(&apt_install(packages))),
        Source::NullDevice => format!("sudo sh -c '{MAKE_NULL_DEVICE}'"),
        Source::Unpacked(package) => format!("sh -c '{}'", unpack(package)),
        Source::Rustup(_) | Source::Cargo { .. } | Source::RustPayers | Source::Npm | Source::Pypi => {
            let lines: Vec<String> = commands(repo, component).iter().map(spelled).collect();
            lines.join(" && ")
        }
    }
}

fn apt_packages(component: &Component) -> &'static [&'static str] {
    match component.source {
        Source::Apt(packages) => packages,
        Source::NullDevice
        | Source::Unpacked(_)
        | Source::Rustup(_)
        | Source::Cargo { .. }
        | Source::RustPayers
        | Source::Npm
        | Source::Pypi => &[],
    }
}

/// As root, or by sudo without a password.
pub fn apt(repo: &Repo, packages: &[&str]) -> Result<(), String> {
    println!("    installing {}", packages.join(" "));
    let fix = format!("sudo apt-get update && sudo {}", spelled(&apt_install(packages)));
    let is_root = answer(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !is_root && answer(Command::new("sudo").args(["-n", "true"])).is_none() {
        return Err(format!("setup: neither root nor sudo without a password\n    fix  {fix}"));
    }
    let as_root = |command: &Command| {
        let mut words = vec![command.get_program()];
        words.extend(command.get_args());
        if !is_root {
            words.splice(0..0, ["sudo".as_ref(), "-n".as_ref()]);
        }
        let mut command = Command::new(words.remove(0));
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let mut update = Command::new("apt-get");
    update.args(["update", "-o", "DPkg::Lock::Timeout=300"]);
    // A package list of yesterday may do; the installation says so if it does not.
    run(repo, "apt-update", &mut as_root(&update)).unwrap_or_default();
    run(repo, "apt", &mut as_root(&apt_install(packages))).map_err(|reason| format!("{reason}\n    fix  {fix}"))
}

fn apt_install(packages: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]).args(packages);
    command
}

/// Fetches a package and lays its files into a folder of their own; needs no rights and starts no service.
fn unpack(package: &str) -> String {
    let folder = format!("target/tools/{package}");
    format!(
        "rm -rf {folder} && mkdir -p {folder} && cd {folder} && apt-get download {package} && dpkg -x {package}_*.deb . && rm {package}_*.deb"
    )
}

/// What installs a component that is no Debian package.
fn commands(repo: &Repo, component: &Component) -> Vec<Command> {
    let mut first = match component.source {
        Source::Apt(_) => return Vec::new(),
        Source::NullDevice => {
            let mut command = Command::new("sh");
            command.args(["-c", MAKE_NULL_DEVICE]);
            command
        }
        Source::Unpacked(package) => {
            let mut command = Command::new("sh");
            command.args(["-c", &unpack(package)]);
            command
        }
        Source::Rustup(parts) => {
            let mut command = Command::new("rustup");
            command.args(["component", "add"]).args(parts);
            command
        }
        Source::Cargo { package, version } => {
            let mut command = Command::new("cargo");
            command.args(["install", package, "--version", version, "--locked", "--root", "target/tools"]);
            // It runs for a second and is compiled on every cold machine: compiling it well costs more than it ever saves.
            command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0").env("CARGO_PROFILE_RELEASE_LTO", "off");
            command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256");
            command
        }
        Source::RustPayers => {
            let mut command = Command::new("cargo");
            // With their tests, which the end-to-end tests run.
            command.args(["build", "--all-targets", "--locked", "--manifest-path", "clients/rust/Cargo.toml", "--target-dir", RUST_FOLDER]);
            command
        }
        Source::Npm => {
            let mut command = Command::new("npm");
            // No package may run its own script on our machine.
            command.args(["ci", "--prefix", NPM_FOLDER, "--ignore-scripts", "--no-audit", "--no-fund"]);
            command
        }
        Source::Pypi => {
            let mut command = Command::new("python3");
            command.args(["-m", "venv", "--clear", VENV_FOLDER]);
            command
        }
    };
    first.current_dir(repo.root());
    let mut commands = vec![first];
    if matches!(component.source, Source::Pypi) {
        let mut pip = Command::new(format!("{VENV_FOLDER}/bin/python"));
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:", "-r", PYPI_LOCK]);
        pip.current_dir(repo.root());
        commands.push(pip);
    }
    commands
}

/// Before: an empty stamp, and for npm the two files it reads.
fn prepare_folder(repo: &Repo, component: &Component) -> Result<(), String> {
    let failed = |error: std::io::Error| error.to_string();
    if let Some((_, folder)) = locked(component) {
        let folder = repo.path(folder);
        fs::create_dir_all(&folder).map_err(failed)?;
        remove_if_there(&folder.join(STAMP)).map_err(failed)?;
    }
    if matches!(component.source, Source::Npm) {
        for name in ["package.json", "package-lock.json"] {
            fs::copy(repo.path(&format!("clients/tests/npm/{name}")), repo.path(NPM_FOLDER).join(name)).map_err(failed)?;
        }
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    if path.exists() { fs::remove_file(path) } else { Ok(()) }
}

/// After: which lock file it was.
fn stamp(repo: &Repo, component: &Component) -> Result<(), String> {
    if matches!(component.source, Source::RustPayers) {
        let file = repo.path(RUST_FOLDER).join(STAMP);
        return fs::write(file, find::rust_sources(repo)).map_err(|error| format!("setup {}: {error}", component.name));
    }
    let Some((lock, folder)) = locked(component) else { return Ok(()) };
    fs::copy(repo.path(lock), repo.path(folder).join(STAMP)).map(|_| ()).map_err(|error| format!("setup {}: {error}", component.name))
}

/// The lock file of a component and the folder it is installed into.
fn locked(component: &Component) -> Option<(&'static str, &'static str)> {
    match component.source {
        Source::Npm => Some((NPM_LOCK, NPM_FOLDER)),
        Source::Pypi => Some((PYPI_LOCK, VENV_FOLDER)),
        Source::Apt(_) | Source::NullDevice | Source::Unpacked(_) | Source::Rustup(_) | Source::Cargo { .. } | Source::RustPayers => None,
    }
}

fn run(repo: &Repo, name: &str, command: &mut Command) -> Result<(), String> {
    let log = format!("target/check/01-setup-{name}.log");
    let path = repo.path(&log);
    let succeeded = Log::create(&path).and_then(|mut log| log.run(command, silent));
    if succeeded == Ok(true) {
        return Ok(());
    }
    let reason = succeeded.err().unwrap_or_else(|| tail(&path, 20));
    Err(format!("{reason}\nsetup: cannot install {name}; log in {log}\n    fix  {}", spelled(command)))
}
