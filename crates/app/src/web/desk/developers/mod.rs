//! Pages for the payee's developers: keys, webhooks with their deliveries, events, and the reference of the calls.

mod deliveries;
mod events;
mod examples;
mod keys;
mod operations;
mod reference;
mod webhooks;

pub use deliveries::{DeliveriesView, DeliveryFilterView, DeliveryRow, DeliveryView, TryView, deliveries, delivery};
pub use events::{EventLine, EventsView, events};
pub use keys::{KeyDraft, KeyNews, KeyRow, KeyStanding, KeyView, KeysView, RevokeView, key, keys, revoke};
pub use operations::{about, find as find_operation, operation_of, topics};
pub use reference::{OperationView, ReferenceView, operation, reference};
pub use webhooks::{DeleteView, WebhookDraft, WebhookRow, WebhookView, WebhooksView, WrongField, delete, webhook, webhooks};

use super::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{copied, desked};
use maud::{Markup, html};

/// The links among the pages for developers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tab {
    Keys,
    Webhooks,
    Deliveries,
    Events,
    Api,
}

impl Tab {
    const ALL: [Tab; 5] = [Tab::Keys, Tab::Webhooks, Tab::Deliveries, Tab::Events, Tab::Api];

    const fn path(self) -> &'static str {
        match self {
            Tab::Keys => "/developers/keys",
            Tab::Webhooks => "/developers/webhooks",
            Tab::Deliveries => "/developers/deliveries",
            Tab::Events => "/developers/events",
            Tab::Api => "/developers/api",
        }
    }

    fn word(self, lang: Lang) -> String {
        match self {
            Tab::Keys => plain!(lang, "dev-keys"),
            Tab::Webhooks => plain!(lang, "dev-webhooks"),
            Tab::Deliveries => plain!(lang, "dev-deliveries"),
            Tab::Events => plain!(lang, "dev-events"),
            Tab::Api => plain!(lang, "dev-api"),
        }
    }
}

/// A page with the links to the others above it.
fn room(frame: &DeskFrame, tab: Tab, title: &str, content: &Markup) -> String {
    let lang = frame.lang();
    let content = html! {
        nav.links aria-label=(plain!(lang, "dev-name")) {
            @for other in Tab::ALL { a href=(other.path()) aria-current=[(other == tab).then_some("page")] { (other.word(lang)) } }
        }
        (content)
    };
    desked(frame, title, "wide", &content)
}

/// A secret, the one time that it is seen.
fn secret_once(id: &str, title: &Markup, text: &str, what: &Markup) -> Markup {
    html! {
        section.card.secret aria-labelledby=(id) {
            h2 id=(id) { (title) }
            (copied(text))
            p { (what) }
        }
    }
}

/// A mark and a word, so that colour is never the only sign.
fn standing(class: &str, mark: &str, word: &str) -> Markup {
    html! { span class=(class) { span aria-hidden="true" { (mark) } "\u{a0}" (word) } }
}

/// A sentence of the program's that is English for everybody, marked where the page is not.
fn english(text: &str, lang: Lang) -> Markup {
    let said_in = (!lang.is_english()).then_some(Lang::EN.tag());
    html! { span lang=[said_in] { (text) } }
}

/// What of a text can be shown without weighing more than `most` bytes in the page, and whether that is all of it.
fn beginning(text: &str, most: usize) -> (&str, bool) {
    let weight = |c: char| match c {
        '"' => 6,
        '&' => 5,
        '<' | '>' => 4,
        other => other.len_utf8(),
    };
    let mut sum = 0_usize;
    for (at, c) in text.char_indices() {
        sum = sum.saturating_add(weight(c));
        if sum > most {
            return (text.get(..at).unwrap_or_default(), false);
        }
    }
    (text, true)
}

/// The same as a block, with the link to where the rest is.
fn excerpt(text: &str, most: usize, ((url, word), lang): ((&str, &str), Lang)) -> Markup {
    let (shown, whole) = beginning(text, most);
    html! {
        pre tabindex="0" { (shown) @if !whole { "…" } }
        @if !whole { p.small { (say!(lang, "dev-cut")) " " a href=(url) { (word) } } }
    }
}
