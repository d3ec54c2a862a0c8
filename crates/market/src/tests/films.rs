//! Films under many pieces in any order: what is on the bill is the milliseconds that were watched, each once, and one floor over all.

use super::script::Run;
use crate::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A film at a tenth of a base unit a millisecond, so that rounding each piece by itself would show.
fn begun() -> Run {
    let mut run = Run::begun();
    for line in [
        "_ topup alice 5.00 EUR",
        "V1 offer derby /tv/** video 0.0001 EUR writer:ann:7000bp house:self:rest",
        "S1/alice session V1 0.10 EUR trusted",
    ] {
        assert!(run.line(line).starts_with("applied"), "{line}");
    }
    run
}

fn session(run: &Run) -> &Session {
    run.state.session(run.labels["S1"]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_millisecond_is_paid_once_whatever_the_order(pieces in prop::collection::vec((1..3_u32, 0..400_u64, 1..90_u64), 1..40)) {
        let mut run = begun();
        let mut watched = BTreeSet::new();
        for (film, from, length) in pieces {
            run.line(&format!("S1 watch {film} {from} {}", from + length));
            watched.extend((from..from + length).map(|at| (film, at)));
            let (session, ms) = (session(&run), u64::try_from(watched.len()).unwrap());
            prop_assert_eq!((session.units(), session.drawn.units(), session.watched.length()), (ms, ms / 10, ms));
            let piece = Piece { film, from: 0, to: 500 };
            let missing = (0..500).filter(|at| !watched.contains(&(film, *at))).count();
            prop_assert_eq!(session.watched.missing(piece), u64::try_from(missing).unwrap());
        }
        run.assert_replays();
    }
}

/// Eleven pieces of 9 ms are 99 ms: nine base units, where each by itself would be none.
#[test]
fn the_floor_is_of_all_that_was_watched() {
    let mut run = begun();
    for at in 0..11 {
        run.line(&format!("S1 watch 1 {} {}", at * 20, at * 20 + 9));
    }
    assert_eq!((session(&run).units(), session(&run).drawn.units()), (99, 9));
}
