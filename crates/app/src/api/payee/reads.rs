//! What a payee's key may look at: its own sales, offers and events.

use super::bearer::Caller;
use super::query::{Query, unread};
use super::sums::day_of;
use crate::api::reads::assets;
use crate::door::{self, Reply};
use crate::events::{self, Seq};
use crate::given;
use crate::instance::Instance;
use crate::wallet::{cursor, parse_cursor};
use http::StatusCode;
use market::{Class, Place, Sale, SaleLeg, SaleState, State};
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::{offer, parse_offer, parse_serial, serial};
use serde_json::{Value, json};
use std::sync::Arc;
use store::index::Happened;

/// Records looked at for one page of sales: with a filter that fits little a page is short, and `next` goes on.
const MOST_LOOKED_AT: u32 = 2_000;

/// `GET /v1/payee`.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn payee(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let (party, assets) = (caller.party, assets(instance));
    let balances = instance
        .look(move |state, _| {
            let of = |(asset, class)| balance(state, (party, asset, class));
            let all = assets.into_iter().flat_map(|asset| [(asset, Class::EarnedPending), (asset, Class::Funded)]);
            all.map(of).collect::<Vec<Value>>()
        })
        .await?;
    let sites = instance.config.site.values().filter(|site| site.payee == caller.payee);
    let sites: Vec<Value> = sites.map(|site| json!({ "host": site.host, "url": instance.config.url(&site.host) })).collect();
    let content = json!({
        "payee": caller.payee,
        "name": instance.payee_name(&caller.payee),
        "mode": instance.config.mode.mode().word(),
        "sites": sites,
        "balances": balances,
    });
    Ok(door::json(StatusCode::OK, &content))
}

fn balance(state: &State, (party, asset, class): (Party, Asset, Class)) -> Value {
    let (mut held, mut available) = (Amount::ZERO, Amount::ZERO);
    for account in state.books().accounts_of(party, asset, class) {
        held = held.checked_add(account.held).unwrap_or(Amount::MAX);
        available = available.checked_add(account.available()).unwrap_or(Amount::MAX);
    }
    json!({ "currency": asset.as_str(), "class": class.word(), "available": available.to_string(), "held": held.to_string() })
}

/// How a sale stands: untouched, given back in part, taken back.
const STATES: [&str; 3] = ["live", "part-refunded", "refunded"];

fn state_of(sale: &Sale) -> &'static str {
    given::state_word("live", (sale.returned, sale.is_live()))
}

/// Which sales are wanted.
struct Filter {
    item: Option<String>,
    offer: Option<OfferId>,
    state: Option<&'static str>,
    /// The payer's reference, or its beginning.
    buyer: Option<String>,
    from: Option<Timestamp>,
    /// The first instant after the last day.
    until: Option<Timestamp>,
}

impl Filter {
    fn of(query: &Query) -> Result<Filter, Problem> {
        let offer = query.word("offer").map(parse_offer).transpose().map_err(|_| unread("`offer` is the id of an offer's version"))?;
        let state = match query.word("state") {
            None => None,
            Some(word) => Some(
                STATES
                    .into_iter()
                    .find(|state| *state == word)
                    .ok_or_else(|| unread("`state` is `live`, `part-refunded` or `refunded`"))?,
            ),
        };
        let day = |name| query.word(name).map(|day| day_of(day).ok_or_else(|| unread("`from` and `to` are days, such as 2026-11-22")));
        let (from, to) = (day("from").transpose()?, day("to").transpose()?);
        let (item, buyer) = (query.word("item").map(str::to_owned), query.word("buyer").map(str::to_owned));
        Ok(Filter { item, offer, state, buyer, from, until: to.map(|day| day.after(Span(86_400))) })
    }

    fn takes(&self, sale: &Sale, known_as: impl Fn(Party) -> String) -> bool {
        let item = self.item.as_deref().is_none_or(|item| &*sale.item == item);
        let days = self.from.is_none_or(|from| sale.at >= from) && self.until.is_none_or(|until| sale.at < until);
        let buyer = || self.buyer.as_deref().is_none_or(|buyer| known_as(sale.payer).starts_with(buyer));
        item && days
            && buyer()
            && self.offer.is_none_or(|offer| sale.offer == offer)
            && self.state.is_none_or(|state| state_of(sale) == state)
    }
}

