//! What is for sale: the list, and one offer with its terms, shares, wall and versions.

use super::{DeskFrame, ShareLeg, at_place, price, shares};
use crate::web::chain::network;
use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{desked, hidden};
use crate::web::site::{WallPrice, WallView, wall_card};
use crate::web::time;
use crate::web::view::Form;
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// The list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OffersView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// What stands, by page.
    pub rows: Vec<OfferRow>,
    /// The files they stand in.
    pub files: Vec<String>,
    /// Makes one; none where files alone do, or the role does not allow it.
    pub new_url: Option<String>,
}

/// An offer of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferRow {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// What it sells.
    pub pages: String,
    /// What that costs; none for free.
    pub price: Option<WallPrice>,
    /// Since when.
    pub since: Timestamp,
}

/// One offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Its name.
    pub name: String,
    /// False if it was withdrawn.
    pub stands: bool,
    /// Its terms.
    pub terms: Terms,
    /// Who gets what of one sale at the least price; empty for what is free.
    pub example: Vec<ShareLeg>,
    /// The wall as the site shows it; none for what is free.
    pub wall: Option<WallView>,
    /// A page of the site that is, or leads to, the real wall.
    pub wall_url: String,
    /// Its sales.
    pub sales_url: String,
    /// The newest first.
    pub versions: Vec<Version>,
    /// The files it may stand in; none for one that is made at the desk.
    pub files: Vec<String>,
    /// The page that changes it and the form that withdraws it, where both can be done here.
    pub change: Option<(String, Form)>,
}

/// The terms of an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// What it sells.
    pub pages: String,
    /// What that costs; none for free.
    pub price: Option<WallPrice>,
    /// How long a purchase is good for; none for ever.
    pub lasts: Option<Span>,
    /// How long it can be taken back; zero for not at all.
    pub undo: Span,
    /// How many purchases a payer may take back in a day.
    pub undos_a_day: u64,
    /// The most units that one request takes, where that is said.
    pub most: Option<(u64, String)>,
    /// What it costs from when on, and until when it is sold, where its price falls.
    pub falls: Option<(Vec<(Timestamp, Money)>, Timestamp)>,
    /// How it is paid besides from a balance here.
    pub ways: Vec<SoldBy>,
}

/// A further way to pay for an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SoldBy {
    /// A request at a time, up to so much, by `upto` of x402.
    UpTo(Money),
    /// By clients of L402.
    Lightning,
    /// In a coin on a network.
    Coin(String, String),
}

/// One version of an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its hash.
    pub id: String,
    /// Since when.
    pub since: Timestamp,
    /// True for the one that stands.
    pub stands: bool,
    /// What it cost.
    pub price: Option<WallPrice>,
    /// Labels of its shares.
    pub shares: Vec<String>,
}

/// The list's page.
#[must_use]
pub fn offers(view: &OffersView) -> String {
    let lang = view.frame.lang();
    let heads = [plain!(lang, "desk-page"), plain!(lang, "wall-price"), plain!(lang, "desk-since")];
    let [pages, cost, since] = &heads;
    let content = html! {
        hgroup { h1 { (say!(lang, "desk-offers")) } p.mut { (in_files(&view.files, lang)) } }
        @if let Some(url) = &view.new_url { p { a.btn href=(url) { (say!(lang, "desk-offer-new")) } } }
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "desk-offers-none")) } p { a.btn.quiet href="/install" { (say!(lang, "desk-offers-none-go")) } } }
        } @else {
            table.rows.books {
                caption.vh { (say!(lang, "desk-offers")) }
                thead { tr { th scope="col" { (say!(lang, "desk-offer")) } @for head in &heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in &view.rows {
                        tr {
                            th.whole scope="row" { a href=(row.url) { (row.name) } }
                            td data-l=(pages) { (super::pages(&row.pages, row.price, lang)) }
                            td data-l=(cost) { span { (price(row.price, lang)) } }
                            td data-l=(since) { (time::full(row.since, lang)) }
                        }
                    }
                }
            }
        }
    };
    at_place(&view.frame, &content)
}

fn in_files(files: &[String], lang: Lang) -> Markup {
    let named = files.join(", ");
    if files.is_empty() { say!(lang, "desk-offers-no-file") } else { say!(lang, "desk-offers-file", files: &named) }
}

