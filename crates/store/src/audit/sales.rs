//! What was sold and what came back, from the records alone.

use super::accounts::{Accounts, Wrong};
use super::division::divide;
use market::{Beneficiary, Body, Class, Effect, OPERATOR, Offer, Place, Purchase, Record, RefundReason, RefundRequest};
use money::{Amount, Asset, CommandId, OfferId, Party, Share, Timestamp};
use std::collections::BTreeMap;

/// Offers, payees and sales as the records made them.
#[derive(Default)]
pub struct Sales {
    payees: BTreeMap<String, Party>,
    offers: BTreeMap<OfferId, Offer>,
    sales: BTreeMap<CommandId, SaleFacts>,
    pub(super) promises: BTreeMap<CommandId, Purchase>,
}

/// A sale.
pub struct SaleFacts {
    /// Who paid.
    pub payer: Party,
    /// Under which offer version.
    pub offer: OfferId,
    /// What was charged, in base units.
    pub charged: u64,
    /// Of which asset.
    pub asset: Asset,
    /// When.
    pub at: Timestamp,
    /// Where its record stands.
    pub place: Place,
    /// Where it was taken back.
    pub refunded: Option<Place>,
    /// What of it has gone back, in base units.
    pub returned: u64,
    /// Account and amount of what its posting moved, legs on one account together.
    captured: BTreeMap<u32, i64>,
    /// Each leg of its posting.
    legs: Vec<(u32, i64)>,
}

/// What left a payer, in base units.
#[derive(Clone, Copy)]
pub(super) struct Went {
    pub payer: Party,
    pub asset: Asset,
    pub units: u64,
}

/// What one leg of a sale's split gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaleLegFacts {
    /// The leg's label.
    pub label: String,
    /// Handle of the payee, or `operator`.
    pub to: String,
    /// In base units.
    pub units: u64,
}

impl Sales {
    /// A payee by its handle.
    #[must_use]
    pub fn payee(&self, handle: &str) -> Option<Party> {
        self.payees.get(handle).copied()
    }

    /// An offer version.
    #[must_use]
    pub fn offer(&self, id: OfferId) -> Option<&Offer> {
        self.offers.get(&id)
    }

    /// A sale.
    #[must_use]
    pub fn sale(&self, id: CommandId) -> Option<&SaleFacts> {
        self.sales.get(&id)
    }

    /// All sales by id.
    pub fn iter(&self) -> impl Iterator<Item = (CommandId, &SaleFacts)> {
        self.sales.iter().map(|(id, sale)| (*id, sale))
    }

