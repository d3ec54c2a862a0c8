//! Who ends a session tells its streams, at whatever site they run: the wallet's close, a program's, and time.

use super::Wires;
use money::CommandId;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The wires of all sites of an instance.
#[derive(Default)]
pub(crate) struct Endings(Mutex<Vec<Weak<Wires>>>);

impl Endings {
    /// A site's streams are told from now on, for as long as its door stands.
    pub(in crate::gateway) fn join(&self, wires: &Arc<Wires>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|wires| wires.strong_count() > 0);
        all.push(Arc::downgrade(wires));
    }

    /// The streams of a session are to settle what they sent and end with their receipt, instead of finding out by their next slice.
    pub(in crate::gateway) fn tell(&self, session: CommandId) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter_map(Weak::upgrade).for_each(|wires| wires.ending(session));
    }
}
