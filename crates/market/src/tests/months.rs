//! Months by a payer's own calendar: where windows begin and end, and that no choice of one makes spending forgotten.

use super::check;
use super::script::{REALM, Run, months};
use super::words::party;
use crate::*;
use insta::assert_snapshot;
use money::{Amount, Asset, CommandId, Span, Timestamp};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn answers(run: &mut Run, script: &str) -> Vec<String> {
    script.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| run.line(line)).collect()
}

fn month(run: &Run) -> (String, String) {
    let Month { since, until } = run.state.month(party("alice"), run.now);
    (since.to_string(), until.to_string())
}

#[test]
fn a_month_goes_by_the_months_that_its_payer_stated() {
    assert_snapshot!(check(
        "
        _ topup alice 5.00 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ guard alice month 0.10 EUR
        _ guard alice month 0.10 EUR site news.example
        @2026-11-22T10:00:00Z S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        M1/alice months 2026-11 -9h 3
        S3 buy alice V1 /a/3 0.05 EUR
        @2026-11-30T14:59:59Z S4 buy alice V1 /a/3 0.05 EUR
        @2026-11-30T15:00:00Z S5 buy alice V1 /a/3 0.05 EUR
        @2026-11-30T15:01:00Z U1 undo S5 alice
        S6 buy alice V1 /a/4 0.10 EUR
        @2026-12-15T10:00:00Z R1 refund S1 payee house
        S7 buy alice V1 /a/5 0.05 EUR
        S8 buy alice V1 /a/6 0.05 EUR
        @2026-12-31T15:00:00Z S9 buy alice V1 /a/6 0.05 EUR
        S10 buy alice V1 /a/7 0.05 EUR
        @2027-01-31T23:59:59Z S11 buy alice V1 /a/8 0.05 EUR
        @2027-02-01T00:00:00Z S12 buy alice V1 /a/8 0.05 EUR
    "
    ));
}

#[test]
fn what_can_be_stated_is_short_and_lies_around_now() {
    assert_snapshot!(check(
        "
        M1 months 2026-11 -9h 3
        M2/alice months 2026-12 -9h 3
        M3/alice months 2026-09 -9h 2
        M4/alice months 2026-11 -9h 1
        M5/alice months 2026-11 -9h 26
        M6/alice months none
        M7/alice months 2026-11 -9h 25
        M8/alice months 2026-11 -9h 25
        M7/alice months 2026-11 -9h 25
        M9/bob months 2026-11 +11h 25
        M10/alice months none
        M11/alice months none
    "
    ));
    let mut run = Run::begun();
    let mut told = |days: &[u64]| {
        let mut starts = vec![at("2026-11-01T00:00:00Z")];
        days.iter().for_each(|days| starts.push(starts[starts.len() - 1].after(Span(*days))));
        let id = CommandId::new(run.now.ms(), [u8::try_from(days[1] % 251).unwrap(); 10]);
        run.tell(&Command { id, maker: Maker::Party(party("alice")), body: Body::StateMonths(starts) })
    };
    const DAY: u64 = 86_400;
    let no = Outcome::Rejected(Rejection::Invalid("months"));
    assert_eq!([told(&[30 * DAY, 27 * DAY - 1]), told(&[30 * DAY, 32 * DAY + 1])], [no.clone(), no]);
    for days in [27 * DAY, 32 * DAY] {
        assert!(matches!(told(&[30 * DAY, days]), Outcome::Applied(_)), "{days}");
    }
}

