//! The yard: prepares the next file and seals full ones beside the writer, on a thread of its own.
//!
//! Nothing here stands between a frame and its answer. A file is prepared whole before it is needed, so a lack of space is
//! met here, where it is only a word ([`Room::Short`]) and is tried again. Any other failure is handed to the writer, which
//! stops at its next frame. A simulated disk has the same work done on the writer's thread, so that a seed decides all.

use super::disk::{Disk, DiskFile};
use super::names::{Kind, Name, RESERVE};
use super::recover::Full;
use super::room::{Room, Shortage};
use super::rows::Shared;
use super::seal;
use crate::Error;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// The first file of a journal has this length, each further one four times that of the one before, up to
/// [`super::Options::file_bytes`]: a quiet journal pays for little, and opening it reads little.
const FIRST_BYTES: u64 = 1 << 20;
const PIECE_BYTES: usize = 1 << 20;
static ZEROS: [u8; PIECE_BYTES] = [0; PIECE_BYTES];

/// So much is filled at once before it is made durable: a frame that is synced meanwhile waits for no more than this.
const SYNC_BYTES: u64 = 4 << 20;

/// How long to wait until a preparation that lacked space is tried again.
const RETRY: Duration = Duration::from_millis(250);

/// The yard of one journal; its thread ends with it.
#[derive(Debug)]
pub(super) struct Yard {
    inner: Arc<Inner>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread, the writer and the handles on the room share.
#[derive(Debug)]
pub(super) struct Inner {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    rows: Shared,
    /// Length of a prepared file at most.
    file_bytes: u64,
    state: Mutex<State>,
    changed: Condvar,
    /// [`Room`] as a number.
    room: AtomicU8,
}

#[derive(Debug)]
struct State {
    /// Length of the next file to prepare.
    next_bytes: u64,
    reserve: Reserve,
    full: VecDeque<Full>,
    /// Sealing lacked space: it waits until the writer needs the next file.
    stalled: bool,
    /// The writer waits for the reserve.
    hurry: bool,
    failed: Option<Error>,
    /// Something failed, told or not: nothing more is done.
    broken: bool,
    ending: Ending,
}

#[derive(Debug)]
enum Reserve {
    Wanted,
    /// Someone works on it, or it is being given its name.
    Busy,
    Ready,
    /// There was no space for it.
    Short,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ending {
    No,
    /// Seal what is full, then end.
    Finish,
    /// End after what is under way.
    Abandon,
}

enum Task {
    Prepare,
    Seal(Full),
}

impl Yard {
    /// A yard that does nothing yet, with the full files that an earlier process did not seal.
    pub(super) fn new(disk: Arc<dyn Disk>, folder: PathBuf, rows: Shared, file_bytes: u64, full: Vec<Full>) -> Yard {
        let state = State {
            next_bytes: FIRST_BYTES.min(file_bytes),
            reserve: Reserve::Wanted,
            full: full.into(),
            stalled: false,
            hurry: false,
            failed: None,
            broken: false,
            ending: Ending::No,
        };
        let (state, changed, room) = (Mutex::new(state), Condvar::new(), AtomicU8::new(0));
        Yard { inner: Arc::new(Inner { disk, folder, rows, file_bytes, state, changed, room }), thread: None }
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// What failed beside the writer since it was last asked.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.inner.lock().failed.take().map_or(Ok(()), Err)
    }

    /// Makes the reserve the active file that begins with `first`; its name is durable then. Prepares it here if it is not
    /// ready.
    pub(super) fn take(&self, first: u64) -> Result<PathBuf, Error> {
        self.inner.take(first)
    }

    /// Begins to work. `active` is the length of the file that recovery found to go on with, if any.
    pub(super) fn begin(&mut self, active: Option<u64>) -> Result<(), Error> {
        if let Some(bytes) = active {
            let next = self.inner.after(bytes.max(FIRST_BYTES.min(self.inner.file_bytes)));
            self.inner.lock().next_bytes = next;
        }
        if self.inner.disk.works_beside() {
            let yard = Arc::clone(&self.inner);
            let thread = std::thread::Builder::new().name("journal-yard".to_owned()).spawn(move || yard.run());
            self.thread = Some(thread.map_err(|source| Error::Thread { source })?);
        }
        self.work();
        Ok(())
    }

    /// A full file waits to be sealed.
    pub(super) fn full(&self, full: Full) {
        let mut state = self.inner.lock();
        state.full.push_back(full);
        state.stalled = false;
    }

    /// Where there is no thread, does what there is to do, and tries again what lacked space.
    pub(super) fn work(&self) {
        if self.thread.is_none() {
            self.inner.retry_here();
        }
    }

    /// Seals what is full and ends.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.work();
        self.end(Ending::Finish);
        self.check()
    }

    fn end(&mut self, ending: Ending) {
        self.inner.lock().ending = ending;
        self.inner.changed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            self.inner.lock().failed = Some(Error::Stopped);
        }
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        self.end(Ending::Abandon);
    }
}

