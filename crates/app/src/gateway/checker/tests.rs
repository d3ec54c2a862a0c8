//! Everybody gets the answer to their own claim, whatever the others bring and whoever goes away.

use super::*;
use protocol::SigningKey;
use protocol::calls::{Kind, sign};

fn claim(number: u8, text: &[u8]) -> Claim {
    let key = SigningKey::from_seed([number; 32]);
    key.public().claim(b"text", &key.sign(text))
}

async fn all(checker: &Checker, claims: Vec<Claim>) -> Vec<bool> {
    let tasks: Vec<_> = claims
        .into_iter()
        .map(|claim| {
            tokio::spawn({
                let checker = checker.clone();
                async move { checker.holds(claim).await }
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn one_wrong_signature_spoils_no_other() {
    let checker = Checker::default();
    let claims = (0..100).map(|number| claim(number, if number % 10 == 3 { b"other" } else { b"text" })).collect();
    let wrong: Vec<usize> = all(&checker, claims).await.iter().enumerate().filter(|(_, holds)| !**holds).map(|(at, _)| at).collect();
    assert_eq!(wrong, [3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
    assert!(checker.holds(claim(1, b"text")).await && !checker.holds(claim(1, b"other")).await, "alone too");
}

#[tokio::test]
async fn who_goes_away_leaves_the_others_their_answers() {
    let checker = Checker::default();
    let mut gone = Box::pin(checker.holds(claim(1, b"text")));
    // Polled once, so that it has asked and its task is there.
    assert!(std::future::poll_fn(|context| std::task::Poll::Ready(gone.as_mut().poll(context).is_pending())).await);
    drop(gone);
    assert!(checker.holds(claim(2, b"text")).await);
}

#[tokio::test]
async fn only_what_held_is_known_again_while_it_is_timely() {
    let (checker, key) = (Checker::default(), SigningKey::from_seed([1; 32]));
    let at = |seconds: u64| Timestamp::from_seconds(1_000_000 + seconds);
    let call = |target| Call { instance: protocol::Instance([9; 16]), method: "GET", target, kind: Kind::Read };
    let line = sign(&call("/a"), &key, at(0)).unwrap();
    let reads = async |line: &str, target, seconds| checker.reads(line, &call(target), at(seconds)).await.unwrap();
    assert_eq!(reads(&line, "/a", 0).await, Some(key.public().account()));
    assert_eq!((reads(&line, "/b", 0).await, reads(&line, "/b", 0).await), (None, None), "another page");
    let other = sign(&call("/a"), &SigningKey::from_seed([2; 32]), at(0)).unwrap();
    let (_, signature) = other.split_once("signature").unwrap();
    let (said, _) = line.split_once("signature").unwrap();
    let mixed = format!("{said}signature{signature}");
    assert_eq!((reads(&mixed, "/a", 0).await, reads(&mixed, "/a", 0).await), (None, None), "another's signature");
    assert_eq!(checker.known().young.len(), 1);
    assert_eq!((reads(&line, "/a", 120).await, reads(&line, "/a", 121).await), (Some(key.public().account()), None));
    assert!(checker.reads("Farthing nothing", &call("/a"), at(0)).await.is_err());
}
