//! What a line of a history says, and reading it page by page.

use super::{built, paged};
use crate::engine::tests::rig::{Folder, place};
use crate::engine::tests::scenario::{buy, buy_for, command, eur, id, noon, page, party, top_up, undo, units, usd};
use crate::engine::tests::streaming::{SESSION, calls, draw, link, open, session, step, streamed};
use crate::index::{Happened, HistoryRow, Kind, Return};
use market::{Body, Class, OPERATOR, PLAY_RAIL, Voucher};
use money::{Asset, Timestamp};

/// Frames 7 to 12: two top-ups, two sales, one taken back, a sale in the other currency.
pub(super) fn told() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    for (number, body) in (1..).zip([
        top_up("rosa", eur(), 1_000_000),
        top_up("rosa", usd(), 300_000),
        buy("rosa", eur(), "a"),
        buy_for("rosa", eur(), "b", 60_000),
        undo("rosa", id(noon(), 3)),
        buy("rosa", usd(), "a"),
    ]) {
        live.tell(command(noon(), number, body)).outcome.effect().unwrap();
    }
    // What changes nothing leaves no line: repeated, standing, refused.
    for (number, body) in [(4, buy_for("rosa", eur(), "b", 60_000)), (9, buy("rosa", eur(), "b")), (10, buy("otto", eur(), "b"))] {
        live.tell(command(noon(), number, body));
    }
    live.finish();
    folder
}

fn line(frame: u64, kind: Kind, asset: Asset, amount: i64, balance: i64) -> HistoryRow {
    HistoryRow {
        place: place(frame, 0),
        at: Timestamp(noon().0 + frame - 1),
        kind,
        asset,
        amount,
        balance,
        sale: None,
        item: None,
        given: None,
        captured: None,
    }
}

fn of_page(number: u32, name: &str, row: HistoryRow) -> HistoryRow {
    HistoryRow { sale: Some(id(noon(), number)), item: Some(page(row.asset, name)), ..row }
}

#[test]
fn the_highest_signed_voucher_of_a_session_is_known_until_it_ends() {
    let ended = streamed();
    assert_eq!(built(&ended).signed(session()).unwrap(), None, "it ended");
    let folder = Folder::new();
    let live = folder.begin();
    let checkpoint = Voucher::Checkpoint { cumulative: units(600), signature: [8; 64], step: units(200), length: 5, anchor: [9; 32] };
    let signed = |cumulative| Some(Voucher::Signed { cumulative: units(cumulative), signature: [4; 64] });
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(calls()))),
        open(SESSION, 2_000),
        step(Body::Draw(draw(1, 1_000, signed(400)))),
        step(Body::Call(draw(2, 100, Some(checkpoint)).into())),
        step(Body::Reserve(draw(3, 100, signed(500)))),
        step(Body::Draw(draw(4, 100, link(1, 1)))),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    assert_eq!(built(&folder).signed(session()).unwrap(), Some(checkpoint), "a lower one and a link are not kept");
}

