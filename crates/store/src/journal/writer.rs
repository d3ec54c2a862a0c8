//! The writer: one frame is being synced on its thread while the next batch is applied, and answers leave in order.
//!
//! A short frame is applied faster than a thread is woken: when nothing is under way, whoever hands it in writes it too, and
//! what comes meanwhile becomes the next frame.

use super::{Draft, Head, Journal, Reader, RoomHandle, Stamp};
use crate::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// How many jobs may wait for the one under way.
pub(super) const WAITING: usize = 2;

/// Lets answers out: called with the head they may rely on, once it is durable, or with the error that stopped the journal.
pub type Release = Box<dyn FnOnce(Result<Head, &Error>) + Send>;

/// Called once, after the first failed append; the application ends the process here.
pub type Fatal = Box<dyn FnOnce(&Error) + Send>;

pub(super) enum Job {
    Frame(Draft, Stamp, Release),
    After(Release),
}

/// Owns a journal on a thread of its own. Dropping it waits until everything handed in is durable and released.
pub struct Writer {
    lane: Option<Box<dyn Lane>>,
    spare: Receiver<Draft>,
    reader: Box<dyn Reader>,
    room: RoomHandle,
}

/// Where jobs are done: on the writer's thread, or when a simulation says so.
pub(super) trait Lane: Send {
    /// Takes a job in; waits while too many are waiting.
    fn send(&self, job: Job) -> Result<(), Error>;
    /// Does all that waits and gives the journal back, if there is one still.
    fn end(self: Box<Self>) -> Option<Box<dyn Journal>>;
}

struct Thread {
    jobs: SyncSender<Job>,
    thread: JoinHandle<()>,
    /// Shared with the thread; held by whoever does a job.
    worker: Arc<Mutex<Worker>>,
    /// Jobs that the thread has not done yet.
    under_way: Arc<AtomicUsize>,
    /// Frames of so many records are short.
    short: u32,
}

/// Does jobs, one after the other.
pub(super) struct Worker {
    journal: Box<dyn Journal>,
    give_back: SyncSender<Draft>,
    fatal: Option<Fatal>,
    stopped: Option<Error>,
}

