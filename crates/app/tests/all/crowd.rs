//! Many at once: one wallet that clicks a hundred times, a hundred wallets that want one page.

use crate::support::books::Books;
use crate::support::http::{self, Answer};
use crate::support::payer::Payer;
use crate::support::server::Server;
use money::Amount;
use protocol::receipt::Signed;
use std::collections::BTreeSet;
use std::sync::Barrier;

const CROWD: usize = 100;

/// Does it a hundred times at once, each in a thread of its own, none before all are ready.
fn at_once<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let ready = Barrier::new(CROWD);
    let (ready, work) = (&ready, &work);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CROWD)
            .map(|number| {
                scope.spawn(move || {
                    ready.wait();
                    work(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn charged(answer: &Answer) -> (u64, String) {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let receipt = Signed::parse(answer.header("payment-receipt").unwrap()).unwrap().receipt;
    (receipt.amount.units(), protocol::text::serial(receipt.reference))
}

#[test]
fn a_hundred_parallel_purchases_of_one_page_by_one_wallet_charge_once() {
    let server = Server::demo();
    let (payer, url) = (Payer::with("alice", &server, 1_000_000), server.url("article"));
    let answers = at_once(|number| {
        let credential = payer.credential(&http::get(&url, &[]));
        charged(&payer.present(&url, &credential, Some(&format!("click-{number}"))))
    });
    assert_eq!(answers.iter().map(|(amount, _)| amount).sum::<u64>(), 50_000, "one is charged, ninety-nine are not");
    assert_eq!(answers.iter().map(|(_, serial)| serial).collect::<BTreeSet<_>>().len(), 1, "all name the first receipt");
    let books = Books::of(&server.data());
    assert_eq!((payer.available(), books.earned("ines"), books.earned("harbour")), (950_000, 35_000, 15_000));
}

#[test]
fn a_hundred_copies_of_one_request_get_the_one_answer() {
    let server = Server::demo();
    let (payer, url) = (Payer::with("alice", &server, 1_000_000), server.url("article"));
    let credential = payer.credential(&http::get(&url, &[]));
    let answers = at_once(|_| payer.present(&url, &credential, Some("one-key")));
    let distinct: BTreeSet<_> = answers.iter().map(charged).collect();
    assert_eq!((distinct.len(), distinct.first().unwrap().0), (1, 50_000), "one receipt, given a hundred times");
    assert_eq!((payer.available(), Books::of(&server.data()).earned("ines")), (950_000, 35_000));
}

#[test]
fn of_a_hundred_who_copied_a_credential_one_is_served() {
    let server = Server::demo();
    let (payer, url) = (Payer::with("alice", &server, 1_000_000), server.url("article"));
    let credential = payer.credential(&http::get(&url, &[]));
    let answers = at_once(|number| payer.present(&url, &credential, Some(&format!("key-{number}"))));
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|answer| answer.code() == "challenge-used"));
    assert_eq!(payer.available(), 950_000);
}

#[test]
fn a_hundred_payers_of_one_page_are_all_served_and_the_books_are_exact() {
    let server = Server::demo();
    let url = server.url("article");
    let payers: Vec<Payer> = at_once(|number| Payer::with(&format!("payer {number}"), &server, 60_000));
    let answers = at_once(|number| {
        let payer = &payers[number];
        charged(&payer.present(&url, &payer.credential(&http::get(&url, &[])), Some("k")))
    });
    assert!(answers.iter().all(|(amount, _)| *amount == 50_000));
    assert_eq!(answers.iter().map(|(_, serial)| serial).collect::<BTreeSet<_>>().len(), CROWD, "each has a receipt of its own");
    let books = Books::of(&server.data());
    assert_eq!((books.earned("ines"), books.earned("harbour")), (3_500_000, 1_500_000));
    for payer in &payers {
        assert_eq!(books.funded(&protocol::text::account(payer.key.public().account())), 10_000);
    }
    assert_eq!(books.0.values().sum::<i128>(), 0);
    assert_eq!(Amount::from_u32(10_000).units(), payers[0].available());
}
