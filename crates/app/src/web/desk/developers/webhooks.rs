//! Where events are sent: the webhooks, one of them with all that can be done with it, and its secret, shown once.

use super::deliveries::{DeliveryRow, table as deliveries_table};
use super::{Tab, english, room, secret_once, standing};
use crate::events::Kind;
use crate::web::desk::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{desked, hidden};
use crate::web::time;
use crate::web::view::Form;
use ::money::{Span, Timestamp};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::vault::WebhookState;

/// All webhooks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhooksView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The webhooks.
    pub rows: Vec<WebhookRow>,
    /// The newest deliveries of all of them.
    pub latest: Vec<DeliveryRow>,
    /// Makes one.
    pub form: Form,
    /// What stands in the form.
    pub draft: WebhookDraft,
    /// What of it cannot stand.
    pub wrong: Option<WrongField>,
}

/// One webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookRow {
    /// Where events are sent.
    pub url: String,
    /// Address of its page.
    pub page_url: String,
    /// Words of the kinds that are sent; all if empty.
    pub kinds: Vec<String>,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// When it was made.
    pub created: Timestamp,
    /// The last success.
    pub succeeded: Option<Timestamp>,
    /// The first failure since.
    pub failing_since: Option<Timestamp>,
}

/// The fields of the form as they were filled in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WebhookDraft {
    /// Where to.
    pub url: String,
    /// The boxes that are ticked.
    pub kinds: Vec<Kind>,
}

/// A field that cannot stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrongField {
    /// Its id.
    pub field: &'static str,
    /// What is the matter.
    pub why: String,
    /// The words of whoever refused it, in English.
    pub said: Option<String>,
}

/// One webhook and what can be done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Its id.
    pub id: String,
    /// The webhook.
    pub row: WebhookRow,
    /// Its secret, if it was just made.
    pub secret: Option<String>,
    /// Until when the secret before signs, too.
    pub old_secret_ends: Option<Timestamp>,
    /// For how long both sign after a rotation.
    pub overlap: Span,
    /// Its newest deliveries.
    pub latest: Vec<DeliveryRow>,
    /// All of them.
    pub all_url: String,
    /// Sends a test.
    pub test: Form,
    /// Pauses it, or makes it active again.
    pub set_state: Form,
    /// Makes another secret.
    pub rotate: Form,
    /// Changes address and events.
    pub change: Form,
    /// Asks whether it shall be deleted.
    pub delete_url: String,
    /// What stands in the form.
    pub draft: WebhookDraft,
    /// What of it cannot stand.
    pub wrong: Option<WrongField>,
}

/// "Delete this webhook?"
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeleteView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Where it sends to.
    pub url: String,
    /// Does it.
    pub form: Form,
    /// Back to the webhook.
    pub back_url: String,
}

impl WebhookDraft {
    /// The fields as they came.
    #[must_use]
    pub fn of(form: &BTreeMap<String, String>) -> WebhookDraft {
        let kinds = Kind::ALL.into_iter().filter(|kind| form.contains_key(kind.word())).collect();
        WebhookDraft { url: form.get("url").cloned().unwrap_or_default(), kinds }
    }
}

impl From<&WebhookRow> for WebhookDraft {
    fn from(row: &WebhookRow) -> WebhookDraft {
        let kinds = Kind::ALL.into_iter().filter(|kind| row.kinds.iter().any(|word| word == kind.word())).collect();
        WebhookDraft { url: row.url.clone(), kinds }
    }
}

