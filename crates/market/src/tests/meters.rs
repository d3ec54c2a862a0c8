//! Events of meters: each once, in their window, never above what is authorised.

use super::check;
use super::script::Run;
use crate::session::{Count, MOST_EVENTS};
use crate::*;
use insta::assert_snapshot;
use money::{CommandId, Span};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const TOKENS: &str = "
        _ topup alice 5.00 EUR
        V1 offer llm /v1/* metered 0.000003 EUR 2 token writer:ann:7000bp house:self:rest
        _ meter house token 1h
";

fn tokens(script: &str) -> String {
    check(&format!("{TOKENS}{script}"))
}

#[test]
fn an_event_is_drawn_once_whoever_sends_it_again() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 event e1 -1m for 3
        S1 event e1 -1m for 3
        S1 event e1 -1m for 4
        S1 event e1 -1m for 3 says 1
        S1 event e1 -2m for 3
        S1 event e2 -1m for 1
        S1 event e3 -1m for 0
        S2/alice session V1 0.01 EUR trusted
        S2 event e1 -1m for 3
        S2 event e1 -2m for 3
        S1 event e4 +5m for 1
        S1 event e5 +301s for 1
        S1 event e6 -1m for 9223372036854775808
        S1 event e6 -1m for 1 as 1
        S9 event e6 -1m for 1
        S1 capture 1
    "
    ));
}

#[test]
fn what_is_too_late_is_refused_also_when_the_window_is_made_longer() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.01 EUR trusted
        S1 event e1 -1h for 3
        S1 event e2 -3601s for 3
        _ meter house token 1h
        _ meter house token 3h
        S1 event e2 -3601s for 3
        S1 event e1 -1h for 3
        +2h S1 event e1 -3h for 3
        S1 event e3 -3h for 3
        +2h _ meter house token 1m
        S1 event e4 -61s for 3
        S1 event e4 -1m for 3
        _ meter house token 30s
        _ meter nobody token 1h
        _ meter ann word 1h
    "
    ));
}

#[test]
fn nothing_is_drawn_that_was_not_authorised_and_the_rest_is_counted() {
    assert_snapshot!(tokens(
        "
        S1/alice session V1 0.000012 EUR first 0.000004
        S1 event e1 -1m for 1
        S1 event e2 -1m for 3
        S1 event e3 -1m for 1
        S1 draw 1 for 1 signed 0.000009
        S1 reserve 2 for 2
        S1 event e4 -1m for 9
        S1 settle 2 0 for 1
        S1 event e5 -1m for 1
        S1 event e4 -1m for 9
        S1 finish payer
        S1 event e6 -1m for 2
        S1 capture 1
        S1 finish payer
        S1 event e7 -1m for 2
        S1 event e7 -1m for 2
        S2/alice session V1 0.000010 EUR trusted until 1h
        S2 event f1 -1m for 3
        S2 event f2 -1m for 99
        _/alice raise S2 0.000003 EUR
        S2 event f3 -1m for 99
        +1h S2 event f4 -1m for 1
        S3/alice session V1 0.0001 EUR trusted
        S3 event g1 -1m for 2
        S3 finish pressed alice
        S3 event g2 -1m for 2
        S3 capture 1
        S3 finish pressed alice
        S3 event g3 -1m for 2
        S4/alice session V1 0.0001 EUR trusted until 1h
        S4 event h1 -1m for 2
        +1h S4 event h2 -1m for 2
    "
    ));
}

#[test]
fn a_meter_of_another_payee_or_unit_draws_nothing() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer llm /v1/* metered 0.000003 EUR 2 token
        S1/alice session V1 0.01 EUR trusted
        _ meter ann token 1h
        S1 event e1 -1m for 3
        _ meter house word 1h
        S1 event e1 -1m for 3
        _ meter house token 1h
        S1 event e1 -1m for 3
    "
    ));
}

/// An event of a meter as it is sent.
fn event(number: u64, at: money::Timestamp) -> Command {
    let mut event = [0; 16];
    event[..8].copy_from_slice(&number.to_be_bytes());
    Command {
        id: CommandId([0; 16]),
        maker: Maker::Instance,
        body: Body::Count(Count { event, print: 0, at, units: 3, version: 0, aside: None }),
    }
}

#[test]
fn ids_are_kept_for_the_window_and_no_more_than_there_is_room_for() {
    let mut run = Run::begun();
    for line in TOKENS.lines().chain(["S1/alice session V1 5.00 EUR trusted until 700h"]).map(str::trim).filter(|line| !line.is_empty()) {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    let id = run.labels["S1"];
    let (payee, unit) = ("house", Unit::parse("token").unwrap());
    let events = |run: &Run| run.state.meter(payee, unit).unwrap().events();
    let mut sent = 0;
    for hour in 0..4 {
        for _ in 0..50 {
            sent += 1;
            let at = run.now.before(Span(sent % 3_000));
            assert!(run.tell(&Command { id, ..event(sent, at) }).effect().is_ok());
        }
        assert!(events(&run) <= 100, "in hour {hour} {} are remembered", events(&run));
        run.now = run.now.after(Span(3_600));
    }
    let drawn = run.state.session(id).unwrap().drawn;
    assert_eq!(drawn.units(), 200 * 3 * 3 / 2, "the cumulative floor of all of them");
    // Room is made by hand: a million commands would tell nothing more.
    let meter = run.state.meters.get_mut(&(payee.to_owned(), unit)).unwrap();
    let now = run.now;
    let known = meter.events() as u64;
    for number in 0..(MOST_EVENTS as u64 - known) {
        let mut key = [0xff; 16];
        key[8..].copy_from_slice(&number.to_be_bytes());
        assert!(meter.put_back(key, now, 0));
    }
    let stamp = |seconds| Stamp { now: now.after(Span(seconds)), place: Place { frame: 9_999, record: 0 } };
    let over = run.state.clone();
    let full = Command { id, ..event(sent + 1, now) };
    // Those of before are over by now, so that one more has room; after it none has.
    assert!(run.state.apply(&full, stamp(1)).effect().is_ok());
    for number in 0..60 {
        let more = Command { id, ..event(1_000_000 + number, now) };
        if run.state.apply(&more, stamp(2)) == Outcome::Rejected(Rejection::MeterFull) {
            assert!(events(&run) == MOST_EVENTS);
            assert!(
                run.state.apply(&Command { id, ..event(2_000_000, now.after(Span(3_602))) }, stamp(3_602)).effect().is_ok(),
                "an hour later"
            );
            assert_eq!(events(&run), 1, "all of an hour ago are forgotten");
            drop(over);
            return;
        }
    }
    panic!("more than {MOST_EVENTS} events are remembered");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever comes in whatever order: what is drawn is the cumulative floor of the events that were new, timely and covered, each once.
    #[test]
    fn the_sum_is_that_of_distinct_events(sent in prop::collection::vec((0u64..40, 0u64..5_000, 0u64..900, 0u64..4), 1..150)) {
        let mut run = Run::begun();
        for line in TOKENS.lines().chain(["S1/alice session V1 0.0003 EUR trusted"]).map(str::trim).filter(|line| !line.is_empty()) {
            run.line(line);
        }
        let id = run.labels["S1"];
        let mut known: BTreeMap<u64, (money::Timestamp, u64)> = BTreeMap::new();
        let (mut billed, mut unbilled, mut refused) = (0u64, 0u64, BTreeSet::new());
        for (number, ago, wait, units) in sent {
            run.now = run.now.after(Span(wait));
            let at = run.now.before(Span(ago));
            let Body::Count(count) = event(number, at).body else { unreachable!() };
            let outcome = run.tell(&Command { body: Body::Count(Count { units, print: units, ..count }), id, ..event(number, at) });
            if ago > 3_600 {
                let is_late = matches!(outcome, Outcome::Rejected(Rejection::TooLate { .. }));
                prop_assert!(is_late);
                refused.insert(number);
                continue;
            }
            let before = known.get(&number).filter(|(at, _)| *at >= run.now.before(Span(3_600))).copied();
            match before {
                Some(same) if same == (at, units) => prop_assert!(matches!(outcome, Outcome::Standing(_))),
                Some(_) => prop_assert_eq!(outcome, Outcome::Rejected(Rejection::EventConflict)),
                None => {
                    let Ok(Effect::Counted { unbilled: left, .. }) = outcome.effect() else { panic!("{outcome:?}") };
                    known.insert(number, (at, units));
                    // 300 base units buy 201 tokens at 3 for 2: the floor of the 201st is 301, so 200.
                    let fits = units.min(200 - billed);
                    prop_assert_eq!(left, units - fits);
                    (billed, unbilled) = (billed + fits, unbilled + left);
                }
            }
        }
        let session = run.state.session(id).unwrap();
        prop_assert_eq!((session.units(), session.drawn.units()), (billed, billed * 3 / 2));
        run.assert_replays();
    }
}
