//! One sale as the payee sees it, and the page that asks once more before it is given back.

use super::{DeskFrame, shares};
use crate::web::lang::{plain, say};
use crate::web::money::Money;
use crate::web::parts::{desked, hidden, money as amounts, quoted, timeline};
use crate::web::time;
use crate::web::view::{Form, Mode};
use crate::web::wallet::Moment;
use ::money::Timestamp;
use maud::{Markup, html};

/// A sale.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaleView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Its serial number.
    pub serial: String,
    /// Title of the page.
    pub title: String,
    /// Address of the page.
    pub item_url: String,
    /// Realm and path, as the books have it.
    pub item: String,
    /// Name of the offer.
    pub offer: String,
    /// Its page; none where the offer is somebody else's.
    pub offer_url: Option<String>,
    /// The buyer as this payee knows them.
    pub buyer: String,
    /// The buyer's sales.
    pub buyer_url: String,
    /// When it was paid.
    pub at: Timestamp,
    /// What was paid.
    pub paid: Money,
    /// The payee's own share.
    pub earned: Money,
    /// Who got what.
    pub legs: Vec<ShareLeg>,
    /// What happened to it.
    pub timeline: Vec<Moment>,
    /// Whether it can be given back here.
    pub give_back: GiveBack,
    /// True right after it was given back.
    pub was_given_back: bool,
    /// The receipt as JSON.
    pub json_url: String,
}

/// One share of a sale.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShareLeg {
    /// The offer's label for it.
    pub label: String,
    /// The name of who got it.
    pub name: String,
    /// Its part in basis points; none for the rest or a fixed sum.
    pub bp: Option<u16>,
    /// How much.
    pub amount: Money,
}

/// Whether a sale can be given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GiveBack {
    /// By this member.
    Open {
        /// The page that asks once more.
        url: String,
    },
    /// By an editor or owner only.
    NotYours,
    /// By the payee whose offer it is only.
    NotOurs {
        /// That payee's name.
        owner: String,
    },
    /// It was.
    Done,
}

/// "Give it back?"
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Title of the page.
    pub title: String,
    /// What goes back.
    pub amount: Money,
    /// Does it.
    pub form: Form,
    /// The sale.
    pub back_url: String,
    /// What was written and why it cannot stand.
    pub refused: Option<(String, String)>,
}

/// The page of a sale.
#[must_use]
pub fn sale(view: &SaleView) -> String {
    let lang = view.frame.lang();
    let test = view.frame.instance.mode == Mode::Test;
    let content = html! {
        @if view.was_given_back { p.notice role="status" { b { (say!(lang, "desk-given")) } " " (say!(lang, "desk-given-text", amount: view.paid.exact(lang))) } }
        article.card {
            div.head { h1 { (say!(lang, "desk-sale")) } @if test { strong.stamp { "TEST" } } }
            p.fig { (amounts::exact(view.earned, lang)) }
            p { (say!(lang, "desk-sale-of", paid: view.paid.exact(lang), title: html! { a href=(view.item_url) { bdi { (view.title) } } })) }
            (give_back(view))
            dl.facts {
                div { dt { (say!(lang, "receipt-paid")) } dd { (time::precise(view.at, lang)) } }
                div { dt { (say!(lang, "desk-page")) } dd { (view.item) } }
                div { dt { (say!(lang, "desk-buyer")) } dd { code { (view.buyer) } br; a href=(view.buyer_url) { (say!(lang, "desk-buyer-all")) } } }
                div { dt { (say!(lang, "desk-offer")) } dd { @if let Some(url) = &view.offer_url { a href=(url) { (view.offer) } } @else { (view.offer) } } }
                div { dt { (say!(lang, "receipt-number")) } dd { code { (view.serial) } } }
            }
            (shares(&view.legs, (view.paid, say!(lang, "receipt-legs")), lang))
            h2 { (say!(lang, "receipt-story")) }
            (timeline(&view.timeline, lang))
            p.links { a href=(view.json_url) { (say!(lang, "desk-sale-json")) } }
        }
    };
    desked(&view.frame, &plain!(lang, "desk-sale"), "narrow", &content)
}

fn give_back(view: &SaleView) -> Markup {
    let lang = view.frame.lang();
    match &view.give_back {
        GiveBack::Open { url } => html! { p { a.btn.quiet href=(url) { (say!(lang, "desk-give")) } } },
        GiveBack::NotYours => html! { p.mut { (say!(lang, "desk-give-role")) } },
        GiveBack::NotOurs { owner } => html! { p.mut { (say!(lang, "desk-give-owner", owner: owner)) } },
        GiveBack::Done => html! { p.aside { (say!(lang, "desk-give-done")) } },
    }
}

/// The page that asks.
#[must_use]
pub fn refund(view: &RefundView) -> String {
    let lang = view.frame.lang();
    let (note, wrong) = view.refused.as_ref().map_or(("", None), |(note, why)| (note.as_str(), Some(why)));
    let content = html! {
        section.card {
            h1 { (say!(lang, "desk-refund", amount: view.amount.exact(lang))) }
            p { (say!(lang, "desk-refund-text", title: quoted(&view.title, lang))) }
            form method="post" action=(view.form.action) {
                (hidden(&view.form))
                label for="note" { (say!(lang, "desk-refund-note")) }
                input #note name="note" value=(note) autocomplete="off" aria-invalid=[wrong.map(|_| "true")] aria-describedby="hint";
                p #hint .small { @if let Some(why) = wrong { span.wrong { (why) } } @else { (say!(lang, "desk-refund-hint")) } }
                button.btn type="submit" { (say!(lang, "desk-refund-press", amount: view.amount.exact(lang))) }
            }
            p.links { a href=(view.back_url) { (say!(lang, "desk-refund-not")) } }
        }
    };
    desked(&view.frame, &plain!(lang, "desk-give"), "narrow", &content)
}
