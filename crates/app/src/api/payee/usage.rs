//! What a payee's key may look at of what was used by the unit: units by offer and day, and sessions.

use super::bearer::Caller;
use super::query::{Query, unread};
use super::sums::day_of;
use crate::desk::{self, Usage};
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::sessions::{self, Captured, capture_facts, standing_facts, unit_facts};
use crate::wallet::{cursor, parse_cursor};
use http::StatusCode;
use market::State;
use money::{CommandId, Timestamp};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde_json::{Value, json};
use std::sync::Arc;
use store::index::Which;

/// Days of UTC if the caller does not say, and at most.
const DAYS: u64 = 30;
const MOST_DAYS: u64 = 366;
/// Captures of one session at most.
const CAPTURES: u32 = 500;

/// The days that `from` and `to` of a query name, both included; thirty up to today without them.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn days(query: &str, now: Timestamp) -> Result<(u64, u64), Problem> {
    let query = Query::read(query, &["from", "to"])?;
    let day = |name: &str| match query.word(name) {
        None => Ok(None),
        Some(text) => day_of(text).map(|at| Some(at.utc_day())).ok_or_else(|| unread("`from` and `to` are days, such as 2026-11-22")),
    };
    let to = day("to")?.unwrap_or_else(|| now.utc_day());
    let from = day("from")?.unwrap_or_else(|| to.saturating_sub(DAYS.saturating_sub(1)));
    if from > to || to.saturating_sub(from) >= MOST_DAYS {
        return Err(unread("`from` is a day before `to`, at most a year"));
    }
    Ok((from, to))
}

/// `GET /v1/usage?from=&to=`: what was captured of own offers, by day of UTC and offer version.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn usage(instance: &Arc<Instance>, caller: &Caller, (query, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let usage = Usage::of(instance, &caller.owner(), days(query, now)?).await?;
    let row = |(used, units): &(store::index::Used, sessions::Units)| {
        let mut facts = unit_facts(units);
        facts["day"] = desk::day(Timestamp::from_seconds(used.day.saturating_mul(86_400))).into();
        facts["captures"] = used.captures.into();
        facts
    };
    let open = usage.open;
    let content = json!({
        "currency": instance.config.asset().as_str(),
        "open": {
            "sessions": open.sessions,
            "held": open.held.to_string(),
            "drawn": open.drawn.to_string(),
            "captured": open.captured.to_string(),
            "waiting": open.drawn.saturating_sub(open.captured).to_string(),
        },
        "rows": usage.days.iter().map(row).collect::<Vec<Value>>(),
    });
    Ok(door::json(StatusCode::OK, &content))
}

/// `GET /v1/payee/sessions?state=&limit=&before=`: own sessions, newest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "before", "state"])?;
    let which = match query.word("state") {
        None => Which::All,
        Some("open") => Which::Open,
        Some("ended") => Which::Ended,
        Some(_) => return Err(unread("`state` is `open` or `ended`")),
    };
    let before = query.word("before").map(parse_cursor).transpose()?;
    let (found, next) = desk::usage_sessions(instance, &caller.owner(), (which, before, query.limit()?)).await?;
    let rows: Vec<Value> = found.iter().map(|standing| standing_facts(instance, standing)).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next.map(cursor) })))
}

/// `GET /v1/payee/sessions/{id}`: one of them, with what was used by offer version and its newest captures.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn one(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    let id: CommandId = parse_serial(id).map_err(|_| Problem::Unknown)?;
    let standing = sessions::standing(instance, id).await?;
    if standing.row.payee != caller.payee {
        return Err(Problem::Unknown);
    }
    let parts = sessions::units(instance, id).await?;
    let captures = instance.index(move |index| index.captures(id, CAPTURES)).await?;
    let row = standing.row.clone();
    let of = move |state: &State, _| {
        let captured = |(at, capture)| {
            // Where it stands is not said.
            let captured = Captured::of(state, &row, (row.place, at), &capture)?;
            let mut facts = capture_facts(&captured);
            facts["at"] = at.to_string().into();
            Some(facts)
        };
        captures.into_iter().filter_map(captured).collect::<Vec<Value>>()
    };
    let captures = instance.look(of).await?;
    let mut facts = standing_facts(instance, &standing);
    facts["used"] = parts.iter().map(unit_facts).collect::<Vec<Value>>().into();
    facts["list"] = captures.into();
    Ok(door::json(StatusCode::OK, &facts))
}
