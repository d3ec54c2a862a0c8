//! Sessions as people read them: figures, captures with their units, what was told, and the same after any stop in between.

use super::built;
use crate::engine::tests::rig::{Folder, Live, place};
use crate::engine::tests::scenario::{command, eur, id, noon, party, top_up, units};
use crate::engine::tests::streaming::{SESSION, called, calls, draw, end, open, raise, session, step, streamed};
use crate::index::{Capture, EndedBy, Happened, Index, Kind, SessionPart, Told, Which};
use market::{Body, Class, Command, Settle, Voucher};

fn capture(number: u32, units_of: u64, amount: u32) -> Capture {
    let id = market::session::capture_id(session(), number);
    Capture { id, number, offer: calls().id(), units: units_of, amount: units(amount) }
}

#[test]
fn a_session_says_what_was_drawn_captured_and_given_back() {
    let folder = streamed();
    let index = built(&folder);
    let row = index.session(session()).unwrap().unwrap();
    assert_eq!((row.payer, &*row.payee, &*row.item, row.offer), (party("rosa"), "paper", "news.example/api/*", calls().id()));
    assert_eq!((row.cap, row.drawn, row.captured, row.captures), (units(2_500), units(1_053), units(1_053), 2));
    let end = row.end.unwrap();
    assert_eq!((end.released, end.by), (units(1_447), EndedBy::Operator));
    let part = SessionPart { offer: calls().id(), units: 3_510, drawn: units(1_053), captured: units(1_053) };
    assert_eq!(index.session_parts(session()).unwrap(), [part]);
    let captures: Vec<_> = index.captures(session(), 10).unwrap().into_iter().map(|(_, capture)| capture).collect();
    assert_eq!(captures, [capture(2, 1_000, 300), capture(1, 2_510, 753)]);
    let found = index.capture(captures[1].id).unwrap().unwrap();
    assert_eq!((found.0, found.1, found.3), (session(), place(16, 0), captures[1]));
    let used = index.used("paper", (0, u64::MAX)).unwrap();
    assert_eq!(used.iter().map(|used| (used.units, used.amount, used.captures)).collect::<Vec<_>>(), [(3_510, units(1_053), 2)]);
    assert_eq!(index.open_sessions("paper", eur()).unwrap().sessions, 0);
    for (which, count) in [(Which::All, 1), (Which::Ended, 1), (Which::Open, 0)] {
        assert_eq!(index.sessions_of_payer(party("rosa"), which, None, 9).unwrap().len(), count);
        assert_eq!(index.sessions_of_payee("paper", which, None, 9).unwrap().len(), count);
    }
    assert_eq!(index.sessions_of_payee("paper", Which::All, Some(row.place), 9).unwrap(), []);
}

#[test]
fn a_history_by_session_has_one_line_for_it_and_that_of_all_captures_says_their_units() {
    let folder = streamed();
    let index = built(&folder);
    let of = |rows: Vec<crate::index::HistoryRow>| -> Vec<_> {
        rows.into_iter().filter(|row| row.kind == Kind::Session).map(|row| row.captured.unwrap()).collect()
    };
    let whole = index.history(party("rosa"), Class::Funded, None, 9).unwrap();
    assert_eq!(whole.len(), 4);
    assert_eq!(of(whole), [capture(2, 1_000, 300), capture(1, 2_510, 753)]);
    let short = index.history_by_session(party("rosa"), Class::Funded, None, 9).unwrap();
    assert_eq!((short.len(), of(short)), (3, vec![capture(2, 1_000, 300)]));
}

#[test]
fn calls_that_are_told_with_a_later_one_are_drawn() {
    let folder = called();
    let index = built(&folder);
    let part = SessionPart { offer: calls().id(), units: 2_510, drawn: units(753), captured: units(753) };
    assert_eq!(index.session_parts(session()).unwrap(), [part]);
    let captures: Vec<_> = index.captures(session(), 10).unwrap().into_iter().map(|(_, capture)| capture).collect();
    assert_eq!(captures, [capture(1, 2_510, 753)]);
    let events = index.events("paper", place(9, 0), 99).unwrap();
    let told: Vec<(u8, u64)> = events.iter().filter_map(|row| row.told).map(|told| (told.level, told.drawn.units())).collect();
    assert_eq!(told, [(50, 750)], "by the frame that tells of the half");
}

