//! Films that programs pay for: a session opened at a playlist, a voucher with each segment.

use super::sessions::{Client, counted};
use super::*;
use money::CommandId;
use protocol::session::{Action, Close, Kind};

const MAIN: &str = "/film/main.m3u8";

/// The addresses of a playlist that came.
fn addresses(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let text = answer.text();
    let starts = text.match_indices("/.well-known/farthing/watch/").map(|(at, _)| at);
    starts.map(|at| text[at..].split(['"', '\n']).next().unwrap().to_owned()).collect()
}

/// A program that opened its session at the film: the segments of two renditions.
async fn opened(bed: &Bed, number: u64) -> (Client, Vec<String>, Vec<String>) {
    let mut alice = Client::new(bed, number, MAIN).await;
    let first = alice.open(bed, MAIN, (100_000, 0, Kind::Signed)).await;
    assert_eq!(counted(&first), (1, 0, 0, 0), "what names the segments costs nothing");
    let of = addresses(&first);
    let [_, _, low, high] = of.as_slice() else { panic!("{of:?}") };
    (alice, addresses(&bed.get(low).await).split_off(1), addresses(&bed.get(high).await).split_off(1))
}

async fn drawn(bed: &Bed, id: CommandId) -> u64 {
    bed.opened.instance.look(move |state, _| state.session(id).map(|session| session.drawn.units())).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_segment_comes_with_its_voucher_and_a_repeat_of_it_draws_nothing() {
    let bed = Bed::films().await;
    let (mut alice, low, high) = opened(&bed, 1).await;
    let no = bed.get(&low[0]).await;
    assert_eq!(no.refusal(), (402, "insufficient-balance".to_owned()));
    assert_eq!((&no.json()["requiredCumulative"], &no.json()["acceptedCumulative"]), (&"12012".into(), &"0".into()));
    assert!(no.header("www-authenticate").contains("intent=\"session\""), "to whom it is owed");
    let first = alice.pay(&bed, &low[0], 12_012).await;
    assert_eq!((first.status.as_u16(), counted(&first)), (200, (2, 12_012, 12_012, 6_006)), "{}", first.text());
    assert_eq!(first.text(), "/film/low/0.m4s");
    let (seen, at) = (bed.origin.asked("/film/low/0.m4s").pop().unwrap().headers, alice.seq);
    assert!(seen.get("authorization").is_none() && seen["farthing-paid"] == "session");

    // The same request again, then the same place under another number and another rendition.
    let again = {
        let voucher = alice.signed(&bed, 12_012);
        let at = protocol::session::At { session: alice.session, seq: at };
        alice.send(&bed, ("GET", &low[0], ""), Action::Voucher(at, voucher)).await
    };
    assert_eq!((again.status.as_u16(), counted(&again).2), (200, 12_012));
    assert_eq!(counted(&alice.pay(&bed, &high[0], 12_012).await).2, 12_012);
    // What was authorised too much is there for the next one, which is not drawn above it.
    assert_eq!(counted(&alice.pay(&bed, &low[1], 30_000).await), (4, 30_000, 24_024, 12_012));
    let short = alice.pay(&bed, &low[2], 36_035).await;
    assert_eq!(short.refusal(), (402, "insufficient-balance".to_owned()), "one base unit is missing");
    assert_eq!(drawn(&bed, alice.session).await, 24_024);
    let above = alice.pay(&bed, &low[2], 100_001).await;
    assert_eq!(above.refusal(), (402, "hold-exhausted".to_owned()));
    let close = Close::sign(Amount::from_u32(24_024), None, &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    let closed = alice.send(&bed, ("HEAD", MAIN, ""), Action::Close(at, close)).await;
    assert_eq!((closed.status.as_u16(), bed.available(&alice.key).await, bed.earned().await), (204, 975_976, 24_024));
    assert_eq!(bed.get(&low[0]).await.refusal().0, 410, "its addresses are dead");
}

#[tokio::test]
async fn a_voucher_pays_for_its_own_session_alone() {
    let bed = Bed::films().await;
    let (mut alice, low, _) = opened(&bed, 1).await;
    let (mut bob, _, _) = opened(&bed, 2).await;
    assert_eq!(bob.pay(&bed, &low[0], 12_012).await.refusal(), (404, "unknown".to_owned()), "another session's address");
    let (mut forged, at) = (alice.signed(&bed, 12_012), alice.next());
    if let protocol::session::Voucher::Signed(signed) = &mut forged {
        signed.cumulative = Amount::from_u32(50_000);
    }
    let no = alice.send(&bed, ("GET", &low[0], ""), Action::Voucher(at, forged)).await;
    assert_eq!(no.refusal(), (402, "invalid-signature".to_owned()));
    assert_eq!((drawn(&bed, alice.session).await, drawn(&bed, bob.session).await), (0, 0));
    // The origin fails: what was authorised stays, and nothing is drawn.
    let fails = addresses(&alice.pay(&bed, "/film/fails.m3u8", 12_000).await);
    let no = alice.pay(&bed, &fails[0], 12_000).await;
    assert_eq!((no.refusal(), drawn(&bed, alice.session).await), ((502, "origin-unreachable".to_owned()), 0));
    assert_eq!(counted(&alice.pay(&bed, &low[0], 12_012).await).2, 12_012);
}
