//! A purchase from the challenge to the receipt, the page that is owned, and taking it back.

use super::{Demo, PRICE, present, receipt};
use crate::support::backend::Backend;
use crate::support::books::Books;
use crate::support::http::{get, send};
use crate::support::payer::{Payer, now};
use money::Amount;
use protocol::calls::{Call, Kind, sign};
use protocol::receipt::Receipt;
use protocol::text::{Instance, account, serial};
use sha2::{Digest, Sha256};

/// The line by which an account shows that it asks.
fn shown(demo: &Demo, method: &str, target: &str) -> String {
    let instance = Instance::parse(demo.server.doors()["instance"].as_str().unwrap()).unwrap();
    sign(&Call { instance, method, target, kind: Kind::Read }, &demo.payer.key, now()).unwrap()
}

fn undo(payer: &Payer, receipt: &Receipt) -> crate::support::http::Answer {
    payer.write("/v1/undo", &serde_json::json!({"serial": serial(receipt.reference)}).to_string())
}

#[test]
fn a_signed_challenge_brings_the_page_and_a_receipt_that_the_instance_signed() {
    let demo = Demo::new();
    let answer = demo.payer.pay(&demo.article);
    let receipt = receipt(&demo.server, &answer);
    assert!(answer.text().contains("<h1"), "the page itself");
    assert!(answer.header("cache-control").unwrap().contains("no-store"));
    assert_eq!((receipt.amount, receipt.currency.as_str(), receipt.recipient.as_str()), (Amount::from_u32(50_000), "eur-micro", "harbour"));
    assert_eq!(receipt.entitlement, "news.localhost/a/quiet-harbour");
    assert_ne!(receipt.payer, account(demo.payer.key.public().account()), "the payee learns a reference of its own, not the account");
    assert_eq!(demo.payer.available(), 1_000_000 - PRICE);
    let books = demo.now();
    assert_eq!((books.earned("ines"), books.earned("harbour")), (35_000, 15_000));
}

#[test]
fn the_receipt_document_shows_every_leg_and_is_what_the_header_proves() {
    let demo = Demo::new();
    let receipt = receipt(&demo.server, &demo.payer.pay(&demo.article));
    let target = format!("/v1/receipts/{}", serial(receipt.reference));
    let document = demo.payer.read(&target);
    assert_eq!(document.status, 200);
    assert_eq!(<[u8; 32]>::from(Sha256::digest(&document.body)), receipt.full, "`full` is the hash of the document");
    let facts = document.json();
    assert_eq!(
        (&facts["charged"], &facts["currency"], &facts["item"]),
        (&"50000".into(), &"eur-micro".into(), &"news.localhost/a/quiet-harbour".into())
    );
    assert_eq!(facts["legs"]["0"], serde_json::json!({"label": "writer", "to": "ines", "amount": "35000"}));
    assert_eq!(facts["legs"]["1"], serde_json::json!({"label": "house", "to": "harbour", "amount": "15000"}));
    assert!(facts["legs"].get("2").is_none());
    let stranger = Payer::new("mallory", &demo.server).read(&target);
    assert_eq!((stranger.status, stranger.code().as_str()), (404, "unknown"), "another's receipt is not there");
}

#[test]
fn an_owned_page_costs_nothing_under_a_fresh_challenge() {
    let demo = Demo::new();
    let first = receipt(&demo.server, &demo.payer.pay(&demo.article));
    let books = demo.now();
    let again = receipt(&demo.server, &demo.payer.pay(&demo.article));
    assert_eq!((again.reference, again.amount, again.full), (first.reference, Amount::ZERO, first.full), "the first receipt, charged 0");
    assert_eq!(demo.now(), books);
}

#[test]
fn an_owner_shows_it_in_one_round_trip() {
    let demo = Demo::new();
    let line = shown(&demo, "GET", "/a/quiet-harbour");
    assert_eq!(get(&demo.article, &[("Authorization", &line)]).status, 402, "who owns nothing is told the price");
    demo.payer.pay(&demo.article);
    let answer = get(&demo.article, &[("Authorization", &shown(&demo, "GET", "/a/quiet-harbour"))]);
    assert_eq!(answer.status, 200);
    assert!(answer.header("payment-receipt").is_none(), "nobody paid now");
    let query = get(&format!("{}?a=1", demo.article), &[("Authorization", &shown(&demo, "GET", "/a/quiet-harbour?a=1"))]);
    assert_eq!(query.status, 200);
    let elsewhere = get(&demo.article, &[("Authorization", &shown(&demo, "GET", "/a/tide-tables"))]);
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (402, "signature-invalid"), "a proof is for one address");
    let head = send("HEAD", &demo.article, &[("Authorization", &shown(&demo, "HEAD", "/a/quiet-harbour"))], b"").unwrap();
    assert_eq!(head.status, 200);
    assert_eq!(demo.payer.available(), 1_000_000 - PRICE);
}

