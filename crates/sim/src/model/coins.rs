//! The oracle's payments past the books: a list of what was claimed and how it ended, looked through from the beginning.

use super::buying::fallen;
use super::plain::covers;
use super::{Act, Model, no};
use market::{ClaimCoin, CoinEnding, Offer, OfferPrice};
use money::CommandId;

/// For so long what never arrived is known.
const KEPT: u64 = 3_600_000_000;

/// A payment: what was claimed, and when and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Coin {
    pub id: CommandId,
    pub claim: ClaimCoin,
    pub ended: Option<(u64, CoinEnding)>,
}

impl Coin {
    fn is_lost(&self) -> bool {
        matches!(self.ended, Some((_, CoinEnding::Lapsed | CoinEnding::Spent)))
    }
}

impl Model {
    pub(super) fn claim_coin(&mut self, id: CommandId, claim: &ClaimCoin, now: u64) -> Act {
        let known = self.bought.iter().any(|sale| sale.id == id) || self.streams.iter().any(|stream| stream.id == id && !stream.forgotten);
        if known || self.coins.iter().any(|coin| coin.id == id) {
            return no("IdReused");
        }
        let Some(offer) = self.versions.iter().find(|(id, _)| *id == claim.offer).map(|(_, offer)| offer.clone()) else {
            return no("OfferUnknown");
        };
        self.must_cost(&offer, claim, now)?;
        if !is_worth(claim) {
            return no("AmountInvalid");
        }
        if u128::from(claim.valid_before) * 1_000_000 <= u128::from(now) {
            return no("IdTooOld");
        }
        let same = |other: &ClaimCoin| {
            (other.coin.network == claim.coin.network && other.coin.contract == claim.coin.contract)
                && (other.payer == claim.payer && other.nonce == claim.nonce)
        };
        if self.coins.iter().any(|coin| same(&coin.claim)) {
            return no("CoinUsed");
        }
        self.coins.push(Coin { id, claim: claim.clone(), ended: None });
        Ok(("Applied", "CoinClaimed", i128::from(claim.amount.units())))
    }

    fn must_cost(&self, offer: &Offer, claim: &ClaimCoin, now: u64) -> Result<(), (&'static str, i128)> {
        let Some((realm, _)) = claim.item.split_once('/') else { return Err(("OfferUnknown", 0)) };
        let page = claim.item.strip_prefix(realm).unwrap_or_default();
        if realm != offer.unlock.realm() || !covers(offer.unlock.path(), page) {
            return Err(("OfferUnknown", 0));
        }
        let Some(today) = self.standing.iter().find(|other| other.unlock.realm() == realm && other.name == offer.name) else {
            return Err(("OfferEnded", 0));
        };
        if matches!(&offer.price, OfferPrice::Metered(metered) if metered.unit.as_str() != "call") {
            return Err(("AmountInvalid", 0));
        }
        let quoted = offer.price.least().ok_or(("AmountInvalid", 0))?;
        if quoted.1 != claim.asset {
            return Err(("CurrencyMismatch", 0));
        }
        if today.fall.as_ref().is_some_and(|fall| now >= fall.ends.0) {
            return Err(("OfferEnded", 0));
        }
        let asked = fallen(offer, now).unwrap_or(quoted.0);
        let of_today = today.price.least().ok_or(("AmountInvalid", 0))?;
        let of_today = (fallen(today, now).unwrap_or(of_today.0), of_today.1);
        let lower = if of_today.1 == quoted.1 && of_today.0 < asked { of_today.0 } else { asked };
        if claim.amount < lower { Err(("PriceAboveMax", i128::from(lower.units()))) } else { Ok(()) }
    }

    pub(super) fn close_coin(&mut self, id: CommandId, ending: CoinEnding, now: u64) -> Act {
        let Some(coin) = self.coins.iter_mut().find(|coin| coin.id == id) else { return no("Unknown") };
        let arrived = matches!(ending, CoinEnding::Paid { .. });
        let figure = if arrived { i128::from(coin.claim.amount.units()) } else { 0 };
        match coin.ended {
            Some((_, known)) if known == ending => return Ok(("Standing", "CoinClosed", figure)),
            Some(_) => return no("IdReused"),
            None => coin.ended = Some((now, ending)),
        }
        self.coins.retain(|coin| !coin.is_lost() || coin.ended.is_some_and(|(at, _)| at + KEPT > now));
        Ok(("Applied", "CoinClosed", figure))
    }
}

/// A unit of account is one coin: millionths against the coin's own decimals.
fn is_worth(claim: &ClaimCoin) -> bool {
    let ten = |times: u8| 10_u128.pow(times.into());
    u128::from(claim.amount.units()) * ten(claim.coin.decimals) == claim.value * 1_000_000
}
