//! The writer thread: one frame is being synced while the next batch is applied, and answers leave in order.

use super::{Draft, Head, Journal, Reader, RoomHandle, Stamp};
use crate::Error;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// How many jobs may wait for the one under way.
const WAITING: usize = 2;

/// Lets answers out: called with the head they may rely on, once it is durable, or with the error that stopped the journal.
pub type Release = Box<dyn FnOnce(Result<Head, &Error>) + Send>;

/// Called once, after the first failed append; the application ends the process here.
pub type Fatal = Box<dyn FnOnce(&Error) + Send>;

enum Job {
    Frame(Draft, Stamp, Release),
    After(Release),
}

/// Owns a journal on a thread of its own. Dropping it waits until everything handed in is durable and released.
pub struct Writer {
    jobs: Option<SyncSender<Job>>,
    spare: Receiver<Draft>,
    thread: Option<JoinHandle<Box<dyn Journal>>>,
    reader: Box<dyn Reader>,
    room: RoomHandle,
}

impl Writer {
    /// Starts the thread. `fatal` is called on it after the release of the first frame that failed.
    ///
    /// # Errors
    /// [`Error::Thread`] when the system gives none.
    pub fn start(journal: Box<dyn Journal>, fatal: Fatal) -> Result<Writer, Error> {
        let (jobs, inbox) = sync_channel(WAITING);
        let (give_back, spare) = sync_channel(WAITING.saturating_add(2));
        let (reader, room) = (journal.reader(), journal.room_handle());
        let run = move || run(journal, &inbox, &give_back, fatal);
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(run);
        let thread = thread.map_err(|source| Error::Thread { source })?;
        Ok(Writer { jobs: Some(jobs), spare, thread: Some(thread), reader, room })
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
        match self.join() {
            Some(journal) => journal.close(),
            None => Err(Error::Stopped),
        }
    }

    fn send(&self, job: Job) -> Result<(), Error> {
        let jobs = self.jobs.as_ref().ok_or(Error::Stopped)?;
        jobs.send(job).map_err(|_| Error::Stopped)
    }

    fn join(&mut self) -> Option<Box<dyn Journal>> {
        self.jobs = None;
        self.thread.take()?.join().ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.join();
    }
}

fn run(mut journal: Box<dyn Journal>, inbox: &Receiver<Job>, give_back: &SyncSender<Draft>, fatal: Fatal) -> Box<dyn Journal> {
    let mut fatal = Some(fatal);
    let mut stopped: Option<Error> = None;
    for job in inbox {
        let (draft, release) = match job {
            Job::Frame(draft, stamp, release) => (Some((draft, stamp)), release),
            Job::After(release) => (None, release),
        };
        if let Some(error) = &stopped {
            release(Err(error));
            continue;
        }
        match draft.map_or(Ok(journal.head()), |(draft, stamp)| write(journal.as_mut(), draft, stamp, give_back)) {
            Ok(head) => release(Ok(head)),
            Err(error) => {
                release(Err(&error));
                if let Some(fatal) = fatal.take() {
                    fatal(&error);
                }
                stopped = Some(error);
            }
        }
    }
    journal
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
