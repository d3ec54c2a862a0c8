//! Webhooks: events sent to where payees' programs listen, signed as Standard Webhooks are.
//!
//! What a payee's key, the command line and the payee's pages do with them is here; [`courier`] decides what is sent when,
//! and `worker` sends it.

pub mod courier;
pub mod schedule;
pub mod sign;
mod worker;

#[cfg(test)]
mod tests;

pub use worker::keep;

use crate::events::{Kind, Seq};
use crate::instance::Instance;
use crate::outward::{Rules, Target};
use crate::{keys, world};
use money::{CommandId, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::{array_from_base32, base32};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::vault::{Added, Delivery, DeliveryId, DeliveryState, Try, Webhook, WebhookChange, WebhookId, WebhookState};

/// Webhooks a payee may have.
pub const MOST: u64 = 20;
/// A secret that was rotated signs, too, for so long after.
pub const OVERLAP: Span = Span(7 * 86_400);
/// Deliveries are kept for so long.
pub const KEPT: Span = Span(30 * 86_400);
/// The kind of a test, which is no event of the stream.
const TEST: &str = "webhook.test";

/// A webhook to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// Where to.
    pub url: String,
    /// Which kinds; all if empty.
    pub kinds: Vec<Kind>,
    /// After which event it begins; if not said, with the next that happens.
    pub after: Option<Seq>,
}

/// What is to be another.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Change {
    /// Where to.
    pub url: Option<String>,
    /// Which kinds; all if empty.
    pub kinds: Option<Vec<Kind>>,
    /// Paused, or active again.
    pub state: Option<WebhookState>,
}

/// Makes a webhook; the same call again is answered with the same one.
///
/// # Errors
/// [`Problem::WebhookAddress`], [`Problem::LimitReached`], [`Problem::IdReused`], [`Problem::Internal`].
pub async fn make(instance: &Arc<Instance>, payee: &str, (wish, by): (Wish, CommandId), now: Timestamp) -> Result<Webhook, Problem> {
    check_url(instance, &wish.url)?;
    let since = wish.after.map_or(now, |_| Timestamp::default());
    let head = instance.index(|index| Ok(index.sequence())).await?;
    let Seq(cursor) = wish.after.unwrap_or(Seq::end_of_frame(head));
    let webhook = Webhook {
        id: WebhookId(digest("farthing/webhook/1", &[&instance.id.0, payee.as_bytes(), &by.0])),
        payee: payee.to_owned(),
        url: wish.url,
        kinds: words(&wish.kinds),
        secret: world::random(),
        old_secret: None,
        rotated_by: None,
        // The vault counts to 2^63 − 1, which no journal comes to.
        cursor: cursor.min(u64::MAX >> 1),
        since,
        state: WebhookState::Active,
        created_at: now,
        failing_since: None,
        succeeded_at: None,
    };
    let adding = webhook.clone();
    match instance.vault(move |vault| vault.add_webhook(&adding, MOST)).await? {
        Added::Made => {
            instance.poke_hooks();
            Ok(webhook)
        }
        Added::There(there) if there.url == webhook.url && there.kinds == webhook.kinds && there.rotated_by.is_none() => Ok(*there),
        Added::There(_) => Err(Problem::IdReused),
        Added::Full => Err(Problem::LimitReached { most: MOST }),
    }
}

/// The payee's webhooks.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, payee: &str) -> Result<Vec<Webhook>, Problem> {
    let payee = payee.to_owned();
    instance.vault(move |vault| vault.webhooks_of(&payee)).await
}

/// A webhook of the payee's.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn find(instance: &Arc<Instance>, payee: &str, id: WebhookId) -> Result<Webhook, Problem> {
    let payee = payee.to_owned();
    instance.vault(move |vault| vault.webhook(&payee, id)).await?.ok_or(Problem::Unknown)
}

/// Changes a webhook; made active again it goes on where it stopped.
///
/// # Errors
/// [`Problem::WebhookAddress`], [`Problem::Unknown`], [`Problem::Internal`].
pub async fn change(instance: &Arc<Instance>, payee: &str, (id, change): (WebhookId, Change)) -> Result<Webhook, Problem> {
    if let Some(url) = &change.url {
        check_url(instance, url)?;
    }
    let owner = payee.to_owned();
    let change = WebhookChange { url: change.url, kinds: change.kinds.as_deref().map(words), state: change.state };
    if !instance.vault(move |vault| vault.change_webhook(&owner, id, &change)).await? {
        return Err(Problem::Unknown);
    }
    instance.poke_hooks();
    find(instance, payee, id).await
}

/// Gives a webhook another secret; for [`OVERLAP`] both sign. The same call again is answered with the same secret.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn rotate(instance: &Arc<Instance>, payee: &str, (id, by): (WebhookId, CommandId), now: Timestamp) -> Result<Webhook, Problem> {
    let (payee, secret, ends) = (payee.to_owned(), world::random(), now.after(OVERLAP));
    let rotated = instance.vault(move |vault| vault.rotate_secret((&payee, id), (&secret, ends), by)).await?;
    rotated.ok_or(Problem::Unknown)
}

/// Deletes a webhook and its deliveries.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn delete(instance: &Arc<Instance>, payee: &str, id: WebhookId) -> Result<(), Problem> {
    let payee = payee.to_owned();
    if instance.vault(move |vault| vault.delete_webhook(&payee, id)).await? { Ok(()) } else { Err(Problem::Unknown) }
}

