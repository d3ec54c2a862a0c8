//! A month's statement: what stood, what came and went, what stands, where it went, every line.

use super::{Issue, amount, change, column, fact, figure, widest};
use crate::statement::{Division, Statement};
use crate::wallet::{Line, words_of};
use crate::web::lang::{Lang, plain};
use crate::web::money::Money;
use crate::web::time;
use print::{Block, Cell, Document, Heading, Kind, Table};
use protocol::text::account;

/// More lines than this stand in the files for programs alone: nobody leafs through so many pages.
const MOST_LINES: usize = 10_000;

/// The statement on paper. `names` gives the name of a payee by its handle.
pub(crate) fn statement(statement: &Statement, issue: &Issue<'_>, names: &dyn Fn(&str) -> String) -> Document {
    let lang = issue.lang();
    let month = time::month(statement.from, lang);
    let caption = if statement.is_open() {
        plain!(lang, "statement-so-far", at: time::full_text(statement.as_of, lang))
    } else {
        plain!(lang, "statement-closing", month: month.clone())
    };
    let lines = if statement.lines.len() > MOST_LINES {
        Block::Note(plain!(lang, "statement-many", count: statement.sum.lines))
    } else {
        Block::Table(lines(statement, lang))
    };
    Document {
        lang: lang.tag().to_owned(),
        issuer: issue.instance.name.clone(),
        title: plain!(lang, "statement-title", month: month.clone()),
        test: issue.test(),
        heading: Heading {
            kind: if statement.is_open() { plain!(lang, "statement-open-kind") } else { plain!(lang, "statement") },
            title: month,
            figure: figure(money(statement, statement.sum.closing).figure(lang)),
            caption,
        },
        blocks: vec![
            Block::Facts(facts(statement, issue)),
            Block::Table(sums(statement, lang)),
            Block::Table(division(statement, lang, names)),
            Block::Note(adds_up(statement, lang)),
            lines,
            Block::Note(issue.signed()),
        ],
        attachment: issue.attachment.clone(),
        id: format!("{}/{}/{}/{}/{}", issue.id, account(statement.of.party), statement.of.asset, statement.name(), statement.zone.name()),
        at: statement.as_of,
    }
}

fn money(statement: &Statement, units: i64) -> Money {
    Money { units: units.into(), asset: statement.of.asset }
}

fn facts(statement: &Statement, issue: &Issue<'_>) -> Vec<print::Fact> {
    let lang = issue.lang();
    let ends = if statement.is_open() { statement.as_of } else { statement.to };
    let (from, to) = (time::full_text(statement.from, lang), time::full_text(ends, lang));
    let until =
        if statement.is_open() { plain!(lang, "statement-period-open", to: to) } else { plain!(lang, "statement-period-closed", to: to) };
    let wallet = fact(plain!(lang, "nav-wallet"), vec![account(statement.of.party)]);
    [wallet, fact(plain!(lang, "statement-period"), vec![from, until])].into_iter().chain(issue.facts()).collect()
}

fn sums(statement: &Statement, lang: Lang) -> Table {
    let sum = &statement.sum;
    let [opening, came_in, went_out, closing] = [sum.opening, sum.came_in, sum.went_out, sum.closing].map(|units| money(statement, units));
    let decimals = widest([opening, came_in, went_out, closing]);
    Table {
        caption: plain!(lang, "statement-sums"),
        columns: vec![column(String::new(), Kind::Words), column(String::new(), Kind::Money)],
        rows: vec![
            vec![Cell::words(plain!(lang, "statement-before")), amount(opening, decimals, lang)],
            vec![Cell::words(plain!(lang, "statement-in")), change(came_in, decimals, lang)],
            vec![Cell::words(plain!(lang, "statement-out")), change(went_out, decimals, lang)],
        ],
        total: Some(vec![Cell::words(plain!(lang, "statement-after")), amount(closing, decimals, lang)]),
    }
}

fn division(statement: &Statement, lang: Lang, names: &dyn Fn(&str) -> String) -> Table {
    let Division { total, payees, fees, tips, refunds } = &statement.division;
    let mut parts: Vec<(Cell, i64)> = Vec::new();
    for (handle, units) in payees {
        let text = plain!(lang, "statement-kept", payee: &names(handle));
        parts.push((Cell::Words { text, small: handle.clone() }, *units));
    }
    for (label, units) in fees {
        parts.push((Cell::words(plain!(lang, "statement-fee", label: label)), *units));
    }
    if fees.is_empty() {
        parts.push((Cell::words(plain!(lang, "statement-fees")), 0));
    }
    if *tips != 0 {
        parts.push((Cell::words(plain!(lang, "statement-tips")), *tips));
    }
    parts.push((Cell::words(plain!(lang, "row-back")), *refunds));
    let decimals = widest(parts.iter().map(|(_, units)| *units).chain([*total]).map(|units| money(statement, units)));
    let cell = |units: i64| amount(money(statement, units), decimals, lang);
    Table {
        caption: plain!(lang, "statement-division"),
        columns: vec![column(String::new(), Kind::Words), column(String::new(), Kind::Money)],
        rows: parts.into_iter().map(|(who, units)| vec![who, cell(units)]).collect(),
        total: Some(vec![Cell::words(plain!(lang, "statement-paid")), cell(*total)]),
    }
}

/// The line that is checked before anything is printed.
fn adds_up(statement: &Statement, lang: Lang) -> String {
    let division = &statement.division;
    let text = |units: i64| money(statement, units).exact(lang);
    let kept = division.kept().unwrap_or_default().saturating_add(division.tips);
    let (total, fees, back) = (text(division.total), text(division.fee().unwrap_or_default()), text(division.refunds));
    plain!(lang, "statement-adds-up", total: total, kept: text(kept), fees: fees, back: back)
}

fn lines(statement: &Statement, lang: Lang) -> Table {
    let rows = || statement.lines.iter().map(|line| &line.row);
    let changes = widest(rows().map(|row| money(statement, row.amount)));
    let balances = widest(rows().map(|row| money(statement, row.balance)));
    let row = |line: &Line| {
        let (words, row) = (words_of(line, lang), &line.row);
        let text = words.mark.map_or_else(|| words.title.clone(), |mark| format!("{} · {mark}", words.title));
        vec![
            Cell::words(time::listed_text(row.at, lang)),
            Cell::Words { text, small: words.place },
            change(money(statement, row.amount), changes, lang),
            amount(money(statement, row.balance), balances, lang),
        ]
    };
    Table {
        caption: plain!(lang, "statement-lines"),
        columns: vec![
            column(plain!(lang, "statement-when", zone: statement.zone.name()), Kind::Short),
            column(plain!(lang, "rows-what"), Kind::Words),
            column(plain!(lang, "rows-change"), Kind::Money),
            column(plain!(lang, "rows-balance"), Kind::Money),
        ],
        rows: statement.lines.iter().map(row).collect(),
        total: None,
    }
}
