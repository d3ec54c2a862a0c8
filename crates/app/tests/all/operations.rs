//! What an operator does: back up under load, restore, audit, export, ask how it stands. Damage is named, never passed over.

mod backups;
mod books;
mod standing;

use crate::support::payer::Payer;
use crate::support::server::{FARTHING, Server, farthing};
use crate::support::tools::text;
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A demo in which a few people bought.
fn demo() -> Server {
    let server = Server::demo();
    for name in ["alice", "bob", "carol"] {
        let payer = Payer::with(name, &server, 1_000_000);
        assert_eq!(payer.pay(&server.url("article")).status, 200);
    }
    server
}

/// Runs a command that must end with this code; standard output and error.
fn ends(code: i32, arguments: &[&str]) -> (String, String) {
    said(code, arguments, farthing(arguments))
}

/// The same with something to read on standard input.
fn ends_with_input(code: i32, arguments: &[&str], input: &str) -> (String, String) {
    let mut command = Command::new(FARTHING);
    let spawned = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    said(code, arguments, child.wait_with_output().unwrap())
}

fn said(code: i32, arguments: &[&str], output: Output) -> (String, String) {
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "farthing {arguments:?}: {out}{error}");
    (out, error)
}

fn status(data: &Path) -> Value {
    serde_json::from_str(&ends(0, &["status", "--json", "--data", data.to_str().unwrap()]).0).unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
