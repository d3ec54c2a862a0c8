//! Claims: which ids were used, and for what, for as long as they would still be taken.

use crate::command::{Command, Maker};
use crate::outcome::{Effect, Outcome, Rejection};
use crate::prepared::Fingerprint;
use ledger::{Hash, HashKey, Index};
use money::{Amount, CommandId, Span, Timestamp};
use std::collections::VecDeque;

/// An id is remembered until its own time plus this; one that is older is refused, so none is forgotten while it counts.
pub(crate) const WINDOW: Span = Span(600);
/// How far ahead of `now` an id's own time may lie.
const AHEAD: Span = Span(120);
/// Milliseconds of own time that are kept and forgotten together. Ids made now are looked for among ids made now: at more
/// than a million a second such a table still fits the processor's cache beside the accounts, where one of a minute, or of a
/// tenth of a second, would not. Snapshots are laid out by it.
const MOMENT_MS: u64 = 8;
/// So many moments are looked at one after the other, from the last, before one is searched for.
const NEAR: usize = 4;

/// Used ids, moment by moment of their own time. Bounded by the window, not by a capacity: a moment whose window is over
/// is dropped whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Claims {
    /// By the number of their moment, in order. Nearly all that is asked for is in the last few; an entry is small, since one
    /// that comes late moves those after it.
    moments: VecDeque<(u64, Box<Moment>)>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Moment {
    claims: Vec<Claim>,
    by_id: Index,
    /// Effects that have no place in a [`Did`]; few commands have such.
    rare: Vec<Effect>,
}

/// There are millions of these, so nothing in it is aligned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Claim {
    id: CommandId,
    maker: Maker,
    content: Fingerprint,
    did: Did,
    /// The effect's amount, or the number of a rare effect, in little-endian bytes.
    figure: [u8; 8],
}

/// An [`Effect`] without its figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Did {
    Sold,
    Tipped,
    ToppedUp,
    Rare,
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

    /// Brings the place of an id into the processor's cache before it is asked for.
    pub fn touch(&self, id: CommandId, hash: Hash) -> Option<u32> {
        self.moment(moment_of(id))?.by_id.guess(hash)
    }

    /// What a timely id's past says of a command: nothing, or the final answer.
    pub fn answer(&self, hash: Hash, command: &Command, content: Fingerprint) -> Option<Outcome> {
        let moment = self.moment(moment_of(command.id))?;
        let claim = moment.find(hash, command.maker, command.id)?;
        let same = claim.content == content;
        Some(if same { Outcome::Replayed(moment.effect(claim)) } else { Outcome::Rejected(Rejection::IdReused) })
    }

    /// Remembers what an id was used for, now or, read back in the order of [`Claims::iter`], before.
    pub fn claim(&mut self, hash: Hash, of: (CommandId, Maker), content: Fingerprint, effect: &Effect) {
        let number = moment_of(of.0);
        let at = self.place(number);
        let before = at.checked_sub(1).and_then(|before| self.moments.get(before));
        if before.is_none_or(|(of, _)| *of != number) {
            // Most likely as many come as in the one before.
            let like = before.map_or(0, |(_, before)| before.claims.len());
            self.moments.insert(at, (number, Box::new(Moment::of(like))));
            return self.claim(hash, of, content, effect);
        }
        let (_, moment) = at.checked_sub(1).and_then(|at| self.moments.get_mut(at)).expect("it was looked at above");
        moment.enter(hash, of, content, effect);
    }

    /// Forgets the ids whose window is over at `now`.
    pub fn forget(&mut self, now: Timestamp) {
        while let Some((oldest, _)) = self.moments.front()
            && Timestamp::from_ms(oldest.saturating_add(1).saturating_mul(MOMENT_MS)).after(WINDOW) <= now
        {
            self.moments.pop_front();
        }
    }

    pub fn holds(&self, key: &HashKey, maker: Maker, id: CommandId) -> bool {
        self.moment(moment_of(id)).is_some_and(|moment| moment.find(hash_of(key, maker, id), maker, id).is_some())
    }

    pub fn len(&self) -> usize {
        self.moments.iter().map(|(_, moment)| moment.claims.len()).sum()
    }

    /// Every claim, moment by moment in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = (CommandId, Maker, Fingerprint, Effect)> {
        let of_moment = |moment: &'_ Moment| {
            moment.claims.iter().map(|claim| (claim.id, claim.maker, claim.content, moment.effect(claim))).collect::<Vec<_>>()
        };
        self.moments.iter().flat_map(move |(_, moment)| of_moment(moment))
    }

    fn moment(&self, number: u64) -> Option<&Moment> {
        let (of, moment) = self.moments.get(self.place(number).checked_sub(1)?)?;
        (*of == number).then_some(moment)
    }

    /// How many moments are not later than one: it is the last of those, if it is there.
    fn place(&self, number: u64) -> usize {
        let later = self.moments.iter().rev().take(NEAR).take_while(|(of, _)| *of > number).count();
        if later < NEAR {
            return self.moments.len().saturating_sub(later);
        }
        self.moments.partition_point(|(of, _)| *of <= number)
    }
}

