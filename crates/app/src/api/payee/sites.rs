//! The sites of a payee: how they stand behind this instance, and having one looked at from outside.

use super::bearer::Caller;
use crate::api::bodies;
use crate::desk::{self, Found};
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::payees::offers;
use crate::wallet::Asked;
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /v1/sites`.
///
/// # Errors
/// None; as the others.
pub fn list(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let row = |(name, site): (&String, &crate::config::Site)| {
        json!({
            "site": name,
            "name": site.name.clone().unwrap_or_else(|| site.host.clone()),
            "host": site.host,
            "url": instance.config.url(&site.host),
            "origin": site.origin,
            "priced": site.priced,
            "attach": site.attach.word(),
            "search": site.search,
            "offers": if site.offers.is_empty() { "desk" } else { "file" },
            "checked": instance.checks.last(name).as_ref().map(facts),
        })
    };
    let rows: Vec<Value> = offers::sites(instance, &caller.payee).map(row).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `POST /v1/sites/{id}/check`: asks for a page through the public name, as a stranger and as a buyer.
///
/// # Errors
/// [`Problem::Unknown`], what reading the call says.
pub async fn check(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp), name: &str) -> Result<Reply, Problem> {
    let path = bodies::check(&asked.body)?;
    let found = desk::check(instance, &caller.owner(), (name, path.as_deref()), now).await?;
    Ok(door::json(StatusCode::OK, &facts(&found)))
}

fn facts(found: &Found) -> Value {
    json!({ "at": found.at.to_string(), "path": found.path, "finding": found.finding.word(), "good": found.finding.is_good() })
}
