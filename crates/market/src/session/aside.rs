//! What a payee's own service sets aside before it works: the most that the work can cost, held against the session for a while.
//!
//! It is the payee's, by an id of its own, so that a service that asks again has the same and no second one. The event that names
//! it draws what was really used, never more than was set aside; the rest is headroom again in that very record. One that no event names
//! is headroom again when its time is over, whether anything ran then or not. An end waits for what is set aside, as for a request under way.

use super::{MOST_RESERVES, Session};
use crate::codec::{Damaged, Reader, Writer};
use crate::command::Maker;
use crate::outcome::{Effect, Rejection};
use crate::state::{Stamp, State};
use money::{Amount, CommandId, Span, Timestamp};
use std::ops::RangeInclusive;

/// So long something may be set aside, in seconds: who works longer asks again.
pub const ASIDE: RangeInclusive<u64> = 1..=600;

/// A payee's service sets units of a session aside; the command's id is what events will name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetAside {
    /// Of which session.
    pub session: CommandId,
    /// The offer version that prices it, as a place among the session's versions.
    pub version: u8,
    /// How many units the work uses at most.
    pub units: u64,
    /// So long, unless an event names it before.
    pub lasts: Span,
}

/// Units that a service set aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Aside {
    /// What events name it by.
    pub id: CommandId,
    /// The offer version that prices it, as a place in [`Session::versions`].
    pub version: u8,
    /// How many units at most.
    pub units: u64,
    /// What they cost at most.
    pub amount: Amount,
    /// When it is headroom again.
    pub until: Timestamp,
}

impl Session {
    /// What is set aside and not over at `now`.
    pub fn set_aside(&self, now: Timestamp) -> impl Iterator<Item = &Aside> {
        self.aside.iter().filter(move |aside| now < aside.until)
    }

    /// The one that an event names, while it holds and if it is of the version that prices the event.
    pub(super) fn aside_of(&self, id: Option<CommandId>, version: u8, now: Timestamp) -> Option<Aside> {
        self.set_aside(now).find(|aside| Some(aside.id) == id && aside.version == version).copied()
    }

    /// True while somebody works on something of it.
    pub(super) fn is_under_way(&self, now: Timestamp) -> bool {
        self.reserves.iter().any(|reserve| now < reserve.until) || self.set_aside(now).next().is_some()
    }
}

impl State {
    /// Sets units aside, if what is authorised covers the most that they can cost.
    pub(crate) fn set_aside(&mut self, (id, maker): (CommandId, Maker), set: &SetAside, stamp: Stamp) -> Result<Effect, Rejection> {
        let session = self.sessions.find(set.session).ok_or(Rejection::SessionUnknown)?;
        let before = *session.versions.get(usize::from(set.version)).ok_or(Rejection::Invalid("version"))?;
        let ((payee, unit), rate) = self.metering(before.offer).ok_or(Rejection::MeterUnknown)?;
        // Somebody else's session is not there, and a meter is its payee's.
        if self.payee(&payee).is_none_or(|payee| maker != Maker::Party(payee.party)) {
            return Err(Rejection::SessionUnknown);
        }
        self.meter(&payee, unit).ok_or(Rejection::MeterUnknown)?;
        if !session.is_open(stamp.now) {
            return Err(Rejection::SessionEnded);
        }
        let amount = rate.at_most(set.units).ok_or(Rejection::Overflow)?;
        if session.set_aside(stamp.now).count() >= MOST_RESERVES {
            return Err(Rejection::SessionBusy);
        }
        let parts = [session.drawn, session.reserved(stamp.now), amount];
        let needs = parts.into_iter().try_fold(Amount::ZERO, Amount::checked_add).ok_or(Rejection::Overflow)?;
        if needs > session.accepted {
            return Err(Rejection::NotCovered { needs, accepted: session.accepted });
        }
        let session = self.sessions.find_mut(set.session).expect("found above");
        session.aside.retain(|aside| stamp.now < aside.until);
        session.aside.push(Aside { id, version: set.version, units: set.units, amount, until: stamp.now.after(set.lasts) });
        Ok(Effect::Reserved(amount))
    }
}

impl SetAside {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.session.0);
        out.u8(self.version);
        out.u64(self.units);
        out.u64(self.lasts.0);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<SetAside, Damaged> {
        let (session, version) = (from.command_id()?, from.u8("version")?);
        Ok(SetAside { session, version, units: from.u64("units")?, lasts: Span(from.u64("how long")?) })
    }
}

impl Aside {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.id.0);
        out.u8(self.version);
        out.u64(self.units);
        out.amount(self.amount);
        out.time(self.until);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Aside, Damaged> {
        let (id, version, units) = (from.command_id()?, from.u8("version")?, from.u64("units")?);
        Ok(Aside { id, version, units, amount: from.amount()?, until: from.time()? })
    }
}
