//! Coins on a chain, end to end: a chain of our own, the stock facilitator before it, the stock client, and facilitators that lie.

pub mod chain;

use crate::support::backend::Backend;
use crate::support::drivers::npm_driver;
use crate::support::evidence;
use crate::support::http::{self, Answer};
use crate::support::payer::Payer;
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

#[test]
fn who_has_a_balance_and_a_coin_pays_from_the_balance() {
    evidence::begin(SUITE);
    let (chain, shop) = (Chain::shared(), Shop::open(Chain::shared()));
    let purse = chain.purse();
    let payer = Payer::of_currency("alice", &shop.server, (1_000_000, "usd-micro"));
    let paid = stock(&shop.url("/paid/two"), &purse, &["--seed", &payer.seed_hex()]);
    assert_eq!((&paid["status"], &paid["receipt"]["amount"]), (&json!(200), &json!("50000")), "{paid}");
    assert!(paid["receipt"]["network"].as_str().unwrap().starts_with("farthing:"), "{paid}");
    assert_eq!((moved(chain, &purse), chain.asked(&purse)), (0, 0));
    ran();
}

/// Status, `errorReason` and code of a refusal.
fn refused(answer: &Answer) -> (u16, String, String) {
    let reason = response(answer)["errorReason"].as_str().unwrap_or_default().to_owned();
    (answer.status, reason, answer.code())
}

#[test]
fn what_was_edited_is_refused_in_the_form_of_x402_and_moves_nothing() {
    evidence::begin(SUITE);
    let (chain, shop) = (Chain::shared(), Shop::open(Chain::shared()));
    let (purse, other) = (chain.purse(), format!("0x{}", "22".repeat(20)));
    let payment = chain.sign(&purse, &shop.url("/paid/edits"));
    let later = "99999999999";
    let edits = [
        ("/accepted/amount", "1", "invalid_payment_requirements", "challenge-unknown"),
        ("/accepted/payTo", &*other, "invalid_payment_requirements", "challenge-unknown"),
        ("/accepted/asset", &*other, "invalid_network", "method-unsupported"),
        ("/accepted/network", "eip155:1", "invalid_network", "method-unsupported"),
        ("/accepted/scheme", "upto", "unsupported_scheme", "method-unsupported"),
        ("/accepted/extra/name", "USD Coin", "invalid_payment_requirements", "challenge-unknown"),
        ("/accepted/extra/farthing", "x", "invalid_payment_requirements", "challenge-unknown"),
        ("/payload/authorization/to", &*other, "invalid_payload", "coin-authorization"),
        ("/payload/authorization/value", "1", "invalid_payload", "coin-authorization"),
        ("/payload/authorization/validAfter", later, "invalid_payload", "coin-authorization"),
        ("/payload/authorization/validBefore", "1", "invalid_payload", "coin-authorization"),
        ("/payload/authorization/validBefore", later, "invalid_payload", "coin-authorization"),
        ("/payload/authorization/from", &*other, "invalid_payload", "signature-invalid"),
        ("/payload/authorization/nonce", &*format!("0x{}", "33".repeat(32)), "invalid_payload", "signature-invalid"),
        ("/resource/url", &*shop.url("/paid/other"), "invalid_payment_requirements", "route-mismatch"),
    ];
    for (pointer, value, reason, code) in edits {
        let answer = shop.present("/paid/edits", &edited(&payment, pointer, value));
        assert_eq!(refused(&answer), (402, reason.to_owned(), code.to_owned()), "{pointer}");
        assert!(answer.header("payment-required").is_some(), "{pointer}: asked anew");
    }
    let malformed = shop.present("/paid/edits", &edited(&payment, "/payload/signature", "0x"));
    assert_eq!((malformed.status, malformed.code()), (400, "malformed-credential".to_owned()));

    // For another page, by another method, at another instance: it is not what was offered there.
    for path in ["/paid/other", "/api/other"] {
        let mut payment = payment.clone();
        payment.as_object_mut().unwrap().remove("resource");
        assert_eq!(refused(&shop.present(path, &payment)).2, "challenge-unknown", "{path}");
    }
    let posted = http::send("POST", &shop.url("/paid/edits"), &[("payment-signature", &field(&payment))], b"").unwrap();
    assert_eq!(refused(&posted).2, "challenge-unknown");
    let elsewhere = Shop::open(chain);
    let mut there = payment.clone();
    there.as_object_mut().unwrap().remove("resource");
    assert_eq!(refused(&elsewhere.present("/paid/edits", &there)).2, "challenge-unknown");

    let poor = Purse { address: other, ..purse.clone() };
    assert_eq!((moved(chain, &purse), chain.asked(&purse), chain.asked(&poor)), (0, 0, 0), "nobody was asked to settle any of it");
    assert_eq!(shop.until_served("/paid/edits", &payment).status, 200, "the payment itself is as good as before");
    assert_eq!(moved(chain, &purse), PRICE);

    // Paid: the same signature buys nothing else, under a fresh tag either.
    let fresh = chain.sign(&purse, &shop.url("/paid/other"));
    let stolen = json!({ "x402Version": 2, "accepted": fresh["accepted"], "payload": payment["payload"] });
    assert_eq!(refused(&shop.present("/paid/other", &stolen)).2, "challenge-used");
    // Nor does another signature for the same tag.
    let second = json!({ "x402Version": 2, "accepted": payment["accepted"], "payload": fresh["payload"] });
    assert_eq!(refused(&shop.present("/paid/edits", &second)).2, "challenge-used");
    assert_eq!(moved(chain, &purse), PRICE);
    shop.audited();
    ran();
}

