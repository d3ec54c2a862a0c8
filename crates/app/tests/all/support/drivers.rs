//! Programs that pay with a public client and nothing of ours but a small plug-in; they lie in `clients/tests` and `clients/rust`.

use super::payer::Payer;
use super::tools::{npm_version, root, run_ok, tool};
use std::path::PathBuf;
use std::process::Command;

/// A public client, the program that pays with it, and how to see which version it is.
pub struct Public {
    /// Its suite of evidence.
    pub suite: &'static str,
    /// Its name at its registry.
    pub component: &'static str,
    /// `npm`, `pypi` or `rust-payers`, then the program.
    pub driver: (&'static str, &'static str),
}

/// Every public client that pays a page.
pub const PUBLIC: [Public; 7] = [
    Public { suite: "mppx", component: "mppx", driver: ("npm", "pay.mjs") },
    Public { suite: "pympp", component: "pympp", driver: ("pypi", "pay.py") },
    Public { suite: "mpp-crate", component: "mpp", driver: ("rust-payers", "mpp") },
    Public { suite: "x402-fetch", component: "@x402/fetch", driver: ("npm", "x402.mjs") },
    Public { suite: "x402-pypi", component: "x402", driver: ("pypi", "x402_pay.py") },
    Public { suite: "x402-reqwest", component: "x402-reqwest", driver: ("rust-payers", "x402") },
    Public { suite: "lightning", component: "@getalby/lightning-tools", driver: ("npm", "lightning.mjs") },
];

impl Public {
    /// The program, about to pay a page within a cap.
    pub fn paying(&self, url: &str, payer: &Payer, max: &str) -> Command {
        let mut command = self.command();
        command.args([url, &payer.seed_hex(), max]);
        // Who pays invoices has them paid somewhere.
        if self.suite == "lightning" {
            command.args(["--wallet", payer.wallet()]);
        }
        command
    }

    /// The program, ready for its arguments `URL SEED_HEX MAX`.
    pub fn command(&self) -> Command {
        let (world, program) = self.driver;
        let mut command = match world {
            "npm" => Command::new("node"),
            "pypi" => Command::new(python()),
            _ => Command::new(tool("rust/debug/pay", "rust-payers")),
        };
        match world {
            "npm" => command.arg(npm_driver(program)),
            "pypi" => command.arg(root().join("clients/tests/pypi").join(program)),
            _ => command.arg(program),
        };
        command
    }

    /// Pays a page within a cap; what the program says of the answer, one line of JSON.
    pub fn pay(&self, url: &str, payer: &Payer, max: &str) -> serde_json::Value {
        let said = run_ok(&mut self.paying(url, payer, max), self.driver.0);
        serde_json::from_str(said.lines().next().unwrap_or_default()).unwrap_or_else(|error| panic!("{}: {error}: {said}", self.component))
    }

    /// Its version as it tells itself.
    pub fn version(&self) -> String {
        match self.driver.0 {
            "npm" => npm_version(self.component),
            "pypi" => pypi_version(self.component),
            _ => locked_version(self.component),
        }
    }
}

/// The Python of the tools folder.
pub fn python() -> PathBuf {
    tool("venv/bin/python", "pypi")
}

/// A program of `clients/tests/npm`; the packages it needs are there.
pub fn npm_driver(program: &str) -> PathBuf {
    tool("npm/node_modules/mppx/package.json", "npm");
    root().join("clients/tests/npm").join(program)
}

/// The version of a Python package in the tools folder.
pub fn pypi_version(package: &str) -> String {
    let script = format!("import importlib.metadata as m; print(m.version('{package}'))");
    run_ok(Command::new(python()).args(["-c", &script]), "pypi").trim().to_owned()
}

/// The version of a crate that the adapters are built with.
fn locked_version(package: &str) -> String {
    let lock = std::fs::read_to_string(root().join("clients/rust/Cargo.lock")).unwrap();
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).unwrap();
    after.split('"').next().unwrap().to_owned()
}
