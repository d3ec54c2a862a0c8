//! Which deliveries are sent now and what is noted of each: `next(now)` gives the work, `done(answer, now)` takes its end. Time
//! is handed in and nothing here waits, so days pass in a test as fast as it asks.
//!
//! What is under way is remembered in memory only. A crash between sending and noting sends once more: at least once, never
//! none, and always under the same id.

use super::schedule::{Answer, PATIENCE, ending};
use money::Timestamp;
use protocol::discovery::Mode;
use std::collections::BTreeMap;
use store::Error;
use store::vault::{Due, Ending, Try, Vault, WebhookId};

/// Deliveries under way to one webhook, so that a slow one holds up nobody else.
const EACH: usize = 4;
/// Deliveries under way in all.
const ALL: usize = 64;

/// The one who sends.
pub struct Courier {
    mode: Mode,
    under_way: BTreeMap<u64, WebhookId>,
}

/// What is to be done now.
#[derive(Default, Debug)]
pub struct Work {
    /// To be sent.
    pub due: Vec<Due>,
    /// Webhooks that were paused because nothing arrived for days, with their payees.
    pub paused: Vec<(String, WebhookId)>,
}

impl Courier {
    /// One with nothing under way.
    #[must_use]
    pub fn new(mode: Mode) -> Courier {
        Courier { mode, under_way: BTreeMap::new() }
    }

    /// What is to be sent at `now`; each of it is under way until it is [`Courier::done`].
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn next(&mut self, vault: &Vault, now: Timestamp) -> Result<Work, Error> {
        let paused = vault.pause_failing(now.before(PATIENCE))?;
        let mut work = Work { due: Vec::new(), paused };
        // Those under way are still due, so as many more are asked for.
        let each = u32::try_from(EACH.saturating_mul(2)).unwrap_or(u32::MAX);
        for due in vault.due(now, each)? {
            let (number, webhook) = (due.delivery.number, due.delivery.webhook);
            let to_it = self.under_way.values().filter(|other| **other == webhook).count();
            if self.under_way.len() < ALL && to_it < EACH && !self.under_way.contains_key(&number) {
                self.under_way.insert(number, webhook);
                work.due.push(due);
            }
        }
        Ok(work)
    }

    /// Notes how a try ended that was sent at `sent` and was over at `now`, and says what comes after it.
    ///
    /// # Errors
    /// [`Error::Database`]; then the delivery is due still.
    pub fn done(&mut self, vault: &mut Vault, (due, sent): (&Due, Timestamp), answer: Answer, now: Timestamp) -> Result<Ending, Error> {
        self.under_way.remove(&due.delivery.number);
        let ending = ending(self.mode, (due.delivery.id, due.delivery.tries), &answer, now);
        let Answer { status, latency_ms, request, response, fault, .. } = answer;
        vault.end_try(due.delivery.number, &Try { at: sent, status, latency_ms, request, response, fault }, ending)?;
        Ok(ending)
    }
}
