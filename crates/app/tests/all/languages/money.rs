//! The golden table of money against the browser's own data: what the formatter must write is what people see elsewhere.

use crate::browser::Browser;
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../../../../../testdata/money.tsv");

/// Amounts go in as decimal strings: as a number, 18014398509481.984001 loses its last three digits.
const WRITE: &str = "rows.map(([locale, currency, decimal]) => \
    new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 6 }).format(decimal).replace('-', '\u{2212}'))";

/// Base units as a decimal of main units.
fn decimal(units: &str) -> String {
    let (sign, units) = units.strip_prefix('-').map_or(("", units), |units| ("-", units));
    let padded = format!("{units:0>7}");
    let (main, rest) = padded.split_at(padded.len() - 6);
    format!("{sign}{main}.{rest}")
}

#[test]
fn every_amount_of_the_table_is_what_the_browser_writes() {
    let rows: Vec<Vec<&str>> = GOLDEN.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let asked: Vec<Value> = rows.iter().map(|row| json!([row[0], row[1], decimal(row[2])])).collect();
    let reader = Browser::shared().context();
    let page = reader.page();
    let written = page.eval(&format!("(rows => {WRITE})({})", Value::from(asked)));
    let written = written.as_array().unwrap();
    assert_eq!(written.len(), rows.len());
    let wrong: Vec<String> = rows
        .iter()
        .zip(written)
        .filter(|(row, written)| *written != row[3])
        .map(|(row, written)| format!("{} {} {}: the table says {:?}, the browser {written:?}", row[0], row[1], row[2], row[3]))
        .collect();
    assert!(rows.len() > 800 && wrong.is_empty(), "{}", wrong.join("\n"));
}
