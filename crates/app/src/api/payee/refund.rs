//! A payee gives a sale back, or a part of it.

use super::bearer::Caller;
use super::reads;
use crate::api::bodies::{self, RefundCall};
use crate::door::{self, Reply};
use crate::idempotency;
use crate::instance::Instance;
use crate::refusals::problem_of;
use crate::wallet::Asked;
use http::StatusCode;
use market::{Body, Command, Effect, Maker, RefundReason, RefundRequest};
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::json;
use std::sync::Arc;

/// `POST /v1/sales/{id}/refund`: all that is left of a sale, every leg reversed, and access ends; or, with an `amount`, a part of it,
/// which leaves access as it is.
///
/// # Errors
/// [`Problem::BadRequest`] without an id for the call or with another body, [`Problem::Unknown`], and the domain's noes.
pub async fn refund(instance: &Arc<Instance>, caller: &Caller, (asked, sale): (&Asked, &str)) -> Result<Reply, Problem> {
    let RefundCall { amount, cause } = bodies::refund(&asked.body)?;
    let id = idempotency::command(&asked.headers)?;
    let (sale, facts, _) = reads::find(instance, caller, sale).await?;
    let body = Body::Refund(RefundRequest { sale, reason: RefundReason::Payee { payee: caller.party }, amount, cause });
    let outcome = instance.apply(Command { id, maker: Maker::Party(caller.party), body }).await?.outcome;
    let effect = outcome.effect().map_err(|rejection| problem_of(rejection, facts.asset, &instance.wallet_url()))?;
    let Effect::Refunded { returned, left, .. } = effect else { return Err(Problem::Internal) };
    let content = json!({
        "returned": returned.to_string(),
        "left": left.to_string(),
        "currency": facts.asset.as_str(),
        "sale": serial(sale),
    });
    Ok(door::json(StatusCode::OK, &content))
}
