//! How a payee looks to payers, by a call.

use super::bearer::Caller;
use crate::api::bodies;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::payees::brand;
use crate::wallet::Asked;
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use std::sync::Arc;

/// `GET /v1/brand`.
///
/// # Errors
/// None; as the others.
pub fn read(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    Ok(door::json(StatusCode::OK, &brand::facts(instance, &caller.payee)))
}

/// `PATCH /v1/brand`: what is named becomes as it is named, null takes it away.
///
/// # Errors
/// [`Problem::BrandInvalid`], what reading the call says.
pub async fn change(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp)) -> Result<(Reply, String), Problem> {
    let change = bodies::brand(&asked.body)?;
    let mut named = Vec::new();
    if let Some(accent) = change.accent {
        brand::set_accent(instance, &caller.owner(), accent, now).await?;
        named.push("accent");
    }
    if let Some(logo) = change.logo {
        brand::set_logo(instance, &caller.owner(), logo, now).await?;
        named.push("logo");
    }
    Ok((door::json(StatusCode::OK, &brand::facts(instance, &caller.payee)), named.join(" ")))
}
