//! x402 `upto`: the most is held, the origin says what it came to, that is charged before anything goes out, the rest is free again.

use super::x402::{accepted, opened, refused, text};
use super::*;
use crate::gateway::give_back_promises;
use market::{Command, Consent, Maker, Purchase, Signature, Use};
use money::CommandId;
use protocol::x402::{Json, Payment, UPTO, challenge_of};

/// What a page is offered for, and the signature of its most.
async fn signed(bed: &Bed, key: &SigningKey) -> (Json, Credential) {
    let accepted = accepted(&bed.get("/tour").await);
    let challenge = challenge_of(&accepted).unwrap();
    (accepted, Credential::sign_up_to(challenge, key).unwrap())
}

async fn value(bed: &Bed, key: &SigningKey) -> String {
    let (accepted, credential) = signed(bed, key).await;
    Payment::header_value(&accepted, &credential, None)
}

async fn pay(bed: &Bed, path: &str, key: &SigningKey) -> Answer {
    let value = value(bed, key).await;
    bed.ask(request("GET", path, &[("payment-signature", &value)])).await
}

/// Success, amount and serial of `PAYMENT-RESPONSE`.
fn came_to(answer: &Answer) -> (bool, String, String) {
    let response = opened(answer, "payment-response");
    (response.get("success") == Some(&Json::Flag(true)), text(&response, "amount").to_owned(), text(&response, "transaction").to_owned())
}

async fn held(bed: &Bed, key: &SigningKey) -> u64 {
    let party = key.public().account();
    bed.opened.instance.look(move |state, _| state.held(party, eur()).units()).await.unwrap()
}

#[tokio::test]
async fn a_request_costs_what_its_origin_says() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let offer = bed.get("/tour").await;
    assert!(offer.fresh_challenge().is_none(), "no charge: nobody knows ahead what it costs");
    assert_eq!(offer.headers.get_all("www-authenticate").iter().count(), 1, "the session stands beside it");
    let asked = accepted(&offer);
    assert_eq!((text(&asked, "scheme"), text(&asked, "amount")), (UPTO, "8000"));
    assert!(asked.get("extra").unwrap().get("duration").is_none(), "used up as it is bought");

    let (accepted, credential) = signed(&bed, &alice).await;
    let good = Payment::header_value(&accepted, &credential, None);
    let paid = bed.ask(request("GET", "/tour?tokens", &[("payment-signature", &good)])).await;
    assert_eq!((paid.status.as_u16(), paid.text().as_str(), paid.header("cache-control")), (200, "tokens", "private, no-store"));
    let receipt = protocol::receipt::Signed::parse(paid.header("farthing-receipt")).unwrap();
    assert!(receipt.is_proved_by(&bed.opened.instance.keys.receipt.public()));
    assert_eq!(receipt.receipt.amount, Amount::from_u32(3_000), "1,500 tokens at two base units");
    assert_eq!(came_to(&paid), (true, "3000".to_owned(), protocol::text::serial(receipt.receipt.reference)));
    assert_eq!((bed.available(&alice).await, bed.earned().await, held(&bed, &alice).await), (997_000, 3_000, 0));
    let seen = bed.origin.asked("/tour").pop().unwrap().headers;
    assert_eq!((&seen["farthing-paid"], &seen["farthing-amount"]), (&HeaderValue::from_static("upto"), &HeaderValue::from_static("8000")));
    assert!(["payment-signature", "authorization", "accept-encoding"].iter().all(|name| !seen.contains_key(*name)));
    assert!(!paid.headers.contains_key("farthing-usage"), "what the origin tells us is ours");
    let again = request("GET", "/tour?tokens", &[("payment-signature", &good)]);
    refused(&bed, again, (402, "challenge-used", "invalid_payment_requirements")).await;
    // Each is another purchase: nothing is owned by it.
    assert_eq!(came_to(&pay(&bed, "/tour?tokens", &alice).await).1, "3000");
    assert_eq!((bed.available(&alice).await, bed.audited()), (994_000, 2), "an auditor makes what was signed of the records alone");
}

