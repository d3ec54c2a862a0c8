//! `/limits`: what limits spending, and what payers limited themselves.

use super::Visitor;
use super::named::{Names, party_url};
use crate::door::Reply;
use crate::wallet::{MOST_IN_BROWSER, MOST_WITH_KEY, whole};
use crate::web::admin::{GuardRow, LimitsView, OfferLimit, limits};
use crate::web::{AdminPlace, Money};
use http::StatusCode;
use market::{Guard, OfferPrice};
use money::{Amount, Party};
use protocol::problem::Problem;
use protocol::text::{account, parse_account};
use std::collections::BTreeMap;

/// Guards of a page, but for the rest of the last party's.
const GUARDS: usize = 50;
/// Offers that are shown.
const OFFERS: usize = 50;

impl Visitor<'_> {
    /// `GET /limits?from=`: `from` is the party that the list of guards begins with.
    pub(super) async fn limits(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let foreign = |_| Problem::BadRequest { detail: "`from` is a cursor that an earlier answer gave".to_owned() };
        let from = query.get("from").map(|text| parse_account(text).map_err(foreign)).transpose()?;
        let read = move |state: &market::State, now| {
            let mut found: Vec<(Guard, Amount)> =
                state.guards_from(from.unwrap_or(Party([0; 20])), now).take(GUARDS.saturating_add(1)).collect();
            // A party's guards stand on one page, so the list goes on with a party; a page of one party's alone is cut.
            let next = if found.len() > GUARDS { found.last().map(|(guard, _)| guard.party) } else { None };
            let is_one = found.first().map(|(guard, _)| guard.party) == next;
            found.retain(|(guard, _)| is_one || Some(guard.party) != next);
            let names = Names::of(state);
            let named = found.into_iter().map(|found| (names.short(found.0.party), found)).collect::<Vec<_>>();
            (named, next.filter(|_| !is_one))
        };
        let (found, next) = self.instance.look(read).await?;
        let asset = self.instance.config.asset();
        let offers = self.instance.offers();
        let offer = |offer: &market::Offer| OfferLimit {
            name: offer.name.clone(),
            realm: offer.unlock.realm().to_owned(),
            window: offer.refund.window,
            per_day: offer.refund.per_day.into(),
        };
        let sold = offers.iter().map(|(_, offer)| offer).filter(|offer| offer.price != OfferPrice::Free);
        let view = LimitsView {
            frame: self.at(AdminPlace::Limits),
            most_of_a_browser: Money::of(whole(MOST_IN_BROWSER, asset), asset),
            most_kept: Money::of(whole(MOST_WITH_KEY, asset), asset),
            offers: sold.take(OFFERS).map(offer).collect(),
            guards: found.into_iter().map(|(name, found)| guard_row(found, &name)).collect(),
            next_url: next.map(|party| format!("/limits?from={}", account(party))),
            first_url: from.map(|_| "/limits".to_owned()),
        };
        Ok(self.page(StatusCode::OK, limits(&view)))
    }
}

pub(super) fn guard_row((guard, spent): (Guard, Amount), holder: &str) -> GuardRow {
    GuardRow {
        verdict: guard.verdict,
        holder: holder.to_owned(),
        url: party_url(guard.party),
        most: Money::of(guard.most.unwrap_or(Amount::ZERO), guard.asset),
        spent: Money::of(spent, guard.asset),
        on: guard.on,
        window: guard.window,
    }
}
