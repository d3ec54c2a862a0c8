//! The oracle's purchases and refunds.

use super::asks;
use super::plain::{covers, divide};
use super::{Act, Back, Bought, DAY, Limit, Model, Purse, Tipped, no};
use market::{Beneficiary, Consent, Guard, GuardScope, Offer, OfferPrice, Purchase, RefundReason, RefundRequest, Tip, Verdict, Window};
use money::{Amount, Asset, CommandId, Party, Span};

/// What a price has fallen to: the cheapest step that has begun, else the first. None where it does not fall, or has ended.
pub(super) fn fallen(offer: &Offer, at: u64) -> Option<Amount> {
    let fall = offer.fall.as_ref().filter(|fall| at < fall.ends.0)?;
    let begun = fall.steps.iter().filter(|step| fall.starts.0.saturating_add(step.after.0.saturating_mul(1_000_000)) <= at);
    begun.map(|step| step.amount).min().or_else(|| fall.steps.first().map(|step| step.amount))
}

impl Model {
    pub(super) fn buy(&mut self, id: CommandId, purchase: &Purchase, now: u64) -> Act {
        if self.owned(purchase.payer, &purchase.item, now).is_some() {
            return Ok(("Standing", "Sold", 0));
        }
        if self.bought.iter().any(|sale| sale.id == id) || self.is_promised(id) || self.coins.iter().any(|coin| coin.id == id) {
            return no("IdReused");
        }
        let Some(offer) = self.versions.iter().find(|(id, _)| *id == purchase.offer).map(|(_, offer)| offer.clone()) else {
            return no("OfferUnknown");
        };
        let due = self.due(&offer, purchase, now)?;
        let spent_at_once = matches!(offer.price, OfferPrice::Metered(_));
        let Some(shares) = divide(due, &offer) else { return no("AmountInvalid") };
        let mut parts: Vec<(Purse, i128)> = vec![((purchase.payer, purchase.asset, "funded"), -due)];
        for (leg, share) in offer.split.iter().zip(shares) {
            let purse = match &leg.to {
                Beneficiary::Owner => (self.party(&offer.payee), purchase.asset, "earned"),
                Beneficiary::Payee(handle) => (self.party(handle), purchase.asset, "earned"),
                Beneficiary::Operator => (market::OPERATOR, purchase.asset, "fee"),
            };
            if purse.0 == purchase.payer {
                return no("SelfPayment");
            }
            parts.push((purse, share));
        }
        let whose = (purchase.payer, purchase.asset);
        if self.guard_says(Verdict::Deny, whose, Some(&purchase.item), (due, now)) {
            return no("GuardDenied");
        }
        if purchase.consent == Consent::OneClick {
            let here = purchase.item.split('/').next().unwrap_or_default();
            let cap =
                |guard: &Guard| (guard.party, guard.asset, guard.window, guard.verdict) == (whose.0, whose.1, Window::Month, Verdict::Ask);
            let agreed = |Limit { guard, .. }: &Limit| cap(guard) && guard.most.is_some() && guard.on == GuardScope::Site(here.to_owned());
            if !self.guards.iter().any(agreed) {
                return no("NotAgreed");
            }
            if self.guard_says(Verdict::Ask, whose, Some(&purchase.item), (due, now)) {
                return no("GuardAsks");
            }
        }
        let has = self.free(purchase.payer, purchase.asset);
        if has < due {
            return Err(("Insufficient", due - has));
        }
        parts.iter().for_each(|(purse, amount)| self.add(*purse, *amount));
        let (payer, page, asset) = (purchase.payer, purchase.item.clone(), purchase.asset);
        // What is metered is used up as it is bought, and there is nothing to undo.
        let offer = if spent_at_once {
            let refund = market::RefundTerms { window: Span(0), ..offer.refund };
            Offer { lasts: Some(Span(0)), refund, ..offer }
        } else {
            offer
        };
        self.bought.push(Bought { id, payer, page, offer, paid: due, asset, at: now, parts, returned: 0, back: None });
        Ok(("Applied", "Sold", due))
    }

