//! A peer in the same run: mppx on Node with a method that says yes to everything, beside Node's own server without it.

use crate::gateway_load::{Connection, Requests, closed, on_a_thread};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The peers that are there, and why one is not.
pub struct Peers {
    node: Result<Node>,
    rates: Vec<(f64, f64)>,
}

struct Node {
    child: Child,
    address: SocketAddr,
    paid: Vec<u8>,
    version: String,
}

impl Peers {
    /// Starts what is installed.
    pub fn start() -> Peers {
        Peers { node: Node::start(), rates: Vec::new() }
    }

    /// One round of each.
    pub fn round(&mut self, connections: usize, length: Duration) -> Result<()> {
        let Ok(node) = &self.node else { return Ok(()) };
        let free = Requests::Same(request("/free", "").into(), length);
        let paid = Requests::Same(node.paid.clone().into(), length);
        let (free, paid) = (closed(node.address, connections, &free)?, closed(node.address, connections, &paid)?);
        self.rates.push((free.rate(), paid.rate()));
        Ok(())
    }

    fn medians(&self) -> Option<(f64, f64, f64)> {
        let middle = |of: fn(&(f64, f64)) -> f64| {
            let mut values: Vec<f64> = self.rates.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        };
        Some((middle(|(free, _)| *free)?, middle(|(_, paid)| *paid)?, middle(|(free, paid)| paid / free)?))
    }

    /// Rows of the table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let Some((free, paid, ratio)) = self.medians() else { return Vec::new() };
        let row = |name: &str, rate: f64, ratio: &str| {
            let rest = std::iter::repeat_n("-".to_owned(), 5);
            [name.to_owned(), format!("{rate:.0}"), ratio.to_owned()].into_iter().chain(rest).collect()
        };
        vec![row("Node, free page", free, "-"), row("Node with mppx, stub method, no books", paid, &format!("{ratio:.2} of Node"))]
    }

    /// What to know of them.
    pub fn notes(&self) -> Vec<String> {
        vec![match &self.node {
            Ok(node) => format!(
                "mppx {} in one Node process, itself the origin: its method looks neither at a signature nor at books, nothing is \
                 durable, and one credential is shown again and again.",
                node.version
            ),
            Err(error) => format!("Missing: mppx on Node ({error:#})."),
        }]
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        match self.medians() {
            Some((free, paid, ratio)) => json!({"node_free": free, "node_mppx": paid, "ratio": ratio}),
            None => json!(null),
        }
    }
}

impl Node {
    fn start() -> Result<Node> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the repository")?;
        let modules = root.join("target/tools/npm/node_modules");
        ensure!(modules.join("mppx/package.json").exists(), "install it: `cargo xtask setup npm`");
        let script = root.join("bench/peers/mppx.mjs");
        let mut command = Command::new("node");
        command.arg(script).arg(modules).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().context("node")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        let started: Result<(SocketAddr, String, Vec<u8>)> = (|| {
            let doors: serde_json::Value = serde_json::from_str(&line).context("it did not start")?;
            let port = doors["port"].as_u64().context("a port")?;
            let address = SocketAddr::from(([127, 0, 0, 1], u16::try_from(port)?));
            let credential = doors["credential"].as_str().context("a credential")?;
            let paid = request("/paid", &format!("Authorization: {credential}\r\n"));
            let answer = on_a_thread(|| async { Ok(Connection::open(address).await?.ask(&paid).await?.status) })?;
            ensure!(answer == 200, "it answers {answer}");
            Ok((address, doors["version"].as_str().unwrap_or_default().to_owned(), paid))
        })();
        match started {
            Ok((address, version, paid)) => Ok(Node { child, address, paid, version }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }
}

fn request(path: &str, lines: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\n{lines}\r\n").into_bytes()
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
