//! An engine without threads: executor and writer do their work when a simulation tells them to, on its own thread.
//!
//! It is the very executor and the very writer; only who calls them differs. So a seed decides when a batch is taken up and
//! how many of them wait for the disk.

use super::last_word::LastWord;
use super::run::{Executor, Wiring};
use super::told::Told;
use super::{Clock, Engine, Heads, Job, RECORDS_A_FRAME, Settings, check_clock, replay_here};
use crate::Error;
use crate::journal::writer_by_hand::Hand;
use crate::journal::{Fatal, FileJournal, Journal, RoomHandle};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::sync_channel;

/// A running engine that rests until it is told to work.
pub struct HandEngine {
    engine: Engine,
    executor: Executor,
    hand: Hand,
    room: RoomHandle,
}

impl HandEngine {
    /// As [`Engine::start`], without threads. [`Settings::queue`] must have room for all jobs handed in between two calls of
    /// [`HandEngine::run`] and one more.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub fn start(journal: FileJournal, settings: Settings, mut clock: Clock, fatal: Fatal) -> Result<(HandEngine, Heads), Error> {
        let head = journal.head();
        let state = replay_here(journal.read(1)?, settings.hash_key)?;
        check_clock(clock(), &head)?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let (jobs, inbox) = sync_channel(settings.queue.max(1));
        let (told, followers) = Told::new(None);
        let last_word = LastWord::new(fatal);
        let of_journal = last_word.clone();
        let room = journal.room_handle();
        let (writer, hand) = Hand::start(Box::new(journal), Box::new(move |error| of_journal.say(error)))?;
        let batch = settings.batch.clamp(1, RECORDS_A_FRAME);
        let wiring =
            Wiring { inbox, told: Arc::new(told), released: settings.released, clock, batch, last_word, waiting: Arc::clone(&waiting) };
        let executor = Executor::new(state, head, writer, wiring);
        Ok((HandEngine { engine: Engine { jobs, waiting, room: room.clone() }, executor, hand, room }, followers))
    }

    /// The handle to hand in jobs with.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// Whether the journal has room for what comes.
    #[must_use]
    pub fn room(&self) -> &RoomHandle {
        &self.room
    }

    /// The executor takes up and applies all that was handed in, and hands the frames to the writer, where they wait.
    ///
    /// # Errors
    /// [`Error::Stopped`] once the writer failed; the process ends then.
    pub fn run(&mut self) -> Result<(), Error> {
        self.end_of_jobs()?;
        self.executor.serve()
    }

    /// The writer writes, syncs and answers up to so many of the frames that wait for it.
    pub fn write(&self, frames: usize) {
        self.hand.write(frames);
    }

    /// Ends in order, as [`super::Running::finish`].
    ///
    /// # Errors
    /// What closing the journal says; [`Error::Stopped`] after a failure.
    pub fn finish(self) -> Result<(), Error> {
        self.end_of_jobs()?;
        self.executor.run()
    }

    /// The process ends at once: nothing more is written or answered.
    pub fn kill(self) {
        self.hand.kill();
    }

    fn end_of_jobs(&self) -> Result<(), Error> {
        self.engine.jobs.try_send(Job::End).map_err(|_| Error::Stopped)
    }
}
