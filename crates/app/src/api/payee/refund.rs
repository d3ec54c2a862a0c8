//! A payee gives a sale back.

use super::bearer::Caller;
use super::reads;
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

/// `POST /v1/sales/{id}/refund`: the whole sale, every leg reversed, and access ends. There is no refund in part.
///
/// # Errors
/// [`Problem::BadRequest`] without an id for the call or with a body, [`Problem::Unknown`], and the domain's noes.
pub async fn refund(instance: &Arc<Instance>, caller: &Caller, (asked, sale): (&Asked, &str)) -> Result<Reply, Problem> {
    // A body would ask for something that is not done, such as a part.
    if !asked.body.is_empty() && &*asked.body != b"{}" {
        return Err(Problem::BadRequest { detail: "a refund is of the whole sale and takes no body".to_owned() });
    }
    let id = idempotency::command(&asked.headers)?;
    let (sale, facts, _) = reads::find(instance, caller, sale).await?;
    let body = Body::Refund(RefundRequest { sale, reason: RefundReason::Payee { payee: caller.party } });
    let outcome = instance.apply(Command { id, maker: Maker::Party(caller.party), body }).await?.outcome;
    let effect = outcome.effect().map_err(|rejection| problem_of(rejection, facts.asset, &instance.wallet_url()))?;
    let Effect::Refunded { returned, .. } = effect else { return Err(Problem::Internal) };
    let content = json!({ "returned": returned.to_string(), "currency": facts.asset.as_str(), "sale": serial(sale) });
    Ok(door::json(StatusCode::OK, &content))
}
