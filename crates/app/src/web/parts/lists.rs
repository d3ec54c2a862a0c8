//! What stands around a long list: its files, and the way to its other pages.

use crate::web::lang::{Lang, plain, say};
use maud::{Markup, html};

/// The files of a list.
pub fn files(csv_url: &str, json_url: &str, lang: Lang) -> Markup {
    html! {
        p.links.tight {
            a href=(csv_url) aria-label=(plain!(lang, "desk-csv")) { "CSV" }
            a href=(json_url) aria-label=(plain!(lang, "desk-json")) { "JSON" }
        }
    }
}

/// To the pages before and after.
pub fn pager(newest: Option<&str>, older: Option<&str>, lang: Lang) -> Markup {
    let words = (say!(lang, "pages-newest"), say!(lang, "pages-older"));
    turned(newest, older, words, lang)
}

/// The same for a list that has another order than by time.
pub fn pager_onward(first: Option<&str>, next: Option<&str>, lang: Lang) -> Markup {
    let words = (say!(lang, "pages-first"), say!(lang, "pages-next"));
    turned(first, next, words, lang)
}

fn turned(back: Option<&str>, on: Option<&str>, (first, second): (Markup, Markup), lang: Lang) -> Markup {
    html! {
        @if back.is_some() || on.is_some() {
            nav.pager aria-label=(plain!(lang, "pages")) {
                @if let Some(url) = back { a.btn.quiet href=(url) { (first) } }
                @if let Some(url) = on { a.btn.quiet rel="next" href=(url) { (second) } }
            }
        }
    }
}
