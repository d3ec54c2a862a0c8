//! What other servers sell for a payee: `consume = "x402:*"`.

use super::{At, Reader, Table, child};
use crate::offer::{Metered, OfferPrice};
use crate::selector::Selector;
use crate::settled::SETTLED_PATH;
use toml::de::DeValue;

/// How a file says it.
pub(super) const WORD: &str = "x402:*";

impl Reader<'_> {
    /// What such an offer sells, and the most that it may cost.
    pub(super) fn settled(&mut self, table: &Table<'_>, at: &At<'_, '_>) -> (Option<Selector>, Option<OfferPrice>) {
        if table.contains_key("unlock") {
            self.wrong(at, "offer-verb", "an offer has exactly one verb key: `unlock` for pages or `consume` for what is used up");
        }
        self.only(table, &at.pointer, &["consume", "price", "split"]);
        (Selector::new(self.site.realm, SETTLED_PATH).ok(), self.at_most(table, at))
    }

    /// `{ at_most = "1.00 EUR" }`
    fn at_most(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<OfferPrice> {
        let Some(at) = child(table, "price", &offer.pointer) else {
            self.wrong(offer, "offer-without-price", "no price; what other servers sell has price = { at_most = \"1.00 EUR\" }");
            return None;
        };
        let most = if let DeValue::Table(price) = at.value.get_ref() {
            self.only(price, &at.pointer, &["at_most"]);
            child(price, "at_most", &at.pointer)
        } else {
            None
        };
        let Some(most) = most else {
            self.wrong(&at, "offer-without-price", "the other server names each price; say the most: { at_most = \"1.00 EUR\" }");
            return None;
        };
        let money = self.money(&most)?;
        Some(OfferPrice::Metered(Metered::settled(money.amount, money.asset)))
    }
}
