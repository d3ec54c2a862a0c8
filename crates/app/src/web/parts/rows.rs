//! Rows of money: a table that stacks on a narrow screen, amount and action each in their place.
//!
//! The stylesheet finds the five columns by their order, so a row carries no class: fifty rows stay small.

use super::{hidden, money};
use crate::web::Lang;
use crate::web::time;
use crate::web::view::{Form, Row, RowUndo};
use ::money::Timestamp;
use maud::{Markup, html};

/// The table of changes with its caption.
///
/// One form holds the whole table, since the undo of every row is posted to the same place with the same guard; a row's own
/// field is the button that is pressed. With a form a row, fifty rows would weigh half as much again.
pub fn rows(caption: &str, rows: &[Row], now: Timestamp) -> Markup {
    let changes = money::widest(rows.iter().map(|row| row.amount));
    let balances = money::widest(rows.iter().filter_map(|row| row.balance_after));
    let table = html! {
        table.rows.moves {
            caption { (caption) }
            thead { tr {
                th scope="col" { "When" }
                th scope="col" { "What" }
                th scope="col" { "Change" }
                th scope="col" { "Balance" }
                th scope="col" { span.vh { "Undo or receipt" } }
            } }
            tbody { @for row in rows { (line(row, (changes, balances), now)) } }
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

fn line(row: &Row, (changes, balances): (usize, usize), now: Timestamp) -> Markup {
    html! {
        tr {
            td { (time::listed(row.at, now, Lang::EN)) }
            th scope="row" {
                @if let Some(url) = &row.receipt_url { a href=(url) { (row.title) } } @else { (row.title) }
                @if let Some(mark) = &row.mark { " " span.mark { (mark) } }
                @if !row.place.is_empty() { " " small { (row.place) } }
            }
            td {
                (money::change(row.amount, changes, Lang::EN))
                @if let Some(fee) = row.fee { " " small { "fee " (money::exact(fee, Lang::EN)) } }
            }
            td { @if let Some(after) = row.balance_after { (money::after(after, balances, Lang::EN)) } }
            td { (action(row, now)) }
        }
    }
}

fn action(row: &Row, now: Timestamp) -> Markup {
    html! {
        @if let Some(RowUndo { until, form }) = &row.undo {
            @for (name, value) in form.fields.iter().take(1) {
                button name=(name) value=(value) { "Undo" span.vh { " “" (row.title) "”" } }
            }
            " until " (time::hint(*until, now, Lang::EN))
        } @else if let Some(url) = &row.receipt_url {
            a href=(url) { "Receipt" }
        }
    }
}
