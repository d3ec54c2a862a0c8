//! Peers in the same run: mppx on Node with a method that says yes to everything, beside Node's own server without it; and the Rust
//! middleware of `gateway_mpp`.

use crate::cores::Cores;
use crate::gateway_figures::{Figures, Turn};
use crate::gateway_load::{Connection, Requests, on_a_thread};
use crate::gateway_mpp::{Middleware, Shape};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The peers that are there, and why one is not.
pub struct Peers {
    node: Result<Node>,
    middleware: Result<Middleware>,
}

/// mppx on Node, and what it gave.
struct Node {
    started: Started,
    paid: Vec<u8>,
    version: String,
    /// Free and paid.
    figures: [Figures; 2],
}

/// A peer's server as a child, on the port that its first line names.
pub struct Started {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Peers {
    /// Starts what is installed and asked for; a mode is asked for when its name is in `only` or nothing is.
    pub fn start(cores: &Cores, origin: SocketAddr, only: &str) -> Peers {
        let asked = |name: &str| {
            ensure!(only.is_empty() || only.contains(name), "not asked for");
            Ok(())
        };
        Peers {
            node: asked("Node").and_then(|()| Node::start(cores)),
            middleware: asked("Mpp").and_then(|()| Middleware::start(cores, origin)),
        }
    }

    /// One round of each.
    pub fn round(&mut self, shape: Shape) -> Result<()> {
        if let Ok(middleware) = &mut self.middleware {
            middleware.round(shape)?;
        }
        if let Ok(node) = &mut self.node {
            node.round(shape)?;
        }
        Ok(())
    }

    /// Rows of the table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = self.middleware.as_ref().map(Middleware::rows).unwrap_or_default();
        if let Ok(node) = &self.node {
            let [free, paid] = &node.figures;
            rows.extend([free.row("Node, free page", None), paid.row("  with mppx, a method that says yes", None)]);
        }
        rows
    }

    /// Modes and how busy the load was in them.
    pub fn loads(&self) -> Vec<(&'static str, f64)> {
        self.middleware.as_ref().map(|peer| peer.loads().collect()).unwrap_or_default()
    }

    /// What to know of them.
    pub fn notes(&self) -> Vec<String> {
        let node = match &self.node {
            Ok(node) => format!(
                "mppx {} in one Node process, itself the origin: its method looks neither at a signature nor at books, nothing is \
                 durable, and one credential is shown again and again.",
                node.version
            ),
            Err(error) => format!("Missing: mppx on Node ({error:#})."),
        };
        let middleware = match &self.middleware {
            Ok(middleware) => middleware.note(),
            Err(error) => format!("Missing: the Rust middleware mpp ({error:#})."),
        };
        vec![middleware, node]
    }

    /// The same for programs; of what is missing, why.
    pub fn json(&self) -> Value {
        let node = match &self.node {
            Ok(Node { figures: [free, paid], .. }) => json!([free.json("node_free"), paid.json("node_mppx")]),
            Err(error) => json!({"missing": format!("{error:#}")}),
        };
        let middleware = match &self.middleware {
            Ok(middleware) => middleware.json(),
            Err(error) => json!({"missing": format!("{error:#}")}),
        };
        json!({"node": node, "mpp": middleware})
    }
}

impl Node {
    fn start(cores: &Cores) -> Result<Node> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the repository")?;
        let modules = root.join("target/tools/npm/node_modules");
        ensure!(modules.join("mppx/package.json").exists(), "install it: `cargo xtask setup npm`");
        let script = root.join("bench/peers/mppx.mjs");
        let mut command = cores.server(Path::new("node"));
        command.arg(script).arg(modules);
        let (started, doors) = Started::start(command)?;
        let credential = doors["credential"].as_str().context("a credential")?;
        let paid = request("/paid", &format!("Authorization: {credential}\r\n"));
        let answer = on_a_thread(|| async { Ok(Connection::open(started.address).await?.ask(&paid).await?.status) })?;
        ensure!(answer == 200, "it answers {answer}");
        let version = doors["version"].as_str().unwrap_or_default().to_owned();
        Ok(Node { started, paid, version, figures: Default::default() })
    }

    fn round(&mut self, (connections, length): Shape) -> Result<()> {
        let to = (self.started.address, self.started.pid());
        let free = Requests::Same(request("/free", "").into(), length);
        let paid = Requests::Same(self.paid.clone().into(), length);
        let free = Turn::take(to, connections, &free, || Ok(()))?;
        let paid = Turn::take(to, connections, &paid, || Ok(()))?;
        let [of_free, of_paid] = &mut self.figures;
        of_free.note(free, None);
        of_paid.note(paid, Some(free));
        Ok(())
    }
}

impl Started {
    /// Starts a program that prints one JSON line with its port.
    pub fn start(mut command: Command) -> Result<(Started, Value)> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        // From here on the child ends with what is given.
        let mut started = Started { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let doors: Value = serde_json::from_str(&line).context("it did not start")?;
        started.address.set_port(u16::try_from(doors["port"].as_u64().context("a port")?)?);
        Ok((started, doors))
    }

    /// The child's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request of a peer's path with more header lines, each ended by CR LF.
pub fn request(path: &str, lines: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\n{lines}\r\n").into_bytes()
}
