//! `/developers`: keys, webhooks with their deliveries, events and the reference of the calls. Everything here is done by the
//! functions that `/v1` and the command line call, for the payee whose desk it is.

mod deliveries;
mod events;
mod keys;
mod reference;
mod webhooks;

use super::Visitor;
use super::route::{Page, Ways};
use crate::acts::Done;
use crate::door::{self, Reply};
use crate::web::desk::developers::operation_of;
use crate::{hooks, keys as payee_keys};
use money::CommandId;
use protocol::problem::Problem;
use protocol::text::parse_command;
use std::collections::BTreeMap;
use store::vault::{DeliveryId, KeyId, WebhookId, WebhookState, What};

/// The fields of a query or a form.
type Fields = BTreeMap<String, String>;

/// What is asked of the pages for developers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Room {
    Front,
    Keys,
    MakeKey,
    Key(KeyId),
    RotateKey(KeyId),
    AskRevoke(KeyId),
    Revoke(KeyId),
    Webhooks,
    MakeWebhook,
    Webhook(WebhookId),
    ChangeWebhook(WebhookId),
    SetState(WebhookId, WebhookState),
    RotateSecret(WebhookId),
    Test(WebhookId),
    AskDelete(WebhookId),
    Delete(WebhookId),
    Deliveries,
    RetryFailed,
    Delivery(DeliveryId),
    DeliveryJson(DeliveryId),
    Retry(DeliveryId),
    Events,
    Reference,
    Operation(&'static str),
}

impl Room {
    /// What can be done at an address below `/developers`.
    ///
    /// # Errors
    /// [`Problem::Unknown`].
    pub fn ways(rest: &[&str]) -> Result<Ways, Problem> {
        let read = |room| Ways { read: Some(Page::Developers(room)), post: None };
        let post = |room| Ways { read: None, post: Some(Page::Developers(room)) };
        let both = |reading, posted| Ways { read: Some(Page::Developers(reading)), post: Some(Page::Developers(posted)) };
        Ok(match rest {
            [] => read(Room::Front),
            ["keys"] => both(Room::Keys, Room::MakeKey),
            ["keys", id] => read(Room::Key(key(id)?)),
            ["keys", id, "rotate"] => post(Room::RotateKey(key(id)?)),
            ["keys", id, "revoke"] => both(Room::AskRevoke(key(id)?), Room::Revoke(key(id)?)),
            ["webhooks"] => both(Room::Webhooks, Room::MakeWebhook),
            ["webhooks", id] => both(Room::Webhook(webhook(id)?), Room::ChangeWebhook(webhook(id)?)),
            ["webhooks", id, "pause"] => post(Room::SetState(webhook(id)?, WebhookState::Paused)),
            ["webhooks", id, "resume"] => post(Room::SetState(webhook(id)?, WebhookState::Active)),
            ["webhooks", id, "rotate"] => post(Room::RotateSecret(webhook(id)?)),
            ["webhooks", id, "test"] => post(Room::Test(webhook(id)?)),
            ["webhooks", id, "delete"] => both(Room::AskDelete(webhook(id)?), Room::Delete(webhook(id)?)),
            ["deliveries"] => read(Room::Deliveries),
            ["deliveries", "retry"] => post(Room::RetryFailed),
            ["deliveries", id, "retry"] => post(Room::Retry(delivery(id)?)),
            ["deliveries", name] => match name.strip_suffix(".json") {
                Some(id) => read(Room::DeliveryJson(delivery(id)?)),
                None => read(Room::Delivery(delivery(name)?)),
            },
            ["events"] => read(Room::Events),
            ["api"] => read(Room::Reference),
            ["api", name] => read(Room::Operation(operation_of(name).ok_or(Problem::Unknown)?)),
            _ => return Err(Problem::Unknown),
        })
    }

