//! Everything that ever moved the balance, newest first, 50 lines a page.

use crate::web::lang::{plain, say};
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
    let lang = view.frame.lang();
    let content = html! {
        div.head {
            h1 { (say!(lang, "history")) }
            p.links.tight {
                a href=(view.csv_url) aria-label=(plain!(lang, "history-csv")) { "CSV" }
                a href=(view.json_url) aria-label=(plain!(lang, "history-json")) { "JSON" }
            }
        }
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "nothing-yet")) } p { a.btn.quiet href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } } }
        } @else {
            (rows(&view.rows, view.frame.now, lang))
        }
        @if view.older_url.is_some() || view.newest_url.is_some() {
            nav.pager aria-label=(plain!(lang, "pages")) {
                @if let Some(url) = &view.newest_url { a.btn.quiet href=(url) { (say!(lang, "pages-newest")) } }
                @if let Some(url) = &view.older_url { a.btn.quiet rel="next" href=(url) { (say!(lang, "pages-older")) } }
            }
        }
    };
    framed(&view.frame, &plain!(lang, "history"), "wide", &content)
}
