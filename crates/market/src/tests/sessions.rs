//! Sessions: one hold, then payments that each cost a number.

use super::check;
use super::script::Run;
use crate::Window;
use insta::assert_snapshot;

const CALLS: &str = "
        _ topup alice 5.00 EUR
        V1 offer calls /api/* metered 0.0003 EUR 1000 call writer:ann:7000bp house:self:rest
";

fn calls(script: &str) -> String {
    check(&format!("{CALLS}{script}"))
}

#[test]
fn a_thousand_draws_one_posting_and_the_rest_is_back() {
    let mut run = Run::begun();
    for line in
        ["_ topup alice 5.00 EUR", "V1 offer calls /api/* metered 0.000002 EUR 1 call", "S1/alice session V1 1.00 EUR first 0.000002"]
    {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    for seq in 1..=1_000 {
        let said = run.line(&format!("S1 draw {seq} for 1 signed {}.{:06}", 0, 2 * seq));
        assert_eq!(said, "applied: Drawn 0.000002", "{seq}");
    }
    let end: Vec<_> = ["S1 finish payer", "S1 capture 1", "S1 finish payer"].map(|line| run.line(line)).into();
    assert_eq!(end, ["applied: SessionClosing", "applied: Captured 0.002 of S1", "applied: SessionEnded, 0.998 released"]);
    run.assert_replays();
}

#[test]
fn a_rate_below_a_base_unit_is_charged_by_the_cumulative_floor() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 draw 1 for 1
        S1 draw 2 for 2
        S1 draw 3 for 1
        S1 draw 4 for 999996
        S1 capture 1
    "
    ));
}

#[test]
fn what_is_presented_is_answered_by_its_number_and_its_voucher() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR first 0.0003
        S1 draw 1 for 1000
        S1 draw 1 for 1000
        S1 draw 1 for 1000 print 2
        S1 draw 2 for 1000
        S1 draw 2 for 1000 signed 0.0006
        S1 draw 3 for 0 signed 0.0005
        S1 draw 4 for 1 signed 0.0006
        S1 draw 5 for 1000 signed 0.02
        S1 draw 1029 for 1 signed 0.0012
        S1 draw 1027 for 1 signed 0.0012
        S1 draw 900 for 1
        S1 draw 0 for 1
        S2 draw 1 for 1
        S1 draw 7 for 1 link 0:1
    "
    ));
}

#[test]
fn links_raise_by_steps_and_a_checkpoint_begins_a_new_chain() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR first 0.0001 chain 0.0001x10
        S1 draw 1 for 1000 link 0:2
        S1 draw 2 for 0 link 0:1
        S1 draw 3 for 0 link 0:11
        S1 draw 4 for 1000 link 1:1
        S1 draw 5 for 1000 checkpoint 0.0006 0.0003x20
        S1 draw 6 for 0 link 0:9
        S1 draw 7 for 0 checkpoint 0.0006 0.001x20
        S1 draw 8 for 1000 link 1:1
        +31s S1 draw 9 for 0 link 0:9
        S1 draw 10 for 0 link 1:20
        S1 draw 11 for 1 signed 0.0095
        S1 draw 12 for 1 link 1:20
        S1 draw 13 for 1 checkpoint 0.0006 0.001x20
        +31s S1 draw 14 for 1 link 1:20
    "
    ));
}

#[test]
fn a_reserve_is_settled_by_what_it_really_cost() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 reserve 1 for 15000
        S1 reserve 2 for 20000
        S1 reserve 2 for 15000
        S1 reserve 2 for 15000
        S1 reserve 4 for 0
        S1 draw 3 for 4000
        S1 settle 1 0 for 5000
        S1 settle 1 0 for 5000
        S1 settle 2 0 for 30000 again 10000
        S1 settle 2 0 for 30000 again 10000
        S1 settle 2 1 for 1 again 50000
        S1 finish payer
        S1 draw 4 for 1
        S1 settle 2 1 for 1000 again 1000
        S1 capture 1
        S1 finish payer
        S1 settle 2 1 for 1000
        S1 capture 1
        S1 capture 2
        S1 capture 4
        S1 finish payer
        S1 finish payer
        S1 draw 5 for 1
        S1 settle 2 2 for 1
    "
    ));
}

#[test]
fn a_call_does_not_lapse_and_its_session_waits_for_it() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.0009 EUR trusted
        S1 call 1 for 1000
        S1 call 1 for 1000
        S1 call 1 for 1000 print 2
        S1 call 2 for 1000
        S1 call 3 for 1001
        S1 settle 2 0 for 0
        S1 call 2 for 1000
        +2d S1 draw 4 for 2001
        S1 finish idle
        S1 finish idle
        S1 settle 1 0 for 1000
        S1 capture 1
        S1 finish idle
    "
    ));
}

#[test]
fn a_reserve_that_nobody_renews_lapses() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 reserve 1 for 30000
        S1 draw 2 for 10000
        +59s S1 draw 2 for 10000
        +1s S1 draw 2 for 10000
        S1 settle 1 0 for 100
        S1 finish idle
        S1 capture 1
        S1 finish idle
    "
    ));
}

#[test]
fn more_is_held_and_the_payer_is_told_again() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.0006 EUR trusted
        S1 draw 1 for 1000
        S1 draw 2 for 1000
        S1 draw 3 for 1
        R1/bob raise S1 0.0006 EUR
        R1/alice raise S1 0.0006 EUR
        R1/alice raise S1 0.0006 EUR
        R2/alice raise S1 9.00 EUR
        R3/alice raise S1 0.00 EUR
        S1 draw 3 for 1000
        S1 draw 4 for 600
        S1 draw 5 for 400
        S1 capture 1
        R4/alice raise S1 0.0003 EUR
        S1 draw 6 for 1000
        S1 capture 2
        S1 finish pressed bob
        S1 finish pressed alice
    "
    ));
}

#[test]
fn each_offer_version_is_posted_by_its_own_split() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 draw 1 for 1000
        V2 offer calls /api/* metered 0.0006 EUR 1000 call house:self:rest
        S1 draw 2 for 1000 as 1 by V2
        S1 draw 3 for 1000 as 1
        S1 draw 4 for 1000
        S1 draw 5 for 1 as 2
        S1 draw 6 for 1 as 2 by V2
        V3 offer other /b/* fixed 0.01 EUR
        S1 draw 7 for 1 as 2 by V3
        S1 capture 1
        S1 capture 2
        S1 capture 3
    "
    ));
}

#[test]
fn what_opens_no_session() {
    assert_snapshot!(calls(
        "
        V2 offer page /p/* fixed 0.05 EUR
        S1 session V1 0.01 EUR trusted
        S1/alice session V2 0.01 EUR trusted
        S1/alice session V9 0.01 EUR trusted
        S1/alice session V1 0.01 USD trusted
        S1/alice session V1 0.00 EUR trusted
        S1/alice session V1 0.01 EUR first 0.02
        S1/alice session V1 0.01 EUR until 0s
        S1/alice session V1 0.01 EUR until 32d
        S1/alice session V1 6.00 EUR trusted
        S1/bob session V1 0.01 EUR trusted
        _ guard alice day 0.50 EUR
        S1/alice session V1 0.60 EUR trusted
        S1/alice session V1 0.30 EUR trusted
        S2/alice session V1 0.30 EUR trusted
        S1/alice session V1 0.30 EUR trusted
        S1/alice session V1 0.31 EUR trusted
        S1 finish operator
        S2/alice session V1 0.30 EUR trusted
        _ topup house 1.00 EUR
        S3/house session V1 0.30 EUR trusted
        _ topup ann 1.00 EUR
        S4/ann session V1 0.30 EUR trusted
        _ end calls
        S5/alice session V1 0.10 EUR trusted
        B1 buy alice V1 /api/x 0.01 EUR signed
    "
    ));
}

#[test]
fn time_ends_a_session_whether_a_timer_ran_or_not() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted until 1h
        S1 draw 1 for 1000
        S1 finish expired
        +1h S1 draw 2 for 1
        R1/alice raise S1 0.01 EUR
        S1 finish expired
        S1 finish expired
        S1 capture 1
        S1 capture 2
        S1 finish expired
        +8d _ topup alice 0.01 EUR
        S2/alice session V1 0.01 EUR trusted
        S2 finish idle
        S1 finish expired
    "
    ));
}

#[test]
fn a_call_tells_which_calls_before_it_were_delivered() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 1.00 EUR first 0.000900
        S1 call 1 for 1001
        S1 call 2 for 999
        S1 call 3 for 500 after 1,2
        S1 call 3 for 500 after 1,2
        S1 call 4 for 500 after 1
        S1 settle 2 0 for 999
        S1 call 4 for 1 after 3 signed 0.000901
        S1 call 5 for 1 after 4
        S1 call 6 for 1
        S1 reserve 7 for 1
        S1 call 8 for 1 after 7
        V2 offer calls /api/* metered 0.0006 EUR 1000 call house:self:rest
        S1 call 8 for 1 after 6 as 1 by V2
        S1 call 8 for 1 as 1 by V2
        S1 call 9 for 1 after 8,6 as 1
        S1 call 9 for 1 after 8 as 1
        S1 finish idle
        "
    ));
}

#[test]
fn one_call_is_bought_without_a_session_and_is_used_up() {
    assert_snapshot!(calls(
        "
        B1 buy alice V1 /api/x 0.01 EUR signed
        B2 buy alice V1 /api/x 0.01 EUR signed
        B4 buy alice V1 /api/x 0.01 EUR
        V2 offer bytes /b/* metered 0.01 EUR 1000 byte
        B3 buy alice V2 /b/x 0.01 EUR
    "
    ));
}

#[test]
fn a_payer_opens_thirty_a_minute() {
    let mut run = Run::begun();
    for line in CALLS.lines().filter(|line| !line.trim().is_empty()) {
        run.line(line.trim());
    }
    let open = |run: &mut Run, number: u32| run.line(&format!("S{number}/alice session V1 0.01 EUR trusted"));
    for number in 0..30 {
        assert!(open(&mut run, number).starts_with("applied"), "{number}");
    }
    assert_eq!(open(&mut run, 30), "no: TooManySessions (for now)");
    run.line("+1m");
    assert!(open(&mut run, 30).starts_with("applied"));
    run.assert_replays();
}

#[test]
fn a_session_drawn_to_its_cap_leaves_no_hold() {
    let mut run = Run::begun();
    for line in CALLS.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run.line(line);
    }
    for line in ["S1/alice session V1 0.0003 EUR trusted", "S1 draw 1 for 1000", "S1 capture 1", "S1 finish idle"] {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    assert_eq!(run.state.books().holds().count(), 0);
    run.assert_replays();
}

#[test]
fn a_new_guard_of_a_site_counts_what_sessions_hold_there() {
    let mut run = Run::begun();
    for line in CALLS.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run.line(line);
    }
    run.line("S1/alice session V1 0.30 EUR trusted");
    run.line("_ guard alice day 0.50 EUR site news.example");
    assert!(run.line("S2/alice session V1 0.30 EUR trusted").starts_with("no: GuardDenied: 0.30 of 0.50"));
    assert!(run.line("S1 finish idle").starts_with("applied: SessionEnded"));
    assert!(run.line("S2/alice session V1 0.51 EUR trusted").starts_with("no: GuardDenied: 0.00 of 0.50"));
    run.assert_replays();
}

#[test]
fn what_is_metered_is_split_by_shares_alone() {
    let mut run = Run::begun();
    assert_eq!(run.line("V1 offer c /c/* metered 0.01 EUR 1 call w:ann:0.005 h:self:rest"), "no: AmountInvalid");
}

#[test]
fn what_a_room_covers_is_all_that_it_covers() {
    for (amount, per, room) in (1..12).flat_map(|amount| (1..12).flat_map(move |per| (0..30).map(move |room| (amount, per, room)))) {
        let rate = crate::Rate { amount: money::Amount::from_u32(amount), per: std::num::NonZeroU64::new(per).unwrap() };
        let (room, units) = (money::Amount::from_u32(room), rate.within(money::Amount::from_u32(room)));
        assert!(rate.at_most(units).unwrap() <= room && rate.at_most(units + 1).unwrap() > room, "{rate:?} {room:?}");
    }
}

/// What is added to a hold counts in the day and month in which it is added, and goes out of them again.
#[test]
fn a_raise_counts_where_it_was_made_and_what_comes_back_of_it_is_free_there() {
    let mut run = Run::begun();
    let eur = money::Asset::fiat("EUR").unwrap();
    let mut told = |script: &str| {
        script.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| {
            let answer = run.line(line);
            assert!(answer.starts_with("applied"), "{line}: {answer}");
        });
        let spent = |window| run.state.spent(super::words::party("alice"), eur, window, run.now).units();
        let (day, month) = (spent(Window::Day), spent(Window::Month));
        let site: Vec<u64> = run.state.standing_guards(super::words::party("alice"), run.now).map(|of| of.spent.units()).collect();
        (day, month, site)
    };
    let opened = told(
        "_ topup alice 5.00 EUR
        V1 offer calls /api/* metered 0.01 EUR 1 call
        _ guard alice day 4.00 EUR site news.example
        _ guard alice month 4.00 EUR site news.example
        @2026-11-29T10:00:00Z S1/alice session V1 0.10 EUR until 300h trusted
        R0/alice raise S1 0.10 EUR",
    );
    assert_eq!(opened, (200_000, 200_000, vec![200_000, 200_000]));
    let next_day = told("@2026-11-30T10:00:00Z R1/alice raise S1 0.20 EUR\nR2/alice raise S1 0.10 EUR");
    assert_eq!(next_day, (300_000, 500_000, vec![300_000, 500_000]));
    let next_month = told("@2026-12-01T10:00:00Z R3/alice raise S1 0.40 EUR");
    assert_eq!(next_month, (400_000, 400_000, vec![400_000, 400_000]));
    // A guard that comes now counts what was added now, of the session's whole hold.
    let anew = told("_ guard alice month off EUR site news.example\n_ guard alice month 4.00 EUR site news.example");
    assert_eq!(anew, next_month);
    // 0.75 was drawn of 0.90: what was held last is what comes back.
    let over = told("S1 draw 1 for 75\nS1 capture 1\nS1 finish idle");
    assert_eq!(over, (250_000, 250_000, vec![250_000, 250_000]));
    let anew = told("_ guard alice month off EUR site news.example\n_ guard alice month 4.00 EUR site news.example");
    assert_eq!(anew.2[1], 250_000, "also counted from what is kept of it");
    // More comes back than was added in this month: nothing of the months before is in it.
    let all = told("S2/alice session V1 0.10 EUR until 740h trusted\n@2027-01-01T05:00:00Z R4/alice raise S2 0.20 EUR\nS2 finish idle");
    assert_eq!(all, (0, 0, vec![0, 0]));
    run.assert_replays();
}

/// Segments of 6.006 s at 0.002 a second.
#[test]
fn a_film_is_drawn_by_the_piece_and_each_piece_once() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer derby /tv/** video 0.002 EUR writer:ann:7000bp house:self:rest
        S1/alice session V1 0.10 EUR trusted
        S1 watch 1 0 6006
        S1 watch 1 0 6006
        S1 watch 1 6006 12012
        S1 watch 1 3000 18018
        S1 watch 1 18018 48048
        S1 watch 1 48048 54054
        S1 watch 2 0 6006
        _/alice raise S1 0.10 EUR
        S1 watch 1 48048 54054
        S1 watch 1 9 9
        S1 finish pressed alice
        S1 watch 1 54054 60060
        S1 watch 1 0 6006
        S1 capture 1
        S1 finish pressed alice
        S1 watch 1 0 6006
    "
    ));
}

#[test]
fn pieces_are_drawn_where_films_are_sold() {
    assert_snapshot!(calls(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 watch 1 0 6006
    "
    ));
}
