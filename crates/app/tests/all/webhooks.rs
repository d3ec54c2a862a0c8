//! What payees' programs get: a sale reaches a webhook of the real binary, and the public library of Standard Webhooks takes
//! it; receivers that fail, redirect or are not there; the same over the command line.

mod desk;

use crate::support::evidence;
use crate::support::http::{Answer, send};
use crate::support::origin::{Heard, Leaf, Origin};
use crate::support::payer::{Payer, command_id};
use crate::support::server::{Server, farthing, farthing_ok};
use crate::support::shop::Shop;
use crate::support::tools::{npm_version, root, run, text, tool};
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// A payee's program: it has a key, and listens.
struct Program {
    shop: Shop,
    inbox: Origin,
    key: String,
}

impl Program {
    fn start() -> Program {
        let shop = Shop::open();
        let key = ordered(&shop, &["key", "new", "--name", "test", "--scope", "read", "--scope", "refund", "--scope", "webhooks"]);
        let key = key.lines().next().unwrap().to_owned();
        assert!(key.starts_with("test_") && key.len() == 43, "the key alone on its line");
        let inbox = Origin::start();
        inbox.put("/hook", Leaf::html("taken"));
        Program { shop, inbox, key }
    }

    fn call(&self, method: &str, target: &str, body: &str) -> Answer {
        let key = format!("Bearer {}", self.key);
        let id = protocol::text::command(command_id());
        let url = format!("{}{target}", self.shop.wallet);
        send(method, &url, &[("Authorization", &key), ("Idempotency-Key", &id)], body.as_bytes()).unwrap()
    }

    fn ok(&self, method: &str, target: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.call(method, target, &body);
        assert_eq!(answer.status, 200, "{method} {target}: {}", answer.text());
        answer.json()
    }

    fn hook(&self, path: &str) -> Value {
        self.ok("POST", "/v1/webhooks", &json!({ "url": self.inbox.url("hooks.localhost") + path }))
    }

    /// A reader buys a page; the serial of the sale.
    fn sell(&self, path: &str) -> String {
        let payer = Payer::with(path, &self.shop.server, 1_000_000);
        let answer = payer.pay(&format!("{}{path}", self.shop.site));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let receipt = protocol::receipt::Signed::parse(answer.header("payment-receipt").unwrap()).unwrap();
        protocol::text::serial(receipt.receipt.reference)
    }

    /// What came under a path, once it is so much.
    fn heard(&self, path: &str, count: usize) -> Vec<Heard> {
        until(|| {
            let heard: Vec<Heard> = self.inbox.heard().into_iter().filter(|heard| heard.target == path).collect();
            (heard.len() >= count).then_some(heard)
        })
    }
}

/// Asks until there is an answer.
fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begin.elapsed() < PATIENCE, "waited in vain");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn command(shop: &Shop, words: &[&str]) -> Vec<String> {
    let config = shop.server.folder().join("farthing.toml").display().to_string();
    let (verb, rest) = words.split_at(2);
    let of = ["--payee", "quay", "--config", config.as_str()];
    verb.iter().chain(&of).chain(rest).map(|word| (*word).to_owned()).collect()
}

fn ordered(shop: &Shop, words: &[&str]) -> String {
    farthing_ok(&command(shop, words).iter().map(String::as_str).collect::<Vec<_>>())
}

fn refused(shop: &Shop, words: &[&str]) -> Output {
    farthing(&command(shop, words).iter().map(String::as_str).collect::<Vec<_>>())
}

