//! Money in markup: the number for programs, the digits beyond the minor unit muted for people.

use crate::web::Lang;
use crate::web::money::{Figure, Money};
use maud::{Markup, html};

/// The exact amount.
pub fn exact(money: Money, lang: Lang) -> Markup {
    marked(money, &money.figure(lang))
}

/// The short amount of walls; the exact one in `title`.
pub fn short(money: Money, lang: Lang) -> Markup {
    html! { data value=(money.plain()) title=(money.exact(lang)) { (money.short(lang)) } }
}

/// The exact amount padded with muted zeros to `decimals` digits.
pub fn column(money: Money, decimals: usize, lang: Lang) -> Markup {
    marked(money, &money.padded(decimals, lang))
}

/// A change of a balance in a list, with its sign. Lists are long and have their files for programs, so the number is not
/// said twice.
pub fn change(money: Money, decimals: usize, lang: Lang) -> Markup {
    figures(&money.changed(decimals, lang))
}

/// A balance in a list.
pub fn after(money: Money, decimals: usize, lang: Lang) -> Markup {
    figures(&money.padded(decimals, lang))
}

/// Digits behind the point that a column of these needs.
pub fn widest(column: impl Iterator<Item = Money>) -> usize {
    column.map(Money::decimals).max().unwrap_or_default()
}

fn marked(money: Money, figure: &Figure) -> Markup {
    html! { data value=(money.plain()) { (figures(figure)) } }
}

fn figures(figure: &Figure) -> Markup {
    html! { (figure.head) (figure.number) @if !figure.rest.is_empty() { i { (figure.rest) } } (figure.tail) }
}
