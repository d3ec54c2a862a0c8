//! The receipt: both parties, every line and leg, every fee, how it came about.

use crate::web::lang::{plain, say};
use crate::web::look::Look;
use crate::web::money::{self, Money};
use crate::web::parts::{framed_in, hidden, money as amounts, timeline};
use crate::web::time;
use crate::web::view::{Form, Frame, Mode};
use ::money::Timestamp;
use maud::{Markup, html};

/// One receipt as its payer sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptView {
    /// The surroundings.
    pub frame: Frame,
    /// Its serial number.
    pub serial: String,
    /// Title of the item.
    pub title: String,
    /// Address of the item.
    pub item_url: String,
    /// The session that it is a capture of.
    pub session_url: Option<String>,
    /// Name of the payee.
    pub payee: String,
    /// How the payee looks.
    pub look: Option<Look>,
    /// The payee's handle in the books.
    pub payee_handle: String,
    /// The payee's origin.
    pub origin: String,
    /// The payer as this payee sees them: the pairwise reference.
    pub payer_reference: String,
    /// When it was paid.
    pub at: Timestamp,
    /// What was paid in all.
    pub total: Money,
    /// What it is made of; they add up to the total.
    pub lines: Vec<Line>,
    /// Who got what; they add up to the total too.
    pub legs: Vec<Leg>,
    /// Fees by name, also those that are nothing.
    pub fees: Vec<Line>,
    /// The balance right after it, where known.
    pub balance_after: Option<Money>,
    /// What happened to it, first thing first.
    pub timeline: Vec<Moment>,
    /// What came back of it and what did not, where that is a part.
    pub part: Option<(Money, Money)>,
    /// Whether it can be taken back.
    pub undo: ReceiptUndo,
    /// The same on paper.
    pub pdf_url: String,
    /// The same, signed, as JSON.
    pub json_url: String,
}

/// A text and an amount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// For what.
    pub text: String,
    /// How much.
    pub amount: Money,
}

/// One share of a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The offer's label for it: `writer`.
    pub label: String,
    /// The handle that got it.
    pub to: String,
    /// Its share in basis points; `None` for the rest or a fixed sum.
    pub bp: Option<u16>,
    /// How much.
    pub amount: Money,
}

/// One step in the life of a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What: `Paid`, `Taken back`.
    pub what: String,
    /// Further words; may be empty.
    pub detail: String,
}

/// Whether and how a purchase can be taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReceiptUndo {
    /// One press.
    Open {
        /// Until when.
        until: Timestamp,
        /// Does it.
        form: Form,
    },
    /// The time for it is over.
    Closed {
        /// Since when.
        since: Timestamp,
    },
    /// It was taken back.
    TakenBack {
        /// When.
        at: Timestamp,
    },
    /// The offer has no undo.
    Never,
    /// It is of what was used by the unit.
    Used,
}

/// The receipt page.
#[must_use]
pub fn receipt(view: &ReceiptView) -> String {
    let lang = view.frame.lang();
    let test = view.frame.instance.mode == Mode::Test;
    let url = view.session_url.as_ref().unwrap_or(&view.item_url);
    let (payee, title) =
        (html! { b { bdi { (view.payee) } } }, say!(lang, "quoted", title: html! { a href=(url) { bdi { (view.title) } } }));
    let content = html! {
        article.card {
            div.head {
                h1 { (say!(lang, "receipt")) }
                @if let Some(look) = &view.look { (look.logo()) }
                @if test { strong.stamp { "TEST" } }
            }
            p.fig { (amounts::exact(view.total, lang)) }
            p { (say!(lang, "receipt-paid-to", payee: payee, title: title)) }
            @if let Some((returned, _)) = view.part { p.aside { (say!(lang, "receipt-part", returned: returned.exact(lang), total: view.total.exact(lang))) } }
            (undo(view))
            dl.facts {
                div { dt { (say!(lang, "receipt-paid")) } dd { (time::precise(view.at, lang)) } }
                div { dt { (say!(lang, "receipt-to")) } dd { (view.payee) " " span.mut { (view.payee_handle) } br; small { (view.origin) } } }
                div { dt { (say!(lang, "receipt-from")) } dd { (say!(lang, "receipt-you")) br; code { (view.payer_reference) } } }
                div { dt { (say!(lang, "receipt-number")) } dd { code { (view.serial) } } }
                @if let Some(after) = view.balance_after { div { dt { (say!(lang, "sheet-after")) } dd { (amounts::exact(after, lang)) } } }
            }
            (lines(view))
            (legs(view))
            h2 { (say!(lang, "receipt-story")) }
            (timeline(&view.timeline, lang))
            p.links { a href=(view.pdf_url) { (say!(lang, "receipt-pdf")) } a href=(view.json_url) { (say!(lang, "receipt-json")) } }
        }
    };
    framed_in(&view.frame, (&plain!(lang, "receipt"), "narrow"), (None, view.look.as_ref()), &content)
}

