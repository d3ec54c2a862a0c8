//! The durable world: the real engine over the real journal on a disk that forgets, tears, lies and fails.
//!
//! The oracle is told of a command when its answer left the process, or when its record is found after a restart: so it
//! holds what was acknowledged and what arrived, and nothing else. Whatever a start brings back must be just that. Faults
//! on is safety; then they stop, and everything asked must be answered.
#![allow(clippy::arithmetic_side_effects, reason = "small counts of a simulated run; an overflow is a bug of the simulation")]

mod damage;
mod process;
mod starts;
mod weather;
mod words;

pub use words::{FAULTS, VERDICTS};

use crate::commands::{self, party};
use crate::crowd::Crowd;
use crate::model::{DAY, Model};
use crate::simulation::{Failure, Report, line_of};
use crate::words::Answer;
use crate::{balances::Balances, checks};
use market::{Body, Command, HashKey, Place, RefundReason, RefundRequest, State};
use money::{Amount, Timestamp};
use process::{Manner, Process, Seen, Word};
use std::collections::VecDeque;
use std::path::PathBuf;
use store::engine::Answer as Said;
use store::journal::{Head, Options};
use store::testing::{SimulatedDisk, Strikes};
use weather::Weather;
use words::wrote;

/// Runs one seed for so many steps with faults, then without, over the real store.
///
/// # Errors
/// The first [`Failure`].
pub fn run_durable(seed: u64, steps: u64) -> Result<Report, Box<Failure>> {
    let mut world = World::new(seed);
    let lived = world.both_phases(steps);
    world.count_strikes();
    match lived {
        Ok(()) => Ok(world.report),
        Err(what) => Err(Box::new(Failure { world: "durable", seed, steps, step: world.step, what, last: world.trail.into() })),
    }
}

/// More frames than ever wait for the writer.
const ALL: usize = 64;

/// A job handed in and not yet answered.
enum Flight {
    Commands(Vec<Command>),
    Look,
    Copy,
}

struct World {
    crowd: Crowd,
    weather: Weather,
    disk: SimulatedDisk,
    folder: PathBuf,
    options: Options,
    manner: Manner,
    process: Option<Process>,
    /// Oldest first.
    flights: VecDeque<Flight>,
    /// The last frame that was said to be durable.
    head: Head,
    /// The last record that the oracle was told of. A job that fills several frames is answered with the last of them.
    told: Place,
    model: Model,
    /// The last copy of the state that a look brought.
    copied: Option<Box<State>>,
    /// Turns that the process's clock is behind, and by how much.
    behind: (u64, u64),
    counted: Strikes,
    report: Report,
    trail: VecDeque<String>,
    last_told: VecDeque<(Timestamp, Command, Answer)>,
    step: u64,
}

impl World {
    fn new(seed: u64) -> World {
        let mut crowd = Crowd::new(seed);
        let rng = &mut crowd.rng;
        let weather = Weather::of(rng);
        let options = Options { file_bytes: rng.pick(&[8_192, 12_288, 20_480, 65_536]), at_least: None };
        let manner = Manner { batch: rng.pick(&[1, 3, 16]), hash_key: HashKey::new([rng.next(), rng.next()]) };
        World {
            crowd,
            weather,
            disk: SimulatedDisk::default(),
            folder: PathBuf::from("/journal"),
            options,
            manner,
            process: None,
            flights: VecDeque::new(),
            head: Head::default(),
            told: Place { frame: 0, record: 0 },
            model: Model::default(),
            copied: None,
            behind: (0, 0),
            counted: Strikes::default(),
            report: Report::new(),
            trail: VecDeque::new(),
            last_told: VecDeque::new(),
            step: 0,
        }
    }

    fn both_phases(&mut self, steps: u64) -> Result<(), String> {
        let lived = self.lives(steps);
        if lived.is_err() {
            // The commands told last are put into words only now.
            for (at, command, answer) in std::mem::take(&mut self.last_told) {
                self.trail.push_back(line_of(at, &command, answer));
            }
        }
        lived
    }

    fn lives(&mut self, steps: u64) -> Result<(), String> {
        self.start()?;
        for command in commands::beginning(&mut self.crowd.rng, self.crowd.now) {
            self.tell(command)?;
        }
        self.disk.plague(self.crowd.rng.next(), self.weather.odds);
        while self.step < steps {
            self.turn()?;
        }
        self.calm()?;
        let until = self.step + steps / 10;
        while self.step < until {
            self.turn()?;
        }
        self.end_of_all_things()?;
        self.ended_in_order()?;
        self.damage(3)?;
        self.lie()
    }