#[tokio::test]
async fn never_more_than_the_most_and_nothing_for_nothing() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let many = pay(&bed, "/tour?many", &alice).await;
    assert_eq!((came_to(&many).1.as_str(), bed.available(&alice).await), ("8000", 992_000), "90,000 were reported, 4,000 are the most");
    let stream = pay(&bed, "/tour?stream", &alice).await;
    assert_eq!((came_to(&stream).1.as_str(), bed.available(&alice).await), ("240", 991_760), "each event once");
    assert!(!stream.text().contains("farthing-usage") && stream.text().contains("id: t-120"));
    // Nothing came, or nobody said what: nothing is taken.
    let unsaid = pay(&bed, "/tour", &alice).await;
    assert_eq!((unsaid.status.as_u16(), came_to(&unsaid)), (200, (true, "0".to_owned(), String::new())));
    assert!(!unsaid.headers.contains_key("farthing-receipt"));
    let gone = pay(&bed, "/tour?gone", &alice).await;
    assert_eq!((gone.status.as_u16(), gone.header("payment-response")), (404, ""));
    for path in ["/tour?broken", "/tour?long"] {
        let broken = pay(&bed, path, &alice).await;
        assert_eq!((broken.refusal(), broken.json()["refunded"].as_bool()), ((502, "origin-failed".to_owned()), Some(true)));
        assert!(!came_to(&broken).0 && !broken.headers.contains_key("farthing-receipt"));
    }
    assert_eq!((bed.available(&alice).await, held(&bed, &alice).await, bed.earned().await), (991_760, 0, 8_240));
    let poor = bed.wallet(2, 7_999).await;
    let short = pay(&bed, "/tour?tokens", &poor).await;
    assert_eq!((short.refusal(), short.json()["shortBy"].as_str()), ((402, "insufficient-funds".to_owned()), Some("1")));
}

#[tokio::test]
async fn one_scheme_does_not_pass_for_another() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let (accepted, credential) = signed(&bed, &alice).await;
    let mut exact = credential.clone();
    exact.challenge.intent = "charge".to_owned();
    let tell = |line: String| request("GET", "/tour?tokens", &[("payment-signature", &line)]);
    let as_exact = protocol::x402::requirement(&exact.challenge, protocol::x402::EXACT).unwrap();
    let told = tell(Payment::header_value(&as_exact, &credential, None));
    refused(&bed, told, (402, "challenge-unknown", "invalid_payment_requirements")).await;
    for (credential, code) in [(&exact, (402, "challenge-unknown")), (&credential, (400, "method-unsupported"))] {
        let before = bed.books().await;
        let answer = bed.ask(request("GET", "/tour?tokens", &[("authorization", &credential.header_value())])).await;
        assert_eq!((answer.refusal(), bed.books().await), ((code.0, code.1.to_owned()), before));
    }
    let other = request("GET", "/a/x", &[("payment-signature", &Payment::header_value(&accepted, &credential, None))]);
    refused(&bed, other, (402, "route-mismatch", "invalid_payment_requirements")).await;
    assert!(bed.origin.asked("/tour").is_empty());
    let good = tell(Payment::header_value(&accepted, &credential, None));
    assert_eq!(bed.ask(good).await.status, StatusCode::OK, "none of this used it up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_once_it_is_used_once_and_its_name_gets_the_answer_again() {
    let bed = Arc::new(Bed::metered().await);
    let alice = bed.wallet(1, 1_000_000).await;
    let good = value(&bed, &alice).await;
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let (bed, good) = (Arc::clone(&bed), good.clone());
            tokio::spawn(async move { bed.ask(request("GET", "/tour?tokens", &[("payment-signature", &good)])).await })
        })
        .collect();
    let mut served = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        served += u32::from(answer.status == StatusCode::OK);
        assert!(answer.status == StatusCode::OK || answer.refusal() == (402, "challenge-used".to_owned()), "{}", answer.text());
    }
    assert_eq!((served, bed.origin.asked("/tour").len(), bed.available(&alice).await), (1, 1, 997_000));
    let (accepted, credential) = signed(&bed, &alice).await;
    let named = Payment::header_value(&accepted, &credential, Some("a-name-of-its-own"));
    let ask = || bed.ask(request("GET", "/tour?tokens", &[("payment-signature", &named)]));
    let (first, second) = (ask().await, ask().await);
    assert_eq!((first.status.as_u16(), &first.headers, &first.body), (200, &second.headers, &second.body));
    assert_eq!(bed.available(&alice).await, 994_000);
    // After a restart the books know it, and a page is fetched once more uncharged.
    let bed = Arc::into_inner(bed).unwrap().restarted_metered().await;
    let again = bed.ask(request("GET", "/tour?tokens", &[("payment-signature", &named)])).await;
    assert_eq!((again.status.as_u16(), came_to(&again).1.as_str(), bed.available(&alice).await), (200, "3000", 994_000));
}

