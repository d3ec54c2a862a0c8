//! The market as it runs: a state, the journal it would have, and how it comes back after a crash.

use market::{Applied, Command, Layout, Outcome, Place, Record, Stamp, State};
use money::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A state with the records that were made durable.
#[derive(Default)]
pub(crate) struct MarketUnderTest {
    pub state: State,
    journal: Vec<(Stamp, Vec<u8>)>,
    frame: u64,
    record: u16,
    last: Timestamp,
}

impl MarketUnderTest {
    /// The stamp of the next command: the same instant means the same batch.
    pub fn stamp(&mut self, now: Timestamp) -> Stamp {
        if now > self.last || self.record == u16::MAX {
            self.frame = self.frame.saturating_add(1);
            self.record = 0;
        } else {
            self.record = self.record.saturating_add(1);
        }
        self.last = now;
        Stamp { now, place: Place { frame: self.frame, record: self.record } }
    }

    /// Applies a command; a panic is a failure like any other.
    pub fn apply(&mut self, command: &Command, stamp: Stamp) -> Result<Outcome, String> {
        let state = &mut self.state;
        catch_unwind(AssertUnwindSafe(|| state.apply(command, stamp))).map_err(|_| "apply() panicked".to_owned())
    }

    /// Makes a record durable.
    pub fn keep(&mut self, command: &Command, applied: &Applied, stamp: Stamp) -> Result<(), String> {
        let bytes = written(command, applied);
        let read = Record::decode(Layout::Two, &bytes).map_err(|damaged| format!("a record just written is damaged: {damaged}"))?;
        if read.command != *command || read.applied != *applied {
            return Err(format!("a record is read back as {read:?}"));
        }
        self.journal.push((stamp, bytes));
        Ok(())
    }

    /// Recovers from the journal alone, as after a crash. What was applied and not kept is gone.
    pub fn recover(&mut self) -> Result<(), String> {
        let mut state = State::default();
        for (stamp, bytes) in &self.journal {
            let Record { command, applied } =
                Record::decode(Layout::Two, bytes).map_err(|damaged| format!("a kept record is damaged: {damaged}"))?;
            let again = state.apply(&command, *stamp);
            if again != Outcome::Applied(applied.clone()) {
                return Err(format!("replay answers {again:?} where the journal says {applied:?}"));
            }
        }
        self.state = state;
        // The next command starts a new frame, whatever the clock says.
        self.record = u16::MAX;
        Ok(())
    }

    /// Recovers and holds the result against the state that ran.
    pub fn assert_replays(&mut self) -> Result<(), String> {
        let ran = std::mem::take(&mut self.state);
        self.recover()?;
        if self.state == ran { Ok(()) } else { Err("replay(journal) gives another state than the one that ran".to_owned()) }
    }
}

/// The bytes of a record.
pub(crate) fn written(command: &Command, applied: &Applied) -> Vec<u8> {
    let mut bytes = Vec::new();
    Record::encode(command, applied, Layout::Two, &mut bytes);
    bytes
}
