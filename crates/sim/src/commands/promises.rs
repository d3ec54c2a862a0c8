//! Purchases up to an amount: promised under offers that count, and used with much, little, nothing, or by somebody with another.

use super::{Client, PAGES, units};
use crate::model::cost;
use market::{Body, Command, Maker, Offer, Purchase, Use};
use money::{CommandId, OfferId};

impl Client<'_> {
    /// A promise, mostly of just what a request costs at most.
    pub fn promise(&mut self) -> Body {
        let payer = self.person();
        let counting: Vec<&(OfferId, Offer)> = self.model.versions.iter().filter(|(_, offer)| cost(offer, i128::MAX).is_some()).collect();
        let all: Vec<&(OfferId, Offer)> = self.model.versions.iter().collect();
        let from = if counting.is_empty() || self.rng.once_in(30) { all } else { counting };
        let Some((offer, terms)) = from.get(usize::try_from(self.rng.below(u64::try_from(from.len()).unwrap_or(1))).unwrap_or(0)) else {
            return self.purchase(payer, PAGES[0].to_owned());
        };
        let folder = terms.unlock.path().trim_end_matches('*').trim_end_matches('/');
        let item = if self.rng.once_in(20) { self.rng.pick(&PAGES).to_owned() } else { format!("{}{folder}/x", terms.unlock.realm()) };
        let most = cost(terms, i128::MAX).and_then(|most| u64::try_from(most).ok()).unwrap_or(7);
        let amount = units(if self.rng.once_in(20) { most.saturating_add(1) } else { most });
        let asset = terms.price.least().filter(|_| !self.rng.once_in(40)).map_or_else(|| super::asset("USD"), |(_, asset)| asset);
        let realm = terms.unlock.realm().to_owned();
        let consent = self.signed(&realm, None);
        Body::Promise(Box::new(Purchase { payer, offer: *offer, item, amount, asset, consent }))
    }

    /// What a promise came to; of one that is over now and then, too.
    pub fn use_of(&mut self) -> Command {
        let open: Vec<_> = self.model.open_promises().map(|promise| (promise.id, promise.purchase.clone())).collect();
        let last = self.model.promises().last().map(|promise| (promise.id, promise.purchase.clone()));
        let of = if open.is_empty() || self.rng.once_in(12) { last } else { Some(self.rng.pick(&open)) };
        let Some((id, mut purchase)) = of else {
            let body = self.promise();
            return self.promised(body);
        };
        match self.rng.below(30) {
            0 => purchase.amount = purchase.amount.checked_add(units(1)).unwrap_or(purchase.amount),
            1 => purchase.payer = self.person(),
            2 => purchase.consent = self.signed("tv.example", None),
            _ => {}
        }
        let units = self.rng.pick(&[1, 2, 3, 17, 999, 1_000, 1_001, 50_000, 0]);
        let used = if self.rng.once_in(4) { Use::Nothing } else { Use::Delivered { purchase, units } };
        self.step(id, Body::Use(Box::new(used)))
    }

    /// A promise is the instance's, under a nonce of its own.
    pub fn promised(&mut self, body: Body) -> Command {
        let mut command = self.fresh(body);
        command.maker = if self.rng.once_in(40) { Maker::Party(self.person()) } else { Maker::Instance };
        // Now and then under the id of a sale.
        if self.rng.once_in(60)
            && let Some(sale) = self.model.bought.last()
        {
            command.id = CommandId(sale.id.0);
        }
        command
    }
}
