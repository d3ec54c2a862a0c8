//! Debian's aiosmtpd: an SMTP server on this machine that lays each mail into a folder.

use super::tools::run;
use std::fs;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// Debian's own Python, which its packages are for.
const PYTHON: &str = "/usr/bin/python3";

/// A running server; it ends with the test.
pub struct MailServer {
    child: Child,
    folder: TempDir,
}

impl MailServer {
    /// Listens on `port` of this machine.
    pub fn start(port: u16) -> MailServer {
        MailServer::version();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(PYTHON);
        command.args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"]);
        let child = command.arg(folder.path().join("box")).stdin(Stdio::null()).spawn().unwrap();
        let mut server = MailServer { child, folder };
        for _ in 0..2_000 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            assert!(server.child.try_wait().unwrap().is_none(), "the mail server ended");
            // What the port waits for is the other program's start; nothing tells of it.
            thread::park_timeout(std::time::Duration::from_millis(5));
        }
        panic!("the mail server does not listen");
    }

    /// Its version; names what to install where it is missing.
    pub fn version() -> String {
        let told = run(Command::new(PYTHON).args(["-m", "aiosmtpd", "--version"]), "aiosmtpd");
        String::from_utf8_lossy(&told.stdout).trim().trim_start_matches("aiosmtpd ").to_owned()
    }

    /// All mails so far, as they came over the wire, in no order.
    pub fn mails(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("box/new")) else { return Vec::new() };
        entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
