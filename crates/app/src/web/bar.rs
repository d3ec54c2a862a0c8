//! The one bar put into a paid page while undo is open: static markup, its own stylesheet, no script.

use super::lang::{Lang, plain, say};
use super::money::Money;
use super::parts::money;
use super::time;
use super::view::{Form, Mode};
use ::money::Timestamp;
use maud::html;

/// The stylesheet of the bar, served beside the payee's pages.
///
/// The bar sits in other people's pages: an element name of its own, every property reset inside it, and doubled ids so
/// that a host's `a {}` or `.nav form {}` does not reach in. It takes its colours from the reader's system, not the page.
pub const BAR_CSS: &str = include_str!("bar.css");

/// What the bar says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BarView {
    /// The reader's language, which need not be the page's.
    pub lang: Lang,
    /// Test money is named in the bar too.
    pub mode: Mode,
    /// What was paid.
    pub paid: Money,
    /// Taking it back, while that is open.
    pub undo: Option<BarUndo>,
    /// The receipt in the wallet.
    pub receipt_url: String,
    /// Where [`BAR_CSS`] is served on this site.
    pub css_url: String,
    /// The instant of this answer.
    pub now: Timestamp,
}

/// How the bar takes the purchase back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BarUndo {
    /// Until when.
    pub until: Timestamp,
    /// The form that does it, on the site itself.
    pub form: Form,
}

/// The fragment that belongs right after `<body>`.
#[must_use]
pub fn bar(view: &BarView) -> String {
    let lang = view.lang;
    html! {
        link rel="stylesheet" href=(view.css_url);
        farthing-bar #farthing-bar lang=(lang.tag()) role="region" aria-label=(plain!(lang, "bar-name")) {
            span.fb-in {
                @if view.mode == Mode::Test { span.fb-test { "TEST" } }
                span.fb-paid { (say!(lang, "bar-paid", amount: money::short(view.paid, lang))) }
                @if let Some(undo) = &view.undo {
                    form.fb-undo method="post" action=(undo.form.action) {
                        @if !undo.form.csrf.is_empty() { input type="hidden" name="csrf" value=(undo.form.csrf); }
                        @for (name, value) in &undo.form.fields { input type="hidden" name=(name) value=(value); }
                        button.fb-btn type="submit" { (say!(lang, "undo")) }
                        span.fb-until { (say!(lang, "until", time: time::brief(undo.until, view.now, lang))) }
                    }
                }
                a.fb-link href=(view.receipt_url) { (say!(lang, "receipt")) }
            }
        }
    }
    .into_string()
}
