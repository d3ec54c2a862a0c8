//! How a site moves to another instance: what is written where, what readers see, what stays.

use super::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::desked;
use maud::{Markup, html};

/// The sites of the payee, and those that have gone already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The wallet's origin here, where readers keep their money.
    pub wallet: String,
    /// The currency that both instances need.
    pub currency: String,
    /// By name.
    pub sites: Vec<Moving>,
    /// Sites behind other instances that are paid from wallets here.
    pub moved: Vec<Moved>,
}

/// A site that could move, with its own values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moving {
    /// Its name in the configuration.
    pub name: String,
    /// The name that payers read.
    pub title: String,
    /// Its host.
    pub host: String,
    /// What the new instance's operator writes.
    pub there: String,
    /// What the operator here writes.
    pub here: String,
    /// Name and address of the file of its offers, if something is for sale.
    pub offers: Option<(String, String)>,
    /// True if its offers are made at this desk.
    pub is_made_here: bool,
    /// True if it takes money from wallets of other instances too.
    pub other_wallets: bool,
}

/// A site behind another instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The name that payers read.
    pub name: String,
    /// Where it stands.
    pub url: String,
}

/// The page.
#[must_use]
pub fn moving(view: &MoveView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "move")) } p.mut { (say!(lang, "move-text")) } }
        @for moved in &view.moved {
            p.notice { a href=(moved.url) { (moved.name) } " " (say!(lang, "move-gone")) }
        }
        @if view.sites.is_empty() { div.empty { p { (say!(lang, "desk-install-none")) } p { a.btn.quiet href="/settings" { (say!(lang, "move-none-go")) } } } }
        @else {
            p.notice.warn { (say!(lang, "move-before", currency: &view.currency)) }
            @for site in &view.sites { (steps(site, &view.frame)) }
            (what_then(view, lang))
        }
    };
    desked(&view.frame, &plain!(lang, "move"), "wide", &content)
}

fn steps(site: &Moving, frame: &DeskFrame) -> Markup {
    let lang = frame.lang();
    html! {
        section #(site.name) {
            h2 { (site.title) }
            h3 { (say!(lang, "move-offers")) }
            @match &site.offers {
                Some((name, url)) => {
                    p { (say!(lang, "move-offers-text")) }
                    p { a.btn.quiet href=(url) download=(name) { span { (say!(lang, "move-offers-take", file: name)) } } }
                }
                None => { p { (say!(lang, "move-offers-none")) } }
            }
            h3 { (say!(lang, "move-there")) }
            p { (say!(lang, "move-there-text")) }
            pre tabindex="0" { code { (site.there) } }
            h3 { (say!(lang, "move-here")) }
            p { (say!(lang, "move-here-text")) }
            pre tabindex="0" { code { (site.here) } }
            h3 { (say!(lang, "move-dns")) }
            p { (say!(lang, "move-dns-text", host: &site.host)) }
            h3 { (say!(lang, "move-try")) }
            p { (say!(lang, "move-try-text")) }
            @if site.other_wallets { p.notice.warn { (say!(lang, "move-other-wallets")) } }
            @if site.is_made_here { p.small { (say!(lang, "move-made-here")) } }
        }
    }
}

fn what_then(view: &MoveView, lang: Lang) -> Markup {
    html! {
        div.split.even {
            section {
                h2 { (say!(lang, "move-readers")) }
                ul {
                    li { (say!(lang, "move-readers-restore")) }
                    li { (say!(lang, "move-readers-buy", wallet: &view.wallet)) }
                    li { (say!(lang, "move-readers-end")) }
                }
            }
            section {
                h2 { (say!(lang, "move-stays")) }
                ul {
                    li { (say!(lang, "move-stays-money")) }
                    li { (say!(lang, "move-stays-undo")) }
                    li { (say!(lang, "move-stays-desk")) }
                }
            }
        }
        section {
            h2 { (say!(lang, "move-lost")) }
            ul {
                li { (say!(lang, "move-lost-shares")) }
                li { (say!(lang, "move-lost-programs")) }
                li { (say!(lang, "move-lost-sessions")) }
                li { (say!(lang, "move-lost-desk")) }
            }
        }
    }
}
