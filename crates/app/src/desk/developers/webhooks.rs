//! `/developers/webhooks`: where events are sent, with the secret shown once.

use super::{Fields, command};
use crate::desk::Visitor;
use crate::door::{self, Reply};
use crate::hooks::{self, Change, Wish, id_text, sign};
use crate::web::Form;
use crate::web::desk::Place;
use crate::web::desk::developers::{self as pages, DeleteView, WebhookDraft, WebhookRow, WebhookView, WebhooksView, WrongField};
use crate::web::lang::plain;
use crate::world;
use http::StatusCode;
use protocol::problem::Problem;
use protocol::text::command as command_text;
use store::vault::{DeliveryFilter, Webhook, WebhookId, WebhookState};

/// Deliveries that stand below the webhooks.
const LATEST: u32 = 10;

impl Visitor<'_> {
    /// `GET /developers/webhooks`.
    pub(super) async fn webhooks(&self) -> Result<Reply, Problem> {
        self.webhooks_page(StatusCode::OK, WebhookDraft::default(), None).await
    }

    async fn webhooks_page(&self, status: StatusCode, draft: WebhookDraft, wrong: Option<WrongField>) -> Result<Reply, Problem> {
        let all = hooks::list(self.instance, &self.payee.handle).await?;
        let (latest, _) = self.delivery_rows(DeliveryFilter::default(), LATEST).await?;
        let view = WebhooksView {
            frame: self.frame(Place::Developers),
            rows: all.iter().map(webhook_row).collect(),
            latest,
            form: self.commanded("/developers/webhooks"),
            draft,
            wrong,
        };
        Ok(self.page(status, pages::webhooks(&view)))
    }

    /// `POST /developers/webhooks`: answered with the secret, which is shown at no other time.
    pub(super) async fn make_webhook(&self, form: &Fields) -> Result<Reply, Problem> {
        let (by, draft) = (command(form)?, WebhookDraft::of(form));
        let wish = Wish { url: draft.url.trim().to_owned(), kinds: draft.kinds.clone(), after: None };
        match hooks::make(self.instance, &self.payee.handle, (wish, by), self.visit.now).await {
            Ok(made) => self.webhook_page(StatusCode::OK, &made, (None, Some(sign::secret_text(&made.secret)))).await,
            Err(problem) => {
                let (status, wrong) = self.wrong(problem)?;
                self.webhooks_page(status, draft, Some(wrong)).await
            }
        }
    }

    /// What stands at the form; a problem that is not about what was filled in stays one.
    fn wrong(&self, problem: Problem) -> Result<(StatusCode, WrongField), Problem> {
        let lang = self.visit.lang;
        let wrong = |why: String, said: Option<String>| WrongField { field: "url", why, said };
        if let Problem::WebhookAddress { detail } = problem {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong(plain!(lang, "dev-hook-wrong-address"), Some(detail))))
        } else if let Problem::LimitReached { most } = problem {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong(plain!(lang, "dev-hook-wrong-many", most: most), None)))
        } else if problem == Problem::IdReused {
            // The form was pressed before with other words in it, and gets another command.
            Ok((StatusCode::CONFLICT, wrong(plain!(lang, "dev-hook-wrong-again"), None)))
        } else {
            Err(problem)
        }
    }

    /// `GET /developers/webhooks/{id}`.
    pub(super) async fn webhook(&self, id: WebhookId) -> Result<Reply, Problem> {
        let webhook = hooks::find(self.instance, &self.payee.handle, id).await?;
        self.webhook_page(StatusCode::OK, &webhook, (None, None)).await
    }

    async fn webhook_page(
        &self,
        status: StatusCode,
        webhook: &Webhook,
        (refused, secret): (Option<(WebhookDraft, WrongField)>, Option<String>),
    ) -> Result<Reply, Problem> {
        let (latest, _) = self.delivery_rows(DeliveryFilter { webhook: Some(webhook.id), ..DeliveryFilter::default() }, LATEST).await?;
        let row = webhook_row(webhook);
        let url = row.page_url.clone();
        let state = if webhook.state == WebhookState::Active { "pause" } else { "resume" };
        let (draft, wrong) = refused.map_or_else(|| (WebhookDraft::from(&row), None), |(draft, wrong)| (draft, Some(wrong)));
        let view = WebhookView {
            frame: self.frame(Place::Developers),
            id: id_text(webhook.id),
            latest,
            all_url: format!("/developers/deliveries?webhook={}", id_text(webhook.id)),
            secret,
            old_secret_ends: webhook.old_secret.map(|(_, ends)| ends).filter(|ends| self.visit.now < *ends),
            overlap: hooks::OVERLAP,
            test: self.commanded(&format!("{url}/test")),
            set_state: self.form(&format!("{url}/{state}"), &[]),
            rotate: self.commanded(&format!("{url}/rotate")),
            change: self.form(&url, &[]),
            delete_url: format!("{url}/delete"),
            draft,
            wrong,
            row,
        };
        Ok(self.page(status, pages::webhook(&view)))
    }

    /// `POST /developers/webhooks/{id}`: another address, other events.
    pub(super) async fn change_webhook(&self, id: WebhookId, form: &Fields) -> Result<Reply, Problem> {
        let webhook = hooks::find(self.instance, &self.payee.handle, id).await?;
        let draft = WebhookDraft::of(form);
        let change = Change { url: Some(draft.url.trim().to_owned()), kinds: Some(draft.kinds.clone()), state: None };
        match hooks::change(self.instance, &self.payee.handle, (id, change)).await {
            Ok(_) => Ok(door::see_other(&page_of(id))),
            Err(problem) => {
                let (status, wrong) = self.wrong(problem)?;
                self.webhook_page(status, &webhook, (Some((draft, wrong)), None)).await
            }
        }
    }

    /// `POST /developers/webhooks/{id}/pause` and `/resume`.
    pub(super) async fn set_state(&self, id: WebhookId, state: WebhookState) -> Result<Reply, Problem> {
        let change = Change { state: Some(state), ..Change::default() };
        hooks::change(self.instance, &self.payee.handle, (id, change)).await?;
        Ok(door::see_other(&page_of(id)))
    }

    /// `POST /developers/webhooks/{id}/rotate`: answered with the new secret.
    pub(super) async fn rotate_secret(&self, id: WebhookId, form: &Fields) -> Result<Reply, Problem> {
        let by = command(form)?;
        let rotated = hooks::rotate(self.instance, &self.payee.handle, (id, by), self.visit.now).await?;
        self.webhook_page(StatusCode::OK, &rotated, (None, Some(sign::secret_text(&rotated.secret)))).await
    }

    /// `POST /developers/webhooks/{id}/test`: on to what becomes of it.
    pub(super) async fn test_webhook(&self, id: WebhookId, form: &Fields) -> Result<Reply, Problem> {
        let by = command(form)?;
        let delivery = hooks::test(self.instance, &self.payee.handle, (id, by), self.visit.now).await?;
        Ok(door::see_other(&format!("/developers/deliveries/{}", hooks::delivery_text(delivery))))
    }

    /// `GET /developers/webhooks/{id}/delete`: asks once more.
    pub(super) async fn ask_delete(&self, id: WebhookId) -> Result<Reply, Problem> {
        let webhook = hooks::find(self.instance, &self.payee.handle, id).await?;
        let view = DeleteView {
            frame: self.frame(Place::Developers),
            url: webhook.url,
            form: self.form(&format!("{}/delete", page_of(id)), &[]),
            back_url: page_of(id),
        };
        Ok(self.page(StatusCode::OK, pages::delete(&view)))
    }

    /// `POST /developers/webhooks/{id}/delete`.
    pub(super) async fn delete_webhook(&self, id: WebhookId) -> Result<Reply, Problem> {
        hooks::delete(self.instance, &self.payee.handle, id).await?;
        Ok(door::see_other("/developers/webhooks"))
    }

    /// A form with a command of its own.
    fn commanded(&self, action: &str) -> Form {
        self.form(action, &[("command", &command_text(world::command_id()))])
    }
}

fn page_of(id: WebhookId) -> String {
    format!("/developers/webhooks/{}", id_text(id))
}

fn webhook_row(webhook: &Webhook) -> WebhookRow {
    WebhookRow {
        url: webhook.url.clone(),
        page_url: page_of(webhook.id),
        kinds: webhook.kinds.clone(),
        state: webhook.state,
        created: webhook.created_at,
        succeeded: webhook.succeeded_at,
        failing_since: webhook.failing_since,
    }
}
