//! What was sent to webhooks and what waits: one list for all, and one delivery with its request and response.

use super::{Tab, english, excerpt, room, standing};
use crate::web::desk::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::hidden;
use crate::web::parts::pager;
use crate::web::time;
use crate::web::view::Form;
use ::money::Timestamp;
use maud::{Markup, html};
use store::vault::DeliveryState;

/// Most bytes of a text of a delivery in its page.
const MOST_TEXT: usize = 4_500;
/// Tries that are listed; the file has all.
const MOST_TRIES: usize = 20;

/// One page of deliveries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveriesView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// What the list is narrowed down to.
    pub filter: DeliveryFilterView,
    /// True if it is narrowed down by nothing.
    pub is_open: bool,
    /// The newest first.
    pub rows: Vec<DeliveryRow>,
    /// The page after this one (older); none on the last.
    pub older_url: Option<String>,
    /// The first page; none when this is it.
    pub newest_url: Option<String>,
    /// Begins all again that were given up; none if there is none.
    pub retry: Option<Form>,
}

/// The fields of the filter, as they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryFilterView {
    /// Id of the webhook that is chosen; empty for all.
    pub webhook: String,
    /// Ids of all with where they send to.
    pub webhooks: Vec<(String, String)>,
    /// The state that is chosen.
    pub state: Option<DeliveryState>,
}

/// One delivery.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryRow {
    /// Kind of the event.
    pub kind: String,
    /// Address of its page.
    pub url: String,
    /// Where it is sent.
    pub target: String,
    /// When it was written down.
    pub created: Timestamp,
    /// When the last try was.
    pub sent: Option<Timestamp>,
    /// How it stands.
    pub state: DeliveryState,
    /// What the last try was answered with.
    pub status: Option<u16>,
    /// How long that took.
    pub latency_ms: Option<u32>,
    /// Tries since it was begun.
    pub tries: u32,
    /// When the next try is, while it waits.
    pub next: Option<Timestamp>,
}

/// One delivery with its tries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliveryView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The delivery.
    pub row: DeliveryRow,
    /// Id of the event.
    pub event: String,
    /// Page of the webhook.
    pub webhook_url: String,
    /// What is sent.
    pub body: String,
    /// Oldest first.
    pub tries: Vec<TryView>,
    /// Number of the try that is opened.
    pub opened: usize,
    /// Begins it again.
    pub retry: Form,
    /// The same as a file, whole.
    pub json_url: String,
}

/// One try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TryView {
    /// Its number, from 1.
    pub number: usize,
    /// Address of the page with this try opened.
    pub url: String,
    /// When.
    pub at: Timestamp,
    /// The answer's status.
    pub status: Option<u16>,
    /// How long it took.
    pub latency_ms: u32,
    /// The header that was sent.
    pub request: String,
    /// What came back.
    pub response: String,
    /// Why there was no answer, in English.
    pub fault: Option<String>,
}

/// The list.
#[must_use]
pub fn deliveries(view: &DeliveriesView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "dev-deliveries")) } p.mut { (say!(lang, "dev-deliveries-text")) } }
        (filter(&view.filter, lang))
        @if let Some(form) = &view.retry {
            form method="post" action=(form.action) { (hidden(form)) button.btn.quiet type="submit" { (say!(lang, "dev-retry-all")) } }
        }
        @if !view.rows.is_empty() {
            (table(&view.rows, view.frame.now, lang))
        } @else if view.is_open {
            div.empty { p { (say!(lang, "dev-deliveries-none")) } p { a.btn.quiet href="/developers/webhooks" { (say!(lang, "dev-hooks-all")) } } }
        } @else {
            div.empty { p { (say!(lang, "dev-deliveries-no-such")) } p { a.btn.quiet href="/developers/deliveries" { (say!(lang, "dev-deliveries-all")) } } }
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    room(&view.frame, Tab::Deliveries, &plain!(lang, "dev-deliveries"), &content)
}

fn filter(fields: &DeliveryFilterView, lang: Lang) -> Markup {
    html! {
        form.filter method="get" action="/developers/deliveries" {
            div {
                label for="webhook" { (say!(lang, "dev-target")) }
                select #webhook name="webhook" {
                    option value="" { (say!(lang, "desk-state-any")) }
                    @for (id, url) in &fields.webhooks { option value=(id) selected[*id == fields.webhook] { (url) } }
                }
            }
            div {
                label for="state" { (say!(lang, "desk-filter-state")) }
                select #state name="state" {
                    option value="" { (say!(lang, "desk-state-any")) }
                    @for state in DeliveryState::ALL { option value=(state.word()) selected[fields.state == Some(state)] { (state_word(state, lang)) } }
                }
            }
            button.btn.quiet type="submit" { (say!(lang, "desk-filter-go")) }
        }
    }
}

fn state_word(state: DeliveryState, lang: Lang) -> String {
    match state {
        DeliveryState::Waiting => plain!(lang, "dev-waiting"),
        DeliveryState::Delivered => plain!(lang, "dev-delivered"),
        DeliveryState::Failed => plain!(lang, "dev-failed"),
    }
}

