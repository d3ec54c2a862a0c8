//! The components that `cargo xtask setup` installs, and their versions as they tell them.

use super::evidence::target;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A file below the tools folder; if it is not there the test ends with the command that installs it.
pub fn tool(below: &str, component: &str) -> PathBuf {
    let tools = std::env::var("FARTHING_TOOLS").map_or_else(|_| target().join("tools"), PathBuf::from);
    let path = tools.join(below);
    assert!(path.exists(), "{component} is missing: {} is not there\n    fix  cargo xtask setup {component}", path.display());
    path
}

/// Runs a program that the system has, or ends the test with the command that installs it.
pub fn run(command: &mut Command, component: &str) -> Output {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    output.unwrap_or_else(|error| panic!("{component} is missing ({program}: {error})\n    fix  cargo xtask setup {component}"))
}

/// The same, and it must succeed; gives what it printed.
pub fn run_ok(command: &mut Command, component: &str) -> String {
    let output = run(command, component);
    assert!(
        output.status.success(),
        "{command:?} ended with {:?}\n{}\n{}",
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The version that an npm package of the tools folder has.
pub fn npm_version(package: &str) -> String {
    let file = tool(&format!("npm/node_modules/{package}/package.json"), "npm");
    let document: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    document["version"].as_str().unwrap().to_owned()
}
