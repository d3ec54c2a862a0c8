//! When answers leave, in which order, and what many askers of the same get.

use super::held_disk::{HeldDisk, Sync};
use super::rig::{DEADLINE, Folder, Live, start};
use super::scenario::{self, buy, command, eur, noon, page, party, top_up};
use crate::engine::{Answer, Settings};
use crate::journal::{FileJournal, Options};
use market::{Effect, Outcome, Rejection, State};
use money::{Amount, Span};
use std::sync::Arc;
use std::sync::mpsc::{TryRecvError, channel};

/// An engine whose syncs the test holds, founded and with 10 EUR in rosa's wallet: seven frames, all durable.
fn begin_on(disk: &HeldDisk, folder: &Folder) -> Live {
    let (journal, _) = FileJournal::open_on(Arc::new(disk.clone()), &folder.journal(), Options::default()).unwrap();
    // The engine goes on while a sync is held.
    let live = start(journal, Settings { short: 0, ..Settings::default() }, noon()).unwrap();
    for command in scenario::beginning(noon()).into_iter().chain([command(noon(), 1, top_up("rosa", eur(), 10_000_000))]) {
        live.tell(command).outcome.effect().unwrap();
    }
    live
}

#[test]
fn no_answer_leaves_before_all_it_was_computed_from_is_durable() {
    let (disk, folder) = (HeldDisk::new(), Folder::new());
    let live = begin_on(&disk, &folder);
    let before = disk.synced();
    disk.set(Sync::Hold);
    let sold = live.ask(command(noon(), 2, buy("rosa", eur(), "quiet-harbour")));
    disk.await_held();

    // None of these changes anything, but all were computed from the sale.
    let gate = live.hold();
    let replayed = live.ask(command(noon(), 2, buy("rosa", eur(), "quiet-harbour")));
    let standing = live.ask(command(noon(), 3, buy("rosa", eur(), "quiet-harbour")));
    let rejected = live.ask(command(noon(), 4, buy("otto", eur(), "quiet-harbour")));
    let seen = live.see(|state, now| state.owned(party("rosa"), &page(eur(), "quiet-harbour"), now).is_some());
    let (reply, read) = channel();
    let again = command(noon(), 2, buy("rosa", eur(), "quiet-harbour"));
    let look = move |state: &State, now, answers: Vec<Answer>| -> Box<dyn FnOnce() + Send> {
        let owned = state.owned(party("rosa"), &page(eur(), "quiet-harbour"), now).is_some();
        Box::new(move || reply.send((answers.len(), owned)).unwrap())
    };
    live.engine.submit_and_look(vec![again], Box::new(look)).unwrap();
    drop(gate);
    // A time of its own ends the batch; when the engine stands in the look after it, the writer has both.
    let (reply, later) = channel();
    let past = command(noon(), 5, top_up("otto", eur(), 1));
    live.engine.submit_at(past, noon().after(Span(1)), Box::new(move |answer| reply.send(answer).unwrap())).unwrap();
    let gate = live.hold();
    for answer in [&sold, &replayed, &standing, &rejected, &later] {
        assert_eq!(answer.try_recv(), Err(TryRecvError::Empty));
    }
    assert_eq!((seen.try_recv(), read.try_recv()), (Err(TryRecvError::Empty), Err(TryRecvError::Empty)));
    assert_eq!(disk.synced(), before);

    disk.set(Sync::Pass);
    let sale = Effect::Sold { sale: scenario::id(noon(), 2), charged: scenario::units(50_000) };
    let nothing = Effect::Sold { sale: scenario::id(noon(), 2), charged: Amount::ZERO };
    let outcome = |answer: std::sync::mpsc::Receiver<Answer>| answer.recv_timeout(DEADLINE).unwrap().outcome;
    assert!(matches!(outcome(sold), Outcome::Applied(applied) if applied.effect == sale));
    assert_eq!(outcome(replayed), Outcome::Replayed(sale));
    assert_eq!(outcome(standing), Outcome::Standing(nothing));
    assert!(matches!(outcome(rejected), Outcome::Rejected(Rejection::Insufficient { .. })));
    assert!(seen.recv_timeout(DEADLINE).unwrap(), "a look sees what was handed in before it");
    assert_eq!(read.recv_timeout(DEADLINE).unwrap(), (1, true), "what is read after a job is durable with its answers");
    assert!(matches!(outcome(later), Outcome::Applied(_)));
    drop(gate);
    live.finish();
}

