//! Meters: what a payee's own service counts, taken in event by event, each once.
//!
//! An event names itself by its source and id, so its step has no number: one that is known moves nothing, whoever sends it again and
//! after whatever crash. What is known is bounded by the events' own times: what is older than the meter's window is refused, so
//! its id need not be remembered. How far back that reaches only ever moves on, also when the window is made longer: no id is
//! forgotten while its event would still be taken.

use crate::codec::{Damaged, Reader, Writer};
use crate::offer::OfferPrice;
use crate::outcome::{Effect, Outcome, Rejection};
use crate::rate::{Rate, Unit};
use crate::session::{DrawnBy, Session};
use crate::state::{Stamp, State};
use money::{Amount, CommandId, OfferId, Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// So late an event may come at most, in seconds: as long as the figures of a session are kept.
pub const LATE: RangeInclusive<u64> = 60..=7 * 86_400;
/// So far ahead of the books' clock an event may say it happened.
pub const AHEAD: Span = Span(5 * 60);
/// Events of one meter whose ids are remembered at a time.
pub const MOST_EVENTS: usize = 1 << 20;

/// A payee's meter, by the unit that its offers are priced by: made, or given another window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetMeter {
    /// Handle of the payee.
    pub payee: String,
    /// Its name: the unit of the offers it is for.
    pub unit: Unit,
    /// Which member of an event's data says how many units it is.
    pub sum: String,
    /// So late an event may come.
    pub late: Span,
}

/// An event of a meter: so many units were used. The command's id is the session's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// Which event: a hash over its source and id, made by the door.
    pub event: EventKey,
    /// What it says: a hash over all of it, made by the door.
    pub print: u64,
    /// When it happened, by its own word.
    pub at: Timestamp,
    /// How many units.
    pub units: u64,
    /// The offer version it is priced by, as a place among the session's versions.
    pub version: u8,
    /// What its service had set aside for it, if it did.
    pub aside: Option<CommandId>,
}

/// What an event is found by.
pub type EventKey = [u8; 16];

/// A meter and the events it knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meter {
    /// Which member of an event's data says how many units it is.
    pub sum: String,
    /// So late an event may come.
    pub late: Span,
    /// What happened before is refused for good: ids of it may be forgotten.
    closed: Timestamp,
    known: BTreeMap<EventKey, (Timestamp, u64)>,
    by_time: BTreeSet<(Timestamp, EventKey)>,
}

/// By the payee's handle and the unit.
pub(crate) type MeterKey = (String, Unit);

/// All meters.
pub(crate) type Meters = BTreeMap<MeterKey, Meter>;

impl Meter {
    pub(crate) fn new(sum: String, late: Span, closed: Timestamp) -> Meter {
        Meter { sum, late, closed, known: BTreeMap::new(), by_time: BTreeSet::new() }
    }

    /// What happened before this is refused at `now`.
    #[must_use]
    pub fn opens(&self, now: Timestamp) -> Timestamp {
        self.closed.max(now.before(self.late))
    }

