//! What an unpaid request is told, and what is never priced.

use super::{Demo, receipt};
use crate::support::http::{get, send};
use crate::support::payer::Payer;
use crate::support::server::Server;
use money::Amount;
use protocol::challenge::parse_all;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn an_unpaid_request_is_told_the_terms_in_one_line_that_nobody_stores() {
    let demo = Demo::new();
    let answer = demo.unpaid();
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let vary = answer.header("vary").unwrap().to_ascii_lowercase();
    for field in ["accept", "cookie", "authorization", "accept-payment", "payment-authorization", "payment-signature", "x-cashu"] {
        assert!(vary.split(',').any(|named| named.trim() == field), "Vary lacks {field}: {vary}");
    }
    let lines = answer.all("www-authenticate");
    assert_eq!(lines.len(), 1, "one field line a challenge, and there is one dialect");
    assert!(lines[0].starts_with("Payment id=\""), "{}", lines[0]);
    let payment: usize = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "www-authenticate" || name.starts_with("payment-"))
        .map(|(name, value)| name.len() + value.len() + 4)
        .sum();
    assert!(payment <= 2_048, "payment headers of {payment} bytes are dropped by some intermediaries");
    let challenge = Payer::challenge(&answer);
    assert_eq!((challenge.realm.as_str(), challenge.method.as_str(), challenge.intent.as_str()), ("news.localhost", "farthing", "charge"));
    let request = challenge.charge().unwrap();
    assert_eq!((request.amount, request.currency.as_str(), request.recipient.as_str()), (Amount::from_u32(50_000), "eur-micro", "harbour"));
    assert_eq!(request.instance.to_string(), demo.server.doors()["instance"].as_str().unwrap());
    let left = challenge.expires_at().unwrap().seconds() - crate::support::payer::now().seconds();
    assert!((290..=300).contains(&left), "{left} s");
    assert!(challenge.digest.is_none() && challenge.header.is_none() && challenge.opaque.is_some());
}

#[test]
fn the_body_says_the_same_in_words_and_leads_people_to_the_wallet() {
    let demo = Demo::new();
    let answer = demo.unpaid();
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let body = answer.json();
    assert_eq!(body["type"], "https://paymentauth.org/problems/payment-required");
    assert_eq!(
        (&body["status"], &body["code"], &body["amount"], &body["currency"]),
        (&402.into(), &"payment-required".into(), &"50000".into(), &"eur-micro".into())
    );
    assert_eq!(body["detail"], "0.05 EUR to Harbour Review");
    let wallet = demo.server.url("wallet");
    assert!(body["payUrl"].as_str().unwrap().starts_with(&format!("{wallet}/pay?q=")), "{body}");
    assert_eq!(body["topUpUrl"], format!("{wallet}/top-up"));
    let page = get(&demo.article, &[("Accept", "text/html")]);
    assert_eq!((page.status, page.header("content-type")), (402, Some("text/html; charset=utf-8")));
    assert_eq!(page.all("www-authenticate").len(), 1, "programs that ask for HTML are told as well");
    let bare = page.text().replace("<script type=\"application/ld+json\"", "");
    assert!(page.text().contains("The quiet harbour") && !bare.contains("<script"), "a wall needs no script; what engines read is data");
    demo.nothing_moved("a 402 costs no stored state");
}

#[test]
fn each_402_is_a_challenge_of_its_own() {
    let demo = Demo::new();
    let ids: std::collections::BTreeSet<String> = (0..20).map(|_| Payer::challenge(&demo.unpaid()).id).collect();
    assert_eq!(ids.len(), 20);
}

#[test]
fn a_head_request_is_told_the_terms_without_a_body() {
    let demo = Demo::new();
    let answer = send("HEAD", &demo.article, &[], b"").unwrap();
    assert_eq!((answer.status, answer.all("www-authenticate").len()), (402, 1));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
}