    /// How many were ever made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sales.len()
    }

    /// True if nothing was ever sold.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sales.is_empty()
    }

    /// The legs of a sale in the order of its offer's split, divided here; `None` if they cannot make the price.
    #[must_use]
    pub fn legs_of(&self, sale: &SaleFacts) -> Option<Vec<SaleLegFacts>> {
        let offer = self.offers.get(&sale.offer)?;
        let shares: Vec<Share> = offer.split.iter().map(|rule| rule.share).collect();
        let leg = |(rule, units): (&market::LegRule, u64)| {
            let to = match &rule.to {
                Beneficiary::Owner => offer.payee.clone(),
                Beneficiary::Payee(handle) => handle.clone(),
                Beneficiary::Operator => "operator".to_owned(),
            };
            SaleLegFacts { label: rule.label.clone(), to, units }
        };
        Some(offer.split.iter().zip(divide(sale.charged, &shares)?).map(leg).collect())
    }

    /// Enters a record whose legs stand in `accounts` already.
    pub(super) fn enter(&mut self, (place, at): (Place, Timestamp), record: &Record, accounts: &Accounts) -> Result<(), Wrong> {
        let posted = net(record)?;
        let body = &record.command.body;
        let still = match body {
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::SetGuard(_)
            | Body::StateMonths(_)
            | Body::Promise(_)
            | Body::OpenSession(_)
            | Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::RaiseSession(_)
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::SetMeter(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::SetAside(_)
            | Body::Count(_) => true,
            Body::TopUp(_) | Body::Buy(_) | Body::Use(_) | Body::Refund(_) | Body::Tip(_) | Body::CaptureSession { .. } => false,
        };
        if still && !posted.is_empty() {
            return Err((posted.keys().next().copied(), "a command that moves no money has legs".to_owned()));
        }
        if let Body::OpenPayee { handle, party } = body
            && self.payees.insert(handle.clone(), *party).is_some()
        {
            return Err((None, format!("the payee {handle} is opened a second time")));
        }
        if let Body::SetOffer(offer) = body {
            let id = offer.id();
            if record.applied.effect != Effect::OfferSet(id) {
                return Err((None, format!("the offer {} has another hash than the record says", offer.name)));
            }
            self.offers.insert(id, offer.as_ref().clone());
        }
        if let Body::TopUp(top_up) = body {
            let moved = moved_by(&posted, accounts, |key| key.party == top_up.party && key.class == Class::Funded);
            let units = i128::from(top_up.amount.units());
            if moved != units || record.applied.effect != Effect::ToppedUp(top_up.amount) {
                return Err((None, format!("a top-up of {units} moves {moved} into the wallet")));
            }
        }
        if let Body::Tip(tip) = body {
            let moved = moved_by(&posted, accounts, |key| key.party == tip.payee && key.class == Class::EarnedPending);
            let units = i128::from(tip.amount.units());
            if moved != units || record.applied.effect != Effect::Tipped(tip.amount) {
                return Err((None, format!("a tip of {units} moves {moved} to the payee")));
            }
        }
        if let Body::Promise(purchase) = body {
            return self.promised(record.command.id, purchase, record.applied.effect);
        }
        if let Body::Use(used) = body {
            self.used(record.command.id, used, record.applied.effect)?;
            if used.purchase().is_none() {
                return if posted.is_empty() { Ok(()) } else { Err((None, "a promise that came to nothing has legs".to_owned())) };
            }
        }
        if body.purchase().is_some() {
            return self.sold((place, at), record, (posted, accounts));
        }
        if let Body::Refund(request) = body {
            return self.refunded(place, (request, record.applied.effect), &posted);
        }
        Ok(())
    }

    fn sold(
        &mut self,
        (place, at): (Place, Timestamp),
        record: &Record,
        (posted, accounts): (BTreeMap<u32, i64>, &Accounts),
    ) -> Result<(), Wrong> {
        let (Some(purchase), Effect::Sold { sale, charged }) = (record.command.body.purchase(), record.applied.effect) else {
            return Err((None, "a purchase that sold nothing".to_owned()));
        };
        let charged = charged.units();
        if sale != record.command.id || self.sales.contains_key(&sale) {
            return Err((None, "a sale under the id of another command".to_owned()));
        }
        let Some(offer) = self.offers.get(&purchase.offer) else { return Err((None, "a sale under an unknown offer".to_owned())) };
        if charged > purchase.amount.units() {
            return Err((None, format!("a sale charges {charged}, the payer agreed to {}", purchase.amount.units())));
        }
        if offer.price.least().is_none_or(|(_, asset)| asset != purchase.asset) {
            return Err((None, format!("a sale in {}, which its offer does not ask", purchase.asset)));
        }
        let went = Went { payer: purchase.payer, asset: purchase.asset, units: charged };
        self.goes_by_split(purchase.offer, went, (&posted, accounts))?;
        let facts = SaleFacts {
            payer: purchase.payer,
            offer: purchase.offer,
            charged,
            asset: purchase.asset,
            at,
            place,
            refunded: None,
            returned: 0,
            captured: posted,
            legs: record.applied.posted.legs.iter().map(|leg| (leg.account.0, leg.amount)).collect(),
        };
        self.sales.insert(sale, facts);
        Ok(())
    }

    /// What left a payer went where an offer version's split says, divided here again.
    pub(super) fn goes_by_split(
        &self,
        offer: OfferId,
        went: Went,
        (posted, accounts): (&BTreeMap<u32, i64>, &Accounts),
    ) -> Result<(), Wrong> {
        let Some(offer) = self.offers.get(&offer) else { return Err((None, "it is priced by an unknown offer".to_owned())) };
        let owner = self.payees.get(&offer.payee).copied();
        let shares: Vec<Share> = offer.split.iter().map(|rule| rule.share).collect();
        let parts = divide(went.units, &shares).ok_or((None, format!("the split cannot make {}", went.units)))?;
        let mut due: BTreeMap<(Party, Class), i128> = BTreeMap::new();
        due.insert((went.payer, Class::Funded), i128::from(went.units).saturating_neg());
        for (part, rule) in parts.into_iter().zip(&offer.split) {
            let (party, handle) = match &rule.to {
                Beneficiary::Owner => (owner.map(|party| (party, Class::EarnedPending)), offer.payee.as_str()),
                Beneficiary::Payee(handle) => (self.payees.get(handle).map(|party| (*party, Class::EarnedPending)), handle.as_str()),
                Beneficiary::Operator => (Some((OPERATOR, Class::Fee)), "operator"),
            };
            let to = party.ok_or_else(|| (None, format!("the payee {handle} of the split is not open")))?;
            let sum = due.entry(to).or_default();
            *sum = sum.saturating_add(i128::from(part));
        }
        due.retain(|_, units| *units != 0);
        let mut moved: BTreeMap<(Party, Class), i128> = BTreeMap::new();
        for (account, units) in posted {
            let Some(key) = accounts.key(*account) else { continue };
            let sum = moved.entry((key.party, key.class)).or_default();
            *sum = sum.saturating_add(i128::from(*units));
            let expected = due.get(&(key.party, key.class)).copied().unwrap_or(0);
            if key.asset != went.asset || (sum.signum() != expected.signum()) || sum.unsigned_abs() > expected.unsigned_abs() {
                return Err((Some(*account), format!("the sale moves {sum} there, its price and split give {expected}")));
            }
        }
        if let Some(((_, class), expected)) = due.iter().find(|(to, units)| moved.get(*to) != Some(*units)) {
            return Err((
                None,
                format!("the sale moves less than the {expected} that its price and split give a {} account", class.word()),
            ));
        }
        Ok(())
    }

    fn refunded(&mut self, place: Place, (request, effect): (&RefundRequest, Effect), posted: &BTreeMap<u32, i64>) -> Result<(), Wrong> {
        let Some(sale) = self.sales.get_mut(&request.sale) else { return Err((None, "a refund of a sale that was never made".to_owned())) };
        if let Some(before) = sale.refunded {
            return Err((None, format!("the sale was taken back before, in frame {} record {}", before.frame, before.record)));
        }
        let open = sale.charged.saturating_sub(sale.returned);
        let asked = request.amount.map_or(open, Amount::units);
        let by_payer = matches!(request.reason, RefundReason::Undo { .. } | RefundReason::OriginFailed);
        if asked == 0 || asked > open || (by_payer && request.amount.is_some()) {
            return Err((None, format!("a refund of {asked} where {open} of the sale is left")));
        }
        let by_then = sale.returned.saturating_add(asked);
        let (before, after) = (given_back(&sale.legs, sale.returned), given_back(&sale.legs, by_then));
        let mut due: BTreeMap<u32, i64> = BTreeMap::new();
        for ((account, _), (before, after)) in sale.legs.iter().zip(before.into_iter().zip(after)) {
            let sum = due.entry(*account).or_default();
            *sum = sum.saturating_add(after.saturating_sub(before));
        }
        due.retain(|_, units| *units != 0);
        for (account, units) in posted {
            let captured = sale.captured.get(account).copied().unwrap_or(0);
            if due.get(account) != Some(units) {
                let due = due.get(account).copied().unwrap_or(0);
                return Err((Some(*account), format!("the refund moves {units}, the capture moved {captured} and gives back {due}")));
            }
        }
        if let Some((account, due)) = due.iter().find(|(account, _)| !posted.contains_key(*account)) {
            return Err((Some(*account), format!("the refund leaves the {due} that are to be given back there")));
        }
        let left = sale.charged.saturating_sub(by_then);
        let is_so = matches!(effect, Effect::Refunded { sale: of, returned, left: rest }
            if of == request.sale && returned.units() == asked && rest.units() == left);
        if !is_so {
            return Err((None, format!("the refund of {asked} that leaves {left} of a sale of {} says {effect:?}", sale.charged)));
        }
        sale.returned = by_then;
        sale.refunded = (left == 0).then_some(place);
        Ok(())
    }
}

