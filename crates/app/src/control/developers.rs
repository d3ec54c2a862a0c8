//! What is ordered for payees' programs: keys and webhooks. The same functions as behind `/v1` and the payee's pages.

use crate::acts::{Doer, Done};
use crate::events::Seq;
use crate::instance::Instance;
use crate::{api::bodies, hooks, keys, world};
use money::{Span, Timestamp};
use protocol::problem::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{DeliveryFilter, DeliveryState, KeyId, Scopes, WebhookId, WebhookState, What};

/// Deliveries that are listed.
const LISTED: u32 = 100;

/// What is to be done with keys.
#[derive(Serialize, Deserialize, Debug)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum KeyOrder {
    /// Make one.
    New {
        /// Handle.
        payee: String,
        /// What its owner calls it.
        name: String,
        /// What it may do.
        scopes: Vec<String>,
        /// How long it stands; none for ever.
        days: Option<u32>,
    },
    /// List them.
    List {
        /// Handle.
        payee: String,
    },
    /// Make one in another's place.
    Rotate {
        /// Handle.
        payee: String,
        /// Its id.
        id: String,
    },
    /// Revoke one.
    Revoke {
        /// Handle.
        payee: String,
        /// Its id.
        id: String,
    },
}

/// What is to be done with webhooks.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WebhookOrder {
    /// Handle.
    pub payee: String,
    /// What.
    pub verb: WebhookVerb,
}

/// The verbs of webhooks; ids are as they are written.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum WebhookVerb {
    /// Make one.
    New {
        /// Where to.
        url: String,
        /// Which events; all if empty.
        events: Vec<String>,
        /// After which event it begins.
        after: Option<String>,
    },
    /// List them.
    List,
    /// Pause one.
    Pause(String),
    /// Make one active again.
    Resume(String),
    /// Delete one.
    Delete(String),
    /// Give one another secret.
    Rotate(String),
    /// Send a test to one.
    Test(String),
    /// Begin a delivery again, or all of a webhook that were given up.
    Retry(String),
    /// List deliveries, newest first.
    Deliveries {
        /// Of one webhook.
        webhook: Option<String>,
        /// That stand so.
        state: Option<String>,
    },
    /// Show one with what was sent and what came back.
    Show(String),
}

impl WebhookVerb {
    /// What is written down when it is done, and of what; what only looks leaves no line.
    fn act(&self) -> Option<(What, Option<String>)> {
        match self {
            WebhookVerb::List | WebhookVerb::Deliveries { .. } | WebhookVerb::Show(_) => None,
            WebhookVerb::New { .. } => Some((What::WebhookMade, None)),
            WebhookVerb::Pause(id) | WebhookVerb::Resume(id) => Some((What::WebhookChanged, Some(id.clone()))),
            WebhookVerb::Delete(id) => Some((What::WebhookDeleted, Some(id.clone()))),
            WebhookVerb::Rotate(id) => Some((What::WebhookRotated, Some(id.clone()))),
            WebhookVerb::Test(id) => Some((What::WebhookTested, Some(id.clone()))),
            WebhookVerb::Retry(id) => Some((What::DeliveriesRetried, Some(id.clone()))),
        }
    }
}

/// Carries out what is ordered of keys.
///
/// # Errors
/// As [`keys`].
pub async fn key(order: KeyOrder, instance: &Arc<Instance>, now: Timestamp) -> Result<Value, Problem> {
    let made = |made: keys::Made| {
        let mut facts = keys::facts(&made.key, now);
        facts["key"] = made.text.into();
        facts
    };
    let did = async |payee: &str, what, id: &str| Doer::machine(Some(payee), now).did(instance, Done::to(what, id)).await;
    match order {
        KeyOrder::New { payee, name, scopes, days } => {
            let scopes = Scopes::parse(scopes.iter().map(String::as_str));
            let scopes = scopes.ok_or_else(|| unread("a scope is one of read, refund, webhooks, offers, sites, keys, team, meters"))?;
            let lasts = days.map(|days| Span(u64::from(days).saturating_mul(86_400)));
            let new = keys::make(instance, keys::Wish { payee, name, scopes, lasts }, now).await?;
            did(&new.key.payee, What::KeyMade, &keys::id_text(new.key.id)).await?;
            Ok(made(new))
        }
        KeyOrder::List { payee } => {
            let rows: Vec<Value> = keys::list(instance, &payee).await?.iter().map(|key| keys::facts(key, now)).collect();
            Ok(json!({ "rows": rows }))
        }
        KeyOrder::Rotate { payee, id } => {
            let new = keys::rotate(instance, (&payee, key_id(&id)?), (&keys::Grant::whole(), world::command_id()), now).await?;
            did(&payee, What::KeyRotated, &id).await?;
            Ok(made(new))
        }
        KeyOrder::Revoke { payee, id } => {
            keys::revoke(instance, &payee, key_id(&id)?, now).await?;
            did(&payee, What::KeyRevoked, &id).await?;
            Ok(json!({}))
        }
    }
}

