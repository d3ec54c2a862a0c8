//! The part of `/v1` that payees' programs use, under `Authorization: Bearer test_…`. It asks for nothing but the request, so
//! every door that has a `/v1` answers alike.

mod bearer;
mod query;
mod reads;
mod refund;
#[cfg(test)]
mod tests;
mod webhooks;

use crate::acts::{Doer, Done};
use crate::door::{Reply, Visit};
use crate::instance::Instance;
use crate::keys;
use crate::wallet::Asked;
use bearer::Caller;
use http::Method;
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::{Scope, What};

/// What is asked for, by path alone.
#[derive(Clone, Copy)]
enum Call<'p> {
    Payee,
    Sales,
    Sale(&'p str),
    Refund(&'p str),
    Offers,
    Events,
    Webhooks,
    Webhook(&'p str),
    Rotate(&'p str),
    Test(&'p str),
    RetryFailed(&'p str),
    Deliveries,
    Delivery(&'p str),
    Retry(&'p str),
}

/// Answers a payee's call; none if the address is no payee's.
pub(super) async fn answer(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Option<Result<Reply, Problem>> {
    let call = call(&asked.path)?;
    Some(answered(instance, (asked, visit), call).await)
}

fn call(path: &str) -> Option<Call<'_>> {
    let segments: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
    Some(match segments.as_slice() {
        ["payee"] => Call::Payee,
        ["sales"] => Call::Sales,
        ["sales", id] => Call::Sale(id),
        ["sales", id, "refund"] => Call::Refund(id),
        ["offers"] => Call::Offers,
        ["events"] => Call::Events,
        ["webhooks"] => Call::Webhooks,
        ["webhooks", id] => Call::Webhook(id),
        ["webhooks", id, "rotate"] => Call::Rotate(id),
        ["webhooks", id, "test"] => Call::Test(id),
        ["webhooks", id, "retry"] => Call::RetryFailed(id),
        ["deliveries"] => Call::Deliveries,
        ["deliveries", id] => Call::Delivery(id),
        ["deliveries", id, "retry"] => Call::Retry(id),
        _ => return None,
    })
}

impl Call<'_> {
    /// What the address takes, and what a key needs for it.
    fn terms(self) -> (&'static str, Scope) {
        match self {
            Call::Payee | Call::Sales | Call::Sale(_) | Call::Offers | Call::Events => ("GET, HEAD", Scope::Read),
            Call::Refund(_) => ("POST", Scope::Refund),
            Call::Webhooks => ("GET, HEAD, POST", Scope::Webhooks),
            Call::Webhook(_) => ("GET, HEAD, PATCH, DELETE", Scope::Webhooks),
            Call::Deliveries | Call::Delivery(_) => ("GET, HEAD", Scope::Webhooks),
            Call::Rotate(_) | Call::Test(_) | Call::RetryFailed(_) | Call::Retry(_) => ("POST", Scope::Webhooks),
        }
    }
}

impl<'p> Call<'p> {
    /// What is written down when it is done, and of what. What only looks leaves no line.
    fn act(self, method: &Method) -> Option<(What, &'p str)> {
        match self {
            Call::Payee | Call::Sales | Call::Sale(_) | Call::Offers | Call::Events | Call::Deliveries | Call::Delivery(_) => None,
            Call::Refund(id) => Some((What::Refunded, id)),
            Call::Webhooks => (method == Method::POST).then_some((What::WebhookMade, "")),
            Call::Webhook(id) if method == Method::PATCH => Some((What::WebhookChanged, id)),
            Call::Webhook(id) => (method == Method::DELETE).then_some((What::WebhookDeleted, id)),
            Call::Rotate(id) => Some((What::WebhookRotated, id)),
            Call::Test(id) => Some((What::WebhookTested, id)),
            Call::RetryFailed(id) | Call::Retry(id) => Some((What::DeliveriesRetried, id)),
        }
    }
}

async fn answered(instance: &Arc<Instance>, (asked, visit): (&Asked, &Visit), call: Call<'_>) -> Result<Reply, Problem> {
    let (allow, scope) = call.terms();
    if !takes(allow, &asked.method) {
        return Err(Problem::MethodNotAllowed { allow });
    }
    let caller = Caller::of(instance, asked, visit).await?;
    caller.needs(scope)?;
    let (caller, now) = (&caller, visit.now);
    let reply = match call {
        Call::Payee => reads::payee(instance, caller).await,
        Call::Sales => reads::sales(instance, caller, &asked.query).await,
        Call::Sale(id) => reads::sale(instance, caller, id).await,
        Call::Refund(id) => refund::refund(instance, caller, (asked, id)).await,
        Call::Offers => reads::offers(instance, caller),
        Call::Events => reads::events(instance, caller, &asked.query).await,
        Call::Webhooks if asked.is_read() => webhooks::list(instance, caller).await,
        Call::Webhooks => webhooks::make(instance, caller, (asked, now)).await,
        Call::Webhook(id) if asked.is_read() => webhooks::one(instance, caller, id).await,
        Call::Webhook(id) if asked.method == Method::DELETE => webhooks::delete(instance, caller, id).await,
        Call::Webhook(id) => webhooks::change(instance, caller, (asked, id)).await,
        Call::Rotate(id) => webhooks::rotate(instance, caller, (asked, now), id).await,
        Call::Test(id) => webhooks::test(instance, caller, (asked, now), id).await,
        Call::RetryFailed(id) => webhooks::retry_failed(instance, caller, (id, now)).await,
        Call::Deliveries => webhooks::deliveries(instance, caller, &asked.query).await,
        Call::Delivery(id) => webhooks::delivery(instance, caller, id).await,
        Call::Retry(id) => webhooks::retry(instance, caller, (id, now)).await,
    }?;
    if let Some((what, id)) = call.act(&asked.method) {
        // Whose hand it was: the key, since no person shows here.
        let subject = format!("{id} {}", keys::id_text(caller.key));
        Doer::key(&caller.payee, visit).did(instance, Done::to(what, subject.trim_start())).await?;
    }
    Ok(reply)
}

fn takes(allow: &str, method: &Method) -> bool {
    allow.split(", ").any(|allowed| allowed == method.as_str())
}
