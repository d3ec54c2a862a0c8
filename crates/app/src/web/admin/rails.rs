//! How money comes in: the rail, whether it takes any, and what it brought, newest first.

use super::at_place;
use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{hidden, money as amounts, pager, rail_stopped};
use crate::web::time;
use crate::web::view::{AdminFrame, Form};
use ::money::Timestamp;
use maud::{Markup, html};

/// The rail and a page of what it brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RailsView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// The rail; none where money is real, which has no rail yet.
    pub rail: Option<RailView>,
    /// What came in, newest first.
    pub rows: Vec<InwardRow>,
    /// The page after this one (older); `None` on the last.
    pub older_url: Option<String>,
    /// The first page; `None` when this is it.
    pub newest_url: Option<String>,
}

/// A way by which money comes in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RailView {
    /// Its name, as forms and the log have it.
    pub name: &'static str,
    /// Since when it takes nothing in; none while it does.
    pub stopped: Option<Timestamp>,
    /// What it brought, an asset each.
    pub brought: Vec<Money>,
    /// Stops it, or starts it again.
    pub press: Form,
}

/// Something that came in. Play money is in the books at once, so no entry waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InwardRow {
    /// When.
    pub at: Timestamp,
    /// How much.
    pub amount: Money,
    /// Its record, with both sides.
    pub url: String,
}

/// The page.
#[must_use]
pub fn rails(view: &RailsView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        h1 { (say!(lang, "admin-rails")) }
        @match &view.rail {
            Some(rail) => (one(rail, lang)),
            None => p.mut { (say!(lang, "rails-none")) },
        }
        section {
            @if view.rows.is_empty() { h2 { (say!(lang, "rails-inward")) } p.mut { (say!(lang, "rails-nothing")) } } @else { (inward(view, lang)) }
            (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
        }
    };
    at_place(&view.frame, None, &content)
}

fn one(rail: &RailView, lang: Lang) -> Markup {
    html! {
        section {
            h2 { code { (rail.name) } }
            @if let Some(since) = rail.stopped { (rail_stopped(since, lang)) } @else { p { (say!(lang, "rails-open")) } }
            dl.facts.nums { @for sum in &rail.brought { div { dt { (say!(lang, "rails-brought")) } dd.n { (amounts::exact(*sum, lang)) } } } }
            p.mut { (say!(lang, "rails-text")) }
            form method="post" action=(rail.press.action) {
                (hidden(&rail.press))
                button.btn.quiet type="submit" name="rail" value=(rail.name) { @if rail.stopped.is_some() { (say!(lang, "rails-start")) } @else { (say!(lang, "rails-stop")) } }
            }
        }
    }
}

fn inward(view: &RailsView, lang: Lang) -> Markup {
    let widest = amounts::widest(view.rows.iter().map(|row| row.amount));
    html! {
        table.rows.books {
            caption { (say!(lang, "rails-inward")) }
            thead { tr {
                th scope="col" { (say!(lang, "rows-when")) }
                th.n scope="col" { (say!(lang, "rows-change")) }
                th scope="col" { (say!(lang, "admin-state")) }
            } }
            tbody { @for row in &view.rows { tr {
                th scope="row" { a href=(row.url) { (time::full(row.at, lang)) } }
                td.n data-l=(plain!(lang, "rows-change")) { (amounts::column(row.amount, widest, lang)) }
                td data-l=(plain!(lang, "admin-state")) { (say!(lang, "rails-cleared")) }
            } } }
        }
    }
}