impl Writer {
    /// Starts the thread. `fatal` is called after the release of the first frame that failed. A frame of at most `short` records
    /// is written by whoever hands it in, if nothing is under way.
    ///
    /// # Errors
    /// [`Error::Thread`] when the system gives none.
    pub fn start(journal: Box<dyn Journal>, fatal: Fatal, short: u32) -> Result<Writer, Error> {
        Writer::over(journal, fatal, |worker| {
            let (jobs, inbox) = sync_channel(WAITING);
            let (worker, under_way) = (Arc::new(Mutex::new(worker)), Arc::new(AtomicUsize::new(0)));
            let (theirs, done) = (Arc::clone(&worker), Arc::clone(&under_way));
            let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || run(&theirs, &inbox, &done));
            let thread = thread.map_err(|source| Error::Thread { source })?;
            Ok(Box::new(Thread { jobs, thread, worker, under_way, short }))
        })
    }

    /// A writer whose jobs are done in a lane that `lane` makes.
    pub(super) fn over(
        journal: Box<dyn Journal>,
        fatal: Fatal,
        lane: impl FnOnce(Worker) -> Result<Box<dyn Lane>, Error>,
    ) -> Result<Writer, Error> {
        let (give_back, spare) = sync_channel(WAITING.saturating_add(2));
        let (reader, room) = (journal.reader(), journal.room_handle());
        let lane = lane(Worker { journal, give_back, fatal: Some(fatal), stopped: None })?;
        Ok(Writer { lane: Some(lane), spare, reader, room })
    }

    /// An empty draft, with the memory of an earlier one where there is one.
    #[must_use]
    pub fn draft(&self) -> Draft {
        self.spare.try_recv().unwrap_or_default()
    }

    /// Hands in the next frame; waits while too many are waiting already, and for a short one until it is written.
    /// `release` is called when it is durable.
    ///
    /// # Errors
    /// [`Error::Stopped`] when the writer's thread has ended, or when `release` panicked here.
    pub fn frame(&self, draft: Draft, stamp: Stamp, release: Release) -> Result<(), Error> {
        self.send(Job::Frame(draft, stamp, release))
    }

    /// Calls `release` when everything handed in before is durable: for answers that moved nothing but were computed from
    /// what did.
    ///
    /// # Errors
    /// As [`Writer::frame`].
    pub fn after(&self, release: Release) -> Result<(), Error> {
        self.send(Job::After(release))
    }

    /// Reads durable frames while the writer runs.
    #[must_use]
    pub fn reader(&self) -> &dyn Reader {
        self.reader.as_ref()
    }

    /// Tells whether the journal has room for what comes.
    #[must_use]
    pub fn room(&self) -> &RoomHandle {
        &self.room
    }

    /// Waits until everything handed in is durable and released, and closes the journal.
    ///
    /// # Errors
    /// What [`Journal::close`] says; [`Error::Stopped`] after a failure.
    pub fn finish(mut self) -> Result<(), Error> {
        match self.end() {
            Some(journal) => journal.close(),
            None => Err(Error::Stopped),
        }
    }

    fn send(&self, job: Job) -> Result<(), Error> {
        self.lane.as_ref().ok_or(Error::Stopped)?.send(job)
    }

    fn end(&mut self) -> Option<Box<dyn Journal>> {
        self.lane.take()?.end()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl Lane for Thread {
    fn send(&self, job: Job) -> Result<(), Error> {
        // A writer has one owner, so nothing comes under way behind this look. It sees all that the thread did before.
        if job.records() <= self.short && self.under_way.load(Ordering::Acquire) == 0 {
            let mut worker = self.worker.lock().map_err(|_| Error::Stopped)?;
            // A panic of an answer leaves the lock poisoned behind it: no job is done after that.
            return catch_unwind(AssertUnwindSafe(move || worker.perform(job))).map_err(|_| Error::Stopped);
        }
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.jobs.send(job).map_err(|_| Error::Stopped)
    }

    fn end(self: Box<Self>) -> Option<Box<dyn Journal>> {
        drop(self.jobs);
        self.thread.join().ok()?;
        let worker = Arc::into_inner(self.worker)?.into_inner().ok()?;
        Some(worker.journal)
    }
}

fn run(worker: &Mutex<Worker>, inbox: &Receiver<Job>, under_way: &AtomicUsize) {
    for job in inbox {
        let Ok(mut worker) = worker.lock() else { return };
        worker.perform(job);
        drop(worker);
        under_way.fetch_sub(1, Ordering::Release);
    }
}

impl Job {
    fn records(&self) -> u32 {
        match self {
            Job::Frame(draft, ..) => draft.count(),
            Job::After(_) => 0,
        }
    }
}

impl Worker {
    /// Writes a frame and lets its answers out; after a failure every job hears of it and nothing is written.
    pub(super) fn perform(&mut self, job: Job) {
        let (draft, release) = match job {
            Job::Frame(draft, stamp, release) => (Some((draft, stamp)), release),
            Job::After(release) => (None, release),
        };
        if let Some(error) = &self.stopped {
            release(Err(error));
            return;
        }
        let written = draft.map_or(Ok(self.journal.head()), |(draft, stamp)| write(self.journal.as_mut(), draft, stamp, &self.give_back));
        match written {
            Ok(head) => release(Ok(head)),
            Err(error) => {
                release(Err(&error));
                if let Some(fatal) = self.fatal.take() {
                    fatal(&error);
                }
                self.stopped = Some(error);
            }
        }
    }

    #[cfg(feature = "simulated")]
    pub(super) fn into_journal(self) -> Box<dyn Journal> {
        self.journal
    }
}

fn write(journal: &mut dyn Journal, mut draft: Draft, stamp: Stamp, give_back: &SyncSender<Draft>) -> Result<Head, Error> {
    let previous = journal.head().hash;
    let head = draft.seal(stamp, &previous).and_then(|frame| journal.append(stamp.sequence, &frame))?;
    draft.clear();
    match give_back.try_send(draft) {
        // A draft too many is simply freed.
        Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Ok(head),
    }
}
