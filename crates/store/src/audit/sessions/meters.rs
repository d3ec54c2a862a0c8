//! Meters from the records alone: each event once, in its window, drawn as far as what was authorised reached and no further.

use super::{Said, Sessions, must, says};
use crate::audit::sales::Sales;
use market::session::{AHEAD, EventKey};
use market::{Count, Effect, OfferPrice, SetMeter, Unit};
use money::{CommandId, Span, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// All meters, by the payee's handle and the unit.
#[derive(Default)]
pub(super) struct Meters(BTreeMap<(String, Unit), MeterFacts>);

struct MeterFacts {
    late: Span,
    /// What happened before was refused once, and is for good.
    since: Timestamp,
    /// Events by their own time; those that are too late by now are left out on the way.
    events: BTreeMap<Timestamp, Vec<EventKey>>,
    known: BTreeSet<EventKey>,
}

impl MeterFacts {
    fn turn(&mut self, now: Timestamp) {
        self.since = self.since.max(now.before(self.late));
        let left = self.events.split_off(&self.since);
        for event in std::mem::replace(&mut self.events, left).into_values().flatten() {
            self.known.remove(&event);
        }
    }
}

impl Meters {
    pub(super) fn set(&mut self, set: &SetMeter, at: Timestamp) {
        let new = || MeterFacts { late: set.late, since: at.before(set.late), events: BTreeMap::new(), known: BTreeSet::new() };
        let meter = self.0.entry((set.payee.clone(), set.unit)).or_insert_with(new);
        meter.turn(at);
        meter.late = set.late;
    }

    /// Enters an event: known to nobody, and of the meter's window.
    fn enter(&mut self, key: (String, Unit), count: &Count, now: Timestamp) -> Said {
        let meter = self.0.get_mut(&key).ok_or((None, format!("{} has no meter of {}", key.0, key.1.as_str())))?;
        meter.turn(now);
        must(count.at >= meter.since, || format!("an event of {} is counted where {} is closed", count.at, meter.since))?;
        must(count.at <= now.after(AHEAD), || format!("an event of {} is counted ahead of its time", count.at))?;
        must(meter.known.insert(count.event), || "an event is counted a second time".to_owned())?;
        meter.events.entry(count.at).or_default().push(count.event);
        Ok(())
    }
}

impl Sessions {
    /// What an event draws, and how much of it nothing was authorised for.
    pub(super) fn counted(&mut self, (id, at): (CommandId, Timestamp), (count, effect): (&Count, Effect), sales: &Sales) -> Said {
        let session = self.by_id.get_mut(&id).ok_or((None, "an event is counted in a session that was never opened".to_owned()))?;
        let version = usize::from(count.version);
        let row = session.versions.get(version).ok_or((None, format!("a session has no version {version}")))?;
        let offer = sales.offer(row.offer).ok_or((None, "an event is priced by an offer that nobody made".to_owned()))?;
        let OfferPrice::Metered(metered) = offer.price else { return Err((None, "an event is priced by no meter".to_owned())) };
        self.meters.enter((offer.payee.clone(), metered.unit), count, at)?;
        let aside = count.aside.and_then(|id| session.aside.take((id, version), at));
        let unbilled = match (effect, aside) {
            (Effect::Counted { unbilled, .. }, None) | (Effect::CountedAside { unbilled, .. }, Some(_)) => unbilled,
            _ => return Err((None, format!("an event is counted and says {effect:?}"))),
        };
        let billed = count.units.checked_sub(unbilled).ok_or((None, format!("{unbilled} of {} units are unbilled", count.units)))?;
        if let Some(aside) = aside {
            let of = aside.units;
            must(billed == count.units.min(of), || format!("{billed} of {} units are billed where {of} were set aside", count.units))?;
            return session.draws((version, billed), (says(effect), effect), sales);
        }
        if !session.goes_on(at) {
            return must((billed, says(effect)) == (0, Some(0)), || "an event draws from a session that is over".to_owned());
        }
        session.draws((version, billed), (says(effect), effect), sales)?;
        if unbilled == 0 {
            return Ok(());
        }
        // One unit more would have been above what was authorised and not reserved; what lapsed is counted as reserved still.
        let (amount, per) = session.rate(version, sales)?;
        let row = session.versions.get(version).expect("it was found above");
        let more = u128::from(row.units).saturating_add(1).saturating_mul(amount.into()).checked_div(per.into()).unwrap_or(u128::MAX);
        let due = more.saturating_sub(row.drawn.into());
        let needs = u128::from(session.drawn).saturating_add(session.reserved(at, sales)?).saturating_add(due);
        must(needs > session.accepted.into(), || format!("{unbilled} units are unbilled where {needs} of {} would do", session.accepted))
    }
}
