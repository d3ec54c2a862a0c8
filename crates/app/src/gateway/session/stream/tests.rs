//! Streams over the real market and a time of their own: an origin that is scripted, a reader that takes or does not.
#![allow(clippy::arithmetic_side_effects, reason = "a wrong sum in a test is a failing test")]

mod bed;
mod exact;

use super::*;
use bed::{Bed, event, events_of, kinds_of};
use protocol::receipt::Counted;
use protocol::session::{NeedVoucher, StreamNotice};

fn data_of(text: &str, kind: &str) -> Vec<String> {
    let begin = format!("event: {kind}\ndata: ");
    text.split("\n\n").filter_map(|block| Some(block.strip_prefix(&begin)?.to_owned())).collect()
}

#[tokio::test]
async fn nothing_is_sent_before_its_slice_is_durable() {
    let mut bed = Bed::events(1_000).await;
    bed.answers_after(5);
    for number in 1..=70 {
        bed.origin_says(&event(number)).await;
    }
    assert_eq!(events_of(&bed.read().await), 1, "one event is reserved with the request");
    bed.pass(4).await;
    assert_eq!(events_of(&bed.read().await), 0, "a slice that is not durable pays for nothing");
    bed.pass(1).await;
    assert_eq!(events_of(&bed.read().await), 64);
    bed.pass(4).await;
    assert_eq!(events_of(&bed.read().await), 0);
    bed.pass(1).await;
    assert_eq!(events_of(&bed.read().await), 5);
    assert_eq!(bed.drawn(), 2 * 65, "the second slice draws what was sent of the first");
}

#[tokio::test]
async fn a_stream_that_runs_dry_waits_and_goes_on_where_it_stood() {
    let mut bed = Bed::events(500).await;
    for number in 1..=501 {
        bed.origin_says(&event(number)).await;
    }
    let text = bed.read().await;
    assert_eq!(events_of(&text), 500, "unit 501 never leaves");
    let need = NeedVoucher::parse(data_of(&text, "payment-need-voucher")[0].as_bytes()).unwrap();
    let figures = [need.required, need.accepted, need.hold, need.spent].map(money::Amount::units);
    assert_eq!(figures, [1_002, 1_000, 1_000_000, 1_000]);
    for number in 502..=505 {
        bed.origin_says(&event(number)).await;
    }
    assert!(!bed.origin_is_read().await, "an origin whose events nobody pays for is not read on");
    bed.pass(16).await;
    assert_eq!(bed.read().await, ": waiting for a voucher\n\n");
    bed.voucher(1_001).await;
    assert_eq!(data_of(&bed.read().await, "payment-need-voucher").len(), 1, "a voucher that does not reach is told");
    bed.voucher(1_004).await;
    let text = bed.read().await;
    assert_eq!((events_of(&text), text.contains("data: event 501\n")), (2, true), "on the same connection");
}

#[tokio::test]
async fn a_stream_that_nobody_pays_ends_with_its_receipt() {
    let mut bed = Bed::events(10).await;
    for number in 1..=11 {
        bed.origin_says(&event(number)).await;
    }
    bed.read().await;
    assert_eq!(bed.drawn(), 18, "all but the last that was sent");
    assert_eq!(bed.read_for(59).await.matches(": waiting").count(), 3);
    let text = bed.read_for(2).await;
    let receipt = Counted::parse(&data_of(&text, "payment-receipt")[0]).unwrap();
    assert_eq!((receipt.spent.units(), receipt.units, receipt.seq), (20, 10, 1));
    assert!(bed.is_over().await);
    assert_eq!((bed.drawn(), bed.reserved()), (20, 0));
}

#[tokio::test]
async fn what_is_said_beside_the_events_is_never_billed_and_never_forged() {
    let mut bed = Bed::events(1_000).await;
    bed.origin_says(": hello\n\n").await;
    bed.origin_says("retry: 500\n\n").await;
    bed.origin_says("event: payment-receipt\ndata: forged\n\n").await;
    bed.origin_says("event: Payment-Need-Voucher\ndata: forged\n\n").await;
    bed.origin_says(": farthing-usage events=900\n: kept\nid: 1\ndata: true\n\n").await;
    bed.origin_ends().await;
    let text = bed.read().await;
    assert!(text.starts_with(": hello\n\nretry: 500\n\n: kept\nid: 1\ndata: true\n\nevent: payment-receipt\ndata: "), "{text}");
    assert_eq!((bed.drawn(), kinds_of(&text)), (2, vec!["payment-receipt".to_owned()]));
}

#[tokio::test]
async fn who_goes_away_has_paid_for_what_was_sent() {
    let mut bed = Bed::events(1_000).await;
    for number in 1..=3 {
        bed.origin_says(&event(number)).await;
    }
    assert_eq!(events_of(&bed.read().await), 3);
    bed.goes_away().await;
    assert_eq!((bed.drawn(), bed.reserved()), (6, 0));
}

#[tokio::test]
async fn what_never_left_is_not_paid_and_what_was_lost_on_the_way_not_again() {
    let mut bed = Bed::events(1_000).await;
    for number in 1..=5 {
        bed.origin_says(&event(number)).await;
    }
    // One event is on its way, and the next has no room.
    let mut bed = bed.again().await;
    assert_eq!((bed.drawn(), bed.reserved()), (2, 2));
    for number in 1..=3 {
        bed.origin_says(&event(number)).await;
    }
    assert_eq!(events_of(&bed.read().await), 3);
    bed.goes_away().await;
    assert_eq!(bed.drawn(), 6);
}

