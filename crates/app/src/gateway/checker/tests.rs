//! Everybody gets the answer to their own claim, whatever the others bring and whoever goes away.

use super::*;
use protocol::SigningKey;

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
async fn only_what_held_is_known_again() {
    let checker = Checker::default();
    assert!(!checker.holds_again(claim(1, b"other")).await && !checker.holds_again(claim(1, b"other")).await);
    assert!(checker.holds_again(claim(1, b"text")).await && checker.holds_again(claim(1, b"text")).await);
    assert_eq!(checker.known().young.len(), 1);
    let key = SigningKey::from_seed([1; 32]);
    let signature = key.sign(b"text");
    assert!(!checker.holds_again(key.public().claim(b"another", &signature)).await, "the same signature under another text");
    assert!(!checker.holds_again(SigningKey::from_seed([2; 32]).public().claim(b"text", &signature)).await, "another key");
}
