//! Films: what is drawn is a piece of a timeline, once. Another rendition of it, or the same a second time, draws nothing.
//!
//! A piece names itself, so this step has no number: what was watched of it before is not drawn again, whichever gateway asks,
//! and after whatever crash.

use super::{Draw, DrawnBy, Session, SessionKind};
use crate::codec::{Damaged, Reader, Writer};
use crate::offer::OfferPrice;
use crate::outcome::{Effect, Rejection};
use crate::state::{Stamp, State};
use money::{CommandId, OfferId, Party, Timestamp};
use std::collections::BTreeMap;

/// Pieces of one session that do not touch each other: so often can be sought.
pub const MOST_PIECES: usize = 1_024;

/// A piece of a film was delivered. The command's id is the session's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watch {
    /// The piece.
    pub piece: Piece,
    /// The offer version it is priced by, as a place among the session's versions.
    pub version: u8,
    /// That version, where it is the first draw by it.
    pub offer: Option<OfferId>,
}

/// From one millisecond of a film's timeline up to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Which film: a hash that the door makes of its address.
    pub film: u32,
    /// Its first millisecond.
    pub from: u64,
    /// The first that is no longer in it.
    pub to: u64,
}

/// What was watched: pieces that do not touch each other, by film and beginning.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Watched(BTreeMap<(u32, u64), u64>);

impl Piece {
    /// Its length in milliseconds.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }
}

impl Watched {
    /// How many milliseconds of a piece were not watched yet.
    #[must_use]
    pub fn missing(&self, piece: Piece) -> u64 {
        let shared = self.meeting(piece).map(|known| known.to.min(piece.to).saturating_sub(known.from.max(piece.from)));
        piece.length().saturating_sub(shared.fold(0, u64::saturating_add))
    }

    /// How many milliseconds were watched in all.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.parts().map(|piece| piece.length()).fold(0, u64::saturating_add)
    }

    /// True if a piece can still be kept.
    fn has_room(&self, piece: Piece) -> bool {
        self.0.len() < MOST_PIECES || self.meeting(piece).next().is_some()
    }

    fn enter(&mut self, piece: Piece) {
        let met: Vec<Piece> = self.meeting(piece).collect();
        let mut whole = piece;
        for known in met {
            (whole.from, whole.to) = (whole.from.min(known.from), whole.to.max(known.to));
            self.0.remove(&(known.film, known.from));
        }
        self.0.insert((whole.film, whole.from), whole.to);
    }

    /// The pieces that overlap or touch one.
    fn meeting(&self, piece: Piece) -> impl Iterator<Item = Piece> {
        let known = self.0.range((piece.film, 0)..=(piece.film, piece.to)).rev();
        let known = known.map(|((film, from), to)| Piece { film: *film, from: *from, to: *to });
        // They lie apart, so the first that ends before it begins is followed by none that reaches it.
        known.take_while(move |known| known.to >= piece.from)
    }

    /// The pieces in their order.
    pub(crate) fn parts(&self) -> impl ExactSizeIterator<Item = Piece> {
        self.0.iter().map(|((film, from), to)| Piece { film: *film, from: *from, to: *to })
    }

    /// Put together again; `None` for what [`Watched::parts`] never says.
    pub(crate) fn of_parts(parts: impl IntoIterator<Item = Piece>) -> Option<Watched> {
        let mut watched = Watched::default();
        let mut before: Option<Piece> = None;
        for piece in parts {
            let follows = before.is_none_or(|before| (before.film, before.to) < (piece.film, piece.from));
            if piece.length() == 0 || !follows || watched.0.len() >= MOST_PIECES {
                return None;
            }
            watched.0.insert((piece.film, piece.from), piece.to);
            before = Some(piece);
        }
        Some(watched)
    }
}

