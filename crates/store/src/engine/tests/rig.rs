//! An engine in a folder that vanishes, with a clock that the test holds.

use crate::Error;
use crate::engine::{Answer, Engine, Heads, Look, Running, Settings};
use crate::journal::{FileJournal, Frames, Head, Journal, Options};
use market::{Command, Place, State};
use money::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use super::scenario;

/// No test waits longer for anything.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A folder for one journal and its index.
pub struct Folder(tempfile::TempDir);

/// A clock that stands where the test puts it.
#[derive(Clone)]
pub struct Hand(Arc<AtomicU64>);

/// A running engine, what follows it and what it said last.
pub struct Live {
    pub running: Running,
    pub engine: Engine,
    pub heads: Heads,
    pub hand: Hand,
    pub fatal: Receiver<String>,
}

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn journal(&self) -> PathBuf {
        self.0.path().join("journal")
    }

    pub fn index(&self) -> PathBuf {
        self.0.path().join("index.db")
    }

    pub fn open(&self) -> FileJournal {
        FileJournal::open(&self.journal(), Options::default()).unwrap().0
    }

    /// All frames of the journal, which nobody writes.
    pub fn frames(&self) -> Frames {
        self.open().read(1).unwrap()
    }

    /// The number of records of each frame.
    pub fn counts(&self) -> Vec<u32> {
        self.frames().map(|frame| frame.unwrap().frame().header().count).collect()
    }

    /// Starts an engine at noon.
    pub fn start(&self) -> Live {
        start(self.open(), Settings::default(), scenario::noon()).unwrap()
    }

    /// Starts an engine at noon, founded and with offers. Its journal then has one frame a command.
    pub fn begin(&self) -> Live {
        let live = self.start();
        for command in scenario::beginning(scenario::noon()) {
            live.tell(command).outcome.effect().unwrap();
        }
        live
    }
}

impl Hand {
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

/// Starts an engine on a journal of any disk.
pub fn start(journal: FileJournal, settings: Settings, now: Timestamp) -> Result<Live, Error> {
    let hand = Hand(Arc::new(AtomicU64::new(now.0)));
    let seen = hand.clone();
    let clock = Box::new(move || Timestamp(seen.0.load(Ordering::SeqCst)));
    let (say, fatal) = channel();
    let (running, heads) = Engine::start(journal, settings, clock, Box::new(move |error| say.send(error.to_string()).unwrap()))?;
    Ok(Live { engine: running.engine(), running, heads, hand, fatal })
}

impl Live {
    /// The answer to a command.
    pub fn tell(&self, command: Command) -> Answer {
        self.ask(command).recv_timeout(DEADLINE).expect("a command is answered")
    }

    /// Hands in a command; its answer will be there.
    pub fn ask(&self, command: Command) -> Receiver<Answer> {
        let (reply, answer) = channel();
        self.engine.submit(command, Box::new(move |answer| reply.send(answer).unwrap())).unwrap();
        answer
    }

    /// Hands in a command whose answer goes, with a word, to where all answers go.
    pub fn send(&self, command: Command, word: u32, answers: &Sender<(u32, Answer)>) {
        let answers = answers.clone();
        self.engine.submit(command, Box::new(move |answer| answers.send((word, answer)).unwrap())).unwrap();
    }

    /// What a look sees.
    pub fn see<T: Send + 'static>(&self, read: impl FnOnce(&State, Timestamp) -> T + Send + 'static) -> Receiver<T> {
        let (reply, answer) = channel();
        self.engine.look(looking(read, reply)).unwrap();
        answer
    }

    /// A copy of the state.
    pub fn state(&self) -> State {
        self.see(|state, _| state.clone()).recv_timeout(DEADLINE).expect("a look is answered")
    }

    /// Stops the engine's thread inside a look until the answer is dropped.
    pub fn hold(&self) -> Sender<()> {
        let (gate, opened) = channel::<()>();
        let (begin, begun) = channel();
        let wait = move |_: &State, _: Timestamp| -> Box<dyn FnOnce() + Send> {
            begin.send(()).unwrap();
            opened.recv().expect_err("the gate opens by being dropped");
            Box::new(|| {})
        };
        self.engine.look(Box::new(wait)).unwrap();
        begun.recv_timeout(DEADLINE).expect("the engine comes to the look");
        gate
    }

    /// Ends in order; nothing was fatal.
    pub fn finish(self) {
        self.running.finish().unwrap();
        assert_eq!(self.fatal.try_iter().count(), 0);
    }
}

fn looking<T: Send + 'static>(read: impl FnOnce(&State, Timestamp) -> T + Send + 'static, reply: Sender<T>) -> Look {
    Box::new(move |state, now| {
        let seen = read(state, now);
        Box::new(move || reply.send(seen).unwrap())
    })
}

/// Where the record `record` of frame `frame` stands.
pub fn place(frame: u64, record: u16) -> Place {
    Place { frame, record }
}

/// The last frame of those that followed.
pub fn last_head(heads: &Heads) -> Option<Head> {
    heads.try_iter().last()
}

/// The state that frames give.
pub(crate) fn replayed(frames: crate::journal::Frames) -> Result<market::State, crate::Error> {
    crate::engine::replay(frames, market::HashKey::new([3, 9]))
}