/// The list, the form and the newest deliveries.
#[must_use]
pub fn webhooks(view: &WebhooksView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "dev-webhooks")) } p.mut { (say!(lang, "dev-hooks-text")) } }
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "dev-hooks-none")) } p { a.btn.quiet href="#url" { (say!(lang, "dev-hook-new")) } } }
        } @else { (table(view, lang)) }
        section.card {
            h2 { (say!(lang, "dev-hook-new")) }
            (form(&view.form, (&view.draft, view.wrong.as_ref()), &say!(lang, "dev-hook-press"), lang))
        }
        @if !view.latest.is_empty() {
            section {
                h2 { (say!(lang, "dev-latest")) }
                (deliveries_table(&view.latest, view.frame.now, lang))
                p.links { a href="/developers/deliveries" { (say!(lang, "dev-deliveries-all")) } }
            }
        }
    };
    room(&view.frame, Tab::Webhooks, &plain!(lang, "dev-webhooks"), &content)
}

fn table(view: &WebhooksView, lang: Lang) -> Markup {
    html! {
        table.rows.books {
            caption.vh { (say!(lang, "dev-webhooks")) }
            thead { tr {
                th scope="col" { (say!(lang, "dev-target")) }
                th scope="col" { (say!(lang, "dev-events")) }
                th scope="col" { (say!(lang, "dev-succeeded")) }
                th scope="col" { (say!(lang, "desk-filter-state")) }
            } }
            tbody {
                @for row in &view.rows {
                    tr {
                        th scope="row" { a href=(row.page_url) { (row.url) } }
                        td data-l=(plain!(lang, "dev-events")) { (kinds(&row.kinds, lang)) }
                        td data-l=(plain!(lang, "dev-succeeded")) { (instant(row.succeeded, view.frame.now, lang)) }
                        td data-l=(plain!(lang, "desk-filter-state")) { (state(row, lang)) }
                    }
                }
            }
        }
    }
}

fn instant(at: Option<Timestamp>, now: Timestamp, lang: Lang) -> Markup {
    match at {
        Some(at) => time::listed(at, now, lang),
        None => say!(lang, "dev-never"),
    }
}

fn kinds(kinds: &[String], lang: Lang) -> Markup {
    html! { @if kinds.is_empty() { (say!(lang, "dev-kinds-all")) } @else { (kinds.join(", ")) } }
}

fn state(row: &WebhookRow, lang: Lang) -> Markup {
    match row.state {
        WebhookState::Active if row.failing_since.is_some() => standing("st warn", "…", &plain!(lang, "dev-hook-trouble")),
        WebhookState::Active => standing("st", "✓", &plain!(lang, "dev-hook-active")),
        WebhookState::Paused => standing("st warn", "…", &plain!(lang, "dev-hook-paused")),
        WebhookState::Failing => standing("st bad", "✕", &plain!(lang, "dev-hook-failing")),
        WebhookState::Gone => standing("st bad", "✕", &plain!(lang, "dev-hook-gone")),
    }
}

fn form(form: &Form, (draft, wrong): (&WebhookDraft, Option<&WrongField>), press: &Markup, lang: Lang) -> Markup {
    html! {
        @if let Some(WrongField { field, why, said }) = wrong {
            p.notice.bad role="alert" { a href={ "#" (field) } { (why) } @if let Some(said) = said { " " (english(said, lang)) "." } }
        }
        form.fields method="post" action=(form.action) {
            (hidden(form))
            div {
                label for="url" { (say!(lang, "dev-target")) }
                input #url name="url" inputmode="url" value=(draft.url) maxlength="512" autocomplete="off" placeholder="https://" aria-invalid=[wrong.map(|_| "true")];
            }
            fieldset.ticks {
                legend { (say!(lang, "dev-kinds-choose")) }
                @for kind in Kind::ALL {
                    div {
                        input id=(kind.word()) name=(kind.word()) type="checkbox" checked[draft.kinds.contains(&kind)];
                        label for=(kind.word()) { code { (kind.word()) } }
                    }
                }
            }
            button.btn type="submit" { (press) }
        }
    }
}

