//! The secrets of L402 of a running instance, and putting a new one in the place of the newest.
//!
//! Nothing that was sold is lost by it: the former secret is kept until the last token under it ends, which is for ever where an offer
//! of pages has no end of its own. Which of them made a token or an invoice is said by the time in its nonce.

use super::Instance;
use crate::world;
use money::{Span, Timestamp};
use protocol::l402::{Ring, Secrets};
use protocol::problem::Problem;
use std::sync::{Arc, Mutex};
use store::folder::{DataFolder, Former, KeyName, L402Keys, MOST_FORMER, SecretKey};

/// What is sold under a secret is paid for and shown at most so long after its challenge, with clocks that differ.
const SLACK: Span = Span(3_600);

/// The secrets, and where they lie.
pub struct Held {
    keys: L402Keys,
    ring: Mutex<Arc<Ring>>,
}

/// What a rotation came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rotated {
    /// The secret that is former now.
    pub former: Former,
    /// How many former ones are kept.
    pub kept: usize,
}

impl Held {
    /// Those of a folder; one that is new gets its first. Former ones under which nothing stands any more are removed.
    pub(super) fn open(folder: &DataFolder, now: Timestamp) -> Result<Held, store::Error> {
        folder.later_key(KeyName::L402, world::random())?;
        let keys = folder.l402();
        for former in keys.forget(now)? {
            tracing::info!(secret = former.file_name(), "a former secret of L402 is removed: the last token under it has ended");
        }
        let ring = Mutex::new(Arc::new(ring(keys.load()?)));
        Ok(Held { keys, ring })
    }

    fn rotate(&self, former: Former, now: Timestamp) -> Result<Rotated, Problem> {
        let failed = |error: store::Error| {
            tracing::error!(error = &error as &dyn std::error::Error, "the secret of L402 was not rotated");
            Problem::Internal
        };
        let mut held = self.ring.lock().expect("no thread panics with the secrets in hand");
        self.keys.forget(now).map_err(failed)?;
        if self.keys.former().map_err(failed)?.len() >= MOST_FORMER {
            return Err(Problem::LimitReached { most: u64::try_from(MOST_FORMER).unwrap_or(u64::MAX) });
        }
        self.keys.rotate(former, &world::random()).map_err(failed)?;
        let (newest, all) = self.keys.load().map_err(failed)?;
        let kept = all.len();
        *held = Arc::new(ring((newest, all)));
        Ok(Rotated { former, kept })
    }
}

fn ring((newest, former): (SecretKey, Vec<(Former, SecretKey)>)) -> Ring {
    let former = former.into_iter().map(|(former, key)| (former.until, Secrets::of(key.bytes()))).collect();
    Ring::new(Secrets::of(newest.bytes()), former)
}

impl Instance {
    /// The secrets of L402's tokens and invoices.
    #[must_use]
    pub fn l402(&self) -> Arc<Ring> {
        Arc::clone(&self.l402.ring.lock().expect("no thread panics with the secrets in hand"))
    }

    /// Sells by L402 under a new secret from now on. Tokens and invoices of before stay good until they end.
    ///
    /// # Errors
    /// [`Problem::LimitReached`] for as many former secrets as can be kept, [`Problem::Internal`].
    pub async fn rotate_l402(&self, now: Timestamp) -> Result<Rotated, Problem> {
        let ends = self.look(move |state, _| last_end(state, now)).await?;
        // What was made in this very millisecond was made under the former one.
        let until = Timestamp::from_ms(now.ms().saturating_add(1));
        self.l402.rotate(Former { until, ends }, now)
    }
}

/// When the last token ends that was made until now, of all offers that L402 ever sold; none for never.
fn last_end(state: &market::State, now: Timestamp) -> Option<Timestamp> {
    let sold = state.versions().map(|(_, version)| &version.offer).filter(|offer| offer.l402.is_some());
    let lasts = sold.map(|offer| if offer.is_used_up() { Some(Span(0)) } else { offer.lasts });
    let longest = lasts.reduce(|longest, lasts| Some(longest?.max(lasts?))).unwrap_or(Some(Span(0)));
    longest.map(|longest| Timestamp::from_seconds(now.after(longest).after(SLACK).seconds()))
}
