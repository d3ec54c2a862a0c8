//! The receipt: both parties, every line and leg, every fee, how it came about.

use crate::web::Lang;
use crate::web::money::{self, Money};
use crate::web::parts::{framed, hidden, money as amounts, timeline};
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
    /// Name of the payee.
    pub payee: String,
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
    /// Whether it can be taken back.
    pub undo: ReceiptUndo,
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
}

/// The receipt page.
#[must_use]
pub fn receipt(view: &ReceiptView) -> String {
    let test = view.frame.instance.mode == Mode::Test;
    let content = html! {
        article.card {
            div.head {
                h1 { "Receipt" }
                @if test { strong.stamp { "TEST" } }
            }
            p.fig { (amounts::exact(view.total, Lang::EN)) }
            p { "paid to " b { (view.payee) } " for “" a href=(view.item_url) { (view.title) } "”" }
            (undo(view))
            dl.facts {
                div { dt { "Paid" } dd { (time::precise(view.at, Lang::EN)) } }
                div { dt { "To" } dd { (view.payee) " " span.mut { (view.payee_handle) } br; small { (view.origin) } } }
                div { dt { "From" } dd { "You, known to this payee as" br; code { (view.payer_reference) } } }
                div { dt { "Number" } dd { code { (view.serial) } } }
                @if let Some(after) = view.balance_after { div { dt { "Balance after" } dd { (amounts::exact(after, Lang::EN)) } } }
            }
            (lines(view))
            (legs(view))
            h2 { "What happened" }
            (timeline(&view.timeline))
            p.links { a href=(view.json_url) { "Signed receipt as JSON" } }
        }
    };
    framed(&view.frame, "Receipt", "narrow", &content)
}

fn undo(view: &ReceiptView) -> Markup {
    match &view.undo {
        ReceiptUndo::Open { until, form } => html! {
            form.undo method="post" action=(form.action) {
                (hidden(form))
                button.btn.quiet type="submit" { "Undo" }
                span.mut { "until " (time::brief(*until, view.frame.now, Lang::EN)) ", in full" }
            }
        },
        ReceiptUndo::Closed { since } => html! { p.mut { "Could be taken back until " (time::full(*since, Lang::EN)) "." } },
        ReceiptUndo::TakenBack { at } => {
            html! { p.aside { b { "Taken back" } " on " (time::full(*at, Lang::EN)) ". The whole amount is in your wallet." } }
        }
        ReceiptUndo::Never => html! { p.mut { "This purchase could not be taken back, as its page said." } },
    }
}

fn lines(view: &ReceiptView) -> Markup {
    let decimals = amounts::widest(view.lines.iter().chain(&view.fees).map(|line| line.amount).chain([view.total]));
    html! {
        table.sums {
            caption { "What you paid" }
            thead.vh { tr { th scope="col" { "For" } th scope="col" { "Amount" } } }
            tbody {
                @for line in view.lines.iter().chain(&view.fees) { tr { th scope="row" { (line.text) } td.n { (amounts::column(line.amount, decimals, Lang::EN)) } } }
            }
            tfoot { tr { th scope="row" { "Total" } td.n { (amounts::column(view.total, decimals, Lang::EN)) } } }
        }
    }
}

fn legs(view: &ReceiptView) -> Markup {
    let decimals = amounts::widest(view.legs.iter().map(|leg| leg.amount).chain([view.total]));
    html! {
        table.sums {
            caption { "Where it went" }
            thead.vh { tr { th scope="col" { "To" } th scope="col" { "Share" } th scope="col" { "Amount" } } }
            tbody {
                @for leg in &view.legs {
                    tr {
                        th scope="row" { (leg.label) " " span.mut { (leg.to) } }
                        td.n.mut { @if let Some(bp) = leg.bp { (money::percent(bp, Lang::EN)) } @else { "rest" } }
                        td.n { (amounts::column(leg.amount, decimals, Lang::EN)) }
                    }
                }
            }
            tfoot { tr { th scope="row" colspan="2" { "Together" } td.n { (amounts::column(view.total, decimals, Lang::EN)) } } }
        }
    }
}
