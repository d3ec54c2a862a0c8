//! Rows of money: a table that stacks on a narrow screen, amount and action each in their place.
//!
//! The stylesheet finds the five columns by their order, so a row carries no class: fifty rows stay small.

use super::{hidden, money};
use crate::web::lang::{Lang, say};
use crate::web::time;
use crate::web::view::{Form, Row, RowUndo};
use ::money::Timestamp;
use maud::{Markup, html};

/// The table of changes.
///
/// One form holds the whole table, since the undo of every row is posted to the same place with the same guard; a row's own
/// field is the button that is pressed. With a form a row, fifty rows would weigh half as much again.
pub fn rows(rows: &[Row], now: Timestamp, lang: Lang) -> Markup {
    let changes = money::widest(rows.iter().map(|row| row.amount));
    let balances = money::widest(rows.iter().filter_map(|row| row.balance_after));
    let table = html! {
        table.rows.moves {
            caption { (say!(lang, "rows-order", zone: lang.zone().name())) }
            thead { tr {
                th scope="col" { (say!(lang, "rows-when")) }
                th scope="col" { (say!(lang, "rows-what")) }
                th scope="col" { (say!(lang, "rows-change")) }
                th scope="col" { (say!(lang, "rows-balance")) }
                th scope="col" { span.vh { (say!(lang, "rows-action")) } }
            } }
            tbody { @for row in rows { (line(row, (changes, balances), now, lang)) } }
        }
    };
    match rows.iter().find_map(|row| row.undo.as_ref()) {
        Some(RowUndo { form, .. }) => {
            let guard = Form { fields: Vec::new(), ..form.clone() };
            html! { form method="post" action=(guard.action) { (hidden(&guard)) (table) } }
        }
        None => table,
    }
}

fn line(row: &Row, (changes, balances): (usize, usize), now: Timestamp, lang: Lang) -> Markup {
    html! {
        tr {
            td { (time::listed(row.at, now, lang)) }
            th scope="row" {
                @if let Some(url) = row.receipt_url.as_ref().or(row.session_url.as_ref()) { a href=(url) { (row.title) } } @else { (row.title) }
                @if let Some(mark) = &row.mark { " " span.mark { (mark) } }
                @if !row.place.is_empty() { small { (row.place) } }
            }
            td {
                (money::change(row.amount, changes, lang))
                @if let Some(fee) = row.fee { " " small { (say!(lang, "add-fee", fee: money::exact(fee, lang))) } }
            }
            td { @if let Some(after) = row.balance_after { (money::after(after, balances, lang)) } }
            td { (action(row, now, lang)) }
        }
    }
}

fn action(row: &Row, now: Timestamp, lang: Lang) -> Markup {
    html! {
        @if let Some(RowUndo { until, form }) = &row.undo {
            @for (name, value) in form.fields.iter().take(1) {
                button name=(name) value=(value) { (say!(lang, "row-undo")) span.vh { " " (row.title) } }
            }
            " " (say!(lang, "until", time: time::listed_hint(*until, now, lang)))
        } @else if let Some(url) = &row.receipt_url {
            a href=(url) { (say!(lang, "receipt")) }
        } @else if let Some(url) = &row.session_url {
            a href=(url) { (say!(lang, "session")) }
        }
    }
}
