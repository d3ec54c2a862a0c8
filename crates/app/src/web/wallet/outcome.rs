//! What came of something asked: undone, not undone, a quote refused, nothing to restore.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{framed, money as amounts, quoted};
use crate::web::time;
use crate::web::view::Frame;
use ::money::Timestamp;
use maud::{Markup, html};

/// What was paid here opens elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayDoneView {
    /// The surroundings.
    pub frame: Frame,
    /// Title of the item.
    pub title: String,
    /// The receipt, with undo while it is open.
    pub receipt_url: String,
    /// The site in the wallet, with the browsers that read there.
    pub site_url: String,
}

/// "Paid. It opens on the screen that shows the code."
#[must_use]
pub fn pay_done(view: &PayDoneView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.card {
            h1 { (say!(lang, "pay-done")) }
            p { (say!(lang, "pay-done-text", title: quoted(&view.title, lang))) }
            p.small { (say!(lang, "pay-done-readers")) }
            p.links {
                a.btn href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) }
                a href=(view.receipt_url) { (say!(lang, "receipt")) }
                a href=(view.site_url) { (say!(lang, "readers")) }
            }
        }
    };
    framed(&view.frame, &plain!(lang, "pay-done"), "narrow", &content)
}

/// A purchase was taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoDoneView {
    /// The surroundings, with the new balance.
    pub frame: Frame,
    /// Title of the item.
    pub title: String,
    /// Name of the payee.
    pub payee: String,
    /// What came back.
    pub amount: Money,
    /// The receipt, which now shows both.
    pub receipt_url: String,
}

/// "Taken back."
#[must_use]
pub fn undo_done(view: &UndoDoneView) -> String {
    let lang = view.frame.lang();
    let (payee, title) = (html! { b { bdi { (view.payee) } } }, quoted(&view.title, lang));
    let content = html! {
        section.card {
            h1 { (say!(lang, "taken-back")) }
            p.fig { (amounts::exact(view.amount, lang)) }
            p { (say!(lang, "undone-text", payee: payee, title: title)) }
            p.links { a.btn href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } a href=(view.receipt_url) { (say!(lang, "receipt")) } }
        }
    };
    framed(&view.frame, &plain!(lang, "taken-back"), "narrow", &content)
}

/// A purchase was not taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoRefusedView {
    /// The surroundings.
    pub frame: Frame,
    /// Title of the item.
    pub title: String,
    /// Which rule, and since when.
    pub refusal: UndoRefusal,
    /// The receipt.
    pub receipt_url: String,
}

/// The rule that stands against an undo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UndoRefusal {
    /// The window closed.
    WindowClosed {
        /// When.
        since: Timestamp,
    },
    /// It was taken back already, once.
    AlreadyTakenBack {
        /// When.
        at: Timestamp,
    },
    /// This item was bought again after an undo: one undo an item.
    Used {
        /// When the first undo was.
        at: Timestamp,
    },
    /// Too many undos at this site within a day.
    DayLimit {
        /// How many are allowed.
        limit: u32,
    },
    /// The offer said that there is none.
    NotOffered,
}

/// "Not taken back", with the rule.
#[must_use]
pub fn undo_refused(view: &UndoRefusedView) -> String {
    let lang = view.frame.lang();
    let reason = match view.refusal {
        UndoRefusal::WindowClosed { since } => say!(lang, "undo-closed", since: time::full(since, lang)),
        UndoRefusal::AlreadyTakenBack { at } => say!(lang, "undo-before", at: time::full(at, lang)),
        UndoRefusal::Used { at } => say!(lang, "undo-used", at: time::full(at, lang)),
        UndoRefusal::DayLimit { limit } => say!(lang, "undo-limit", limit: u64::from(limit)),
        UndoRefusal::NotOffered => say!(lang, "undo-never"),
    };
    let content = html! {
        section.card {
            h1 { @if let UndoRefusal::AlreadyTakenBack { .. } = view.refusal { (say!(lang, "undo-refused-before")) } @else { (say!(lang, "undo-refused")) } }
            p { (quoted(&view.title, lang)) }
            p { (reason) }
            p.links { a.btn href=(view.receipt_url) { (say!(lang, "receipt")) } a href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } }
        }
    };
    framed(&view.frame, &plain!(lang, "undo-refused"), "narrow", &content)
}