    /// How many events are remembered.
    #[must_use]
    pub fn events(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn closed(&self) -> Timestamp {
        self.closed
    }

    /// What is remembered, in the order of the keys.
    pub(crate) fn known(&self) -> impl Iterator<Item = (EventKey, Timestamp, u64)> {
        self.known.iter().map(|(event, (at, print))| (*event, *at, *print))
    }

    /// Puts back what [`Meter::known`] said; false for what it never says.
    pub(crate) fn put_back(&mut self, event: EventKey, at: Timestamp, print: u64) -> bool {
        let follows = self.known.last_key_value().is_none_or(|(before, _)| *before < event);
        let fits = follows && at >= self.closed && self.known.len() < MOST_EVENTS;
        if fits {
            self.known.insert(event, (at, print));
            self.by_time.insert((at, event));
        }
        fits
    }

    /// Whether an event's own time is one at which events are taken.
    fn timely(&self, at: Timestamp, now: Timestamp) -> Result<(), Rejection> {
        let since = self.opens(now);
        if at < since {
            return Err(Rejection::TooLate { since });
        }
        if at > now.after(AHEAD) { Err(Rejection::EventInFuture) } else { Ok(()) }
    }

    /// What the past says of a timely event. One whose own time is over counts as forgotten, whether it is yet or not.
    fn past(&self, count: &Count, now: Timestamp) -> Option<Outcome> {
        let (at, print) = self.known.get(&count.event).filter(|(at, _)| *at >= self.opens(now))?;
        let same = (*at, *print) == (count.at, count.print);
        let known = Effect::Counted { amount: Amount::ZERO, unbilled: 0, told: 0 };
        Some(if same { Outcome::Standing(known) } else { Outcome::Rejected(Rejection::EventConflict) })
    }

    /// Forgets the events that are refused by their own time from now on.
    fn close(&mut self, now: Timestamp) {
        self.closed = self.opens(now);
        while let Some((at, event)) = self.by_time.first().copied()
            && at < self.closed
        {
            self.by_time.remove(&(at, event));
            self.known.remove(&event);
        }
    }

    fn enter(&mut self, count: &Count, now: Timestamp) {
        self.close(now);
        self.known.insert(count.event, (count.at, count.print));
        self.by_time.insert((count.at, count.event));
    }

    /// True if no more events can be remembered, also when those that are over are forgotten.
    fn is_full(&self, now: Timestamp) -> bool {
        let over = || self.by_time.range(..(self.opens(now), [0; 16])).next().is_some();
        self.known.len() >= MOST_EVENTS && !over()
    }
}

impl State {
    /// A payee's meter.
    #[must_use]
    pub fn meter(&self, payee: &str, unit: Unit) -> Option<&Meter> {
        self.meters.get(&(payee.to_owned(), unit))
    }

    /// All meters with the handles of their payees, in order.
    pub fn meters(&self) -> impl Iterator<Item = (&str, Unit, &Meter)> {
        self.meters.iter().map(|((payee, unit), meter)| (payee.as_str(), *unit, meter))
    }

    /// The version, among those of a session, that a payee's meter draws by, as a place: the first that is priced by its unit.
    #[must_use]
    pub fn metered_version(&self, session: &Session, payee: &str, unit: Unit) -> Option<u8> {
        let by = |version: &DrawnBy| self.metering(version.offer).is_some_and(|(key, _)| key.0 == payee && key.1 == unit);
        u8::try_from(session.versions.iter().position(by)?).ok()
    }

    /// Whose meter counts what an offer sells, and at what rate.
    pub(super) fn metering(&self, offer: OfferId) -> Option<(MeterKey, Rate)> {
        let offer = &self.versions.get(&offer)?.offer;
        match offer.price {
            // What is watched is counted by us.
            OfferPrice::Metered(metered) if metered.video.is_none() => Some(((offer.payee.clone(), metered.unit), metered.rate)),
            OfferPrice::Metered(_) | OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => None,
        }
    }

    pub(crate) fn has_meter(&self, set: &SetMeter) -> bool {
        self.meter(&set.payee, set.unit).is_some_and(|meter| (&meter.sum, meter.late) == (&set.sum, set.late))
    }

    pub(crate) fn set_meter(&mut self, set: &SetMeter, stamp: Stamp) -> Result<Effect, Rejection> {
        if !self.payees.contains_key(&set.payee) {
            return Err(Rejection::PayeeUnknown);
        }
        // A new meter takes what happened within its window; an old one nothing that it would have refused a moment ago.
        let new = || Meter::new(set.sum.clone(), set.late, stamp.now.before(set.late));
        let meter = self.meters.entry((set.payee.clone(), set.unit)).or_insert_with(new);
        meter.close(stamp.now);
        (meter.sum, meter.late) = (set.sum.clone(), set.late);
        Ok(Effect::MeterSet)
    }

