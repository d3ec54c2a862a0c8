//! The same request again: the rows of the replay table.

use super::*;
use market::{RefundReason, RefundRequest};

/// A signed credential for a page, and the request that carries it under a key.
async fn signed(bed: &Bed, path: &str, key: &SigningKey) -> String {
    Credential::sign(bed.challenge(path).await, key).unwrap().header_value()
}

async fn present(bed: &Bed, path: &str, credential: &str, idempotency: Option<&str>) -> Answer {
    let mut headers = vec![("authorization", credential)];
    headers.extend(idempotency.map(|key| ("idempotency-key", key)));
    bed.ask(request("GET", path, &headers)).await
}

#[tokio::test]
async fn the_same_key_gets_the_first_answer_again() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/quiet", &alice).await;
    let first = present(&bed, "/a/quiet", &credential, Some("k1")).await;
    let second = present(&bed, "/a/quiet", &credential, Some("k1")).await;
    assert_eq!((first.status, first.headers.clone(), first.body.clone()), (second.status, second.headers.clone(), second.body.clone()));
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(bed.origin.asked("/a/quiet").len(), 1);
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn no_key_or_another_key_gets_nothing() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let used = (402, "challenge-used".to_owned());
    let bare = signed(&bed, "/a/quiet", &alice).await;
    assert_eq!(present(&bed, "/a/quiet", &bare, None).await.status, StatusCode::OK);
    assert_eq!(present(&bed, "/a/quiet", &bare, None).await.refusal(), used);
    assert_eq!(present(&bed, "/a/quiet", &bare, Some("k1")).await.refusal(), used);
    let keyed = signed(&bed, "/a/other", &alice).await;
    assert_eq!(present(&bed, "/a/other", &keyed, Some("k1")).await.status, StatusCode::OK);
    let refused = present(&bed, "/a/other", &keyed, Some("k2")).await;
    assert_eq!(refused.refusal(), used);
    assert!(refused.fresh_challenge().is_some());
    assert_eq!(present(&bed, "/a/other", &keyed, None).await.refusal(), used);
    assert_eq!(present(&bed, "/a/other?x=1", &keyed, Some("k1")).await.refusal(), used);
    assert_eq!(bed.available(&alice).await, 900_000);
}

#[tokio::test]
async fn what_is_used_up_is_bought_once_under_a_word() {
    let bed = Bed::metered().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let of = |left: u64| 1_000_000 - left;
    let first = present(&bed, "/a/x", &signed(&bed, "/a/x", &alice).await, Some("k1")).await;
    assert_eq!(first.status, StatusCode::OK);
    // A stock client that lost the answer asks anew, and signs anew.
    let again = present(&bed, "/a/x", &signed(&bed, "/a/x", &alice).await, Some("k1")).await;
    assert_eq!((again.status, again.body.clone()), (StatusCode::OK, first.body.clone()));
    assert_eq!(again.header("payment-receipt"), first.header("payment-receipt"), "the first outcome");
    assert_eq!((of(bed.available(&alice).await), bed.origin.asked("/a/x").len()), (2, 1), "one call, charged once");
    for (key, word, due) in [(&alice, "k2", 4), (&bob, "k1", 2)] {
        let bought = present(&bed, "/a/x", &signed(&bed, "/a/x", key).await, Some(word)).await;
        assert_eq!((bought.status, of(bed.available(key).await)), (StatusCode::OK, due), "another word, or somebody else's");
    }
    assert_eq!(present(&bed, "/a/y", &signed(&bed, "/a/y", &alice).await, Some("k1")).await.status, StatusCode::OK);
    assert_eq!(of(bed.available(&alice).await), 6, "a word is for one page");

    let post = async |body: &'static str, word: &str| {
        let challenge = bed.ask(with_body("POST", "/a/echo", &[], body)).await.challenge();
        let credential = Credential::sign(challenge, &alice).unwrap().header_value();
        bed.ask(with_body("POST", "/a/echo", &[("authorization", &credential), ("idempotency-key", word)], body)).await
    };
    assert_eq!(post("one", "k1").await.status, StatusCode::OK);
    assert_eq!(post("two", "k1").await.refusal(), (409, "id-reused".to_owned()), "another body is another request");
    assert_eq!((post("one", "k1").await.status, of(bed.available(&alice).await)), (StatusCode::OK, 8));

    let broken = present(&bed, "/a/broken", &signed(&bed, "/a/broken", &alice).await, Some("k1")).await;
    assert_eq!((broken.status, of(bed.available(&alice).await)), (StatusCode::BAD_GATEWAY, 8));
    let retried = present(&bed, "/a/broken", &signed(&bed, "/a/broken", &alice).await, Some("k1")).await;
    assert_eq!((retried.status, bed.origin.asked("/a/broken").len()), (StatusCode::BAD_GATEWAY, 2), "what was given back may be bought");
}

