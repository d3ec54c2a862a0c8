//! A site of the test's own: serves the leaves that were put there and remembers what it heard.

use super::http::chunked;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What stands under a path.
#[derive(Clone, Debug)]
pub struct Leaf {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Heard {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Fields in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// The running site; it ends with the test's process.
pub struct Origin {
    port: u16,
    leaves: Arc<Mutex<BTreeMap<String, Leaf>>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Leaf {
    /// A page.
    pub fn html(page: impl Into<String>) -> Leaf {
        let kind = ("Content-Type".to_owned(), "text/html; charset=utf-8".to_owned());
        Leaf { status: 200, headers: vec![kind], body: page.into().into_bytes() }
    }

    /// The same as something else than a page.
    pub fn of_kind(mut self, kind: &str) -> Leaf {
        kind.clone_into(&mut self.headers[0].1);
        self
    }

    /// A failure of a status.
    pub fn failure(status: u16) -> Leaf {
        Leaf { status, ..Leaf::html("<!doctype html><html lang=en><title>Out of order</title><p>Out of order.") }
    }

    /// The same with one field more.
    pub fn with(mut self, name: &str, value: &str) -> Leaf {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Origin {
    /// Starts on a free port with nothing on it.
    pub fn start() -> Origin {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let origin = Origin { port: listener.local_addr().unwrap().port(), leaves: Arc::default(), heard: Arc::default() };
        let (leaves, heard) = (Arc::clone(&origin.leaves), Arc::clone(&origin.heard));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (leaves, heard) = (Arc::clone(&leaves), Arc::clone(&heard));
                // Who breaks a connection off is the test's affair.
                std::thread::spawn(move || drop(answer(&stream, &leaves, &heard)));
            }
        });
        origin
    }

    /// Puts a leaf under a path, in place of what was there.
    pub fn put(&self, path: &str, leaf: Leaf) {
        self.leaves.lock().unwrap().insert(path.to_owned(), leaf);
    }

    /// Its address under a host name.
    pub fn url(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }

    /// What it heard so far, in order.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

fn answer(stream: &TcpStream, leaves: &Mutex<BTreeMap<String, Leaf>>, all: &Mutex<Vec<Heard>>) -> std::io::Result<()> {
    let heard = hear(&mut BufReader::new(stream))?;
    let path = heard.target.split('?').next().unwrap_or_default().to_owned();
    let leaf = leaves.lock().unwrap().get(&path).cloned().unwrap_or_else(|| Leaf::failure(404));
    let is_head = heard.method == "HEAD";
    all.lock().unwrap().push(heard);
    let mut head = format!("HTTP/1.1 {} Leaf\r\nContent-Length: {}\r\nConnection: close\r\n", leaf.status, leaf.body.len());
    leaf.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    let mut stream = stream;
    write!(stream, "{head}\r\n")?;
    stream.write_all(if is_head { b"" } else { &leaf.body })
}

fn hear(reader: &mut impl BufRead) -> std::io::Result<Heard> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut heard = Heard { method, target, headers: Vec::new(), body: Vec::new() };
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        heard.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let field = |name: &str| heard.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    if field("transfer-encoding").as_deref() == Some("chunked") {
        heard.body = chunked(reader)?;
    } else if let Some(length) = field("content-length").and_then(|length| length.parse().ok()) {
        heard.body = vec![0; length];
        reader.read_exact(&mut heard.body)?;
    }
    Ok(heard)
}
