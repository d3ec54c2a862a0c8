//! How far a long command is, on standard error, not more often than every two seconds.

use crate::world;
use money::Timestamp;

/// A command that counts.
pub(super) struct Progress {
    what: &'static str,
    total: u64,
    said: Timestamp,
}

impl Progress {
    /// Counts up to `total`; the first two seconds are silent.
    pub fn new(what: &'static str, total: u64) -> Progress {
        Progress { what, total, said: world::now() }
    }

    /// So far.
    pub fn tick(&mut self, done: u64) {
        // The clock is asked now and then, not for every frame.
        if done & 0xFF == 0 && world::now().ms() >= self.said.ms().saturating_add(2_000) {
            self.said = world::now();
            eprintln!("farthing: {}: {done} of {}", self.what, self.total);
        }
    }
}
