//! The team of a payee and the log of what was done, for a key with the scope `team`. Owners are left to owners.

use super::bearer::Caller;
use super::query::{Query, unread};
use crate::admin::audit::rows;
use crate::api::bodies;
use crate::door::{self, Reply};
use crate::idempotency;
use crate::instance::Instance;
use crate::keys::Grant;
use crate::payees::team::{self, Changed, Hand, Invited};
use crate::wallet::Asked;
use crate::web::admin::ActRow;
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{account, parse_account};
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{ActFilter, Member, Role, What};

/// `GET /v1/team`, longest member first.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller) -> Result<Reply, Problem> {
    let rows: Vec<Value> = team::members(instance, &caller.payee).await?.iter().map(facts).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `POST /v1/team`: answered with a link for one use, which makes a member of whoever opens it and proves who they are. The
/// same call again makes the same link.
///
/// # Errors
/// [`Problem::OwnerNeeded`], what reading the call says.
pub async fn invite(instance: &Arc<Instance>, caller: &Caller, (asked, now): (&Asked, Timestamp)) -> Result<(Reply, String), Problem> {
    let (role, by) = (bodies::role(&asked.body)?, idempotency::timely(&asked.headers, now)?);
    within(caller, role)?;
    let Invited { link, until } = team::invite(instance, &caller.payee, (role, Hand::Key), by, now).await?;
    let content = json!({ "link": link, "role": role.word(), "until": until.to_string() });
    Ok((door::json(StatusCode::OK, &content), role.word().to_owned()))
}

/// `PATCH /v1/team/{id}`: another role.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::OwnerNeeded`], what reading the call says.
pub async fn set_role(instance: &Arc<Instance>, caller: &Caller, (asked, id): (&Asked, &str)) -> Result<(Reply, String), Problem> {
    let (role, party) = (bodies::role(&asked.body)?, member(id)?);
    within(caller, role)?;
    done(team::set_role(instance, &caller.payee, (party, role), Hand::Key).await?)?;
    let found = team::members(instance, &caller.payee).await?.into_iter().find(|member| member.party == party);
    Ok((door::json(StatusCode::OK, &facts(&found.ok_or(Problem::Unknown)?)), role.word().to_owned()))
}

/// `DELETE /v1/team/{id}`.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::OwnerNeeded`].
pub async fn remove(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    done(team::remove(instance, &caller.payee, member(id)?, Hand::Key).await?)?;
    Ok(door::json(StatusCode::OK, &json!({})))
}

/// `GET /v1/acts?limit=&before=&what=`: who changed what, newest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Internal`].
pub async fn acts(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "before", "what"])?;
    let what = query.word("what").map(|word| What::of_word(word).ok_or_else(|| unread("`what` is the word of an act")));
    let before = query.word("before").map(|text| text.parse::<u64>().map_err(|_| unread("`before` is the `next` of an earlier answer")));
    let (before, what, limit) = (before.transpose()?, what.transpose()?, query.limit()?);
    let filter = ActFilter { payee: Some(caller.payee.clone()), before, what, ..ActFilter::default() };
    let found = instance.vault(move |vault| rows(vault, &filter, limit.saturating_add(1))).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = found.get(wanted.saturating_sub(1)).filter(|_| found.len() > wanted).map(|(number, _)| number.to_string());
    let rows: Vec<Value> = found.iter().take(wanted).map(|(_, act)| act_facts(act)).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next })))
}

fn act_facts(act: &ActRow) -> Value {
    json!({
        "at": act.at.to_string(),
        "via": act.via.word(),
        "who": act.who,
        "what": act.what.word(),
        "subject": act.subject,
        "whom": act.whom,
        "network": act.network,
    })
}

fn facts(member: &Member) -> Value {
    json!({ "id": account(member.party), "name": member.name, "role": member.role.word(), "since": member.created_at.to_string() })
}

/// A member makes keys with what their role may do. A key that made one would else come to scopes that it lacks.
fn within(caller: &Caller, role: Role) -> Result<(), Problem> {
    if role == Role::Owner {
        return Err(Problem::OwnerNeeded);
    }
    Grant::of_role(role).scopes().iter().try_for_each(|scope| caller.needs(*scope))
}

fn done(changed: Changed) -> Result<(), Problem> {
    match changed {
        Changed::Done => Ok(()),
        Changed::NoSuch => Err(Problem::Unknown),
        Changed::LastOwner | Changed::OwnersOnly => Err(Problem::OwnerNeeded),
    }
}

fn member(text: &str) -> Result<Party, Problem> {
    parse_account(text).map_err(|_| Problem::Unknown)
}
