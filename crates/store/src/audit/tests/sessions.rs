//! The auditor on sessions: its figures are the books', and each step that no rule would have made is found.

use super::super::{IndexRows, against_state};
use super::{audited, said};
use crate::engine::tests::replaying::altered_of;
use crate::engine::tests::rig::{Folder, place, replayed};
use crate::engine::tests::scenario::{eur, party, units};
use crate::engine::tests::streaming::{altered, called, calls, draw, link, session, streamed, told_otherwise};
use crate::index::{Contents, Follower};
use crate::journal::Journal;
use market::{Body, Call, Earlier, Effect, EndReason, Record, Voucher};
use rusqlite::Connection;
use std::sync::mpsc::channel;

#[test]
fn a_session_of_the_engine_is_clean_and_comes_to_its_figures() {
    let folder = streamed();
    let auditor = audited(&folder, &mut []).unwrap();
    against_state(&auditor, &replayed(folder.frames()).unwrap()).unwrap();
    let facts = auditor.sessions().session(session()).unwrap();
    assert_eq!((facts.cap, facts.accepted, facts.drawn, facts.captured, facts.captures), (2_500, 2_100, 1_053, 1_053, 2));
    assert_eq!((facts.versions[0].offer, facts.versions[0].units), (calls().id(), 3_510));
    // What a checker of links needs: where the chain stands, and where it stood.
    assert_eq!((facts.chain.checkpoint, facts.chain.base, facts.chain.index, facts.chain.tip), (1, 1_000, 1, [7; 32]));
    assert_eq!(facts.ended, Some(place(19, 0)));
    assert_eq!(auditor.accounts().funded(party("rosa"), eur()), 1_000_000 - 1_053 + 5);
}

fn of_draw(record: &mut Record, change: impl Fn(&mut market::Draw)) {
    let (Body::Draw(draw) | Body::Reserve(draw) | Body::Call(Call { draw, .. })) = &mut record.command.body else { panic!("a draw") };
    change(draw);
}

/// The legs of a capture, each this many times.
fn times(record: &mut Record, times: i64) {
    record.applied.posted.legs.iter_mut().for_each(|leg| leg.amount *= times);
}

#[test]
fn what_breaks_a_rule_of_sessions_is_named_with_both_figures() {
    let drawn = |amount: u32| Effect::Drawn { amount: units(amount), told: 0 };
    let rows: [(Folder, &str); 11] = [
        (altered(9, |record| record.applied.effect = Effect::SessionOpened(units(9))), "frame 9, record 0: a session of 2000 says "),
        (altered(10, |record| record.applied.effect = drawn(301)), "frame 10, record 0: 1001 units more cost 300, the record says "),
        // Rounded up once it would be one more.
        (
            altered(10, |record| {
                of_draw(record, |draw| draw.units = 1_004);
                record.applied.effect = drawn(301);
            }),
            "frame 10, record 0: 301 are drawn, 300 were authorised",
        ),
        (altered(11, |record| of_draw(record, |draw| draw.voucher = None)), "frame 11, record 0: 600 are drawn, 300 were authorised"),
        (altered(11, |record| of_draw(record, |draw| draw.voucher = link(0, 2))), "frame 11, record 0: 600 are drawn, 500 were"),
        (altered(11, |record| of_draw(record, |draw| draw.voucher = link(0, 21))), "frame 11, record 0: link 21 of a chain of 20"),
        (altered(11, |record| of_draw(record, |draw| draw.seq = 1)), "frame 11, record 0: request 1 is paid a second time"),
        (altered(11, |record| of_draw(record, |draw| draw.version = 1)), "frame 11, record 0: version 1 of a session that has 1"),
        // A checkpoint that raises nothing brings no chain with it.
        (
            altered(12, |record| {
                let old = Voucher::Checkpoint { cumulative: units(600), signature: [8; 64], step: units(900), length: 9, anchor: [9; 32] };
                of_draw(record, |draw| draw.voucher = Some(old));
            }),
            "frame 12, record 0: 603 are drawn, 600 were authorised",
        ),
        (
            altered(13, |record| record.applied.effect = Effect::Reserved(units(299))),
            "frame 13, record 0: 1000 units cost 300 at most, the record says ",
        ),
        (altered(13, |record| record.command.body = Body::Draw(draw(4, 0, None))), "frame 13, record 0: 0 units more cost 0, the record"),
    ];
    assert_named(rows);
}

fn assert_named<const N: usize>(rows: [(Folder, &str); N]) {
    for (folder, what) in rows {
        let said = said(&folder);
        assert!(said.starts_with(what), "{said}\nexpected {what}");
    }
}

#[test]
fn calls_that_are_told_with_a_later_one_were_promised_and_come_to_what_it_says() {
    let folder = called();
    let auditor = audited(&folder, &mut []).unwrap();
    against_state(&auditor, &replayed(folder.frames()).unwrap()).unwrap();
    let facts = auditor.sessions().session(session()).unwrap();
    assert_eq!((facts.drawn, facts.captured), (753, 753), "2,510 calls at 300 for a thousand");
    let earlier = |seqs: &[u32]| seqs.iter().fold(Earlier::default(), |so_far, seq| so_far.with(4, *seq).unwrap());
    assert_named([
        (told_otherwise(earlier(&[2])), "frame 13, record 0: 1000 units more cost 300, the record says "),
        (told_otherwise(earlier(&[1, 2, 3])), "frame 13, record 0: call 1 is delivered that was not promised"),
        (
            altered_of(&called(), 13, |record| record.applied.effect = Effect::Reserved(units(3))),
            "frame 13, record 0: a call after 2 others says Reserved",
        ),
    ]);
}