    /// What is to be answered to an event that is known: nothing moves.
    pub(crate) fn event_past(&self, id: CommandId, count: &Count, now: Timestamp) -> Option<Outcome> {
        let version = self.sessions.find(id)?.versions.get(usize::from(count.version))?;
        let meter = self.meters.get(&self.metering(version.offer)?.0)?;
        meter.timely(count.at, now).ok()?;
        meter.past(count, now)
    }

    /// Draws what an event says was used, as far as what is authorised reaches: the rest is counted and never charged.
    pub(crate) fn count(&mut self, id: CommandId, count: &Count, stamp: Stamp) -> Result<Effect, Rejection> {
        let now = stamp.now;
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        let before = *session.versions.get(usize::from(count.version)).ok_or(Rejection::Invalid("version"))?;
        let (key, rate) = self.metering(before.offer).ok_or(Rejection::MeterUnknown)?;
        let meter = self.meters.get(&key).ok_or(Rejection::MeterUnknown)?;
        meter.timely(count.at, now)?;
        if meter.is_full(now) {
            return Err(Rejection::MeterFull);
        }
        let aside = session.aside_of(count.aside, count.version, now);
        let units = match aside {
            // What was set aside is covered, also when the session is ending.
            Some(aside) => count.units.min(aside.units),
            None if session.is_open(now) => count.units.min(fitting(rate, &before, session.headroom(now))),
            None => 0,
        };
        let after = before.units.checked_add(units).ok_or(Rejection::Overflow)?;
        let drawn = rate.of(after).ok_or(Rejection::Overflow)?;
        let amount = drawn.saturating_sub(before.drawn);
        self.meters.get_mut(&key).expect("found above").enter(count, now);
        let session = self.sessions.find_mut(id).expect("found above");
        let row = DrawnBy { units: after, drawn, ..before };
        let told = if units == 0 { 0 } else { session.add_drawn((count.version, amount), row, now) };
        let unbilled = count.units.saturating_sub(units);
        let Some(aside) = aside else { return Ok(Effect::Counted { amount, unbilled, told }) };
        session.aside.retain(|other| other.id != aside.id);
        Ok(Effect::CountedAside { amount, unbilled, told })
    }
}

/// The most units that can follow those of a version and cost no more than `room` beside what they cost, rounded down once.
fn fitting(rate: Rate, before: &DrawnBy, room: Amount) -> u64 {
    // The cost of n units stays at or below a figure as long as n × amount stays below (figure + 1) × per.
    let figure = u128::from(before.drawn.units()).saturating_add(room.units().into()).saturating_add(1);
    let below = figure.saturating_mul(rate.per.get().into()).saturating_sub(1);
    let most = below.checked_div(rate.amount.units().into()).unwrap_or(u128::MAX);
    u64::try_from(most).unwrap_or(u64::MAX).saturating_sub(before.units)
}

impl SetMeter {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.text(&self.payee);
        out.text(self.unit.as_str());
        out.text(&self.sum);
        out.u64(self.late.0);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<SetMeter, Damaged> {
        let payee = from.text("payee")?;
        let unit = Unit::parse(&from.text("unit")?).ok_or(Damaged("unit"))?;
        Ok(SetMeter { payee, unit, sum: from.text("sum")?, late: Span(from.u64("late window")?) })
    }
}

impl Count {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.event);
        out.u64(self.print);
        out.time(self.at);
        out.u64(self.units);
        out.u8(self.version);
        if let Some(aside) = self.aside {
            out.bytes(&aside.0);
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Count, Damaged> {
        let (event, print, at) = (from.array("event")?, from.u64("print")?, from.time()?);
        Ok(Count { event, print, at, units: from.u64("units")?, version: from.u8("version")?, aside: None })
    }

    /// The form that names what was set aside; one that names nothing has the other number.
    pub(crate) fn decode_aside(from: &mut Reader<'_>) -> Result<Count, Damaged> {
        let count = Count::decode(from)?;
        Ok(Count { aside: Some(from.command_id()?), ..count })
    }
}
