//! A chain of the tests' own with a coin on it, and a facilitator before it that has moods: `clients/tests/npm/chain.mjs`.

use crate::support::drivers::npm_driver;
use crate::support::http;
use crate::support::tools::tool;
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// A running chain. It ends when nobody holds its standard input any more, so also when this process ends.
pub struct Chain {
    child: Child,
    held: Option<ChildStdin>,
    facts: Value,
}

/// Somebody with ten coins.
#[derive(Clone)]
pub struct Purse {
    pub key: String,
    pub address: String,
}

static SHARED: OnceLock<Chain> = OnceLock::new();

impl Chain {
    /// The one that tests share: nobody moves its clock.
    pub fn shared() -> &'static Chain {
        SHARED.get_or_init(Chain::start)
    }

    pub fn start() -> Chain {
        for package in ["@foundry-rs/anvil", "@x402/evm", "solc"] {
            tool(&format!("npm/node_modules/{package}/package.json"), "npm");
        }
        let mut command = Command::new("node");
        let mut child = command.arg(npm_driver("chain.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let held = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let facts = serde_json::from_str(&line).unwrap_or_else(|error| panic!("the chain did not start: {error}: {line:?}"));
        Chain { child, held, facts }
    }

    pub fn text(&self, name: &str) -> &str {
        self.facts[name].as_str().unwrap()
    }

    fn ask(&self, target: &str) -> Value {
        let answer = http::get(&format!("{}{target}", self.text("facilitator")), &[]);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    pub fn purse(&self) -> Purse {
        let made = self.ask("/payer");
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Purse { key: text("key"), address: text("address") }
    }

    pub fn balance(&self, of: &str) -> u64 {
        self.ask(&format!("/balance?of={of}"))["value"].as_str().unwrap().parse().unwrap()
    }

    /// How the facilitator answers this payer from now on: one mood a request, the last one for all that follow.
    pub fn moods(&self, of: &Purse, list: &str) {
        self.ask(&format!("/moods?of={}&list={list}", of.address));
    }

    /// How often it was asked to settle for a payer.
    pub fn asked(&self, of: &Purse) -> usize {
        self.ask(&format!("/asked?of={}", of.address))["asked"].as_array().unwrap().len()
    }

    /// Moves the chain's clock on.
    pub fn later(&self, seconds: u64) {
        self.ask(&format!("/time?by={seconds}"));
    }

    /// Takes back what was signed.
    pub fn cancel(&self, purse: &Purse, nonce: &str) {
        self.ask(&format!("/cancel?key={}&nonce={nonce}", purse.key));
    }

    /// What the stock client signs for a page's 402.
    pub fn sign(&self, purse: &Purse, url: &str) -> Value {
        let offered = http::get(url, &[]);
        let required = BASE64.decode(offered.header("payment-required").unwrap().as_bytes()).unwrap();
        let url = format!("{}/sign?key={}", self.text("facilitator"), purse.key);
        let answer = http::send("POST", &url, &[("content-type", "application/json")], &required).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["payment"].clone()
    }
}

impl Drop for Chain {
    /// Killed, it could not end the node that it has started.
    fn drop(&mut self) {
        drop(self.held.take());
        let _ = self.child.wait();
    }
}

/// A payment as its field has it.
pub fn field(payment: &Value) -> String {
    BASE64.encode(payment.to_string().as_bytes())
}

/// What `PAYMENT-RESPONSE` says.
pub fn response(answer: &http::Answer) -> Value {
    let value = answer.header("payment-response").unwrap_or_else(|| panic!("{}: {}", answer.status, answer.text()));
    serde_json::from_slice(&BASE64.decode(value.as_bytes()).unwrap()).unwrap()
}

/// The payment with one member another.
pub fn edited(payment: &Value, pointer: &str, value: &str) -> Value {
    let mut payment = payment.clone();
    let place = payment.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"));
    *place = json!(value);
    payment
}