/// One webhook.
#[must_use]
pub fn webhook(view: &WebhookView) -> String {
    let (lang, row) = (view.frame.lang(), &view.row);
    let content = html! {
        h1 { (row.url) }
        @if let Some(secret) = &view.secret {
            (secret_once("made", &say!(lang, "dev-secret-made"), secret, &say!(lang, "dev-secret-text")))
        }
        (facts(view, lang))
        (state_help(row, lang))
        div.undo {
            (pressed(&view.test, "btn", &say!(lang, "dev-test")))
            (pressed(&view.set_state, "btn quiet", &if row.state == WebhookState::Active { say!(lang, "dev-pause") } else { say!(lang, "dev-resume") }))
        }
        section {
            h2 { (say!(lang, "dev-latest")) }
            @if view.latest.is_empty() { p.mut { (say!(lang, "dev-deliveries-none")) } }
            @else {
                (deliveries_table(&view.latest, view.frame.now, lang))
                p.links { a href=(view.all_url) { (say!(lang, "dev-deliveries-all")) } }
            }
        }
        section.card {
            h2 { (say!(lang, "dev-rotate-secret")) }
            p { (say!(lang, "dev-rotate-secret-text", span: time::span(view.overlap, lang))) }
            (pressed(&view.rotate, "btn quiet", &say!(lang, "dev-rotate-secret-press")))
        }
        section.card {
            h2 { (say!(lang, "desk-change")) }
            (form(&view.change, (&view.draft, view.wrong.as_ref()), &say!(lang, "desk-offer-save"), lang))
        }
        p.links { a href=(view.delete_url) { (say!(lang, "dev-delete")) } a href="/developers/webhooks" { (say!(lang, "dev-hooks-all")) } }
    };
    room(&view.frame, Tab::Webhooks, &row.url, &content)
}

fn pressed(form: &Form, class: &str, word: &Markup) -> Markup {
    html! { form method="post" action=(form.action) { (hidden(form)) button class=(class) type="submit" { (word) } } }
}

fn facts(view: &WebhookView, lang: Lang) -> Markup {
    let row = &view.row;
    let instant = |at: Option<Timestamp>| match at {
        Some(at) => time::full(at, lang),
        None => say!(lang, "dev-never"),
    };
    html! {
        dl.facts {
            div { dt { (say!(lang, "desk-filter-state")) } dd { (state(row, lang)) } }
            div { dt { (say!(lang, "dev-events")) } dd { (kinds(&row.kinds, lang)) } }
            div { dt { (say!(lang, "dev-created")) } dd { (time::full(row.created, lang)) } }
            div { dt { (say!(lang, "dev-succeeded")) } dd { (instant(row.succeeded)) } }
            @if let Some(since) = row.failing_since { div { dt { (say!(lang, "dev-failing-since")) } dd { (time::full(since, lang)) } } }
            @if let Some(ends) = view.old_secret_ends { div { dt { (say!(lang, "dev-old-secret")) } dd { (say!(lang, "until", time: time::full(ends, lang))) } } }
            div { dt { (say!(lang, "dev-id")) } dd { code { (view.id) } } }
        }
    }
}

/// Why nothing is sent, and what to do.
fn state_help(row: &WebhookRow, lang: Lang) -> Markup {
    match row.state {
        WebhookState::Active => html! {},
        WebhookState::Paused => html! { p.notice.warn { (say!(lang, "dev-paused-text")) } },
        WebhookState::Failing => html! { p.notice.bad { (say!(lang, "dev-failing-text")) } },
        WebhookState::Gone => html! { p.notice.bad { (say!(lang, "dev-gone-text")) } },
    }
}

/// Asks whether a webhook shall be deleted.
#[must_use]
pub fn delete(view: &DeleteView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.card {
            h1 { (say!(lang, "dev-delete-ask")) }
            p { code { (view.url) } }
            p { (say!(lang, "dev-delete-text")) }
            (pressed(&view.form, "btn", &say!(lang, "dev-delete-press")))
            p.links { a href=(view.back_url) { (say!(lang, "dev-delete-not")) } }
        }
    };
    desked(&view.frame, &plain!(lang, "dev-delete-ask"), "narrow", &content)
}
