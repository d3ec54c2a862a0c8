//! Films that programs pay for: a session opened at a playlist, a voucher with each segment.

use super::races::{clock, pass};
use super::sessions::{Client, counted};
use super::*;
use money::CommandId;
use protocol::session::{Action, Close, Kind};
use std::sync::atomic::{AtomicU64, Ordering};

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

/// The films of two devices at once, and of five minutes without any.
async fn limited(clock: &Arc<AtomicU64>) -> Bed {
    let (origin, folder, clock) = (Origin::start().await, tempfile::tempdir().unwrap(), Arc::clone(clock));
    let offer = super::films::FILMS.replace("hold = \"0.10 EUR\"", "hold = \"0.10 EUR\", devices = 2, idle = \"5m\"");
    std::fs::write(folder.path().join("films.toml"), offer).unwrap();
    let text = Bed::configured(origin.address, ("films.toml", ""));
    Bed::of(&text, (folder, origin), Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)))).await
}

#[tokio::test]
async fn who_watches_for_nothing_watches_and_who_does_not_is_given_back_the_rest() {
    let clock = clock();
    let bed = limited(&clock).await;
    let alice = bed.viewer(1).await;
    let [_, low, _] = alice.renditions(&bed).await;
    let swept = || async {
        crate::gateway::sweep(&bed.opened.instance).await.unwrap();
        bed.row_of(alice.session).await.is_open(Timestamp(clock.load(Ordering::Relaxed)))
    };
    assert_eq!(alice.get(&bed, &low[1]).await.status, StatusCode::OK);
    for _ in 0..4 {
        pass(&clock, 200);
        assert_eq!(alice.get(&bed, &low[1]).await.status, StatusCode::OK, "again, and free");
        assert!(swept().await);
    }
    pass(&clock, 299);
    assert!(swept().await);
    pass(&clock, 1);
    assert!(!swept().await, "five minutes without a segment");
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (987_988, 12_012));
}

#[tokio::test]
async fn a_third_device_is_refused_until_one_is_stopped_or_silent() {
    let clock = clock();
    let bed = limited(&clock).await;
    let alice = bed.viewer(1).await;
    let [_, low, _] = alice.renditions(&bed).await;
    let from = |agent: &'static str, at: usize| bed.ask(request("GET", &low[at], &[("user-agent", agent)]));
    assert_eq!(from("Mozilla/5.0 (X11; Linux) Firefox/140.0", 1).await.status, StatusCode::OK);
    assert_eq!(from("a television", 1).await.status, StatusCode::OK, "also for what is free there is a seat");
    let no = alice.get(&bed, &low[1]).await;
    assert_eq!(no.refusal(), (403, "device-limit".to_owned()));
    let listed = no.json()["devices"].clone();
    assert_eq!((&listed[0]["name"], &listed[1]["name"], listed[2].is_null()), (&"Firefox, Linux".into(), &"".into(), true));
    assert!(no.text().contains("Firefox, Linux since "), "{}", no.text());
    assert_eq!(bed.drawn(&alice).await, 12_012);

    // The reader sees both, and stops one, whose place is taken by this browser.
    let standing = alice.get(&bed, "/.well-known/farthing/watch?page=/film").await.json();
    assert_eq!((standing["devices"].as_array().unwrap().len(), &standing["devices"][0]["here"]), (2, &false.into()));
    let page = alice.get(&bed, standing["devicesPage"].as_str().unwrap()).await;
    assert_eq!((page.status.as_u16(), page.text().matches("Stop this one").count()), (200, 2), "{}", page.text());
    assert_eq!(bed.get(standing["devicesPage"].as_str().unwrap()).await.status, StatusCode::NOT_FOUND, "for its reader alone");
    let stop = format!("page=%2Ffilm&device={}", listed[0]["id"].as_str().unwrap());
    let fields = [("cookie", alice.cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let stopped = bed.ask(with_body("POST", "/.well-known/farthing/watch/stop", &fields, &*Box::leak(stop.into_boxed_str()))).await;
    assert_eq!((stopped.status.as_u16(), stopped.header("location")), (303, "/film"));
    assert_eq!(alice.get(&bed, &low[1]).await.status, StatusCode::OK);
    assert_eq!(from("Mozilla/5.0 (X11; Linux) Firefox/140.0", 1).await.refusal(), (403, "device-limit".to_owned()));
    assert_eq!(from("a television", 1).await.status, StatusCode::OK);
    pass(&clock, 17);
    assert_eq!(from("a telephone", 1).await.refusal().0, 403);
    pass(&clock, 1);
    assert_eq!(from("a telephone", 1).await.status, StatusCode::OK, "three target durations without a segment");
}

#[tokio::test]
async fn a_break_is_free_and_renditions_that_do_not_line_up_are_drawn_once() {
    let bed = Bed::films().await;
    let mut alice = Client::new(&bed, 1, "/film/ads.m3u8").await;
    let of = addresses(&alice.open(&bed, "/film/ads.m3u8", (100_000, 0, Kind::Signed)).await);
    let (live, odd) = (addresses(&bed.get(&of[0]).await), addresses(&bed.get(&of[1]).await));
    assert_eq!(bed.get(&live[1]).await.status, StatusCode::OK, "a break, without any voucher");
    assert_eq!((bed.get(&live[0]).await.refusal().0, bed.get(&live[2]).await.refusal().0), (402, 402));
    assert_eq!(counted(&alice.pay(&bed, &live[0], 12_012).await).2, 12_012);
    // Pieces of other lengths: of each is drawn what was not watched, but for the one within the break.
    assert_eq!(counted(&alice.pay(&bed, &odd[0], 12_012).await).2, 12_012, "of the first six seconds the first four");
    assert_eq!(bed.get(&odd[2]).await.status, StatusCode::OK);
    assert_eq!(counted(&alice.pay(&bed, &odd[1], 16_016).await).2, 16_016, "two more of the next four");
}
