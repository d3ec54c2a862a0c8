//! The form of an offer that is made at the desk.

use super::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{desked, hidden};
use crate::web::time;
use crate::web::view::Form;
use ::money::Span;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferFormView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// True for an offer that is not there yet.
    pub is_new: bool,
    /// Where it is posted.
    pub form: Form,
    /// The sites it can be for.
    pub realms: Vec<String>,
    /// Code of the currency.
    pub currency: String,
    /// What stands in its fields.
    pub draft: Draft,
    /// A field that cannot stand, and why.
    pub wrong: Option<(&'static str, String)>,
    /// Where it came from.
    pub back_url: String,
}

/// The fields as they were typed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Draft {
    /// Host of the site.
    pub realm: String,
    /// Name of the offer.
    pub name: String,
    /// The pages it sells.
    pub path: String,
    /// `fixed`, `least`, `metered` or `free`.
    pub kind: String,
    /// The price in main units, as the reader's language writes it.
    pub price: String,
    /// For how many units that is, if it is metered.
    pub per: String,
    /// What is counted.
    pub unit: String,
    /// How many units a request costs at most; nothing for calls.
    pub most: String,
    /// For how many seconds it can be taken back.
    pub undo: String,
    /// For how many seconds a purchase is good; nothing or 0 for ever.
    pub lasts: String,
}

/// What can be chosen, in seconds.
const UNDOS: [u64; 5] = [0, 600, 3_600, 86_400, 604_800];
const LASTS: [u64; 5] = [0, 86_400, 604_800, 2_592_000, 31_536_000];

impl Draft {
    /// Reads the fields of the form.
    #[must_use]
    pub fn of(form: &BTreeMap<String, String>) -> Draft {
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        Draft {
            realm: field("realm"),
            name: field("name"),
            path: field("path"),
            kind: field("kind"),
            price: field("price"),
            per: field("per"),
            unit: field("unit"),
            most: field("most"),
            undo: field("undo"),
            lasts: field("lasts"),
        }
    }
}

/// The page.
#[must_use]
pub fn offer_form(view: &OfferFormView) -> String {
    let lang = view.frame.lang();
    let title = if view.is_new { plain!(lang, "desk-offer-new") } else { plain!(lang, "desk-offer-edit", name: &view.draft.name) };
    let content = html! {
        section.card {
            h1 { (title) }
            @if let Some((field, why)) = &view.wrong { p.notice.bad role="status" { a href={ "#" (field) } { (why) } } }
            form.fields method="post" action=(view.form.action) {
                (hidden(&view.form))
                @if view.is_new {
                    div { label for="realm" { (say!(lang, "desk-sites")) } (realms(view)) }
                    (field(view, "name", say!(lang, "desk-offer-name"), &view.draft.name))
                }
                (field(view, "path", say!(lang, "desk-offer-path"), &view.draft.path))
                div { label for="kind" { (say!(lang, "wall-price")) } (kinds(&view.draft.kind, lang)) }
                (field(view, "price", say!(lang, "sheet-choose", currency: &view.currency), &view.draft.price))
                details open[view.draft.kind == "metered"] {
                    summary { (say!(lang, "desk-metered")) }
                    div.fields {
                        (field(view, "per", say!(lang, "desk-metered-per"), &view.draft.per))
                        (field(view, "unit", say!(lang, "desk-metered-unit"), &view.draft.unit))
                        (field(view, "most", say!(lang, "desk-metered-most"), &view.draft.most))
                    }
                }
                div { label for="undo" { (say!(lang, "undo")) } (spans("undo", &UNDOS, &view.draft.undo, &plain!(lang, "desk-undo-never"), lang)) }
                div { label for="lasts" { (say!(lang, "desk-lasts")) } (spans("lasts", &LASTS, &view.draft.lasts, &plain!(lang, "desk-lasts-ever"), lang)) }
                p.small { (say!(lang, "desk-offer-when")) }
                button.btn type="submit" { (say!(lang, "desk-offer-save")) }
            }
            p.links { a href=(view.back_url) { (say!(lang, "desk-offer-leave")) } }
        }
    };
    desked(&view.frame, &title, "narrow", &content)
}

fn field(view: &OfferFormView, name: &'static str, label: Markup, value: &str) -> Markup {
    let wrong = view.wrong.as_ref().is_some_and(|(field, _)| *field == name);
    html! { div { label for=(name) { (label) } input id=(name) name=(name) value=(value) maxlength="512" autocomplete="off" aria-invalid=[wrong.then_some("true")]; } }
}

fn realms(view: &OfferFormView) -> Markup {
    html! { select #realm name="realm" { @for realm in &view.realms { option value=(realm) selected[*realm == view.draft.realm] { (realm) } } } }
}

fn kinds(chosen: &str, lang: Lang) -> Markup {
    let kinds = [
        ("fixed", plain!(lang, "desk-kind-fixed")),
        ("least", plain!(lang, "desk-kind-least")),
        ("metered", plain!(lang, "desk-kind-metered")),
        ("free", plain!(lang, "desk-free")),
    ];
    html! { select #kind name="kind" { @for (kind, word) in &kinds { option value=(kind) selected[*kind == chosen] { (word) } } } }
}

/// Spans to choose from; one that is not among them stays what it is.
fn spans(id: &str, offered: &[u64], chosen: &str, none: &str, lang: Lang) -> Markup {
    let now: u64 = chosen.parse().unwrap_or_default();
    let mut all = offered.to_vec();
    if !all.contains(&now) {
        all.push(now);
    }
    let word = |seconds: u64| if seconds == 0 { none.to_owned() } else { time::span(Span(seconds), lang) };
    html! { select id=(id) name=(id) { @for seconds in all { option value=(seconds) selected[seconds == now] { (word(seconds)) } } } }
}
