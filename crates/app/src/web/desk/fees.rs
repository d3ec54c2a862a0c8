//! Where the money of all sales went: fees by their names, the shares of others, and one's own; they add up.

use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// The sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeesView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// An instant in this month.
    pub month: Timestamp,
    /// Every share by name.
    pub shares: Vec<ShareSum>,
    /// What payers paid this month, net of what was taken back.
    pub month_total: Money,
    /// And ever.
    pub total: Money,
}

/// Who gets a share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareOf {
    /// The operator: a fee.
    Operator,
    /// Another payee.
    Others,
    /// This payee.
    Us,
}

/// What one share came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareSum {
    /// Whose it is.
    pub whose: ShareOf,
    /// The offers' label for it.
    pub label: String,
    /// The name of who gets it.
    pub name: String,
    /// Sales that stand.
    pub sales: u64,
    /// In this month.
    pub month: Money,
    /// Ever.
    pub all: Money,
}

/// The page.
#[must_use]
pub fn fees(view: &FeesView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "desk-fees")) } p.mut { (say!(lang, "desk-fees-text")) } }
        @if view.shares.is_empty() {
            div.empty { p { (say!(lang, "desk-fees-none")) } p { a.btn.quiet href="/offers" { (say!(lang, "desk-fees-none-go")) } } }
        } @else {
            (sums(view, lang))
        }
    };
    at_place(&view.frame, &content)
}

fn sums(view: &FeesView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "desk-sales"), time::month(view.month, lang), plain!(lang, "desk-ever"), plain!(lang, "desk-part")];
    let [sales, month, ever, part] = &heads;
    let (of_month, of_all) = (
        amounts::widest(view.shares.iter().map(|share| share.month).chain([view.month_total])),
        amounts::widest(view.shares.iter().map(|share| share.all).chain([view.total])),
    );
    let has_fee = view.shares.iter().any(|share| share.whose == ShareOf::Operator);
    html! {
        @if !has_fee { p.aside { (say!(lang, "desk-fees-free")) } }
        table.rows.books {
            caption { (say!(lang, "desk-fees-caption")) }
            thead { tr { th scope="col" { (say!(lang, "receipt-share")) } @for head in &heads { th.n scope="col" { (head) } } } }
            tbody {
                @for whose in [ShareOf::Operator, ShareOf::Others, ShareOf::Us] {
                    @for share in view.shares.iter().filter(|share| share.whose == whose) {
                        tr {
                            th scope="row" { (share.label) " " span.mut { (share.name) } " " span.mark { (kind(whose, lang)) } }
                            td.n data-l=(sales) { (money::count(share.sales, lang)) }
                            td.n data-l=(month) { (amounts::column(share.month, of_month, lang)) }
                            td.n data-l=(ever) { (amounts::column(share.all, of_all, lang)) }
                            td.n data-l=(part) { (money::percent(part_of(share.all, view.total), lang)) }
                        }
                    }
                }
                tr {
                    th scope="row" { b { (say!(lang, "desk-fees-total")) } }
                    td { }
                    td.n data-l=(month) { b { (amounts::column(view.month_total, of_month, lang)) } }
                    td.n data-l=(ever) { b { (amounts::column(view.total, of_all, lang)) } }
                    td.n data-l=(part) { (money::percent(10_000, lang)) }
                }
            }
        }
    }
}

fn kind(whose: ShareOf, lang: Lang) -> Markup {
    match whose {
        ShareOf::Operator => say!(lang, "desk-share-fee"),
        ShareOf::Others => say!(lang, "desk-share-other"),
        ShareOf::Us => say!(lang, "desk-share-us"),
    }
}

/// Hundredths of a percent, rounded to tenths of a percent.
fn part_of(part: Money, whole: Money) -> u16 {
    let points = part.units.saturating_mul(1_000).checked_div(whole.units).unwrap_or_default();
    u16::try_from(points.saturating_mul(10)).unwrap_or_default()
}
