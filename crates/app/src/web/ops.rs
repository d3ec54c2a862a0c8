//! The operator's page: is everything well, do the books balance, where does the chain stand. Read only.

use super::lang::Lang;
use super::money::{self, Money};
use super::parts::{framed_bare, money as amounts, status};
use super::time;
use super::view::{Instance, Link};
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// The state of an instance at one instant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpsView {
    /// Which instance.
    pub instance: Instance,
    /// When the figures were taken.
    pub as_of: Timestamp,
    /// How long the process has run.
    pub uptime: Span,
    /// What is looked after, each with its word.
    pub health: Vec<Check>,
    /// The books, an asset a line.
    pub books: Vec<AssetBooks>,
    /// The end of the journal.
    pub head: ChainHead,
    /// Commands waiting for the writer.
    pub queue_depth: u64,
    /// The most that may wait.
    pub queue_limit: u64,
    /// How far the index is behind the journal, in milliseconds.
    pub index_lag_ms: u64,
    /// Counts by name: payments, refunds, wallets, offers.
    pub counts: Vec<(String, u64)>,
    /// Versions and settings by name: program, rules, journal format, data folder's mode.
    pub versions: Vec<(String, String)>,
    /// `/healthz`, `/readyz`, the export.
    pub links: Vec<Link>,
}

/// One thing looked after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Check {
    /// What.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// One line of detail; may be empty.
    pub detail: String,
}

/// How something stands; always a mark and a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// As it should be.
    Good,
    /// Under way or behind.
    Waiting,
    /// Needs somebody.
    Bad,
}

/// One asset's books: two sides and their sum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssetBooks {
    /// What all accounts above zero hold together.
    pub credits: Money,
    /// What all accounts below zero owe together, as a negative sum.
    pub debits: Money,
    /// What is held of it.
    pub held: Money,
    /// How many accounts.
    pub accounts: u64,
}

/// The last frame of the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainHead {
    /// Its sequence number.
    pub sequence: u64,
    /// Its chained hash, in hexadecimal.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
}

/// The operator's page.
#[must_use]
pub fn ops(view: &OpsView) -> String {
    framed_bare(&view.instance, "Operations", &ops_content(view))
}

/// What stands on it, without its surroundings; in English.
pub fn ops_content(view: &OpsView) -> Markup {
    html! {
        hgroup {
            h1 { (headline(view)) }
            p.mut { "As of " (time::precise(view.as_of, Lang::EN)) ", up for " (time::uptime(view.uptime)) }
        }
        dl.tiles {
            div { dt { "Frames" } dd { (money::count(view.head.sequence, Lang::EN)) } }
            div { dt { "Queue" } dd { (money::count(view.queue_depth, Lang::EN)) " " small { "of " (money::count(view.queue_limit, Lang::EN)) } } }
            div { dt { "Index behind" } dd { (money::count(view.index_lag_ms, Lang::EN)) " " small { "ms" } } }
            div { dt { "Assets" } dd { (view.books.len()) } }
        }
        (books(view))
        div.split.even {
            section { h2 { "Health" } dl.facts { @for check in &view.health { div { dt { (check.name) } dd { (status(check.standing)) @if !check.detail.is_empty() { " " span.mut { (check.detail) } } } } } } }
            section { h2 { "Counts" } dl.facts.nums { @for (name, number) in &view.counts { div { dt { (name) } dd.n { (money::count(*number, Lang::EN)) } } } } }
            section {
                h2 { "Journal" }
                dl.facts {
                    div { dt { "Last frame" } dd { (money::count(view.head.sequence, Lang::EN)) } }
                    div { dt { "Written" } dd { (time::precise(view.head.at, Lang::EN)) } }
                    div { dt { "Hash" } dd { code { (view.head.hash) } } }
                }
            }
            section { h2 { "Versions" } dl.facts { @for (name, value) in &view.versions { div { dt { (name) } dd { (value) } } } } }
        }
        @if !view.links.is_empty() { p.links { @for link in &view.links { a href=(link.href) { (link.text) } } } }
    }
}

/// The worst news first, by name.
fn headline(view: &OpsView) -> String {
    if view.books.iter().any(|books| !sum(books).is_zero()) {
        return "The books do not balance".to_owned();
    }
    let named = |standing| {
        let names: Vec<&str> = view.health.iter().filter(|check| check.standing == standing).map(|check| check.name.as_str()).collect();
        names.join(", ")
    };
    match view.health.iter().map(|check| check.standing).max() {
        None => "Nothing is looked after".to_owned(),
        Some(Standing::Good) => "All is well".to_owned(),
        Some(Standing::Waiting) => format!("Waiting: {}", named(Standing::Waiting)),
        Some(Standing::Bad) => format!("Needs you: {}", named(Standing::Bad)),
    }
}

fn sum(books: &AssetBooks) -> Money {
    Money { units: books.credits.units.saturating_add(books.debits.units), asset: books.credits.asset }
}

fn books(view: &OpsView) -> Markup {
    html! {
        table.rows.books {
            caption { "Books" }
            thead { tr { th scope="col" { "Asset" } th.n scope="col" { "Accounts" } th.n scope="col" { "Held" } th.n scope="col" { "Credit" } th.n scope="col" { "Debit" } th.n scope="col" { "Sum" } th scope="col" { "State" } } }
            tbody {
                @for books in &view.books {
                    @let total = sum(books);
                    tr {
                        th scope="row" { (books.credits.asset) }
                        td.n data-l="Accounts" { (money::count(books.accounts, Lang::EN)) }
                        td.n data-l="Held" { (amounts::exact(books.held, Lang::EN)) }
                        td.n data-l="Credit" { (amounts::exact(books.credits, Lang::EN)) }
                        td.n data-l="Debit" { (amounts::exact(books.debits, Lang::EN)) }
                        td.n data-l="Sum" { b { (amounts::exact(total, Lang::EN)) } }
                        td data-l="State" { (status(if total.is_zero() { Standing::Good } else { Standing::Bad })) }
                    }
                }
            }
        }
    }
}
