//! What services that meter themselves have drawn from a payer's sessions.

use super::payee::{days, period};
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::meters::{Of, Reader, bills as bills_of, usage};
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use std::sync::Arc;

/// `GET /v1/metered?from=&to=`: by day, session and offer; the same figures as the payee has.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn metered(instance: &Arc<Instance>, party: Party, (query, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let usage = usage(instance, Of::Payer(party), days(query, now)?).await?;
    Ok(door::json(StatusCode::OK, &usage))
}

/// `GET /v1/bills?period=2026-11`: own bills of a month or a day, one for each payee and meter; the payee has the same.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn bills(instance: &Arc<Instance>, party: Party, (query, now): (&str, Timestamp)) -> Result<Reply, Problem> {
    let bills = bills_of(instance, Of::Payer(party), period(query, now)?).await?;
    Ok(door::json(StatusCode::OK, &bills.facts(Reader::Payer)))
}