#[tokio::test]
async fn another_credential_for_the_same_challenge_is_refused() {
    let bed = Bed::new().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let challenge = bed.challenge("/a/quiet").await;
    let first = Credential::sign(challenge.clone(), &alice).unwrap().header_value();
    let second = Credential::sign(challenge, &bob).unwrap().header_value();
    assert_eq!(present(&bed, "/a/quiet", &first, None).await.status, StatusCode::OK);
    assert_eq!(present(&bed, "/a/quiet", &second, None).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!((bed.available(&alice).await, bed.available(&bob).await), (950_000, 1_000_000));
}

#[tokio::test]
async fn an_answer_that_was_not_kept_is_fetched_again_three_times() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/big", &alice).await;
    for _ in 0..4 {
        let answer = present(&bed, "/a/big", &credential, Some("k1")).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 300_000));
        assert_eq!(answer.receipt().unwrap().receipt.amount, Amount::from_u32(50_000));
    }
    assert_eq!(present(&bed, "/a/big", &credential, Some("k1")).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!(bed.origin.asked("/a/big").len(), 4);
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn a_refunded_sale_is_not_fetched_again() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/big", &alice).await;
    let sale = present(&bed, "/a/big", &credential, Some("k1")).await.receipt().unwrap().receipt.reference;
    let refund = Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer: alice.public().account() }));
    bed.opened.instance.order(refund).await.unwrap().outcome.effect().unwrap();
    assert_eq!(present(&bed, "/a/big", &credential, Some("k1")).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!(bed.available(&alice).await, 1_000_000);
}

#[tokio::test]
async fn a_post_whose_answer_was_not_kept_is_not_sent_twice() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let body = vec![b'x'; 300_000];
    let challenge = bed.ask(with_body("POST", "/a/echo", &[], body.clone())).await.challenge();
    let credential = Credential::sign(challenge, &alice).unwrap().header_value();
    let headers = [("authorization", credential.as_str()), ("idempotency-key", "k1")];
    assert_eq!(bed.ask(with_body("POST", "/a/echo", &headers, body.clone())).await.status, StatusCode::OK);
    let again = bed.ask(with_body("POST", "/a/echo", &headers, body)).await;
    assert_eq!(again.refusal(), (409, "response-gone".to_owned()));
    assert_eq!(bed.origin.asked("/a/echo").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_are_one_charge_and_one_answer() {
    let bed = Arc::new(Bed::new().await);
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/quiet", &alice).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (bed, credential) = (Arc::clone(&bed), credential.clone());
            tokio::spawn(async move { present(&bed, "/a/quiet", &credential, Some("k1")).await })
        })
        .collect();
    for task in tasks {
        let answer = task.await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.receipt().unwrap().receipt.amount), (200, Amount::from_u32(50_000)));
    }
    assert_eq!(bed.origin.asked("/a/quiet").len(), 1);
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_at_once_without_a_key_are_served_once() {
    let bed = Arc::new(Bed::new().await);
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/quiet", &alice).await;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (bed, credential) = (Arc::clone(&bed), credential.clone());
            tokio::spawn(async move { present(&bed, "/a/quiet", &credential, None).await.status.as_u16() })
        })
        .collect();
    let mut served = 0;
    for task in tasks {
        match task.await.unwrap() {
            200 => served += 1,
            other => assert_eq!(other, 402),
        }
    }
    assert_eq!((served, bed.origin.asked("/a/quiet").len(), bed.available(&alice).await), (1, 1, 950_000));
}

#[tokio::test]
async fn after_a_restart_the_key_still_counts() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = signed(&bed, "/a/quiet", &alice).await;
    assert_eq!(present(&bed, "/a/quiet", &credential, Some("k1")).await.status, StatusCode::OK);
    let bed = bed.restarted().await;
    assert_eq!(present(&bed, "/a/quiet", &credential, Some("k2")).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!(present(&bed, "/a/quiet", &credential, None).await.refusal(), (402, "challenge-used".to_owned()));
    let again = present(&bed, "/a/quiet", &credential, Some("k1")).await;
    assert_eq!((again.status.as_u16(), again.receipt().unwrap().receipt.amount), (200, Amount::from_u32(50_000)));
    assert_eq!(bed.available(&alice).await, 950_000);
}