/// The page of one.
#[must_use]
pub fn offer(view: &OfferView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        div.head { h1 { (view.name) } a href=(view.sales_url) { (say!(lang, "desk-offer-sales")) } }
        @if !view.stands { p.aside { (say!(lang, "desk-offer-ended")) } }
        div.split.even {
            section {
                h2 { (say!(lang, "desk-terms")) }
                (terms(&view.terms, lang))
                @if let Some(total) = total(&view.example) { (shares(&view.example, (total, say!(lang, "desk-example", price: total.exact(lang))), lang)) }
                p.small { (in_files(&view.files, lang)) }
                @if let Some((url, end)) = &view.change {
                    p { a.btn href=(url) { (say!(lang, "desk-offer-change")) } }
                    form method="post" action=(end.action) { (hidden(end)) button.btn.quiet type="submit" { (say!(lang, "desk-offer-end")) } }
                }
            }
            section {
                h2 { (say!(lang, "desk-wall")) }
                @match &view.wall {
                    Some(wall) => { (wall_card(wall)) }
                    None if view.terms.price.is_some() => { p { (say!(lang, "desk-wall-none")) } }
                    None => { p { (say!(lang, "desk-wall-free")) } }
                }
                @if view.wall.is_some() || view.terms.price.is_none() { p { a href=(view.wall_url) { (say!(lang, "desk-wall-real")) } } }
            }
        }
        section { (versions(view, lang)) }
    };
    desked(&view.frame, &view.name, "wide", &content)
}

fn total(legs: &[ShareLeg]) -> Option<Money> {
    let asset = legs.first()?.amount.asset;
    Some(Money { units: legs.iter().map(|leg| leg.amount.units).fold(0, i128::saturating_add), asset })
}

fn terms(terms: &Terms, lang: Lang) -> Markup {
    // What is counted is used up as it is paid for: nothing of it lasts, and nothing can be taken back.
    let is_counted = matches!(terms.price, Some(WallPrice::Metered(..) | WallPrice::Watched(_)));
    html! {
        dl.facts {
            div { dt { (say!(lang, "desk-page")) } dd { (super::pages(&terms.pages, terms.price, lang)) } }
            div { dt { (say!(lang, "wall-price")) } dd { (price(terms.price, lang)) } }
            @if let Some((most, unit)) = &terms.most { div { dt { (say!(lang, "desk-most")) } dd { (say!(lang, "desk-most-units", count: *most, unit: unit)) } } }
            @if let Some((steps, ends)) = &terms.falls {
                div { dt { (say!(lang, "desk-falls")) } dd {
                    @for (at, price) in steps { (say!(lang, "desk-falls-from", at: time::full(*at, lang), price: price.exact(lang))) br; }
                    (say!(lang, "wall-ends", at: time::full(*ends, lang)))
                } }
            }
            @if !is_counted { div { dt { (say!(lang, "desk-lasts")) } dd { @if let Some(span) = terms.lasts { (time::span(span, lang)) } @else { (say!(lang, "desk-lasts-ever")) } } } }
            div { dt { (say!(lang, "desk-undo")) } dd {
                @if is_counted { (say!(lang, "desk-undo-counted")) }
                @else if terms.undo.0 == 0 { (say!(lang, "desk-undo-never")) }
                @else { (say!(lang, "desk-undo-within", span: time::span(terms.undo, lang), count: terms.undos_a_day)) }
            } }
            @if !terms.ways.is_empty() { div { dt { (say!(lang, "desk-ways")) } dd { @for (number, way) in terms.ways.iter().enumerate() { @if number > 0 { br; } (sold_by(way, lang)) } } } }
        }
    }
}

fn sold_by(way: &SoldBy, lang: Lang) -> Markup {
    match way {
        SoldBy::UpTo(most) => say!(lang, "desk-way-up-to", most: most.exact(lang)),
        SoldBy::Lightning => say!(lang, "desk-way-l402"),
        SoldBy::Coin(name, on) => say!(lang, "desk-way-coin", coin: name, network: network(on)),
    }
}

fn versions(view: &OfferView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "wall-price"), plain!(lang, "receipt-share"), plain!(lang, "desk-version")];
    let [cost, parts, id] = &heads;
    html! {
        table.rows.books {
            caption { (say!(lang, "desk-versions")) }
            thead { tr { th scope="col" { (say!(lang, "desk-since")) } @for head in &heads { th scope="col" { (head) } } } }
            tbody {
                @for version in &view.versions {
                    tr {
                        th scope="row" { (time::full(version.since, lang)) @if version.stands { " " span.mark { (say!(lang, "desk-stands")) } } }
                        td data-l=(cost) { span { (price(version.price, lang)) } }
                        td data-l=(parts) { (version.shares.join(", ")) }
                        td data-l=(id) { code { (version.id) } }
                    }
                }
            }
        }
    }
}
