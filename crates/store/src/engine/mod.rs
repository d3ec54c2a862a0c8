//! The engine: one thread owns the state, applies commands in batches and lets answers out when they are durable.
//!
//! Doors hand in [`market::Command`]s and reads through one bounded queue; when it is full the answer is
//! [`Refused::Busy`] and nothing was done. A batch is whatever waits when the thread comes round, so it grows with the
//! load by itself and adds no delay when idle. While a long batch is being synced the next is applied; a short one is
//! written at once, and what comes meanwhile is the next. Every answer, also one that changed nothing, waits until all it
//! was computed from is durable.
//!
//! An engine ends in one of two ways: [`Running::finish`], which answers everything handed in before, or one call of the
//! `fatal` callback, which ends the process; what was not answered then is found again, or not, by recovery. Fatal are a
//! failed write or sync, and a panic of the clock, of a [`Look`] or of a [`Reply`]: that is a bug, and a bug stops the
//! process. The release build aborts by itself; a build that unwinds calls `fatal`, and no job taken after it is answered.
//! So a reply has to reckon with an asker that went away.

#[cfg(feature = "simulated")]
pub(crate) mod by_hand;
mod last_word;
mod replay;
mod run;
mod told;

#[cfg(feature = "simulated")]
pub(crate) use replay::replay_here;
pub use replay::{Audit, audit, replay};
pub(crate) use replay::{RECORDS_A_FRAME, Reached, layout_of, numbered, replay_onto};

use crate::Error;
use crate::journal::{Fatal, FileJournal, Head, Journal, Room, RoomHandle, Writer};
use crate::snapshot::{Cue, Every, Replayer, Restoring, Snapshots};
use last_word::LastWord;
use market::{Body, Command, HashKey, Outcome, Place, Prepared, PreparedBatch, State};
use money::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Tells the engine what time it is, once a batch. Handed in, because nothing below the roof reads a clock.
pub type Clock = Box<dyn FnMut() -> Timestamp + Send>;

/// Called with the answer once it is durable, on the engine's or the journal's thread: it hands the answer on and does no work of its own.
/// Dropped uncalled only when the engine ends.
pub type Reply = Box<dyn FnOnce(Answer) + Send>;

/// Computes something from the state at the batch's time; what it returns is run once everything it saw is durable. It runs
/// between two commands on the engine's thread, which waits for it: it copies what it needs and no more.
pub type Look = Box<dyn FnOnce(&State, Timestamp) -> Box<dyn FnOnce() + Send> + Send>;

/// What the engine says of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What apply said.
    pub outcome: Outcome,
    /// The batch's time: later than that of every batch before, whatever the clock does.
    pub at: Timestamp,
    /// Where the record stands, if one was written.
    pub place: Place,
}

/// Why the engine did not take a job; nothing was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// The queue is full: come again in a second.
    Busy,
    /// The journal has no space in reserve: what spends is refused while everything else goes on, until there is some.
    NoRoom,
    /// The engine has ended.
    Stopped,
}

/// How the engine runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Jobs that may wait, at least 1; one more is [`Refused::Busy`].
    pub queue: usize,
    /// Jobs in one batch at most, from 1 to 65,536: a record's number in its frame has 16 bits.
    pub batch: usize,
    /// Records that are written before the next batch is taken up; for more than these the disk is busy while the next are
    /// applied.
    pub short: u32,
    /// The key of the state's tables: drawn anew at every start, so that nobody can choose ids that collide.
    pub hash_key: HashKey,
    /// Snapshots, which make starts short; without them the whole journal is replayed.
    pub snapshots: Option<Snapshots>,
    /// Called after the answers that left together: they can be handed on together.
    pub released: Option<Released>,
}

/// A callback of [`Settings`], on the thread that calls the replies before it.
#[derive(Clone)]
pub struct Released(Arc<dyn Fn() + Send + Sync>);

impl Released {
    /// Calls `hand_on` after each frame's answers, and after answers that waited for no frame of their own.
    #[must_use]
    pub fn new(hand_on: impl Fn() + Send + Sync + 'static) -> Released {
        Released(Arc::new(hand_on))
    }
}

impl std::fmt::Debug for Released {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Released")
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { queue: 16_384, batch: 8_000, short: 32, hash_key: HashKey::default(), snapshots: None, released: None }
    }
}

/// Called with the answers to a batch, in its order, once all of them are durable; as [`Reply`].
pub type BatchReply = Box<dyn FnOnce(Vec<Answer>) + Send>;

