//! The stream of events as programs read it, each with its JSON.

use super::{Tab, excerpt, room};
use crate::events::Kind;
use crate::web::desk::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// Most bytes of an event's JSON in the page.
const MOST_TEXT: usize = 1_700;

/// A part of the stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventsView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The newest last.
    pub rows: Vec<EventLine>,
    /// All kinds.
    pub kinds: Vec<Kind>,
    /// The one that is chosen.
    pub kind: Option<Kind>,
    /// What was typed as the place after which it begins.
    pub after: String,
    /// True if what was typed is no such place.
    pub refused: bool,
    /// True if it is the end of the whole stream.
    pub is_open: bool,
    /// The part before.
    pub older_url: Option<String>,
    /// The part after, which may be empty still.
    pub newer_url: Option<String>,
}

/// One event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventLine {
    /// Its kind's word.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: String,
    /// When it happened.
    pub at: Timestamp,
    /// The whole of it.
    pub json: String,
}

/// The page.
#[must_use]
pub fn events(view: &EventsView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "dev-events")) } p.mut { (say!(lang, "dev-events-text")) } }
        @if view.refused { p.notice.bad role="alert" { a href="#after" { (say!(lang, "dev-after-wrong")) } } }
        (filter(view, lang))
        @if !view.rows.is_empty() {
            ol.events {
                @for line in &view.rows {
                    li {
                        details {
                            summary { b { (line.kind) } " " span.mut { (time::precise(line.at, lang)) } " " small { "seq " (line.seq) } }
                            (excerpt(&line.json, MOST_TEXT, (("/developers/api/events", "GET /v1/events"), lang)))
                        }
                    }
                }
            }
        } @else if view.is_open {
            div.empty { p { (say!(lang, "dev-events-none")) } p { a.btn.quiet href="/install" { (say!(lang, "dev-events-none-go")) } } }
        } @else {
            div.empty { p { (say!(lang, "dev-events-no-more")) } p { a.btn.quiet href="/developers/events" { (say!(lang, "dev-events-newest")) } } }
        }
        (steps(view, lang))
    };
    room(&view.frame, Tab::Events, &plain!(lang, "dev-events"), &content)
}

fn filter(view: &EventsView, lang: Lang) -> Markup {
    html! {
        form.filter method="get" action="/developers/events" {
            div {
                label for="kind" { (say!(lang, "dev-kind")) }
                select #kind name="kind" {
                    option value="" { (say!(lang, "desk-state-any")) }
                    @for kind in &view.kinds { option value=(kind.word()) selected[view.kind == Some(*kind)] { (kind.word()) } }
                }
            }
            div {
                label for="after" { (say!(lang, "dev-after")) }
                input #after name="after" inputmode="numeric" value=(view.after) maxlength="20" autocomplete="off" aria-invalid=[view.refused.then_some("true")];
            }
            button.btn.quiet type="submit" { (say!(lang, "desk-filter-go")) }
        }
    }
}

fn steps(view: &EventsView, lang: Lang) -> Markup {
    html! {
        @if view.older_url.is_some() || view.newer_url.is_some() {
            nav.pager aria-label=(plain!(lang, "pages")) {
                @if let Some(url) = &view.older_url { a.btn.quiet rel="prev" href=(url) { (say!(lang, "dev-events-older")) } }
                @if let Some(url) = &view.newer_url { a.btn.quiet rel="next" href=(url) { (say!(lang, "dev-events-newer")) } }
            }
        }
    }
}
