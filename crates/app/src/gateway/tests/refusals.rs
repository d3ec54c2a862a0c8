//! Every refusal has its code, moves nothing, and brings a fresh challenge where paying can still help.

use super::*;
use market::{Guard, GuardScope, Verdict, Window};
use protocol::text::base64url;

async fn refused(bed: &Bed, credential: &str, expected: (u16, &str)) -> Answer {
    let before = bed.books().await;
    let answer = bed.ask(request("GET", "/a/quiet", &[("authorization", credential)])).await;
    assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()));
    assert_eq!(bed.books().await, before, "{} moved something", expected.1);
    assert!(answer.receipt().is_none());
    assert_eq!(answer.fresh_challenge().is_some(), expected.0 == 402 || expected.1 == "method-unsupported");
    answer
}

#[tokio::test]
async fn unreadable_and_foreign_credentials() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    for garbage in ["Payment", "Payment x", "Payment dGhpcyBpcyBnYXJiYWdl", "payment e30", &format!("Payment {}", "A".repeat(9_000))] {
        refused(&bed, garbage, (402, "malformed-credential")).await;
    }
    let good = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap();
    let mut other = good.clone();
    other.challenge.method = "tempo".to_owned();
    refused(&bed, &other.header_value(), (400, "method-unsupported")).await;
    let mut other = good.clone();
    other.challenge.id = base64url(&[7; 32]);
    refused(&bed, &other.header_value(), (402, "challenge-unknown")).await;
    let mut cheaper = good.clone();
    let mut charge = cheaper.challenge.charge().unwrap();
    charge.amount = Amount::from_u32(1);
    cheaper.challenge.request = base64url(charge.canonical().as_bytes());
    refused(&bed, &cheaper.header_value(), (402, "challenge-unknown")).await;
    let elsewhere = Bed::new().await.challenge("/a/quiet").await;
    refused(&bed, &Credential::sign(elsewhere, &alice).unwrap().header_value(), (402, "challenge-unknown")).await;
    assert!(bed.origin.asked("/a/quiet").is_empty());
}

#[tokio::test]
async fn two_credentials() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let value = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap().header_value();
    for second in ["authorization", "payment-authorization"] {
        let answer = bed.ask(request("GET", "/a/quiet", &[("authorization", &value), (second, &value)])).await;
        assert_eq!(answer.refusal(), (400, "two-credentials".to_owned()));
    }
    assert_eq!(bed.available(&alice).await, 1_000_000);
    let beside_a_login = bed.ask(request("GET", "/a/quiet", &[("authorization", "Basic eDp5"), ("payment-authorization", &value)])).await;
    assert_eq!(beside_a_login.status, StatusCode::OK);
    assert_eq!(bed.origin.asked("/a/quiet")[0].headers["authorization"], "Basic eDp5");
}

#[tokio::test]
async fn wrong_time_place_body_and_hand() {
    let bed = Bed::new().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let good = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap();
    let late = bed.ask_at(request("GET", "/a/quiet", &[("authorization", &good.header_value())]), &later(340)).await;
    assert_eq!(late.refusal(), (402, "quote-expired".to_owned()));
    refused(&bed, &Credential::sign(bed.challenge("/a/other").await, &alice).unwrap().header_value(), (402, "route-mismatch")).await;
    let head = bed.ask(request("HEAD", "/a/quiet", &[("authorization", &good.header_value())])).await;
    assert_eq!(head.refusal(), (402, "route-mismatch".to_owned()));
    let post = bed.ask(with_body("GET", "/a/quiet", &[("authorization", &good.header_value())], "body")).await;
    assert_eq!(post.refusal(), (402, "digest-mismatch".to_owned()));
    let mut forged = good.clone();
    forged.signature = [9; 64];
    refused(&bed, &forged.header_value(), (402, "signature-invalid")).await;
    // Bob signs, and names Alice's account.
    let mut thief = Credential::sign(good.challenge.clone(), &bob).unwrap();
    thief.account = Some(alice.public().account());
    refused(&bed, &thief.header_value(), (402, "signature-invalid")).await;
    assert_eq!((bed.available(&alice).await, bed.available(&bob).await), (1_000_000, 1_000_000));
    // None of this used the challenge up.
    let paid = bed.ask_at(request("GET", "/a/quiet", &[("authorization", &good.header_value())]), &later(320)).await;
    assert_eq!(paid.status, StatusCode::OK);
}