    /// What is written down when it is done, and of what.
    fn act(self) -> Option<(What, String)> {
        match self {
            Room::MakeWebhook => Some((What::WebhookMade, String::new())),
            Room::ChangeWebhook(id) | Room::SetState(id, _) => Some((What::WebhookChanged, hooks::id_text(id))),
            Room::RotateSecret(id) => Some((What::WebhookRotated, hooks::id_text(id))),
            Room::Test(id) => Some((What::WebhookTested, hooks::id_text(id))),
            Room::Delete(id) => Some((What::WebhookDeleted, hooks::id_text(id))),
            Room::RetryFailed => Some((What::DeliveriesRetried, String::new())),
            Room::Retry(id) => Some((What::DeliveriesRetried, hooks::delivery_text(id))),
            Room::Front
            | Room::Keys
            | Room::MakeKey
            | Room::Key(_)
            | Room::RotateKey(_)
            | Room::AskRevoke(_)
            | Room::Revoke(_)
            | Room::Webhooks
            | Room::Webhook(_)
            | Room::AskDelete(_)
            | Room::Deliveries
            | Room::Delivery(_)
            | Room::DeliveryJson(_)
            | Room::Events
            | Room::Reference
            | Room::Operation(_) => None,
        }
    }
}

impl Visitor<'_> {
    /// Answers, and writes down what was done, as `/v1` does. Keys are written down where they are made.
    pub(super) async fn developers(&self, room: Room, fields: (&Fields, &Fields)) -> Result<Reply, Problem> {
        let reply = self.room(room, fields).await?;
        if let Some((what, subject)) = room.act()
            && (reply.status().is_success() || reply.status().is_redirection())
        {
            self.did(Done::to(what, subject)).await?;
        }
        Ok(reply)
    }

    async fn room(&self, room: Room, (query, form): (&Fields, &Fields)) -> Result<Reply, Problem> {
        match room {
            Room::Front => Ok(door::see_other("/developers/keys")),
            Room::Keys => self.keys(query).await,
            Room::MakeKey => self.make_key(form).await,
            Room::Key(id) => self.key(id).await,
            Room::RotateKey(id) => self.rotate_key(id).await,
            Room::AskRevoke(id) => self.ask_revoke(id).await,
            Room::Revoke(id) => self.revoke_key(id).await,
            Room::Webhooks => self.webhooks().await,
            Room::MakeWebhook => self.make_webhook(form).await,
            Room::Webhook(id) => self.webhook(id).await,
            Room::ChangeWebhook(id) => self.change_webhook(id, form).await,
            Room::SetState(id, state) => self.set_state(id, state).await,
            Room::RotateSecret(id) => self.rotate_secret(id, form).await,
            Room::Test(id) => self.test_webhook(id, form).await,
            Room::AskDelete(id) => self.ask_delete(id).await,
            Room::Delete(id) => self.delete_webhook(id).await,
            Room::Deliveries => self.deliveries(query).await,
            Room::RetryFailed => self.retry_failed(form).await,
            Room::Delivery(id) => self.delivery(id, query).await,
            Room::DeliveryJson(id) => self.delivery_json(id).await,
            Room::Retry(id) => self.retry(id).await,
            Room::Events => self.events(query).await,
            Room::Reference => Ok(self.reference()),
            Room::Operation(id) => self.operation(id),
        }
    }
}

fn key(text: &str) -> Result<KeyId, Problem> {
    payee_keys::parse_id(text).ok_or(Problem::Unknown)
}

fn webhook(text: &str) -> Result<WebhookId, Problem> {
    hooks::parse_id(text).ok_or(Problem::Unknown)
}

fn delivery(text: &str) -> Result<DeliveryId, Problem> {
    hooks::parse_delivery(text).ok_or(Problem::Unknown)
}

/// The command's id that a form carries as calls carry `Idempotency-Key`: pressed twice, it is done once.
fn command(form: &Fields) -> Result<CommandId, Problem> {
    let unread = || Problem::BadRequest { detail: "the form's field `command` is missing or damaged".to_owned() };
    form.get("command").and_then(|text| parse_command(text).ok()).ok_or_else(unread)
}
