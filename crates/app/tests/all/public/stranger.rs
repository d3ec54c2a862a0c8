//! Somebody's own x402 server, the stock @x402/express, takes a balance kept here: our facilitator settles, once.

use crate::support::drivers::{PUBLIC, npm_driver};
use crate::support::evidence;
use crate::support::http;
use crate::support::payer::Payer;
use crate::support::server::Server;
use crate::support::tools::{npm_version, run_ok};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Their server; it ends with the test.
struct Shop {
    child: Child,
    url: String,
}

impl Shop {
    fn open(facilitator: &str, network: &str, payee: &str) -> Shop {
        let mut command = Command::new("node");
        command.arg(npm_driver("shop.mjs")).args([facilitator, network, payee, "0.02 EUR"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "the shop did not open");
        Shop { child, url: url.trim().to_owned() }
    }

    fn report(&self) -> String {
        format!("{}/report", self.url)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
