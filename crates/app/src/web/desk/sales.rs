//! What was sold, newest first, 50 lines a page, narrowed down by a form that can be kept as an address.

use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::money as amounts;
use crate::web::parts::{files, pager};
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// One page of sales.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SalesView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// At most 50 lines, newest first.
    pub rows: Vec<SaleRow>,
    /// What the list is narrowed down to.
    pub filter: SalesFilter,
    /// True if it is narrowed down by nothing.
    pub is_open: bool,
    /// The page after this one (older); none on the last.
    pub older_url: Option<String>,
    /// The first page; none when this is it.
    pub newest_url: Option<String>,
    /// The same lines, all pages, as CSV.
    pub csv_url: String,
    /// The same as JSON.
    pub json_url: String,
    /// What was used by the unit, where something is sold so.
    pub usage_url: Option<String>,
    /// What was paid past the books, if something may have been.
    pub coins_url: Option<String>,
}

/// The fields of the form, as they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SalesFilter {
    /// Part of a page's address.
    pub item: String,
    /// A buyer's reference.
    pub buyer: String,
    /// The word of the state that is chosen.
    pub state: String,
    /// All words: any, paid, part-refunded, refunded.
    pub states: Vec<String>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// One sale of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaleRow {
    /// When.
    pub at: Timestamp,
    /// Title of the page.
    pub title: String,
    /// Its path.
    pub path: String,
    /// Address of the sale.
    pub url: String,
    /// The payee's own share.
    pub earned: Money,
    /// What was paid.
    pub paid: Money,
    /// True if it was taken back.
    pub taken_back: bool,
    /// True if a part of it was given back.
    pub in_part: bool,
}

/// The page.
#[must_use]
pub fn sales(view: &SalesView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        div.head { h1 { (say!(lang, "desk-sales")) } (files(&view.csv_url, &view.json_url, lang)) }
        @if let Some(url) = &view.usage_url { p.links { a href=(url) { (say!(lang, "usage-go")) } } }
        @if let Some(url) = &view.coins_url { p.links { a href=(url) { (say!(lang, "coins-go")) } } }
        (filter(&view.filter, lang))
        @if !view.rows.is_empty() {
            (rows(&view.rows, view.frame.now, lang))
        } @else if view.is_open {
            div.empty { p { (say!(lang, "desk-sales-none")) } p { a.btn.quiet href="/" { (say!(lang, "desk-sales-none-go")) } } }
        } @else {
            div.empty { p { (say!(lang, "desk-sales-no-such")) } p { a.btn.quiet href="/sales" { (say!(lang, "desk-sales-all")) } } }
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    at_place(&view.frame, &content)
}

fn filter(fields: &SalesFilter, lang: Lang) -> Markup {
    let word = |state: &str| match state {
        "paid" => plain!(lang, "desk-state-paid"),
        "part-refunded" => plain!(lang, "desk-state-part"),
        "refunded" => plain!(lang, "desk-state-back"),
        _ => plain!(lang, "desk-state-any"),
    };
    html! {
        form.filter method="get" action="/sales" {
            div { label for="item" { (say!(lang, "desk-filter-item")) } input #item name="item" value=(fields.item) maxlength="512" autocomplete="off"; }
            div {
                label for="state" { (say!(lang, "desk-filter-state")) }
                select #state name="state" {
                    @for state in &fields.states { option value=(state) selected[*state == fields.state] { (word(state)) } }
                }
            }
            div { label for="from" { (say!(lang, "desk-filter-from")) } input #from name="from" type="date" value=(fields.from); }
            div { label for="to" { (say!(lang, "desk-filter-to")) } input #to name="to" type="date" value=(fields.to); }
            @if !fields.buyer.is_empty() {
                div.all { label for="buyer" { (say!(lang, "desk-filter-buyer")) } input #buyer name="buyer" value=(fields.buyer) maxlength="512" autocomplete="off"; }
            }
            button.btn.quiet type="submit" { (say!(lang, "desk-filter-go")) }
        }
    }
}

fn rows(rows: &[SaleRow], now: Timestamp, lang: Lang) -> Markup {
    let (earned, paid) = (amounts::widest(rows.iter().map(|row| row.earned)), amounts::widest(rows.iter().map(|row| row.paid)));
    html! {
        table.rows.moves {
            caption { (say!(lang, "rows-order", zone: lang.zone().name())) }
            thead { tr {
                th scope="col" { (say!(lang, "rows-when")) }
                th scope="col" { (say!(lang, "desk-page")) }
                th scope="col" { (say!(lang, "desk-yours")) }
                th scope="col" { (say!(lang, "desk-paid")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        td { (time::listed(row.at, now, lang)) }
                        th scope="row" {
                            a href=(row.url) { (row.title) }
                            @if row.taken_back { " " span.mark { (say!(lang, "row-back")) } } @else if row.in_part { " " span.mark { (say!(lang, "row-part")) } }
                            " " small { (row.path) }
                        }
                        td { @if row.taken_back { s { (amounts::after(row.earned, earned, lang)) } } @else { (amounts::after(row.earned, earned, lang)) } }
                        td { (amounts::after(row.paid, paid, lang)) }
                    }
                }
            }
        }
    }
}