/// Lets the public library verify deliveries under each of these secrets.
fn verify(shop: &Shop, heard: &[Heard], secrets: &[&str]) -> Output {
    tool("npm/node_modules/standardwebhooks/package.json", "npm");
    let line = |heard: &Heard| {
        let headers: serde_json::Map<String, Value> =
            heard.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        json!({ "headers": headers, "body": text(&heard.body) }).to_string()
    };
    let file = shop.server.folder().join("deliveries.jsonl");
    fs::write(&file, heard.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    run(Command::new("node").arg(root().join("clients/tests/npm/webhook.mjs")).arg(&file).args(secrets), "npm")
}

fn verified(shop: &Shop, heard: &[Heard], secrets: &[&str]) -> Vec<String> {
    let output = verify(shop, heard, secrets);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

fn body(heard: &Heard) -> Value {
    serde_json::from_slice(&heard.body).unwrap()
}

#[test]
fn a_sale_reaches_a_webhook_signed_as_the_public_library_wants() {
    evidence::begin("webhooks");
    let program = Program::start();
    let hook = program.hook("/hook");
    let secret = hook["secret"].as_str().unwrap();
    let sale = program.sell("/a/story");
    let heard = program.heard("/hook", 2);
    let mut kinds = verified(&program.shop, &heard, &[secret]);
    kinds.sort();
    assert_eq!(kinds, ["charge.made", "entitlement.granted"]);
    let charge = heard.iter().map(body).find(|event| event["type"] == "charge.made").unwrap();
    assert_eq!((&charge["object"]["sale"], &charge["object"]["charged"]), (&sale.clone().into(), &"50000".into()));
    let stream = program.ok("GET", "/v1/events", &Value::Null);
    let same = |heard: &Heard| stream["rows"].as_array().unwrap().contains(&body(heard));
    assert!(heard.iter().all(same), "the stream tells the same");

    let mut forged = heard.clone();
    forged[0].body = text(&forged[0].body).replace("50000", "50001").replace("story", "glory").into_bytes();
    assert!(!verify(&program.shop, &forged, &[secret]).status.success(), "a changed body does not hold");
    let other = format!("whsec_{}", data_encoding::BASE64.encode(&[1; 32]));
    assert!(!verify(&program.shop, &heard, &[&other]).status.success(), "nor one under another secret");

    program.ok("POST", &format!("/v1/sales/{sale}/refund"), &Value::Null);
    let heard = program.heard("/hook", 4);
    let mut kinds = verified(&program.shop, &heard[2..], &[secret]);
    kinds.sort();
    assert_eq!(kinds, ["charge.refunded", "entitlement.ended"]);
    evidence::ran("webhooks", "standardwebhooks", &npm_version("standardwebhooks"));
}

#[test]
fn while_a_secret_is_rotated_receivers_of_both_take_a_delivery() {
    evidence::begin("webhooks");
    let program = Program::start();
    let hook = program.hook("/hook");
    let (id, old) = (hook["id"].as_str().unwrap(), hook["secret"].as_str().unwrap());
    let rotated = program.ok("POST", &format!("/v1/webhooks/{id}/rotate"), &Value::Null);
    let new = rotated["secret"].as_str().unwrap();
    assert_ne!(new, old);
    program.ok("POST", &format!("/v1/webhooks/{id}/test"), &Value::Null);
    let heard = program.heard("/hook", 1);
    assert_eq!(verified(&program.shop, &heard, &[old, new]), ["webhook.test", "webhook.test"]);
    assert_eq!(
        program.ok("GET", &format!("/v1/webhooks/{id}"), &Value::Null).get("secret"),
        None,
        "shown when it was made, and never again"
    );
    evidence::ran("webhooks", "standardwebhooks", &npm_version("standardwebhooks"));
}

#[test]
fn what_was_not_delivered_before_a_crash_is_delivered_after_it() {
    evidence::begin("webhooks");
    let Program { shop, inbox, key } = Program::start();
    inbox.put("/hook", Leaf::failure(503).with("Retry-After", "2"));
    let program = Program { shop, inbox, key };
    let secret = program.hook("/hook")["secret"].as_str().unwrap().to_owned();
    program.sell("/a/story");
    let before: Vec<Value> = program.heard("/hook", 2).iter().map(body).collect();
    let Program { shop, inbox, key } = program;
    let Shop { server, origin, site, wallet, desk, port, public } = shop;
    let folder = server.kill();
    inbox.put("/hook", Leaf::html("taken"));
    let count = inbox.heard().len();
    let shop = Shop { server: Server::serve(folder), origin, site, wallet, desk, port, public };
    let program = Program { shop, inbox, key };
    let after = program.heard("/hook", count + 2).split_off(count);
    assert_eq!(verified(&program.shop, &after, &[&secret]).len(), after.len());
    let mut received: Vec<Value> = after.iter().map(body).collect();
    let by_id = |event: &Value| event["id"].as_str().unwrap().to_owned();
    received.sort_by_key(by_id);
    received.dedup();
    let mut expected: Vec<Value> = before;
    expected.sort_by_key(by_id);
    expected.dedup();
    assert_eq!(received, expected, "the same events under the same ids");
    until(|| {
        let waiting = program.ok("GET", "/v1/deliveries?state=delivered", &Value::Null);
        (waiting["rows"].as_array().unwrap().len() == 2).then_some(())
    });
    evidence::ran("webhooks", "standardwebhooks", &npm_version("standardwebhooks"));
}

#[test]
fn redirects_are_not_followed_and_gone_ends_it() {
    evidence::begin("webhooks");
    let program = Program::start();
    let elsewhere = program.inbox.url("hooks.localhost") + "/elsewhere";
    program.inbox.put("/away", Leaf::failure(307).with("Location", &elsewhere));
    program.inbox.put("/elsewhere", Leaf::html("taken"));
    program.inbox.put("/gone", Leaf::failure(410));
    let away = program.hook("/away")["id"].as_str().unwrap().to_owned();
    let gone = program.hook("/gone")["id"].as_str().unwrap().to_owned();
    for id in [&away, &gone] {
        program.ok("POST", &format!("/v1/webhooks/{id}/test"), &Value::Null);
    }
    let ended = until(|| {
        let rows = program.ok("GET", &format!("/v1/deliveries?webhook={gone}"), &Value::Null);
        (rows["rows"][0]["state"] == "failed").then(|| rows["rows"][0].clone())
    });
    assert_eq!((&ended["status"], &ended["tries"]), (&410.into(), &1.into()));
    assert_eq!(program.ok("GET", &format!("/v1/webhooks/{gone}"), &Value::Null)["state"], "gone");
    let redirected = until(|| {
        let rows = program.ok("GET", &format!("/v1/deliveries?webhook={away}"), &Value::Null);
        (rows["rows"][0]["status"] == 307).then(|| rows["rows"][0].clone())
    });
    assert_eq!(redirected["state"], "waiting");
    let opened = program.ok("GET", &format!("/v1/deliveries/{}", redirected["id"].as_str().unwrap()), &Value::Null);
    assert!(opened["attempts"][0]["response"].as_str().unwrap().to_ascii_lowercase().contains(&format!("location: {elsewhere}")));
    assert!(!opened["attempts"][0]["request"].as_str().unwrap().contains("whsec"));
    assert!(program.inbox.heard().iter().all(|heard| heard.target != "/elsewhere"));
    evidence::ran("webhooks", "standardwebhooks", &npm_version("standardwebhooks"));
}

#[test]
fn no_file_holds_a_key() {
    let program = Program::start();
    program.ok("GET", "/v1/payee", &Value::Null);
    let bits = program.key.split('_').nth(1).unwrap().to_owned();
    let id = ordered(&program.shop, &["key", "list"]).split("  ").next().unwrap().to_owned();
    let new = ordered(&program.shop, &["key", "rotate", &id]).lines().next().unwrap().split('_').nth(1).unwrap().to_owned();
    let folder = program.shop.server.stop();
    let mut folders = vec![folder.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            files += 1;
            for key in [&bits, &new] {
                assert!(!bytes.windows(20).any(|window| window == &key.as_bytes()[6..26]), "{} holds a key", path.display());
            }
        }
    }
    assert!(files > 5, "{files} files looked at");
}

#[test]
fn the_command_line_does_what_the_calls_do() {
    let program = Program::start();
    let shop = &program.shop;
    let url = program.inbox.url("hooks.localhost") + "/hook";
    let made: Value = serde_json::from_str(&ordered(shop, &["webhook", "new", "--json", "--event", "charge.made", &url])).unwrap();
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["events"], json!(["charge.made"]));
    assert!(ordered(shop, &["webhook", "test", id]).starts_with("delivery dlv_"));
    program.sell("/a/story");
    let heard = program.heard("/hook", 2);
    assert_eq!(heard.iter().map(body).filter(|event| event["type"] == "charge.made").count(), 1);
    until(|| ordered(shop, &["webhook", "deliveries", "--state", "delivered"]).contains("charge.made").then_some(()));
    let listed = ordered(shop, &["webhook", "deliveries", "--webhook", id]);
    let delivery = listed.lines().find(|line| line.contains("charge.made")).unwrap().split("  ").next().unwrap().to_owned();
    assert!(ordered(shop, &["webhook", "show", &delivery]).contains("webhook-signature: v1,"));
    assert!(ordered(shop, &["webhook", "retry", &delivery]).contains("begun 1"));
    assert!(ordered(shop, &["webhook", "pause", id]).contains("paused"));
    assert!(ordered(shop, &["webhook", "resume", id]).contains("active"));
    ordered(shop, &["webhook", "rotate", id]);
    for address in ["https://10.0.0.1/", "http://hooks.example.com/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest"] {
        let output = refused(shop, &["webhook", "new", address]);
        assert_eq!(output.status.code(), Some(3), "{address}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("Nothing is sent to that address"), "{}", text(&output.stderr));
    }
    ordered(shop, &["webhook", "delete", id]);
    assert_eq!(ordered(shop, &["webhook", "list"]), "");
    assert_eq!(refused(shop, &["webhook", "test", id]).status.code(), Some(3));

    let list = ordered(shop, &["key", "list"]);
    let id = list.split("  ").next().unwrap().to_owned();
    assert!(list.contains("stands") && list.contains("read,refund,webhooks") && !list.contains(&program.key), "{list}");
    let new = ordered(shop, &["key", "rotate", &id]);
    let both = [program.key.as_str(), new.lines().next().unwrap()];
    let asked = |key: &str| send("GET", &format!("{}/v1/payee", shop.wallet), &[("Authorization", &format!("Bearer {key}"))], b"").unwrap();
    assert_eq!(both.map(|key| asked(key).status), [200, 200]);
    ordered(shop, &["key", "revoke", &id]);
    assert_eq!(both.map(|key| asked(key).status), [401, 200]);
    assert_eq!(refused(shop, &["key", "new", "--name", "x", "--scope", "everything"]).status.code(), Some(3));
    assert_eq!(refused(shop, &["key", "revoke", "key_x"]).status.code(), Some(3));
}
