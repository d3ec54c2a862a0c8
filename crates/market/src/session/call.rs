//! A call: promised before the origin is asked and drawn unless it fails. The next call of the session says that those before it were
//! delivered, so each is one record.

use super::apply::Priced;
use super::{Draw, DrawnBy, NEVER};
use crate::codec::{Damaged, Reader, Writer};
use crate::outcome::{Effect, Rejection};
use crate::state::{Stamp, State};
use money::{Amount, CommandId};

/// What one call costs, and which calls before it were delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Call {
    /// What it costs at most, and its voucher.
    pub draw: Draw,
    /// These are drawn, for all that was promised.
    pub delivered: Earlier,
}

/// Calls of a session among the 64 numbers before one: bit `i` is the number that is `i + 1` less.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Earlier(u64);

impl Earlier {
    /// With one more; none if its number is not one of the 64 before `seq`.
    #[must_use]
    pub fn with(self, seq: u32, earlier: u32) -> Option<Earlier> {
        let distance = seq.checked_sub(earlier).filter(|_| earlier > 0)?;
        let bit = 1_u64.checked_shl(distance.checked_sub(1)?)?;
        Some(Earlier(self.0 | bit))
    }

    /// Their numbers, the nearest first.
    pub fn seqs(self, seq: u32) -> impl Iterator<Item = u32> {
        (1..=u64::BITS).filter(move |distance| self.has(*distance)).filter_map(move |distance| seq.checked_sub(distance))
    }

    /// True if there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// True for one of them.
    #[must_use]
    pub fn holds(self, seq: u32, earlier: u32) -> bool {
        seq.checked_sub(earlier).is_some_and(|distance| self.has(distance))
    }

    /// True if all are numbers of requests: the first is 1.
    pub(crate) fn is_before(self, seq: u32) -> bool {
        self.seqs(seq).filter(|earlier| *earlier > 0).count() == self.count()
    }

    fn has(self, distance: u32) -> bool {
        distance.checked_sub(1).and_then(|place| self.0.checked_shr(place)).is_some_and(|bits| bits & 1 == 1)
    }

    fn count(self) -> usize {
        usize::try_from(self.0.count_ones()).unwrap_or(usize::MAX)
    }
}

impl From<Draw> for Call {
    /// With none before it.
    fn from(draw: Draw) -> Call {
        Call { draw, delivered: Earlier::default() }
    }
}

impl Call {
    /// How the journal marks it: one without calls before it as it always did.
    pub(crate) const fn kind(&self) -> u8 {
        if self.delivered.is_none() { 22 } else { 29 }
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        self.draw.encode(out);
        if !self.delivered.is_none() {
            out.u64(self.delivered.0);
        }
    }

    /// Of the kind that has calls before it.
    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Call, Damaged> {
        let (draw, delivered) = (Draw::decode(from)?, Earlier(from.u64("delivered")?));
        // There is one layout for one call.
        if delivered.is_none() { Err(Damaged("delivered")) } else { Ok(Call { draw, delivered }) }
    }
}

/// What calls that were delivered come to, before anything changed.
#[derive(Default)]
pub(super) struct Delivered {
    pub(super) calls: usize,
    /// Units and price of all that was drawn by the version, these included.
    units: u64,
    drawn: Amount,
    /// What these add.
    pub(super) amount: Amount,
    /// What was reserved for them.
    pub(super) freed: Amount,
}

impl State {
    /// Draws the calls before that were delivered, and promises what the next costs for as long as it takes.
    pub(crate) fn call(&mut self, id: CommandId, Call { draw, delivered }: &Call, stamp: Stamp) -> Result<Effect, Rejection> {
        let priced = self.priced(id, draw, stamp)?;
        let before = self.delivered(id, (draw, *delivered), &priced)?;
        let reserved = self.promised(id, (draw, &priced, &before), stamp)?;
        let session = self.sessions.find_mut(id).expect("priced() found it");
        session.reserves.retain(|reserve| !delivered.holds(draw.seq, reserve.seq));
        let row = DrawnBy { units: before.units, drawn: before.drawn, ..priced.version };
        // One that draws nothing leaves the time of the last draw as it is.
        let told = if delivered.is_none() { 0 } else { session.add_drawn((draw.version, before.amount), row, stamp.now) };
        let priced = Priced { version: row, ..priced };
        session.promise((draw, &priced), (reserved, NEVER), stamp.now);
        Ok(if delivered.is_none() { Effect::Reserved(reserved) } else { Effect::Called { reserved, drawn: before.amount, told } })
    }

    /// What calls before one come to: all that was promised for each. They are of its version.
    fn delivered(&self, id: CommandId, (draw, earlier): (&Draw, Earlier), priced: &Priced) -> Result<Delivered, Rejection> {
        let before = priced.version;
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        let (mut units, mut freed) = (before.units, Amount::ZERO);
        for seq in earlier.seqs(draw.seq) {
            let reserve = session.reserves.iter().find(|reserve| reserve.seq == seq && !reserve.lapses());
            let reserve = reserve.ok_or(Rejection::ReserveUnknown)?;
            if (reserve.version, reserve.part) != (draw.version, 0) {
                return Err(Rejection::Invalid("delivered"));
            }
            units = units.checked_add(reserve.units).ok_or(Rejection::Overflow)?;
            freed = freed.checked_add(reserve.amount).ok_or(Rejection::Overflow)?;
        }
        let drawn = priced.rate.of(units).ok_or(Rejection::Overflow)?;
        Ok(Delivered { calls: earlier.count(), units, drawn, amount: drawn.saturating_sub(before.drawn), freed })
    }
}
