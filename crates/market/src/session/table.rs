//! All sessions, found by id, and what bounds how many a payer has.

use super::{KEPT, MOST_ENDED, MOST_OPEN, MOST_OPENED, Phase, Seqs, Session, Watched};
use crate::outcome::Rejection;
use money::{CommandId, Party, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Sessions by id. Those that ended are kept for a while, for who asks for the final figures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sessions {
    by_id: BTreeMap<CommandId, Box<Session>>,
    ended: BTreeSet<(Timestamp, CommandId)>,
    /// The same by payer, so that nobody has more of them kept than others.
    ended_of: BTreeMap<Party, BTreeSet<(Timestamp, CommandId)>>,
    /// Those that are not over.
    running: BTreeSet<CommandId>,
    /// Those of a payer's that are not over.
    open: BTreeMap<Party, BTreeSet<CommandId>>,
    /// The last minute in which any was opened, and how many each payer opened in it.
    minute: u64,
    opened: BTreeMap<Party, u16>,
}

impl Sessions {
    pub fn find(&self, id: CommandId) -> Option<&Session> {
        self.by_id.get(&id).map(Box::as_ref)
    }

    pub fn find_mut(&mut self, id: CommandId) -> Option<&mut Session> {
        self.by_id.get_mut(&id).map(Box::as_mut)
    }

    pub fn iter(&self) -> impl Iterator<Item = (CommandId, &Session)> {
        self.by_id.iter().map(|(id, session)| (*id, session.as_ref()))
    }

    /// The last session in the order of ids.
    pub fn last(&self) -> Option<CommandId> {
        self.by_id.last_key_value().map(|(id, _)| *id)
    }

    /// A hold comes back, so money alone does not bound how many a payer opens.
    pub fn may_open(&self, payer: Party, now: Timestamp) -> Result<(), Rejection> {
        let open = self.open.get(&payer).map_or(0, BTreeSet::len);
        let opened = if self.minute == minute(now) { self.opened.get(&payer).copied().unwrap_or_default() } else { 0 };
        if open >= usize::from(MOST_OPEN) || opened >= MOST_OPENED { Err(Rejection::TooManySessions) } else { Ok(()) }
    }

    /// Adds a session of a new id, open or, read back, in whatever phase.
    pub fn enter(&mut self, id: CommandId, session: Session) {
        let at = minute(session.opened_at);
        if at > self.minute {
            self.minute = at;
            self.opened.clear();
        }
        if at == self.minute {
            let opened = self.opened.entry(session.payer).or_default();
            *opened = opened.saturating_add(1);
        }
        match session.phase {
            Phase::Open | Phase::Closing => {
                self.running.insert(id);
                self.open.entry(session.payer).or_default().insert(id);
            }
            Phase::Ended { at } => {
                self.ended.insert((at, id));
                self.ended_of.entry(session.payer).or_default().insert((at, id));
            }
        }
        self.by_id.insert(id, Box::new(session));
    }

    /// Marks a session as over, of which only the figures are kept then, and forgets those that have been for long, or are too
    /// many of one payer.
    pub fn end(&mut self, id: CommandId, at: Timestamp) {
        let session = self.by_id.get_mut(&id).expect("the caller found it");
        session.phase = Phase::Ended { at };
        (session.seqs, session.reserves, session.watched) = (Seqs::default(), Vec::new(), Watched::default());
        session.aside = Vec::new();
        let payer = session.payer;
        let open = self.open.get_mut(&payer).expect("it was entered when it was opened");
        open.remove(&id);
        if open.is_empty() {
            self.open.remove(&payer);
        }
        self.running.remove(&id);
        self.ended.insert((at, id));
        let own = self.ended_of.entry(payer).or_default();
        own.insert((at, id));
        let surplus = if own.len() > MOST_ENDED { own.first().copied() } else { None };
        if let Some((since, oldest)) = surplus {
            self.forget(payer, (since, oldest));
        }
        while let Some((oldest, id)) = self.ended.first().copied()
            && oldest.after(KEPT) <= at
        {
            let payer = self.by_id.get(&id).map(|session| session.payer).expect("what is kept has its row");
            self.forget(payer, (oldest, id));
        }
    }

    /// Those that are not over, in the order of their ids.
    pub fn running(&self) -> impl Iterator<Item = (CommandId, &Session)> {
        self.running.iter().filter_map(|id| Some((*id, self.find(*id)?)))
    }

    /// Those of a payer's that are not over, in the order of their ids.
    pub fn running_of(&self, payer: Party) -> impl DoubleEndedIterator<Item = (CommandId, &Session)> {
        self.open.get(&payer).into_iter().flatten().filter_map(|id| Some((*id, self.find(*id)?)))
    }

    fn forget(&mut self, payer: Party, ended: (Timestamp, CommandId)) {
        self.ended.remove(&ended);
        self.by_id.remove(&ended.1);
        let Some(own) = self.ended_of.get_mut(&payer) else { return };
        own.remove(&ended);
        if own.is_empty() {
            self.ended_of.remove(&payer);
        }
    }
}

fn minute(at: Timestamp) -> u64 {
    at.seconds() / 60
}
