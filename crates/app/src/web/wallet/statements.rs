//! The list of statements: a month a line, with what it did and its files.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{framed, money as amounts};
use crate::web::time;
use crate::web::view::Frame;
use ::money::Timestamp;
use maud::{Markup, html};

/// One page of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementsView {
    /// The surroundings.
    pub frame: Frame,
    /// Months in which something moved, newest first.
    pub months: Vec<StatementRow>,
    /// The page after this one (older); `None` on the last.
    pub older_url: Option<String>,
    /// The first page; `None` when this is it.
    pub newest_url: Option<String>,
    /// Bills of meters, where one drew from the payer's sessions.
    pub bills_url: Option<String>,
}

/// A month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementRow {
    /// An instant in it.
    pub month: Timestamp,
    /// Whether it goes on.
    pub state: MonthState,
    /// What stood before it.
    pub opening: Money,
    /// What came in.
    pub came_in: Money,
    /// What went out, below zero.
    pub went_out: Money,
    /// What stood after it, or stands now.
    pub closing: Money,
    /// Address of its files, less the ending.
    pub url: String,
    /// What stands behind the ending: the zone, if it is not UTC.
    pub query: String,
}

/// Whether a month is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MonthState {
    /// It goes on: the figures are those until now.
    Open,
    /// It is over: the figures stay.
    Closed,
}

/// The list of statements.
#[must_use]
pub fn statements(view: &StatementsView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "statements")) } p.mut { (say!(lang, "statements-text", zone: lang.zone().name())) } }
        @if let Some(url) = &view.bills_url { p.links { a href=(url) { (say!(lang, "bills-go-payer")) } } }
        @if view.months.is_empty() {
            div.empty { p { (say!(lang, "nothing-yet")) } p { a.btn.quiet href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } } }
        } @else {
            (months(&view.months, lang))
        }
        @if view.older_url.is_some() || view.newest_url.is_some() {
            nav.pager aria-label=(plain!(lang, "pages")) {
                @if let Some(url) = &view.newest_url { a.btn.quiet href=(url) { (say!(lang, "pages-newest")) } }
                @if let Some(url) = &view.older_url { a.btn.quiet rel="next" href=(url) { (say!(lang, "pages-older")) } }
            }
        }
    };
    framed(&view.frame, &plain!(lang, "statements"), "wide", &content)
}

fn months(rows: &[StatementRow], lang: Lang) -> Markup {
    let widest = |of: fn(&StatementRow) -> Money| amounts::widest(rows.iter().map(of));
    let (opening, came_in) = (widest(|row| row.opening), widest(|row| row.came_in));
    let (went_out, closing) = (widest(|row| row.went_out), widest(|row| row.closing));
    let (before, came, went, after) =
        (plain!(lang, "statement-before"), plain!(lang, "statement-in"), plain!(lang, "statement-out"), plain!(lang, "statement-after"));
    let files = plain!(lang, "statements-files");
    html! {
        table.rows.books {
            caption.vh { (say!(lang, "statements")) }
            thead { tr {
                th scope="col" { (say!(lang, "statements-month")) }
                th.n scope="col" { (before) }
                th.n scope="col" { (came) }
                th.n scope="col" { (went) }
                th.n scope="col" { (after) }
                th.n scope="col" { (files) }
            } }
            tbody {
                @for row in rows {
                    @let month = time::month(row.month, lang);
                    tr {
                        th scope="row" { (month) @if row.state == MonthState::Open { " " span.mark { (say!(lang, "statement-open")) } } }
                        td.n data-l=(before) { (amounts::column(row.opening, opening, lang)) }
                        td.n data-l=(came) { span { (amounts::change(row.came_in, came_in, lang)) } }
                        td.n data-l=(went) { span { (amounts::change(row.went_out, went_out, lang)) } }
                        td.n data-l=(after) { b { (amounts::column(row.closing, closing, lang)) } }
                        td.n data-l=(files) { span { @for kind in ["PDF", "CSV", "JSON"] { (file((kind, &month), row, lang)) } } }
                    }
                }
            }
        }
    }
}

fn file((kind, month): (&'static str, &str), row: &StatementRow, lang: Lang) -> Markup {
    let name = plain!(lang, "statements-file", kind: kind, month: month);
    html! { a href={ (row.url) "." (kind.to_lowercase()) (row.query) } aria-label=(name) { (kind) } }
}
