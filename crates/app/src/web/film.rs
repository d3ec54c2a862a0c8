//! What is counted, as people read it: of films minutes and seconds, since nobody thinks in milliseconds; of all else the number and its word.

use super::lang::{Lang, plain, say};
use super::money::{Money, count};
use super::parts::money as amounts;
use market::Metered;
use maud::{Markup, html};

/// The word that films are counted in.
const MS: &str = "ms";

/// So much of a film: `24 s`, `12 min 5 s`. What is less than a second more is left off.
#[must_use]
pub fn length(ms: u64, lang: Lang) -> String {
    let (minutes, seconds) = (ms / 60_000, ms / 1_000 % 60);
    if minutes > 0 {
        plain!(lang, "film-minutes", minutes: minutes, seconds: seconds)
    } else {
        plain!(lang, "film-seconds", seconds: seconds)
    }
}

/// So many units, for a column of them.
#[must_use]
pub fn units(units: u64, unit: &str, lang: Lang) -> Markup {
    if unit == MS {
        return html! { span { (length(units, lang)) } };
    }
    html! { span { (count(units, lang)) " " span.mut { (unit_word(unit, units, lang)) } } }
}

/// What is counted, in the reader's language where it is ours; a payee's own word stands as it is.
#[must_use]
pub fn unit_word(unit: &str, count: u64, lang: Lang) -> String {
    match unit {
        "call" => plain!(lang, "unit-call", count: count),
        "byte" => plain!(lang, "unit-byte", count: count),
        "second" => plain!(lang, "unit-second", count: count),
        own => own.to_owned(),
    }
}

/// The price of so many units, for a column of them.
#[must_use]
pub fn rate((price, per): (Money, u64), unit: &str, lang: Lang) -> Markup {
    let price = amounts::exact(price, lang);
    if unit == MS { say!(lang, "film-rate", price: price, seconds: per / 1_000) } else { say!(lang, "usage-rate", price: price, per: per) }
}

/// So much and what it costs, in a line.
#[must_use]
pub fn used((units, metered): (u64, &Metered), lang: Lang) -> String {
    let (price, unit, per) = (Money::of(metered.rate.amount, metered.asset).exact(lang), metered.unit.as_str(), metered.rate.per.get());
    if unit == MS {
        return plain!(lang, "film-used", length: length(units, lang), price: price, seconds: per / 1_000);
    }
    let unit = unit_word(unit, 1, lang);
    match per {
        1 => plain!(lang, "units-each", units: units, unit: unit, price: price),
        per => plain!(lang, "units-per", units: units, unit: unit, price: price, per: per),
    }
}
