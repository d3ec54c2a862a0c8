//! Everything that ever moved the balance, newest first, 50 lines a page.

use crate::web::parts::{framed, rows};
use crate::web::view::{Frame, Row};
use maud::html;

/// One page of history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryView {
    /// The surroundings.
    pub frame: Frame,
    /// At most 50 lines, newest first.
    pub rows: Vec<Row>,
    /// The page after this one (older); `None` on the last.
    pub older_url: Option<String>,
    /// The first page; `None` when this is it.
    pub newest_url: Option<String>,
    /// The same lines, all pages, as CSV.
    pub csv_url: String,
    /// The same as JSON.
    pub json_url: String,
}

/// The history page.
#[must_use]
pub fn history(view: &HistoryView) -> String {
    let content = html! {
        div.head {
            h1 { "History" }
            p.links.tight {
                a href=(view.csv_url) { "CSV" span.vh { " of all history" } }
                a href=(view.json_url) { "JSON" span.vh { " of all history" } }
            }
        }
        @if view.rows.is_empty() {
            div.empty { p { "Nothing yet. What you pay, add and take back will stand here." } p { a.btn.quiet href=(view.frame.home_url) { "Back to the wallet" } } }
        } @else {
            (rows("Newest first. Times are UTC.", &view.rows, view.frame.now))
        }
        @if view.older_url.is_some() || view.newest_url.is_some() {
            nav.pager aria-label="Pages" {
                @if let Some(url) = &view.newest_url { a.btn.quiet href=(url) { "Newest" } }
                @if let Some(url) = &view.older_url { a.btn.quiet rel="next" href=(url) { "Older" } }
            }
        }
    };
    framed(&view.frame, "History", "wide", &content)
}
