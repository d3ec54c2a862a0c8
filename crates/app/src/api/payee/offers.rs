//! Offers of a payee: looked at, made, changed, withdrawn; by the functions that the desk presses.

use super::bearer::Caller;
use super::query::Query;
use crate::api::bodies;
use crate::door::{self, Reply, Visit};
use crate::events::offer_facts;
use crate::idempotency;
use crate::instance::Instance;
use crate::payees::moving;
use crate::payees::offers::{self, Known, Wish};
use crate::wallet::Asked;
use crate::web::PageKind;
use crate::world;
use http::StatusCode;
use market::{Beneficiary, LegRule, Offer};
use money::{Amount, OfferId, Share, Timestamp};
use protocol::problem::Problem;
use protocol::text::{offer as offer_text, parse_offer};
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /v1/offers`: those that stand.
///
/// # Errors
/// None; as the others.
pub fn list(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let standing = instance.offers();
    let own = standing.iter().filter(|(_, offer)| offer.payee == caller.payee);
    let rows: Vec<Value> = own.map(|(id, offer)| offer_facts(*id, offer)).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `GET /v1/offers.toml?site=`: those of one site that stand, as an offer file.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Unknown`] for a site where nothing is for sale.
pub fn file(instance: &Arc<Instance>, caller: &Caller, (query, visit): (&str, &Visit)) -> Result<Reply, Problem> {
    let query = Query::read(query, &["site"])?;
    let (text, site) = moving::offers_toml(instance, &caller.payee, query.word("site"))?;
    let kind = PageKind::Export { content_type: moving::TOML, file_name: &moving::file_name(&site) };
    Ok(door::page(visit, StatusCode::OK, kind, text))
}

/// `GET /v1/offers/{id}`: the offer that a version belongs to, with all of them.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn one(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    Ok(door::json(StatusCode::OK, &opened(instance, caller, offer_id(id)?).await?))
}

/// `POST /v1/offers`.
///
/// # Errors
/// [`Problem::OfferInvalid`], what reading the call says, and the books' noes about its id.
pub async fn make(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp)) -> Result<(Reply, String), Problem> {
    let (wish, by) = (bodies::offer(&asked.body)?, idempotency::timely(&asked.headers, now)?);
    let id = offers::set(instance, &caller.payee, (&wish, None), by).await?.map_err(|wrong| wrong.problem())?;
    Ok((door::json(StatusCode::OK, &opened(instance, caller, id).await?), offer_text(id)))
}

/// `PATCH /v1/offers/{id}`: what is named becomes as it is named, so the same call again changes nothing. Any version's id
/// names its offer; what is changed is the one that stands.
///
/// # Errors
/// [`Problem::Unknown`] for one that does not stand or is managed by a file, [`Problem::OfferInvalid`], what reading says.
pub async fn change(instance: &Arc<Instance>, caller: &Caller, (asked, id): (&Asked, &str)) -> Result<(Reply, String), Problem> {
    let (change, before) = (bodies::offer_change(&asked.body)?, standing(instance, caller, id).await?.ok_or(Problem::Unknown)?);
    let wish = change.over(Wish::of(&before));
    let set = offers::set(instance, &caller.payee, (&wish, Some(&before)), world::command_id()).await?;
    let id = set.map_err(|wrong| wrong.problem())?;
    Ok((door::json(StatusCode::OK, &opened(instance, caller, id).await?), offer_text(id)))
}

/// `DELETE /v1/offers/{id}`: nothing is sold under it any more. One that was withdrawn stays so.
///
/// # Errors
/// [`Problem::Unknown`] for none, or one that a file manages.
pub async fn end(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    if let Some(offer) = standing(instance, caller, id).await? {
        offers::end(instance, offer).await?;
    }
    Ok(door::json(StatusCode::OK, &json!({})))
}

/// What stands of the offer that a version belongs to; none if it was withdrawn.
async fn standing(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Option<Offer>, Problem> {
    let (versions, now) = offers::versions_of(instance, &caller.payee, offer_id(id)?).await?;
    let realm = versions.first().map(|(_, version)| version.offer.unlock.realm().to_owned()).unwrap_or_default();
    if !offers::is_here(instance, &caller.payee, &realm) {
        return Err(Problem::Unknown);
    }
    now.map(|now| offers::editable(instance, &caller.payee, now)).transpose()
}

async fn opened(instance: &Arc<Instance>, caller: &Caller, id: OfferId) -> Result<Value, Problem> {
    let (versions, now) = offers::versions_of(instance, &caller.payee, id).await?;
    let shown = versions.iter().find(|(id, _)| Some(*id) == now).or(versions.first()).ok_or(Problem::Unknown)?;
    let offer = &shown.1.offer;
    let path = if offer.unlock.path().contains('*') { "/" } else { offer.unlock.path() };
    let version = |(id, version): &Known| {
        let mut facts = offer_facts(*id, &version.offer);
        facts["since"] = version.since.to_string().into();
        facts["stands"] = (Some(*id) == now).into();
        facts
    };
    let mut facts = offer_facts(shown.0, offer);
    facts["stands"] = now.is_some().into();
    facts["managed"] = if offers::is_here(instance, &caller.payee, offer.unlock.realm()) { "desk" } else { "file" }.into();
    facts["undos_a_day"] = offer.refund.per_day.into();
    facts["page"] = format!("{}{path}", instance.config.url(offer.unlock.realm())).into();
    facts["split"] = shares(offer).into();
    facts["versions"] = versions.iter().map(version).collect::<Vec<Value>>().into();
    Ok(facts)
}

/// Who gets what, with what each gets of one sale at the least price.
fn shares(offer: &Offer) -> Vec<Value> {
    let parts = offer.price.least().and_then(|(least, _)| offer.divide(least).ok()).unwrap_or_default();
    let part = |number: usize| parts.get(number).map(Amount::to_string);
    let leg = |(number, rule): (usize, &LegRule)| {
        let to = match &rule.to {
            Beneficiary::Owner => &offer.payee,
            Beneficiary::Payee(handle) => handle,
            Beneficiary::Operator => "operator",
        };
        let (bp, fixed) = match rule.share {
            Share::BasisPoints(bp) => (Some(bp), None),
            Share::Fixed(amount) => (None, Some(amount.to_string())),
            Share::Rest => (None, None),
        };
        json!({ "label": rule.label, "to": to, "bp": bp, "fixed": fixed, "amount": part(number) })
    };
    offer.split.iter().enumerate().map(leg).collect()
}

fn offer_id(text: &str) -> Result<OfferId, Problem> {
    parse_offer(text).map_err(|_| Problem::Unknown)
}
