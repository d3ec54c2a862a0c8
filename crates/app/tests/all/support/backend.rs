//! An ordinary web server of the test's own, behind `farthing serve`: answers by path and remembers what it was asked.

use super::http::chunked;
use super::server::{Server, farthing_ok};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A request as it arrived at the origin.
#[derive(Clone, Debug)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl Seen {
    /// The first field of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The running backend. `/paid/fails` answers 500, `/paid/missing` 404, `/paid/big` more than a replay keeps; everything
/// else tells method, target and body.
pub struct Backend {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Backend {
    /// Starts on a free port; it ends with the test's process.
    pub fn start() -> Backend {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let backend = Backend { port: listener.local_addr().unwrap().port(), seen: Arc::default() };
        let seen = Arc::clone(&backend.seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                // A gateway that breaks a connection off is the test's affair.
                std::thread::spawn(move || drop(answer(&stream, &seen)));
            }
        });
        backend
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What it was asked for a path, in order.
    pub fn asked(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.target.split('?').next() == Some(path)).cloned().collect()
    }

    /// An instance of one's own in front of it, as `farthing init` writes it, on free ports. Sold is `/paid/**` at 0.05
    /// EUR; the query key `id` makes another page.
    pub fn behind_farthing(&self) -> Server {
        self.behind_farthing_at("news.localhost")
    }

    /// The same for a site of another name.
    pub fn behind_farthing_at(&self, domain: &str) -> Server {
        let folder = tempfile::tempdir().unwrap();
        self.init_at(folder.path(), domain);
        Server::serve(folder)
    }

    /// The same with other words in its offers.
    pub fn behind_farthing_offering(&self, instead: &[(&str, &str)]) -> Server {
        let folder = tempfile::tempdir().unwrap();
        self.init(folder.path());
        let path = folder.path().join("offers.toml");
        let mut offers = std::fs::read_to_string(&path).unwrap();
        for (was, now) in instead {
            assert!(offers.contains(was), "the offers do not say {was}: {offers}");
            offers = offers.replace(was, now);
        }
        std::fs::write(&path, offers).unwrap();
        Server::serve(folder)
    }

    /// The same that also sells what is under `/api/` by the call, at 0.002.
    pub fn behind_farthing_by_the_call(&self) -> Server {
        let folder = tempfile::tempdir().unwrap();
        self.init(folder.path());
        let (config, offers) = (folder.path().join("farthing.toml"), folder.path().join("offers.toml"));
        let priced = std::fs::read_to_string(&config).unwrap().replace("[\"/paid/**\"]", "[\"/paid/**\", \"/api/*\"]");
        std::fs::write(&config, priced).unwrap();
        let calls = "[offer.calls]\nunlock = \"https://news.localhost/api/*\"\nprice = { metered = \"0.002 EUR\", per = \"1 call\" }\n";
        let sold = std::fs::read_to_string(&offers).unwrap();
        std::fs::write(&offers, format!("{sold}\n{calls}")).unwrap();
        Server::serve(folder)
    }

    /// Writes that instance's files.
    pub fn init(&self, into: &Path) {
        self.init_at(into, "news.localhost");
    }

    fn init_at(&self, into: &Path, domain: &str) {
        let url = self.url();
        let answers = ["--name", "My Review", "--domain", domain, "--currency", "EUR", "--data", "data", "--test"];
        farthing_ok(&[&["init", "--origin", &url, "--into", into.to_str().unwrap()], &answers[..]].concat());
        let path = into.join("farthing.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let config = config.replace(":4020\"", ":0\"").replace(":4021\"", ":0\"");
        std::fs::write(&path, format!("{config}query = [\"id\"]\n")).unwrap();
    }
}

fn answer(stream: &TcpStream, all: &Mutex<Vec<Seen>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut seen = Seen { method, target, headers, body: Vec::new() };
    if seen.header("transfer-encoding") == Some("chunked") {
        seen.body = chunked(&mut reader)?;
    } else if let Some(length) = seen.header("content-length").and_then(|length| length.parse().ok()) {
        seen.body = vec![0; length];
        reader.read_exact(&mut seen.body)?;
    }
    let (status, body) = match seen.target.split('?').next().unwrap_or_default() {
        "/paid/fails" => ("500 Internal Server Error", "out of order".to_owned()),
        "/paid/missing" => ("404 Not Found", "no such page".to_owned()),
        "/paid/big" => ("200 OK", "x".repeat(300 * 1_024)),
        _ => ("200 OK", format!("{} {} {}", seen.method, seen.target, String::from_utf8_lossy(&seen.body))),
    };
    let head = seen.method == "HEAD";
    all.lock().unwrap().push(seen);
    let length = body.len();
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
    stream.write_all(if head { b"" } else { body.as_bytes() })
}
