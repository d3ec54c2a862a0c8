//! Claims: which ids were used, and for what, for as long as they would still be taken.

use crate::command::{Command, Maker};
use crate::outcome::{Effect, Rejection};
use crate::{codec::Writer, outcome::Outcome};
use money::{CommandId, Span, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// An id is remembered until its own time plus this; one that is older is refused, so none is forgotten while it counts.
const WINDOW: Span = Span(600);
/// How far ahead of `now` an id's own time may lie.
const AHEAD: Span = Span(120);

/// Used ids by their own time. Bounded by the window, not by a capacity.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Claims {
    used: BTreeMap<(CommandId, Maker), Claim>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Claim {
    content: Fingerprint,
    effect: Effect,
}

/// The first half of SHA-256 over a command's journal layout.
pub(crate) type Fingerprint = [u8; 16];

pub(crate) fn fingerprint(command: &Command) -> Fingerprint {
    let mut bytes = Vec::with_capacity(512);
    command.encode(&mut Writer(&mut bytes));
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    let (first, _) = digest.split_first_chunk::<16>().expect("SHA-256 has 32 bytes");
    *first
}

impl Claims {
    /// Whether an id's own time lies in the window in which ids are remembered.
    pub fn timely(&self, id: CommandId, now: Timestamp) -> Result<(), Rejection> {
        let own_time = Timestamp::from_ms(id.ms());
        if own_time.after(WINDOW) < now {
            return Err(Rejection::IdTooOld);
        }
        if own_time > now.after(AHEAD) {
            return Err(Rejection::IdTooNew);
        }
        Ok(())
    }

    /// What a timely id's past says of a command: nothing, or the final answer.
    pub fn answer(&self, command: &Command, content: Fingerprint) -> Option<Outcome> {
        let claim = self.used.get(&(command.id, command.maker))?;
        Some(if claim.content == content { Outcome::Replayed(claim.effect) } else { Outcome::Rejected(Rejection::IdReused) })
    }

    /// Remembers what an id was used for and forgets those whose window is over.
    pub fn claim(&mut self, command: &Command, content: Fingerprint, effect: Effect, now: Timestamp) {
        self.used.insert((command.id, command.maker), Claim { content, effect });
        while let Some(oldest) = self.used.first_entry()
            && Timestamp::from_ms(oldest.key().0.ms()).after(WINDOW) < now
        {
            oldest.remove();
        }
    }

    pub fn holds(&self, maker: Maker, id: CommandId) -> bool {
        self.used.contains_key(&(id, maker))
    }

    pub fn len(&self) -> usize {
        self.used.len()
    }
}
