//! What a payer's key may do: add play money, take a purchase back, limit itself. Each under the caller's own id, so a
//! call that is sent again does nothing more and is answered as the first was.

use super::bodies::{self, GuardCall, TopUpCall};
use super::reads::assets;
use super::signer::Write;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::months;
use crate::rails;
use crate::refusals::problem_of;
use crate::wallet::{MOST_WITH_KEY, whole};
use http::StatusCode;
use market::{Body, Command, Effect, Guard, GuardScope, Maker, RefundReason, RefundRequest, TopUp, Verdict};
use money::Asset;
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::json;
use std::sync::Arc;

/// `POST /v1/top-ups`: play money, in a test folder only.
///
/// # Errors
/// [`Problem::Unknown`] where money is real, [`Problem::RailStopped`], what reading the call says, and the domain's noes.
pub async fn top_up(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    if !instance.is_test() {
        return Err(Problem::Unknown);
    }
    let TopUpCall { amount, asset } = bodies::top_up(write.body)?;
    if asset != instance.config.asset() {
        return Err(Problem::CurrencyMismatch);
    }
    let party = write.account;
    let top_up = TopUp { party, asset, amount, most: whole(MOST_WITH_KEY, asset) };
    rails::takes(instance, &top_up, write.id).await?;
    done(instance, &write, (Body::TopUp(top_up), asset)).await?;
    let available = instance.look(move |state, _| state.available(party, asset)).await?;
    Ok(door::json(StatusCode::OK, &json!({ "available": available.to_string(), "currency": asset.as_str() })))
}

/// `POST /v1/undo`.
///
/// # Errors
/// [`Problem::Unknown`] for a sale that is not the caller's, what reading the call says, and the domain's noes.
pub async fn undo(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    let sale = bodies::undo(write.body)?;
    let payer = write.account;
    let asset = instance.look(move |state, _| state.sale(sale).map(|sale| sale.asset)).await?.ok_or(Problem::Unknown)?;
    let request = RefundRequest::whole(sale, RefundReason::Undo { payer });
    let effect = done(instance, &write, (Body::Refund(request), asset)).await?;
    let Effect::Refunded { returned, .. } = effect else { return Err(Problem::Internal) };
    let content = json!({ "returned": returned.to_string(), "currency": asset.as_str(), "serial": serial(sale) });
    Ok(door::json(StatusCode::OK, &content))
}

/// `POST /v1/guards`: a limit, or with `most` null its end.
///
/// # Errors
/// What reading the call says, and the domain's noes.
pub async fn guard(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    let GuardCall { on, window, asset, most } = bodies::guard(write.body)?;
    // A limit on a name that sells nothing here would never say no.
    if let (GuardScope::Site(realm), Some(_)) = (&on, most)
        && !instance.sells(realm)
    {
        return Err(Problem::BadRequest { detail: "`on` is `all` or the host name of a site of this instance".to_owned() });
    }
    if most.is_some() && !assets(instance).contains(&asset) {
        return Err(Problem::CurrencyMismatch);
    }
    // What comes here is signed for, and a signature answers every guard that asks: only one that denies means anything.
    let guard = Guard { party: write.account, on, window, verdict: Verdict::Deny, asset, most };
    months::say(instance, write.account).await?;
    done(instance, &write, (Body::SetGuard(guard), asset)).await?;
    Ok(door::json(StatusCode::OK, &json!({})))
}

async fn done(instance: &Instance, write: &Write<'_>, (body, asset): (Body, Asset)) -> Result<Effect, Problem> {
    let command = Command { id: write.id, maker: Maker::Party(write.account), body };
    let outcome = instance.apply(command).await?.outcome;
    let top_up_url = format!("{}/top-up", instance.wallet_url());
    outcome.effect().map_err(|rejection| problem_of(rejection, asset, &top_up_url))
}
