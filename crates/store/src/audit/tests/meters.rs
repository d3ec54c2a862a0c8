//! The auditor on meters: each event once, in its time, for no more and no less than was authorised.

use super::super::{IndexRows, against_state};
use super::{audited, said};
use crate::engine::tests::metering::{drawn, metered, reserved};
use crate::engine::tests::replaying::altered_of;
use crate::engine::tests::rig::{Folder, replayed};
use crate::engine::tests::scenario::{noon, units};
use crate::index::{Contents, Follower, MeteredOf, MeteredSum};
use crate::journal::Journal;
use market::{Body, Count, Effect, Maker, Record};
use money::{Party, Span};
use rusqlite::Connection;
use std::sync::mpsc::channel;

/// The journal with an event and what it did changed.
fn altered(frame: u64, change: impl Fn(&mut Count, &mut Effect)) -> Folder {
    let change = |record: &mut Record| {
        let Body::Count(count) = &mut record.command.body else { panic!("an event") };
        change(count, &mut record.applied.effect);
    };
    altered_of(&metered(), frame, change)
}

fn counted(amount: u32, unbilled: u64) -> Effect {
    Effect::Counted { amount: units(amount), unbilled, told: 0 }
}

#[test]
fn events_of_the_engine_are_clean_and_come_to_its_figures() {
    let folder = metered();
    let auditor = audited(&folder, &mut []).unwrap();
    let state = replayed(folder.frames()).unwrap();
    against_state(&auditor, &state).unwrap();
    assert_eq!(drawn(&state), (3_336, 1_000));
}

#[test]
fn what_breaks_a_rule_of_meters_is_named() {
    let rows: [(Folder, &str); 9] = [
        (altered(12, |count, _| count.event = [1; 16]), "frame 12, record 0: an event is counted a second time"),
        (
            altered(12, |count, _| count.at = noon().before(Span(3_601))),
            "frame 12, record 0: an event of 2026-11-22T10:59:59Z is counted where ",
        ),
        (
            altered(12, |count, _| count.at = noon().after(Span(400))),
            "frame 12, record 0: an event of 2026-11-22T12:06:40Z is counted ahead ",
        ),
        (altered(11, |_, effect| *effect = counted(31, 0)), "frame 11, record 0: 100 units more cost 30, the record says "),
        (altered(11, |_, effect| *effect = counted(27, 10)), "frame 11, record 0: 10 units are unbilled where 27 of 1000 would do"),
        (altered(12, |_, effect| *effect = counted(1_500, 0)), "frame 12, record 0: 1530 are drawn, 1000 were authorised"),
        (altered(12, |_, effect| *effect = counted(0, 5_001)), "frame 12, record 0: 5001 of 5000 units are unbilled"),
        (altered(14, |_, effect| *effect = counted(2, 0)), "frame 14, record 0: an event draws from a session that is over"),
        (altered(14, |count, _| count.version = 1), "frame 14, record 0: a session has no version 1"),
    ];
    for (folder, what) in rows {
        let said = said(&folder);
        assert!(said.starts_with(what), "{said}\nexpected {what}");
    }
}

/// The journal of what was set aside with a record changed.
fn altered_aside(frame: u64, change: impl Fn(&mut Record)) -> Folder {
    altered_of(&reserved(), frame, change)
}

#[test]
fn what_is_set_aside_is_clean_and_comes_to_its_figures() {
    let folder = reserved();
    let auditor = audited(&folder, &mut []).unwrap();
    let state = replayed(folder.frames()).unwrap();
    against_state(&auditor, &state).unwrap();
    assert_eq!(drawn(&state), (2_400, 720));
    let session = state.session(crate::engine::tests::streaming::session()).unwrap();
    assert_eq!(session.reserved(noon()), units(0), "what was not drawn of it is free");
}

