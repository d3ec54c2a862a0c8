//! What the streams of a site and the other requests of their sessions tell each other. In memory only and bounded.

use money::CommandId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Events that are remembered as billed; the oldest go first.
const MOST_EVENTS: usize = 1_000_000;
/// Sessions whose last notice is remembered.
const MOST_NOTICES: usize = 100_000;

/// An event of a request of a session.
type Event = (CommandId, u32, u64);

/// What a session's streams listen to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Wire {
    /// How often something was authorised.
    pub raised: u64,
    /// The session is to end, and waits for its streams.
    pub is_ending: bool,
    /// The program is to end.
    pub is_stopping: bool,
}

/// The wires of a site.
#[derive(Default)]
pub(in crate::gateway) struct Wires(Mutex<Shared>);

#[derive(Default)]
struct Shared {
    streams: BTreeMap<CommandId, watch::Sender<Wire>>,
    billed: BTreeSet<Event>,
    order: VecDeque<Event>,
    /// The share of the hold that payers were last shown.
    shown: BTreeMap<CommandId, u8>,
}

impl Wires {
    pub(super) fn listen(&self, session: CommandId) -> watch::Receiver<Wire> {
        let mut shared = self.lock();
        shared.streams.retain(|_, streams| streams.receiver_count() > 0);
        shared.streams.entry(session).or_default().subscribe()
    }

    /// More is authorised: a stream that waits may go on.
    pub(in crate::gateway) fn raised(&self, session: CommandId) {
        self.tell(session, |wire| wire.raised = wire.raised.wrapping_add(1));
    }

    /// The session is to end.
    pub(in crate::gateway) fn ending(&self, session: CommandId) {
        self.tell(session, |wire| wire.is_ending = true);
    }

    /// The program is to end: every stream settles what it sent.
    pub(in crate::gateway) fn stop(&self) {
        for streams in self.lock().streams.values() {
            streams.send_modify(|wire| wire.is_stopping = true);
        }
    }

    fn tell(&self, session: CommandId, change: impl FnOnce(&mut Wire)) {
        if let Some(streams) = self.lock().streams.get(&session) {
            streams.send_modify(change);
        }
    }

    /// True if an event was not billed before; it is from now on.
    pub(super) fn claim(&self, event: Event) -> bool {
        let mut shared = self.lock();
        if !shared.billed.insert(event) {
            return false;
        }
        shared.order.push_back(event);
        if shared.order.len() > MOST_EVENTS
            && let Some(oldest) = shared.order.pop_front()
        {
            shared.billed.remove(&oldest);
        }
        true
    }

    pub(super) fn give_back(&self, event: Event) {
        let mut shared = self.lock();
        shared.billed.remove(&event);
        if shared.order.back() == Some(&event) {
            shared.order.pop_back();
        }
    }

    /// A session is met for the first time since the start: what its payer was told before is not told again.
    pub(in crate::gateway) fn meet(&self, session: CommandId, told: u8) {
        let mut shared = self.lock();
        if shared.shown.len() >= MOST_NOTICES && !shared.shown.contains_key(&session) {
            shared.shown.pop_first();
        }
        shared.shown.entry(session).or_insert(told);
    }

    /// The share of the hold that the payer is to be shown now, with `told` of it reached; a top-up arms it anew.
    pub(in crate::gateway) fn notice(&self, session: CommandId, told: u8) -> Option<u8> {
        let mut shared = self.lock();
        let shown = shared.shown.get_mut(&session)?;
        let before = std::mem::replace(shown, told);
        (told > before).then_some(told)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