impl Moment {
    /// An empty one with room for so many.
    fn of(claims: usize) -> Moment {
        let mut moment = Moment { claims: Vec::with_capacity(claims), ..Moment::default() };
        moment.by_id.reserve(claims);
        moment
    }

    fn find(&self, hash: Hash, maker: Maker, id: CommandId) -> Option<&Claim> {
        let at = |row: u32| usize::try_from(row).ok().and_then(|row| self.claims.get(row));
        let row = self.by_id.find(hash, |row| at(row).is_some_and(|claim| claim.id == id && claim.maker == maker))?;
        at(row)
    }

    fn enter(&mut self, hash: Hash, (id, maker): (CommandId, Maker), content: Fingerprint, effect: &Effect) {
        let row = u32::try_from(self.claims.len()).expect("a moment has fewer than 2^32 commands");
        let (did, figure) = match *effect {
            Effect::Sold { sale, charged } if sale == id => (Did::Sold, charged.units()),
            Effect::Tipped(amount) => (Did::Tipped, amount.units()),
            Effect::ToppedUp(amount) => (Did::ToppedUp, amount.units()),
            Effect::Founded
            | Effect::PayeeOpened
            | Effect::OfferSet(_)
            | Effect::OfferEnded(_)
            | Effect::Sold { .. }
            | Effect::Refunded { .. }
            | Effect::GuardSet
            | Effect::MonthsStated
            | Effect::SessionOpened(_)
            | Effect::Drawn { .. }
            | Effect::Reserved(_)
            | Effect::Called { .. }
            | Effect::Captured { .. }
            | Effect::SessionRaised(_)
            | Effect::SessionClosing
            | Effect::MeterSet
            | Effect::Promised(_)
            | Effect::CoinClaimed(_)
            | Effect::CoinClosed(_)
            | Effect::Counted { .. }
            | Effect::CountedAside { .. }
            | Effect::SessionEnded { .. } => {
                self.rare.push(*effect);
                (Did::Rare, u64::try_from(self.rare.len().saturating_sub(1)).expect("fewer than the claims of the moment"))
            }
        };
        self.claims.push(Claim { id, maker, content, did, figure: figure.to_le_bytes() });
        self.by_id.insert(hash, row);
    }

    fn effect(&self, claim: &Claim) -> Effect {
        let figure = u64::from_le_bytes(claim.figure);
        let amount = || Amount::new(figure).expect("it was an amount");
        match claim.did {
            Did::Sold => Effect::Sold { sale: claim.id, charged: amount() },
            Did::Tipped => Effect::Tipped(amount()),
            Did::ToppedUp => Effect::ToppedUp(amount()),
            Did::Rare => {
                let effect = usize::try_from(figure).ok().and_then(|at| self.rare.get(at));
                *effect.expect("a claim names an effect of its own moment")
            }
        }
    }
}

pub(crate) fn moment_of(id: CommandId) -> u64 {
    id.ms() / MOMENT_MS
}

/// The hash under which an id of a maker is claimed.
pub(crate) fn hash_of(key: &HashKey, maker: Maker, id: CommandId) -> Hash {
    match maker {
        Maker::Instance => key.hashing().id(&id).hash(),
        Maker::Party(party) => key.hashing().id(&id).party(&party).hash(),
    }
}
