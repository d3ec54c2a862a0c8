//! Signatures checked many at a time: whatever waits is one batch, so it grows with the load and nobody waits when idle.
//!
//! The first to come starts a task that lets everything ready go before it, takes what waits by then, and checks it. A
//! batch costs about half of its signatures one by one, and is short enough to keep other requests waiting less than a
//! millisecond.

use crate::world;
use protocol::keys::{Claim, verify_all};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Most signatures of one batch.
const MOST_OF_A_BATCH: usize = 32;
/// Signatures of reads that are remembered, twice as many at most.
const MOST_KNOWN: usize = 8_192;

/// The signatures of one site's requests. Clones share everything.
#[derive(Clone, Default)]
pub(super) struct Checker(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(Claim, oneshot::Sender<bool>)>,
    /// A task is there that will look again.
    attended: bool,
}

/// Claims that held, in two generations; the older one goes when the younger is full.
#[derive(Default)]
struct Known {
    young: BTreeSet<[u8; 32]>,
    old: BTreeSet<[u8; 32]>,
}

impl Checker {
    /// True if the claim holds.
    pub(super) async fn holds(&self, claim: Claim) -> bool {
        let (told, answer) = oneshot::channel();
        let alone = {
            let mut queue = self.queue();
            queue.waiting.push((claim, told));
            !std::mem::replace(&mut queue.attended, true)
        };
        if alone {
            // A task of its own, since whoever came first may be gone before its turn.
            tokio::spawn(self.clone().attend());
        }
        answer.await.unwrap_or(false)
    }

    /// The same for a claim that may be made again and again, such as a signed read within its two minutes: what held once
    /// holds for ever.
    pub(super) async fn holds_again(&self, claim: Claim) -> bool {
        let fingerprint = claim.fingerprint();
        if self.known().holds(&fingerprint) {
            return true;
        }
        let holds = self.holds(claim).await;
        if holds {
            self.known().add(fingerprint);
        }
        holds
    }

    async fn attend(self) {
        loop {
            // Requests that are ready now come first and join the batch.
            tokio::task::yield_now().await;
            let (claims, told): (Vec<Claim>, Vec<_>) = {
                let mut queue = self.queue();
                let most = queue.waiting.len().min(MOST_OF_A_BATCH);
                queue.waiting.drain(..most).unzip()
            };
            let answers = verify_all(&claims, world::random());
            for (told, holds) in told.into_iter().zip(answers) {
                // Who asked may have gone away.
                let _ = told.send(holds);
            }
            let mut queue = self.queue();
            if queue.waiting.is_empty() {
                queue.attended = false;
                return;
            }
        }
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.queue.lock().expect("no thread panics with the signatures in hand")
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.known.lock().expect("no thread panics with the fingerprints in hand")
    }
}

impl Known {
    fn holds(&self, fingerprint: &[u8; 32]) -> bool {
        self.young.contains(fingerprint) || self.old.contains(fingerprint)
    }

    fn add(&mut self, fingerprint: [u8; 32]) {
        if self.young.len() >= MOST_KNOWN {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(fingerprint);
    }
}

#[cfg(test)]
mod tests;
