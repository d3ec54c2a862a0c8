//! The oracle's meters: every event that was ever counted, looked through from the beginning.

use super::streaming::told;
use super::{Act, Fact, Figures, Maker, Model, Stream, no};
use market::{Count, OfferPrice, SetAside, SetMeter, Unit};
use money::{CommandId, OfferId};

const SECOND: u64 = 1_000_000;

/// A meter: whose, of what, how late its events may come, and from when on it takes them.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    payee: String,
    unit: Unit,
    sum: String,
    late: u64,
    closed: u64,
}

/// An event that was counted by a meter, given as its place in the list of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub meter: usize,
    pub count: Count,
}

/// Units that were set aside, until when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Put {
    pub id: CommandId,
    pub version: usize,
    pub units: i128,
    pub until: u64,
}

impl Figures {
    /// What an event drew, and what a service set aside.
    pub(super) fn metered(&mut self, fact: &Fact) -> Option<(usize, i128)> {
        if let Fact::SetAside(put) = fact {
            self.aside.push(*put);
        }
        let Fact::Counted { version, units, aside } = fact else { return None };
        self.aside.retain(|put| Some(put.id) != *aside);
        Some((*version, *units))
    }
}

impl Model {
    /// What is set aside now can cost so much at most.
    pub(super) fn put_by(&self, figures: &Figures, now: u64) -> i128 {
        let worth = |put: &Put| {
            let version = figures.versions.get(put.version).expect("it was entered with one");
            self.price(version.offer).expect("it was metered").0.ceiling(put.units)
        };
        figures.aside.iter().filter(|put| now < put.until).map(worth).sum()
    }

    pub(super) fn put_aside(&mut self, (id, maker): (CommandId, Maker), set: &SetAside, now: u64) -> Act {
        let Some(stream) = self.stream(set.session).cloned() else { return no("SessionUnknown") };
        let figures = self.figures(&stream);
        let version = usize::from(set.version);
        let Some(row) = figures.versions.get(version) else { return no("Invalid") };
        let sold = self.versions.iter().find(|(known, _)| *known == row.offer).map(|(_, offer)| offer.clone()).expect("it was drawn by");
        let is_film = matches!(&sold.price, OfferPrice::Metered(metered) if metered.video.is_some());
        if is_film {
            return no("MeterUnknown");
        }
        if maker != Maker::Party(self.party(&sold.payee)) {
            return no("SessionUnknown");
        }
        if self.meter_of(row.offer).is_none() {
            return no("MeterUnknown");
        }
        if figures.closing || figures.ended.is_some() || now >= stream.opened.until.0 {
            return no("SessionEnded");
        }
        let amount = self.price(row.offer).expect("it was metered").0.ceiling(i128::from(set.units));
        if amount > super::MOST {
            return no("Overflow");
        }
        if figures.aside.iter().filter(|put| now < put.until).count() >= 256 {
            return no("SessionBusy");
        }
        let needs = figures.drawn + self.promised(&figures, now) + amount;
        if needs > figures.accepted {
            return Err(("NotCovered", needs));
        }
        let until = now + set.lasts.0 * SECOND;
        self.happened(set.session, Fact::SetAside(Put { id, version, units: i128::from(set.units), until }));
        Ok(("Applied", "Reserved", amount))
    }

    pub(super) fn set_meter(&mut self, set: &SetMeter, now: u64) -> Act {
        let late = set.late.0 * SECOND;
        if self.payee(&set.payee).is_none() {
            return no("PayeeUnknown");
        }
        let Some(meter) = self.meters.iter_mut().find(|meter| meter.payee == set.payee && meter.unit == set.unit) else {
            let (payee, sum) = (set.payee.clone(), set.sum.clone());
            self.meters.push(Meter { payee, unit: set.unit, sum, late, closed: now.saturating_sub(late) });
            return Ok(("Applied", "MeterSet", 0));
        };
        if meter.sum == set.sum && meter.late == late {
            return Ok(("Standing", "MeterSet", 0));
        }
        meter.closed = meter.closed.max(now.saturating_sub(meter.late));
        (meter.sum, meter.late) = (set.sum.clone(), late);
        Ok(("Applied", "MeterSet", 0))
    }

    /// The meter that an offer is priced by, as its place in the list.
    fn meter_of(&self, offer: OfferId) -> Option<usize> {
        let (_, offer) = self.versions.iter().find(|(id, _)| *id == offer)?;
        let OfferPrice::Metered(metered) = &offer.price else { return None };
        if metered.video.is_some() {
            return None;
        }
        self.meters.iter().position(|meter| meter.payee == offer.payee && meter.unit == metered.unit)
    }

    /// The first instant at which a session's meter takes events; some other one if it has none.
    pub(crate) fn late(&self, _stream: &Stream, figures: &Figures) -> u64 {
        let meter = figures.versions.first().and_then(|version| self.meter_of(version.offer)).and_then(|at| self.meters.get(at));
        meter.map_or(0, |meter| meter.closed)
    }

    pub(super) fn count(&mut self, stream: &Stream, figures: &Figures, count: &Count, now: u64) -> Act {
        let at = usize::from(count.version);
        let Some(version) = figures.versions.get(at) else { return no("Invalid") };
        let Some(meter) = self.meter_of(version.offer) else { return no("MeterUnknown") };
        let known = self.meters.get_mut(meter).expect("it was just found");
        let closed = known.closed.max(now.saturating_sub(known.late));
        if count.at.0 < closed {
            return Err(("TooLate", i128::from(closed)));
        }
        if count.at.0 > now + 300 * SECOND {
            return no("EventInFuture");
        }
        let same = |event: &&Event| event.meter == meter && event.count.event == count.event && event.count.at.0 >= closed;
        if let Some(before) = self.events.iter().find(same) {
            let is_same = (before.count.at, before.count.print) == (count.at, count.print);
            return if is_same { Ok(("Standing", "Counted", 0)) } else { no("EventConflict") };
        }
        let is_open = !figures.closing && figures.ended.is_none() && now < stream.opened.until.0;
        let price = self.price(version.offer).expect("it is metered").0;
        let room = figures.accepted - figures.drawn - self.promised(figures, now);
        let fits = |units: u64| price.floor(version.units + i128::from(units)) - price.floor(version.units) <= room;
        // The most that fit, found by halving.
        let put = figures.aside.iter().find(|put| Some(put.id) == count.aside && put.version == at && now < put.until);
        let (mut billed, mut above) = (0, count.units + 1);
        if let Some(put) = put {
            billed = count.units.min(u64::try_from(put.units).expect("it was put by as such"));
        }
        while put.is_none() && is_open && above - billed > 1 {
            let half = billed + (above - billed) / 2;
            if fits(half) { billed = half } else { above = half }
        }
        known_closed(self, meter, closed);
        self.events.push(Event { meter, count: *count });
        let amount = price.floor(version.units + i128::from(billed)) - price.floor(version.units);
        let reached = if billed == 0 { 0 } else { told(figures, amount) };
        let figure = (amount * 1_000 + reached) * (1 << 40) + i128::from(count.units - billed);
        if billed > 0 || put.is_some() {
            self.happened(stream.id, Fact::Counted { version: at, units: i128::from(billed), aside: put.map(|put| put.id) });
        }
        Ok(("Applied", if put.is_some() { "CountedAside" } else { "Counted" }, figure))
    }
}

fn known_closed(model: &mut Model, meter: usize, closed: u64) {
    if let Some(meter) = model.meters.get_mut(meter) {
        meter.closed = closed;
    }
}
