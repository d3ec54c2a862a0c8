//! Paying by credential: what is charged, delivered, receipted and, when nothing comes, taken back.

use super::*;
use crate::receipts::Sold;
use market::{Body as Order, Command, Consent, Maker, Outcome, Purchase};
use protocol::calls::{self, Call, Kind};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn a_page_is_sold_once_and_read_for_ever() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let bought = bed.pay("/a/quiet", &alice).await;
    assert_eq!((bought.status.as_u16(), bought.text().as_str()), (200, origin::ARTICLE));
    assert_eq!(bought.header("cache-control"), "private, no-store");
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));
    let receipt = bought.receipt().unwrap();
    assert!(receipt.is_proved_by(&bed.opened.instance.keys.receipt.public()));
    assert_eq!((receipt.receipt.amount, receipt.receipt.entitlement.as_str()), (Amount::from_u32(50_000), "news.localhost/a/quiet"));
    let seen = bed.origin.asked("/a/quiet").pop().unwrap();
    let told = |name: &str| seen.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!((told("farthing-paid").unwrap(), told("farthing-amount").unwrap()), ("charge".to_owned(), "50000".to_owned()));
    assert_eq!(told("farthing-payer").unwrap(), receipt.receipt.payer);
    assert!(told("authorization").is_none());

    let again = bed.pay("/a/quiet", &alice).await;
    let second = again.receipt().unwrap().receipt;
    assert_eq!((second.amount, second.reference), (Amount::ZERO, receipt.receipt.reference));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));
    let told = bed.origin.asked("/a/quiet").pop().unwrap().headers;
    assert_eq!((told["farthing-paid"].to_str().unwrap(), told["farthing-amount"].to_str().unwrap()), ("entitlement", "0"));
}

#[tokio::test]
async fn the_receipt_proves_the_whole_one() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let receipt = bed.pay("/a/quiet", &alice).await.receipt().unwrap().receipt;
    let id = receipt.reference;
    let sold = bed.opened.instance.look(move |state, _| crate::receipts::Sold::find(state, id)).await.unwrap().unwrap();
    let document = crate::receipts::receipt_document(bed.opened.instance.speaker(), &sold);
    assert_eq!(<[u8; 32]>::from(Sha256::digest(document.canonical())), receipt.full);
    assert_eq!((document.text("payee"), document.text("charged")), (Some("harbour"), Some("50000")));
    let writer = document.object("legs").unwrap().object("0").unwrap();
    assert_eq!((writer.text("to"), writer.text("amount")), (Some("ann"), Some("35000")));
    assert_eq!(document.text("payer"), Some(receipt.payer.as_str()));
}

#[tokio::test]
async fn an_account_reads_what_it_owns_without_paying() {
    let bed = Bed::new().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    bed.pay("/a/quiet", &alice).await;
    let line = |key: &SigningKey, target: &str| {
        let call = Call { instance: bed.opened.instance.id, method: "GET", target, kind: Kind::Read };
        calls::sign(&call, key, Timestamp::from_seconds(world::now().seconds())).unwrap()
    };
    let owned = bed.ask(request("GET", "/a/quiet?x=1", &[("authorization", &line(&alice, "/a/quiet?x=1"))])).await;
    assert_eq!((owned.status.as_u16(), owned.receipt().is_none(), owned.header("cache-control")), (200, true, "private, no-store"));
    assert!(bed.origin.asked("/a/quiet").pop().unwrap().headers.get("authorization").is_none());
    let stranger = bed.ask(request("GET", "/a/quiet", &[("authorization", &line(&bob, "/a/quiet"))])).await;
    assert_eq!(stranger.refusal(), (402, "payment-required".to_owned()));
    let other = bed.ask(request("GET", "/a/quiet", &[("authorization", &line(&alice, "/a/other"))])).await;
    assert_eq!(other.refusal(), (402, "signature-invalid".to_owned()));
}

