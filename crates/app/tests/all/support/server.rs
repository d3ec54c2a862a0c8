//! The real binary on free ports in a folder of its own. The folder is kept when the test fails.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The program under test.
pub const FARTHING: &str = env!("CARGO_BIN_EXE_farthing");

/// A running `farthing demo` or `farthing serve`.
pub struct Server {
    child: Option<Child>,
    folder: Option<TempDir>,
    doors: Value,
}

impl Server {
    /// The demo in a fresh folder.
    pub fn demo() -> Server {
        Server::demo_in(tempfile::tempdir().unwrap(), &[])
    }

    /// The demo in a folder that may hold one already, with more arguments; without sample sales unless they ask for them.
    pub fn demo_in(folder: TempDir, more: &[&str]) -> Server {
        let mut command = Command::new(FARTHING);
        command.args(["demo", "--json", "--port", "0", "--data"]).arg(folder.path().join("data")).args(more);
        if !more.contains(&"--days") {
            command.args(["--days", "0"]);
        }
        Server::start(command, folder)
    }

    /// `farthing serve` with a configuration in a folder.
    pub fn serve(folder: TempDir) -> Server {
        let mut command = Command::new(FARTHING);
        command.args(["serve", "--json", "--config"]).arg(folder.path().join("farthing.toml"));
        Server::start(command, folder)
    }

    /// Runs a command that prints its doors as one JSON line; `folder` is the one its data lies in.
    pub fn start(mut command: Command, folder: TempDir) -> Server {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Ok(doors) = serde_json::from_str(&line) else {
            let path = folder.keep();
            panic!("the program did not start (it printed {line:?}); its folder is kept: {}", path.display());
        };
        Server { child: Some(child), folder: Some(folder), doors }
    }

    /// An address that the program printed: `read`, `wallet`, `ops`, `article`.
    pub fn url(&self, door: &str) -> String {
        self.doors[door].as_str().unwrap_or_else(|| panic!("no door {door} in {}", self.doors)).to_owned()
    }

    /// All that the program printed at its start.
    pub fn doors(&self) -> &Value {
        &self.doors
    }

    /// The address of the one site, of the demo as of an instance of one's own.
    pub fn site(&self) -> String {
        let site = self.doors["read"].as_str().or_else(|| self.doors["sites"][0].as_str());
        site.unwrap_or_else(|| panic!("no site in {}", self.doors)).to_owned()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("data")
    }

    /// The folder for files of the test.
    pub fn folder(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// `kill -9`. Gives the folder back, as the crash left it.
    pub fn kill(mut self) -> TempDir {
        self.end();
        self.folder.take().unwrap()
    }

    /// Asks the program to end and waits. Gives the folder back.
    pub fn stop(mut self) -> TempDir {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
        assert!(child.wait().unwrap().success(), "the program ends in order when asked");
        self.folder.take().unwrap()
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking()
            && let Some(folder) = self.folder.take()
        {
            eprintln!("the folder of the failed test is kept: {}", folder.keep().display());
        }
    }
}

/// Runs a command of the program and gives what it printed.
pub fn farthing(arguments: &[&str]) -> Output {
    Command::new(FARTHING).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Runs a command that must succeed and gives its standard output.
pub fn farthing_ok(arguments: &[&str]) -> String {
    let output = farthing(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "farthing {arguments:?} ended with {:?}: {errors}", output.status.code());
    String::from_utf8(output.stdout).unwrap()
}
