//! A session under `kill -9` of the program, of the client, and of both: what was answered is drawn, nothing is drawn that was not
//! asked for, nothing twice, and both go on by themselves.

use super::load::Rng;
use super::{audited, fresh_seed};
use crate::cli::Person;
use crate::support::backend::Backend;
use crate::support::evidence;
use crate::support::server::{Server, farthing_ok};
use crate::support::tools::{root, run_ok, text};
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds of a run; `FARTHING_CRASH_ROUNDS` says another number.
const ROUNDS: usize = 10;
/// What a call costs, in base units.
const CALL: i128 = 2;
const FUNDED: i128 = 1_000_000;

/// A payer at a site that sells calls, and what it knows.
struct Calls {
    backend: Backend,
    person: Person,
    server: Option<Server>,
    site: String,
    /// Runs of the client, each for a page of its own.
    asked: u64,
    /// Those that ended well.
    answered: u64,
}

impl Calls {
    fn begin() -> Calls {
        let backend = Backend::start();
        let folder = tempfile::tempdir().unwrap();
        backend.init(folder.path());
        // A session is of one address, so the program comes back where it was.
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let change = |name: &str, what: [(&str, &str); 2], more: &str| {
            let path = folder.path().join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            let text = what.into_iter().fold(text, |text, (from, to)| text.replacen(from, to, 1));
            std::fs::write(&path, format!("{text}{more}")).unwrap();
        };
        let listen = format!("listen = \"127.0.0.1:{port}\"");
        let priced = "priced = [\"/paid/**\", \"/call/**\"]";
        change("farthing.toml", [("listen = \"127.0.0.1:0\"", &listen), ("priced = [\"/paid/**\"]", priced)], "");
        let offer =
            "\n[offer.call]\nunlock = \"http://news.localhost/call/**\"\nprice = { metered = \"0.000002 EUR\", per = \"1 call\" }\n";
        change("offers.toml", [("", ""), ("", "")], offer);
        let server = Server::serve(folder);
        let person = Person::with(&server, "1.00");
        let site = server.site();
        Calls { backend, person, server: Some(server), site, asked: 0, answered: 0 }
    }

    /// Starts a client for a page that nobody asked for before.
    fn ask(&mut self) -> (String, Child) {
        self.asked += 1;
        let path = format!("/call/{}", self.asked);
        let mut command = self.person.command(&["get", &format!("{}{path}", self.site), "--session", "--max", "0.10"]);
        (path, command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Waits for a client's own end; what it got is the page it asked for.
    fn take(&mut self, (path, child): (String, Child)) -> Result<(), String> {
        let output = child.wait_with_output().unwrap();
        if output.status.code() != Some(0) {
            return Err(text(&output.stderr));
        }
        assert_eq!(text(&output.stdout), format!("GET {path} "));
        assert!(!self.backend.asked(&path).is_empty());
        self.answered += 1;
        Ok(())
    }

    /// Kills the program and starts it on what is left, after its books were audited.
    fn crash(&mut self) {
        let folder = self.server.take().unwrap().kill();
        audited(&folder.path().join("data"));
        self.server = Some(Server::serve(folder));
    }
}

#[test]
fn a_session_goes_on_after_kills_of_either_side_and_draws_each_request_once() {
    evidence::begin("crash-sessions");
    let rounds = std::env::var("FARTHING_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"));
    let seed = std::env::var("FARTHING_CRASH_SEED").map_or_else(|_| fresh_seed(), |seed| seed.parse().expect("a number"));
    println!("FARTHING_CRASH_SEED={seed} FARTHING_CRASH_ROUNDS={rounds}");
    let mut rng = Rng(seed);
    let mut calls = Calls::begin();
    let first = calls.ask();
    calls.take(first).unwrap();
    // Anywhere within a client's life, and a little after it.
    let begun = Instant::now();
    let second = calls.ask();
    calls.take(second).unwrap();
    let life_us = u64::try_from(begun.elapsed().as_micros()).unwrap();
    for round in 0..rounds {
        let kills_client = rng.below(2) == 0;
        let (path, mut child) = calls.ask();
        std::thread::park_timeout(Duration::from_micros(rng.below(life_us + life_us / 4)));
        if kills_client {
            child.kill().unwrap();
        }
        if !kills_client || rng.below(3) == 0 {
            calls.crash();
        }
        match calls.take((path, child)) {
            Ok(()) => {}
            Err(said) => {
                assert!(kills_client, "round {round} of seed {seed}: the client did not come through a crash of the program: {said}")
            }
        }
        let next = calls.ask();
        calls.take(next).unwrap_or_else(|said| panic!("round {round} of seed {seed}: the next request does not go on: {said}"));
        evidence::ran("crash-sessions", "farthing", env!("CARGO_PKG_VERSION"));
    }
    calls.person.ok(&["sessions", "close", "--all"]);
    let left = i128::from(calls.person.available());
    let folder = calls.server.take().unwrap().stop();
    let data = folder.path().join("data");
    let books = audited(&data);
    assert!(proofs_of(&data) >= calls.answered, "each of them under a link or signature that holds");
    let drawn = books.earned("house");
    let (least, most) = (i128::from(calls.answered) * CALL, i128::from(calls.asked) * CALL);
    println!("{} asked, {} answered, {} drawn in {rounds} rounds", calls.asked, calls.answered, drawn / CALL);
    assert!((least..=most).contains(&drawn), "seed {seed}: {drawn} drawn, {least} answered for, {most} asked for");
    assert_eq!((left, books.sum("rail:play")), (FUNDED - drawn, -FUNDED), "seed {seed}: all that was not drawn is back");
}

/// Signatures and links in a journal, as two auditors count them that share no code.
fn proofs_of(data: &Path) -> u64 {
    let ours: Value = serde_json::from_str(&farthing_ok(&["audit", "--proofs", "--json", "--data", data.to_str().unwrap()])).unwrap();
    let script = root().join("clients/audit/audit.py");
    let theirs = run_ok(Command::new("python3").arg(script).arg("--proofs").arg(data.join("journal")), "python3");
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let of = |said: &Value| ["signatures", "links"].map(|name| said[name].as_u64().unwrap());
    assert_eq!(of(&ours["sessions"]), of(&theirs["proofs"]));
    of(&theirs["proofs"]).iter().sum()
}