/// Carries out what is ordered of webhooks.
///
/// # Errors
/// As [`hooks`].
pub async fn webhook(order: WebhookOrder, instance: &Arc<Instance>, now: Timestamp) -> Result<Value, Problem> {
    let WebhookOrder { payee, verb } = order;
    let act = verb.act();
    let done = carried_out((&payee, verb), instance, now).await?;
    if let Some((what, id)) = act {
        // One that was just made is named by the answer alone.
        let id = id.or_else(|| Some(done["id"].as_str()?.to_owned())).unwrap_or_default();
        Doer::machine(Some(&payee), now).did(instance, Done::to(what, id)).await?;
    }
    Ok(done)
}

async fn carried_out((payee, verb): (&str, WebhookVerb), instance: &Arc<Instance>, now: Timestamp) -> Result<Value, Problem> {
    let payee = payee.to_owned();
    if !instance.config.payee.contains_key(&payee) {
        return Err(Problem::Unknown);
    }
    let state = |state| hooks::Change { state: Some(state), ..hooks::Change::default() };
    match verb {
        WebhookVerb::New { url, events, after } => {
            let after = after.as_deref().map(Seq::parse).transpose()?;
            let wish = hooks::Wish { url, kinds: bodies::kinds(&events)?, after };
            let made = hooks::make(instance, &payee, (wish, world::command_id()), now).await?;
            Ok(hooks::facts_with_secret(&made))
        }
        WebhookVerb::List => {
            let rows: Vec<Value> = hooks::list(instance, &payee).await?.iter().map(hooks::facts).collect();
            Ok(json!({ "rows": rows }))
        }
        WebhookVerb::Pause(id) => {
            Ok(hooks::facts(&hooks::change(instance, &payee, (webhook_id(&id)?, state(WebhookState::Paused))).await?))
        }
        WebhookVerb::Resume(id) => {
            Ok(hooks::facts(&hooks::change(instance, &payee, (webhook_id(&id)?, state(WebhookState::Active))).await?))
        }
        WebhookVerb::Delete(id) => hooks::delete(instance, &payee, webhook_id(&id)?).await.map(|()| json!({})),
        WebhookVerb::Rotate(id) => {
            let rotated = hooks::rotate(instance, &payee, (webhook_id(&id)?, world::command_id()), now).await?;
            Ok(hooks::facts_with_secret(&rotated))
        }
        WebhookVerb::Test(id) => {
            let made = hooks::test(instance, &payee, (webhook_id(&id)?, world::command_id()), now).await?;
            Ok(json!({ "delivery": hooks::delivery_text(made) }))
        }
        WebhookVerb::Retry(id) => retry(instance, (&payee, &id), now).await,
        WebhookVerb::Deliveries { webhook, state } => deliveries(instance, payee, (webhook, state)).await,
        WebhookVerb::Show(id) => {
            let id = hooks::parse_delivery(&id).ok_or(Problem::Unknown)?;
            let (delivery, tries) = instance.vault(move |vault| vault.delivery(&payee, id)).await?.ok_or(Problem::Unknown)?;
            Ok(hooks::opened(&delivery, &tries))
        }
    }
}

async fn retry(instance: &Arc<Instance>, (payee, id): (&str, &str), now: Timestamp) -> Result<Value, Problem> {
    let begun = match hooks::parse_delivery(id) {
        Some(delivery) => hooks::retry(instance, payee, delivery, now).await.map(|()| 1)?,
        None => hooks::retry_failed(instance, payee, webhook_id(id)?, now).await?,
    };
    Ok(json!({ "begun": begun }))
}

async fn deliveries(instance: &Arc<Instance>, payee: String, (webhook, state): (Option<String>, Option<String>)) -> Result<Value, Problem> {
    let one = |word: String| DeliveryState::ALL.into_iter().find(|state| state.word() == word);
    let state = state.map(|word| one(word).ok_or_else(|| unread("a state is waiting, delivered or failed"))).transpose()?;
    let filter = DeliveryFilter { webhook: webhook.as_deref().map(webhook_id).transpose()?, state, before: None };
    let found = instance.vault(move |vault| vault.deliveries(&payee, &filter, LISTED)).await?;
    Ok(json!({ "rows": found.iter().map(hooks::delivery_facts).collect::<Vec<_>>() }))
}

fn key_id(text: &str) -> Result<KeyId, Problem> {
    keys::parse_id(text).ok_or(Problem::Unknown)
}

fn webhook_id(text: &str) -> Result<WebhookId, Problem> {
    hooks::parse_id(text).ok_or(Problem::Unknown)
}

fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
}
