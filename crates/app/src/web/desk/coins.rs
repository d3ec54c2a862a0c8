//! What was paid past the books, in coins on chains: sums by coin, and each payment with where it stands.

use super::{DeskFrame, at_place};
use crate::web::chain::{network, shortened};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::money as amounts;
use crate::web::parts::pager;
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// The page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinsView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// What arrived, by coin.
    pub totals: Vec<CoinTotal>,
    /// Payments, the newest first.
    pub rows: Vec<CoinLine>,
    /// Older ones.
    pub older_url: Option<String>,
    /// The newest; none when these are.
    pub newest_url: Option<String>,
}

/// What arrived of one coin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinTotal {
    /// Its name.
    pub coin: String,
    /// Its network.
    pub network: String,
    /// How many payments.
    pub count: u64,
    /// What they come to.
    pub amount: Money,
}

/// One payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinLine {
    /// When it was claimed.
    pub at: Timestamp,
    /// The page.
    pub title: String,
    /// The receipt's serial.
    pub serial: String,
    /// The price.
    pub amount: Money,
    /// In which coin.
    pub coin: String,
    /// On which network.
    pub network: String,
    /// From which address.
    pub from: String,
    /// Where it stands.
    pub state: CoinState,
}

/// Where a payment stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CoinState {
    /// Its chain has not said.
    Pending,
    /// It has arrived, by this transaction.
    Paid(String),
    /// It never will.
    Lost,
}

/// The page.
#[must_use]
pub fn coins(view: &CoinsView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "coins")) } p.mut { (say!(lang, "coins-text")) } }
        @if !view.totals.is_empty() {
            dl.tiles {
                @for total in &view.totals {
                    div {
                        dt title=(total.network) { (total.coin) " · " (network(&total.network)) }
                        dd { (amounts::short(total.amount, lang)) " " small.block { (say!(lang, "coins-count", count: total.count)) } }
                    }
                }
            }
        }
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "coins-none")) } }
        } @else {
            (rows(view, lang))
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    at_place(&view.frame, &content)
}

fn rows(view: &CoinsView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "coins-coin"), plain!(lang, "coins-state"), plain!(lang, "desk-paid")];
    let [coin, state, paid] = &heads;
    let decimals = amounts::widest(view.rows.iter().map(|row| row.amount));
    html! {
        table.rows.books {
            caption { (say!(lang, "coins-list")) }
            thead { tr { th scope="col" { (say!(lang, "coins-page")) } th scope="col" { (coin) } th scope="col" { (state) } th.n scope="col" { (paid) } } }
            tbody { @for row in &view.rows { tr {
                th scope="row" { (row.title) " " small.block { (time::listed(row.at, view.frame.now, lang)) " · " code { (row.serial) } } }
                td data-l=(coin) { span { (row.coin) " " small.block title=(row.network) { (network(&row.network)) } " " small.block { (say!(lang, "coins-from")) " " code title=(row.from) { (shortened(&row.from)) } } } }
                td data-l=(state) { @match &row.state {
                    CoinState::Pending => { span.st { (say!(lang, "coins-pending")) } }
                    CoinState::Paid(transaction) => { span { (say!(lang, "coins-paid")) " " small.block { code title=(transaction) { (shortened(transaction)) } } } }
                    CoinState::Lost => { span.mut { (say!(lang, "coins-lost")) } }
                } }
                td.n data-l=(paid) { (amounts::column(row.amount, decimals, lang)) }
            } } }
        }
    }
}
