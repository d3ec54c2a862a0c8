//! What payments past the books do to the state.

use super::{ClaimCoin, CoinEnding, CoinPayment, CoinPhase, MOST_PENDING};
use crate::offer::{Offer, OfferPrice};
use crate::outcome::{Effect, Outcome, Rejection};
use crate::state::{Stamp, State};
use money::{Amount, CommandId, Timestamp};

impl State {
    /// A payment past the books by the id of the command that claimed it: as long as it is pending, for ever if it arrived, and for
    /// an hour if it did not.
    #[must_use]
    pub fn coin_payment(&self, id: CommandId) -> Option<&CoinPayment> {
        self.coins.find(id)
    }

    /// All of them in the order of their ids.
    pub fn coin_payments(&self) -> impl Iterator<Item = (CommandId, &CoinPayment)> {
        self.coins.iter()
    }

    /// Those that wait for their chain, in the order of their ids.
    pub fn pending_coins(&self) -> impl Iterator<Item = (CommandId, &CoinPayment)> {
        self.coins.pending()
    }

    /// The payment that took what somebody signed, if one did.
    #[must_use]
    pub fn coin_taken(&self, claim: &ClaimCoin) -> Option<CommandId> {
        self.coins.by_key(&claim.key())
    }

    /// Takes a signed payment for one thing. What its chain takes once is taken here once, too.
    pub(crate) fn claim_coin(&mut self, id: CommandId, claim: &ClaimCoin, stamp: Stamp) -> Result<Effect, Rejection> {
        if self.sale(id).is_some() || self.session(id).is_some() || self.coins.find(id).is_some() {
            return Err(Rejection::IdReused);
        }
        let offer = &self.versions.get(&claim.offer).ok_or(Rejection::OfferUnknown)?.offer;
        self.must_cost(offer, claim, stamp.now)?;
        if claim.coin.value_of(claim.amount) != Some(claim.value) {
            return Err(Rejection::AmountInvalid);
        }
        if Timestamp::from_seconds(claim.valid_before) <= stamp.now {
            return Err(Rejection::IdTooOld);
        }
        if self.coins.by_key(&claim.key()).is_some() {
            return Err(Rejection::CoinUsed);
        }
        if self.coins.waiting() >= MOST_PENDING {
            return Err(Rejection::CoinsFull);
        }
        let payment = CoinPayment { claim: claim.clone(), at: stamp.now, place: stamp.place, phase: CoinPhase::Pending, until: None };
        self.coins.enter(id, payment);
        Ok(Effect::CoinClaimed(claim.amount))
    }

    /// As of any purchase: the offer sells the page now, and not for more.
    fn must_cost(&self, offer: &Offer, claim: &ClaimCoin, now: Timestamp) -> Result<(), Rejection> {
        let (realm, path) = claim.item.split_at(claim.item.find('/').ok_or(Rejection::OfferUnknown)?);
        let path = path.split('?').next().unwrap_or_default();
        if realm != offer.unlock.realm() || !offer.unlock.covers(path) {
            return Err(Rejection::OfferUnknown);
        }
        let today = self.current_of(realm, &offer.name).and_then(|id| self.versions.get(&id)).ok_or(Rejection::OfferEnded)?;
        let at_once = match offer.price {
            OfferPrice::Free => false,
            OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => true,
            OfferPrice::Metered(metered) => metered.unit.is_call(),
        };
        let (least, asset) = offer.price.least().filter(|_| at_once).ok_or(Rejection::AmountInvalid)?;
        if asset != claim.asset || asset.iso().is_none() {
            return Err(Rejection::CurrencyMismatch);
        }
        if today.offer.is_over(now) {
            return Err(Rejection::OfferEnded);
        }
        let least = offer.least_at(now).map_or(least, |(amount, _)| amount);
        let due = match today.offer.least_at(now) {
            Some((amount, now_in)) if now_in == asset => least.min(amount),
            Some(_) => least,
            // Free by now: the page is served without a payment.
            None => return Err(Rejection::AmountInvalid),
        };
        if due > claim.amount { Err(Rejection::PriceAboveMax { due }) } else { Ok(()) }
    }

    /// What is known of a payment that is to be ended: nothing, or the final answer.
    pub(crate) fn coin_past(&self, id: CommandId, ending: CoinEnding) -> Option<Outcome> {
        let payment = self.coins.find(id)?;
        match payment.phase {
            CoinPhase::Pending => None,
            CoinPhase::Ended { ending: known, .. } if known == ending => Some(Outcome::Standing(payment.closed_as(ending))),
            CoinPhase::Ended { .. } => Some(Outcome::Rejected(Rejection::IdReused)),
        }
    }

    /// Writes down what the chain says of a payment. It is said once.
    pub(crate) fn close_coin(&mut self, id: CommandId, ending: CoinEnding, stamp: Stamp) -> Result<Effect, Rejection> {
        let payment = self.coins.find(id).ok_or(Rejection::Unknown)?;
        let offer = &self.versions.get(&payment.claim.offer).ok_or(Rejection::OfferUnknown)?.offer;
        let (until, effect) = (offer.ends(stamp.now).0, payment.closed_as(ending));
        let until = until.filter(|_| matches!(ending, CoinEnding::Paid { .. }));
        self.coins.end(id, CoinPhase::Ended { ending, at: stamp.now, place: stamp.place }, until);
        Ok(effect)
    }
}

impl CoinPayment {
    fn closed_as(&self, ending: CoinEnding) -> Effect {
        let arrived = matches!(ending, CoinEnding::Paid { .. });
        Effect::CoinClosed(if arrived { self.claim.amount } else { Amount::ZERO })
    }
}
