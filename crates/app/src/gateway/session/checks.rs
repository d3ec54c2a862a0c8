//! Challenges that were checked before: those of sessions are good for a day and come with every payment, so each is read and its MAC
//! made once. Credentials that begin with one of them, byte for byte, are read from where it is over. In memory only and bounded.

use hashbrown::HashMap;
use protocol::Challenge;
use protocol::Presented as Credential;
use protocol::challenge::CheckedSession;
use protocol::credential::Front;
use protocol::session::{Action, SessionCredential};
use protocol::text::Malformed;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Challenges that are remembered in one generation; the older one goes when the younger is full.
const MOST: usize = 20_000;

/// Checked challenges by their ids, in two generations.
#[derive(Default)]
pub(in super::super) struct Checks(Mutex<Generations>);

/// A challenge that holds, and what it says.
pub(in super::super) struct Standing {
    pub challenge: Challenge,
    pub checked: CheckedSession,
}

/// A credential of a session on its way in.
pub(in super::super) struct Presented {
    pub action: Action,
    pub echo: Echo,
}

/// The challenge that a credential echoes.
pub(in super::super) enum Echo {
    /// It came in the same bytes before, and holds.
    Known(Arc<Standing>),
    /// As it was read, with the whole field.
    Read(Box<(Challenge, String)>),
}

/// What a credential is.
pub(in super::super) enum Said {
    /// A step of a session.
    InSession(Presented),
    /// A purchase by itself.
    AtOnce(Credential),
}

#[derive(Default)]
struct Generations {
    young: Table,
    old: Table,
}

#[derive(Default)]
struct Table {
    by_id: HashMap<String, Arc<Standing>, RandomState>,
    /// By the mark of the front.
    by_front: HashMap<Box<str>, Arc<Begun>, RandomState>,
}

/// How a credential begins, and the challenge that says.
struct Begun {
    front: Front,
    standing: Arc<Standing>,
}

impl Checks {
    /// What was found in the very same challenge, all parameters included: the id alone is what a forger would keep.
    pub(super) fn find(&self, challenge: &Challenge) -> Option<Arc<Standing>> {
        let known = self.lock();
        let standing = known.young.by_id.get(&challenge.id).or_else(|| known.old.by_id.get(&challenge.id))?;
        (standing.challenge == *challenge).then(|| Arc::clone(standing))
    }

    /// Reads a credential, behind its challenge if that is known.
    ///
    /// # Errors
    /// As [`Credential::parse`].
    pub(in super::super) fn said(&self, value: &str) -> Result<Said, Malformed> {
        // What pays by itself is of no session, whatever its challenge.
        if let Some((action, standing)) = self.read(value).filter(|(action, _)| action.at().is_some()) {
            return Ok(Said::InSession(Presented { action, echo: Echo::Known(standing) }));
        }
        Ok(match Credential::parse(value)? {
            Credential::Session(SessionCredential { challenge, action }) if action.at().is_some() => {
                Said::InSession(Presented { action, echo: Echo::Read(Box::new((challenge, value.to_owned()))) })
            }
            credential @ (Credential::Session(_) | Credential::Charge(_)) => Said::AtOnce(credential),
        })
    }

    /// What a credential does whose challenge came in the very same bytes before, and that challenge.
    fn read(&self, value: &str) -> Option<(Action, Arc<Standing>)> {
        let mark = Front::mark(value)?;
        let found = {
            let known = self.lock();
            Arc::clone(known.young.by_front.get(mark).or_else(|| known.old.by_front.get(mark))?)
        };
        // What is wrong with it is said by whoever reads it whole.
        let action = found.front.read(value)?.ok()?;
        Some((action, Arc::clone(&found.standing)))
    }

    /// Remembers one that held.
    pub(super) fn note(&self, standing: &Arc<Standing>) {
        let mut known = self.lock();
        known.make_room();
        known.young.by_id.insert(standing.challenge.id.clone(), Arc::clone(standing));
    }

    /// Remembers how a credential with it begins.
    pub(super) fn note_front(&self, value: &str, standing: &Arc<Standing>) {
        let Some(mark) = Front::mark(value) else { return };
        let Some((front, challenge)) = Front::of(value) else { return };
        // It was read twice, and must have been read alike.
        if challenge == standing.challenge {
            let mut known = self.lock();
            known.make_room();
            known.young.by_front.insert(mark.into(), Arc::new(Begun { front, standing: Arc::clone(standing) }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn make_room(&mut self) {
        if self.young.by_id.len().max(self.young.by_front.len()) >= MOST {
            self.old = std::mem::take(&mut self.young);
        }
    }
}
