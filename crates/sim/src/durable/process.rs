//! One life of the process: the real engine over the real journal, run by hand, and what it said.

use crate::model::Purse;
use market::{Command, HashKey, State};
use money::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Error;
use store::engine::{Answer, Engine, Heads, Refused, Settings};
use store::journal::{FileJournal, Head, Room};
use store::testing::HandEngine;

/// Jobs that wait at once: more than any turn hands in.
const QUEUE: usize = 128;

/// A running process.
pub(crate) struct Process {
    hand: HandEngine,
    engine: Engine,
    heads: Heads,
    clock: Arc<AtomicU64>,
    said: Said,
    /// What the engine died of.
    last_word: Arc<Mutex<Option<String>>>,
}

/// What left the process, in its order.
#[derive(Clone, Default)]
pub(crate) struct Said(Arc<Mutex<Vec<Word>>>);

/// One thing that left the process.
pub(crate) enum Word {
    Answers(Vec<Answer>),
    Seen(Seen),
    State(Box<State>),
}

/// What somebody who looked was shown: what a wallet has, what a party earned, and how many sales there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub wallet: Purse,
    pub funded: i128,
    pub earned: i128,
    pub sales: usize,
}

/// What a life may be: how many records go into one frame, and under which key its tables hash.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    pub batch: usize,
    pub hash_key: HashKey,
}

impl Process {
    pub fn start(journal: FileJournal, manner: Manner, now: Timestamp) -> Result<Process, Error> {
        let (clock, last_word) = (Arc::new(AtomicU64::new(now.0)), Arc::new(Mutex::new(None)));
        let (read, said_last) = (Arc::clone(&clock), Arc::clone(&last_word));
        let settings = Settings { queue: QUEUE, batch: manner.batch, hash_key: manner.hash_key, ..Settings::default() };
        let clock_of_engine = Box::new(move || Timestamp(read.load(Ordering::Relaxed)));
        let fatal = Box::new(move |error: &Error| *lock(&said_last) = Some(error.to_string()));
        let (hand, heads) = HandEngine::start(journal, settings, clock_of_engine, fatal)?;
        Ok(Process { engine: hand.engine(), hand, heads, clock, said: Said::default(), last_word })
    }

    /// What its clock shows from now on.
    pub fn set_clock(&self, now: Timestamp) {
        self.clock.store(now.0, Ordering::Relaxed);
    }

    pub fn is_dead(&self) -> bool {
        lock(&self.last_word).is_some()
    }

    /// What it died of, if it did.
    pub fn last_word(&self) -> Option<String> {
        lock(&self.last_word).clone()
    }

    pub fn has_room(&self) -> bool {
        self.hand.room().room() == Room::Enough
    }

    /// Hands in commands as one job.
    pub fn ask_together(&self, commands: &[Command]) -> Result<(), Refused> {
        let said = self.said.clone();
        self.engine.submit_batch(commands.to_vec(), Box::new(move |answers| said.push(Word::Answers(answers))))
    }

    /// Hands in one command.
    pub fn ask(&self, command: Command) -> Result<(), Refused> {
        let said = self.said.clone();
        self.engine.submit(command, Box::new(move |answer| said.push(Word::Answers(vec![answer]))))
    }

    /// Hands in one command that is to be applied at a time of its own.
    pub fn ask_at(&self, command: Command, at: Timestamp) -> Result<(), Refused> {
        let said = self.said.clone();
        self.engine.submit_at(command, at, Box::new(move |answer| said.push(Word::Answers(vec![answer]))))
    }

    /// Looks at a wallet.
    pub fn look(&self, wallet: Purse) -> Result<(), Refused> {
        let said = self.said.clone();
        let look = move |state: &State, _: Timestamp| -> Box<dyn FnOnce() + Send> {
            let (party, asset, _) = wallet;
            let funded = i128::from(state.available(party, asset).units());
            let earned = i128::from(state.earned(party, asset).units());
            let seen = Seen { wallet, funded, earned, sales: state.sales().count() };
            Box::new(move || said.push(Word::Seen(seen)))
        };
        self.engine.look(Box::new(look))
    }

    /// Asks for a copy of the whole state.
    pub fn copy(&self) -> Result<(), Refused> {
        let said = self.said.clone();
        self.engine.look(Box::new(move |state, _| {
            let state = Box::new(state.clone());
            Box::new(move || said.push(Word::State(state)))
        }))
    }

    /// Takes up and applies what was handed in; the frames wait for the writer.
    pub fn apply(&mut self) {
        if let Err(error) = self.hand.run() {
            lock(&self.last_word).get_or_insert(error.to_string());
        }
    }

    /// The writer writes up to so many frames.
    pub fn write(&self, frames: usize) {
        self.hand.write(frames);
    }

    /// What was said since, and the last frame said to be durable.
    pub fn heard(&self) -> (Vec<Word>, Option<Head>) {
        (self.said.take(), self.heads.try_iter().last())
    }

    /// Ends in order; what it said at the end.
    pub fn finish(self) -> (Result<(), Error>, Vec<Word>, Option<Head>) {
        let ended = self.hand.finish();
        (ended, self.said.take(), self.heads.try_iter().last())
    }

    pub fn kill(self) {
        self.hand.kill();
    }
}

impl Said {
    fn push(&self, word: Word) {
        lock(&self.0).push(word);
    }

    fn take(&self) -> Vec<Word> {
        std::mem::take(&mut *lock(&self.0))
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
