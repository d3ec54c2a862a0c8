//! Challenges that were checked before: those of sessions are good for a day and come with every payment, so each is read and its MAC
//! made once. In memory only and bounded.

use hashbrown::HashMap;
use protocol::Challenge;
use protocol::challenge::CheckedSession;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Challenges that are remembered in one generation; the older one goes when the younger is full.
const MOST: usize = 20_000;

/// Checked challenges by their ids, in two generations.
#[derive(Default)]
pub(in super::super) struct Checks(Mutex<Generations>);

type Table = HashMap<String, (Challenge, Arc<CheckedSession>), RandomState>;

#[derive(Default)]
struct Generations {
    young: Table,
    old: Table,
}

impl Checks {
    /// What was found in the very same challenge, all parameters included: the id alone is what a forger would keep.
    pub(super) fn find(&self, challenge: &Challenge) -> Option<Arc<CheckedSession>> {
        let known = self.lock();
        let (same, checked) = known.young.get(&challenge.id).or_else(|| known.old.get(&challenge.id))?;
        (same == challenge).then(|| Arc::clone(checked))
    }

    /// Remembers one that held.
    pub(super) fn note(&self, challenge: &Challenge, checked: &Arc<CheckedSession>) {
        let mut known = self.lock();
        if known.young.len() >= MOST {
            known.old = std::mem::take(&mut known.young);
        }
        known.young.insert(challenge.id.clone(), (challenge.clone(), Arc::clone(checked)));
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
