//! What came of something asked: undone, not undone, a quote refused, nothing to restore.

use crate::web::Lang;
use crate::web::money::Money;
use crate::web::parts::{framed, money as amounts};
use crate::web::time;
use crate::web::view::Frame;
use ::money::Timestamp;
use maud::html;

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
    let content = html! {
        section.card {
            h1 { "Taken back" }
            p.fig { (amounts::exact(view.amount, Lang::EN)) }
            p { "from " b { (view.payee) } " for “" (view.title) "” is in your wallet again. Every share of it was reversed, and the page is closed to you." }
            p.links { a.btn href=(view.frame.home_url) { "Back to the wallet" } a href=(view.receipt_url) { "Receipt" } }
        }
    };
    framed(&view.frame, "Taken back", "narrow", &content)
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
    let content = html! {
        section.card {
            h1 { @if let UndoRefusal::AlreadyTakenBack { .. } = view.refusal { "Taken back before" } @else { "Not taken back" } }
            p { "“" (view.title) "”" }
            p {
                @match view.refusal {
                    UndoRefusal::WindowClosed { since } => { "The time to take it back ended on " (time::full(since, Lang::EN)) ". The purchase stands and stays yours." }
                    UndoRefusal::AlreadyTakenBack { at } => { "The money came back on " (time::full(at, Lang::EN)) ". There is nothing more to return." }
                    UndoRefusal::Used { at } => { "You took this back once before, on " (time::full(at, Lang::EN)) ". Each item can be taken back one time, so this purchase stands and stays yours." }
                    UndoRefusal::DayLimit { limit } => { "At one site " (limit) " purchases a day can be taken back, and you have used them. The purchase stands and stays yours." }
                    UndoRefusal::NotOffered => { "This was offered without undo, as the page said before you paid. The purchase stands and stays yours." }
                }
            }
            p.links { a.btn href=(view.receipt_url) { "Receipt" } a href=(view.frame.home_url) { "Back to the wallet" } }
        }
    };
    framed(&view.frame, "Not taken back", "narrow", &content)
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

    fn words(self) -> (&'static str, &'static str) {
        match self {
            QuoteRefusal::Unreadable => {
                ("This pay link is not complete", "It was cut short or damaged on its way. Go back to the page and press its button again.")
            }
            QuoteRefusal::Forged => (
                "This price was not signed by the site it names",
                "Somebody may have changed it. Do not pay; open the site by typing its address yourself.",
            ),
            QuoteRefusal::OtherWallet => ("This price was made for another wallet", "Go back to the page and choose this wallet there."),
            QuoteRefusal::UnknownSite => ("This wallet does not know that site", "It only pays sites whose signature it can check."),
            QuoteRefusal::KeyChanged => (
                "The site's key has changed",
                "It is not the key this wallet has seen before, so the price cannot be trusted. Ask the site, by a way you know, before you pay it again.",
            ),
            QuoteRefusal::Unreachable => {
                ("The site does not answer", "Its signature cannot be checked right now. Try again in a few minutes.")
            }
            QuoteRefusal::OtherCurrency => ("This wallet does not keep that currency", "The site asks for money this wallet cannot hold."),
        }
    }
}

/// No Pay button, a plain reason, what to do.
#[must_use]
pub fn quote_refused(view: &QuoteRefusedView) -> String {
    let (title, advice) = view.refusal.words();
    let content = html! {
        section.card {
            hgroup { h1 { (title) } @if let Some(origin) = &view.origin { p.mut { (origin) } } }
            p { b { "Nothing was charged." } " " (advice) }
            p.links { a.btn href=(view.frame.home_url) { "Back to the wallet" } }
            p.small { "Code " code { (view.refusal.code()) } " · request " code { (view.request_id) } }
        }
    };
    framed(&view.frame, title, "narrow", &content)
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
    let content = html! {
        section.card {
            h1 { "Not found in this wallet" }
            p { "“" (view.title) "”" br; span.mut { (view.origin) } }
            p { "If you bought it with another browser, open it there: that wallet has it. Nothing was charged." }
            p.links { a.btn.quiet href=(view.pay_url) { "See the price, " (view.price.exact(Lang::EN)) } a href=(view.back_url) { "Back to the page" } }
        }
    };
    framed(&view.frame, "Not found in this wallet", "narrow", &content)
}
