//! L402 end to end: the stock client of Lightning pays with our wallet, and an invoice is charged once through kill -9.

use crate::support::backend::Backend;
use crate::support::evidence;
use crate::support::http::{self, Answer};
use crate::support::payer::Payer;
use crate::support::server::{Server, farthing_ok};
use crate::support::tools::{npm_version, root, run_ok, tool};
use protocol::Credential;
use protocol::challenge::parse_all;
use protocol::l402::{self, Credential as Bearer, Invoice, read_challenge};
use std::process::Command;

const STOCK: &str = "@getalby/lightning-tools";

/// Sells `/paid/**` with L402 first, `/last/*` with it after ours, and `/api/*` by the call, at 0.05, 0.05 and 0.002.
fn sells_by_l402(backend: &Backend) -> Server {
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let (config, offers) = (folder.path().join("farthing.toml"), folder.path().join("offers.toml"));
    let priced = std::fs::read_to_string(&config).unwrap().replace("[\"/paid/**\"]", "[\"/paid/**\", \"/last/*\", \"/api/*\"]");
    std::fs::write(&config, priced).unwrap();
    let offer = |name: &str, path: &str, price: &str| {
        format!("\n[offer.{name}]\nunlock = \"https://news.localhost/{path}\"\nprice = {{ {price} }}\nl402 = true\n")
    };
    let more = offer("last", "last/*", "fixed = \"0.05 EUR\"") + &offer("calls", "api/*", "metered = \"0.002 EUR\", per = \"1 call\"");
    let sold = std::fs::read_to_string(&offers).unwrap().replace("[offer.page]\n", "[offer.page]\nl402 = \"first\"\n");
    std::fs::write(&offers, sold + &more).unwrap();
    Server::serve(folder)
}

/// Lets the stock client pay; its outcomes, and how many requests it made of the site.
fn pays(server: &Server, payer: &Payer, path: &str, more: &[&str]) -> (Vec<serde_json::Value>, u64) {
    tool(&format!("npm/node_modules/{STOCK}/package.json"), "npm");
    let mut command = Command::new("node");
    command.arg(root().join("clients/tests/npm/lightning.mjs"));
    command.args([&format!("{}{path}", server.site()), &payer.seed_hex(), "0.06 EUR", "--wallet", &server.url("wallet")]).args(more);
    let said = run_ok(&mut command, "npm");
    let mut lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests = lines.pop().unwrap()["requests"].as_u64().unwrap();
    assert!(lines.iter().all(|line| line["status"] == 200), "{said}");
    (lines, requests)
}

#[test]
fn the_stock_client_of_lightning_pays_from_a_balance() {
    evidence::begin("lightning");
    let backend = Backend::start();
    let server = sells_by_l402(&backend);
    let payer = Payer::with("alice", &server, 1_000_000);
    let (said, requests) = pays(&server, &payer, "/paid/page", &["--again", "2"]);
    let facts =
        |line: &serde_json::Value| (line["scheme"].clone(), line["paid"].clone(), line["sat"].clone(), line["receipt"]["amount"].clone());
    assert_eq!(facts(&said[0]), ("L402".into(), true.into(), 50.into(), "50000".into()));
    for again in &said[1..] {
        assert_eq!(facts(again), ("L402".into(), false.into(), 0.into(), "0".into()), "its credential opens the page in one request");
    }
    assert_eq!((requests, payer.available(), backend.asked("/paid/page").len()), (4, 950_000, 3));
    let (said, requests) = pays(&server, &payer, "/last/page", &[]);
    assert_eq!(
        (facts(&said[0]), requests),
        (("Payment".into(), true.into(), 50.into(), "50000".into()), 2),
        "by lightning/charge, which stands last"
    );
    assert_eq!(payer.available(), 900_000);
    let (said, _) = pays(&server, &payer, "/api/tide", &["--count", "20"]);
    assert_eq!((said.len(), payer.available()), (20, 860_000), "twenty calls at once, each paid and answered once");
    assert!(backend.asked("/api/tide").len() == 20 && backend.asked("/api/tide").iter().all(|seen| seen.header("authorization").is_none()));
    let audit = farthing_ok(&["audit", "--full", "--proofs", "--json", "--data", server.data().to_str().unwrap()]);
    let report: serde_json::Value = serde_json::from_str(&audit).unwrap();
    assert_eq!(report["signatures"], 22, "the journal proves them: {audit}");
    evidence::ran("lightning", STOCK, &npm_version(STOCK));
}