#[test]
fn a_payment_that_comes_many_times_at_once_pays_once_and_calls_are_used_up() {
    evidence::begin(SUITE);
    let (chain, shop) = (Chain::shared(), Shop::open(Chain::shared()));
    let purse = chain.purse();
    for path in ["/paid/many", "/api/many"] {
        let payment = chain.sign(&purse, &shop.url(path));
        // The same, written in another way.
        let again: Value = serde_json::from_str(&payment.to_string()).unwrap();
        let other = format!("{} ", again);
        let spaced = data_encoding::BASE64.encode(other.as_bytes());
        let answers: Vec<Answer> = thread::scope(|scope| {
            let ask = |number: usize| {
                let value = if number.is_multiple_of(2) { field(&payment) } else { spaced.clone() };
                let url = shop.url(path);
                scope.spawn(move || http::get(&url, &[("payment-signature", &value)]))
            };
            let asked: Vec<_> = (0..8).map(ask).collect();
            asked.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 503), "{path}");
        let served: Vec<String> = answers.iter().filter(|answer| answer.status == 200).map(Answer::text).collect();
        assert!(!served.is_empty() && served.iter().all(|body| *body == served[0]), "{path}: one answer");
        assert_eq!(shop.backend.asked(path).len(), 1, "{path}: the server was asked once");
    }
    assert_eq!(moved(chain, &purse), 2 * PRICE);
    shop.audited();
    ran();
}

#[test]
fn no_facilitator_loses_or_doubles_a_payment() {
    evidence::begin(SUITE);
    let (chain, shop) = (Chain::shared(), Shop::open(Chain::shared()));
    thread::scope(|scope| {
        for mood in HOSTILE {
            let shop = &shop;
            scope.spawn(move || {
                let (purse, path) = (chain.purse(), format!("/api/{mood}"));
                chain.moods(&purse, &format!("{mood},honest"));
                let payment = chain.sign(&purse, &shop.url(&path));
                let first = shop.present(&path, &payment);
                if first.status == 503 {
                    assert_eq!(refused(&first), (503, "settlement_pending".to_owned(), "coin-pending".to_owned()), "{mood}");
                    assert!(first.header("retry-after").is_some() && first.header("payment-required").is_none(), "{mood}");
                }
                let served = if first.status == 200 { first } else { shop.until_served(&path, &payment) };
                assert_eq!((response(&served)["success"].clone(), moved(chain, &purse)), (json!(true), PRICE), "{mood}");
                assert_eq!(shop.backend.asked(&path).len(), 1, "{mood}: served once");
                assert_eq!(shop.present(&path, &payment).text(), served.text(), "{mood}: and the same answer again");
                assert_eq!(moved(chain, &purse), PRICE, "{mood}");
            });
        }
    });
    shop.audited();
    ran();
}

#[test]
fn a_payment_outlives_the_death_of_the_program_between_claim_and_settlement() {
    evidence::begin(SUITE);
    let (chain, Shop { backend, server }) = (Chain::shared(), Shop::open(Chain::shared()));
    let (purse, url) = (chain.purse(), format!("{}/paid/killed", server.site()));
    chain.moods(&purse, "hang,honest");
    let payment = chain.sign(&purse, &url);
    let (asking, value) = (url.clone(), field(&payment));
    let waiting = thread::spawn(move || drop(http::send("GET", &asking, &[("payment-signature", &value)], b"")));
    while chain.asked(&purse) == 0 {}
    let folder = server.kill();
    waiting.join().unwrap();
    assert_eq!(moved(chain, &purse), 0);

    // Whoever starts goes on by itself; its client comes back with the same payment.
    let shop = Shop { backend, server: Server::serve(folder) };
    while moved(chain, &purse) == 0 {}
    let mut again = payment.clone();
    again.as_object_mut().unwrap().remove("resource");
    let served = shop.until_served("/paid/killed", &again);
    assert_eq!((response(&served)["success"].clone(), moved(chain, &purse)), (json!(true), PRICE));
    assert_eq!(shop.backend.asked("/paid/killed").len(), 1);
    shop.audited();
    ran();
}

#[test]
fn what_never_arrives_is_over_when_its_time_is_and_serves_nothing() {
    evidence::begin(SUITE);
    let chain = Chain::start();
    let shop = Shop::open(&chain);
    let (lapsing, spending) = (chain.purse(), chain.purse());
    let mut payments = Vec::new();
    for (purse, path) in [(&lapsing, "/paid/lapsed"), (&spending, "/paid/spent")] {
        chain.moods(purse, "lie");
        let payment = chain.sign(purse, &shop.url(path));
        assert_eq!(refused(&shop.present(path, &payment)).1, "settlement_pending", "{path}: said to have moved, and has not");
        payments.push(payment);
    }
    let nonce = payments[1].pointer("/payload/authorization/nonce").unwrap().as_str().unwrap().to_owned();
    chain.cancel(&spending, &nonce);
    chain.later(400);
    for (path, payment) in ["/paid/lapsed", "/paid/spent"].into_iter().zip(&payments) {
        let answer = until_over(&shop, path, payment);
        assert_eq!(refused(&answer), (402, "invalid_transaction_state".to_owned(), "coin-lapsed".to_owned()), "{path}");
        assert!(answer.header("payment-required").is_some(), "{path}: now a fresh one may be signed");
    }
    assert_eq!((moved(&chain, &lapsing), moved(&chain, &spending), shop.backend.asked("/paid/lapsed").len()), (0, 0, 0));
    shop.audited();
    ran();
}

fn until_over(shop: &Shop, path: &str, payment: &Value) -> Answer {
    for _ in 0..20 {
        let answer = shop.present(path, payment);
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("{path}: it is still on its way");
}