fn state(state: DeliveryState, lang: Lang) -> Markup {
    let (class, mark) = match state {
        DeliveryState::Waiting => ("st warn", "…"),
        DeliveryState::Delivered => ("st", "✓"),
        DeliveryState::Failed => ("st bad", "✕"),
    };
    standing(class, mark, &state_word(state, lang))
}

/// Deliveries as lines; also below the webhooks they were sent to.
pub(super) fn table(rows: &[DeliveryRow], now: Timestamp, lang: Lang) -> Markup {
    let (created, sent, status) = (plain!(lang, "dev-created"), plain!(lang, "dev-sent"), plain!(lang, "dev-answer"));
    let (tries, next) = (plain!(lang, "dev-tries"), plain!(lang, "dev-next"));
    let instant = |at: Option<Timestamp>| html! { @match at { Some(at) => (time::listed(at, now, lang)), None => "–" } };
    html! {
        table.rows.books {
            caption.vh { (say!(lang, "dev-deliveries")) }
            thead { tr {
                th scope="col" { (say!(lang, "dev-event")) }
                @for word in [&created, &sent, &status, &tries, &next] { th scope="col" { (word) } }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a href=(row.url) { (row.kind) } " " small { (row.target) } }
                        td data-l=(created) { (time::listed(row.created, now, lang)) }
                        td data-l=(sent) { (instant(row.sent)) }
                        td data-l=(status) { span { (state(row.state, lang)) " " (answer(row.status, row.latency_ms)) } }
                        td data-l=(tries) { (row.tries) }
                        td data-l=(next) { (instant(row.next)) }
                    }
                }
            }
        }
    }
}

/// `503, 12 ms`: a status and a span as machines write them.
fn answer(status: Option<u16>, latency_ms: Option<u32>) -> Markup {
    html! { small { @if let Some(status) = status { (status) ",\u{a0}" } @if let Some(latency) = latency_ms { (latency) "\u{a0}ms" } } }
}

/// One delivery.
#[must_use]
pub fn delivery(view: &DeliveryView) -> String {
    let (lang, row) = (view.frame.lang(), &view.row);
    let content = html! {
        h1 { (row.kind) }
        dl.facts {
            div { dt { (say!(lang, "desk-filter-state")) } dd { (state(row.state, lang)) " " (answer(row.status, row.latency_ms)) } }
            div { dt { (say!(lang, "dev-target")) } dd { a href=(view.webhook_url) { (row.target) } } }
            div { dt { (say!(lang, "dev-event")) } dd { code { (view.event) } } }
            div { dt { (say!(lang, "dev-created")) } dd { (time::precise(row.created, lang)) } }
            div { dt { (say!(lang, "dev-sent")) } dd { @match row.sent { Some(at) => (time::precise(at, lang)), None => (say!(lang, "dev-never")) } } }
            div { dt { (say!(lang, "dev-tries")) } dd { (row.tries) } }
            @if let Some(next) = row.next { div { dt { (say!(lang, "dev-next")) } dd { (time::precise(next, lang)) } } }
        }
        div.undo {
            form method="post" action=(view.retry.action) { (hidden(&view.retry)) button.btn.quiet type="submit" { (say!(lang, "dev-retry")) } }
            p.links { a href=(row.url) { (say!(lang, "dev-look-again")) } a href=(view.json_url) { "JSON" } }
        }
        (tries(view, lang))
        section {
            h2 { (say!(lang, "dev-body")) }
            (excerpt(&view.body, MOST_TEXT, ((&view.json_url, "JSON"), lang)))
        }
        p.links { a href="/developers/deliveries" { (say!(lang, "dev-deliveries-all")) } }
    };
    room(&view.frame, Tab::Deliveries, &row.kind, &content)
}

fn tries(view: &DeliveryView, lang: Lang) -> Markup {
    let hidden_tries = view.tries.len().saturating_sub(MOST_TRIES);
    html! {
        @if view.tries.len() > 1 {
            section {
                h2 { (say!(lang, "dev-tries")) }
                ul.list {
                    @for attempt in view.tries.iter().skip(hidden_tries) {
                        li {
                            a href=(attempt.url) aria-current=[(attempt.number == view.opened).then_some("true")] { (say!(lang, "dev-try", number: u64::try_from(attempt.number).unwrap_or_default())) }
                            span { (time::precise(attempt.at, lang)) " " (answer(attempt.status, Some(attempt.latency_ms))) }
                        }
                    }
                }
            }
        }
        @if let Some(attempt) = view.tries.iter().find(|attempt| attempt.number == view.opened) {
            section {
                h2 { (say!(lang, "dev-request")) }
                (excerpt(&attempt.request, MOST_TEXT, ((&view.json_url, "JSON"), lang)))
            }
            section {
                h2 { (say!(lang, "dev-response")) }
                @match &attempt.fault {
                    Some(fault) => p.notice.bad { (say!(lang, "dev-no-answer")) " " (english(fault, lang)) },
                    None => (excerpt(&attempt.response, MOST_TEXT, ((&view.json_url, "JSON"), lang))),
                }
            }
        } @else { p.mut { (say!(lang, "dev-not-sent")) } }
    }
}
