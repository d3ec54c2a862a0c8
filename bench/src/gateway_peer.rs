//! Peers in the same run: the Rust middleware of `gateway_mpp`, and two on Node with a method that says yes to everything, each beside
//! the same server free.

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
    middleware: Result<Middleware>,
    nodes: [(&'static Kind, Result<Node>); KINDS.len()],
}

/// A peer on Node: a script that is given the folder of its modules, and prints its port, its version and a credential.
struct Kind {
    /// What asks for it in `FARTHING_BENCH_MODES`.
    mode: &'static str,
    script: &'static str,
    /// Below `target/tools`.
    modules: &'static str,
    package: &'static str,
    /// What installs it.
    fix: &'static str,
    /// The field that credentials come in.
    field: &'static str,
    /// Free and paid, in the table.
    names: [&'static str; 2],
    /// The same for programs.
    json: [&'static str; 2],
    /// What to know of it, after its version.
    note: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        mode: "Node",
        script: "bench/peers/mppx.mjs",
        modules: "npm",
        package: "mppx",
        fix: "cargo xtask setup npm",
        field: "Authorization",
        names: ["Node, free page", "  with mppx, a method that says yes"],
        json: ["node_free", "node_mppx"],
        note: "in one Node process, itself the origin: its method looks neither at a signature nor at books.",
    },
    Kind {
        mode: "Express",
        script: "bench/peers/x402/server.mjs",
        modules: "bench-x402",
        package: "@x402/express",
        fix: "cargo xtask bench gateway, with npm and its registry in reach",
        field: "Payment-Signature",
        names: ["Express, free page", "  with @x402/express, a facilitator that says yes"],
        json: ["express_free", "express_x402"],
        note: "in one Node process, itself the origin: its facilitator is in the same process, verifies nothing and settles nothing.",
    },
];

/// One of them as it runs, and what it gave.
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
            middleware: asked("Mpp").and_then(|()| Middleware::start(cores, origin)),
            nodes: [0, 1].map(|at| (&KINDS[at], asked(KINDS[at].mode).and_then(|()| Node::start(&KINDS[at], cores)))),
        }
    }

    /// One round of each.
    pub fn round(&mut self, shape: Shape) -> Result<()> {
        if let Ok(middleware) = &mut self.middleware {
            middleware.round(shape)?;
        }
        for (_, node) in &mut self.nodes {
            if let Ok(node) = node {
                node.round(shape)?;
            }
        }
        Ok(())
    }

    /// Rows of the table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let mut rows = self.middleware.as_ref().map(Middleware::rows).unwrap_or_default();
        for (kind, node) in &self.nodes {
            if let Ok(node) = node {
                rows.extend(node.figures.iter().zip(kind.names).map(|(figures, name)| figures.row(name, None)));
            }
        }
        rows
    }

    /// Modes and how busy the load was in them.
    pub fn loads(&self) -> Vec<(&'static str, f64)> {
        self.middleware.as_ref().map(|peer| peer.loads().collect()).unwrap_or_default()
    }

    /// What to know of them.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = vec![match &self.middleware {
            Ok(middleware) => middleware.note(),
            Err(error) => format!("Missing: the Rust middleware mpp ({error:#})."),
        }];
        notes.extend(self.nodes.iter().map(|(kind, node)| match node {
            Ok(node) => {
                let Kind { package, note, .. } = kind;
                format!("{package} {} {note} Nothing is durable, and one credential is shown again and again.", node.version)
            }
            Err(error) => format!("Missing: {} on Node ({error:#}).", kind.package),
        }));
        notes
    }

    /// The same for programs; of what is missing, why.
    pub fn json(&self) -> Value {
        let missing = |error: &anyhow::Error| json!({"missing": format!("{error:#}")});
        let middleware = self.middleware.as_ref().map_or_else(missing, Middleware::json);
        let node = |kind: &Kind, node: &Node| {
            let modes: Vec<Value> = node.figures.iter().zip(kind.json).map(|(figures, name)| figures.json(name)).collect();
            json!({"version": node.version, "modes": modes})
        };
        let of =
            |(kind, started): &(&Kind, Result<Node>)| (kind.package.to_owned(), started.as_ref().map_or_else(missing, |it| node(kind, it)));
        let nodes = self.nodes.iter().map(of);
        Value::Object(std::iter::once(("mpp".to_owned(), middleware)).chain(nodes).collect())
    }
}

impl Node {
    fn start(kind: &Kind, cores: &Cores) -> Result<Node> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the repository")?;
        let modules = root.join("target/tools").join(kind.modules).join("node_modules");
        ensure!(modules.join(kind.package).join("package.json").exists(), "install it: `{}`", kind.fix);
        let mut command = cores.server(Path::new("node"));
        command.arg(root.join(kind.script)).arg(modules);
        let (started, doors) = Started::start(command)?;
        let credential = doors["credential"].as_str().context("a credential")?;
        let paid = request("/paid", &format!("{}: {credential}\r\n", kind.field));
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