#[tokio::test]
async fn a_post_is_paid_with_its_body() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let challenge = bed.ask(with_body("POST", "/a/echo", &[], "ask")).await.challenge();
    let credential = Credential::sign(challenge, &alice).unwrap().header_value();
    let other = bed.ask(with_body("POST", "/a/echo", &[("authorization", &credential)], "other")).await;
    assert_eq!(other.refusal(), (402, "digest-mismatch".to_owned()));
    assert_eq!(other.challenge().digest, Some(protocol::digest::of(b"other")));
    let paid = bed.ask(with_body("POST", "/a/echo", &[("payment-authorization", &credential)], "ask")).await;
    assert_eq!((paid.status.as_u16(), paid.text().as_str()), (200, "ask"));
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn what_the_origin_does_not_deliver_is_taken_back() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    for path in ["/a/broken", "/a/priced"] {
        let failed = bed.pay(path, &alice).await;
        assert_eq!(failed.refusal(), (502, "origin-failed".to_owned()), "{path}");
        assert_eq!(failed.json()["refunded"].as_bool(), Some(true));
        assert_eq!(failed.json()["reference"].as_str().unwrap().len(), 26);
        assert!(failed.receipt().is_none() && failed.fresh_challenge().is_none());
    }
    let missing = bed.pay("/a/gone", &alice).await;
    assert_eq!((missing.status.as_u16(), missing.text().as_str(), missing.receipt().is_none()), (404, "no such page", true));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0));
    let moved = bed.pay("/a/moved", &alice).await;
    assert_eq!((moved.status.as_u16(), moved.receipt().is_none()), (303, true));
    assert_eq!(bed.available(&alice).await, 950_000);

    let credential = Credential::sign(bed.challenge("/a/broken").await, &alice).unwrap().header_value();
    let page = bed.ask(request("GET", "/a/broken", &[("authorization", &credential), ("accept", "text/html")])).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.text().contains("You have your money back"));
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn an_origin_that_is_down_costs_nothing() {
    let bed = Bed::without_origin().await;
    let alice = bed.wallet(1, 1_000_000).await;
    assert_eq!(bed.pay("/a/quiet", &alice).await.refusal(), (502, "origin-failed".to_owned()));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_changes_nothing() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = Credential::sign(bed.challenge("/a/slow").await, &alice).unwrap().header_value();
    let here = visit(world::now());
    let paid = request("GET", "/a/slow", &[("authorization", &credential)]);
    tokio::select! {
        _ = bed.door.handle(paid, &here, peer()) => panic!("the origin waits"),
        () = until(|| !bed.origin.asked("/a/slow").is_empty()) => {}
    }
    assert_eq!(bed.available(&alice).await, 950_000);
    bed.origin.gate.add_permits(1);
    // The page is owned; the lost answer costs nothing under a fresh challenge.
    bed.origin.gate.add_permits(1);
    let again = bed.pay("/a/slow", &alice).await;
    assert_eq!((again.status.as_u16(), again.receipt().unwrap().receipt.amount), (200, Amount::ZERO));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_payers_at_once_are_all_served() {
    let bed = Arc::new(Bed::new().await);
    let mut tasks = Vec::new();
    for number in 0..100 {
        let key = bed.wallet(number, 60_000).await;
        let bed = Arc::clone(&bed);
        tasks.push(tokio::spawn(async move { (bed.pay("/a/quiet", &key).await.status, bed.available(&key).await) }));
    }
    for task in tasks {
        assert_eq!(task.await.unwrap(), (StatusCode::OK, 10_000));
    }
    assert_eq!(bed.earned().await, 100 * 50_000);
    assert_eq!(bed.origin.asked("/a/quiet").len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_purchases_of_one_wallet_never_overdraw_it() {
    let bed = Arc::new(Bed::new().await);
    let alice = bed.wallet(1, 60 * 50_000 + 49_999).await;
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let (bed, alice) = (Arc::clone(&bed), alice.clone());
            tokio::spawn(async move { bed.pay(&format!("/a/page-{number}"), &alice).await })
        })
        .collect();
    let (mut served, mut refused) = (0, 0);
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == StatusCode::OK {
            served += 1;
        } else {
            assert_eq!(answer.refusal(), (402, "insufficient-funds".to_owned()));
            refused += 1;
        }
    }
    assert_eq!((served, refused), (60, 40));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (49_999, 60 * 50_000));
}

/// Waits until something is so.
async fn until(holds: impl Fn() -> bool) {
    let deadline = world::now().after(Span(20));
    while !holds() {
        assert!(world::now() < deadline, "it never came to be");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_sale_told_from_its_answer_is_the_one_in_the_books() {
    let bed = Bed::new().await;
    let instance = &bed.opened.instance;
    let payer = bed.wallet(1, 10_000_000).await.public().account();
    for (path, amount) in [("/a/quiet", 50_000), ("/tour", 123_457)] {
        let (offer, terms) = instance.offer_for(HOST, path).unwrap();
        let asset = instance.config.asset();
        let purchase =
            Purchase { payer, offer, item: format!("{HOST}{path}"), amount: Amount::from_u32(amount), asset, consent: Consent::Pressed };
        let command = Command { id: world::command_id(), maker: Maker::Instance, body: Order::Buy(purchase.clone()) };
        let answer = instance.apply(command).await.unwrap();
        let Outcome::Applied(applied) = answer.outcome else { panic!("{:?}", answer.outcome) };
        let market::Effect::Sold { sale, charged } = applied.effect else { panic!("{:?}", applied.effect) };
        let made = Sold::made(&purchase, &terms, (sale, charged), (answer.at, answer.place));
        assert_eq!(Some(made), instance.look(move |state, _| Sold::find(state, sale)).await.unwrap());
    }
}

#[tokio::test]
async fn a_client_who_goes_away_after_the_charge_gets_back_what_was_not_delivered() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = Credential::sign(bed.challenge("/a/slow-broken").await, &alice).unwrap().header_value();
    let mut answer = Box::pin(bed.ask(request("GET", "/a/slow-broken", &[("authorization", &credential)])));
    // Polled until the origin was asked, which is after the charge; then nobody waits any more.
    while bed.origin.asked("/a/slow-broken").is_empty() {
        let turn = tokio::time::timeout(std::time::Duration::from_millis(5), &mut answer).await;
        assert!(turn.is_err(), "the origin has not answered yet");
    }
    assert_eq!(bed.available(&alice).await, 950_000);
    drop(answer);
    bed.origin.gate.add_permits(1);
    let back = async {
        while bed.available(&alice).await < 1_000_000 {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(std::time::Duration::from_secs(10), back).await.is_ok(), "charged for nothing");
}
