//! The desk's first page: what is still to do, later what was earned.

use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::{Bar, chart, money as amounts};
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// The first page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HomeView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// What leads to the first payment; empty once there is one.
    pub steps: Vec<Step>,
    /// What was earned, once something was.
    pub figures: Option<Figures>,
}

/// One step to the first payment. It is computed and cannot be ticked by hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What it is about.
    pub kind: StepKind,
    /// Whether it is done.
    pub done: bool,
    /// Where it is done.
    pub url: String,
}

/// What a step is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// A site of this payee.
    Site,
    /// An offer with a price.
    Offer,
    /// The site was looked at and found good.
    Check,
    /// The site was looked at and something was found.
    CheckFailed,
    /// One purchase was tried and taken back.
    Try,
    /// A payment that stands.
    First,
}

/// What was earned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figures {
    /// On this UTC day.
    pub today: Money,
    /// In this UTC month.
    pub month: Money,
    /// Sales of the days shown.
    pub sales: u64,
    /// How many of those were taken back.
    pub taken_back: u64,
    /// The days, the oldest first.
    pub days: Vec<DayBar>,
    /// The pages that earned most in these days.
    pub top: Vec<TopItem>,
}

/// A day of the chart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayBar {
    /// An instant in it.
    pub at: Timestamp,
    /// What was earned, net of what was taken back.
    pub earned: Money,
    /// Sales.
    pub sales: u64,
}

/// A page that earned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopItem {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Sales that stand.
    pub sales: u64,
    /// What came of them.
    pub earned: Money,
}

/// The page.
#[must_use]
pub fn home(view: &HomeView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        @match &view.figures {
            Some(figures) => { (earned(figures, lang)) }
            None => { (checklist(&view.steps, lang)) }
        }
    };
    at_place(&view.frame, &content)
}

fn checklist(steps: &[Step], lang: Lang) -> Markup {
    html! {
        section {
            hgroup { h1 { (say!(lang, "desk-start")) } p.mut { (say!(lang, "desk-start-text")) } }
            ol.checks {
                @for step in steps {
                    @let (what, how, press) = words(step.kind, lang);
                    li {
                        @if step.done { span.st { span aria-hidden="true" { "✓ " } (say!(lang, "desk-step-done")) } }
                        @else { span.st.warn { span aria-hidden="true" { "… " } (say!(lang, "desk-step-open")) } }
                        div {
                            b { (what) }
                            @if !step.done { p { (how) } p { a href=(step.url) { (press) } } }
                        }
                    }
                }
            }
        }
    }
}

/// What a step is, what is wrong while it is not done, and what its link says.
fn words(kind: StepKind, lang: Lang) -> (String, Markup, String) {
    match kind {
        StepKind::Site => (plain!(lang, "desk-step-site"), say!(lang, "desk-step-site-open"), plain!(lang, "desk-step-site-go")),
        StepKind::Offer => (plain!(lang, "desk-step-offer"), say!(lang, "desk-step-offer-open"), plain!(lang, "desk-step-offer-go")),
        StepKind::Check => (plain!(lang, "desk-step-check"), say!(lang, "desk-step-check-open"), plain!(lang, "desk-step-check-go")),
        StepKind::CheckFailed => (plain!(lang, "desk-step-check"), say!(lang, "desk-step-check-bad"), plain!(lang, "desk-step-check-see")),
        StepKind::Try => (plain!(lang, "desk-step-try"), say!(lang, "desk-step-try-open"), plain!(lang, "desk-step-try-go")),
        StepKind::First => (plain!(lang, "desk-step-first"), say!(lang, "desk-step-first-open"), plain!(lang, "desk-step-first-go")),
    }
}

fn earned(figures: &Figures, lang: Lang) -> Markup {
    let days = u64::try_from(figures.days.len()).unwrap_or_default();
    let bars: Vec<Bar> = figures
        .days
        .iter()
        .map(|day| Bar { label: time::day(day.at, lang), units: day.earned.units, said: day.earned.exact(lang) })
        .collect();
    html! {
        section {
            h1 { (say!(lang, "desk-earned")) }
            dl.tiles {
                div { dt { (say!(lang, "desk-today")) } dd { (amounts::exact(figures.today, lang)) } }
                div { dt { (say!(lang, "desk-month")) } dd { (amounts::exact(figures.month, lang)) } }
                div { dt { (say!(lang, "desk-sales-lately", days: days)) } dd { a href="/sales" { (money::count(figures.sales, lang)) } } }
                div { dt { (say!(lang, "desk-back")) } dd { (money::percent(rate(figures), lang)) " " small { (money::count(figures.taken_back, lang)) } } }
            }
        }
        section {
            h2 { (say!(lang, "desk-per-day", days: days)) }
            (chart(&bars, &plain!(lang, "desk-per-day", days: days)))
            details {
                summary { (say!(lang, "desk-as-table")) }
                (day_table(figures, lang))
            }
        }
        section { (top_table(figures, lang)) }
    }
}

/// Taken back, in hundredths of a percent of the sales.
fn rate(figures: &Figures) -> u16 {
    let points = figures.taken_back.saturating_mul(10_000).checked_div(figures.sales).unwrap_or_default();
    // A tenth of a percent is as fine as anybody reads it.
    u16::try_from((points.saturating_add(5) / 10).saturating_mul(10)).unwrap_or(10_000)
}

fn day_table(figures: &Figures, lang: Lang) -> Markup {
    let decimals = amounts::widest(figures.days.iter().map(|day| day.earned));
    html! {
        table.sums {
            caption.vh { (say!(lang, "desk-as-table")) }
            thead { tr { th scope="col" { (say!(lang, "desk-day")) } th.n scope="col" { (say!(lang, "desk-sales")) } th.n scope="col" { (say!(lang, "desk-earned")) } } }
            tbody {
                @for day in figures.days.iter().rev() {
                    tr { th scope="row" { (time::day(day.at, lang)) } td.n { (money::count(day.sales, lang)) } td.n { (amounts::after(day.earned, decimals, lang)) } }
                }
            }
        }
    }
}

fn top_table(figures: &Figures, lang: Lang) -> Markup {
    let decimals = amounts::widest(figures.top.iter().map(|item| item.earned));
    html! {
        table.sums {
            caption { (say!(lang, "desk-top")) }
            thead { tr { th scope="col" { (say!(lang, "desk-page")) } th.n scope="col" { (say!(lang, "desk-sales")) } th.n scope="col" { (say!(lang, "desk-earned")) } } }
            tbody {
                @for item in &figures.top {
                    tr { th scope="row" { a href=(item.url) { (item.title) } } td.n { (money::count(item.sales, lang)) } td.n { (amounts::after(item.earned, decimals, lang)) } }
                }
            }
        }
    }
}
