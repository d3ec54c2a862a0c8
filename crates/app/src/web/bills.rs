//! Bills of meters, as who is paid and who pays read them: the months, and one bill line by line. Their days and months are of UTC.

use super::lang::{Lang, plain, say};
use super::money::{self, Money};
use super::parts::money as amounts;
use super::parts::{files, framed, pager, pager_onward};
use super::view::Frame;
use super::{film, time};
use crate::meters::{Stage, Standing};
use crate::zone::Zone;
use ::money::Timestamp;
use maud::{Markup, html};

/// A list of months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillMonths {
    /// The latest first; a month has a line for every meter.
    pub rows: Vec<BillMonth>,
    /// Earlier ones.
    pub older_url: Option<String>,
    /// The latest; none when these are.
    pub newest_url: Option<String>,
}

/// What a meter counted in a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillMonth {
    /// An instant in it.
    pub month: Timestamp,
    /// Its page.
    pub url: String,
    /// Whose meter it is, where a payer reads.
    pub payee: Option<String>,
    /// Which meter.
    pub meter: String,
    /// How far it is.
    pub standing: BillStanding,
    /// What it comes to.
    pub sums: BillSums,
}

/// How far a bill is, and when nothing is added to it any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BillStanding(pub(crate) Standing);

/// What a bill comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BillSums {
    /// How many events.
    pub events: u64,
    /// Units that are charged.
    pub units: u64,
    /// What they cost.
    pub amount: Money,
    /// Units that nothing was authorised for.
    pub unbilled: u64,
}

/// One bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillView {
    /// An instant in its period.
    pub at: Timestamp,
    /// What the period is.
    pub span: BillSpan,
    /// Who is on the other side.
    pub other: BillOther,
    /// Which meter.
    pub meter: String,
    /// How far it is.
    pub standing: BillStanding,
    /// Lines, the earliest first.
    pub lines: Vec<BillLine>,
    /// What all of them sum to.
    pub sums: BillSums,
    /// The list that it is of.
    pub back_url: String,
    /// The whole bill as CSV.
    pub csv_url: String,
    /// As JSON.
    pub json_url: String,
    /// The first lines; none when these are.
    pub first_url: Option<String>,
    /// Those that follow; none after the last.
    pub next_url: Option<String>,
}

/// What a bill is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BillSpan {
    /// A month.
    Month,
    /// A day.
    Day,
}

/// Who is on the other side of a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BillOther {
    /// A payer, by the name that the payee knows them by.
    Buyer(String),
    /// A payee, by name.
    Payee(String),
}

/// A line of a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillLine {
    /// The day of the events.
    pub day: Timestamp,
    /// The day on which they came, if that is after the period.
    pub came: Option<Timestamp>,
    /// The page of the session.
    pub session_url: String,
    /// The offer's name.
    pub offer: String,
    /// Units that are charged.
    pub units: u64,
    /// Of what.
    pub unit: String,
    /// What they cost.
    pub price: Money,
    /// For how many.
    pub per: u64,
    /// What was drawn for them.
    pub amount: Money,
    /// Units that nothing was authorised for.
    pub unbilled: u64,
}

impl BillSpan {
    /// The period by its name.
    pub(super) fn name(self, at: Timestamp, lang: Lang) -> String {
        match self {
            BillSpan::Month => time::month(at, lang),
            BillSpan::Day => time::day(at, lang),
        }
    }
}

impl BillStanding {
    /// In a word, and until when.
    pub(super) fn word(self, lang: Lang) -> Markup {
        let Standing { stage, final_at } = self.0;
        let until = final_at.map(|at| html! { br; small { (say!(lang, "bill-final-at", at: time::full(at, lang))) } });
        match stage {
            Stage::Running => html! { span { span.st { (say!(lang, "bill-running")) } (until.unwrap_or_default()) } },
            Stage::Provisional => html! { span { span.st.warn { (say!(lang, "bill-provisional")) } (until.unwrap_or_default()) } },
            Stage::Final => html! { span.mut { (say!(lang, "bill-final")) } },
        }
    }

    /// What that means for what is read.
    pub(super) fn meaning(self, lang: Lang) -> Markup {
        match self.0.stage {
            Stage::Running => say!(lang, "bill-running-text"),
            Stage::Provisional => say!(lang, "bill-provisional-text"),
            Stage::Final => say!(lang, "bill-final-text"),
        }
    }
}

/// The months of a payer, in the wallet.
#[must_use]
pub fn bills(frame: &Frame, view: &BillMonths) -> String {
    let lang = frame.lang().in_zone(Zone::UTC);
    let content = html! {
        @if let Some(url) = &frame.statements_url { p.links { a href=(url) { (say!(lang, "statements")) } } }
        hgroup { h1 { (say!(lang, "bills")) } p.mut { (say!(lang, "bills-text-payer")) } }
        (months(view, lang))
    };
    framed(frame, &plain!(lang, "bills"), "wide", &content)
}