    /// Clients hand in a few jobs, the executor takes them up, the writer writes what it may, and things go wrong.
    fn turn(&mut self) -> Result<(), String> {
        self.change_weather();
        for _ in 0..self.crowd.rng.pick(&[1, 1, 1, 2, 4]) {
            self.hand_in();
        }
        let slow = self.crowd.rng.once_in(self.weather.slow);
        let frames = if slow { self.crowd.rng.pick(&[0, 0, 1]) } else { ALL };
        if slow {
            self.count("SlowSync");
        }
        let process = self.process.as_mut().expect("a turn begins with a process");
        process.apply();
        process.write(frames);
        self.listen()?;
        let (kill, orderly) = (self.weather.kill, self.weather.orderly);
        let died = self.process.as_ref().is_none_or(Process::is_dead) || self.disk.is_down();
        if died || self.crowd.rng.once_in(kill) {
            return self.die();
        }
        if self.crowd.rng.once_in(orderly) {
            self.restart_in_order()?;
        }
        Ok(())
    }

    /// Everything handed in is answered, or the process dies of it.
    fn settle(&mut self) -> Result<(), String> {
        let process = self.process.as_mut().expect("there is a process to settle");
        process.apply();
        process.write(ALL);
        self.listen()
    }

    fn change_weather(&mut self) {
        if self.crowd.rng.once_in(self.weather.scarce) {
            let room = usize::try_from(self.crowd.rng.below(40_000)).unwrap_or(0);
            self.disk.limit_space(Some(self.disk.used() + room));
            self.count("DiskFull");
        }
        if self.crowd.rng.once_in(self.weather.clock_back) {
            self.behind = (3, self.crowd.rng.below(3_000_000_000));
            self.count("ClockBack");
        }
        self.behind.0 = self.behind.0.saturating_sub(1);
    }

    fn hand_in(&mut self) {
        let process = self.process.as_ref().expect("jobs are handed in while there is a process");
        if self.crowd.rng.once_in(8) {
            let wallet = commands::wallet(&mut self.crowd.rng);
            if process.look(wallet).is_ok() {
                self.flights.push_back(Flight::Look);
            }
            return;
        }
        let together = self.crowd.rng.pick(&[1, 1, 1, 2, 3, 9]);
        let commands: Vec<Command> = (0..together).map(|_| self.crowd.next_command(&self.model)).collect();
        self.step += u64::try_from(commands.len()).unwrap_or(0);
        let behind = if self.behind.0 > 0 { self.behind.1 } else { 0 };
        process.set_clock(Timestamp(self.crowd.now.0.saturating_sub(behind)));
        let taken = match commands.as_slice() {
            [one] if self.crowd.rng.once_in(40) => {
                let early = self.crowd.rng.below(5_000_000);
                process.ask_at(one.clone(), Timestamp(self.crowd.now.0.saturating_sub(early)))
            }
            [one] if self.crowd.rng.once_in(2) => process.ask(one.clone()),
            _ => process.ask_together(&commands),
        };
        self.crowd.sent.extend(commands.iter().cloned());
        if taken.is_ok() {
            self.flights.push_back(Flight::Commands(commands));
        }
    }

    /// Hears what the process says and holds it against the oracle.
    fn listen(&mut self) -> Result<(), String> {
        let Some(process) = &self.process else { return Ok(()) };
        let (words, head) = process.heard();
        self.heard(words, head)
    }

    fn heard(&mut self, words: Vec<Word>, head: Option<Head>) -> Result<(), String> {
        let durable = head.unwrap_or(self.head);
        for word in words {
            match (self.flights.pop_front(), word) {
                (Some(Flight::Commands(commands)), Word::Answers(answers)) if commands.len() == answers.len() => {
                    for (command, answer) in commands.into_iter().zip(answers) {
                        self.answered(command, &answer, &durable)?;
                    }
                }
                (Some(Flight::Look), Word::Seen(seen)) => self.seen(&seen)?,
                (Some(Flight::Copy), Word::State(state)) => self.copied = Some(state),
                _ => return Err("an answer to something else than what was asked next".to_owned()),
            }
        }
        self.head = durable;
        Ok(())
    }

    fn answered(&mut self, command: Command, answer: &Said, durable: &Head) -> Result<(), String> {
        if wrote(&answer.outcome).is_some() {
            if answer.place.frame > durable.sequence || answer.place <= self.told {
                return Err(format!("answered at {:?} after {:?}, but durable is {}", answer.place, self.told, durable.sequence));
            }
            self.told = answer.place;
        }
        let said = Answer::of(&answer.outcome);
        let expected = self.model.tell(&command, answer.at);
        self.note(answer.at, &command, expected);
        self.count(said.outcome);
        self.count(said.what);
        if said != expected {
            return Err(format!("the oracle says {expected:?}, the market {:?}", answer.outcome));
        }
        if self.crowd.rng.once_in(self.weather.lost) {
            self.count("LostAnswer");
            self.crowd.unanswered.push(command);
        }
        Ok(())
    }

    /// Whoever looks sees what was acknowledged.
    fn seen(&self, seen: &Seen) -> Result<(), String> {
        let (party, asset, _) = seen.wallet;
        let (funded, earned) = (self.model.free(party, asset), self.model.has((party, asset, "earned")));
        let should = Seen { funded, earned, sales: self.model.bought.len(), ..*seen };
        if *seen == should { Ok(()) } else { Err(format!("a look showed {seen:?}, acknowledged was {should:?}")) }
    }