/// Where each month is another zone's for an hour: the cap is used once, however often a zone is chosen.
#[test]
fn no_choice_of_a_zone_begins_a_month_anew() {
    let mut run = Run::begun();
    answers(
        &mut run,
        "_ topup alice 5.00 EUR\nV1 offer harbour /a/* fixed 0.05 EUR\n_ guard alice month 0.05 EUR\nS0 buy alice V1 /a/0 0.05 EUR",
    );
    let mut bought = Vec::new();
    for hour in 0..48 {
        run.now = at("2026-11-30T00:30:00Z").after(Span(hour * 3_600));
        let off = 24 - i64::try_from(hour).unwrap();
        let months = format!("M{hour}/alice months 2026-11 {}{}h 6", if off > 0 { "-" } else { "+" }, off.unsigned_abs());
        let spent = run.state.spent_this_month(party("alice"), Asset::fiat("EUR").unwrap(), run.now);
        let before = run.state.month(party("alice"), run.now);
        let told = run.line(&months);
        assert!(told == "applied: MonthsStated" || off.abs() > 26, "{months} {told}");
        let after = run.state.month(party("alice"), run.now);
        assert_eq!(before.since, after.since, "what counts goes on counting");
        assert_eq!(run.state.spent_this_month(party("alice"), Asset::fiat("EUR").unwrap(), run.now), spent);
        if run.line(&format!("B{hour} buy alice V1 /a/b{hour} 0.05 EUR")).starts_with("applied") {
            bought.push(run.now.to_string());
        }
    }
    assert_eq!(bought.len(), 1, "{bought:?}");
    run.assert_replays();
}

#[test]
fn at_the_edges_of_a_month_the_running_window_keeps_its_own_end_once() {
    let mut run = Run::begun();
    // In Seoul it is December already, by UTC it is not: November goes on, nothing of it is forgotten or counted for December.
    answers(&mut run, "@2026-11-30T20:00:00Z M1/alice months 2026-12 -9h 4");
    assert_eq!(month(&run), ("2026-11-01T00:00:00Z".into(), "2026-12-01T00:00:00Z".into()));
    run.line("@2026-12-01T00:00:00Z");
    assert_eq!(month(&run), ("2026-12-01T00:00:00Z".into(), "2026-12-31T15:00:00Z".into()));
    run.line("@2027-01-01T00:00:00Z");
    assert_eq!(month(&run), ("2026-12-31T15:00:00Z".into(), "2027-01-31T15:00:00Z".into()));
    // In New York it is still November, by UTC it is not: December has begun, and goes on until it ends there.
    let mut run = Run::begun();
    answers(&mut run, "@2026-12-01T02:00:00Z M1/alice months 2026-11 +5h 4");
    assert_eq!(month(&run), ("2026-12-01T00:00:00Z".into(), "2027-01-01T05:00:00Z".into()));
    // Back to UTC, in the middle of a month.
    answers(&mut run, "@2027-01-15T00:00:00Z M2/alice months none");
    assert_eq!(month(&run), ("2027-01-01T05:00:00Z".into(), "2027-02-01T00:00:00Z".into()));
    run.line("@2027-02-03T00:00:00Z");
    assert_eq!(month(&run), ("2027-02-01T00:00:00Z".into(), "2027-03-01T00:00:00Z".into()));
    assert_eq!(run.state.month_starts(party("alice")), []);
    assert_eq!(run.state.parties_with_months(money::Party([0; 20])).collect::<Vec<_>>(), [party("alice")]);
}

#[test]
fn who_looks_in_years_later_finds_the_month_of_utc() {
    let mut run = Run::begun();
    run.line("M1/alice months 2026-11 -9h 25");
    for (now, since, until) in [
        ("2028-10-31T14:59:59Z", "2028-09-30T15:00:00Z", "2028-10-31T15:00:00Z"),
        ("2028-10-31T15:00:00Z", "2028-10-31T15:00:00Z", "2028-12-01T00:00:00Z"),
        ("2028-12-01T00:00:00Z", "2028-12-01T00:00:00Z", "2029-01-01T00:00:00Z"),
        ("2040-02-29T12:00:00Z", "2040-02-01T00:00:00Z", "2040-03-01T00:00:00Z"),
    ] {
        run.now = at(now);
        assert_eq!(month(&run), (since.into(), until.into()), "{now}");
    }
    run.now = Timestamp(u64::MAX);
    assert_eq!(run.state.month(party("alice"), run.now).until, run.now, "the end of time is no panic");
}

/// A step of the property: time passes, then alice states months, spends on either site, or has something back.
#[derive(Clone, Debug)]
enum Step {
    State { ago_h: u64, days: Vec<u64> },
    Buy,
    Undo(usize),
    Guard,
}