impl Inner {
    pub(super) fn room(&self) -> Room {
        let room = Room::of_number(self.room.load(Ordering::Relaxed));
        if room == Room::Enough || self.disk.works_beside() {
            return room;
        }
        self.retry_here();
        Room::of_number(self.room.load(Ordering::Relaxed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change of the state is a single step, so a panic elsewhere leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let mut state = self.lock();
        loop {
            if let Some(task) = state.next() {
                drop(state);
                self.perform(task);
                state = self.lock();
            } else if state.ending != Ending::No {
                return;
            } else if matches!(state.reserve, Reserve::Short) {
                state = self.changed.wait_timeout(state, RETRY).unwrap_or_else(PoisonError::into_inner).0;
                state.retry();
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn retry_here(&self) {
        self.lock().retry();
        loop {
            let task = self.lock().next();
            let Some(task) = task else { return };
            self.perform(task);
        }
    }

    fn perform(&self, task: Task) {
        let done = match task {
            Task::Prepare => self.prepare().map(|reserve| self.lock().reserve = reserve),
            Task::Seal(full) => self.seal(full),
        };
        if let Err(error) = done {
            let mut state = self.lock();
            (state.failed, state.broken) = (Some(error), true);
        }
        self.changed.notify_all();
    }

    /// The reserve as the next roll-over finds it. Where there is no space for it, that is said and nothing is left.
    fn prepare(&self) -> Result<Reserve, Error> {
        let bytes = self.lock().next_bytes;
        match self.set_aside(bytes).and_then(|file| self.fill(file, bytes)) {
            Err(error) if self.note_shortage(&error) => Ok(Reserve::Short),
            Err(error) => Err(error),
            Ok(()) => {
                self.room.store(0, Ordering::Relaxed);
                Ok(Reserve::Ready)
            }
        }
    }

    /// Says that space is lacking, if it was that, and gives back what was had of it.
    fn note_shortage(&self, error: &Error) -> bool {
        let Some(shortage) = Shortage::behind(error) else { return false };
        self.room.store(shortage.number(), Ordering::Relaxed);
        // What could not be removed is met, and removed, by the next attempt.
        let _ = self.disk.remove(&self.folder.join(RESERVE));
        true
    }

    fn set_aside(&self, bytes: u64) -> Result<Box<dyn DiskFile>, Error> {
        let path = self.folder.join(RESERVE);
        let write = |source| Error::Write { path: path.clone(), source };
        let mut file = match self.disk.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.disk.remove(&path).map_err(write)?;
                self.disk.create(&path)
            }
            created => created,
        }
        .map_err(write)?;
        file.allocate(bytes).map_err(write)?;
        Ok(file)
    }

    /// Fills a reserve with zeros up to `to`, or until the writer is in a hurry, and makes that durable. Overwriting zeros is
    /// faster than writing into space that was only set aside.
    fn fill(&self, mut file: Box<dyn DiskFile>, to: u64) -> Result<(), Error> {
        let path = || self.folder.join(RESERVE);
        let mut filled = 0;
        while filled < to && self.lock().may_fill() {
            let left = usize::try_from(to.saturating_sub(filled)).unwrap_or(PIECE_BYTES);
            let zeros = ZEROS.get(..left).unwrap_or(&ZEROS);
            file.write_at(filled, zeros).map_err(|source| Error::Write { path: path(), source })?;
            filled = filled.saturating_add(u64::try_from(zeros.len()).unwrap_or(u64::MAX));
            if filled.is_multiple_of(SYNC_BYTES) && filled < to {
                file.sync().map_err(|source| Error::Sync { path: path(), source })?;
            }
        }
        file.sync().map_err(|source| Error::Sync { path: path(), source })
    }

    fn seal(&self, full: Full) -> Result<(), Error> {
        match seal::seal(self.disk.as_ref(), &self.folder, &self.rows, full) {
            Err(error) if Shortage::behind(&error).is_some() => {
                // The full file stays as it is, whole and readable.
                let mut state = self.lock();
                state.full.push_front(full);
                state.stalled = true;
                Ok(())
            }
            done => done,
        }
    }

    /// The length of the file after one of `bytes`.
    fn after(&self, bytes: u64) -> u64 {
        bytes.saturating_mul(4).min(self.file_bytes)
    }

    fn take(&self, first: u64) -> Result<PathBuf, Error> {
        let mut state = self.lock();
        loop {
            match std::mem::replace(&mut state.reserve, Reserve::Busy) {
                Reserve::Ready => break,
                Reserve::Busy => {
                    if state.broken {
                        return Err(state.failed.take().unwrap_or(Error::Stopped));
                    }
                    state.hurry = true;
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Reserve::Wanted | Reserve::Short => {
                    let bytes = state.next_bytes;
                    drop(state);
                    let made = self.set_aside(bytes).and_then(|file| self.fill(file, 0));
                    state = self.lock();
                    match made {
                        Ok(()) => state.reserve = Reserve::Ready,
                        Err(error) => {
                            state.reserve = Reserve::Short;
                            self.note_shortage(&error);
                            return Err(error);
                        }
                    }
                }
            }
        }
        state.hurry = false;
        drop(state);
        let path = self.folder.join(Kind::Open.file_name(first));
        if let Err(source) = self.disk.rename(&self.folder.join(RESERVE), &path) {
            // Made anew, should anyone ask again.
            self.lock().reserve = Reserve::Short;
            return Err(Error::Write { path, source });
        }
        self.disk.sync_folder(&self.folder).map_err(|source| Error::Sync { path: self.folder.clone(), source })?;
        self.rows.lock().begin(Name { first, kind: Kind::Open });
        let mut state = self.lock();
        (state.reserve, state.next_bytes) = (Reserve::Wanted, self.after(state.next_bytes));
        drop(state);
        self.changed.notify_all();
        Ok(path)
    }
}

impl State {
    fn next(&mut self) -> Option<Task> {
        if self.broken || self.ending == Ending::Abandon {
            return None;
        }
        if matches!(self.reserve, Reserve::Wanted) && self.ending == Ending::No {
            self.reserve = Reserve::Busy;
            return Some(Task::Prepare);
        }
        if self.stalled { None } else { self.full.pop_front().map(Task::Seal) }
    }

    fn may_fill(&self) -> bool {
        !self.hurry && self.ending == Ending::No
    }

    fn retry(&mut self) {
        self.stalled = false;
        if matches!(self.reserve, Reserve::Short) && self.ending == Ending::No {
            self.reserve = Reserve::Wanted;
        }
    }
}
