//! What payees' services ask of meters: events new and known, early and late, of sessions that go on and are over.

use super::Client;
use super::party;
use crate::model::{Figures, Stream};
use market::{Body, Command, Count, Maker, SetAside, SetMeter, Unit};
use money::{CommandId, Span, Timestamp};

/// So late events come in seconds: short windows, since a run is a matter of hours.
const WINDOWS: [u64; 6] = [600, 600, 3_600, 86_400, 59, 604_801];

fn set(payee: &str, unit: &str, seconds: u64) -> Body {
    let unit = Unit::parse(unit).expect("small letters");
    Body::SetMeter(Box::new(SetMeter { payee: payee.to_owned(), unit, sum: "n".to_owned(), late: Span(seconds) }))
}

/// The meter that is there from the beginning.
pub(super) fn first() -> Body {
    set("house", "token", 600)
}

impl Client<'_> {
    pub fn meter(&mut self) -> Body {
        let payee = self.rng.pick(&["house", "house", "house", "ann", "ghost"]);
        let unit = self.rng.pick(&["token", "call", "token", "ms"]);
        set(payee, unit, self.rng.pick_hot(&WINDOWS))
    }

    /// Something is set aside, mostly by the payee and for about as much as there is.
    pub fn aside(&mut self, stream: &Stream, figures: &Figures) -> Command {
        let left = u64::try_from(figures.accepted.saturating_sub(figures.drawn)).unwrap_or(0);
        let units = self.rng.pick(&[1, 3, 100, 1_000, left / 4, left / 4, left, 0]);
        let units = if self.rng.once_in(40) { u64::MAX } else { units };
        let version = if self.rng.once_in(8) { 1 } else { 0 };
        let lasts = Span(self.rng.pick(&[60, 60, 600, 1, 300, 0, 601]));
        let session = if self.rng.once_in(40) { CommandId([3; 16]) } else { stream.id };
        let mut command = self.fresh(Body::SetAside(SetAside { session, version, units, lasts }));
        let payee = self.rng.pick(&["house", "house", "house", "house", "house", "house", "ann"]);
        command.maker = if self.rng.once_in(60) { Maker::Instance } else { Maker::Party(party(payee)) };
        command
    }

    pub fn event(&mut self, stream: &Stream, figures: &Figures) -> Count {
        let known = self.model.events.len();
        if known > 0 && self.rng.once_in(3) {
            let recent = known.saturating_sub(if self.rng.once_in(4) { 200 } else { 6 });
            let mut again = self.rng.pick(self.model.events.get(recent..).unwrap_or(&self.model.events)).count;
            match self.rng.below(5) {
                0 => again.print = again.print.wrapping_add(1),
                1 => again.at = Timestamp(again.at.0.saturating_add(1)),
                _ => {}
            }
            return again;
        }
        let mut event = [0; 16];
        event[0] = u8::try_from(self.rng.below(250)).unwrap_or_default();
        event[1] = u8::try_from(self.rng.below(4)).unwrap_or_default();
        let late = self.model.late(stream, figures);
        let off = self.rng.pick(&[0, 1, 60, 60, 300, 599, 601, 3_600]);
        let at = match self.rng.below(12) {
            0 => self.now.after(Span(300)),
            1 => Timestamp(self.now.after(Span(300)).0.saturating_add(1)),
            2 => Timestamp(late),
            3 => Timestamp(late.saturating_sub(1)),
            _ => self.now.before(Span(off)),
        };
        let units = self.rng.pick(&[1, 3, 3, 100, 1_000, 50_000, 0]);
        let units = if self.rng.once_in(60) { 1 << 63 } else { units };
        let version = u8::try_from(self.rng.below(3)).unwrap_or_default();
        let version = if self.rng.once_in(3) { version } else { 0 };
        let known = figures.aside.get(figures.aside.len().saturating_sub(3)..).unwrap_or_default();
        let aside = if known.is_empty() || self.rng.once_in(4) { None } else { Some(self.rng.pick(known).id) };
        let aside = if self.rng.once_in(30) { Some(CommandId([8; 16])) } else { aside };
        Count { event, print: self.rng.below(2), at, units, version, aside }
    }
}
