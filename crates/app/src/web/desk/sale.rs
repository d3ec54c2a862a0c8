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
    /// What was given back of the sale, and what stands of the own share, where that is a part.
    pub part: Option<(Money, Money)>,
    /// Who got what.
    pub legs: Vec<ShareLeg>,
    /// What happened to it.
    pub timeline: Vec<Moment>,
    /// Whether it can be given back here.
    pub give_back: GiveBack,
    /// Right after something was given back: how much, and whether it was a part.
    pub was_given_back: Option<(Money, bool)>,
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
    /// What can go back.
    pub left: Money,
    /// The causes there are: as the form names them, and in words, of which the first has none.
    pub causes: Vec<(&'static str, Option<String>)>,
    /// Does it.
    pub form: Form,
    /// The sale.
    pub back_url: String,
    /// What was filled in.
    pub fields: RefundFields,
}

impl RefundView {
    fn currency(&self) -> String {
        self.left.asset.iso().unwrap_or_else(|| self.left.asset.to_string())
    }
}

/// The fields of the form as they were filled in.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RefundFields {
    /// How much.
    pub amount: String,
    /// The word of the cause.
    pub cause: String,
    /// For the team.
    pub note: String,
    /// The field that cannot stand, and why.
    pub wrong: Option<(&'static str, String)>,
}

/// The page of a sale.
#[must_use]
pub fn sale(view: &SaleView) -> String {
    let lang = view.frame.lang();
    let test = view.frame.instance.mode == Mode::Test;
    let content = html! {
        @if let Some((amount, is_part)) = view.was_given_back {
            p.notice role="status" {
                b { (say!(lang, "desk-given")) } " "
                @if is_part { (say!(lang, "desk-given-part", amount: amount.exact(lang))) } @else { (say!(lang, "desk-given-text", amount: amount.exact(lang))) }
            }
        }
        article.card {
            div.head { h1 { (say!(lang, "desk-sale")) } @if test { strong.stamp { "TEST" } } }
            p.fig { (amounts::exact(view.earned, lang)) }
            p { (say!(lang, "desk-sale-of", paid: view.paid.exact(lang), title: html! { a href=(view.item_url) { bdi { (view.title) } } })) }
            @if let Some((returned, kept)) = view.part {
                p.aside { (say!(lang, "desk-in-part", returned: returned.exact(lang), paid: view.paid.exact(lang), kept: kept.exact(lang))) }
            }
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
    let (lang, fields) = (view.frame.lang(), &view.fields);
    let wrong = |name: &str| fields.wrong.as_ref().filter(|(field, _)| *field == name).map(|(_, why)| why);
    let hint = |name: &str, hint: String| html! { @if let Some(why) = wrong(name) { span.wrong { (why) } } @else { (hint) } };
    let content = html! {
        section.card {
            h1 { (say!(lang, "desk-refund", amount: view.left.exact(lang))) }
            p { (say!(lang, "desk-refund-text", title: quoted(&view.title, lang))) }
            form method="post" action=(view.form.action) {
                (hidden(&view.form))
                label for="amount" { (say!(lang, "desk-refund-amount", currency: view.currency())) }
                input #amount name="amount" value=(fields.amount) placeholder=(view.left.typed(lang)) inputmode="decimal" maxlength="40" autocomplete="off"
                    aria-invalid=[wrong("amount").map(|_| "true")] aria-describedby="amount-hint";
                p #amount-hint .small { (hint("amount", plain!(lang, "desk-refund-left", left: view.left.exact(lang)))) }
                label for="cause" { (say!(lang, "desk-refund-cause")) }
                select #cause name="cause" {
                    @for (word, text) in &view.causes {
                        option value=(word) selected[*word == fields.cause] { @if let Some(text) = text { (text) } @else { (say!(lang, "cause-unsaid")) } }
                    }
                }
                label for="note" { (say!(lang, "desk-refund-note")) }
                input #note name="note" value=(fields.note) autocomplete="off" aria-invalid=[wrong("note").map(|_| "true")] aria-describedby="hint";
                p #hint .small { (hint("note", plain!(lang, "desk-refund-hint"))) }
                button.btn type="submit" { (say!(lang, "desk-refund-press")) }
            }
            p.links { a href=(view.back_url) { (say!(lang, "desk-refund-not")) } }
        }
    };
    desked(&view.frame, &plain!(lang, "desk-give"), "narrow", &content)
}
