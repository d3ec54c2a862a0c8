//! The engine's thread.

use super::last_word::LastWord;
use super::told::Told;
use super::{Answer, Clock, Job, Released};
use crate::Error;
use crate::journal::{Draft, Head, Stamp as FrameStamp, Writer};
use market::{Guess, Outcome, Place, PreparedBatch, RULES_VERSION, Ready, Record, Stamp, State};
use money::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

/// What the thread is connected to.
pub(super) struct Wiring {
    pub inbox: Receiver<Job>,
    pub told: Arc<Told>,
    pub released: Option<Released>,
    pub clock: Clock,
    pub batch: usize,
    pub waiting: Arc<AtomicUsize>,
    pub last_word: LastWord,
}

/// Owns the state. Only this thread changes it.
pub(super) struct Executor {
    state: State,
    sequence: u64,
    /// The last frame's time.
    last: Timestamp,
    /// The latest time any batch was given, one that wrote no frame included: who was told of it is not told less later.
    latest: Timestamp,
    epoch: u64,
    /// More than one job was in the last batch.
    is_busy: bool,
    writer: Writer,
    wiring: Wiring,
}

/// Answers that wait for a frame.
type Waiting = Vec<Box<dyn FnOnce() + Send>>;

/// A frame that is being filled.
struct Open {
    now: Timestamp,
    draft: Draft,
    /// Answers that leave with it.
    waiting: Waiting,
}

/// Records of one frame may take this much: well under the frame's limit, whatever the last command adds.
const FRAME_BYTES: usize = 8 << 20;

impl Executor {
    pub fn new(state: State, head: Head, writer: Writer, wiring: Wiring) -> Executor {
        let (last, epoch) = (head.timestamp, head.epoch.max(1));
        Executor { state, sequence: head.next_sequence(), last, latest: last, epoch, is_busy: false, writer, wiring }
    }

    /// Batch after batch until [`Job::End`] or until every handle is gone.
    pub fn run(mut self) -> Result<(), Error> {
        let last_word = self.wiring.last_word.clone();
        let _guard = last_word.on_panic();
        if let Err(error) = self.serve() {
            last_word.say(&error);
            return Err(error);
        }
        let Executor { writer, .. } = self;
        writer.finish()
    }

    /// Batch after batch until [`Job::End`]; what was handed in after it still waits.
    pub(super) fn serve(&mut self) -> Result<(), Error> {
        let mut next = None;
        loop {
            let first = match next.take() {
                Some(job) => job,
                None => match self.wiring.inbox.recv() {
                    Ok(job) => job,
                    Err(_) => return Ok(()),
                },
            };
            if matches!(first, Job::End) {
                return Ok(());
            }
            if self.is_busy {
                // Whoever is about to hand in more comes first, so that one write serves them all. With nobody else to run this
                // returns at once.
                std::thread::yield_now();
            }
            next = self.batch(first)?;
        }
    }

    /// What a batch's time is: the one it asks for, else the clock's, but always after those before.
    fn stamp(&mut self, asked: Option<Timestamp>) -> Timestamp {
        let (time, before) = match asked {
            Some(at) => (at, self.last),
            None => ((self.wiring.clock)(), self.latest),
        };
        let now = time.max(Timestamp(before.0.saturating_add(1)));
        self.latest = self.latest.max(now);
        now
    }