/// Sends a test: the same as any delivery, of an event that nobody else gets. The delivery's id.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn test(instance: &Arc<Instance>, payee: &str, (id, by): (WebhookId, CommandId), now: Timestamp) -> Result<DeliveryId, Problem> {
    find(instance, payee, id).await?;
    let event = format!("evt_{}", base32(&digest::<16>("farthing/test-event/1", &[&id.0, &by.0])));
    let body = json!({
        "id": event,
        "seq": null,
        "type": TEST,
        "created": now.to_string(),
        "mode": instance.config.mode.mode().word(),
        "object": { "webhook": id_text(id) },
    });
    let delivery = delivery((id, event, TEST.to_owned()), body.to_string(), now);
    let made = delivery.id;
    instance.vault(move |vault| vault.add_delivery(&delivery)).await?;
    instance.poke_hooks();
    Ok(made)
}

/// Begins a delivery again.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn retry(instance: &Arc<Instance>, payee: &str, id: DeliveryId, now: Timestamp) -> Result<(), Problem> {
    let payee = payee.to_owned();
    let found = instance.vault(move |vault| vault.retry(&payee, id, now)).await?;
    instance.poke_hooks();
    if found { Ok(()) } else { Err(Problem::Unknown) }
}

/// Begins all deliveries of a webhook again that were given up; how many.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Internal`].
pub async fn retry_failed(instance: &Arc<Instance>, payee: &str, id: WebhookId, now: Timestamp) -> Result<u64, Problem> {
    find(instance, payee, id).await?;
    let payee = payee.to_owned();
    let begun = instance.vault(move |vault| vault.retry_failed(&payee, id, now)).await?;
    instance.poke_hooks();
    Ok(begun)
}

/// A delivery that waits from `now` on. Its id is a hash of webhook and event: written down twice, it is one.
pub fn delivery((webhook, event, kind): (WebhookId, String, String), body: String, now: Timestamp) -> Delivery {
    Delivery {
        number: 0,
        id: DeliveryId(digest("farthing/delivery/1", &[&webhook.0, event.as_bytes()])),
        webhook,
        event,
        kind,
        body,
        created_at: now,
        state: DeliveryState::Waiting,
        tries: 0,
        next_at: now,
        sent_at: None,
        status: None,
        latency_ms: None,
    }
}

fn check_url(instance: &Instance, url: &str) -> Result<(), Problem> {
    let read = Target::parse(url, Rules::of(keys::mode(instance)));
    read.map(drop).map_err(|refused| Problem::WebhookAddress { detail: refused.to_string() })
}

fn words(kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.word().to_owned()).collect()
}

fn digest<const N: usize>(domain: &str, parts: &[&[u8]]) -> [u8; N] {
    let hash = parts.iter().fold(Sha256::new().chain_update(domain).chain_update("\n"), |hash, part| hash.chain_update(part));
    *hash.finalize().first_chunk().expect("SHA-256 has 32 bytes")
}

/// An id as it is written: `whk_` and 16 characters of base32.
#[must_use]
pub fn id_text(id: WebhookId) -> String {
    format!("whk_{}", base32(&id.0))
}

/// Reads an id.
#[must_use]
pub fn parse_id(text: &str) -> Option<WebhookId> {
    text.strip_prefix("whk_").and_then(|id| array_from_base32(id).ok()).map(WebhookId)
}

/// A delivery's id as it is written: `dlv_` and 16 characters of base32.
#[must_use]
pub fn delivery_text(id: DeliveryId) -> String {
    format!("dlv_{}", base32(&id.0))
}

/// Reads a delivery's id.
#[must_use]
pub fn parse_delivery(text: &str) -> Option<DeliveryId> {
    text.strip_prefix("dlv_").and_then(|id| array_from_base32(id).ok()).map(DeliveryId)
}

/// What is said of a webhook, without its secret.
#[must_use]
pub fn facts(webhook: &Webhook) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "id": id_text(webhook.id),
        "url": webhook.url,
        "events": webhook.kinds,
        "state": webhook.state.word(),
        "created": webhook.created_at.to_string(),
        "after": webhook.cursor.to_string(),
        "failing_since": time(webhook.failing_since),
        "succeeded": time(webhook.succeeded_at),
        "old_secret_ends": time(webhook.old_secret.map(|(_, ends)| ends)),
    })
}

/// The same with the secret, where it was just made.
#[must_use]
pub fn facts_with_secret(webhook: &Webhook) -> Value {
    let mut facts = facts(webhook);
    facts["secret"] = sign::secret_text(&webhook.secret).into();
    facts
}

/// What is said of a delivery.
#[must_use]
pub fn delivery_facts(delivery: &Delivery) -> Value {
    let is_waiting = delivery.state == DeliveryState::Waiting;
    json!({
        "id": delivery_text(delivery.id),
        "webhook": id_text(delivery.webhook),
        "event": delivery.event,
        "type": delivery.kind,
        "created": delivery.created_at.to_string(),
        "sent": delivery.sent_at.map(|at| at.to_string()),
        "state": delivery.state.word(),
        "status": delivery.status,
        "latency_ms": delivery.latency_ms,
        "tries": delivery.tries,
        "next": is_waiting.then(|| delivery.next_at.to_string()),
    })
}

/// The same with what was sent and what came back.
#[must_use]
pub fn opened(delivery: &Delivery, tries: &[Try]) -> Value {
    let one = |attempt: &Try| {
        json!({
            "at": attempt.at.to_string(),
            "status": attempt.status,
            "latency_ms": attempt.latency_ms,
            "request": attempt.request,
            "response": attempt.response,
            "fault": attempt.fault,
        })
    };
    let mut facts = delivery_facts(delivery);
    facts["body"] = delivery.body.as_str().into();
    facts["attempts"] = tries.iter().map(one).collect();
    facts
}
