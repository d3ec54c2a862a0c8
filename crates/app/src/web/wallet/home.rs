//! The wallet's first page, with and without a wallet.

use super::sessions::{SessionLine, open_sessions};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{CapMeter, add_money, cap_meter, framed, hidden, money as amounts, notice, rail_stopped, rows};
use crate::web::time;
use crate::web::view::{AddMoney, Form, Frame, Link, Mode, Notice, Row};
use ::money::Timestamp;
use maud::{Markup, html};

/// Who runs this and what it costs, for somebody without a wallet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedOutView {
    /// The surroundings, without links and money.
    pub frame: Frame,
    /// Who answers for the money: a name and a place.
    pub operator: String,
    /// Every fee, also those that are nothing.
    pub fees: Vec<Fee>,
    /// Opens a wallet for this browser.
    pub open: Form,
    /// Signs in to a wallet that was kept.
    pub sign_in_url: String,
    /// The most a wallet known to one browser alone may hold.
    pub limit: Money,
    /// Terms, imprint, source: whatever the operator names.
    pub links: Vec<Link>,
}

/// One line of the price list of the wallet itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fee {
    /// For what: `Paying`, `Adding play money`.
    pub what: String,
    /// How much: an amount or `nothing`.
    pub cost: String,
}

/// The balance and what moved it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HomeView {
    /// The surroundings; `available` is the large figure.
    pub frame: Frame,
    /// Money that is still in the wallet but promised; zero shows nothing.
    pub held: Money,
    /// This calendar month.
    pub month: MonthLine,
    /// Ways to add money, or since when there are none; `None` when the wallet is full.
    pub add: Option<AddMoney>,
    /// The last 20 changes, newest first.
    pub rows: Vec<Row>,
    /// The most this wallet may hold while only this browser knows it; `None` once it is kept elsewhere too.
    pub unkept: Option<Money>,
    /// Something priced to try while there is nothing yet.
    pub start: Option<Link>,
    /// What the last action did.
    pub notice: Option<Notice>,
    /// What one click may draw a month on all sites, once there is such a cap.
    pub cap: Option<CapMeter>,
    /// Caps that are nearly used or reached, and sessions of which a good part is drawn.
    pub warnings: Vec<Notice>,
    /// Sessions that go on, the newest first.
    pub sessions: Vec<SessionLine>,
}

/// What a month came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthLine {
    /// An instant in the midst of it.
    pub month: Timestamp,
    /// Spent, net of what was taken back.
    pub spent: Money,
    /// How many purchases that was.
    pub purchases: u64,
}

/// The signed-out first page.
#[must_use]
pub fn signed_out(view: &SignedOutView) -> String {
    let lang = view.frame.lang();
    let name = &view.frame.instance.name;
    let content = html! {
        section.lead {
            h1 { (say!(lang, "open-head")) }
            p { (say!(lang, "open-text")) }
            form method="post" action=(view.open.action) {
                (hidden(&view.open))
                button.btn type="submit" { (say!(lang, "open-press")) }
            }
            p.small { (say!(lang, "open-limit", limit: view.limit.exact(lang))) }
            p.links { a href=(view.sign_in_url) { (say!(lang, "open-sign-in")) } }
        }
        section {
            h2 { (say!(lang, "costs")) }
            dl.facts.nums { @for fee in &view.fees { div { dt { (fee.what) } dd { (fee.cost) } } } }
        }
        section {
            h2 { (say!(lang, "operator")) }
            p { (view.operator) }
            @if view.frame.instance.mode == Mode::Test { p { (say!(lang, "operator-test")) } }
            @if !view.links.is_empty() { p.links { @for link in &view.links { a href=(link.href) { (link.text) } } } }
        }
    };
    framed(&view.frame, name, "narrow", &content)
}

/// The signed-in first page.
#[must_use]
pub fn home(view: &HomeView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        @if let Some(said) = &view.notice { (notice(said)) }
        @if let Some(since) = view.add.as_ref().and_then(|add| add.stopped) { (rail_stopped(since, lang)) }
        @for said in &view.warnings { (notice(said)) }
        div.split {
            section aria-labelledby="balance" {
                h1 #balance .label { (say!(lang, "balance")) }
                @if let Some(available) = view.frame.available { p.fig.huge { (amounts::exact(available, lang)) } }
                div.mut {
                    @if !view.held.is_zero() { p { (say!(lang, "home-held", amount: amounts::exact(view.held, lang))) } }
                    p { (month(&view.month, lang)) }
                }
                @if let Some(cap) = &view.cap { (cap_meter(cap, lang)) }
            }
            @if let Some(add) = view.add.as_ref().filter(|add| add.stopped.is_none()) {
                section aria-labelledby="add" {
                    h2 #add .label { @if view.frame.instance.mode == Mode::Test { (say!(lang, "add-play")) } @else { (say!(lang, "add-money")) } }
                    (add_money(add, lang))
                }
            }
        }
        @if let Some(limit) = view.unkept {
            p.aside { (say!(lang, "home-unkept", limit: limit.exact(lang))) " " a href="/settings" { (say!(lang, "keep")) } }
        }
        @if !view.sessions.is_empty() { (open_sessions(&view.sessions, lang)) }
        section {
            div.head {
                h2 #recent { (say!(lang, "home-recent")) }
                @if let Some(url) = view.frame.history_url.as_ref().filter(|_| !view.rows.is_empty()) { a href=(url) { (say!(lang, "home-all")) } }
            }
            @if view.rows.is_empty() { (nothing_yet(view)) } @else { (rows(&view.rows, view.frame.now, lang)) }
        }
    };
    // The figure itself stands on this page, so the header does not repeat it.
    let frame = Frame { available: None, ..view.frame.clone() };
    framed(&frame, &plain!(lang, "nav-wallet"), "wide", &content)
}

fn month(line: &MonthLine, lang: Lang) -> Markup {
    let spent = amounts::exact(line.spent, lang);
    let name = time::month(line.month, lang);
    say!(lang, "home-month", amount: spent, month: name, purchases: line.purchases)
}

fn nothing_yet(view: &HomeView) -> Markup {
    html! {
        div.empty {
            p { (say!(view.frame.lang(), "nothing-yet")) }
            @if let Some(start) = &view.start { p { a.btn.quiet href=(start.href) { (start.text) } } }
        }
    }
}
