//! A cap with what is used of it: a bar and the same in words.

use super::money;
use crate::web::lang::{Lang, say};
use crate::web::money::Money;
use crate::web::time;
use ::money::Timestamp;
use maud::{Markup, html};

/// Which of a payer's caps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cap {
    /// Of a page on one site.
    Page,
    /// Of a month on one site.
    Site,
    /// Of a month on all sites.
    All,
    /// Of a day.
    Day,
}

/// A month's cap as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CapMeter {
    /// What it covers, said to who cannot see what stands around it.
    pub label: String,
    /// The cap.
    pub most: Money,
    /// What is spent.
    pub spent: Money,
    /// What is left.
    pub left: Money,
    /// When it starts again.
    pub resets_at: Timestamp,
}

impl CapMeter {
    /// True from four fifths on.
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.spent.units.saturating_mul(5) >= self.most.units.saturating_mul(4)
    }

    /// True once nothing is left.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.spent.units >= self.most.units
    }
}

/// The bar and its words.
pub fn cap_meter(cap: &CapMeter, lang: Lang) -> Markup {
    let used = cap.spent.units.min(cap.most.units);
    html! {
        div {
            progress max=(cap.most.units.max(1)) value=(used) aria-label=(cap.label) {}
            p.small {
                (say!(lang, "cap-used", spent: money::exact(cap.spent, lang), most: money::exact(cap.most, lang),
                    left: money::exact(cap.left, lang), day: time::full(cap.resets_at, lang)))
            }
        }
    }
}

/// Cap, spent, left and when it starts again, a line each.
pub fn cap_facts((most, spent, left): (Money, Money, Money), resets_at: Option<Timestamp>, lang: Lang) -> Markup {
    html! {
        dl.facts.nums {
            div { dt { (say!(lang, "cap-most")) } dd { (money::exact(most, lang)) } }
            @if let Some(resets_at) = resets_at {
                div { dt { (say!(lang, "cap-spent")) } dd { (money::exact(spent, lang)) } }
                div { dt { (say!(lang, "cap-left")) } dd { (money::exact(left, lang)) } }
                div { dt { (say!(lang, "cap-resets")) } dd { (time::full(resets_at, lang)) } }
            }
        }
    }
}