#[test]
fn the_lightning_wallet_passes_its_own_tests() {
    evidence::begin("lightning");
    tool(&format!("npm/node_modules/{STOCK}/package.json"), "npm");
    run_ok(Command::new("node").args(["--test", "clients/npm/lightning/"]).current_dir(root()), "npm");
    evidence::ran("lightning", STOCK, &npm_version(STOCK));
}

/// An invoice with the request that pays for it.
struct Order {
    token: Vec<u8>,
    invoice: String,
    lock: String,
    credential: String,
}

impl Order {
    fn of(server: &Server, payer: &Payer, path: &str) -> Order {
        let told = http::get(&format!("{}{path}", server.site()), &[]);
        let line = told.all("www-authenticate").into_iter().find(|line| line.starts_with("L402")).unwrap().to_owned();
        let (token, invoice) = read_challenge(&line).unwrap();
        let lock = format!("/v1/locks/{}", l402::hex(&Invoice::parse(&invoice).unwrap().invoice.hash));
        let asked = http::send("POST", &format!("{}{lock}", server.url("wallet")), &[], invoice.as_bytes()).unwrap();
        let challenge = parse_all(asked.all("www-authenticate")).unwrap().remove(0);
        let credential = Credential::sign(challenge, &payer.key).unwrap().header_value();
        Order { token, invoice, lock, credential }
    }

    fn pay(&self, wallet: &str) -> std::io::Result<Answer> {
        http::send("POST", &format!("{wallet}{}", self.lock), &[("Authorization", &self.credential)], self.invoice.as_bytes())
    }

    fn line(&self, preimage: &str) -> String {
        Bearer { token: self.token.clone(), preimage: l402::parse_hex(preimage).unwrap() }.line()
    }
}

#[test]
fn an_invoice_is_charged_once_through_kill_9() {
    let backend = Backend::start();
    let server = sells_by_l402(&backend);
    let payer = Payer::with("alice", &server, 1_000_000);
    let path = |number: usize| format!("/last/{number}");
    let orders: Vec<Order> = (0..12).map(|number| Order::of(&server, &payer, &path(number))).collect();
    let wallet = server.url("wallet");
    let first = orders[0].pay(&wallet).unwrap();
    assert_eq!(first.status, 200, "{}", first.text());
    // The others are on their way when it dies.
    let under_way = std::thread::scope(|scope| {
        let tasks: Vec<_> = orders[1..].iter().map(|order| scope.spawn(|| order.pay(&wallet))).collect();
        let folder = server.kill();
        (folder, tasks.into_iter().map(|task| task.join().unwrap().map(|answer| answer.text()).ok()).collect::<Vec<_>>())
    });
    let (folder, before) = under_way;
    let server = Server::serve(folder);
    let wallet = server.url("wallet");
    let after: Vec<String> = orders.iter().map(|order| order.pay(&wallet).unwrap()).map(|answer| answer.text()).collect();
    assert_eq!(after[0], first.text());
    for (before, after) in before.iter().zip(&after[1..]) {
        assert!(before.as_ref().is_none_or(|before| before == after), "the same preimage, whenever it was bought");
    }
    for (number, (order, preimage)) in orders.iter().zip(&after).enumerate() {
        let read = http::get(&format!("{}{}", server.site(), path(number)), &[("Authorization", &order.line(preimage))]);
        assert_eq!(read.status, 200, "{}", read.text());
    }
    let payer = Payer::new("alice", &server);
    assert_eq!(payer.available(), 1_000_000 - 12 * 50_000, "each once");
    replaced(server, &orders[0], &after[0]);
}

/// The secret is replaced while the program runs: what was sold under the former one stays good, also after the next start.
fn replaced(server: Server, order: &Order, preimage: &str) {
    let said = farthing_ok(&["admin", "rotate-l402", "--config", server.folder().join("farthing.toml").to_str().unwrap()]);
    assert!(said.contains("the former one is kept for ever"), "{said}");
    let opens = |server: &Server, order: &Order, path: &str, preimage: &str| {
        let read = http::get(&format!("{}{path}", server.site()), &[("Authorization", &order.line(preimage))]);
        assert_eq!(read.status, 200, "{path}: {}", read.text());
    };
    opens(&server, order, "/last/0", preimage);
    let payer = Payer::new("alice", &server);
    let new = Order::of(&server, &payer, "/last/new");
    let bought = new.pay(&server.url("wallet")).unwrap().text();
    let keys = std::fs::read_dir(server.data().join("keys")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(keys.filter(|name| name.starts_with("l402-") && name.ends_with("-ever")).count(), 1);
    let server = Server::serve(server.stop());
    opens(&server, order, "/last/0", preimage);
    opens(&server, &new, "/last/new", &bought);
}
