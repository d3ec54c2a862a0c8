//! The part of `/v1` that payees' programs use, under `Authorization: Bearer test_…`. It asks for nothing but the request, so
//! every door that has a `/v1` answers alike.

mod bearer;
mod query;
mod reads;
mod refund;
#[cfg(test)]
mod tests;

use crate::door::{Reply, Visit};
use crate::instance::Instance;
use crate::wallet::Asked;
use bearer::Caller;
use http::Method;
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::Scope;

/// What is asked for, by path alone.
#[derive(Clone, Copy)]
enum Call<'p> {
    Payee,
    Sales,
    Sale(&'p str),
    Refund(&'p str),
    Offers,
    Events,
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
        _ => return None,
    })
}

impl Call<'_> {
    /// What the address takes, and what a key needs for it.
    fn terms(self) -> (&'static str, Scope) {
        match self {
            Call::Payee | Call::Sales | Call::Sale(_) | Call::Offers | Call::Events => ("GET, HEAD", Scope::Read),
            Call::Refund(_) => ("POST", Scope::Refund),
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
    match call {
        Call::Payee => reads::payee(instance, &caller).await,
        Call::Sales => reads::sales(instance, &caller, &asked.query).await,
        Call::Sale(id) => reads::sale(instance, &caller, id).await,
        Call::Refund(id) => refund::refund(instance, &caller, (asked, id)).await,
        Call::Offers => reads::offers(instance, &caller),
        Call::Events => reads::events(instance, &caller, &asked.query).await,
    }
}

fn takes(allow: &str, method: &Method) -> bool {
    allow.split(", ").any(|allowed| allowed == method.as_str())
}