/// One bill of a payer, in the wallet.
#[must_use]
pub fn bill(frame: &Frame, view: &BillView) -> String {
    let lang = frame.lang().in_zone(Zone::UTC);
    framed(frame, &title(view, lang), "wide", &whole(view, lang))
}

/// The list of months.
pub(super) fn months(view: &BillMonths, lang: Lang) -> Markup {
    let heads = [plain!(lang, "bill-state"), plain!(lang, "usage-units"), plain!(lang, "bill-unbilled"), plain!(lang, "bill-amount")];
    let [state, units, unbilled, amount] = &heads;
    let decimals = amounts::widest(view.rows.iter().map(|row| row.sums.amount));
    html! {
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "bills-none")) } }
        } @else {
            table.rows.books {
                caption.vh { (say!(lang, "bills")) }
                thead { tr {
                    th scope="col" { (say!(lang, "statements-month")) }
                    th scope="col" { (state) }
                    @for head in &heads[1..] { th.n scope="col" { (head) } }
                } }
                tbody { @for row in &view.rows { tr {
                    th scope="row" {
                        a href=(row.url) { (time::month(row.month, lang)) }
                        br; small { @if let Some(payee) = &row.payee { bdi { (payee) } " · " } (row.meter) }
                    }
                    td data-l=(state) { (row.standing.word(lang)) }
                    td.n data-l=(units) { (film::units(row.sums.units, &row.meter, lang)) }
                    td.n data-l=(unbilled) { (money::count(row.sums.unbilled, lang)) }
                    td.n data-l=(amount) { (amounts::column(row.sums.amount, decimals, lang)) }
                } } }
            }
            p.mut { (say!(lang, "bills-unbilled")) }
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    }
}

/// What the page of a bill is called.
pub(super) fn title(view: &BillView, lang: Lang) -> String {
    plain!(lang, "bill-of", period: view.span.name(view.at, lang))
}

/// One bill.
pub(super) fn whole(view: &BillView, lang: Lang) -> Markup {
    let sums = &view.sums;
    html! {
        p.links { a href=(view.back_url) { (say!(lang, "bills")) } }
        div.head { h1 { (title(view, lang)) } (files(&view.csv_url, &view.json_url, lang)) }
        dl.facts {
            @match &view.other {
                BillOther::Buyer(reference) => div { dt { (say!(lang, "desk-buyer")) } dd { code { (reference) } } },
                BillOther::Payee(name) => div { dt { (say!(lang, "receipt-to")) } dd { bdi { (name) } } },
            }
            div { dt { (say!(lang, "bill-meter")) } dd { (view.meter) } }
            div { dt { (say!(lang, "bill-amount")) } dd { b { (amounts::exact(sums.amount, lang)) } } }
            div { dt { (say!(lang, "usage-units")) } dd { (film::units(sums.units, &view.meter, lang)) " " small { (say!(lang, "bill-events", count: sums.events)) } } }
            @if sums.unbilled > 0 { div { dt { (say!(lang, "bill-unbilled")) } dd { (money::count(sums.unbilled, lang)) } } }
            div { dt { (say!(lang, "bill-state")) } dd { (view.standing.word(lang)) p.small { (view.standing.meaning(lang)) } } }
        }
        @if view.lines.is_empty() { p.mut { (say!(lang, "bills-none")) } } @else { (lines(view, lang)) }
        @if sums.unbilled > 0 { p.mut { (say!(lang, "bills-unbilled")) } }
        (pager_onward(view.first_url.as_deref(), view.next_url.as_deref(), lang))
    }
}

fn lines(view: &BillView, lang: Lang) -> Markup {
    let heads = [plain!(lang, "usage-units"), plain!(lang, "usage-price"), plain!(lang, "bill-unbilled"), plain!(lang, "bill-amount")];
    let [units, price, unbilled, amount] = &heads;
    let decimals = amounts::widest(view.lines.iter().map(|line| line.amount));
    html! {
        table.rows.books {
            caption { (say!(lang, "bill-lines")) }
            thead { tr { th scope="col" { (say!(lang, "bill-session")) } @for head in &heads { th.n scope="col" { (head) } } } }
            tbody { @for line in &view.lines { tr {
                th scope="row" {
                    a href=(line.session_url) { (time::day(line.day, lang)) }
                    br; small { (line.offer) @if let Some(came) = line.came { " · " (say!(lang, "bill-late", day: time::day(came, lang))) } }
                }
                td.n data-l=(units) { (film::units(line.units, &line.unit, lang)) }
                td.n data-l=(price) { span { (film::rate((line.price, line.per), &line.unit, lang)) } }
                td.n data-l=(unbilled) { (money::count(line.unbilled, lang)) }
                td.n data-l=(amount) { (amounts::column(line.amount, decimals, lang)) }
            } } }
        }
    }
}
