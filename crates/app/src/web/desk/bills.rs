//! Bills at the desk: the months of the payee's meters, who used them in one, and one buyer's bill.

use super::{DeskFrame, at_place};
use crate::web::bills::{BillMonths, BillSpan, BillStanding, BillSums, BillView, months, whole};
use crate::web::film;
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::parts::{files, pager_onward};
use ::money::Timestamp;
use maud::{Markup, html};

/// What a meter counted in a period, by buyer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillBuyers {
    /// An instant in the period.
    pub at: Timestamp,
    /// What the period is.
    pub span: BillSpan,
    /// Which meter.
    pub meter: String,
    /// How far the bills are.
    pub standing: BillStanding,
    /// A bill each, the dearest first.
    pub rows: Vec<BillBuyer>,
    /// How many there are.
    pub all: u64,
    /// What all of them sum to.
    pub sum: Money,
    /// All bills as CSV.
    pub csv_url: String,
    /// As JSON.
    pub json_url: String,
    /// The first of them; none when these are.
    pub first_url: Option<String>,
    /// Those that follow; none after the last.
    pub next_url: Option<String>,
}

/// One buyer of a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillBuyer {
    /// What the payee knows them by.
    pub reference: String,
    /// Their bill.
    pub url: String,
    /// What it comes to.
    pub sums: BillSums,
}

/// The months.
#[must_use]
pub fn bills(frame: &DeskFrame, view: &BillMonths) -> String {
    let lang = frame.lang();
    let content = html! {
        p.links { a href="/usage" { (say!(lang, "usage")) } }
        hgroup { h1 { (say!(lang, "bills")) } p.mut { (say!(lang, "bills-text")) } }
        (months(view, lang))
    };
    at_place(frame, &content)
}

/// One buyer's bill.
#[must_use]
pub fn bill(frame: &DeskFrame, view: &BillView) -> String {
    at_place(frame, &whole(view, frame.lang()))
}

/// The bills of a meter in a period.
#[must_use]
pub fn bill_buyers(frame: &DeskFrame, view: &BillBuyers) -> String {
    let lang = frame.lang();
    let period = view.span.name(view.at, lang);
    let content = html! {
        p.links { a href="/bills" { (say!(lang, "bills")) } }
        div.head { h1 { (say!(lang, "bills-of", period: period)) } (files(&view.csv_url, &view.json_url, lang)) }
        dl.facts {
            div { dt { (say!(lang, "bill-meter")) } dd { (view.meter) } }
            div { dt { (say!(lang, "bill-amount")) } dd { b { (amounts::exact(view.sum, lang)) } " " small { (say!(lang, "bill-buyers", count: view.all)) } } }
            div { dt { (say!(lang, "bill-state")) } dd { (view.standing.word(lang)) p.small { (view.standing.meaning(lang)) } } }
        }
        @if view.rows.is_empty() { p.mut { (say!(lang, "bills-none")) } } @else { (buyers(view, lang)) }
        (pager_onward(view.first_url.as_deref(), view.next_url.as_deref(), lang))
    };
    at_place(frame, &content)
}

fn buyers(view: &BillBuyers, lang: Lang) -> Markup {
    let heads = [plain!(lang, "metered-events"), plain!(lang, "usage-units"), plain!(lang, "bill-unbilled"), plain!(lang, "bill-amount")];
    let [events, units, unbilled, amount] = &heads;
    let decimals = amounts::widest(view.rows.iter().map(|row| row.sums.amount));
    html! {
        table.rows.books {
            caption { (say!(lang, "bill-by-buyer")) }
            thead { tr { th scope="col" { (say!(lang, "desk-buyer")) } @for head in &heads { th.n scope="col" { (head) } } } }
            tbody { @for row in &view.rows { tr {
                th scope="row" { a href=(row.url) { code { (row.reference) } } }
                td.n data-l=(events) { (money::count(row.sums.events, lang)) }
                td.n data-l=(units) { (film::units(row.sums.units, &view.meter, lang)) }
                td.n data-l=(unbilled) { (money::count(row.sums.unbilled, lang)) }
                td.n data-l=(amount) { (amounts::column(row.sums.amount, decimals, lang)) }
            } } }
        }
    }
}