/// Called with the answers to a batch and the state right after it, on the engine's thread, which waits for it; what it returns
/// is run once all of it is durable. As [`Look`].
pub type BatchLook = Box<dyn FnOnce(&State, Timestamp, Vec<Answer>) -> Box<dyn FnOnce() + Send> + Send>;

pub(crate) enum Job {
    Apply(Box<Prepared>, Option<Timestamp>, Reply),
    Batch(PreparedBatch, BatchReply),
    Seen(PreparedBatch, BatchLook),
    Look(Look),
    End,
}

/// A handle on the running engine; clones share it.
#[derive(Clone)]
pub struct Engine {
    jobs: SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
    room: RoomHandle,
}

/// The threads of an engine; ending it waits until everything handed in is durable and answered.
pub struct Running {
    engine: Engine,
    thread: Option<JoinHandle<Result<(), Error>>>,
    replayer: Option<JoinHandle<()>>,
}

/// Wakes whoever follows the journal: one message a durable frame with its head.
pub type Heads = Receiver<Head>;

impl Engine {
    /// Replays the journal, from a snapshot on if there is a good one, and starts the threads. `fatal` is called at most once, when the engine stops by itself.
    ///
    /// # Errors
    /// [`Error::Replay`] when the journal's records do not give the outcomes they name, [`Error::Clock`] when the clock
    /// stands more than an hour before the last frame, [`Error::Thread`], and what reading the journal says.
    pub fn start(journal: FileJournal, settings: Settings, mut clock: Clock, fatal: Fatal) -> Result<(Running, Heads), Error> {
        let head = journal.head();
        let (state, cue) = begin(&journal, &settings)?;
        check_clock(clock(), &head)?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let room = journal.room_handle();
        let (jobs, inbox) = sync_channel(settings.queue.max(1));
        let replayer = settings.snapshots.zip(cue.clone()).map(|(snapshots, cue)| {
            let (reader, room, key) = (journal.reader(), journal.room_handle(), settings.hash_key);
            Replayer { snapshots, reader, room, key }.start(cue)
        });
        let replayer = replayer.transpose()?;
        let (told, followers) = told::Told::new(cue);
        let last_word = LastWord::new(fatal);
        let of_journal = last_word.clone();
        let writer = Writer::start(Box::new(journal), Box::new(move |error| of_journal.say(error)), settings.short)?;
        let batch = settings.batch.clamp(1, RECORDS_A_FRAME);
        let executor = run::Executor::new(
            state,
            head,
            writer,
            run::Wiring {
                inbox,
                told: Arc::new(told),
                released: settings.released,
                clock,
                batch,
                last_word,
                waiting: Arc::clone(&waiting),
            },
        );
        let thread = std::thread::Builder::new().name("engine".to_owned()).spawn(move || executor.run());
        let thread = thread.map_err(|source| Error::Thread { source })?;
        Ok((Running { engine: Engine { jobs, waiting, room }, thread: Some(thread), replayer }, followers))
    }

    /// Hands in a command; `reply` is called with its outcome once that is durable.
    ///
    /// # Errors
    /// [`Refused`]; `reply` is dropped uncalled.
    pub fn submit(&self, command: Command, reply: Reply) -> Result<(), Refused> {
        self.spends([&command])?;
        self.offer(Job::Apply(Box::new(Prepared::new(command)), None, reply))
    }

    /// Hands in many commands at once, as one job; they are applied in their order, directly after one another, and
    /// answered together. A batch longer than [`Settings::batch`] takes several frames.
    ///
    /// # Errors
    /// [`Refused`]; `reply` is dropped uncalled.
    pub fn submit_batch(&self, commands: Vec<Command>, reply: BatchReply) -> Result<(), Refused> {
        self.spends(&commands)?;
        self.offer(Job::Batch(PreparedBatch::new(commands), reply))
    }

    /// The same, and reads the state right after them: answers and what was read are durable with one wait.
    ///
    /// # Errors
    /// [`Refused`]; `look` is dropped uncalled.
    pub fn submit_and_look(&self, commands: Vec<Command>, look: BatchLook) -> Result<(), Refused> {
        self.spends(&commands)?;
        self.offer(Job::Seen(PreparedBatch::new(commands), look))
    }

