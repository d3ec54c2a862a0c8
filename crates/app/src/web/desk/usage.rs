//! What was used by the unit: sums of the sessions that go on, units by offer and day, and the sessions themselves.

use super::metered::{self, MeteredRow};
use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::parts::pager;
use crate::web::{film, time};
use ::money::Timestamp;
use maud::{Markup, html};

/// The page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsageView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Sessions that go on.
    pub open: u64,
    /// What they hold.
    pub held: Money,
    /// What was drawn from them.
    pub drawn: Money,
    /// What of that is not captured yet.
    pub waiting: Money,
    /// Captured in the last days, the latest first.
    pub days: Vec<UsedRow>,
    /// Counted by meters in the last days, the latest first.
    pub metered: Vec<MeteredRow>,
    /// Sessions, the newest first.
    pub sessions: Vec<SessionRow>,
    /// Older ones.
    pub older_url: Option<String>,
    /// The newest; none when these are.
    pub newest_url: Option<String>,
    /// Bills of meters, where a meter counted something.
    pub bills_url: Option<String>,
}

/// What was used of one offer version on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsedRow {
    /// The day, in a list of days.
    pub day: Option<Timestamp>,
    /// The offer's name.
    pub offer: String,
    /// How many units.
    pub units: u64,
    /// Of what.
    pub unit: String,
    /// What they cost.
    pub price: Money,
    /// For how many.
    pub per: u64,
    /// What was paid for them.
    pub paid: Money,
}

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// When it was opened.
    pub at: Timestamp,
    /// What the payee knows the payer by.
    pub buyer: String,
    /// Its page.
    pub url: String,
    /// What it is for.
    pub item: String,
    /// Where it stands, in a word.
    pub state: String,
    /// True if it is over.
    pub is_over: bool,
    /// What is or was held.
    pub held: Money,
    /// What was delivered.
    pub drawn: Money,
    /// What was captured.
    pub captured: Money,
    /// What is not captured yet.
    pub waiting: Money,
}

/// One session, as its payee sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// What the list says of it.
    pub line: SessionRow,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it ended and what went back to the payer, once it is over.
    pub ended: Option<(Timestamp, Money)>,
    /// What was used, by offer version.
    pub units: Vec<UsedRow>,
    /// The newest captures.
    pub captures: Vec<CaptureRow>,
    /// How many there are in all.
    pub all_captures: u64,
}

/// One capture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureRow {
    /// When.
    pub at: Timestamp,
    /// How many units.
    pub units: u64,
    /// Of what.
    pub unit: String,
    /// What was paid for them.
    pub paid: Money,
    /// The payee's own share.
    pub earned: Money,
}

/// The page.
#[must_use]
pub fn usage(view: &UsageView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "usage")) } p.mut { (say!(lang, "usage-text")) } }
        @if let Some(url) = &view.bills_url { p.links { a href=(url) { (say!(lang, "bills-go")) } } }
        dl.tiles {
            div { dt { (say!(lang, "sessions-open")) } dd { (money::count(view.open, lang)) } }
            div { dt { (say!(lang, "usage-held-now")) } dd { (amounts::short(view.held, lang)) } }
            div { dt { (say!(lang, "usage-used-now")) } dd { (amounts::short(view.drawn, lang)) } }
            div { dt { (say!(lang, "usage-waiting")) } dd { (amounts::short(view.waiting, lang)) } }
        }
        @if view.sessions.is_empty() && view.days.is_empty() && view.metered.is_empty() {
            div.empty { p { (say!(lang, "usage-none")) } p { a.btn.quiet href="/offers" { (say!(lang, "desk-fees-none-go")) } } }
        } @else {
            (days(view, lang))
            (metered::table(&view.metered, lang))
            (sessions(view, lang))
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    at_place(&view.frame, &content)
}

fn days(view: &UsageView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "usage-offer"), plain!(lang, "usage-units"), plain!(lang, "usage-price"), plain!(lang, "desk-paid")];
    let [offer, units, price, paid] = &heads;
    let decimals = amounts::widest(view.days.iter().map(|row| row.paid));
    html! {
        @if !view.days.is_empty() {
            table.rows.books {
                caption { (say!(lang, "usage-days")) }
                thead { tr { th scope="col" { (say!(lang, "usage-day")) } th scope="col" { (offer) } @for head in &heads[1..] { th.n scope="col" { (head) } } } }
                tbody { @for row in &view.days { tr {
                    th scope="row" { @if let Some(day) = row.day { (time::day(day, lang)) } }
                    td data-l=(offer) { (row.offer) }
                    td.n data-l=(units) { (film::units(row.units, &row.unit, lang)) }
                    td.n data-l=(price) { span { (film::rate((row.price, row.per), &row.unit, lang)) } }
                    td.n data-l=(paid) { (amounts::column(row.paid, decimals, lang)) }
                } } }
            }
        }
    }
}