    /// The quoted price or today's, whichever is lower; what the payer chose where the offer says *at least*.
    fn due(&self, offer: &Offer, purchase: &Purchase, at: u64) -> Result<i128, (&'static str, i128)> {
        let Some((realm, _)) = purchase.item.split_once('/') else { return Err(("OfferUnknown", 0)) };
        let page = purchase.item.strip_prefix(realm).unwrap_or_default();
        if realm != offer.unlock.realm() || !covers(offer.unlock.path(), page) {
            return Err(("OfferUnknown", 0));
        }
        let Some(today) = self.standing.iter().find(|other| other.unlock.realm() == realm && other.name == offer.name) else {
            return Err(("OfferEnded", 0));
        };
        let quoted = offer.price.least().ok_or(("AmountInvalid", 0))?;
        if quoted.1 != purchase.asset {
            return Err(("CurrencyMismatch", 0));
        }
        if today.fall.as_ref().is_some_and(|fall| at >= fall.ends.0) {
            return Err(("OfferEnded", 0));
        }
        let quoted = (fallen(offer, at).unwrap_or(quoted.0), quoted.1);
        let now = today.price.least().ok_or(("AmountInvalid", 0))?;
        let now = (fallen(today, at).unwrap_or(now.0), now.1);
        let lower = if now.1 == quoted.1 && now.0 < quoted.0 { now.0 } else { quoted.0 };
        if purchase.amount < lower {
            return Err(("PriceAboveMax", i128::from(lower.units())));
        }
        if let OfferPrice::Metered(metered) = &offer.price
            && (metered.unit.as_str() != "call" || !matches!(purchase.consent, Consent::Signed(_)))
        {
            return Err(("AmountInvalid", 0));
        }
        let chosen = matches!(offer.price, OfferPrice::AtLeast { .. }) && !asks(purchase);
        Ok(i128::from(if chosen { purchase.amount } else { lower }.units()))
    }

    pub(super) fn party(&self, handle: &str) -> Party {
        self.payee(handle).expect("offers only name open payees")
    }

    /// A gift: the payer's value becomes the payee's, for good.
    pub(super) fn give(&mut self, payer: Party, tip: &Tip, now: u64) -> Act {
        if !self.payees.iter().any(|(_, party)| *party == tip.payee) {
            return no("PayeeUnknown");
        }
        let amount = i128::from(tip.amount.units());
        if amount == 0 {
            return no("AmountInvalid");
        }
        if payer == tip.payee {
            return no("SelfPayment");
        }
        if self.guard_says(Verdict::Deny, (payer, tip.asset), None, (amount, now)) {
            return no("GuardDenied");
        }
        let has = self.free(payer, tip.asset);
        if has < amount {
            return Err(("Insufficient", amount - has));
        }
        self.add((payer, tip.asset, "funded"), -amount);
        self.add((tip.payee, tip.asset, "earned"), amount);
        self.tipped.push(Tipped { payer, payee: tip.payee, asset: tip.asset, amount, at: now });
        Ok(("Applied", "Tipped", amount))
    }

    /// Whether a guard of this verdict has something to say to a spending.
    pub(super) fn guard_says(&self, verdict: Verdict, (payer, asset): (Party, Asset), page: Option<&str>, (due, now): (i128, u64)) -> bool {
        self.guards.iter().filter(|limit| limit.guard.verdict == verdict).any(|limit| {
            let guard = &limit.guard;
            // A tip is given on no site.
            let bound = page.map_or(guard.on == GuardScope::All, |page| is_on(guard, page));
            let mine = guard.party == payer && guard.asset == asset && bound;
            let Some(most) = guard.most.filter(|_| mine) else { return false };
            self.counted(limit, now) + due > i128::from(most.units())
        })
    }

    /// The guards of a party that stand, each with what it has counted and when it counts anew.
    pub(crate) fn limits(&self, party: Party, now: u64) -> Vec<(Guard, i128, u64)> {
        let own = self.guards.iter().filter(|limit| limit.guard.party == party && limit.guard.most.is_some());
        let until = |window: Window| match window {
            Window::Day => (now / DAY + 1) * DAY,
            Window::Month => self.month(party, now).1,
            Window::Each => now,
        };
        own.map(|limit| (limit.guard.clone(), self.counted(limit, now), until(limit.guard.window))).collect()
    }

    /// What a party spent in the day and in the month that run.
    pub(crate) fn spent_now(&self, party: Party, asset: Asset, now: u64) -> [i128; 2] {
        [Window::Day, Window::Month].map(|window| {
            let guard = Guard { party, on: GuardScope::All, window, verdict: Verdict::Deny, asset, most: None };
            self.counted(&Limit { guard, since: 0 }, now)
        })
    }