#[test]
fn undo_gives_every_leg_back_and_ends_access() {
    let demo = Demo::new();
    let first = receipt(&demo.server, &demo.payer.pay(&demo.article));
    let taken = undo(&demo.payer, &first);
    assert_eq!((taken.status, taken.json()["returned"].as_str()), (200, Some("50000")), "{}", taken.text());
    let books = demo.now();
    assert_eq!((demo.payer.available(), books.earned("ines"), books.earned("harbour")), (1_000_000, 0, 0));
    assert_eq!(
        get(&demo.article, &[("Authorization", &shown(&demo, "GET", "/a/quiet-harbour"))]).status,
        402,
        "access ends on the next request"
    );
    let twice = undo(&demo.payer, &first);
    assert_eq!((twice.status, twice.code().as_str()), (409, "already-refunded"));
    let stranger = undo(&Payer::new("mallory", &demo.server), &first);
    assert_eq!((stranger.status, stranger.code().as_str()), (404, "unknown"));
    let second = receipt(&demo.server, &demo.payer.pay(&demo.article));
    assert_eq!(second.amount, Amount::from_u32(50_000), "bought again, it is charged again");
    assert_ne!(second.reference, first.reference);
    let refused = undo(&demo.payer, &second);
    assert_eq!((refused.status, refused.code().as_str()), (409, "undo-used"), "each page is taken back once");
    assert_eq!(demo.payer.available(), 1_000_000 - PRICE);
}

#[test]
fn what_the_origin_does_not_deliver_is_given_back() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let failed = payer.pay(&format!("{}/paid/fails", server.site()));
    assert_eq!((failed.status, failed.code().as_str()), (502, "origin-failed"), "{}", failed.text());
    assert_eq!((&failed.json()["refunded"], failed.header("payment-receipt")), (&true.into(), None));
    let missing = payer.pay(&format!("{}/paid/missing", server.site()));
    assert_eq!((missing.status, missing.text().as_str(), missing.header("payment-receipt")), (404, "no such page", None));
    let books = Books::of(&server.data());
    assert_eq!((payer.available(), books.earned("house")), (1_000_000, 0));
    assert!(backend.asked("/paid/fails").len() == 1 && backend.asked("/paid/missing").len() == 1, "the origin was really asked");
}

#[test]
fn the_origin_learns_who_paid_what_and_never_how() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/page", server.site());
    let credential = payer.credential(&get(&url, &[]));
    let headers = [
        ("Authorization", credential.as_str()),
        ("Idempotency-Key", "k1"),
        ("Farthing-Paid", "forged"),
        ("Cookie", "theirs=1; __Host-farthing_st=AAAAAAAAAAAAAAAAAAAAAA"),
    ];
    let paid = get(&url, &headers);
    let receipt = receipt(&server, &paid);
    let asked = &backend.asked("/paid/page")[0];
    assert_eq!((asked.header("farthing-paid"), asked.header("farthing-amount")), (Some("charge"), Some("50000")));
    assert_eq!(
        (asked.header("farthing-payer"), asked.header("farthing-serial")),
        (Some(receipt.payer.as_str()), Some(serial(receipt.reference).as_str()))
    );
    assert_eq!((asked.header("authorization"), asked.header("cookie")), (None, Some("theirs=1")));
    let all = format!("{asked:?}");
    assert!(!all.contains("farthing_st") && !all.contains(credential.split(' ').next_back().unwrap()), "{all}");
}

#[test]
fn a_page_with_a_query_key_is_a_page_of_its_own() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let (first, second) = (format!("{}/paid/x?id=1", server.site()), format!("{}/paid/x?id=2", server.site()));
    let one = receipt(&server, &payer.pay(&first));
    assert_eq!(one.entitlement, "news.localhost/paid/x?id=1");
    let used = present("GET", &second, &payer.credential(&get(&first, &[])), None, "");
    assert_eq!((used.status, used.code().as_str()), (402, "route-mismatch"));
    assert_eq!(receipt(&server, &payer.pay(&format!("{first}&utm=2"))).amount, Amount::ZERO, "other keys make no other page");
    assert_eq!(receipt(&server, &payer.pay(&second)).amount, Amount::from_u32(50_000));
    assert_eq!(payer.available(), 900_000);
}

#[test]
fn a_body_is_bound_to_its_challenge() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/echo", server.site());
    let unpaid = send("POST", &url, &[], b"what tide?").unwrap();
    assert_eq!(unpaid.status, 402);
    let digest = Payer::challenge(&unpaid).digest.expect("a challenge for a body names it");
    assert!(digest.starts_with("sha-256=:") && digest.ends_with(':'), "{digest}");
    let credential = payer.credential(&unpaid);
    for body in ["another", ""] {
        let refused = present("POST", &url, &credential, Some("k"), body);
        assert_eq!((refused.status, refused.code().as_str()), (402, "digest-mismatch"), "{body:?}");
    }
    let bodiless = payer.credential(&send("POST", &url, &[], b"").unwrap());
    assert_eq!(present("POST", &url, &bodiless, None, "smuggled").code(), "digest-mismatch");
    assert_eq!(payer.available(), 1_000_000);
    let paid = present("POST", &url, &credential, Some("k"), "what tide?");
    assert_eq!((paid.status, paid.text().as_str()), (200, "POST /paid/echo what tide?"));
    assert_eq!((payer.available(), backend.asked("/paid/echo").len()), (950_000, 1));
}
