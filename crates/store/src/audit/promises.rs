//! Purchases up to an amount, from the records alone: what was promised, and that it came to no more than its offer and its payer say.

use super::accounts::Wrong;
use super::sales::Sales;
use market::{Effect, OfferPrice, Purchase, Use};
use money::{Amount, CommandId};
use std::collections::BTreeMap;

impl Sales {
    /// Purchases under way, by the id of the promise.
    pub(super) const fn open_promises(&self) -> &BTreeMap<CommandId, Purchase> {
        &self.promises
    }

    /// A promise keeps back what its payer signed at most, and no more than its offer allows a request to cost.
    pub(super) fn promised(&mut self, id: CommandId, purchase: &Purchase, effect: Effect) -> Result<(), Wrong> {
        let most = self.price(purchase, u64::MAX)?;
        if most != purchase.amount.units() || effect != Effect::Promised(purchase.amount) {
            let signed = purchase.amount;
            return Err((
                None,
                format!("its payer signed {signed} at most, a request costs {most} at most, and the record says {effect:?}"),
            ));
        }
        if self.sale(id).is_some() || self.promises.insert(id, purchase.clone()).is_some() {
            return Err((None, "a promise under an id that was used".to_owned()));
        }
        Ok(())
    }

    /// A use is of a promise, of the same purchase, and charges what the reported units cost.
    pub(super) fn used(&mut self, id: CommandId, used: &Use, effect: Effect) -> Result<(), Wrong> {
        let promised = self.promises.remove(&id).ok_or((None, "nothing is promised that is used here".to_owned()))?;
        let Use::Delivered { purchase, units } = used else {
            let is_nothing = effect == Effect::Promised(Amount::ZERO);
            return if is_nothing { Ok(()) } else { Err((None, format!("nothing was delivered, and the record says {effect:?}"))) };
        };
        if promised != *purchase {
            return Err((None, "what is used is not what was promised".to_owned()));
        }
        let due = self.price(&promised, *units)?;
        let charged = if let Effect::Sold { charged, .. } = effect { charged.units() } else { 0 };
        if charged == due && due > 0 { Ok(()) } else { Err((None, format!("{units} units cost {due}, and the record says {effect:?}"))) }
    }

    /// What so many units cost by themselves, up to the most of a request, rounded up.
    fn price(&self, purchase: &Purchase, units: u64) -> Result<u64, Wrong> {
        let Some(OfferPrice::Metered(metered)) = self.offer(purchase.offer).map(|offer| offer.price) else {
            return Err((None, "what is promised has an offer that does not count".to_owned()));
        };
        let (amount, per) = (u128::from(metered.rate.amount.units()), u128::from(metered.rate.per.get()));
        let price = u128::from(units.min(metered.most)).saturating_mul(amount).div_ceil(per);
        u64::try_from(price).map_err(|_| (None, "its price leaves what can be counted".to_owned()))
    }
}
