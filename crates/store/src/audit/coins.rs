//! Payments past the books, from the records alone: each thing that was signed is taken once, for a price that its offer has, and
//! ends once. Whether it was signed, the auditor with keys asks; whether it arrived, its chain.

use super::accounts::Wrong;
use super::sales::Sales;
use market::{Body, ClaimCoin, CoinEnding, Effect, OfferPrice, Record};
use money::{CommandId, Timestamp};
use std::collections::BTreeMap;

/// All of them.
#[derive(Default)]
pub struct Coins {
    by_id: BTreeMap<CommandId, CoinFacts>,
    /// By network, contract, payer and nonce: those that may still arrive, and those that have.
    taken: BTreeMap<Signed, CommandId>,
}

type Signed = (String, [u8; 20], [u8; 20], [u8; 32]);

/// One of them.
pub struct CoinFacts {
    signed: Signed,
    /// Its price, in base units.
    pub units: u64,
    /// What became of it; none while nobody knows.
    pub ending: Option<CoinEnding>,
}

impl Coins {
    /// One of them.
    #[must_use]
    pub fn find(&self, id: CommandId) -> Option<&CoinFacts> {
        self.by_id.get(&id)
    }

    /// How many were ever claimed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True if none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Enters a record.
    pub(super) fn enter(&mut self, at: Timestamp, record: &Record, sales: &Sales) -> Result<(), Wrong> {
        let (id, effect) = (record.command.id, record.applied.effect);
        if let Body::ClaimCoin(claim) = &record.command.body {
            return self.claimed((id, at), (claim, effect), sales);
        }
        let Body::CloseCoin(ending) = record.command.body else { return Ok(()) };
        let facts = self.by_id.get_mut(&id).ok_or((None, "a payment past the books ends that was never claimed".to_owned()))?;
        must(facts.ending.is_none(), || "a payment past the books ends a second time".to_owned())?;
        let arrived = if matches!(ending, CoinEnding::Paid { .. }) { facts.units } else { 0 };
        must(closed(effect) == Some(arrived), || format!("a payment of {arrived} past the books ends and says {effect:?}"))?;
        facts.ending = Some(ending);
        if arrived == 0 {
            self.taken.remove(&facts.signed);
        }
        Ok(())
    }

    fn claimed(&mut self, (id, at): (CommandId, Timestamp), (claim, effect): (&ClaimCoin, Effect), sales: &Sales) -> Result<(), Wrong> {
        let units = claim.amount.units();
        must(matches!(effect, Effect::CoinClaimed(amount) if amount == claim.amount), || {
            format!("a payment of {units} past the books is claimed and says {effect:?}")
        })?;
        must(!self.by_id.contains_key(&id) && sales.sale(id).is_none(), || "a serial is given twice".to_owned())?;
        let signed = (claim.coin.network.clone(), claim.coin.contract, claim.payer, claim.nonce);
        must(self.taken.insert(signed.clone(), id).is_none(), || "what was signed once is taken a second time".to_owned())?;
        let offer = sales.offer(claim.offer).ok_or((None, "a payment past the books is for an offer that nobody made".to_owned()))?;
        let asset = match offer.price {
            OfferPrice::Fixed { asset, .. } | OfferPrice::AtLeast { asset, .. } => Some(asset),
            OfferPrice::Metered(metered) if metered.unit.is_call() => Some(metered.asset),
            OfferPrice::Metered(_) | OfferPrice::Free => None,
        };
        must(asset == Some(claim.asset), || "a payment past the books is for an offer of another kind or currency".to_owned())?;
        // The price of today may be lower than the one that was quoted.
        let least = [offer.price.least(), offer.least_at(at)].into_iter().flatten().map(|(amount, _)| amount.units()).min();
        must(least.is_some_and(|least| units > 0 && least <= units), || format!("{units} past the books is less than the offer's price"))?;
        must(value(claim) == Some(claim.value), || {
            format!("{} of a coin of {} decimals are not {units}", claim.value, claim.coin.decimals)
        })?;
        self.by_id.insert(id, CoinFacts { signed, units, ending: None });
        Ok(())
    }
}

/// The price in the coin's smallest unit: one unit of a currency, which has six decimals here, is one coin.
fn value(claim: &ClaimCoin) -> Option<u128> {
    let mut value = u128::from(claim.amount.units());
    for _ in 6..claim.coin.decimals {
        value = value.checked_mul(10)?;
    }
    for _ in claim.coin.decimals..6 {
        value = (value.checked_rem(10)? == 0).then_some(value)?.checked_div(10)?;
    }
    Some(value)
}

fn closed(effect: Effect) -> Option<u64> {
    if let Effect::CoinClosed(amount) = effect { Some(amount.units()) } else { None }
}

fn must(holds: bool, what: impl FnOnce() -> String) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err((None, what())) }
}