/// Two sessions: one is drawn to all that it holds and raised, one has a reserve when the first half is over.
fn halves() -> [Vec<Command>; 2] {
    let signed = |cumulative: u32| Some(Voucher::Signed { cumulative: units(cumulative), signature: [4; 64] });
    let other = SESSION + 1;
    let of_other = |body| command(noon(), other, body);
    let first = vec![
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(calls()))),
        open(SESSION, 1_000),
        open(other, 900),
        step(Body::Draw(draw(1, 1_666, signed(1_000)))),
        step(Body::Draw(draw(2, 1, None))),
        step(Body::Draw(draw(3, 1_000, None))),
        step(Body::CaptureSession { number: 1 }),
        step(Body::Draw(draw(4, 666, None))),
        of_other(Body::Reserve(draw(1, 900, None))),
        of_other(Body::Settle(Settle { seq: 1, part: 0, units: 100, again: 200 })),
        of_other(Body::Call(draw(2, 50, None).into())),
    ];
    let second = vec![
        // More is said than was reserved: no more than that is drawn.
        of_other(Body::Settle(Settle { seq: 1, part: 1, units: 9_000, again: 0 })),
        of_other(Body::Settle(Settle { seq: 2, part: 0, units: 50, again: 0 })),
        of_other(Body::CaptureSession { number: 1 }),
        raise(3, 1_000),
        step(Body::Draw(draw(5, 700, signed(1_250)))),
        step(Body::CaptureSession { number: 2 }),
        end(),
        command(noon(), 4, top_up("rosa", eur(), 5)),
    ];
    [first, second]
}

fn tell(live: &Live, commands: Vec<Command>) {
    for command in commands {
        live.tell(command).outcome.effect().unwrap();
    }
}

#[test]
fn an_index_that_stopped_in_between_counts_on() {
    let [first, second] = halves();
    let whole = Folder::new();
    let live = whole.begin();
    tell(&live, first.clone());
    tell(&live, second.clone());
    live.finish();
    let stopped = Folder::new();
    let live = stopped.begin();
    tell(&live, first);
    live.finish();
    assert_eq!(built(&stopped).session(session()).unwrap().unwrap().end, None);
    let live = stopped.start();
    live.hand.set(noon().after(money::Span(1)));
    tell(&live, second);
    live.finish();
    let (whole, stopped) = (built(&whole), built(&stopped));
    let other = id(noon(), SESSION + 1);
    for index in [&whole, &stopped] {
        let parts = index.session_parts(other).unwrap();
        assert_eq!((parts[0].units, parts[0].drawn), (350, units(105)), "100 and 200 that were reserved, and a call of 50");
        assert_eq!(index.open_sessions("paper", eur()).unwrap().sessions, 1);
    }
    let captures = |index: &Index| index.captures(session(), 9).unwrap().into_iter().map(|(_, capture)| capture).collect::<Vec<_>>();
    assert_eq!(captures(&whole), captures(&stopped));
}

#[test]
fn who_is_paid_is_told_of_shares_of_the_hold_and_of_the_end() {
    let folder = Folder::new();
    let live = folder.begin();
    halves().into_iter().for_each(|half| tell(&live, half));
    live.finish();
    let index = built(&folder);
    let events = index.events("paper", place(9, 0), 99).unwrap();
    let told: Vec<(u8, u32, u32)> = events
        .iter()
        .filter_map(|row| row.told)
        .map(|Told { level, drawn, cap }| (level, u32::try_from(drawn.units()).unwrap(), u32::try_from(cap.units()).unwrap()))
        .collect();
    assert_eq!(told, [(50, 500, 1_000), (80, 800, 1_000), (50, 1_209, 2_000)], "each once a hold");
    let ended: Vec<_> = events.iter().filter(|row| row.happened == Happened::SessionEnded).collect();
    assert_eq!(ended.len(), 1);
    let row = ended[0].session.as_ref().unwrap();
    assert_eq!((row.captured, row.end.unwrap().by), (row.drawn, EndedBy::Operator));
    let captured = events.iter().filter(|row| row.happened == Happened::Session);
    assert!(captured.map(|row| row.captured.unwrap().amount).eq([units(800), units(105), units(409)].into_iter()), "{events:#?}");
}