#[test]
fn every_answer_finds_its_frame_durable() {
    let (disk, folder) = (HeldDisk::new(), Folder::new());
    let live = begin_on(&disk, &folder);
    let (answers, answered) = channel();
    for number in 10..210 {
        let (answers, disk) = (answers.clone(), disk.clone());
        let reply = Box::new(move |answer: Answer| answers.send((answer.place.frame, disk.synced())).unwrap());
        live.engine.submit(command(noon(), number, top_up("rosa", eur(), number)), reply).unwrap();
    }
    live.finish();
    drop(answers);
    let seen: Vec<(u64, u64)> = answered.iter().collect();
    assert_eq!(seen.len(), 200);
    assert!(seen.iter().all(|(frame, synced)| synced >= frame), "{seen:?}");
}

#[test]
fn answers_leave_in_the_order_of_the_jobs() {
    let folder = Folder::new();
    let live = folder.begin();
    let (answers, answered) = channel();
    for number in 0..400 {
        match number % 4 {
            // Done, repeated, refused, looked at.
            0 => live.send(command(noon(), number, top_up("rosa", eur(), 1)), number, &answers),
            1 => live.send(command(noon(), number - 1, top_up("rosa", eur(), 1)), number, &answers),
            2 => live.send(command(noon(), number, buy("otto", eur(), "quiet-harbour")), number, &answers),
            _ => {
                let answers = answers.clone();
                let look = move |_: &market::State, at| -> Box<dyn FnOnce() + Send> {
                    let outcome = Outcome::Rejected(Rejection::Unknown);
                    Box::new(move || answers.send((number, Answer { outcome, at, place: super::rig::place(0, 0) })).unwrap())
                };
                live.engine.look(Box::new(look)).unwrap();
            }
        }
    }
    let rosa = live.see(|state, _| state.available(party("rosa"), eur()));
    assert_eq!(rosa.recv_timeout(DEADLINE).unwrap(), scenario::units(100));
    live.finish();
    drop(answers);
    let order: Vec<(u32, Answer)> = answered.iter().collect();
    assert_eq!(order.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (0..400).collect::<Vec<_>>());
    assert!(order.is_sorted_by_key(|(_, answer)| answer.at), "the times of answers never fall");
    for (number, answer) in order {
        let expected = match (&answer.outcome, number % 4) {
            (Outcome::Applied(_), 0) | (Outcome::Replayed(_), 1) => true,
            (Outcome::Rejected(why), 2) => matches!(why, Rejection::Insufficient { .. }),
            (Outcome::Rejected(_), 3) => true,
            _ => false,
        };
        assert!(expected, "{number}: {answer:?}");
    }
}

/// Hands in the same purchase from a hundred threads at once, each with the id that `number` gives it.
fn a_hundred_at_once(number: impl Fn(u32) -> u32) -> Vec<Outcome> {
    let folder = Folder::new();
    let live = folder.begin();
    live.tell(command(noon(), 0, top_up("rosa", eur(), 10_000_000)));
    let (answers, answered) = channel();
    let barrier = std::sync::Barrier::new(100);
    std::thread::scope(|scope| {
        for asker in 0..100 {
            let (engine, answers, barrier, number) = (live.engine.clone(), answers.clone(), &barrier, number(asker));
            scope.spawn(move || {
                let reply = Box::new(move |answer: Answer| answers.send(answer.outcome).unwrap());
                barrier.wait();
                engine.submit(command(noon(), number, buy("rosa", eur(), "quiet-harbour")), reply).unwrap();
            });
        }
    });
    let state = live.state();
    assert_eq!(state.available(party("rosa"), eur()), scenario::units(9_950_000), "one page is paid");
    assert_eq!(state.sales().count(), 1);
    live.finish();
    drop(answers);
    answered.iter().collect()
}

#[test]
fn a_hundred_retries_at_once_sell_one_page() {
    let outcomes = a_hundred_at_once(|_| 1);
    let applied = |outcome: &&Outcome| matches!(outcome, Outcome::Applied(_));
    let replayed = Outcome::Replayed(Effect::Sold { sale: scenario::id(noon(), 1), charged: scenario::units(50_000) });
    assert_eq!(outcomes.iter().filter(applied).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == replayed).count(), 99);
}

#[test]
fn a_hundred_purchases_of_one_page_at_once_charge_once() {
    let outcomes = a_hundred_at_once(|asker| asker + 1);
    let Some(Outcome::Applied(applied)) = outcomes.first() else { panic!("the first answer is the sale: {:?}", outcomes.first()) };
    let Effect::Sold { sale, charged } = applied.effect else { panic!("a page was sold") };
    assert_eq!(charged, scenario::units(50_000));
    let standing = Outcome::Standing(Effect::Sold { sale, charged: Amount::ZERO });
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == standing).count(), 99);
}
