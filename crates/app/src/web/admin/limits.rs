//! What limits spending: what wallets may hold, how often an offer can be taken back, and the guards that payers set.

use super::at_place;
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::{money as amounts, pager_onward};
use crate::web::time;
use crate::web::view::AdminFrame;
use ::money::Span;
use market::{GuardScope, Verdict, Window};
use maud::{Markup, html};

/// The limits that stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LimitsView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// What a wallet may hold that one browser knows.
    pub most_of_a_browser: Money,
    /// What any other may hold.
    pub most_kept: Money,
    /// The offers that stand.
    pub offers: Vec<OfferLimit>,
    /// Guards, party by party.
    pub guards: Vec<GuardRow>,
    /// The page after this one; none on the last.
    pub next_url: Option<String>,
    /// The first page; none when this is it.
    pub first_url: Option<String>,
}

/// How an offer can be taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferLimit {
    /// Its name.
    pub name: String,
    /// The site's host.
    pub realm: String,
    /// For how long.
    pub window: Span,
    /// How often a payer a day.
    pub per_day: u64,
}

/// A guard that stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardRow {
    /// Whether it says no, or asks for a press.
    pub verdict: Verdict,
    /// Whose: the beginning of an id.
    pub holder: String,
    /// The holder's page.
    pub url: String,
    /// On everything or one site.
    pub on: GuardScope,
    /// Over which window.
    pub window: Window,
    /// How much at most.
    pub most: Money,
    /// What was spent in the running window.
    pub spent: Money,
}

/// The page.
#[must_use]
pub fn limits(view: &LimitsView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        h1 { (say!(lang, "admin-limits")) }
        section {
            h2 { (say!(lang, "admin-limits-wallets")) }
            dl.facts.nums {
                div { dt { (say!(lang, "admin-limits-browser")) } dd.n { (amounts::exact(view.most_of_a_browser, lang)) } }
                div { dt { (say!(lang, "admin-limits-kept")) } dd.n { (amounts::exact(view.most_kept, lang)) } }
            }
        }
        section {
            @if view.offers.is_empty() { h2 { (say!(lang, "admin-limits-undo")) } p.mut { (say!(lang, "admin-limits-no-offers")) } } @else { (offers(view, lang)) }
        }
        section {
            h2 { (say!(lang, "admin-guards")) }
            p { (say!(lang, "admin-guards-text")) }
            @if view.guards.is_empty() { p.mut { (say!(lang, "admin-guards-none")) } } @else { (guards(&view.guards, lang)) }
            (pager_onward(view.first_url.as_deref(), view.next_url.as_deref(), lang))
        }
    };
    at_place(&view.frame, None, &content)
}

fn offers(view: &LimitsView, lang: Lang) -> Markup {
    html! {
        table.rows.books {
            caption { (say!(lang, "admin-limits-undo")) }
            thead { tr { th scope="col" { (say!(lang, "desk-offers")) } th.n scope="col" { (say!(lang, "admin-limits-window")) } th.n scope="col" { (say!(lang, "admin-limits-per-day")) } } }
            tbody { @for offer in &view.offers { tr {
                th scope="row" { (offer.name) " " small { (offer.realm) } }
                td.n data-l=(plain!(lang, "admin-limits-window")) { @if offer.window.0 == 0 { (say!(lang, "admin-limits-never")) } @else { (time::span(offer.window, lang)) } }
                td.n data-l=(plain!(lang, "admin-limits-per-day")) { (money::count(offer.per_day, lang)) }
            } } }
        }
    }
}

/// Guards as a table.
pub fn guards(rows: &[GuardRow], lang: Lang) -> Markup {
    html! {
        table.rows.books {
            caption.vh { (say!(lang, "admin-guards")) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-holder")) }
                th scope="col" { (say!(lang, "admin-guard-on")) }
                th scope="col" { (say!(lang, "admin-guard-window")) }
                th.n scope="col" { (say!(lang, "admin-guard-spent")) }
                th.n scope="col" { (say!(lang, "admin-guard-most")) }
            } }
            tbody { @for row in rows { tr {
                th scope="row" { a href=(row.url) { (row.holder) } }
                td data-l=(plain!(lang, "admin-guard-on")) { @match &row.on { GuardScope::All => (say!(lang, "admin-guard-all")), GuardScope::Site(site) => (site) } }
                td data-l=(plain!(lang, "admin-guard-window")) { @match row.window { Window::Day => (say!(lang, "admin-guard-day")), Window::Month => (say!(lang, "admin-guard-month")), Window::Each => (say!(lang, "admin-guard-each")) } @if row.verdict == Verdict::Ask { " " span.mark { (say!(lang, "admin-guard-asks")) } } }
                td.n data-l=(plain!(lang, "admin-guard-spent")) { (amounts::exact(row.spent, lang)) }
                td.n data-l=(plain!(lang, "admin-guard-most")) { (amounts::exact(row.most, lang)) }
            } } }
        }
    }
}
