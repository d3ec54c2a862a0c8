//! Signatures checked many at a time: whatever waits is one batch, so it grows with the load and nobody waits when idle.
//!
//! The first to come starts a task that lets everything ready go before it, takes what waits by then, and checks it. A
//! batch costs about half of its signatures one by one, and is short enough to keep other requests waiting less than a
//! millisecond.

use crate::world;
use money::{Party, Timestamp};
use protocol::Malformed;
use protocol::calls::{Call, Signed};
use protocol::keys::{Claim, Points, verify_all};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Most signatures of one batch.
const MOST_OF_A_BATCH: usize = 32;
/// Signatures of reads that are remembered, twice as many at most.
const MOST_KNOWN: usize = 8_192;

/// The signatures of one site's requests. Clones share everything.
#[derive(Clone, Default)]
pub(crate) struct Checker(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    known: Mutex<Known>,
    points: Mutex<Points>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<(Claim, oneshot::Sender<bool>)>,
    /// A task is there that will look again.
    attended: bool,
}

/// Reads whose signature held, in two generations; the older one goes when the younger is full.
#[derive(Default)]
struct Known {
    young: BTreeMap<[u8; 32], Read>,
    old: BTreeMap<[u8; 32], Read>,
}

/// A line, read, and the account of its key.
#[derive(Clone)]
struct Read {
    party: Party,
    signed: Signed,
}

/// The same for the same line over the same call, and for no others.
fn fingerprint(line: &str, call: &Call<'_>) -> [u8; 32] {
    // Neither a field's line nor a method has a line feed in it.
    let hash = Sha256::new().chain_update(call.instance.0).chain_update(line).chain_update("\n").chain_update(call.method);
    hash.chain_update("\n").chain_update(call.target).finalize().into()
}

impl Checker {
    /// True if the claim holds.
    pub(crate) async fn holds(&self, claim: Claim) -> bool {
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

    /// Whose read a line signs, if it does. A line may come again and again within its two minutes: what held once holds as
    /// long as it is timely, and costs one hash.
    ///
    /// # Errors
    /// [`Malformed`] if the line cannot be read.
    pub(super) async fn reads(&self, line: &str, call: &Call<'_>, now: Timestamp) -> Result<Option<Party>, Malformed> {
        let shown = fingerprint(line, call);
        let known = self.known().find(&shown);
        let signed = match known {
            Some(Read { party, signed }) => return Ok(signed.is_timely(now).then_some(party)),
            None => Signed::parse(line)?,
        };
        let Some(claim) = signed.claim(call, now) else { return Ok(None) };
        if !self.holds(claim).await {
            return Ok(None);
        }
        let party = signed.key.account();
        self.known().add(shown, Read { party, signed });
        Ok(Some(party))
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
            let answers = verify_all(&claims, world::random(), &mut self.points());
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

    fn points(&self) -> std::sync::MutexGuard<'_, Points> {
        self.0.points.lock().expect("no thread panics with the points in hand")
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.known.lock().expect("no thread panics with the fingerprints in hand")
    }
}

impl Known {
    fn find(&self, shown: &[u8; 32]) -> Option<Read> {
        self.young.get(shown).or_else(|| self.old.get(shown)).cloned()
    }

    fn add(&mut self, shown: [u8; 32], read: Read) {
        if self.young.len() >= MOST_KNOWN {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(shown, read);
    }
}

#[cfg(test)]
mod tests;
