//! What a payee's service tells of its meters: events, one or many at once, and what they came to.

use super::bearer::Caller;
use super::query::{Query, unread};
use super::usage::days;
use crate::api::bodies;
use crate::door::{self, Reply};
use crate::idempotency;
use crate::instance::Instance;
use crate::meters::{
    Done, Named, Of, Period, Reader, Reserved, Taken, bills as bills_of, of_meter, reserve as reserve_of, sum_of, take, usage as usage_of,
};
use crate::wallet::Asked;
use http::{StatusCode, header};
use market::Unit;
use money::Timestamp;
use protocol::cloud_event::{MANY, ONE, many, one};
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /v1/meters`: own meters.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let rows = of_meter(instance, &caller.payee).await?;
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `GET /v1/meters/{meter}/usage?from=&to=`: what it counted, by day, session and offer.
///
/// # Errors
/// [`Problem::Unknown`] for a meter that is not the caller's, [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn usage(instance: &Arc<Instance>, caller: &Caller, (query, now): (&str, Timestamp), meter: &str) -> Result<Reply, Problem> {
    let (unit, _) = known(instance, caller, meter).await?;
    let usage = usage_of(instance, Of::Payee(caller.payee.clone(), unit), days(query, now)?).await?;
    Ok(door::json(StatusCode::OK, &usage))
}

/// `GET /v1/meters/{meter}/bills?period=2026-11`: the bills of a month or a day, one for each payer.
///
/// # Errors
/// [`Problem::Unknown`] for a meter that is not the caller's, [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn bills(instance: &Arc<Instance>, caller: &Caller, (query, now): (&str, Timestamp), meter: &str) -> Result<Reply, Problem> {
    let (unit, _) = known(instance, caller, meter).await?;
    let bills = bills_of(instance, Of::Payee(caller.payee.clone(), unit), period(query, now)?).await?;
    Ok(door::json(StatusCode::OK, &bills.facts(Reader::Payee)))
}

/// The month or day that a call asks for; the running month where it says none.
///
/// # Errors
/// [`Problem::BadRequest`].
pub(crate) fn period(query: &str, now: Timestamp) -> Result<Period, Problem> {
    match Query::read(query, &["period"])?.word("period") {
        None => Ok(Period::running(now)),
        Some(text) => Period::parse(text).ok_or_else(|| unread("`period` is a month or a day of UTC, such as 2026-11 or 2026-11-30")),
    }
}

/// `POST /v1/meters/{meter}/events`: one event or a batch; an answer each when all are durable.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::BadRequest`] for what is neither, what is wrong with an event that comes alone,
/// [`Problem::Busy`], [`Problem::NoRoom`], [`Problem::Internal`].
pub async fn events(instance: &Arc<Instance>, caller: &Caller, asked: &Asked, meter: &str) -> Result<Reply, Problem> {
    let (unit, sum) = known(instance, caller, meter).await?;
    let media = asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let payee = caller.payee.as_str();
    if media == ONE {
        let event = one(&asked.body, &sum).map_err(|_| unread("the body is no JSON object"))?;
        let taken = take(instance, (payee, unit), vec![event]).await?.pop().ok_or(Problem::Internal)?;
        let done = taken.done?;
        return Ok(door::json(StatusCode::OK, &done_facts(&done)));
    }
    if media != MANY {
        return Err(unread(&format!("events come as {ONE} or {MANY}")));
    }
    let events = many(&asked.body, &sum).map_err(|_| unread("the body is no JSON array of 1 to 1000 events"))?;
    let taken = take(instance, (payee, unit), events).await?;
    let rows: Vec<Value> = taken.iter().map(|taken| row(taken, &instance.wallet_url())).collect();
    let count = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    let content = json!({
        "applied": count("applied"),
        "duplicate": count("duplicate"),
        "refused": count("refused"),
        "rows": rows,
    });
    Ok(door::json(StatusCode::OK, &content))
}

/// `POST /v1/meters/{meter}/reserve`: the most that work can cost is set aside before it begins; durable when this answers.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::BadRequest`], 402 where not enough is authorised, [`Problem::IdReused`], [`Problem::Busy`],
/// [`Problem::NoRoom`], [`Problem::Internal`].
pub async fn reserve(instance: &Arc<Instance>, caller: &Caller, asked: &Asked, meter: &str) -> Result<Reply, Problem> {
    let wanted = bodies::reserve(&asked.body, idempotency::command(&asked.headers)?)?;
    let (unit, _) = known(instance, caller, meter).await?;
    let Reserved { session, amount, until } = reserve_of(instance, (&caller.payee, caller.party, unit), &wanted).await?;
    let mut content = json!({
        "reservation": serial(wanted.id),
        "session": serial(session),
        "units": wanted.units.to_string(),
        "amount": amount.to_string(),
        "currency": instance.config.asset().as_str(),
        "state": if until.is_some() { "held" } else { "gone" },
    });
    if let Some(until) = until {
        content["until"] = until.to_string().into();
    }
    Ok(door::json(StatusCode::OK, &content))
}

/// A meter of the caller's, and the member of an event's data that it sums.
async fn known(instance: &Arc<Instance>, caller: &Caller, meter: &str) -> Result<(Unit, String), Problem> {
    let unit = Unit::parse(meter).ok_or(Problem::Unknown)?;
    let sum = sum_of(instance, &caller.payee, unit).await?;
    sum.map(|sum| (unit, sum)).ok_or(Problem::Unknown)
}

fn row(taken: &Taken, base: &str) -> Value {
    let mut facts = match &taken.done {
        Ok(done) => done_facts(done),
        Err(problem) => {
            let problem: Value = serde_json::from_slice(&problem.to_json(base)).unwrap_or_default();
            json!({ "status": "refused", "code": problem["code"], "problem": problem })
        }
    };
    facts["source"] = taken.source.clone().into();
    facts["id"] = taken.id.clone().into();
    facts
}

fn done_facts(done: &Done) -> Value {
    match done {
        Done::Duplicate => json!({ "status": "duplicate" }),
        Done::Applied { units, amount, unbilled, reservation } => {
            let mut facts = json!({
                "status": "applied",
                "units": units.to_string(),
                "amount": amount.to_string(),
                "unbilled": unbilled.to_string(),
            });
            if let Some(named) = reservation {
                facts["reservation"] = if *named == Named::Drawn { "drawn" } else { "gone" }.into();
                if *named == Named::Drawn && *unbilled > 0 {
                    facts["notice"] = "over-reserve".into();
                }
            }
            facts
        }
    }
}
