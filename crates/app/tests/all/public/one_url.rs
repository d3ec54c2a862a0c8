//! One address, and every public client pays it: the Payment scheme and x402, in three languages.

use crate::support::drivers::PUBLIC;
use crate::support::evidence;
use crate::support::payer::Payer;
use crate::support::server::Server;

const MAX: &str = "60000 eur-micro";

#[test]
fn every_public_client_pays_one_and_the_same_url_once() {
    let server = Server::demo();
    let url = server.url("article");
    for client in &PUBLIC {
        evidence::begin(client.suite);
        let payer = Payer::with(client.component, &server, 1_000_000);
        let first = client.pay(&url, &payer, MAX);
        assert_eq!((&first["status"], payer.available()), (&200.into(), 950_000), "{}: {first}", client.component);
        let again = client.pay(&url, &payer, MAX);
        assert_eq!((&again["status"], payer.available()), (&200.into(), 950_000), "{} owns it: {again}", client.component);
        assert_eq!(first["length"], again["length"], "{}: the same page", client.component);
        if client.suite.starts_with("x402") {
            let (told, owned) = (&first["receipt"], &again["receipt"]);
            assert_eq!((&told["success"], &told["amount"]), (&true.into(), &"50000".into()), "{}: {first}", client.component);
            assert_eq!((&owned["success"], &owned["amount"]), (&true.into(), &"0".into()), "{}: {again}", client.component);
            assert_eq!(told["transaction"], owned["transaction"], "{}: the serial of the one sale", client.component);
            let network = format!("farthing:{}", server.doors()["instance"].as_str().unwrap());
            assert_eq!(told["network"].as_str(), Some(&*network));
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
            let said = client.pay(&url, &payer, MAX);
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
    let url = server.url("article");
    for client in &PUBLIC {
        evidence::begin(client.suite);
        let poor = Payer::with(client.component, &server, 40_000);
        let refused = client.command().args([&url, &poor.seed_hex(), MAX]).output().unwrap();
        assert_eq!((refused.status.code(), poor.available()), (Some(1), 40_000), "{}", client.component);
        let rich = Payer::with(&format!("{} rich", client.component), &server, 1_000_000);
        let dear = client.command().args([&url, &rich.seed_hex(), "49999 eur-micro"]).output().unwrap();
        let said = String::from_utf8_lossy(&dear.stdout);
        assert_eq!((dear.status.code(), rich.available()), (Some(1), 1_000_000), "{}: {said}", client.component);
        assert!(said.contains("above the max"), "{}: {said}", client.component);
        evidence::ran(client.suite, client.component, &client.version());
    }
}
