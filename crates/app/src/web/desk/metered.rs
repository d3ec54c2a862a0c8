//! What a payee's meters counted, as the page of usage shows it: by day and offer, with what nothing was held for.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::{film, time};
use ::money::Timestamp;
use maud::{Markup, html};

/// Events of one day that were priced by one offer version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeteredRow {
    /// The day.
    pub day: Timestamp,
    /// The offer's name.
    pub offer: String,
    /// How many events.
    pub events: u64,
    /// How many units they were for.
    pub units: u64,
    /// Of what.
    pub unit: String,
    /// What was drawn for them.
    pub drawn: Money,
    /// How many of the units nothing was authorised for.
    pub unbilled: u64,
}

/// The table; nothing where no meter counted.
pub(super) fn table(rows: &[MeteredRow], lang: Lang) -> Markup {
    let heads = [plain!(lang, "metered-events"), plain!(lang, "usage-units"), plain!(lang, "usage-used"), plain!(lang, "metered-unbilled")];
    let [events, units, drawn, unbilled] = &heads;
    let decimals = amounts::widest(rows.iter().map(|row| row.drawn));
    html! {
        @if !rows.is_empty() {
            table.rows.books {
                caption { (say!(lang, "metered-days")) }
                thead { tr { th scope="col" { (say!(lang, "usage-day")) } th scope="col" { (say!(lang, "usage-offer")) } @for head in &heads { th.n scope="col" { (head) } } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (time::day(row.day, lang)) }
                    td data-l=(plain!(lang, "usage-offer")) { (row.offer) }
                    td.n data-l=(events) { (money::count(row.events, lang)) }
                    td.n data-l=(units) { (film::units(row.units, &row.unit, lang)) }
                    td.n data-l=(drawn) { (amounts::column(row.drawn, decimals, lang)) }
                    td.n data-l=(unbilled) { (money::count(row.unbilled, lang)) }
                } } }
            }
            p.mut { (say!(lang, "metered-text")) }
        }
    }
}
