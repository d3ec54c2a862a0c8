//! The command line as people and scripts meet it: what it prints, how it ends, and what it keeps.

mod demo;
mod operator;
mod payer;
mod readme;
mod watch;

use crate::support::server::FARTHING;
use crate::support::tools::text;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// Somebody at a terminal with an empty home.
pub struct Person {
    home: TempDir,
}

impl Person {
    pub fn new() -> Person {
        Person { home: tempfile::tempdir().unwrap() }
    }

    /// With a wallet of so much at the wallet of a server.
    pub fn with(server: &crate::support::server::Server, main_units: &str) -> Person {
        let person = Person::new();
        person.ok(&["wallet", "new"]);
        person.ok(&["wallet", "topup", main_units, "--at", &server.url("wallet")]);
        person
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(FARTHING);
        command.args(arguments).current_dir(self.home.path()).env("HOME", self.home.path()).stdin(Stdio::null());
        command.env_remove("FARTHING_WALLET").env_remove("XDG_CONFIG_HOME").env_remove("FARTHING_LOG");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Standard output of a command that must succeed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "farthing {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Standard error of a command that must end with a code.
    pub fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "farthing {arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stderr)
    }

    /// With a wallet of so much at the wallet of this address.
    pub fn with_at(wallet: &str, main_units: &str) -> Person {
        let person = Person::new();
        person.ok(&["wallet", "new"]);
        person.ok(&["wallet", "topup", main_units, "--at", wallet]);
        person
    }

    /// The file of the wallet.
    pub fn wallet(&self) -> PathBuf {
        self.home.path().join(".config/farthing/wallet.json")
    }

    /// What the wallet says can be spent, in base units.
    pub fn available(&self) -> u64 {
        let shown: serde_json::Value = serde_json::from_str(&self.ok(&["wallet", "show", "--json"])).unwrap();
        shown["balances"][0]["available"].as_str().unwrap().parse().unwrap()
    }
}