fn step() -> impl Strategy<Value = Step> {
    let days = prop::collection::vec(27u64..=32, 1..4);
    prop_oneof![
        2 => (0u64..32 * 24, prop_oneof![1 => Just(Vec::new()), 5 => days]).prop_map(|(ago_h, days)| Step::State { ago_h, days }),
        4 => Just(Step::Buy),
        1 => any::<usize>().prop_map(Step::Undo),
        1 => Just(Step::Guard),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Whatever is stated whenever: a window holds now, its beginning stays while it runs, beginnings are 26 days apart, and the
    /// wallet and a guard of the site have counted just what was spent since.
    #[test]
    fn whatever_is_stated_a_month_counts_what_was_spent_in_it(steps in prop::collection::vec((0u64..20 * 24, step()), 1..60)) {
        let mut run = Run::begun();
        let (alice, eur) = (party("alice"), Asset::fiat("EUR").unwrap());
        answers(&mut run, "_ topup alice 50.00 EUR\nV1 offer harbour /a/* fixed 0.05 EUR window 9000h\n_ guard alice month 40.00 EUR site news.example");
        let mut before = run.state.month(alice, run.now);
        let mut sales: Vec<(Timestamp, CommandId)> = Vec::new();
        for (number, (hours, step)) in steps.iter().enumerate() {
            run.now = run.now.after(Span(hours * 3_600));
            match step {
                Step::State { ago_h, days } => {
                    let mut starts: Vec<Timestamp> = days.first().map(|_| run.now.before(Span(ago_h * 3_600))).into_iter().collect();
                    days.iter().for_each(|days| starts.push(starts[starts.len() - 1].after(Span(days * 86_400))));
                    let id = CommandId::new(run.now.ms(), [u8::try_from(number).unwrap(); 10]);
                    let spent = run.state.spent_this_month(alice, eur, run.now);
                    run.tell(&Command { id, maker: Maker::Party(alice), body: Body::StateMonths(starts) });
                    prop_assert_eq!(run.state.spent_this_month(alice, eur, run.now), spent, "a statement changes no figure");
                }
                Step::Buy => {
                    run.line(&format!("S{number} buy alice V1 /a/{number} 0.05 EUR"));
                    sales.push((run.now, run.labels[&format!("S{number}")]));
                }
                Step::Undo(pick) if !sales.is_empty() => {
                    let (_, sale) = sales.remove(pick % sales.len());
                    let id = CommandId::new(run.now.ms(), [u8::try_from(number).unwrap(); 10]);
                    let body = Body::Refund(RefundRequest::whole(sale, RefundReason::Operator));
                    run.tell(&Command { id, maker: Maker::Instance, body });
                }
                Step::Undo(_) => {}
                // Taken away and set anew, it counts from the sales themselves.
                Step::Guard => {
                    answers(&mut run, "_ guard alice month off EUR site news.example\n_ guard alice month 40.00 EUR site news.example");
                }
            }
            let month = run.state.month(alice, run.now);
            prop_assert!(month.since <= run.now && run.now < month.until, "{:?} at {}", month, run.now);
            prop_assert!(month.since == before.since || month.since >= before.since.after(Span(26 * 86_400)), "{:?} after {:?}", month, before);
            before = month;
            let since = u64::try_from(sales.iter().filter(|(at, _)| *at >= month.since).count()).unwrap();
            let spent = run.state.spent_this_month(alice, eur, run.now);
            prop_assert_eq!(spent, Amount::new(since * 50_000).unwrap());
            let guard = run.state.standing_guards(alice, run.now).next().unwrap();
            prop_assert_eq!((guard.spent, guard.resets_at), (spent, month.until));
        }
        run.assert_replays();
    }
}

#[test]
fn months_shifted_are_what_the_verb_says() {
    assert_eq!(months("2026-11", "-9h", 2), [at("2026-10-31T15:00:00Z"), at("2026-11-30T15:00:00Z")]);
    assert_eq!(REALM, "news.example");
}