    /// Hands in a command to be applied at a given time: for sample data that lies in the past. The time must lie after the
    /// last frame's, else the command is applied directly after that one. Commands for the same time that wait together
    /// share a frame. Waits while the queue is full.
    ///
    /// # Errors
    /// [`Refused::Stopped`]; `reply` is dropped uncalled.
    pub fn submit_at(&self, command: Command, at: Timestamp, reply: Reply) -> Result<(), Refused> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.jobs.send(Job::Apply(Box::new(Prepared::new(command)), Some(at), reply)).map_err(|_| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            Refused::Stopped
        })
    }

    /// Reads the state between two commands.
    ///
    /// # Errors
    /// [`Refused`]; `look` is dropped uncalled.
    pub fn look(&self, look: Look) -> Result<(), Refused> {
        self.offer(Job::Look(look))
    }

    /// Jobs that wait to be taken up: what [`Settings::queue`] bounds. A figure for people, exact between batches.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Refuses what spends while the journal is short of room. Refunds, top-ups (value that has arrived) and what people set still pass:
    /// they are few, and the file that is open takes them.
    fn spends<'a>(&self, commands: impl IntoIterator<Item = &'a Command>) -> Result<(), Refused> {
        match self.room.room() {
            Room::Enough => Ok(()),
            Room::Short { .. } => {
                // What a session has delivered is still settled and captured, and a session ends.
                let spends = |command: &Command| match command.body {
                    Body::Buy(_)
                    | Body::Promise(_)
                    | Body::Tip(_)
                    | Body::OpenSession(_)
                    | Body::Draw(_)
                    | Body::Reserve(_)
                    | Body::Call(_)
                    | Body::RaiseSession(_)
                    | Body::Watch(_)
                    | Body::ClaimCoin(_)
                    | Body::SetAside(_)
                    | Body::Count(_) => true,
                    Body::Found(_)
                    | Body::OpenPayee { .. }
                    | Body::SetOffer(_)
                    | Body::EndOffer { .. }
                    | Body::TopUp(_)
                    | Body::Use(_)
                    | Body::Refund(_)
                    | Body::SetGuard(_)
                    | Body::StateMonths(_)
                    | Body::SetMeter(_)
                    | Body::Settle(_)
                    | Body::CaptureSession { .. }
                    | Body::CloseCoin(_)
                    | Body::EndSession(_) => false,
                };
                if commands.into_iter().any(spends) { Err(Refused::NoRoom) } else { Ok(()) }
            }
        }
    }

    fn offer(&self, job: Job) -> Result<(), Refused> {
        // Counted first, so that the engine never takes a job off the count before it is on it.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.jobs.try_send(job).map_err(|error| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => Refused::Busy,
                TrySendError::Disconnected(_) => Refused::Stopped,
            }
        })
    }
}

impl Running {
    /// The handle to hand in jobs with.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// Ends in order: everything handed in before is durable and answered, the journal is closed, and a last snapshot is
    /// written if that is cheap. What other handles hand
    /// in meanwhile is refused or dropped uncalled.
    ///
    /// # Errors
    /// What closing the journal says; [`Error::Stopped`] after a failure.
    ///
    /// # Panics
    /// If the engine's thread panicked, which is a bug: the journal is the truth then.
    pub fn finish(mut self) -> Result<(), Error> {
        let _ = self.engine.jobs.send(Job::End);
        let ended = self.thread.take().map_or(Ok(()), |thread| thread.join().expect("the engine does not panic"));
        if let Some(replayer) = self.replayer.take() {
            replayer.join().expect("the replayer does not panic");
        }
        ended
    }
}

/// The state that the journal gives, and the cue for the next snapshot if ever one is to be written.
fn begin(journal: &FileJournal, settings: &Settings) -> Result<(State, Option<Arc<Cue>>), Error> {
    let (key, until) = (settings.hash_key.clone(), journal.head());
    let Some(Snapshots { shelf, every, tell }) = &settings.snapshots else {
        let reached = replay_onto(State::new(key), Head::default(), journal.read(1)?)?;
        return reached.come_to(&until).map(|state| (state, None));
    };
    let reader = journal.reader();
    let restored = Restoring { shelf, reader: reader.as_ref(), until, key, tell, hurry: Arc::default() }.run()?;
    let used = restored.made_from.map_or((0, 0), |sequence| (sequence, shelf.bytes(sequence).unwrap_or(0)));
    let cue = || Arc::new(Cue::new(*every, until, used, restored.reached.bytes));
    let cue = (*every != Every::NEVER).then(cue);
    restored.reached.come_to(&until).map(|state| (state, cue))
}

/// A clock well before the last frame is wrong: what was held or used then would be judged by it.
fn check_clock(now: Timestamp, head: &Head) -> Result<(), Error> {
    if now.after(money::Span(3_600)) < head.timestamp { Err(Error::Clock { now, last: head.timestamp }) } else { Ok(()) }
}

#[cfg(test)]
pub(crate) mod tests;