    /// The whole state against the oracle.
    fn check_state(&mut self) -> Result<(), String> {
        self.copied = None;
        let copying = self.process.as_ref().is_some_and(|process| process.copy().is_ok());
        if copying {
            self.flights.push_back(Flight::Copy);
        }
        self.settle()?;
        let Some(state) = &self.copied else { return Ok(()) };
        Balances::default().check(state.books(), &self.model)?;
        checks::everything(state, &self.model, self.crowd.now)
    }

    /// The faults stop: whoever waits for an answer gets it.
    fn calm(&mut self) -> Result<(), String> {
        self.disk.no_fault();
        self.disk.limit_space(None);
        (self.weather, self.behind) = (Weather::calm(), (0, 0));
        self.crowd.swarm = self.crowd.swarm.calm();
        self.happened("the faults stop");
        self.settle()?;
        // What failed beside the writer is its to say at the next frame: a process may yet die of the faults that were.
        let probe = market::TopUp { party: party("probe"), asset: commands::asset("EUR"), amount: commands::units(1), most: Amount::MAX };
        let command = self.crowd.at(&self.model, self.crowd.now, Body::TopUp(probe));
        self.ask(command)?;
        if self.process.as_ref().is_none_or(Process::is_dead) {
            self.die()?;
        }
        for command in std::mem::take(&mut self.crowd.unanswered) {
            self.tell(command)?;
        }
        if !self.process.as_ref().is_some_and(Process::has_room) {
            return Err("there is space again, but the journal says that there is no room".to_owned());
        }
        self.check_state()
    }

    /// Asks one command and hears the answer.
    fn tell(&mut self, command: Command) -> Result<(), String> {
        self.ask(command)?;
        if self.flights.is_empty() {
            return Ok(());
        }
        Err(format!("without faults a command is not answered: {:?}", self.process.as_ref().and_then(Process::last_word)))
    }

    /// Asks one command; it is answered or the process dies of it.
    fn ask(&mut self, command: Command) -> Result<(), String> {
        let process = self.process.as_ref().expect("in calm weather there is a process");
        process.set_clock(self.crowd.now);
        process.ask(command.clone()).map_err(|refused| format!("an idle engine is {refused:?}"))?;
        self.step += 1;
        self.flights.push_back(Flight::Commands(vec![command]));
        self.settle()
    }

    /// Time runs: ids are forgotten, every sale is given back, and each wallet has what was put in.
    fn end_of_all_things(&mut self) -> Result<(), String> {
        self.settle()?;
        self.crowd.now = Timestamp(self.crowd.now.0.saturating_add(DAY * 40));
        let last =
            market::TopUp { party: party("last"), asset: commands::asset("EUR"), amount: commands::units(1), most: commands::units(1) };
        let command = self.crowd.at(&self.model, self.crowd.now, Body::TopUp(last));
        self.tell(command)?;
        self.check_state()?;
        let claims = self.copied.as_ref().map_or(0, |state| state.claims());
        if claims != 1 {
            return Err(format!("{claims} ids are remembered after forty days, not one"));
        }
        while let Some(command) = self.crowd.last_of_sessions(&self.model) {
            self.tell(command)?;
        }
        let live: Vec<_> = self.model.bought.iter().filter(|sale| sale.back.is_none()).map(|sale| sale.id).collect();
        for sale in live {
            self.crowd.now = Timestamp(self.crowd.now.0 + 1);
            let command = self.crowd.at(&self.model, self.crowd.now, Body::Refund(RefundRequest::whole(sale, RefundReason::Operator)));
            self.tell(command)?;
        }
        self.check_state()?;
        let state = self.copied.as_ref().ok_or("a calm engine shows its state")?;
        checks::all_given_back(state, &self.model)
    }

    fn note(&mut self, at: Timestamp, command: &Command, expected: Answer) {
        if self.last_told.len() == 12 {
            self.last_told.pop_front();
        }
        self.last_told.push_back((at, command.clone(), expected));
    }

    /// Something befell the process or the machine.
    fn happened(&mut self, what: &str) {
        if self.trail.len() == 20 {
            self.trail.pop_front();
        }
        self.trail.push_back(format!("step {}, frame {}: {what}", self.step, self.head.sequence));
    }

    fn count(&mut self, word: &'static str) {
        *self.report.entry(word).or_default() += 1;
    }

    /// Enters the faults that struck since they were last entered.
    fn count_strikes(&mut self) {
        let (now, before) = (self.disk.strikes(), self.counted);
        let struck = [
            ("Crash", now.crash - before.crash),
            ("Io", now.io - before.io),
            ("Full", now.full - before.full),
            ("Misdirected", now.misdirected - before.misdirected),
        ];
        for (word, times) in struck.into_iter().filter(|(_, times)| *times > 0) {
            *self.report.entry(word).or_default() += times;
        }
        self.counted = now;
    }
}