/// `GET /v1/sales?limit=&before=&item=&offer=&state=&buyer=&from=&to=`, newest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn sales(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "before", "item", "offer", "state", "buyer", "from", "to"])?;
    let (limit, filter) = (query.limit()?, Filter::of(&query)?);
    let before = query.word("before").map(parse_cursor).transpose()?;
    let handle = caller.payee.clone();
    let rows = instance.index(move |index| index.events_before(&handle, before, MOST_LOOKED_AT)).await?;
    let is_past = rows.last().is_some_and(|row| filter.from.is_some_and(|from| row.at < from));
    let is_end = is_past || u32::try_from(rows.len()).unwrap_or(u32::MAX) < MOST_LOOKED_AT;
    let last = rows.last().map(|row| row.place);
    let ids: Vec<(Place, CommandId)> =
        rows.into_iter().filter(|row| row.happened == Happened::Sale).filter_map(|row| Some((row.place, row.sale?))).collect();
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let (keys, payee) = (Arc::clone(&instance.keys), caller.payee.clone());
    let found = instance
        .look(move |state, _| {
            let known_as = |payer| keys.pairwise(payer, &payee);
            let sale = |(place, id)| {
                state.sale(id).filter(|sale| filter.takes(sale, known_as)).map(|sale| (place, id, sale.clone(), state.legs_of(sale)))
            };
            ids.into_iter().filter_map(sale).take(wanted.saturating_add(1)).collect::<Vec<_>>()
        })
        .await?;
    let has_older = found.len() > wanted;
    let shown: Vec<_> = found.into_iter().take(wanted).collect();
    let next = if has_older { shown.last().map(|(place, ..)| *place) } else { last.filter(|_| !is_end) };
    let rows: Vec<Value> = shown.iter().map(|(_, id, sale, legs)| sale_facts(instance, &caller.payee, (*id, sale, legs))).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next.map(cursor) })))
}

/// `GET /v1/sales/{id}`.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn sale(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    let (id, sale, legs) = find(instance, caller, id).await?;
    Ok(door::json(StatusCode::OK, &sale_facts(instance, &caller.payee, (id, &sale, &legs))))
}

/// A sale under an offer of the caller's.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn find(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<(CommandId, Sale, Vec<SaleLeg>), Problem> {
    let (id, payee) = (parse_serial(id).map_err(|_| Problem::Unknown)?, caller.payee.clone());
    let find = move |state: &State, _| {
        let sale = state.sale(id)?;
        let is_own = state.offer(sale.offer).is_some_and(|version| version.offer.payee == payee);
        is_own.then(|| (id, sale.clone(), state.legs_of(sale)))
    };
    instance.look(find).await?.ok_or(Problem::Unknown)
}

/// A sale as the payee's calls show it.
pub fn sale_facts(instance: &Instance, payee: &str, (id, sale, legs): (CommandId, &Sale, &[SaleLeg])) -> Value {
    let refunded_at = if let SaleState::Refunded { at, .. } = sale.state { Some(at.to_string()) } else { None };
    json!({
        "id": serial(id),
        "at": sale.at.to_string(),
        "item": &*sale.item,
        "offer": offer(sale.offer),
        "charged": sale.charged.to_string(),
        "currency": sale.asset.as_str(),
        "legs": legs.iter().map(events::leg).collect::<Vec<_>>(),
        "payer": instance.keys.pairwise(sale.payer, payee),
        "until": sale.until.map(|until| until.to_string()),
        "undo_until": sale.undo_until.to_string(),
        "state": state_of(sale),
        "returned": sale.returned.to_string(),
        "refunded_at": refunded_at,
        "refund_reason": events::reason(sale),
    })
}

/// `GET /v1/events?after=&limit=`, oldest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn events(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "after"])?;
    let after = query.word("after").map(Seq::parse).transpose()?.unwrap_or_default();
    let limit = query.limit()?;
    let found = events::after(instance, &caller.payee, after, limit.saturating_add(1)).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = found.get(wanted.saturating_sub(1)).filter(|_| found.len() > wanted).map(|event| event.seq.to_string());
    let rows: Vec<Value> = found.iter().take(wanted).map(|event| event.document(instance)).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next })))
}
