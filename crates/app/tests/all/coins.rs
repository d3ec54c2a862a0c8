//! Coins on a chain, end to end: a chain of our own, the stock facilitator before it, the stock client, and facilitators that lie.

mod chain;

use crate::support::backend::Backend;
use crate::support::drivers::npm_driver;
use crate::support::evidence;
use crate::support::http::{self, Answer};
use crate::support::server::{Server, farthing_ok};
use crate::support::tools::{npm_version, root, run, run_ok};
use chain::{Chain, Purse, edited, field, response};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::thread;
use tempfile::TempDir;

const SUITE: &str = "x402-evm";
const PRICE: u64 = 50_000;
/// What a facilitator may do to a payment that is settled in the end.
const HOSTILE: [&str; 13] = [
    "cut",
    "settle-cut",
    "settle-hang",
    "settle-500",
    "settle-garbage",
    "settle-no",
    "lie",
    "lie-empty",
    "lie-elsewhere",
    "no",
    "500",
    "garbage",
    "twice",
];

/// A shop that takes the coin of a chain, in front of a server of its own.
struct Shop {
    backend: Backend,
    server: Server,
}

impl Shop {
    fn open(chain: &Chain) -> Shop {
        let (backend, folder) = (Backend::start(), tempfile::tempdir().unwrap());
        configure(&backend, folder.path(), chain);
        Shop { backend, server: Server::serve(folder) }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.site())
    }

    fn present(&self, path: &str, payment: &Value) -> Answer {
        http::get(&self.url(path), &[("payment-signature", &field(payment))])
    }

    /// The same payment again and again, until its page comes.
    fn until_served(&self, path: &str, payment: &Value) -> Answer {
        for _ in 0..20 {
            let answer = self.present(path, payment);
            match answer.status {
                200 => return answer,
                503 => assert!(answer.header("retry-after").is_some() && answer.header("payment-required").is_none()),
                other => panic!("{path}: {other}: {}", answer.text()),
            }
        }
        panic!("{path}: nothing came of the payment");
    }

    /// Both auditors find nothing.
    fn audited(self) {
        let folder = self.server.stop();
        audited(&folder);
    }
}

fn configure(backend: &Backend, folder: &Path, chain: &Chain) {
    let url = backend.url();
    let answers = ["--name", "My Review", "--domain", "news.localhost", "--currency", "USD", "--data", "data", "--test"];
    farthing_ok(&[&["init", "--origin", &url, "--into", folder.to_str().unwrap()], &answers[..]].concat());
    let (config, offers) = (folder.join("farthing.toml"), folder.join("offers.toml"));
    let text = std::fs::read_to_string(&config).unwrap().replace(":4020\"", ":0\"").replace(":4021\"", ":0\"");
    let text = text.replace("[\"/paid/**\"]", "[\"/paid/**\", \"/api/*\"]");
    let site = text.lines().find_map(|line| line.strip_prefix("[site.")).and_then(|rest| rest.strip_suffix(']')).unwrap();
    let of = |key: &str| chain.text(key);
    let coin = format!(
        "[site.{site}.stablecoin.test]\nnetwork = \"{}\"\nasset = \"{}\"\nname = \"{}\"\ncurrency = \"USD\"\npay_to = \"{}\"\n\
         facilitator = \"{}\"\nrpc = \"{}\"\npatience_s = 3\n",
        of("network"),
        of("asset"),
        of("name"),
        of("payTo"),
        of("facilitator"),
        of("rpc")
    );
    std::fs::write(&config, format!("{text}\n{coin}")).unwrap();
    let calls = "[offer.calls]\nunlock = \"https://news.localhost/api/*\"\nprice = { metered = \"0.05 USD\", per = \"1 call\" }\n";
    let sold = std::fs::read_to_string(&offers).unwrap();
    std::fs::write(&offers, format!("{sold}\n{calls}")).unwrap();
}

fn audited(folder: &TempDir) {
    let config = folder.path().join("farthing.toml");
    farthing_ok(&["audit", "--config", config.to_str().unwrap()]);
    let data = folder.path().join("data");
    run_ok(Command::new("python3").arg(root().join("clients/audit/audit.py")).arg(data.join("journal")), "python3");
}

fn moved(chain: &Chain, purse: &Purse) -> u64 {
    10_000_000 - chain.balance(&purse.address)
}

fn stock(url: &str, purse: &Purse, more: &[&str]) -> Value {
    let mut command = Command::new("node");
    let said = run(command.arg(npm_driver("evm.mjs")).args([url, &purse.key]).args(more), "npm");
    serde_json::from_slice(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&said.stderr)))
}

fn ran() {
    let version = |package: &str| format!("{package} {}", npm_version(package));
    evidence::ran(SUITE, "@x402/evm", &npm_version("@x402/evm"));
    evidence::found(SUITE, &format!("on a chain of {}", version("@foundry-rs/anvil")));
}

#[test]
fn the_stock_client_pays_on_a_chain_once_and_the_same_payment_has_the_same_answer() {
    evidence::begin(SUITE);
    let (chain, shop) = (Chain::shared(), Shop::open(Chain::shared()));
    let (purse, kept) = (chain.purse(), shop.server.folder().join("payment"));
    let kept = kept.to_str().unwrap();
    let paid = stock(&shop.url("/paid/one"), &purse, &["--keep", kept]);
    assert_eq!((&paid["status"], &paid["sent"], &paid["farthing"]), (&json!(200), &json!(1), &json!(true)), "{paid}");
    let receipt = &paid["receipt"];
    assert_eq!((&receipt["success"], &receipt["payer"]), (&json!(true), &json!(purse.address)), "{paid}");
    assert_eq!((&receipt["network"], &receipt["amount"]), (&json!(chain.text("network")), &json!("50000")), "{paid}");
    assert_eq!(receipt["transaction"].as_str().unwrap().len(), 66, "{paid}");
    assert_eq!(moved(chain, &purse), PRICE);

    let again = stock(&shop.url("/paid/one"), &purse, &["--send", kept]);
    assert_eq!((&again["status"], &again["body"], &again["receipt"]), (&json!(200), &paid["body"], receipt), "{again}");
    assert_eq!((moved(chain, &purse), chain.asked(&purse)), (PRICE, 1));
    assert_eq!(shop.backend.asked("/paid/one").len(), 1, "kept, not asked for again");
    shop.audited();
    ran();
}