#[tokio::test]
async fn a_close_does_not_wait_for_a_reader() {
    let mut bed = Bed::events(1_000).await;
    for number in 1..=5 {
        bed.origin_says(&event(number)).await;
    }
    bed.ends().await;
    assert_eq!((bed.drawn(), bed.reserved()), (2, 0));
}

#[tokio::test]
async fn a_close_ends_the_streams_of_its_session() {
    let mut bed = Bed::events(1_000).await;
    bed.origin_says(&event(1)).await;
    bed.ends().await;
    let text = bed.read().await;
    assert_eq!((events_of(&text), data_of(&text, "payment-receipt").len()), (1, 1));
    assert!(bed.is_over().await);
    assert_eq!((bed.drawn(), bed.reserved()), (2, 0));
}

#[tokio::test]
async fn a_program_that_ends_settles_its_streams_and_says_that_they_are_not_whole() {
    let mut bed = Bed::events(1_000).await;
    bed.origin_says(&event(1)).await;
    bed.stops().await;
    let text = bed.read().await;
    assert_eq!((events_of(&text), data_of(&text, "payment-receipt").len()), (1, 1));
    assert!(bed.broke_off());
    assert_eq!((bed.drawn(), bed.reserved()), (2, 0));
}

#[tokio::test]
async fn a_reserve_outlives_a_quiet_origin_and_a_slow_reader() {
    let mut bed = Bed::events(1_000).await;
    bed.origin_says(&event(1)).await;
    bed.read().await;
    bed.pass(600).await;
    bed.origin_says(&event(2)).await;
    assert_eq!(events_of(&bed.read().await), 1);
    for number in 3..=80 {
        bed.origin_says(&event(number)).await;
    }
    bed.pass(600).await;
    assert_eq!(events_of(&bed.read().await), 78, "what nobody takes waits");
    bed.origin_ends().await;
    let text = bed.read().await;
    assert_eq!((bed.drawn(), data_of(&text, "payment-receipt").len()), (160, 1));
}

#[tokio::test]
async fn seconds_are_counted_as_they_begin_and_not_while_it_waits() {
    let mut bed = Bed::of("second", 4, Layout::Events).await;
    bed.origin_says("data: first\n\n").await;
    bed.pass(3).await;
    bed.origin_says("data: fourth second\n\n").await;
    assert!(bed.read().await.ends_with("data: fourth second\n\n"));
    bed.pass(20).await;
    let text = bed.read().await;
    assert_eq!(data_of(&text, "payment-need-voucher").len(), 1);
    bed.origin_says("data: fifth second\n\n").await;
    assert_eq!(events_of(&bed.read().await), 0, "the fifth second has not begun");
    bed.voucher(12).await;
    assert!(bed.read().await.ends_with("data: fifth second\n\n"));
    bed.origin_ends().await;
    let receipt = Counted::parse(&data_of(&bed.read().await, "payment-receipt")[0]).unwrap();
    assert_eq!((receipt.units, receipt.spent.units()), (5, 10));
}

#[tokio::test]
async fn bytes_leave_as_far_as_they_are_paid() {
    let mut bed = Bed::of("byte", 100, Layout::Bytes).await;
    bed.origin_says(&"x".repeat(90)).await;
    assert_eq!(bed.read().await.len(), 90);
    bed.origin_says(&"y".repeat(50)).await;
    assert_eq!(bed.read().await, "y".repeat(10), "and nothing of ours is mixed into bytes");
    bed.voucher(260).await;
    assert_eq!(bed.read().await, "y".repeat(30));
    bed.read_for(61).await;
    assert!(bed.broke_off(), "bytes do not say that they are not all");
    assert_eq!((bed.drawn(), bed.reserved()), (260, 0));
}

#[tokio::test]
async fn shares_of_the_hold_are_told_once() {
    let mut bed = Bed::holding(200).await;
    for number in 1..=130 {
        bed.origin_says(&event(number)).await;
        bed.pass(1).await;
    }
    let text = bed.read().await + &bed.read_for(61).await;
    let told: Vec<u8> = data_of(&text, "payment-notice").iter().map(|data| StreamNotice::parse(data.as_bytes()).unwrap().percent).collect();
    assert_eq!((events_of(&text), told), (100, vec![50, 80, 100]));
    assert_eq!(bed.notice(), None, "what the stream said is not said again elsewhere");
}

#[test]
fn a_share_is_shown_once_on_the_next_answer() {
    let (wires, session) = (Wires::default(), money::CommandId([1; 16]));
    assert_eq!(wires.notice(session, 50), None, "of an unknown session nothing is known to be new");
    wires.meet(session, 0);
    assert_eq!([0, 50, 50, 80, 100, 100].map(|told| wires.notice(session, told)), [None, Some(50), None, Some(80), Some(100), None]);
    assert_eq!([50, 80].map(|told| wires.notice(session, told)), [None, Some(80)], "a top-up arms them anew");
    wires.meet(session, 0);
    assert_eq!(wires.notice(session, 80), None);
    let restarted = Wires::default();
    restarted.meet(session, 80);
    assert_eq!([80, 100].map(|told| restarted.notice(session, told)), [None, Some(100)], "what was told before a restart");
}