#[test]
fn a_payer_sees_top_ups_sales_and_refunds_with_what_stood_after_them() {
    let folder = told();
    let index = built(&folder);
    let rows = index.history(party("rosa"), Class::Funded, None, 100).unwrap();
    let (returned, left) = (money::Amount::from_u32(50_000), money::Amount::ZERO);
    let undone = Return { id: id(noon(), 5), returned, left, giver: market::Giver::Payer, cause: market::Cause::Unsaid };
    let expected = [
        of_page(6, "a", line(12, Kind::Sale, usd(), -50_000, 250_000)),
        HistoryRow { given: Some(undone), ..of_page(3, "a", line(11, Kind::Refund, eur(), 50_000, 940_000)) },
        of_page(4, "b", line(10, Kind::Sale, eur(), -60_000, 890_000)),
        of_page(3, "a", line(9, Kind::Sale, eur(), -50_000, 950_000)),
        line(8, Kind::TopUp, usd(), 300_000, 300_000),
        line(7, Kind::TopUp, eur(), 1_000_000, 1_000_000),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn payees_operator_and_rail_see_their_side() {
    let folder = told();
    let index = built(&folder);
    let figures = |party, class| -> Vec<(Kind, i64, i64)> {
        index.history(party, class, None, 100).unwrap().into_iter().map(|row| (row.kind, row.amount, row.balance)).collect()
    };
    // Of 50,000: 2,500 fee, 10,000 for the photo. Of 60,000: 3,000 fee.
    assert_eq!(
        figures(party("paper"), Class::EarnedPending),
        [(Kind::Sale, 37_500, 37_500), (Kind::Refund, -37_500, 47_000), (Kind::Sale, 47_000, 84_500), (Kind::Sale, 37_500, 37_500)]
    );
    assert_eq!(
        figures(party("photographer"), Class::EarnedPending),
        [(Kind::Sale, 10_000, 10_000), (Kind::Refund, -10_000, 10_000), (Kind::Sale, 10_000, 20_000), (Kind::Sale, 10_000, 10_000)]
    );
    assert_eq!(
        figures(OPERATOR, Class::Fee),
        [(Kind::Sale, 2_500, 2_500), (Kind::Refund, -2_500, 3_000), (Kind::Sale, 3_000, 5_500), (Kind::Sale, 2_500, 2_500)]
    );
    assert_eq!(figures(PLAY_RAIL, Class::Rail), [(Kind::TopUp, -300_000, -300_000), (Kind::TopUp, -1_000_000, -1_000_000)]);
    assert_eq!(figures(party("otto"), Class::Funded), []);
    assert_eq!(figures(party("rosa"), Class::EarnedPending), []);
    let refund = &index.history(party("paper"), Class::EarnedPending, None, 2).unwrap()[1];
    assert_eq!((refund.sale, refund.item.clone()), (Some(id(noon(), 3)), Some(page(eur(), "a"))), "a payee sees of which page");
}

#[test]
fn pages_have_no_gaps_and_nothing_twice() {
    let folder = Folder::new();
    let live = folder.begin();
    live.tell(command(noon(), 0, top_up("rosa", eur(), 100_000_000)));
    // Some frames with many records, so that pages end inside a frame.
    for batch in 0..10_u32 {
        let gate = live.hold();
        let answers: Vec<_> = (1..=batch)
            .map(|of| {
                let number = batch * 100 + of;
                let (name, reader) = (number.to_string(), if of % 3 == 0 { "otto" } else { "rosa" });
                let body = if reader == "rosa" { buy("rosa", eur(), &name) } else { top_up(reader, eur(), number) };
                live.ask(command(noon(), number, body))
            })
            .collect();
        drop(gate);
        assert!(answers.into_iter().all(|answer| answer.recv().unwrap().outcome.effect().is_ok()));
    }
    live.finish();
    assert_eq!(folder.counts()[7..], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

    let index = built(&folder);
    for (reader, class) in [("rosa", Class::Funded), ("otto", Class::Funded), ("paper", Class::EarnedPending)] {
        let whole = index.history(party(reader), class, None, 1_000).unwrap();
        assert!(whole.len() >= 12 && whole.is_sorted_by(|newer, older| newer.place > older.place));
        for (newer, older) in whole.iter().zip(whole.iter().skip(1)) {
            assert_eq!(newer.balance, older.balance + newer.amount, "each line follows from the one before it");
        }
        for limit in [1, 2, 3, 7, 33, 1_000] {
            assert_eq!(paged(&index, party(reader), class, limit), whole);
        }
    }
    assert_eq!(index.history(party("rosa"), Class::Funded, Some(place(8, 0)), 10).unwrap().len(), 1, "before the first sale");
    assert_eq!(index.history(party("rosa"), Class::Funded, Some(place(1, 0)), 10).unwrap(), []);
    assert_eq!(index.history(party("rosa"), Class::Funded, None, 0).unwrap(), []);
}

#[test]
fn onward_is_the_history_the_other_way_and_goes_on_where_it_stopped() {
    let folder = told();
    let index = built(&folder);
    for (of, class) in [(party("rosa"), Class::Funded), (party("paper"), Class::EarnedPending), (OPERATOR, Class::Fee)] {
        let mut whole = index.history(of, class, None, 100).unwrap();
        whole.reverse();
        for limit in [1, 2, 5] {
            let mut rows: Vec<HistoryRow> = Vec::new();
            loop {
                let more = index.onward(of, class, rows.last().map(|row| row.place), limit).unwrap();
                if more.is_empty() {
                    break;
                }
                rows.extend(more);
            }
            assert_eq!(rows, whole, "in pages of {limit}");
        }
    }
}

#[test]
fn a_place_parts_the_records_by_an_instant() {
    let folder = told();
    let index = built(&folder);
    let rows = index.history(party("rosa"), Class::Funded, None, 100).unwrap();
    for at in rows.iter().flat_map(|row| [row.at.0 - 1, row.at.0, row.at.0 + 1]).chain([0, u64::MAX]) {
        let place = index.place_at(Timestamp(at)).unwrap();
        assert!(rows.iter().all(|row| (row.at.0 < at) == (row.place < place)), "at {at}: {place:?}");
    }
    let empty = Folder::new();
    empty.begin().finish();
    built(&empty).place_at(noon()).unwrap();
}

#[test]
fn a_capture_is_a_line_of_payer_and_payee_and_an_event() {
    let folder = streamed();
    let index = built(&folder);
    let of_session = |row| HistoryRow { sale: Some(session()), item: Some("news.example/api/*".to_owned()), captured: None, ..row };
    let captures = |party, class| -> Vec<HistoryRow> {
        let rows = index.history(party, class, None, 100).unwrap();
        rows.into_iter().filter(|row| row.kind == Kind::Session).map(of_session).collect()
    };
    let paid = [line(18, Kind::Session, eur(), -300, 998_947), line(16, Kind::Session, eur(), -753, 999_247)].map(of_session);
    assert_eq!(captures(party("rosa"), Class::Funded), paid);
    let earned = [line(18, Kind::Session, eur(), 285, 1_001), line(16, Kind::Session, eur(), 716, 716)].map(of_session);
    assert_eq!(captures(party("paper"), Class::EarnedPending), earned);
    let events = index.events("paper", place(9, 0), 10).unwrap();
    let events: Vec<_> = events.into_iter().map(|row| (row.place, row.happened, row.sale, row.item)).collect();
    let event = |frame| (place(frame, 0), Happened::Session, Some(session()), Some("news.example/api/*".to_owned()));
    let ended = (place(19, 0), Happened::SessionEnded, Some(session()), Some("news.example/api/*".to_owned()));
    assert_eq!(events, [event(16), event(18), ended]);
}
