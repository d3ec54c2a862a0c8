//! A whole session at the loudest log: nothing that opens a page or moves money is in it, nor in the data folder.

use crate::support::http::{self, Answer, get, send};
use crate::support::payer::{Payer, command_id, now};
use crate::support::server::{FARTHING, Server};
use protocol::calls::{Call, Kind, sign};
use protocol::text::{Instance, serial};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A browser as far as cookies and forms go, which remembers every secret it was given.
struct Browser {
    cookies: BTreeMap<String, BTreeMap<String, String>>,
    secrets: Vec<(String, String)>,
}

impl Browser {
    fn ask(&mut self, method: &str, url: &str, body: &str) -> Answer {
        let origin: String = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        let jar = self.cookies.entry(origin.clone()).or_default();
        let line = jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let headers = [
            ("Accept", "text/html"),
            ("Cookie", line.as_str()),
            ("Origin", origin.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let answer = send(method, url, &headers, body.as_bytes()).unwrap();
        for line in answer.all("set-cookie") {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
            // The notice names a receipt's serial, which is no secret.
            if !value.is_empty() && !name.ends_with("_tb") {
                self.secrets.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    fn keep(&mut self, what: &str, secret: &str) -> String {
        assert!(secret.len() >= 16, "{what}: {secret}");
        self.secrets.push((what.to_owned(), secret.to_owned()));
        secret.to_owned()
    }
}

/// What stands between two words of a page.
fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let start = page.find(before).unwrap_or_else(|| panic!("no {before} in {page}")) + before.len();
    &page[start..start + page[start..].find(after).unwrap()]
}

/// A person buys the article, reads it and takes it back.
fn person(server: &Server) -> Vec<(String, String)> {
    let mut browser = Browser { cookies: BTreeMap::new(), secrets: Vec::new() };
    let wall = browser.ask("GET", &server.url("article"), "").text();
    let quote = browser.keep("quote", between(&wall, "/pay?q=", "\"").split('&').next().unwrap());
    let wallet = server.url("wallet");
    let sheet = browser.ask("GET", &format!("{wallet}/pay?q={quote}"), "");
    assert_eq!(sheet.status, 200, "{}", sheet.text());
    let csrf = browser.keep("csrf", between(&sheet.text(), "name=\"csrf\" value=\"", "\""));
    let paid = browser.ask("POST", &format!("{wallet}/pay"), &format!("csrf={csrf}&q={quote}"));
    assert_eq!(paid.status, 303, "{}", paid.text());
    let back = paid.header("location").unwrap().to_owned();
    browser.keep("code", back.split("code=").nth(1).unwrap());
    assert_eq!(browser.ask("GET", &back, "").status, 303);
    let page = browser.ask("GET", &server.url("article"), "");
    assert_eq!(page.status, 200, "{}", page.text());
    let sale = between(&page.text(), "name=\"sale\" value=\"", "\"").to_owned();
    // A code used twice, a quote bent, a form of somewhere else: refusals are logged too.
    browser.ask("GET", &back, "");
    browser.ask("GET", &format!("{wallet}/pay?q={quote}x"), "");
    browser.ask("POST", &format!("{wallet}/pay"), &format!("csrf=wrong&q={quote}"));
    let undone = browser.ask("POST", &format!("{}/.well-known/farthing/undo", server.site()), &format!("sale={sale}"));
    assert_eq!(undone.status, 303, "{}", undone.text());
    browser.secrets
}

/// A program pays, shows what it owns, calls `/v1`, and is refused in many ways.
fn program(server: &Server) -> Vec<(String, String)> {
    let payer = Payer::with("alice", server, 1_000_000);
    let url = server.url("article");
    let instance = Instance::parse(server.doors()["instance"].as_str().unwrap()).unwrap();
    let mut sent = Vec::new();
    let credential = payer.credential(&get(&url, &[]));
    assert_eq!(payer.present(&url, &credential, Some("a-retry-key-of-the-client")).status, 200);
    let paid = payer.present(&url, &credential, Some("a-retry-key-of-the-client"));
    payer.present(&url, &credential, None);
    payer.present(&format!("{}/a/tide-tables", server.site()), &credential, None);
    http::get(&url, &[("Payment-Authorization", &credential)]);
    http::get(&url, &[("Authorization", &credential), ("Payment-Authorization", &credential)]);
    http::get(&format!("{}/", server.site()), &[("Authorization", &credential)]);
    http::get(&format!("{}/", server.url("wallet")), &[("Authorization", &credential)]);
    let broken = format!("{credential}%%%");
    payer.present(&url, &broken, None);
    let poor = Payer::new("bob", server);
    let refused = poor.credential(&get(&url, &[]));
    assert_eq!(poor.present(&url, &refused, None).status, 402);
    let shown = sign(&Call { instance, method: "GET", target: "/a/quiet-harbour", kind: Kind::Read }, &payer.key, now()).unwrap();
    assert_eq!(get(&url, &[("Authorization", &shown)]).status, 200);
    let reference = protocol::receipt::Signed::parse(paid.header("payment-receipt").unwrap()).unwrap().receipt.reference;
    let (id, body) = (command_id(), serde_json::json!({"serial": serial(reference)}).to_string());
    let write = payer.signed_write(id, "/v1/undo", &body);
    assert_eq!(payer.write_as(id, "/v1/undo", &body).status, 200);
    payer.write("/v1/undo", &body);
    for (what, line) in [("credential", &credential), ("refused credential", &refused)] {
        sent.push((what.to_owned(), line.split(' ').nth(1).unwrap().to_owned()));
    }
    for (what, line) in [("signature of a read", &shown), ("signature of a write", &write)] {
        sent.push((what.to_owned(), between(line, "signature=\"", "\"").to_owned()));
    }
    sent.push(("retry key".to_owned(), "a-retry-key-of-the-client".to_owned()));
    sent
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The files in which a secret stands, whole or by its first 24 characters.
fn found(secret: &str, files: &[(PathBuf, Vec<u8>)]) -> Vec<PathBuf> {
    let start = &secret.as_bytes()[..secret.len().min(24)];
    let holds = |bytes: &[u8]| bytes.windows(start.len()).any(|window| window == start);
    files.iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path.clone()).collect()
}

#[test]
fn no_log_and_no_file_holds_a_credential_a_cookie_a_code_or_a_quote() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = Command::new(FARTHING);
    command.args(["demo", "--json", "--port", "0", "--data"]).arg(folder.path().join("data"));
    command.env("FARTHING_LOG", "trace").stderr(std::fs::File::create(&log).unwrap());
    let server = Server::start(command, folder);
    let mut secrets = person(&server);
    secrets.extend(program(&server));
    let kinds: std::collections::BTreeSet<&str> = secrets.iter().map(|(what, _)| what.as_str()).collect();
    for kind in ["quote", "csrf", "code", "credential", "__Host-farthing_st", "__Host-farthing_ent", "__Host-farthing_w"] {
        assert!(kinds.contains(kind), "the session had no {kind}: {kinds:?}");
    }
    let folder = server.stop();
    let said = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(said.contains("path=/a/quiet-harbour") && said.contains("status=402") && said.contains("status=200"), "the log was on: {said}");
    let all: Vec<(PathBuf, Vec<u8>)> = files(folder.path()).into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    assert!(all.iter().any(|(path, _)| path.ends_with("vault.db")) && all.iter().any(|(path, _)| path.ends_with("log")));
    for (what, secret) in &secrets {
        let found = found(secret, &all);
        assert!(found.is_empty(), "a {what} stands in {found:?}");
    }
}
