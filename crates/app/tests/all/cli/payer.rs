//! `farthing get`, `undo` and `wallet`: exit codes 0 to 4 and 130, JSON lines, and a wallet file that is the owner's alone.

use super::Person;
use crate::support::backend::Backend;
use crate::support::server::{FARTHING, Server, farthing, farthing_ok};
use crate::support::tools::text;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

fn json(line: &str) -> Value {
    serde_json::from_str(line.trim()).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn a_wallet_file_is_its_owners_alone_and_never_replaced() {
    let (server, person) = (Server::demo(), Person::new());
    assert!(person.ends(2, &["get", &server.url("article"), "--max", "0.10"]).contains("farthing wallet new"));
    let said = person.ok(&["wallet", "new"]);
    assert!(said.contains("Account") && said.contains("farthing wallet topup"), "{said}");
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(person.wallet()), mode(person.home.path().join(".config/farthing"))), (0o600, 0o700));
    let before = std::fs::read(person.wallet()).unwrap();
    assert!(person.ends(1, &["wallet", "new"]).contains("stays as it is"));
    assert_eq!(std::fs::read(person.wallet()).unwrap(), before);
    std::fs::set_permissions(person.wallet(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = person.ends(2, &["get", &server.url("article"), "--max", "0.10"]);
    assert!(refused.contains("chmod 600"), "{refused}");
    std::fs::set_permissions(person.wallet(), std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(person.wallet(), "{}").unwrap();
    assert!(person.ends(2, &["wallet", "show"]).contains("wallet.json"));
}

#[test]
fn an_address_is_paid_once_and_what_is_owned_is_one_request() {
    let backend = Backend::start();
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let log = folder.path().join("log");
    let mut command = Command::new(FARTHING);
    command.args(["serve", "--json", "--config"]).arg(folder.path().join("farthing.toml"));
    command.env("FARTHING_LOG", "info").stderr(std::fs::File::create(&log).unwrap());
    let server = Server::start(command, folder);
    let person = Person::with(&server, "1.00");
    let url = format!("{}/paid/page", server.site());
    let requests = || std::fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains("path=/paid/page ")).count();
    let first = person.run(&["get", &url, "--max", "0.10"]);
    assert_eq!((first.status.code(), text(&first.stdout).as_str()), (Some(0), "GET /paid/page "));
    assert!(text(&first.stderr).starts_with("Paid 0.05 EUR (TEST money) to "), "{}", text(&first.stderr));
    assert_eq!((requests(), backend.asked("/paid/page").len()), (2, 1), "a realm never seen costs one request more");
    for round in 1..=3 {
        let again = person.run(&["get", &url, "--max", "0.10"]);
        assert_eq!((again.status.code(), text(&again.stdout).as_str()), (Some(0), "GET /paid/page "));
        assert!(text(&again.stderr).contains("nothing paid"), "{}", text(&again.stderr));
        assert_eq!((requests(), backend.asked("/paid/page").len()), (2 + round, 1 + round), "what is owned is one request");
    }
    assert_eq!(person.available(), 950_000);
}

#[test]
fn a_price_above_max_is_not_paid_and_told() {
    let server = Server::demo();
    let person = Person::with(&server, "1.00");
    let url = server.url("article");
    for max in [vec!["--max", "0.04"], vec!["--max", "0.049999"], vec!["--max", "0.05 USD"], vec![]] {
        let said = person.ends(4, &[&["get", &url], &max[..]].concat());
        assert!(said.contains("0.05 EUR") && said.contains("--max"), "{max:?}: {said}");
    }
    assert_eq!(person.available(), 1_000_000);
    person.ok(&["get", &url, "--max", "0.05 EUR"]);
    assert_eq!(person.available(), 950_000, "exactly the price is enough");
}

#[test]
fn too_little_money_says_what_is_missing_and_what_to_do() {
    let server = Server::demo();
    let person = Person::with(&server, "0.02");
    let said = person.ends(3, &["get", &server.url("article"), "--max", "0.10"]);
    assert!(said.contains("0.03 EUR") && said.contains("0.02 EUR") && said.contains("farthing wallet topup"), "{said}");
    assert_eq!(person.available(), 20_000);
    person.ok(&["wallet", "topup", "0.03"]);
    person.ok(&["get", &server.url("article"), "--max", "0.10"]);
    assert_eq!(person.available(), 0);
}

#[test]
fn undo_takes_back_inside_the_window_and_once() {
    let server = Server::demo();
    let person = Person::with(&server, "1.00");
    assert!(person.ends(3, &["undo", "--last"]).contains("nothing to take back"));
    let said = text(&person.run(&["get", &server.url("article"), "--max", "0.10"]).stderr);
    let serial = said.split("farthing undo ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_else(|| panic!("{said}")).to_owned();
    assert!(person.ok(&["undo", &serial]).contains("0.05 EUR"));
    assert_eq!(person.available(), 1_000_000);
    assert!(person.ends(3, &["undo", &serial]).contains("already-refunded"));
    person.ends(3, &["undo", "--last"]);
    person.ends(2, &["undo", "not-a-serial"]);
    person.ends(2, &["undo"]);
    let again = text(&person.run(&["get", &server.url("article"), "--max", "0.10"]).stderr);
    assert!(again.starts_with("Paid 0.05 EUR"), "taken back, it is bought anew: {again}");
    assert_eq!(person.available(), 950_000);
}

#[test]
fn a_page_can_go_to_a_file_and_json_to_a_script() {
    let server = Server::demo();
    let person = Person::new();
    assert_eq!(json(&person.ok(&["wallet", "new", "--json"]))["account"].as_str().unwrap().len(), 32);
    let added = json(&person.ok(&["wallet", "topup", "1.00", "--at", &server.url("wallet"), "--json"]));
    assert_eq!((&added["available"], &added["currency"], &added["mode"]), (&"1000000".into(), &"eur-micro".into(), &"test".into()));
    let line = json(&person.ok(&["get", &server.url("article"), "--max", "0.10", "-o", "page.html", "--json"]));
    assert_eq!(
        (&line["paid"], &line["currency"], &line["to"], &line["status"]),
        (&"50000".into(), &"eur-micro".into(), &"harbour".into(), &200.into())
    );
    assert!(std::fs::read_to_string(person.home.path().join("page.html")).unwrap().contains("<h1"));
    assert!(!person.home.path().join("page.html.part").exists());
    let owned = person.run(&["get", &server.url("article"), "--json"]);
    assert!(text(&owned.stdout).contains("<h1"));
    assert_eq!(json(&text(&owned.stderr))["paid"], "0", "the page to standard output, the line to standard error");
    let shown = json(&person.ok(&["wallet", "show", "--json"]));
    assert_eq!((&shown["balances"][0]["available"], &shown["balances"][0]["spent_this_month"]), (&"950000".into(), &"50000".into()));
    let history: Vec<Value> = person.ok(&["wallet", "history", "--json"]).lines().map(json).collect();
    assert_eq!(history.len(), 2);
    assert_eq!((&history[0]["kind"], &history[0]["amount"], &history[0]["balance"]), (&"sale".into(), &"-50000".into(), &"950000".into()));
    let back = json(&person.ok(&["undo", "--last", "--json"]));
    assert_eq!((&back["returned"], &back["serial"]), (&"50000".into(), &line["serial"]));
    let limit = json(&person.ok(&["wallet", "limit", "0.01", "--per", "day", "--json"]));
    assert_eq!((&limit["most"], &limit["window"], &limit["on"]), (&"10000".into(), &"day".into(), &"all".into()));
    let refused = json(&person.ends(3, &["get", &server.url("article"), "--max", "0.10", "--json"]));
    assert_eq!(refused["exit"], 3);
    assert!(refused["error"].as_str().unwrap().contains("guard-denied"), "{refused}");
    let dearer = json(&person.ends(4, &["get", &server.url("article"), "--max", "0.01", "--json"]));
    assert_eq!(dearer["exit"], 4);
    person.ok(&["wallet", "limit", "none", "--per", "day"]);
    person.ok(&["get", &server.url("article"), "--max", "0.10"]);
}

#[test]
fn what_costs_nothing_needs_no_max() {
    let server = Server::demo();
    let person = Person::with(&server, "0.10");
    assert!(person.ok(&["get", &format!("{}/a/harbour-bell", server.site())]).contains("<h1"));
    assert!(person.ends(1, &["get", &format!("{}/no-such-page", server.site())]).contains("404"));
    assert_eq!(person.available(), 100_000);
}

#[test]
fn nobody_there_is_a_failure_and_an_odd_address_is_usage() {
    let person = Person::new();
    person.ok(&["wallet", "new"]);
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    person.ends(1, &["get", &format!("http://127.0.0.1:{free}/"), "--max", "0.10"]);
    for odd in ["ftp://news.localhost/", "news", "http://user:pass@news.localhost/"] {
        person.ends(2, &["get", odd, "--max", "0.10"]);
    }
    person.ends(2, &["get", "http://news.localhost:1/", "--max", "0.0000001"]);
    person.ends(2, &["get", "http://news.localhost:1/", "--max", "a lot"]);
}

#[test]
fn interrupted_it_says_that_nothing_is_paid_twice() {
    let person = Person::new();
    person.ok(&["wallet", "new"]);
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://127.0.0.1:{}/", silent.local_addr().unwrap().port());
    let child = person.command(&["get", &url]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let (stream, _) = silent.accept().unwrap();
    let mut line = String::new();
    BufReader::new(&stream).read_line(&mut line).unwrap();
    assert!(line.starts_with("GET / "), "{line}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing is paid twice"));
}

#[test]
fn a_second_payer_of_one_home_shares_its_receipts_and_a_second_wallet_does_not() {
    let server = Server::demo();
    let person = Person::with(&server, "1.00");
    person.ok(&["get", &server.url("article"), "--max", "0.10"]);
    person.ok(&["wallet", "new", "--wallet", "other.json"]);
    person.ok(&["wallet", "topup", "1.00", "--wallet", "other.json", "--at", &server.url("wallet")]);
    let said = text(&person.run(&["get", &server.url("article"), "--max", "0.10", "--wallet", "other.json"]).stderr);
    assert!(said.starts_with("Paid 0.05 EUR"), "another wallet owns nothing: {said}");
    assert_eq!(person.available(), 950_000);
}

#[test]
fn a_wallet_with_an_empty_disk_finds_its_sessions_continues_one_and_closes_the_others() {
    let backend = Backend::start();
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let offers = "[offer.calls]\nunlock = \"http://news.localhost/paid/*\"\nprice = { metered = \"0.0001 EUR\", per = \"1 call\" }\n";
    std::fs::write(folder.path().join("offers.toml"), offers).unwrap();
    let server = Server::serve(folder);
    let (person, url) = (Person::with(&server, "1.00"), format!("{}/paid/page", server.site()));
    let get = |person: &Person| person.ok(&["get", &url, "--session", "--max", "0.02"]);
    // The same wallet at three computers, each of which opens a session of its own.
    let elsewhere = || {
        let other = Person::new();
        std::fs::create_dir_all(other.wallet().parent().unwrap()).unwrap();
        std::fs::copy(person.wallet(), other.wallet()).unwrap();
        other
    };
    let computers = [elsewhere(), elsewhere(), elsewhere()];
    for (times, computer) in (1..).zip(&computers) {
        (0..times).for_each(|_| drop(get(computer)));
    }
    let listed = |person: &Person| -> Vec<Value> { person.ok(&["sessions", "--json"]).lines().map(json).collect() };
    let empty = elsewhere();
    assert_eq!(listed(&empty).len(), 0);
    let restored: Vec<Value> = empty.ok(&["sessions", "restore", "--at", &server.url("wallet"), "--json"]).lines().map(json).collect();
    let counted: Vec<&str> = restored.iter().map(|session| session["counted"].as_str().unwrap()).collect();
    assert_eq!(counted, ["100", "200", "300"], "{restored:?}");
    assert_eq!(listed(&empty).len(), 3);
    get(&empty);
    get(&empty);
    let after = listed(&empty);
    assert_eq!(after.len(), 3, "none was opened anew");
    let sum = |sessions: &[Value], name: &str| {
        sessions.iter().map(|session| session[name].as_str().unwrap().parse::<u64>().unwrap()).sum::<u64>()
    };
    assert_eq!((sum(&after, "counted"), sum(&after, "spent")), (800, 800));
    let ids: Vec<&str> = after.iter().map(|session| session["session"].as_str().unwrap()).collect();
    let closed = json(&empty.ok(&["sessions", "close", ids[0], "--json"]));
    proves(&empty, ids[0], &closed);
    // Without its site, and from a computer that knows nothing of it.
    let other = elsewhere();
    let closed = json(&other.ok(&["sessions", "close", ids[1], "--at", &server.url("wallet"), "--json"]));
    assert_eq!(closed["phase"], "ended");
    empty.ok(&["sessions", "close", "--all"]);
    assert_eq!(other.available(), 1_000_000 - 800, "what was drawn is paid, all else is free again");
    assert!(other.ok(&["sessions", "restore"]).contains("no session"));
}

/// What can be proved of a closed session is a file that our own program and one in Python check alike; one changed letter is found.
fn proves(person: &Person, id: &str, closed: &Value) {
    let file = person.wallet().with_file_name("proofs.json");
    std::fs::write(&file, person.ok(&["sessions", "export", id])).unwrap();
    let ours = json(&farthing_ok(&["audit", "--proofs", file.to_str().unwrap(), "--json"]));
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/audit/session.py");
    let python = || std::process::Command::new("python3").arg(&script).arg(&file).output().expect("python3 is missing");
    let said = python();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(ours, json(&String::from_utf8(said.stdout).unwrap()));
    assert_eq!((&ours["ended"]["captured"], &ours["ended"]["released"]), (&closed["captured"], &closed["released"]));
    assert_eq!((&ours["session"], ours["opened"].is_string()), (&closed["session"], true), "also of a session that was found again");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"scope\": \"/", "\"scope\": \"/x", 1)).unwrap();
    let (status, said) = {
        let output = farthing(&["audit", "--proofs", file.to_str().unwrap()]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert!(status == Some(5) && said.contains("its opening is not signed by its account"), "{said}");
    let said = python();
    assert!(!said.status.success() && String::from_utf8_lossy(&said.stderr).contains("its opening is not signed by its account"));
}
