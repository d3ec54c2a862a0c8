//! Debian's Caddy in front of a shop.

use super::tools::{run, text, tool};
use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const PROGRAM: &str = "caddy/usr/bin/caddy";

/// A running Caddy; it ends with the test.
pub struct Caddy {
    child: Child,
    folder: TempDir,
}

impl Caddy {
    /// Runs site blocks; one of them listens on `port`.
    pub fn serving(port: u16, sites: &str) -> Caddy {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Caddyfile");
        fs::write(&file, format!("{{\n    admin off\n    auto_https off\n}}\n{sites}")).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(tool(PROGRAM, "caddy"));
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&file).current_dir(folder.path());
        command.env("HOME", folder.path()).env_remove("XDG_CONFIG_HOME").env_remove("XDG_DATA_HOME");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut caddy = Caddy { child, folder };
        caddy.wait(port);
        caddy
    }

    fn wait(&mut self, port: u16) {
        for _ in 0..1_000 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "caddy ended: {}", self.log());
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("caddy does not listen: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Its version, as it tells it.
    pub fn version() -> String {
        text(&run(Command::new(tool(PROGRAM, "caddy")).arg("version"), "caddy").stdout).trim().to_owned()
    }
}

impl Drop for Caddy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
