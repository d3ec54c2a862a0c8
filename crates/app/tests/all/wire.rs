//! The wire as programs see it: the 402, a purchase, every refusal and every way to come again.

mod purchase;
mod refusals;
mod replays;
mod shape;

use crate::support::books::Books;
use crate::support::http::{self, Answer};
use crate::support::payer::Payer;
use crate::support::server::Server;
use client::site::Site;
use protocol::receipt::{Receipt, Signed};

/// The price of the demo's first article.
const PRICE: u64 = 50_000;

/// The receipt of a paid answer, proved by a key that `farthing.json` names.
fn receipt(server: &Server, answer: &Answer) -> Receipt {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let value = answer.header("payment-receipt").expect("a paid answer has a receipt");
    assert!(value.len() <= 1_400, "{} bytes", value.len());
    let signed = Signed::parse(value).unwrap();
    let document = http::get(&format!("{}/.well-known/farthing.json", server.site()), &[]);
    let site = Site::parse(&document.body).expect("the root signs the receipt keys");
    assert!(site.receipt_keys().any(|key| signed.is_proved_by(key)), "a key of farthing.json proves the receipt");
    signed.receipt
}

/// Asks with a credential, under an `Idempotency-Key` if one is given.
fn present(method: &str, url: &str, credential: &str, key: Option<&str>, body: &str) -> Answer {
    let mut headers = vec![("Authorization", credential)];
    headers.extend(key.map(|key| ("Idempotency-Key", key)));
    http::send(method, url, &headers, body.as_bytes()).unwrap()
}

/// A payer with money, the article of a fresh demo and the books before anything else happened.
struct Demo {
    server: Server,
    payer: Payer,
    article: String,
    books: Books,
}

impl Demo {
    fn new() -> Demo {
        let server = Server::demo();
        let payer = Payer::with("alice", &server, 1_000_000);
        let (article, books) = (server.url("article"), Books::of(&server.data()));
        Demo { server, payer, article, books }
    }

    /// A 402 of the article.
    fn unpaid(&self) -> Answer {
        let answer = http::get(&self.article, &[]);
        assert_eq!(answer.status, 402);
        answer
    }

    fn now(&self) -> Books {
        Books::of(&self.server.data())
    }

    /// The books are as at the beginning: nobody paid and nobody earned.
    fn nothing_moved(&self, why: &str) {
        assert_eq!(self.now(), self.books, "{why}");
        assert_eq!(self.payer.available(), 1_000_000, "{why}");
    }
}