#[test]
fn what_breaks_a_rule_of_what_is_set_aside_is_named() {
    let set = |record: &mut Record, change: &dyn Fn(&mut market::SetAside)| {
        let Body::SetAside(set) = &mut record.command.body else { panic!("something is set aside") };
        change(set);
    };
    let count = |record: &mut Record, change: &dyn Fn(&mut Count)| {
        let Body::Count(count) = &mut record.command.body else { panic!("an event") };
        change(count);
    };
    let from = |amount: u32, unbilled: u64| Effect::CountedAside { amount: units(amount), unbilled, told: 0 };
    let rows: [(Folder, &str); 9] = [
        (
            altered_aside(12, |record| record.command.maker = Maker::Party(Party([1; 20]))),
            "frame 12, record 0: units are set aside by another than its payee",
        ),
        (
            altered_aside(12, |record| record.applied.effect = Effect::Reserved(units(599))),
            "frame 12, record 0: 2000 units cost 600 at most",
        ),
        (
            altered_aside(12, |record| {
                set(record, &|set| set.units = 3_000);
                record.applied.effect = Effect::Reserved(units(900));
            }),
            "frame 12, record 0: 1200 are drawn and set aside of 1000 authorised",
        ),
        (altered_aside(12, |record| set(record, &|set| set.lasts = Span(601))), "frame 12, record 0: 2000 units are set aside for 601 s"),
        (altered_aside(12, |record| set(record, &|set| set.version = 1)), "frame 12, record 0: a session has no version 1"),
        (
            altered_aside(14, |record| record.applied.effect = from(601, 499)),
            "frame 14, record 0: 2001 of 2500 units are billed where 2000 were",
        ),
        (altered_aside(13, |record| record.applied.effect = counted(120, 0)), "frame 13, record 0: an event is counted and says "),
        (altered_aside(13, |record| count(record, &|count| count.aside = None)), "frame 13, record 0: an event is counted and says "),
        (altered_aside(16, |record| record.applied.effect = from(0, 7)), "frame 16, record 0: an event is counted and says "),
    ];
    for (folder, what) in rows {
        let said = said(&folder);
        assert!(said.starts_with(what), "{said}\nexpected {what}");
    }
}

/// Bills are read from sums by month and by payer: they have every event once, whoever asks.
#[test]
fn months_and_payers_sum_what_the_days_have() {
    let folder = metered();
    let journal = folder.open();
    let follower = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(|_| ())).unwrap();
    let (index, rosa, today) = (follower.index().unwrap(), crate::engine::tests::scenario::party("rosa"), noon().utc_day());
    let row = index.metered(MeteredOf::Payee("paper"), (today, today)).unwrap()[0];
    let sum = |payer| MeteredSum {
        month: noon().utc_month(),
        offer: row.offer,
        payer,
        events: row.events,
        units: row.units,
        amount: row.amount,
        unbilled: row.unbilled,
    };
    for of in [MeteredOf::Payee("paper"), MeteredOf::Payer(rosa), MeteredOf::Between("paper", rosa)] {
        assert_eq!(index.metered_months(of).unwrap(), [sum(None)], "{of:?}");
        assert_eq!(index.metered(of, (today, today)).unwrap(), [row], "{of:?}");
    }
    let other = crate::engine::tests::scenario::party("other");
    for of in
        [MeteredOf::Payee("photographer"), MeteredOf::Payer(other), MeteredOf::Between("paper", other), MeteredOf::Between("other", rosa)]
    {
        assert!(index.metered_months(of).unwrap().is_empty() && index.metered(of, (today, today)).unwrap().is_empty(), "{of:?}");
    }
    assert_eq!(index.metered_payers("paper", (today, today)).unwrap(), [sum(Some(rosa))]);
    assert!(index.metered_payers("paper", (today + 1, today + 1)).unwrap().is_empty());
    assert!(index.metered_payers("photographer", (today, today)).unwrap().is_empty());
    follower.finish().unwrap();
}

#[test]
fn the_index_of_events_is_compared_sum_by_sum() {
    let wrong = "frame 14, record 0: the index sums the events of meters otherwise than the records give";
    let rows = [
        ("", ""),
        ("UPDATE metered SET unbilled = unbilled - 1", wrong),
        ("UPDATE metered SET amount = amount + 1", wrong),
        ("UPDATE metered SET day = day + 1", wrong),
        ("UPDATE metered SET came = came + 1", wrong),
        ("DELETE FROM metered", wrong),
    ];
    for (change, what) in rows {
        let folder = metered();
        let journal = folder.open();
        let follower = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(|_| ())).unwrap();
        let day = noon().utc_day();
        let of = |of| follower.index().unwrap().metered(of, (day, day)).unwrap();
        let all = of(MeteredOf::Payee("paper"));
        assert_eq!((all.len(), all[0].events, all[0].units, all[0].amount, all[0].unbilled), (1, 3, 5_107, units(1_000), 1_771));
        assert_eq!(of(MeteredOf::Payer(crate::engine::tests::scenario::party("rosa"))), all, "who pays reads the same");
        assert!(of(MeteredOf::Payee("photographer")).is_empty());
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