/// What stands turned on each leg once the payer has had `total` back: the payer's leg wholly, of the others each in their order the
/// nearest whole number to its share in what those before it left over, the upper one of two that are as near.
fn given_back(legs: &[(u32, i64)], total: u64) -> Vec<i64> {
    let mut rest = i128::from(total);
    let mut of = legs.iter().filter(|(_, amount)| *amount > 0).fold(0_i128, |sum, (_, amount)| sum.saturating_add(i128::from(*amount)));
    let turned = |(_, amount): &(u32, i64)| {
        if *amount < 0 {
            return i64::try_from(total).unwrap_or(i64::MAX);
        }
        let product = rest.saturating_mul(i128::from(*amount));
        let (below, over) = (product.checked_div(of).unwrap_or(0), product.checked_rem(of).unwrap_or(0));
        let is_upper = over > 0 && over.saturating_mul(2) >= of;
        let part = below.saturating_add(i128::from(is_upper));
        (rest, of) = (rest.saturating_sub(part), of.saturating_sub(i128::from(*amount)));
        i64::try_from(part).unwrap_or(i64::MAX).saturating_neg()
    };
    legs.iter().map(turned).collect()
}

/// What the record moves on each account, legs on one account together.
pub(super) fn net(record: &Record) -> Result<BTreeMap<u32, i64>, Wrong> {
    let mut net: BTreeMap<u32, i64> = BTreeMap::new();
    for leg in &record.applied.posted.legs {
        let sum = net.entry(leg.account.0).or_default();
        *sum = sum.checked_add(leg.amount).ok_or((Some(leg.account.0), "its legs leave what can be counted".to_owned()))?;
    }
    Ok(net)
}

fn moved_by(posted: &BTreeMap<u32, i64>, accounts: &Accounts, of: impl Fn(&ledger::AccountKey) -> bool) -> i128 {
    let mine = posted.iter().filter(|(account, _)| accounts.key(**account).is_some_and(&of));
    mine.fold(0, |sum, (_, units)| sum.saturating_add(i128::from(*units)))
}