/// A promise in the books that no request of this process is behind.
async fn left_behind(bed: &Bed, key: &SigningKey) -> CommandId {
    let (offer, terms) = bed.opened.instance.offer_for(HOST, "/tour").unwrap();
    let signature = Signature {
        key: key.public().0,
        signature: [1; 64],
        challenge: [2; 32],
        retry: [0; 16],
        expires: Timestamp(0),
        asked: None,
        digest: String::new(),
        account: String::new(),
        realm: HOST.to_owned(),
    };
    let (amount, asset) = terms.up_to().unwrap();
    let consent = Consent::Signed(Box::new(signature));
    let purchase = Purchase { payer: key.public().account(), offer, item: format!("{HOST}/tour"), amount, asset, consent };
    let id = world::command_id();
    let command = Command { id, maker: Maker::Instance, body: Body::Promise(Box::new(purchase)) };
    bed.opened.instance.apply(command).await.unwrap().outcome.effect().unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_starts_next_gives_back_what_was_promised_and_nobody_works_on() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    left_behind(&bed, &alice).await;
    assert_eq!((bed.available(&alice).await, held(&bed, &alice).await), (992_000, 8_000));
    let bed = Arc::new(bed.restarted_metered().await);
    assert_eq!(held(&bed, &alice).await, 8_000, "the books still hold it");
    // One that is worked on is passed over.
    let good = value(&bed, &alice).await;
    let asking = {
        let bed = Arc::clone(&bed);
        tokio::spawn(async move { bed.ask(request("GET", "/tour?slow-tokens", &[("payment-signature", &good)])).await })
    };
    while bed.origin.asked("/tour").is_empty() {
        tokio::task::yield_now().await;
    }
    give_back_promises(&bed.opened.instance).await.unwrap();
    assert_eq!((bed.available(&alice).await, held(&bed, &alice).await), (992_000, 8_000), "the one that is under way");
    bed.origin.gate.add_permits(1);
    assert_eq!(came_to(&asking.await.unwrap()).1, "3000");
    give_back_promises(&bed.opened.instance).await.unwrap();
    assert_eq!((bed.available(&alice).await, held(&bed, &alice).await, bed.earned().await), (997_000, 0, 3_000));
}

#[tokio::test]
async fn what_was_given_back_is_used_no_more() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let id = left_behind(&bed, &alice).await;
    give_back_promises(&bed.opened.instance).await.unwrap();
    let body = Body::Use(Box::new(Use::Nothing));
    let late = bed.opened.instance.apply(Command { id, maker: Maker::Instance, body }).await.unwrap();
    assert_eq!(late.outcome.effect(), Err(&market::Rejection::ReserveUnknown));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0));
}

/// A stream whose head says what it used is a stream still: its events are no words of ours.
#[tokio::test]
async fn no_origin_speaks_in_our_name_in_a_stream_that_is_counted_by_its_head() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let answer = pay(&bed, "/tour?headed", &alice).await;
    assert_eq!((came_to(&answer).1.as_str(), answer.text().as_str()), ("3000", "data: x\n\n"));
}
