//! The wallet's first page, with and without a wallet.

use crate::web::Lang;
use crate::web::money::{self, Money};
use crate::web::parts::{add_money, framed, hidden, money as amounts, notice, rows};
use crate::web::view::{AddMoney, Form, Frame, Link, Mode, Notice, Row};
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
    /// Ways to add money; `None` when the wallet is full or no rail is open.
    pub add: Option<AddMoney>,
    /// The last 20 changes, newest first.
    pub rows: Vec<Row>,
    /// The most this wallet may hold while only this browser knows it; `None` once it is kept elsewhere too.
    pub unkept: Option<Money>,
    /// Something priced to try while there is nothing yet.
    pub start: Option<Link>,
    /// What the last action did.
    pub notice: Option<Notice>,
}

/// What a month came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonthLine {
    /// `November 2026`.
    pub label: String,
    /// Spent, net of what was taken back.
    pub spent: Money,
    /// How many purchases that was.
    pub purchases: u64,
}

/// The signed-out first page.
#[must_use]
pub fn signed_out(view: &SignedOutView) -> String {
    let name = &view.frame.instance.name;
    let content = html! {
        section.lead {
            h1 { "A wallet for prices below a cent" }
            p { "Pay for one article, one file, one call. See who is paid before you press, take it back if it was not worth it, and find every amount again to the last digit." }
            form method="post" action=(view.open.action) {
                (hidden(&view.open))
                button.btn type="submit" { "Open a wallet" }
            }
            p.small { "No name, no mail address. The wallet belongs to this browser and holds at most " (view.limit.exact(Lang::EN)) "." }
        }
        section {
            h2 { "What it costs" }
            dl.facts.nums { @for fee in &view.fees { div { dt { (fee.what) } dd { (fee.cost) } } } }
        }
        section {
            h2 { "Who runs this" }
            p { (view.operator) }
            @if view.frame.instance.mode == Mode::Test { p { "This instance works with test money. Nothing here can be bought with, or turned into, real money." } }
            @if !view.links.is_empty() { p.links { @for link in &view.links { a href=(link.href) { (link.text) } } } }
        }
    };
    framed(&view.frame, name, "narrow", &content)
}

/// The signed-in first page.
#[must_use]
pub fn home(view: &HomeView) -> String {
    let content = html! {
        @if let Some(said) = &view.notice { (notice(said)) }
        div.split {
            section aria-labelledby="balance" {
                h1 #balance .label { "Balance" }
                @if let Some(available) = view.frame.available { p.fig.huge { (amounts::exact(available, Lang::EN)) } }
                div.mut {
                    @if !view.held.is_zero() { p { (amounts::exact(view.held, Lang::EN)) " more is held for purchases under way" } }
                    p { (month(&view.month)) }
                }
            }
            @if let Some(add) = &view.add {
                section aria-labelledby="add" {
                    h2 #add .label { @if view.frame.instance.mode == Mode::Test { "Add play money" } @else { "Add money" } }
                    (add_money(add))
                }
            }
        }
        @if let Some(limit) = view.unkept {
            p.aside { b { "Only this browser knows this wallet." } " If its cookies are cleared, what is in it is lost. Until it is kept elsewhere too, it holds at most " (limit.exact(Lang::EN)) "." }
        }
        section {
            div.head {
                h2 #recent { "Last changes" }
                @if let Some(url) = view.frame.history_url.as_ref().filter(|_| !view.rows.is_empty()) { a href=(url) { "All history" } }
            }
            @if view.rows.is_empty() { (nothing_yet(view)) } @else { (rows("Newest first. Times are UTC.", &view.rows, view.frame.now)) }
        }
    };
    // The figure itself stands on this page, so the header does not repeat it.
    let frame = Frame { available: None, ..view.frame.clone() };
    framed(&frame, "Wallet", "wide", &content)
}

fn month(line: &MonthLine) -> Markup {
    let purchases = match line.purchases {
        0 => "no purchases".to_owned(),
        1 => "1 purchase".to_owned(),
        many => format!("{} purchases", money::count(many, Lang::EN)),
    };
    html! { (amounts::exact(line.spent, Lang::EN)) " spent in " (line.label) ", " (purchases) }
}

fn nothing_yet(view: &HomeView) -> Markup {
    html! {
        div.empty {
            p { "Nothing yet. What you pay, add and take back will stand here." }
            @if let Some(start) = &view.start { p { a.btn.quiet href=(start.href) { (start.text) } } }
        }
    }
}