    /// Applies what waits, up to a frame's worth, and hands the frame to the writer. Returns the job that did not fit.
    fn batch(&mut self, first: Job) -> Result<Option<Job>, Error> {
        let at = time_of(&first);
        let mut frame = Open { now: self.stamp(at), draft: self.writer.draft(), waiting: Vec::new() };
        let mut job = Some(first);
        let mut left = None;
        for _ in 0..self.wiring.batch {
            if !matches!(job, Some(Job::End) | None) {
                self.wiring.waiting.fetch_sub(1, Ordering::Relaxed);
            }
            match job.take() {
                Some(Job::Apply(prepared, _, reply)) => {
                    let answer = self.apply(prepared.ready(), Guess::default(), &mut frame);
                    frame.waiting.push(Box::new(move || reply(answer)));
                }
                Some(Job::Batch(commands, reply)) => {
                    let answers = self.apply_all(&commands, &mut frame)?;
                    frame.waiting.push(Box::new(move || reply(answers)));
                }
                Some(Job::Seen(commands, look)) => {
                    let answers = self.apply_all(&commands, &mut frame)?;
                    frame.waiting.push(look(&self.state, frame.now, answers));
                }
                Some(Job::Look(look)) => frame.waiting.push(look(&self.state, frame.now)),
                Some(Job::End) | None => break,
            }
            if self.is_full(&frame) {
                break;
            }
            match self.wiring.inbox.try_recv() {
                Ok(following) if matches!(following, Job::End) || time_of(&following) != at => {
                    left = Some(following);
                    break;
                }
                Ok(following) => job = Some(following),
                Err(_) => break,
            }
        }
        self.is_busy = frame.waiting.len() > 1;
        // The loop ends with a job in hand only when the batch is full.
        self.hand_over(frame)?;
        Ok(left.or(job))
    }

    fn is_full(&self, frame: &Open) -> bool {
        usize::try_from(frame.draft.count()).is_ok_and(|count| count >= self.wiring.batch) || frame.draft.body_bytes() > FRAME_BYTES
    }

    /// Applies commands that were handed in together; a full frame is handed over on the way.
    fn apply_all(&mut self, batch: &PreparedBatch, frame: &mut Open) -> Result<Vec<Answer>, Error> {
        let mut answers = Vec::with_capacity(batch.len());
        let mut rest = batch.iter();
        while answers.len() < batch.len() {
            let guesses = self.state.look_ahead(rest.clone().map(|ready| ready.command));
            for (guess, ready) in guesses.into_iter().zip(rest.by_ref()) {
                if self.is_full(frame) {
                    let next = Open { now: frame.now, draft: self.writer.draft(), waiting: Vec::new() };
                    self.hand_over(std::mem::replace(frame, next))?;
                    frame.now = self.stamp(None);
                }
                answers.push(self.apply(ready, guess, frame));
            }
        }
        Ok(answers)
    }

    fn apply(&mut self, ready: Ready<'_>, guess: Guess, frame: &mut Open) -> Answer {
        let record = u16::try_from(frame.draft.count()).expect("a batch has fewer than 2^16 records");
        let place = Place { frame: self.sequence, record };
        let mut outcome = Outcome::default();
        self.state.apply_ready_into(&mut outcome, ready, guess, Stamp { now: frame.now, place });
        if let Outcome::Applied(applied) = &outcome {
            frame.draft.record(|bytes| Record::encode_ready(ready, applied, bytes));
        }
        Answer { outcome, at: frame.now, place }
    }

    fn hand_over(&mut self, frame: Open) -> Result<(), Error> {
        let Open { draft, now, waiting } = frame;
        let last_word = self.wiring.last_word.clone();
        let released = self.wiring.released.clone();
        let answer_all = move || {
            let _guard = last_word.on_panic();
            waiting.into_iter().for_each(|answer| answer());
            if let Some(Released(hand_on)) = released {
                hand_on();
            }
        };
        if draft.count() == 0 {
            return self.writer.after(Box::new(move |durable| {
                if durable.is_ok() {
                    answer_all()
                }
            }));
        }
        let stamp = FrameStamp { epoch: self.epoch, sequence: self.sequence, timestamp: now, rules: u32::from(RULES_VERSION) };
        let (told, bytes) = (Arc::clone(&self.wiring.told), draft.body_bytes());
        self.sequence = self.sequence.saturating_add(1);
        self.last = now;
        let release = move |durable: Result<Head, &Error>| {
            let Ok(head) = durable else { return };
            answer_all();
            told.frame(head, bytes);
        };
        self.writer.frame(draft, stamp, Box::new(release))
    }
}

fn time_of(job: &Job) -> Option<Timestamp> {
    match job {
        Job::Apply(_, at, _) => *at,
        Job::Batch(..) | Job::Seen(..) | Job::Look(_) | Job::End => None,
    }
}
