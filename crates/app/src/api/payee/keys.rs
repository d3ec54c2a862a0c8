//! Keys of a payee, made by a key: never one that may do more than it or lasts longer.

use super::bearer::Caller;
use crate::api::bodies;
use crate::door::{self, Reply};
use crate::idempotency;
use crate::instance::Instance;
use crate::keys::{self, Made, Wish, id_text, parse_id};
use crate::wallet::Asked;
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::KeyId;

/// `GET /v1/keys`, newest first.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller, now: Timestamp) -> Result<Reply, Problem> {
    let rows: Vec<Value> = keys::list(instance, &caller.payee).await?.iter().map(|key| keys::facts(key, now)).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `GET /v1/keys/{id}`.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn one(instance: &Arc<Instance>, caller: &Caller, (id, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let id = key_id(id)?;
    let key = keys::list(instance, &caller.payee).await?.into_iter().find(|key| key.id == id).ok_or(Problem::Unknown)?;
    Ok(door::json(StatusCode::OK, &keys::facts(&key, now)))
}

/// `POST /v1/keys`: answered with the key's text, which is shown at no other time; and the id.
///
/// # Errors
/// What reading the call says and [`keys::make_under`].
pub async fn make(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp)) -> Result<(Reply, String), Problem> {
    let (wanted, by) = (bodies::key(&asked.body)?, idempotency::timely(&asked.headers, now)?);
    let wish = Wish { payee: caller.payee.clone(), name: wanted.name, scopes: wanted.scopes, lasts: wanted.lasts };
    Ok(shown(&keys::make_under(instance, wish, (&caller.grant(), by), now).await?, now))
}

/// `POST /v1/keys/{id}/rotate`.
///
/// # Errors
/// What reading the call says and [`keys::rotate`].
pub async fn rotate(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp), id: &str) -> Result<Reply, Problem> {
    let (id, by) = (key_id(id)?, idempotency::timely(&asked.headers, now)?);
    Ok(shown(&keys::rotate(instance, (&caller.payee, id), (&caller.grant(), by), now).await?, now).0)
}

/// `DELETE /v1/keys/{id}`: it opens nothing any more. Any key of the payee's, the caller's own as well; one that opens nothing
/// stays so.
///
/// # Errors
/// [`Problem::Unknown`].
pub async fn revoke(instance: &Arc<Instance>, caller: &Caller, (id, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let id = key_id(id)?;
    let key = keys::list(instance, &caller.payee).await?.into_iter().find(|key| key.id == id).ok_or(Problem::Unknown)?;
    if key.stands(now) {
        keys::revoke(instance, &caller.payee, id, now).await?;
    }
    Ok(door::json(StatusCode::OK, &json!({})))
}

fn shown(made: &Made, now: Timestamp) -> (Reply, String) {
    let mut facts = keys::facts(&made.key, now);
    facts["key"] = made.text.as_str().into();
    (door::json(StatusCode::OK, &facts), id_text(made.key.id))
}

fn key_id(text: &str) -> Result<KeyId, Problem> {
    parse_id(text).ok_or(Problem::Unknown)
}