#[tokio::test]
async fn what_the_books_refuse() {
    let bed = Bed::new().await;
    let (poor, bound) = (bed.wallet(1, 49_999).await, bed.wallet(2, 1_000_000).await);
    let sign = |challenge: Challenge, key: &SigningKey| Credential::sign(challenge, key).unwrap().header_value();
    let short = refused(&bed, &sign(bed.challenge("/a/quiet").await, &poor), (402, "insufficient-funds")).await;
    assert_eq!((short.json()["shortBy"].as_str(), short.json()["available"].as_str()), (Some("1"), Some("49999")));
    let guard = Guard {
        party: bound.public().account(),
        on: GuardScope::All,
        window: Window::Day,
        verdict: Verdict::Deny,
        asset: eur(),
        most: Some(Amount::from_u32(49_999)),
    };
    bed.opened.instance.order(Body::SetGuard(guard)).await.unwrap().outcome.effect().unwrap();
    refused(&bed, &sign(bed.challenge("/a/quiet").await, &bound), (403, "guard-denied")).await;

    let credential = sign(bed.challenge("/a/quiet").await, &poor);
    let end = Body::EndOffer { realm: HOST.to_owned(), name: "article".to_owned() };
    bed.opened.instance.order(end).await.unwrap().outcome.effect().unwrap();
    bed.opened.instance.refresh_offers().await.unwrap();
    refused(&bed, &credential, (410, "offer-ended")).await;
    // A priced path without an offer is a fault of ours, never a gift.
    assert_eq!(bed.get("/a/quiet").await.refusal(), (500, "internal".to_owned()));
    assert!(bed.origin.asked("/a/quiet").is_empty());
}

#[tokio::test]
async fn a_price_that_rose_is_never_charged() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let (_, offer) = bed.opened.instance.offer_for(HOST, "/a/quiet").unwrap();
    let set = |units: u32| {
        let mut offer = offer.clone();
        offer.price = market::OfferPrice::Fixed { amount: Amount::from_u32(units), asset: eur() };
        bed.opened.instance.order(Body::SetOffer(Box::new(offer)))
    };
    let (dear, cheap) = (bed.challenge("/a/quiet").await, bed.challenge("/a/quiet").await);
    set(60_000).await.unwrap().outcome.effect().unwrap();
    bed.opened.instance.refresh_offers().await.unwrap();
    let paid = bed.ask(request("GET", "/a/quiet", &[("authorization", &Credential::sign(dear, &alice).unwrap().header_value())])).await;
    // The quote stands for as long as its challenge does.
    assert_eq!(paid.receipt().unwrap().receipt.amount, Amount::from_u32(50_000));
    set(40_000).await.unwrap().outcome.effect().unwrap();
    bed.opened.instance.refresh_offers().await.unwrap();
    let bob = bed.wallet(2, 1_000_000).await;
    let paid = bed.ask(request("GET", "/a/quiet", &[("authorization", &Credential::sign(cheap, &bob).unwrap().header_value())])).await;
    assert_eq!(paid.receipt().unwrap().receipt.amount, Amount::from_u32(40_000));
}

#[tokio::test]
async fn strangers_who_ask_too_fast_wait() {
    let bed = Bed::new().await;
    let mut stranger = visit(world::now());
    stranger.client_ip = "203.0.113.7".parse().unwrap();
    for _ in 0..20 {
        let answer = bed.ask_at(request("GET", "/a/quiet", &[("authorization", "Payment x")]), &stranger).await;
        assert_eq!(answer.refusal().0, 402);
    }
    let answer = bed.ask_at(request("GET", "/a/quiet", &[("authorization", "Payment x")]), &stranger).await;
    assert_eq!((answer.refusal(), answer.header("retry-after")), ((429, "too-fast".to_owned()), "3"));
    for _ in 0..200 {
        assert_eq!(bed.ask_at(request("GET", "/a/quiet", &[]), &stranger).await.status, StatusCode::PAYMENT_REQUIRED);
    }
    assert_eq!(bed.ask_at(request("GET", "/a/quiet", &[]), &stranger).await.refusal().0, 429);
}
