//! The oracle's films: every millisecond that was watched, one by one.

use super::{Fact, Figures, Stream, Version, told};
use crate::model::{Act, Model, no};
use market::{Offer, OfferPrice, Watch};

impl Figures {
    /// Milliseconds of a piece that were not watched.
    pub(super) fn missing(&self, watch: &Watch) -> i128 {
        i128::try_from(moments(watch).filter(|moment| !self.watched.contains(moment)).count()).unwrap_or(i128::MAX)
    }
}

impl Model {
    pub(super) fn watch(&mut self, stream: &Stream, mut figures: Figures, watch: &Watch, now: u64) -> Act {
        let units = figures.missing(watch);
        if figures.ended.is_none() && units == 0 {
            return Ok(("Standing", "Drawn", 0));
        }
        if figures.closing || figures.ended.is_some() || now >= stream.opened.until.0 {
            return no("SessionEnded");
        }
        let version = usize::from(watch.version);
        match (figures.versions.get(version), watch.offer) {
            (Some(_), None) => {}
            (None, Some(offer)) if version == figures.versions.len() => {
                self.may_be_priced_by(stream, &figures, offer)?;
                figures.versions.push(Version { offer, units: 0, captured: 0 });
            }
            _ => return no("Invalid"),
        }
        let row = figures.versions.get(version).expect("it was just looked at");
        let price = self.price(row.offer).expect("it was metered when it was entered").0;
        let is_film = |offer: &Offer| matches!(offer.price, OfferPrice::Metered(metered) if metered.video.is_some());
        if !self.offer_of(row.offer).is_some_and(is_film) {
            return no("Invalid");
        }
        let amount = price.floor(row.units + units) - price.floor(row.units);
        let needs = figures.drawn + self.promised(&figures, now) + amount;
        if needs > figures.accepted {
            return Err(("NotCovered", needs));
        }
        self.happened(stream.id, Fact::Watched { watch: *watch });
        Ok(("Applied", "Drawn", amount * 1_000 + told(&figures, amount)))
    }
}

/// The milliseconds of a piece.
pub(super) fn moments(watch: &Watch) -> impl Iterator<Item = (u32, u64)> {
    let film = watch.piece.film;
    (watch.piece.from..watch.piece.to).map(move |at| (film, at))
}