fn undo(view: &ReceiptView) -> Markup {
    let lang = view.frame.lang();
    match &view.undo {
        ReceiptUndo::Open { until, form } => html! {
            form.undo method="post" action=(form.action) {
                (hidden(form))
                button.btn.quiet type="submit" { (say!(lang, "undo")) }
                span.mut {
                    @if let Some((_, left)) = view.part { (say!(lang, "receipt-undo-rest", time: time::brief(*until, view.frame.now, lang), left: left.exact(lang))) }
                    @else { (say!(lang, "receipt-undo", time: time::brief(*until, view.frame.now, lang))) }
                }
            }
        },
        ReceiptUndo::Closed { since } => html! { p.mut { (say!(lang, "receipt-undo-closed", since: time::full(*since, lang))) } },
        ReceiptUndo::TakenBack { at } => {
            html! { p.aside { (say!(lang, "receipt-back", at: time::full(*at, lang))) } }
        }
        ReceiptUndo::Used => html! { p.mut { (say!(lang, "receipt-used")) } },
        ReceiptUndo::Never => html! { p.mut { (say!(lang, "receipt-final")) } },
    }
}

fn lines(view: &ReceiptView) -> Markup {
    let lang = view.frame.lang();
    let decimals = amounts::widest(view.lines.iter().chain(&view.fees).map(|line| line.amount).chain([view.total]));
    html! {
        table.sums {
            caption { (say!(lang, "receipt-sums")) }
            thead.vh { tr { th scope="col" { (say!(lang, "sheet-for")) } th scope="col" { (say!(lang, "receipt-amount")) } } }
            tbody {
                @for line in view.lines.iter().chain(&view.fees) { tr { th scope="row" { (line.text) } td.n { (amounts::column(line.amount, decimals, lang)) } } }
            }
            tfoot { tr { th scope="row" { (say!(lang, "receipt-total")) } td.n { (amounts::column(view.total, decimals, lang)) } } }
        }
    }
}

fn legs(view: &ReceiptView) -> Markup {
    let lang = view.frame.lang();
    let decimals = amounts::widest(view.legs.iter().map(|leg| leg.amount).chain([view.total]));
    html! {
        table.sums {
            caption { (say!(lang, "receipt-legs")) }
            thead.vh { tr { th scope="col" { (say!(lang, "receipt-to")) } th scope="col" { (say!(lang, "receipt-share")) } th scope="col" { (say!(lang, "receipt-amount")) } } }
            tbody {
                @for leg in &view.legs {
                    tr {
                        th scope="row" { (leg.label) " " span.mut { (leg.to) } }
                        td.n.mut { @if let Some(bp) = leg.bp { (money::percent(bp, lang)) } @else { (say!(lang, "receipt-rest")) } }
                        td.n { (amounts::column(leg.amount, decimals, lang)) }
                    }
                }
            }
            tfoot { tr { th scope="row" colspan="2" { (say!(lang, "receipt-together")) } td.n { (amounts::column(view.total, decimals, lang)) } } }
        }
    }
}
