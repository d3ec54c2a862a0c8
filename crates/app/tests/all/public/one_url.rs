//! One address, and every public client pays it: the Payment scheme, x402 and Lightning, in three languages.
//!
//! The offer needs the words `l402 = true`: whole satoshis are told to clients of Lightning in the last challenge, parts of one in
//! the first. The others do not mind: they name `Accept-Payment`, or read another field.

use crate::support::backend::Backend;
use crate::support::drivers::{PUBLIC, Public};
use crate::support::evidence;
use crate::support::payer::Payer;
use crate::support::server::Server;
use serde_json::Value;

const MAX: &str = "5000 eur-micro";

/// The page of the demo that every dialect sells, at 0.004.
fn page(server: &Server) -> String {
    format!("{}/a/tide-tables", server.site())
}

#[test]
fn every_public_client_pays_one_and_the_same_url_once() {
    let server = Server::demo();
    let url = page(&server);
    let network = format!("farthing:{}", server.doors()["instance"].as_str().unwrap());
    for client in &PUBLIC {
        evidence::begin(client.suite);
        let payer = Payer::with(client.component, &server, 1_000_000);
        let first = client.pay(&url, &payer, MAX);
        assert_eq!((&first["status"], payer.available()), (&200.into(), 996_000), "{}: {first}", client.component);
        let again = client.pay(&url, &payer, MAX);
        assert_eq!((&again["status"], payer.available()), (&200.into(), 996_000), "{} owns it: {again}", client.component);
        assert_eq!(first["length"], again["length"], "{}: the same page", client.component);
        receipted(client, &first, &again, &network);
        evidence::ran(client.suite, client.component, &client.version());
    }
}

/// Each is told in its own dialect what was charged, and the second time nothing, by the same sale.
fn receipted(client: &Public, first: &Value, again: &Value, network: &str) {
    let (told, owned, name) = (&first["receipt"], &again["receipt"], client.component);
    assert_eq!((&told["amount"], &owned["amount"]), (&"4000".into(), &"0".into()), "{name}: {first} {again}");
    let serial = if client.suite.starts_with("x402") { "transaction" } else { "reference" };
    assert!(told[serial].is_string() && told[serial] == owned[serial], "{name}: {first} {again}");
    if client.suite.starts_with("x402") {
        assert_eq!((&told["success"], &told["network"]), (&true.into(), &network.into()), "{name}: {first}");
        assert_eq!(owned["success"], true, "{name}: {again}");
    }
    if client.suite == "lightning" {
        assert_eq!(
            (&told["method"], &first["scheme"], &first["sat"]),
            (&"farthing".into(), &"Payment".into(), &4.into()),
            "{name}: {first}"
        );
    }
}

#[test]
fn every_public_client_pays_a_price_that_lightning_has_no_word_for() {
    let backend = Backend::start();
    let server =
        backend.behind_farthing_offering(&[("price = { fixed = \"0.05 EUR\" }", "price = { fixed = \"0.000333 EUR\" }\nl402 = true")]);
    let url = format!("{}/paid/page", server.site());
    for client in &PUBLIC {
        evidence::begin(client.suite);
        let payer = Payer::with(client.component, &server, 1_000_000);
        let said = client.pay(&url, &payer, MAX);
        assert_eq!((&said["status"], &said["receipt"]["amount"]), (&200.into(), &"333".into()), "{}: {said}", client.component);
        assert_eq!(payer.available(), 999_667, "{}", client.component);
        if client.suite == "lightning" {
            assert_eq!(said["scheme"], "L402", "{said}");
        }
        evidence::ran(client.suite, client.component, &client.version());
    }
}

#[test]
fn what_is_counted_costs_every_x402_client_what_was_used() {
    let server = Server::demo();
    let url = format!("{}/ask/tides", server.site());
    for client in PUBLIC.iter().filter(|client| client.suite.starts_with("x402")) {
        evidence::begin(client.suite);
        let payer = Payer::with(client.component, &server, 1_000_000);
        for paid in 1..=2 {
            let said = client.pay(&url, &payer, "8000 eur-micro");
            // Two base units a word, of the 8,000 that are asked and signed for.
            let due = said["body"].as_str().unwrap().split_whitespace().count() * 2;
            let told = &said["receipt"];
            assert_eq!(
                (&told["success"], told["amount"].as_str()),
                (&true.into(), Some(&*due.to_string())),
                "{}: {said}",
                client.component
            );
            assert_eq!(payer.available(), 1_000_000 - paid * u64::try_from(due).unwrap(), "{}", client.component);
        }
        let below = client.command().args([&url, &payer.seed_hex(), "7999 eur-micro"]).output().unwrap();
        assert_eq!(below.status.code(), Some(1), "{}: what is asked is above its max", client.component);
        evidence::ran(client.suite, client.component, &client.version());
    }
}

#[test]
fn no_public_client_pays_what_its_payer_does_not_have_or_allow() {
    let server = Server::demo();
    let url = page(&server);
    for client in &PUBLIC {
        evidence::begin(client.suite);
        let poor = Payer::with(client.component, &server, 3_000);
        let refused = client.paying(&url, &poor, MAX).output().unwrap();
        assert_eq!((refused.status.code(), poor.available()), (Some(1), 3_000), "{}", client.component);
        let rich = Payer::with(&format!("{} rich", client.component), &server, 1_000_000);
        let dear = client.paying(&url, &rich, "3999 eur-micro").output().unwrap();
        let said = String::from_utf8_lossy(&dear.stdout);
        assert_eq!((dear.status.code(), rich.available()), (Some(1), 1_000_000), "{}: {said}", client.component);
        assert!(said.contains("above the max"), "{}: {said}", client.component);
        evidence::ran(client.suite, client.component, &client.version());
    }
}
