//! What the door remembers of sessions: enough to check a voucher without asking the writer. In memory only and bounded.

use market::{Offer, Session, SessionKind};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use protocol::keys::PublicKey;
use protocol::session::{Bound, Chain};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Sessions that are remembered in one generation; the older one goes when the younger is full.
const MOST: usize = 100_000;
/// How often a page whose answer was lost is asked of the origin again.
const TRIES: u8 = 3;

/// Sessions by id, in two generations.
#[derive(Default)]
pub(in super::super) struct Sessions(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: BTreeMap<CommandId, Arc<Known>>,
    old: BTreeMap<CommandId, Arc<Known>>,
    /// How often the answer of a request was fetched once more, uncharged.
    again: BTreeMap<(CommandId, u32), u8>,
    /// Requests under way.
    running: BTreeSet<(CommandId, u32)>,
}

/// A request under way; it is none any more when this is dropped.
pub(super) struct Running<'a> {
    sessions: &'a Sessions,
    request: (CommandId, u32),
}

/// One session as it was seen last.
pub(super) struct Known {
    pub payer: Party,
    pub recipient: String,
    pub asset: Asset,
    pub kind: SessionKind,
    pub key: PublicKey,
    /// When it ends by itself.
    pub until: Timestamp,
    /// The frame it was opened in.
    pub frame: u64,
    /// What moves with every voucher.
    seen: Mutex<Seen>,
}

/// What moves.
#[derive(Clone)]
pub(super) struct Seen {
    pub cap: Amount,
    pub checkpoint: u16,
    pub chain: Option<Chain>,
    /// The chain before the last checkpoint, if it was seen here.
    pub stale: Option<Chain>,
    pub accepted: Amount,
    /// The offer versions it is priced by, in the order of the books.
    pub versions: Vec<OfferId>,
}

impl Sessions {
    pub(super) fn find(&self, id: CommandId) -> Option<Arc<Known>> {
        let known = self.lock();
        known.young.get(&id).or_else(|| known.old.get(&id)).map(Arc::clone)
    }

    pub(super) fn note(&self, id: CommandId, session: Arc<Known>) {
        let mut known = self.lock();
        if let Some(before) = known.young.get(&id).or_else(|| known.old.get(&id)) {
            session.inherit(before);
        }
        if known.young.len() >= MOST {
            known.old = std::mem::take(&mut known.young);
        }
        known.young.insert(id, session);
    }

    /// Marks a request as under way; none if one of its number is.
    pub(super) fn begin(&self, session: CommandId, seq: u32) -> Option<Running<'_>> {
        let request = (session, seq);
        // Made only where it is the first: one that is dropped ends the other's run, and takes the lock for it.
        let is_first = self.lock().running.insert(request);
        is_first.then(|| Running { sessions: self, request })
    }

    /// Takes one of the tries at an answer that was lost.
    pub(super) fn try_again(&self, session: CommandId, seq: u32) -> bool {
        let mut known = self.lock();
        if known.again.len() >= MOST {
            known.again.pop_first();
        }
        let tries = known.again.entry((session, seq)).or_default();
        *tries = tries.saturating_add(1);
        *tries <= TRIES
    }

    pub(super) fn forget(&self, id: CommandId) {
        let mut known = self.lock();
        known.young.remove(&id);
        known.old.remove(&id);
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.sessions.lock().running.remove(&self.request);
    }
}

impl Known {
    pub(super) fn of(session: &Session, offer: &Offer) -> Known {
        Known {
            payer: session.payer,
            recipient: offer.payee.clone(),
            asset: session.asset,
            kind: session.kind,
            key: PublicKey(session.voucher_key),
            until: session.until,
            frame: session.place.frame,
            seen: Mutex::new(Seen::of(session)),
        }
    }

    /// What every signed text of the session names.
    pub(super) fn bound(&self, instance: protocol::Instance, session: CommandId) -> Bound<'_> {
        Bound { instance, session, recipient: &self.recipient, currency: self.asset, account: self.payer }
    }

    pub(super) fn seen(&self) -> Seen {
        self.lock().clone()
    }

    pub(super) fn cap(&self) -> Amount {
        self.lock().cap
    }

    /// Takes over which chain still proves who sends: the books keep only the one that runs, and decide for how long.
    fn inherit(&self, before: &Known) {
        let before = before.seen();
        self.moved(|seen| {
            if seen.checkpoint == before.checkpoint {
                seen.stale = before.stale;
            } else if before.checkpoint.checked_add(1) == Some(seen.checkpoint) {
                seen.stale = before.chain;
            }
        });
    }

    /// Takes over what a step that was applied made of it.
    pub(super) fn moved(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Takes over what a step that was applied made of it. Steps end in another order than they began, so only what is newer counts.
    pub(super) fn follow(&mut self, after: &Seen, offer: Option<OfferId>) {
        if self.checkpoint == after.checkpoint {
            self.accepted = self.accepted.max(after.accepted);
            let index = |chain: &Option<Chain>| chain.map(|chain| chain.index);
            if index(&after.chain) > index(&self.chain) {
                self.chain = after.chain;
            }
        }
        if after.versions.len() >= self.versions.len() {
            self.versions.clone_from(&after.versions);
            self.versions.extend(offer);
        }
    }

    fn of(session: &Session) -> Seen {
        let chain = session.chain;
        let runs = !chain.step.is_zero();
        let chain = runs.then(|| Chain {
            base: chain.base,
            step: chain.step,
            length: chain.length.into(),
            index: chain.index.into(),
            tip: chain.tip,
        });
        Seen {
            cap: session.cap,
            checkpoint: session.chain.checkpoint,
            chain,
            stale: None,
            accepted: session.accepted,
            versions: session.versions.iter().map(|version| version.offer).collect(),
        }
    }
}
