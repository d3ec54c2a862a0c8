//! `/v1`: a payer's own calls, signed with the payer's key, and a payee's, under its keys. Cookies count for nothing here, so
//! no page can call in a visitor's name.
//!
//! The words are those of `docs/openapi.json`; what a call signs is in [`protocol::calls`].

pub mod bodies;
mod facts;
mod locks;
mod metered;
mod openapi;
mod payee;
mod reads;
mod sessions;
mod signer;
mod writes;

#[cfg(test)]
mod tests;

pub(crate) use facts::facts;
pub use openapi::openapi;

/// The one call that has a picture in its body, and its longest body.
const BRAND_PATH: &str = "/v1/brand";
const MOST_BRAND: usize = 96 * 1_024;
/// The longest body of a batch of events.
const MOST_EVENTS: usize = 1_024 * 1_024;

/// The longest body that the call of a path takes; `usual` for nearly all.
pub(crate) fn most_body(path: &str, usual: usize) -> usize {
    match path {
        BRAND_PATH => MOST_BRAND,
        _ if path.starts_with("/v1/meters/") => MOST_EVENTS,
        _ => usual,
    }
}

use crate::door::{Reply, Visit};
use crate::elsewhere::asked::answer as asked_by_site;
use crate::instance::Instance;
use crate::wallet::Asked;
use http::Method;
use protocol::problem::Problem;
use signer::{reader, writer};
use std::sync::Arc;

/// Answers a call.
///
/// # Errors
/// The problem to send; nothing was done unless it says so.
pub(crate) async fn answer(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Result<Reply, Problem> {
    if let Some(answer) = payee::answer(instance, asked, visit).await {
        return answer;
    }
    if let Some(answer) = asked_by_site(instance, asked, visit).await {
        return answer;
    }
    let post = asked.method == Method::POST;
    let path = asked.path.as_str();
    match path {
        "/v1/wallet" | "/v1/history" | "/v1/statements" | "/v1/sessions" | "/v1/metered" | "/v1/bills" if !asked.is_read() => {
            Err(Problem::MethodNotAllowed { allow: "GET, HEAD" })
        }
        "/v1/top-ups" | "/v1/undo" if !post => Err(Problem::MethodNotAllowed { allow: "POST" }),
        "/v1/guards" if !post && !asked.is_read() => Err(Problem::MethodNotAllowed { allow: "GET, HEAD, POST" }),
        "/v1/guards" if !post => reads::guards(instance, reader(instance, asked, visit.now)?).await,
        "/v1/statements" => reads::statements(instance, reader(instance, asked, visit.now)?).await,
        "/v1/sessions" => sessions::list(instance, reader(instance, asked, visit.now)?, &asked.query).await,
        "/v1/metered" => metered::metered(instance, reader(instance, asked, visit.now)?, (&asked.query, visit.now)).await,
        "/v1/bills" => metered::bills(instance, reader(instance, asked, visit.now)?, (&asked.query, visit.now)).await,
        "/v1/wallet" => reads::wallet(instance, reader(instance, asked, visit.now)?).await,
        "/v1/history" => reads::history(instance, reader(instance, asked, visit.now)?, &asked.query).await,
        "/v1/top-ups" => writes::top_up(instance, writer(instance, asked)?).await,
        "/v1/undo" => writes::undo(instance, writer(instance, asked)?).await,
        "/v1/guards" => writes::guard(instance, writer(instance, asked)?).await,
        _ if path.starts_with(locks::PATH) && !post => Err(Problem::MethodNotAllowed { allow: "POST" }),
        _ if path.starts_with(locks::PATH) => locks::open(instance, asked, visit).await,
        _ if sessions::closed_by(path).is_some() && !post => Err(Problem::MethodNotAllowed { allow: "POST" }),
        _ if sessions::closed_by(path).is_some() => sessions::close(instance, &writer(instance, asked)?, path).await,
        _ => match (path.strip_prefix("/v1/receipts/"), path.strip_prefix("/v1/statements/")) {
            (None, None) => Err(Problem::Unknown),
            _ if !asked.is_read() => Err(Problem::MethodNotAllowed { allow: "GET, HEAD" }),
            (Some(serial), _) => reads::receipt(instance, reader(instance, asked, visit.now)?, serial).await,
            (None, Some(month)) => reads::statement(instance, reader(instance, asked, visit.now)?, month).await,
        },
    }
}