fn sessions(view: &UsageView, lang: Lang) -> Markup {
    let heads = [
        plain!(lang, "session-held"),
        plain!(lang, "usage-used"),
        plain!(lang, "usage-captured"),
        plain!(lang, "usage-waiting"),
        plain!(lang, "usage-state"),
    ];
    let columns: [fn(&SessionRow) -> Money; 4] = [|row| row.held, |row| row.drawn, |row| row.captured, |row| row.waiting];
    let decimals = columns.map(|column| amounts::widest(view.sessions.iter().map(column)));
    html! {
        @if !view.sessions.is_empty() {
            table.rows.books {
                caption { (say!(lang, "usage-sessions")) }
                thead { tr {
                    th scope="col" { (say!(lang, "session-opened")) }
                    @for head in &heads { th.n scope="col" { (head) } }
                } }
                tbody { @for row in &view.sessions { tr {
                    th scope="row" { a href=(row.url) { (time::listed(row.at, view.frame.now, lang)) } " " small.block { (row.item) " · " (row.buyer) } }
                    @for ((head, column), decimals) in heads.iter().zip(columns).zip(decimals) {
                        td.n data-l=(head) { (amounts::column(column(row), decimals, lang)) }
                    }
                    td.n data-l=(heads[4]) { @if row.is_over { span.mut { (row.state) } } @else { span.st { (row.state) } } }
                } } }
            }
        }
    }
}

/// The page of one session.
#[must_use]
pub fn session(view: &SessionView) -> String {
    let lang = view.frame.lang();
    let line = &view.line;
    let money = |money: Money| amounts::exact(money, lang);
    let content = html! {
        p.links { a href="/usage" { (say!(lang, "usage")) } }
        div.head { h1 { (say!(lang, "session")) } @if line.is_over { span.mut { (line.state) } } @else { span.st { (line.state) } } }
        dl.facts {
            div { dt { (say!(lang, "sheet-for")) } dd { (line.item) } }
            div { dt { (say!(lang, "desk-buyer")) } dd { code { (line.buyer) } } }
            div { dt { (say!(lang, "session-opened")) } dd { (time::precise(line.at, lang)) } }
            @match view.ended {
                None => div { dt { (say!(lang, "session-until")) } dd { (time::full(view.until, lang)) } },
                Some((at, _)) => div { dt { (say!(lang, "session-ended-at")) } dd { (time::precise(at, lang)) } },
            }
            div { dt { (say!(lang, "session-held")) } dd { (money(line.held)) } }
            div { dt { (say!(lang, "usage-used")) } dd { (money(line.drawn)) } }
            div { dt { (say!(lang, "usage-captured")) } dd { (money(line.captured)) } }
            @match view.ended {
                None => div { dt { (say!(lang, "usage-waiting")) } dd { (money(line.waiting)) } },
                Some((_, released)) => div { dt { (say!(lang, "session-released")) } dd { (money(released)) } },
            }
        }
        @if view.units.is_empty() { p.mut { (say!(lang, "session-nothing")) } } @else { (used(view, lang)) }
        (captures(view, lang))
    };
    at_place(&view.frame, &content)
}

fn used(view: &SessionView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "usage-units"), plain!(lang, "usage-price"), plain!(lang, "usage-used")];
    let [units, price, paid] = &heads;
    let decimals = amounts::widest(view.units.iter().map(|row| row.paid));
    html! {
        table.rows.books {
            caption { (say!(lang, "usage-versions")) }
            thead { tr { th scope="col" { (say!(lang, "usage-offer")) } @for head in &heads { th.n scope="col" { (head) } } } }
            tbody { @for row in &view.units { tr {
                th scope="row" { (row.offer) }
                td.n data-l=(units) { (film::units(row.units, &row.unit, lang)) }
                td.n data-l=(price) { span { (film::rate((row.price, row.per), &row.unit, lang)) } }
                td.n data-l=(paid) { (amounts::column(row.paid, decimals, lang)) }
            } } }
        }
    }
}

fn captures(view: &SessionView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "usage-units"), plain!(lang, "desk-paid"), plain!(lang, "desk-yours")];
    let [units, paid, yours] = &heads;
    let of_paid = amounts::widest(view.captures.iter().map(|row| row.paid));
    let of_earned = amounts::widest(view.captures.iter().map(|row| row.earned));
    let shown = u64::try_from(view.captures.len()).unwrap_or(u64::MAX);
    html! {
        @if !view.captures.is_empty() {
            @if shown < view.all_captures { p.mut { (say!(lang, "session-captures-newest", shown: shown, all: view.all_captures)) } }
            table.rows.books {
                caption { (say!(lang, "session-captures")) }
                thead { tr { th scope="col" { (say!(lang, "rows-when")) } @for head in &heads { th.n scope="col" { (head) } } } }
                tbody { @for row in &view.captures { tr {
                    th scope="row" { (time::full(row.at, lang)) }
                    td.n data-l=(units) { (film::units(row.units, &row.unit, lang)) }
                    td.n data-l=(paid) { (amounts::column(row.paid, of_paid, lang)) }
                    td.n data-l=(yours) { (amounts::column(row.earned, of_earned, lang)) }
                } } }
            }
        }
    }
}