#[test]
fn a_session_that_ends_before_its_calls_are_settled_is_named() {
    let called = altered(13, |record| {
        let Body::Reserve(draw) = record.command.body else { panic!("a reserve") };
        record.command.body = Body::Call(draw.into());
    });
    audited(&called, &mut []).unwrap();
    let left = altered_of(&called, 14, |record| {
        let Body::Settle(settle) = &mut record.command.body else { panic!("a settle") };
        settle.again = 1;
    });
    assert_named([(left, "frame 19, record 0: a session ends with 1 calls that are neither drawn nor given back")]);
}

#[test]
fn a_wrong_settle_raise_capture_or_end_is_named_with_both_figures() {
    let rows: [(Folder, &str); 7] = [
        (
            altered(14, |record| {
                let Body::Settle(settle) = &mut record.command.body else { panic!("a settle") };
                settle.part = 1;
            }),
            "frame 14, record 0: part 1 of a reserve whose next is 0",
        ),
        (
            altered(15, |record| {
                let Body::RaiseSession(raise) = &mut record.command.body else { panic!("a raise") };
                raise.additional = units(2_000_000);
                record.applied.effect = Effect::SessionRaised(units(2_002_000));
            }),
            "frame 15, record 0: it leaves a payer 1000000 eur-micro, of which sessions hold 2002000",
        ),
        (
            altered(16, |record| times(record, 2)),
            "frame 16, record 0, account 1: the sale moves -1506 there, its price and split give -753",
        ),
        (
            altered(16, |record| {
                times(record, 2);
                record.applied.effect = Effect::Captured { session: session(), amount: units(1_506) };
            }),
            "frame 16, record 0: a capture of 753 says ",
        ),
        (
            altered(18, |record| record.command.body = Body::CaptureSession { number: 1 }),
            "frame 18, record 0: capture 1 of a session whose next is 2",
        ),
        (
            altered(19, |record| record.applied.effect = Effect::SessionEnded { released: units(2_500) }),
            "frame 19, record 0: a session that holds 1447 more ends with ",
        ),
        (
            altered(19, |record| {
                let Body::EndSession(end) = &mut record.command.body else { panic!("an end") };
                end.reason = EndReason::Expired;
            }),
            "frame 19, record 0: a session expires before its time",
        ),
    ];
    assert_named(rows);
}

#[test]
fn a_session_does_not_end_with_what_was_not_captured() {
    // The second capture is gone: its frame opens another payee instead.
    let folder = altered(18, |record| {
        record.command.body = Body::OpenPayee { handle: "other".to_owned(), party: party("other") };
        record.applied.effect = Effect::PayeeOpened;
        record.applied.posted.legs.clear();
    });
    assert_eq!(said(&folder), "frame 19, record 0: a session ends with 300 drawn and not captured");
}

#[test]
fn a_sale_leaves_what_sessions_hold() {
    // A top-up of less: what is held is no longer there when the session is opened.
    let folder = altered(7, |record| {
        let Body::TopUp(top_up) = &mut record.command.body else { panic!("a top-up") };
        top_up.amount = units(1_999);
        record.applied.effect = Effect::ToppedUp(units(1_999));
        (record.applied.posted.legs[0].amount, record.applied.posted.legs[1].amount) = (-1_999, 1_999);
    });
    assert_eq!(said(&folder), "frame 9, record 0: it leaves a payer 1999 eur-micro, of which sessions hold 2000");
}

#[test]
fn the_index_of_sessions_is_compared_row_by_row() {
    let rows = [
        ("", ""),
        ("UPDATE record SET item = 'news.example/other' WHERE place >> 16 = 16", "frame 16, record 0, account "),
        ("DELETE FROM session", "frame 9, record 0: the index lacks a session, or knows it under another offer"),
        (
            "CREATE TEMP TABLE more AS SELECT * FROM session; UPDATE more SET id = zeroblob(16); INSERT INTO session SELECT * FROM more",
            "frame 20, record 0: the index has 2 sessions, the records give 1",
        ),
        (
            "UPDATE capture SET units = units + 1 WHERE number = 2",
            "frame 18, record 0: the index says that a capture was of Some(1001) units",
        ),
        ("DELETE FROM capture WHERE number = 1", "frame 16, record 0: the index says that a capture was of None units"),
        ("UPDATE session SET drawn = drawn - 1", "frame 19, record 0: the index says Some([2500, 1052, 1053, 1447]) were held"),
    ];
    for (change, what) in rows {
        let folder = streamed();
        let journal = folder.open();
        let follower = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(|_| ())).unwrap();
        follower.finish().unwrap();
        drop(journal);
        Connection::open(folder.index()).unwrap().execute_batch(change).unwrap();
        let mut index = IndexRows::new(Contents::open(&folder.index()).unwrap().unwrap());
        let result = audited(&folder, &mut [&mut index]).and_then(|auditor| index.finish(auditor.head()).map(|()| auditor));
        if what.is_empty() {
            result.unwrap();
            continue;
        }
        let said = super::found(result).to_string();
        assert!(said.starts_with(what), "{change}: {said}");
    }
}