/// A quote that this wallet does not take.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QuoteRefusedView {
    /// The surroundings.
    pub frame: Frame,
    /// Why.
    pub refusal: QuoteRefusal,
    /// Where the quote says it comes from, if it can be read; shown as text only, never as a link.
    pub origin: Option<String>,
    /// Names this answer in the logs.
    pub request_id: String,
}

/// Why a quote is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuoteRefusal {
    /// The link is cut short or is no quote at all.
    Unreadable,
    /// The signature is not the site's, or the text was changed.
    Forged,
    /// It was made for another wallet.
    OtherWallet,
    /// The site is not known to this wallet.
    UnknownSite,
    /// The site's root key is not the one seen before.
    KeyChanged,
    /// The site's own document could not be read, so the signature cannot be checked.
    Unreachable,
    /// The currency is not one this wallet keeps.
    OtherCurrency,
}

impl QuoteRefusal {
    /// The code in JSON and logs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            QuoteRefusal::Unreadable => "quote-unreadable",
            QuoteRefusal::Forged => "quote-forged",
            QuoteRefusal::OtherWallet => "quote-other-wallet",
            QuoteRefusal::UnknownSite => "quote-unknown-site",
            QuoteRefusal::KeyChanged => "quote-key-changed",
            QuoteRefusal::Unreachable => "quote-site-unreachable",
            QuoteRefusal::OtherCurrency => "quote-other-currency",
        }
    }

    fn title(self, lang: Lang) -> String {
        match self {
            QuoteRefusal::Unreadable => plain!(lang, "quote-unreadable"),
            QuoteRefusal::Forged => plain!(lang, "quote-forged"),
            QuoteRefusal::OtherWallet => plain!(lang, "quote-other-wallet"),
            QuoteRefusal::UnknownSite => plain!(lang, "quote-unknown"),
            QuoteRefusal::KeyChanged => plain!(lang, "quote-key"),
            QuoteRefusal::Unreachable => plain!(lang, "quote-unreachable"),
            QuoteRefusal::OtherCurrency => plain!(lang, "quote-currency"),
        }
    }

    fn advice(self, lang: Lang) -> Markup {
        match self {
            QuoteRefusal::Unreadable => say!(lang, "quote-unreadable-text"),
            QuoteRefusal::Forged => say!(lang, "quote-forged-text"),
            QuoteRefusal::OtherWallet => say!(lang, "quote-other-wallet-text"),
            QuoteRefusal::UnknownSite => say!(lang, "quote-unknown-text"),
            QuoteRefusal::KeyChanged => say!(lang, "quote-key-text"),
            QuoteRefusal::Unreachable => say!(lang, "quote-unreachable-text"),
            QuoteRefusal::OtherCurrency => say!(lang, "quote-currency-text"),
        }
    }
}

/// No Pay button, a plain reason, what to do.
#[must_use]
pub fn quote_refused(view: &QuoteRefusedView) -> String {
    let lang = view.frame.lang();
    let title = view.refusal.title(lang);
    let (code, request) = (html! { code { (view.refusal.code()) } }, html! { code { (view.request_id) } });
    let content = html! {
        section.card {
            hgroup { h1 { (title) } @if let Some(origin) = &view.origin { p.mut { (origin) } } }
            p { (say!(lang, "quote-nothing", advice: view.refusal.advice(lang))) }
            p.links { a.btn href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } }
            p.small { (say!(lang, "failure-facts", code: code, request: request)) }
        }
    };
    framed(&view.frame, &title, "narrow", &content)
}

/// Restore was pressed for something that is not here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoreNotFoundView {
    /// The surroundings.
    pub frame: Frame,
    /// Title of the item.
    pub title: String,
    /// The site's origin.
    pub origin: String,
    /// What it costs.
    pub price: Money,
    /// The sheet of the same quote without `restore`.
    pub pay_url: String,
    /// Back to the item.
    pub back_url: String,
}

/// "Not found in this wallet."
#[must_use]
pub fn restore_not_found(view: &RestoreNotFoundView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.card {
            h1 { (say!(lang, "restore-missing")) }
            p { (quoted(&view.title, lang)) br; span.mut { (view.origin) } }
            p { (say!(lang, "restore-missing-text")) }
            p.links { a.btn.quiet href=(view.pay_url) { (say!(lang, "restore-price", price: view.price.exact(lang))) } a href=(view.back_url) { (say!(lang, "back-to-page")) } }
        }
    };
    framed(&view.frame, &plain!(lang, "restore-missing"), "narrow", &content)
}