    /// What a guard has counted in the window that runs.
    fn counted(&self, Limit { guard, since: set }: &Limit, now: u64) -> i128 {
        let (payer, asset) = (guard.party, guard.asset);
        let since = match guard.window {
            Window::Day => now / DAY * DAY,
            Window::Month => self.month(payer, now).0,
            Window::Each => return 0,
        };
        let same = |at: u64| at >= since;
        let on_pages = self.spent(payer, asset, |sale| same(sale.at) && is_on(guard, &sale.page));
        let own = self.tipped.iter().filter(|tip| tip.payer == payer && tip.asset == asset && same(tip.at));
        let in_tips: i128 = if guard.on == GuardScope::All { own.map(|tip| tip.amount).sum() } else { 0 };
        // The wallet counts from its first session on, a site's guard since it was set.
        let set = if guard.on == GuardScope::All { 0 } else { *set };
        let in_streams: i128 = self
            .streamed(payer, asset, set)
            .iter()
            .filter(|(realm, at, _)| same(*at) && is_on(guard, &format!("{realm}/")))
            .map(|(.., amount)| amount)
            .sum();
        let page = |item: &str| item.split_once('/').map_or(String::new(), |(realm, _)| format!("{realm}/"));
        let kept = self.kept_back(payer, asset, |promise| same(promise.at) && is_on(guard, &page(&promise.purchase.item)));
        on_pages + in_tips + in_streams + kept
    }

    fn spent(&self, payer: Party, asset: Asset, counts: impl Fn(&Bought) -> bool) -> i128 {
        let mine = self.bought.iter().filter(|sale| sale.payer == payer && sale.asset == asset && sale.back.is_none());
        mine.filter(|sale| counts(sale)).map(|sale| sale.paid - sale.returned).sum()
    }

    pub(super) fn take_back(&mut self, request: &RefundRequest, now: u64) -> Act {
        let Some(at) = self.bought.iter().position(|sale| sale.id == request.sale) else { return no("Unknown") };
        let sale = self.bought.get(at).expect("position() found it").clone();
        let by_payer = match request.reason {
            RefundReason::Undo { payer } if payer != sale.payer => return no("Unknown"),
            RefundReason::Payee { payee } if self.payee(&sale.offer.payee) != Some(payee) => return no("Unknown"),
            RefundReason::Undo { .. } => true,
            RefundReason::Payee { .. } | RefundReason::Operator | RefundReason::OriginFailed => false,
        };
        if sale.back.is_some() {
            return no("AlreadyRefunded");
        }
        if by_payer {
            self.may_undo(&sale, now)?;
        }
        let left = sale.paid - sale.returned;
        let amount = request.amount.map_or(left, |amount| i128::from(amount.units()));
        if amount == 0 || amount > left {
            return Err(("RefundAboveLeft", left));
        }
        let (before, after) = (given_back(&sale, sale.returned), given_back(&sale, sale.returned + amount));
        for ((purse, _), (before, after)) in sale.parts.iter().zip(before.into_iter().zip(after)) {
            self.add(*purse, before - after);
        }
        let sale = self.bought.get_mut(at).expect("position() found it");
        sale.returned += amount;
        sale.back = (sale.returned == sale.paid).then_some(Back { at: now, by_payer });
        Ok(("Applied", "Refunded", amount))
    }

    fn may_undo(&self, sale: &Bought, now: u64) -> Result<(), (&'static str, i128)> {
        let until = u128::from(sale.at) + u128::from(sale.offer.refund.window.0) * 1_000_000;
        if u128::from(now) >= until {
            return Err(("RefundWindowClosed", i128::try_from(until).unwrap_or(i128::MAX)));
        }
        let undone: Vec<&Bought> =
            self.bought.iter().filter(|other| other.payer == sale.payer && other.back.is_some_and(|back| back.by_payer)).collect();
        if undone.iter().any(|other| other.page == sale.page) {
            return Err(("UndoUsed", 0));
        }
        let site = |page: &str| page.split('/').next().map(str::to_owned);
        let today = |other: &&&Bought| other.back.is_some_and(|back| back.at / DAY == now / DAY) && site(&other.page) == site(&sale.page);
        let used = undone.iter().filter(today).count();
        let limit = sale.offer.refund.per_day;
        if used >= usize::from(limit) { Err(("UndoLimit", i128::from(limit))) } else { Ok(()) }
    }
}

/// True if a guard counts what is spent on a page.
fn is_on(guard: &Guard, page: &str) -> bool {
    match &guard.on {
        GuardScope::All => true,
        GuardScope::Site(realm) => page.strip_prefix(realm.as_str()).is_some_and(|path| path.starts_with('/')),
    }
}

/// What each part of a purchase has given back once the payer has had `returned` back: who paid all of it; of the others each in turn
/// the nearest to its share of what those before it left, the upper of two that are as near.
pub(crate) fn given_back(sale: &Bought, returned: i128) -> Vec<i128> {
    let (mut rest, mut of) = (returned, sale.paid);
    let mut parts = Vec::new();
    for (_, amount) in &sale.parts {
        if *amount < 0 {
            parts.push(-returned);
            continue;
        }
        let (below, over) = if of == 0 { (0, 0) } else { (rest * amount / of, rest * amount % of) };
        let part = if over > 0 && over * 2 >= of { below + 1 } else { below };
        parts.push(part);
        rest -= part;
        of -= amount;
    }
    parts
}