#[test]
fn options_are_never_priced() {
    let demo = Demo::new();
    let answer =
        send("OPTIONS", &demo.article, &[("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "GET")], b"").unwrap();
    assert_ne!(answer.status, 402);
    assert!(answer.header("www-authenticate").is_none());
}

#[test]
fn what_is_free_or_not_priced_passes_untouched() {
    let server = Server::demo();
    for path in ["/", "/a/harbour-bell", "/tour", "/health", "/style.css", "/art/quiet-harbour.svg"] {
        let answer = get(&format!("{}{path}", server.site()), &[]);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("www-authenticate").is_none() && answer.header("payment-receipt").is_none(), "{path}");
    }
    assert_eq!(get(&format!("{}/no-such-page", server.site()), &[]).status, 404, "the origin's own answer passes");
}

#[test]
fn a_host_that_is_not_served_here_is_misdirected() {
    let server = Server::demo();
    let elsewhere = server.site().replace("news.localhost", "other.localhost");
    let answer = get(&format!("{elsewhere}/a/quiet-harbour"), &[]);
    assert_eq!((answer.status, answer.code().as_str()), (421, "misdirected"));
}

#[test]
fn a_request_that_names_two_hosts_is_refused() {
    let server = Server::demo();
    let (site, wallet) = (format!("{}/a/quiet-harbour", server.site()), server.site().replace("news.localhost", "wallet.localhost"));
    let host = server.site().replace("http://", "");
    // The test's own client says `Host` once already.
    for other in ["other.localhost", &host] {
        let answer = get(&site, &[("Host", other)]);
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad-request"), "{other}");
    }
    assert_eq!(absolute(&site, &host), 402, "a target may be a whole address");
    assert_eq!(absolute(&format!("{wallet}/"), &host), 400, "but of the host that is named");
}

/// The status of a GET whose target is a whole address.
fn absolute(target: &str, host: &str) -> u16 {
    let mut stream = TcpStream::connect(host.replace("news.localhost", "127.0.0.1")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn every_spelling_of_a_page_reaches_the_one_purchase() {
    let demo = Demo::new();
    let first = receipt(&demo.server, &demo.payer.pay(&demo.article));
    assert_eq!(first.amount, Amount::from_u32(50_000));
    let spellings = [
        "/a/./quiet-harbour",
        "/a//quiet-harbour",
        "//a/quiet-harbour",
        "/a/x/../quiet-harbour",
        "/%61/quiet-harbour",
        "/a/%71uiet-harbour",
        "/a/quiet%2Dharbour",
        "/a/quiet-harbour?utm_source=x",
        "/./a/.//quiet-harbour?",
        "/x/../a/quiet-harbour",
        "/a/%2e/quiet-harbour",
    ];
    for spelling in spellings {
        let url = format!("{}{spelling}", demo.server.site());
        assert_eq!(get(&url, &[]).status, 402, "{spelling} is no way round");
        let again = receipt(&demo.server, &demo.payer.pay(&url));
        assert_eq!((again.reference, again.amount), (first.reference, Amount::ZERO), "{spelling} is no second charge");
    }
    assert_eq!(demo.payer.available(), 950_000);
}

#[test]
fn no_careless_spelling_gives_a_page_away() {
    let demo = Demo::new();
    for spelling in [
        "/a/quiet-harbour/",
        "/a%2Fquiet-harbour",
        "/a%2fquiet-harbour",
        "/a\\quiet-harbour",
        "/a;x=1/quiet-harbour",
        "/A/quiet-harbour",
        "/a/quiet-harbour;v=1",
        "/a/quiet-harbour%00",
    ] {
        let url = format!("{}{spelling}", demo.server.site());
        let Ok(answer) = send("GET", &url, &[], b"") else { continue };
        assert_ne!(answer.status, 200, "{spelling}");
        assert!(!answer.text().contains("farthing:more"), "{spelling}");
    }
    demo.nothing_moved("strange addresses");
}

#[test]
fn challenges_of_a_reply_parse_as_one_list() {
    let demo = Demo::new();
    let answer = demo.unpaid();
    assert_eq!(parse_all([answer.all("www-authenticate").join(", ").as_str()]).unwrap().len(), 1);
}