impl State {
    /// The session from which somebody watches films that an offer of this name sells, the newest if there are several.
    #[must_use]
    pub fn watched_by(&self, payer: Party, (realm, name): (&str, &str), now: Timestamp) -> Option<(CommandId, &Session)> {
        let is_of = |session: &Session| {
            let offer = self.versions.get(&session.offer()).map(|version| &version.offer);
            offer.is_some_and(|offer| offer.unlock.realm() == realm && offer.name == name)
        };
        let mut of_payer = self.sessions.running_of(payer).rev();
        of_payer.find(|(_, session)| session.kind == SessionKind::Trusted && session.is_open(now) && is_of(session))
    }

    /// Draws what of a piece was not watched before.
    pub(crate) fn watch(&mut self, id: CommandId, watch: &Watch, stamp: Stamp) -> Result<Effect, Rejection> {
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        let missing = session.watched.missing(watch.piece);
        let draw = Draw { seq: 0, print: 0, voucher: None, version: watch.version, offer: watch.offer, units: missing };
        let priced = self.priced(id, &draw, stamp)?;
        let before = priced.version;
        let price = self.versions.get(&before.offer).map(|version| version.offer.price);
        if !matches!(price, Some(OfferPrice::Metered(metered)) if metered.video.is_some()) {
            return Err(Rejection::Invalid("offer"));
        }
        if !self.sessions.find(id).is_some_and(|session| session.watched.has_room(watch.piece)) {
            return Err(Rejection::SessionBusy);
        }
        let units = before.units.checked_add(missing).ok_or(Rejection::Overflow)?;
        let drawn = priced.rate.of(units).ok_or(Rejection::Overflow)?;
        let amount = drawn.saturating_sub(before.drawn);
        self.must_be_covered(id, (priced.accepted, priced.reserved), amount)?;
        let session = self.sessions.find_mut(id).expect("found above");
        session.watched.enter(watch.piece);
        let told = session.add_drawn((watch.version, amount), DrawnBy { units, drawn, ..before }, stamp.now);
        Ok(Effect::Drawn { amount, told })
    }
}

impl Watch {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        self.piece.encode(out);
        out.u8(self.version);
        out.maybe(self.offer, |out, offer| out.bytes(&offer.0));
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Watch, Damaged> {
        let piece = Piece::decode(from)?;
        Ok(Watch { piece, version: from.u8("version")?, offer: from.maybe("offer", Reader::offer_id)? })
    }
}

impl Piece {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.u32(self.film);
        out.u64(self.from);
        out.u64(self.to);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Piece, Damaged> {
        Ok(Piece { film: from.u32("film")?, from: from.u64("piece")?, to: from.u64("piece")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_watched_is_missing_no_more() {
        let mut watched = Watched::default();
        let piece = |from, to| Piece { film: 1, from, to };
        watched.enter(piece(10, 20));
        watched.enter(piece(30, 40));
        let missing = [(0, 5), (5, 15), (10, 20), (15, 35), (0, 50), (20, 30)].map(|(from, to)| watched.missing(piece(from, to)));
        assert_eq!(missing, [5, 5, 0, 10, 30, 10]);
        assert_eq!(watched.missing(Piece { film: 2, ..piece(10, 20) }), 10, "another film");
        watched.enter(piece(20, 25));
        watched.enter(piece(24, 31));
        assert_eq!(watched.parts().collect::<Vec<_>>(), [piece(10, 40)], "pieces that touch are one");
        assert_eq!(Watched::of_parts(watched.parts()), Some(watched));
        assert_eq!(Watched::of_parts([piece(10, 20), piece(20, 30)]), None);
    }

    #[test]
    fn only_so_many_pieces_are_kept_and_the_next_that_touches_one_still_is() {
        let mut watched = Watched::default();
        let piece = |at: u64| Piece { film: 1, from: at * 10, to: at * 10 + 5 };
        (0..MOST_PIECES as u64).for_each(|at| watched.enter(piece(at)));
        assert!(!watched.has_room(piece(5_000)) && watched.has_room(Piece { film: 1, from: 5, to: 8 }));
    }
}
