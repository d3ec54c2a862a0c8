//! Bars through time as our own drawing: it prints, needs no script and follows light and dark. What it shows also stands in a
//! table beside it.

use maud::{Markup, html};

/// Height of the drawing; its width is ten a bar. The page stretches both.
const HIGH: i128 = 100;

/// One bar.
pub struct Bar {
    /// Its day.
    pub label: String,
    /// How high it is.
    pub units: i128,
    /// The same in words.
    pub said: String,
}

/// The bars, with their first and last day below and the highest above.
pub fn chart(bars: &[Bar], name: &str) -> Markup {
    let most = bars.iter().map(|bar| bar.units).max().unwrap_or_default().max(1);
    let highest = bars.iter().find(|bar| bar.units == most);
    // A day that earned something is seen, however little it was.
    let high = |units: i128| if units <= 0 { 0 } else { units.saturating_mul(HIGH).checked_div(most).unwrap_or_default().max(1) };
    html! {
        figure {
            @if let Some(highest) = highest { p.small aria-hidden="true" { (highest.said) } }
            svg.chart role="img" aria-label=(name) viewBox={ "0 0 " (bars.len().saturating_mul(10)) " " (HIGH) } preserveAspectRatio="none" {
                @for (number, bar) in bars.iter().enumerate() {
                    @let height = high(bar.units);
                    rect x=(number.saturating_mul(10).saturating_add(1)) y=(HIGH.saturating_sub(height)) width="8" height=(height) { title { (bar.label) ": " (bar.said) } }
                }
            }
            p.head.small aria-hidden="true" { @for bar in bars.first().into_iter().chain(bars.last()) { span { (bar.label) } } }
        }
    }
}
