//! Whoever asks may go away at any moment, and so may the program: what was promised to a call is settled all the same.

use super::races::clock;
use super::sessions::{Client, certified};
use super::*;
use crate::gateway::{sweep, tend};
use market::Session;
use protocol::receipt::Done;
use protocol::session::{Action, Kind};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

impl Bed {
    /// Gives a request so many turns and lets go of it; its answer, if it had one by then.
    async fn for_so_long(&self, request: Request<Full<Bytes>>, turns: usize) -> Option<Answer> {
        let mut work = pin!(self.door.handle(request, &visit(world::now()), peer()));
        for _ in 0..turns {
            let done = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
            if let Poll::Ready(reply) = done {
                return Some(Answer::of(reply).await);
            }
            // The others go on meanwhile: the books, the disk, the origin.
            self.opened.instance.look(|_, _| ()).await.unwrap();
        }
        None
    }

    /// The session once nothing of it is under way.
    async fn at_rest(&self, of: &Client) -> Session {
        for _ in 0..1_000 {
            tend(&self.opened.instance).await;
            let id = of.session;
            let session = self.opened.instance.look(move |state, _| state.session(id).unwrap().clone()).await.unwrap();
            if session.reserves.is_empty() {
                return session;
            }
        }
        panic!("something of it is under way for ever");
    }
}

#[tokio::test]
async fn a_request_that_is_let_go_of_at_any_moment_leaves_nothing_under_way() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (10_000, 2, Kind::Signed)).await;
    let (mut authorised, mut answered, mut let_go) = (2, 0, 0);
    for turns in 1..1_000 {
        if answered == 3 {
            break;
        }
        // It tells what the one before came to, too. Each authorises enough for one that is still on its way.
        authorised += 4;
        assert_eq!(alice.pay(&bed, "/a/x", authorised).await.status, StatusCode::OK);
        let (at, voucher) = (alice.next(), alice.signed(&bed, authorised));
        match bed.for_so_long(alice.request(("GET", "/a/x", ""), Action::Voucher(at, voucher)), turns).await {
            Some(answer) => {
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
                answered += 1;
            }
            None => let_go += 1,
        }
        bed.at_rest(&alice).await;
    }
    assert!(answered == 3 && let_go > 2, "{answered} answered, {let_go} let go of");
    let drawn = u32::try_from(bed.at_rest(&alice).await.drawn.units()).unwrap();
    // The opening, one before each, and those that were answered; of the others at most what the origin was asked for.
    let least = 2 * (1 + answered + let_go + answered);
    let most = 2 * u32::try_from(bed.origin.asked("/a/x").len()).unwrap();
    assert!((least..=most).contains(&drawn), "{drawn} drawn, {least} answered for, {most} delivered");
    let closed = alice.close(&bed, drawn).await;
    let done = Done::Close { captured: Amount::from_u32(drawn), released: Amount::from_u32(10_000 - drawn), agreed: None };
    assert_eq!(certified(&bed, &closed), done);
}

/// A program begins anew, and clients ask for what they have no answer to before it has looked at what was left behind.
#[tokio::test]
async fn one_that_was_left_behind_is_drawn_though_it_is_asked_for_again() {
    for turns in 0..12 {
        let clock = clock();
        let bed = Bed::metered_at(&clock).await;
        let mut alice = Client::new(&bed, 1, "/a/x").await;
        alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
        let (at, voucher) = (alice.next(), alice.signed(&bed, 4));
        let asked = |alice: &Client| alice.request(("GET", "/a/slow", ""), Action::Voucher(at, voucher));
        let left = bed.begin(asked(&alice));
        bed.until_asked("/a/slow", 1).await;
        let bed = bed.died(&clock).await;
        let mut again = pin!(bed.door.handle(asked(&alice), &visit(world::now()), peer()));
        for turn in 1..=turns {
            assert!(poll_fn(|context| Poll::Ready(again.as_mut().poll(context))).await.is_pending(), "the origin holds it");
            // Nothing goes on between the last turn and the look at what was left behind.
            if turn < turns {
                bed.opened.instance.look(|_, _| ()).await.unwrap();
            }
        }
        sweep(&bed.opened.instance).await.unwrap();
        bed.origin.gate.add_permits(2);
        assert_eq!(Answer::of(again.await).await.status, StatusCode::OK);
        drop(left.await);
        assert_eq!(bed.at_rest(&alice).await.drawn.units(), 4, "after {turns} turns");
    }
}
