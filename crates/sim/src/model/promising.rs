//! The oracle's purchases up to an amount: a list of what was kept back, and what each came to.

use super::plain::{covers, divide};
use super::{Act, Bought, Model, Purse, no};
use market::{Beneficiary, Offer, OfferPrice, Purchase, Use, Verdict};
use money::{Asset, CommandId, Party, Span};

/// A purchase of which the most is kept back.
#[derive(Clone, Debug)]
pub(crate) struct Promising {
    pub id: CommandId,
    pub purchase: Purchase,
    pub at: u64,
    /// It came to something, or to nothing.
    pub over: bool,
}

impl Promising {
    fn most(&self) -> i128 {
        i128::from(self.purchase.amount.units())
    }
}

/// What so many units of an offer cost by themselves, rounded up; none where nobody says how many there were.
pub(crate) fn cost(offer: &Offer, units: i128) -> Option<i128> {
    let OfferPrice::Metered(metered) = &offer.price else { return None };
    let own = ["call", "byte", "second", "event", "x402"];
    if metered.video.is_some() || own.iter().any(|word| *word == metered.unit.as_str()) {
        return None;
    }
    let units = units.min(i128::from(metered.most));
    let (amount, per) = (i128::from(metered.rate.amount.units()), i128::from(metered.rate.per.get()));
    Some((units * amount + per - 1) / per)
}

impl Model {
    /// All there ever were.
    pub(crate) fn promises(&self) -> &[Promising] {
        &self.promises
    }

    /// Those that are under way.
    pub(crate) fn open_promises(&self) -> impl Iterator<Item = &Promising> {
        self.promises.iter().filter(|promise| !promise.over)
    }

    /// What a payer's purchases under way keep back.
    pub(super) fn kept_back(&self, payer: Party, asset: Asset, counts: impl Fn(&Promising) -> bool) -> i128 {
        let own = self.open_promises().filter(|promise| promise.purchase.payer == payer && promise.purchase.asset == asset);
        own.filter(|promise| counts(promise)).map(Promising::most).sum()
    }

    /// True if something is under way under an id.
    pub(super) fn is_promised(&self, id: CommandId) -> bool {
        self.open_promises().any(|promise| promise.id == id)
    }

    pub(super) fn promise(&mut self, id: CommandId, purchase: &Purchase, now: u64) -> Act {
        if self.owned(purchase.payer, &purchase.item, now).is_some() {
            return Ok(("Standing", "Sold", 0));
        }
        if self.bought.iter().any(|sale| sale.id == id)
            || self.is_promised(id)
            || self.stream(id).is_some()
            || self.coins.iter().any(|coin| coin.id == id)
        {
            return no("IdReused");
        }
        let Some(offer) = self.versions.iter().find(|(id, _)| *id == purchase.offer).map(|(_, offer)| offer.clone()) else {
            return no("OfferUnknown");
        };
        let (realm, _) = purchase.item.split_once('/').unwrap_or_default();
        let page = purchase.item.strip_prefix(realm).unwrap_or_default();
        if realm != offer.unlock.realm() || !covers(offer.unlock.path(), page) {
            return no("OfferUnknown");
        }
        if !self.standing.iter().any(|other| other.unlock.realm() == realm && other.name == offer.name) {
            return no("OfferEnded");
        }
        let most = i128::from(purchase.amount.units());
        let Some(costs) = cost(&offer, i128::MAX).filter(|most| *most > 0) else { return no("AmountInvalid") };
        if offer.price.least().is_none_or(|(_, asset)| asset != purchase.asset) {
            return no("CurrencyMismatch");
        }
        if costs != most {
            return no("AmountInvalid");
        }
        self.parts_of(&offer, purchase, most)?;
        let whose = (purchase.payer, purchase.asset);
        if self.guard_says(Verdict::Deny, whose, Some(&purchase.item), (most, now)) {
            return no("GuardDenied");
        }
        let free = self.free(purchase.payer, purchase.asset);
        if free < most {
            return Err(("Insufficient", most - free));
        }
        self.promises.push(Promising { id, purchase: purchase.clone(), at: now, over: false });
        Ok(("Applied", "Promised", most))
    }

    pub(super) fn use_promise(&mut self, id: CommandId, used: &Use, now: u64) -> Act {
        let Some(at) = self.promises.iter().position(|promise| promise.id == id && !promise.over) else {
            let sale = self.bought.iter().find(|sale| sale.id == id);
            return sale.map_or_else(|| no("ReserveUnknown"), |sale| Ok(("Standing", "Sold", sale.paid)));
        };
        let promised = self.promises.get(at).expect("position() found it").purchase.clone();
        let Use::Delivered { purchase, units } = used else {
            self.promises.get_mut(at).expect("position() found it").over = true;
            return Ok(("Applied", "Promised", 0));
        };
        if !is_this(&promised, purchase) {
            return no("ReserveUnknown");
        }
        let offer = self.versions.iter().find(|(id, _)| *id == promised.offer).map(|(_, offer)| offer.clone()).expect("it was sold by it");
        let due = cost(&offer, i128::from(*units)).expect("it is counted");
        let parts = self.parts_of(&offer, purchase, due)?;
        parts.iter().for_each(|(purse, amount)| self.add(*purse, *amount));
        self.promises.get_mut(at).expect("position() found it").over = true;
        let refund = market::RefundTerms { window: Span(0), ..offer.refund };
        let offer = Offer { lasts: Some(Span(0)), refund, ..offer };
        let (payer, page, asset) = (purchase.payer, purchase.item.clone(), purchase.asset);
        self.bought.push(Bought { id, payer, page, offer, paid: due, asset, at: now, parts, returned: 0, back: None });
        Ok(("Applied", "Sold", due))
    }

    /// Who gets what of so much, and whose it was.
    fn parts_of(&self, offer: &Offer, purchase: &Purchase, due: i128) -> Result<Vec<(Purse, i128)>, (&'static str, i128)> {
        let Some(shares) = divide(due, offer) else { return Err(("AmountInvalid", 0)) };
        let mut parts: Vec<(Purse, i128)> = vec![((purchase.payer, purchase.asset, "funded"), -due)];
        for (leg, share) in offer.split.iter().zip(shares) {
            let purse = match &leg.to {
                Beneficiary::Owner => (self.party(&offer.payee), purchase.asset, "earned"),
                Beneficiary::Payee(handle) => (self.party(handle), purchase.asset, "earned"),
                Beneficiary::Operator => (market::OPERATOR, purchase.asset, "fee"),
            };
            if purse.0 == purchase.payer {
                return Err(("SelfPayment", 0));
            }
            parts.push((purse, share));
        }
        Ok(parts)
    }
}

/// Who pays what under which offer is as it was promised, and the signature begins alike.
fn is_this(promised: &Purchase, used: &Purchase) -> bool {
    let mark = |purchase: &Purchase| purchase.signature().and_then(|signature| signature.signature.get(..16).map(<[u8]>::to_vec));
    let facts = |purchase: &Purchase| (purchase.payer, purchase.offer, purchase.amount, purchase.asset);
    facts(promised) == facts(used) && mark(promised) == mark(used)
}
