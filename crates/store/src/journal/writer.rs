//! The writer thread: one frame is being synced while the next batch is applied, and answers leave in order.

use super::{Draft, Head, Journal, Reader, RoomHandle, Stamp};
use crate::Error;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
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
    thread: JoinHandle<Box<dyn Journal>>,
}

/// Does jobs, one after the other.
pub(super) struct Worker {
    journal: Box<dyn Journal>,
    give_back: SyncSender<Draft>,
    fatal: Option<Fatal>,
    stopped: Option<Error>,
}

impl Writer {
    /// Starts the thread. `fatal` is called on it after the release of the first frame that failed.
    ///
    /// # Errors
    /// [`Error::Thread`] when the system gives none.
    pub fn start(journal: Box<dyn Journal>, fatal: Fatal) -> Result<Writer, Error> {
        Writer::over(journal, fatal, |worker| {
            let (jobs, inbox) = sync_channel(WAITING);
            let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || run(worker, &inbox));
            let thread = thread.map_err(|source| Error::Thread { source })?;
            Ok(Box::new(Thread { jobs, thread }))
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

    /// Hands in the next frame; waits while too many are waiting already. `release` is called when it is durable. Header,
    /// checksums and hash are made on the writer's thread.
    ///
    /// # Errors
    /// [`Error::Stopped`] when the writer's thread has ended; `release` is dropped uncalled.
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
        self.jobs.send(job).map_err(|_| Error::Stopped)
    }

    fn end(self: Box<Self>) -> Option<Box<dyn Journal>> {
        drop(self.jobs);
        self.thread.join().ok()
    }
}

fn run(mut worker: Worker, inbox: &Receiver<Job>) -> Box<dyn Journal> {
    for job in inbox {
        worker.perform(job);
    }
    worker.journal
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
