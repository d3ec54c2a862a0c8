//! Webhooks of a payee and their deliveries.

use super::bearer::Caller;
use super::query::{Query, unread};
use crate::api::bodies;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::wallet::Asked;
use crate::{hooks, idempotency};
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{DeliveryFilter, DeliveryId, DeliveryState, WebhookId};

/// `GET /v1/webhooks`.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let rows: Vec<Value> = hooks::list(instance, &caller.payee).await?.iter().map(hooks::facts).collect();
    Ok(done(&json!({ "rows": rows })))
}

/// `POST /v1/webhooks`: answered with the secret, which is shown at no other time.
///
/// # Errors
/// What reading the call says and [`hooks::make`].
pub async fn make(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp)) -> Result<Reply, Problem> {
    let (wish, by) = (bodies::webhook(&asked.body)?, idempotency::command(&asked.headers)?);
    Ok(done(&hooks::facts_with_secret(&hooks::make(instance, &caller.payee, (wish, by), now).await?)))
}

/// `GET /v1/webhooks/{id}`.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn one(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    Ok(done(&hooks::facts(&hooks::find(instance, &caller.payee, webhook_id(id)?).await?)))
}

/// `PATCH /v1/webhooks/{id}`: what is named becomes as it is named, so the same call again changes nothing.
///
/// # Errors
/// What reading the call says and [`hooks::change`].
pub async fn change(instance: &Arc<Instance>, caller: &Caller, (asked, id): (&Asked, &str)) -> Result<Reply, Problem> {
    let (id, change) = (webhook_id(id)?, bodies::webhook_change(&asked.body)?);
    Ok(done(&hooks::facts(&hooks::change(instance, &caller.payee, (id, change)).await?)))
}

/// `DELETE /v1/webhooks/{id}`: with all its deliveries.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn delete(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    hooks::delete(instance, &caller.payee, webhook_id(id)?).await?;
    Ok(done(&json!({})))
}

/// `POST /v1/webhooks/{id}/rotate`: answered with the new secret.
///
/// # Errors
/// What reading the call says and [`hooks::rotate`].
pub async fn rotate(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp), id: &str) -> Result<Reply, Problem> {
    let (id, by) = (webhook_id(id)?, idempotency::command(&asked.headers)?);
    Ok(done(&hooks::facts_with_secret(&hooks::rotate(instance, &caller.payee, (id, by), now).await?)))
}

/// `POST /v1/webhooks/{id}/test`: answered with the delivery.
///
/// # Errors
/// What reading the call says and [`hooks::test`].
pub async fn test(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp), id: &str) -> Result<Reply, Problem> {
    let (id, by) = (webhook_id(id)?, idempotency::command(&asked.headers)?);
    let made = hooks::test(instance, &caller.payee, (id, by), now).await?;
    Ok(done(&json!({ "delivery": hooks::delivery_text(made) })))
}

/// `POST /v1/webhooks/{id}/retry`: all that were given up.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn retry_failed(instance: &Arc<Instance>, caller: &Caller, (id, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let begun = hooks::retry_failed(instance, &caller.payee, webhook_id(id)?, now).await?;
    Ok(done(&json!({ "begun": begun })))
}

/// `GET /v1/deliveries?webhook=&state=&limit=&before=`, newest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Internal`].
pub async fn deliveries(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["webhook", "state", "limit", "before"])?;
    let state = |word: &str| DeliveryState::ALL.into_iter().find(|state| state.word() == word);
    let state = query.word("state").map(|word| state(word).ok_or_else(|| unread("`state` is waiting, delivered or failed"))).transpose()?;
    let webhook = query.word("webhook").map(|id| hooks::parse_id(id).ok_or_else(|| unread("`webhook` is the id of one"))).transpose()?;
    let before = query.word("before").map(|text| text.parse::<u64>().map_err(|_| unread("`before` is the `next` of an earlier answer")));
    let (filter, limit) = (DeliveryFilter { webhook, state, before: before.transpose()? }, query.limit()?);
    let payee = caller.payee.clone();
    let found = instance.vault(move |vault| vault.deliveries(&payee, &filter, limit.saturating_add(1))).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = found.get(wanted.saturating_sub(1)).filter(|_| found.len() > wanted).map(|delivery| delivery.number.to_string());
    let rows: Vec<Value> = found.iter().take(wanted).map(hooks::delivery_facts).collect();
    Ok(done(&json!({ "rows": rows, "next": next })))
}

/// `GET /v1/deliveries/{id}`: with what was sent and what came back.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn delivery(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    let (payee, id) = (caller.payee.clone(), delivery_id(id)?);
    let found = instance.vault(move |vault| vault.delivery(&payee, id)).await?;
    let (delivery, tries) = found.ok_or(Problem::Unknown)?;
    Ok(done(&hooks::opened(&delivery, &tries)))
}

/// `POST /v1/deliveries/{id}/retry`.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn retry(instance: &Arc<Instance>, caller: &Caller, (id, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    hooks::retry(instance, &caller.payee, delivery_id(id)?, now).await?;
    Ok(done(&json!({})))
}

fn done(content: &Value) -> Reply {
    door::json(StatusCode::OK, content)
}

fn webhook_id(text: &str) -> Result<WebhookId, Problem> {
    hooks::parse_id(text).ok_or(Problem::Unknown)
}

fn delivery_id(text: &str) -> Result<DeliveryId, Problem> {
    hooks::parse_delivery(text).ok_or(Problem::Unknown)
}
