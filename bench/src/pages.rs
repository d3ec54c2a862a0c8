//! Server-rendered pages over a year of sample sales: how long each takes at the client on loopback, and how long it is.

use crate::gateway_load::{Connection, on_a_thread};
use crate::gateway_shop::binary;
use crate::table::Table;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Days of sample sales.
const DAYS: &str = "365";
/// Requests of one page in one round.
const TIMES: usize = 60;

struct Demo {
    child: Child,
    _folder: tempfile::TempDir,
    doors: serde_json::Value,
}

impl Demo {
    fn start() -> Result<Demo> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(binary()?);
        command.args(["demo", "--json", "--port", "0", "--days", DAYS, "--data"]).arg(folder.path().join("data"));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its output")?).read_line(&mut line)?;
        let doors = serde_json::from_str(&line).context("the demo did not start")?;
        Ok(Demo { child, _folder: folder, doors })
    }

    /// Host and address of a door.
    fn door(&self, name: &str) -> Result<(String, SocketAddr)> {
        let url = self.doors[name].as_str().context("a door")?;
        let host = url.split('/').nth(2).context("a host")?;
        let port = host.rsplit(':').next().context("a port")?.parse()?;
        Ok((host.to_owned(), SocketAddr::from(([127, 0, 0, 1], port))))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// A page: what it is called, the door it is at, its path.
struct Page {
    name: &'static str,
    door: &'static str,
    path: String,
    status: u16,
    /// What a browser that was here before brings: without it the demo signs it in anew, which is a durable write.
    cookie: String,
}

fn request(host: &str, (path, cookie): (&str, &str)) -> Vec<u8> {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html,application/xhtml+xml\r\nUser-Agent: bench\r\n{cookie}\r\n")
        .into_bytes()
}

/// What follows a mark in a text, up to a quote.
fn after<'t>(text: &'t str, mark: &str) -> Option<&'t str> {
    text.split(mark).nth(1)?.split('"').next()
}

/// Finds the pages whose addresses only other pages know: a sheet, a receipt, the second page of the history.
async fn find(demo: &Demo) -> Result<Vec<Page>> {
    let page = |name, door, path: &str| Page { name, door, path: path.to_owned(), status: 200, cookie: String::new() };
    let mut pages = vec![page("wallet: home", "wallet", "/"), page("wallet: history", "wallet", "/history"), page("ops", "ops", "/")];
    pages.extend([page("desk: home", "desk", "/"), page("desk: sales", "desk", "/sales"), page("desk: buyers", "desk", "/buyers")]);
    pages.push(Page { status: 402, ..page("site: wall", "read", "/a/quiet-harbour") });
    let text = async |door: &str, path: &str| -> Result<String> {
        let (host, address) = demo.door(door)?;
        let mut connection = Connection::open(address).await?;
        let answer = connection.ask(&request(&host, (path, ""))).await?;
        Ok(String::from_utf8_lossy(answer.body).replace("&amp;", "&"))
    };
    let wall = text("read", "/a/quiet-harbour").await?;
    let quote = after(&wall, "/pay?q=").context("the wall leads to the sheet")?;
    pages.push(page("wallet: sheet", "wallet", &format!("/pay?q={quote}")));
    let history = text("wallet", "/history").await?;
    for (name, mark) in [("wallet: receipt", "/r/"), ("wallet: older history", "/history?")] {
        if let Some(rest) = after(&history, &format!("href=\"{mark}")) {
            pages.push(page(name, "wallet", &format!("{mark}{rest}")));
        }
    }
    for page in &mut pages {
        let (host, address) = demo.door(page.door)?;
        let mut connection = Connection::open(address).await?;
        let answer = connection.ask(&request(&host, ("/", ""))).await?;
        let given = answer.fields("set-cookie").filter_map(|line| line.split(';').next());
        page.cookie = given.collect::<Vec<_>>().join("; ");
    }
    Ok(pages)
}

/// Runs it.
///
/// # Errors
/// What stopped it: a missing release build, a page of another status.
pub fn run(rounds: usize) -> Result<Table> {
    let demo = Demo::start()?;
    let pages = on_a_thread(|| find(&demo))?;
    let mut times: Vec<Vec<Duration>> = pages.iter().map(|_| Vec::new()).collect();
    let mut bytes = vec![0; pages.len()];
    for round in 0..=rounds {
        for (at, page) in pages.iter().enumerate() {
            let (host, address) = demo.door(page.door)?;
            let request = request(&host, (&page.path, &page.cookie));
            let (length, stretch) = on_a_thread(|| async {
                let mut connection = Connection::open(address).await?;
                let (mut length, mut stretch) = (0, Vec::new());
                for _ in 0..TIMES {
                    let sent = Instant::now();
                    let answer = connection.ask(&request).await?;
                    stretch.push(sent.elapsed());
                    ensure!(answer.status == page.status, "{}: {}", page.name, answer.head);
                    length = answer.body.len();
                }
                Ok((length, stretch))
            })?;
            bytes[at] = length;
            if round > 0 {
                times[at].extend(stretch);
            }
        }
    }
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    for ((page, times), bytes) in pages.iter().zip(&mut times).zip(bytes) {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
        let (p50, p99) = (at(50), at(99));
        let size = format!("{:.1} KB", bytes as f64 / 1e3);
        rows.push(vec![page.name.to_owned(), format!("{p50:.2} ms"), format!("{p99:.2} ms"), size]);
        all.push(json!({"page": page.name, "p50_ms": p50, "p99_ms": p99, "bytes": bytes}));
    }
    Ok(Table {
        title: format!("pages: {DAYS} days of sample sales, {} requests each in {rounds} interleaved rounds", TIMES * rounds),
        columns: ["page", "p50", "p99", "HTML"].map(str::to_owned).to_vec(),
        rows,
        notes: vec![
            "Whole answers at the client, signed in, over one keep-alive connection on loopback: HTTP, engine, index and rendering together."
                .to_owned(),
        ],
        json: json!({"pages": all}),
    })
}
