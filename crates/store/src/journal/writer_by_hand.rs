//! A writer without a thread: its jobs wait until a simulation lets them be done.

use super::writer::{Job, Lane, WAITING, Worker};
use super::{Fatal, Journal, Writer};
use crate::Error;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lets the jobs of one writer be done, on the caller's thread.
pub(crate) struct Hand(Arc<Mutex<Desk>>);

/// What waits, and who does it; nobody once the process was killed.
struct Desk {
    waiting: VecDeque<Job>,
    worker: Option<Worker>,
}

impl Hand {
    /// A writer and the hand on it. Where its thread would make the sender wait, the oldest job is done at once.
    pub(crate) fn start(journal: Box<dyn Journal>, fatal: Fatal) -> Result<(Writer, Hand), Error> {
        let desk = Arc::new(Mutex::new(Desk { waiting: VecDeque::new(), worker: None }));
        let ours = Arc::clone(&desk);
        let writer = Writer::over(journal, fatal, move |worker| {
            lock(&ours).worker = Some(worker);
            Ok(Box::new(Hand(ours)))
        })?;
        Ok((writer, Hand(desk)))
    }

    /// Does up to so many jobs, the oldest first.
    pub(crate) fn write(&self, jobs: usize) {
        let mut desk = lock(&self.0);
        for _ in 0..jobs {
            desk.step();
        }
    }

    /// The process is killed: what waits is never done, and nobody is told.
    pub(crate) fn kill(&self) {
        let mut desk = lock(&self.0);
        desk.waiting.clear();
        desk.worker = None;
    }
}

impl Lane for Hand {
    fn send(&self, job: Job) -> Result<(), Error> {
        let mut desk = lock(&self.0);
        if desk.worker.is_none() {
            return Err(Error::Stopped);
        }
        desk.waiting.push_back(job);
        // One is under way, the others wait for it.
        while desk.waiting.len() > WAITING.saturating_add(1) {
            desk.step();
        }
        Ok(())
    }

    fn end(self: Box<Self>) -> Option<Box<dyn Journal>> {
        let mut desk = lock(&self.0);
        while !desk.waiting.is_empty() {
            desk.step();
        }
        desk.worker.take().map(Worker::into_journal)
    }
}

impl Desk {
    fn step(&mut self) {
        if let (Some(job), Some(worker)) = (self.waiting.pop_front(), self.worker.as_mut()) {
            worker.perform(job);
        }
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}
