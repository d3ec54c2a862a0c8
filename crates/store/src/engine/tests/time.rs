//! What time it is: rising whatever the clock does, and of the past where sample data asks for it.

use super::rig::{DEADLINE, Folder, start};
use super::scenario::{beginning, buy, command, eur, noon, top_up};
use crate::Error;
use crate::engine::{Answer, Settings};
use market::Outcome;
use money::{Span, Timestamp};
use std::sync::mpsc::{Receiver, channel};

fn times(folder: &Folder) -> Vec<Timestamp> {
    folder.frames().map(|frame| frame.unwrap().head().timestamp).collect()
}

#[test]
fn now_rises_though_the_clock_stands_or_goes_back() {
    let folder = Folder::new();
    let live = folder.start();
    let tell = |number| live.tell(command(noon(), number, top_up("rosa", eur(), 1))).at.0 - noon().0;
    assert_eq!([tell(0), tell(1), tell(2)], [0, 1, 2]);
    live.hand.set(noon().before(Span(300)));
    assert_eq!([tell(3), tell(4)], [3, 4]);
    live.hand.set(noon().after(Span(1)));
    assert_eq!([tell(5), tell(6)], [1_000_000, 1_000_001]);
    live.finish();
    assert!(times(&folder).is_sorted_by(|a, b| a < b));
}

#[test]
fn nobody_is_told_an_earlier_time_than_before() {
    let folder = Folder::new();
    let live = folder.start();
    let look = || live.see(|_, now| now).recv_timeout(DEADLINE).unwrap();
    let refuse = |number| live.tell(command(noon(), number, buy("rosa", eur(), "x"))).at;
    live.hand.set(noon().after(Span(20)));
    let mut told = vec![look(), refuse(0)];
    live.hand.set(noon());
    told.extend([look(), refuse(1), live.tell(command(noon(), 2, top_up("rosa", eur(), 1))).at, look()]);
    assert!(told.is_sorted_by(|a, b| a < b), "{told:?}");
    assert_eq!(told[0], noon().after(Span(20)));
    live.finish();
}

#[test]
fn a_clock_well_before_the_last_frame_refuses_the_start() {
    let folder = Folder::new();
    let live = folder.start();
    let last = live.tell(command(noon(), 0, top_up("rosa", eur(), 1))).at;
    live.finish();
    let an_hour_before = last.before(Span(3_600));
    let refused = start(folder.open(), Settings::default(), Timestamp(an_hour_before.0 - 1)).map(drop);
    assert!(matches!(refused, Err(Error::Clock { last: of, .. }) if of == last), "{refused:?}");
    let text = refused.unwrap_err().to_string();
    assert_eq!(text, "the clock says 2026-11-22T10:59:59Z, but the journal's last frame is of 2026-11-22T12:00:00Z: set the clock right");
    // A smaller fault is waited out: time creeps until the clock is there.
    let live = start(folder.open(), Settings::default(), an_hour_before).unwrap();
    let answer = live.tell(command(last.before(Span(60)), 1, top_up("rosa", eur(), 1)));
    assert_eq!(answer.at, Timestamp(last.0 + 1));
    live.finish();
}

#[test]
fn sample_data_is_applied_at_its_own_times() {
    let folder = Folder::new();
    let live = folder.start();
    let day = |days: u64| noon().before(Span(86_400 * (10 - days)));
    let at = |command, at| -> Receiver<Answer> {
        let (reply, answer) = channel();
        live.engine.submit_at(command, at, Box::new(move |answer| reply.send(answer).unwrap())).unwrap();
        answer
    };
    let gate = live.hold();
    let mut answers: Vec<_> = beginning(day(0)).into_iter().map(|command| at(command, day(0))).collect();
    answers.push(at(command(day(1), 0, top_up("rosa", eur(), 1_000_000)), day(1)));
    answers.push(at(command(day(1), 1, top_up("otto", eur(), 1_000_000)), day(1)));
    // Its own id is of that day: it would be too old for the clock's time.
    answers.push(at(command(day(2), 2, buy("rosa", eur(), "a")), day(2)));
    let look = live.see(|state, now| (now, state.sales().count()));
    answers.push(at(command(day(3), 3, buy("rosa", eur(), "b")), day(3)));
    answers.push(live.ask(command(noon(), 4, buy("rosa", eur(), "c"))));
    // A time that is over is the next there is.
    answers.push(at(command(noon(), 5, buy("rosa", eur(), "d")), day(4)));
    drop(gate);
    let answers: Vec<Answer> = answers.iter().map(|answer| answer.recv_timeout(DEADLINE).unwrap()).collect();
    assert!(answers.iter().all(|answer| matches!(answer.outcome, Outcome::Applied(_))), "{answers:?}");
    let (looked_at, sales) = look.recv_timeout(DEADLINE).unwrap();
    assert_eq!((looked_at, sales), (Timestamp(noon().0 + 1), 1), "a look between them is at the clock's time");
    live.finish();
    assert_eq!(folder.counts(), [6, 2, 1, 1, 1, 1]);
    let clock = Timestamp(noon().0 + 2);
    assert_eq!(times(&folder), [day(0), day(1), day(2), day(3), clock, Timestamp(clock.0 + 1)]);
    assert!(answers.iter().zip(answers.iter().skip(1)).all(|(one, next)| (one.place.frame == next.place.frame) == (one.at == next.at)));
}

#[test]
fn a_restart_goes_on_after_the_last_frame() {
    let folder = Folder::new();
    for life in 0..3 {
        let live = folder.start();
        let answer = live.tell(command(noon(), life, top_up("rosa", eur(), 1)));
        assert_eq!((answer.at.0 - noon().0, answer.place.frame), (u64::from(life), u64::from(life) + 1));
        live.finish();
    }
}
