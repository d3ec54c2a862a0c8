//! `farthing demo`: what it prints works, and its folder is treated with care.

use super::Person;
use crate::support::http::get;
use crate::support::server::{FARTHING, Server};
use crate::support::tools::text;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

/// A demo that prints text, and what it printed until it was ready.
struct Shown {
    child: Child,
    rest: BufReader<std::process::ChildStdout>,
    said: String,
}

fn shown(person: &Person, arguments: &[&str]) -> Shown {
    let mut child = person.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut rest = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ready in") {
        assert_ne!(rest.read_line(&mut said).unwrap(), 0, "it ended: {said}");
    }
    Shown { child, rest, said }
}

impl Shown {
    fn interrupt(mut self) -> String {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        let mut last = String::new();
        self.rest.read_to_string(&mut last).unwrap();
        assert!(self.child.wait().unwrap().success());
        last
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_address_that_the_demo_prints_answers_and_every_command_works() {
    let person = Person::new();
    let mut demo = shown(&person, &["demo", "--port", "0", "--data", "d"]);
    assert!(demo.said.contains("DEMO. Test money only. Data: d"), "{}", demo.said);
    let urls: Vec<String> = demo.said.split_whitespace().filter(|word| word.starts_with("http://")).map(str::to_owned).collect();
    assert!(urls.len() >= 6 && demo.said.contains("payee \"Harbour Review\", 30 days of sample sales"), "{}", demo.said);
    for url in &urls {
        let expected = if url.ends_with("/a/quiet-harbour") || url.contains("/told/") { 402 } else { 200 };
        assert_eq!(get(url, &[("Accept", "text/html")]).status, expected, "{url}");
    }
    let tries = demo.said.clone();
    for line in tries.lines().skip_while(|line| !line.starts_with("Try:")).take_while(|line| !line.starts_with("Ready")) {
        let line = line.trim_start_matches("Try:").split("   ").find(|part| !part.trim().is_empty()).unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let run = Command::new("sh").args(["-c", line]).current_dir(person.home.path()).env("HOME", person.home.path()).output().unwrap();
        assert!(run.status.success(), "{line}: {}", text(&run.stderr));
    }
    assert_eq!(person.available(), 4_948_000, "the printed commands topped up 5.00, paid 0.05 and hold 0.002");
    let drawn = person.ok(&["sessions"]);
    assert!(drawn.contains("0.000264 EUR"), "132 words: {drawn}");
    demo.said.clear();
    let last = demo.interrupt();
    assert!(last.contains("payments kept in d (1 of them from this run)."), "{last}");
}

#[test]
fn bare_farthing_is_the_demo_in_the_folder_one_stands_in() {
    let person = Person::new();
    let demo = shown(&person, &[]);
    assert!(demo.said.contains("Data: .farthing-demo"), "{}", demo.said);
    assert!(person.home.path().join(".farthing-demo/journal").is_dir());
    let site = demo.said.split_whitespace().find(|word| word.starts_with("http://news.localhost")).unwrap().to_owned();
    assert_eq!(get(&site, &[]).status, 200);
    drop(demo.interrupt());
}

#[test]
fn bare_farthing_beside_a_configuration_asks_what_is_meant() {
    let person = Person::new();
    std::fs::write(person.home.path().join("farthing.toml"), "").unwrap();
    let said = person.ends(2, &[]);
    assert!(said.contains("farthing serve") && said.contains("farthing demo"), "{said}");
    assert!(!person.home.path().join(".farthing-demo").exists());
}

#[test]
fn a_second_process_on_the_same_folder_is_told_who_has_it() {
    let server = Server::demo();
    let person = Person::new();
    let data = server.data().display().to_string();
    let said = person.ends(1, &["demo", "--port", "0", "--json", "--data", &data]);
    assert!(said.contains("in use by process"), "{said}");
    assert_eq!(get(&server.site(), &[]).status, 200, "the first goes on");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = Person::new().ends(1, &["demo", "--port", &port, "--data", "d"]);
    assert!(said.contains(&port), "{said}");
}

#[test]
fn sample_days_need_a_fresh_folder_and_fresh_deletes_demos_only() {
    let person = Person::new();
    assert!(person.ok(&["demo", "--days", "2", "--prepare", "--data", "d"]).contains("2 days"));
    let once = person.ok(&["export", "--data", "d", "--format", "json"]).lines().count();
    assert!(once > 20, "{once} records");
    let said = person.ends(2, &["demo", "--days", "2", "--prepare", "--data", "d"]);
    assert!(said.contains("--fresh"), "{said}");
    person.ok(&["demo", "--days", "0", "--fresh", "--prepare", "--data", "d"]);
    assert!(person.ok(&["export", "--data", "d", "--format", "json"]).lines().count() < once);
    std::fs::create_dir(person.home.path().join("mine")).unwrap();
    std::fs::write(person.home.path().join("mine/thesis.txt"), "years of work").unwrap();
    person.ends(1, &["demo", "--fresh", "--prepare", "--data", "mine"]);
    assert_eq!(std::fs::read_to_string(person.home.path().join("mine/thesis.txt")).unwrap(), "years of work");
    assert!(person.ends(2, &["demo", "--days", "367", "--data", "e"]).contains("366"));
}

#[test]
fn the_demo_leaves_an_instances_folder_alone() {
    let backend = crate::support::backend::Backend::start();
    let folder = backend.behind_farthing().stop();
    let data = folder.path().join("data").display().to_string();
    let person = Person::new();
    let said = person.ends(2, &["demo", "--port", "0", "--data", &data]);
    assert!(said.contains("not of a demo"), "{said}");
    person.ends(1, &["demo", "--port", "0", "--fresh", "--data", &data]);
    assert!(folder.path().join("data/journal").is_dir());
}

#[test]
fn the_binary_says_what_it_is() {
    let person = Person::new();
    assert_eq!(person.ok(&["--version"]), format!("farthing {}\n", env!("CARGO_PKG_VERSION")));
    let help = person.ok(&["--help"]);
    for verb in ["demo", "init", "serve", "get", "undo", "wallet", "offer", "refund", "audit", "export"] {
        assert!(help.contains(verb), "{verb}");
    }
    assert!(help.contains("Exit codes") && std::path::Path::new(FARTHING).exists());
    person.ends(2, &["no-such-verb"]);
    person.ends(2, &["get"]);
}
