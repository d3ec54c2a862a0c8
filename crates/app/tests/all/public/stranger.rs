//! Somebody's own x402 server, the stock @x402/express, takes a balance kept here: our facilitator settles, once.

use crate::support::backend::Backend;
use crate::support::drivers::{PUBLIC, npm_driver};
use crate::support::evidence;
use crate::support::http;
use crate::support::payer::Payer;
use crate::support::server::Server;
use crate::support::tools::{npm_version, run};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const PRICE: u64 = 20_000;
const MAX: &str = "0.02 EUR";

/// Their server; it ends with the test.
struct Shop {
    child: Child,
    url: String,
}

impl Shop {
    /// Opens one that is to be paid as a payee of this instance.
    fn open(server: &Server, payee: &str) -> Shop {
        let facilitator = format!("{}/x402", server.url("wallet"));
        let network = format!("farthing:{}", server.url("instance"));
        let mut command = Command::new("node");
        command.arg(npm_driver("shop.mjs")).args([&facilitator, &network, payee, MAX]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "the shop did not open");
        Shop { child, url: url.trim().to_owned() }
    }

    fn report(&self) -> String {
        format!("{}/report", self.url)
    }

    /// How often the report was made.
    fn served(&self) -> String {
        http::get(&format!("{}/served", self.url), &[]).text()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An instance whose payee takes what its own server asks for, up to 0.50.
fn instance() -> Server {
    let folder = tempfile::tempdir().unwrap();
    Backend::start().init(folder.path());
    let (config, offers) = (folder.path().join("farthing.toml"), folder.path().join("offers.toml"));
    let sold = std::fs::read_to_string(&offers).unwrap();
    std::fs::write(&offers, format!("{sold}\n[offer.shop]\nconsume = \"x402:*\"\nprice = {{ at_most = \"0.50 EUR\" }}\n")).unwrap();
    let more = "\n[payee.silent]\nname = \"Sells nothing elsewhere\"\n";
    let written = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{written}{more}")).unwrap();
    Server::serve(folder)
}

/// What the npm client said, with its exit code.
fn buy(url: &str, payer: &Payer, more: &[&str]) -> (i32, Value) {
    let mut command = Command::new("node");
    let said = run(command.arg(npm_driver("x402.mjs")).args([url, &payer.seed_hex(), MAX]).args(more), "npm");
    (said.status.code().unwrap(), serde_json::from_slice(&said.stdout).unwrap())
}

#[test]
fn a_strangers_server_is_paid_from_a_balance_here_and_a_payment_sent_twice_pays_once() {
    evidence::begin("x402-express");
    let server = instance();
    let (shop, other) = (Shop::open(&server, "house"), Shop::open(&server, "house"));
    let payer = Payer::with("alice", &server, 1_000_000);
    let kept = server.folder().join("payment");
    let kept = kept.to_str().unwrap();
    let (code, paid) = buy(&shop.report(), &payer, &["--keep", kept]);
    assert_eq!((code, &paid["status"], &paid["body"]), (0, &json!(200), &json!("report 1")), "{paid}");
    assert_eq!((&paid["receipt"]["success"], payer.available()), (&json!(true), 1_000_000 - PRICE), "{paid}");

    for again in [&shop, &other] {
        let (_, refused) = buy(&again.report(), &payer, &["--send", kept]);
        assert_eq!((&refused["status"], payer.available()), (&json!(402), 1_000_000 - PRICE), "{refused}");
    }
    assert_eq!((shop.served().as_str(), other.served().as_str()), ("1", "0"), "nothing is served for what was paid for before");

    // Each asks anew, so each pays; whatever language it is written in.
    for (number, client) in (2..).zip(PUBLIC.iter().filter(|client| client.suite.starts_with("x402"))) {
        let buyer = Payer::with(client.component, &server, 1_000_000);
        let paid = client.pay(&shop.report(), &buyer, MAX);
        assert_eq!((&paid["status"], &paid["body"]), (&json!(200), &json!(format!("report {number}"))), "{}: {paid}", client.component);
        assert_eq!(buyer.available(), 1_000_000 - PRICE, "{}", client.component);
    }
    evidence::ran("x402-express", "@x402/express", &npm_version("@x402/express"));
}

#[test]
fn a_stranger_is_paid_nothing_in_the_name_of_who_takes_nothing_or_by_who_has_nothing() {
    evidence::begin("x402-express");
    let server = instance();
    let payer = Payer::with("alice", &server, 1_000_000);
    for payee in ["silent", "nobody"] {
        let shop = Shop::open(&server, payee);
        let (code, refused) = buy(&shop.report(), &payer, &[]);
        assert_eq!((code, &refused["status"], payer.available()), (1, &json!(402), 1_000_000), "{payee}: {refused}");
        assert_eq!(shop.served(), "0");
    }
    let shop = Shop::open(&server, "house");
    let poor = Payer::with("bob", &server, PRICE - 1);
    let (code, refused) = buy(&shop.report(), &poor, &[]);
    assert_eq!((code, &refused["status"], poor.available(), shop.served().as_str()), (1, &json!(402), PRICE - 1, "0"), "{refused}");
    evidence::ran("x402-express", "@x402/express", &npm_version("@x402/express"));
}
