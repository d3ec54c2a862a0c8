//! Kept answers: what is given again, what is gone, and the bounds.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

async fn first(replays: &Arc<Replays>, key: Key, now: Timestamp) -> Ticket {
    match replays.find(key, "/a", now).await {
        Found::First(ticket) => ticket,
        Found::Kept(_) | Found::Gone | Found::Elsewhere | Found::Running => panic!("it was seen before"),
    }
}

async fn body_of(reply: Reply) -> Bytes {
    reply.into_body().collect().await.unwrap().to_bytes()
}

async fn again(replays: &Arc<Replays>, key: Key, now: Timestamp) -> Option<Bytes> {
    match replays.find(key, "/a", now).await {
        Found::Kept(kept) => Some(body_of(kept.reply()).await),
        Found::Gone => None,
        Found::First(_) | Found::Elsewhere | Found::Running => panic!("it was answered before"),
    }
}

#[tokio::test]
async fn a_whole_short_answer_is_given_again() {
    let replays = Arc::new(Replays::default());
    let mut reply = Response::new(full("the page"));
    reply.headers_mut().insert("payment-receipt", http::HeaderValue::from_static("r"));
    let reply = first(&replays, [1; 32], at(1)).await.keep(reply);
    assert_eq!(body_of(reply).await, "the page");
    assert_eq!(again(&replays, [1; 32], at(600)).await.unwrap(), "the page");
    assert!(matches!(replays.find([1; 32], "/a?x", at(2)).await, Found::Elsewhere));
    drop(first(&replays, [1; 32], at(602)).await);
}

#[tokio::test]
async fn an_answer_without_a_body_is_kept_at_once() {
    let replays = Arc::new(Replays::default());
    drop(first(&replays, [1; 32], at(1)).await.keep(Response::new(full(Bytes::new()))));
    assert_eq!(again(&replays, [1; 32], at(2)).await.unwrap(), "");
}

#[tokio::test]
async fn what_breaks_off_or_is_too_long_is_gone_and_may_be_tried_three_times() {
    let replays = Arc::new(Replays::default());
    drop(first(&replays, [1; 32], at(1)).await.keep(Response::new(full("unread"))));
    assert!(again(&replays, [1; 32], at(2)).await.is_none());
    let long = Response::new(full(vec![b'x'; MOST_OF_ONE + 1]));
    body_of(first(&replays, [2; 32], at(1)).await.keep(long)).await;
    assert!(again(&replays, [2; 32], at(2)).await.is_none());
    let tries: Vec<bool> = (0..5).map(|_| replays.try_again([2; 32])).collect();
    assert_eq!(tries, [true, true, true, false, false]);
    assert!(!replays.try_again([3; 32]));
}

#[tokio::test]
async fn a_second_request_waits_for_the_first() {
    let replays = Arc::new(Replays::default());
    let ticket = first(&replays, [1; 32], at(1)).await;
    let second = tokio::spawn({
        let replays = Arc::clone(&replays);
        async move { again(&replays, [1; 32], at(1)).await }
    });
    tokio::task::yield_now().await;
    body_of(ticket.keep(Response::new(full("once")))).await;
    assert_eq!(second.await.unwrap().unwrap(), "once");
}

#[tokio::test]
async fn a_refused_request_may_come_again() {
    let replays = Arc::new(Replays::default());
    first(&replays, [1; 32], at(1)).await.forget();
    drop(first(&replays, [1; 32], at(1)).await);
}

#[tokio::test]
async fn all_bodies_together_are_bounded() {
    let replays = Arc::new(Replays::default());
    let fit = u8::try_from(MOST_OF_ALL / MOST_OF_ONE).unwrap_or(u8::MAX);
    for number in 0..=fit {
        for half in [0, 1] {
            let mut key = [number; 32];
            key[0] = half;
            let reply = Response::new(full(vec![b'x'; MOST_OF_ONE]));
            body_of(first(&replays, key, at(u64::from(number) + 1)).await.keep(reply)).await;
        }
    }
    let memory = replays.lock();
    assert!(memory.bytes <= MOST_OF_ALL);
    let kept = memory.slots.values().map(|slot| slot.state.bytes()).sum::<usize>();
    assert_eq!(memory.bytes, kept);
    assert!(matches!(memory.slots[&memory.by_age.back().unwrap().1].state, State::Kept(_)));
}
