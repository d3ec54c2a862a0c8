//! Who buys, by the names that only this payee knows them by.

use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::parts::{files, pager};
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// One page of buyers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuyersView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// At most 50, who bought last first.
    pub rows: Vec<BuyerRow>,
    /// How many there are.
    pub all: u64,
    /// The page after this one; none on the last.
    pub older_url: Option<String>,
    /// The first page; none when this is it.
    pub newest_url: Option<String>,
    /// All as CSV.
    pub csv_url: String,
    /// All as JSON.
    pub json_url: String,
}

/// One buyer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuyerRow {
    /// The name this payee knows them by.
    pub reference: String,
    /// What they bought.
    pub url: String,
    /// Pages that are theirs.
    pub pages: u64,
    /// What they paid for them.
    pub paid: Money,
    /// Purchases that were taken back.
    pub taken_back: u64,
    /// When they last bought.
    pub last: Timestamp,
}

/// The page.
#[must_use]
pub fn buyers(view: &BuyersView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        div.head { h1 { (say!(lang, "desk-buyers")) } (files(&view.csv_url, &view.json_url, lang)) }
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "desk-buyers-none")) } p { a.btn.quiet href="/" { (say!(lang, "desk-sales-none-go")) } } }
        } @else {
            p.mut { (say!(lang, "desk-buyers-text", count: view.all)) }
            (rows(&view.rows, view.frame.now, lang))
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    at_place(&view.frame, &content)
}

fn rows(rows: &[BuyerRow], now: Timestamp, lang: Lang) -> Markup {
    let paid = amounts::widest(rows.iter().map(|row| row.paid));
    let heads = [plain!(lang, "desk-pages"), plain!(lang, "desk-paid"), plain!(lang, "row-back"), plain!(lang, "desk-last")];
    let [pages, of_paid, back, last] = &heads;
    html! {
        table.rows.books {
            caption { (say!(lang, "desk-buyers-order")) }
            thead { tr { th scope="col" { (say!(lang, "desk-buyer")) } @for head in &heads { th.n scope="col" { (head) } } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a href=(row.url) { code { (row.reference) } } }
                        td.n data-l=(pages) { (money::count(row.pages, lang)) }
                        td.n data-l=(of_paid) { (amounts::after(row.paid, paid, lang)) }
                        td.n data-l=(back) { (money::count(row.taken_back, lang)) }
                        td.n data-l=(last) { (time::listed(row.last, now, lang)) }
                    }
                }
            }
        }
    }
}
