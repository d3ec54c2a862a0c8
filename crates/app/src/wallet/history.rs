//! `/history`: everything that ever moved the balance.

use super::lines::{Line, cursor, lines_by_session, parse_cursor, split, title};
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::web::film;
use crate::web::lang::plain;
use crate::web::{self, HistoryView, Lang, Money, PageKind, Row, RowUndo};
use http::StatusCode;
use protocol::problem::Problem;
use protocol::text::serial;
use store::index::Kind;

/// Lines of a page.
const ROWS: u32 = 50;

impl Visitor<'_> {
    /// `GET /history?before=`.
    pub(super) async fn history(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let query = door::form(asked.query.as_bytes());
        let before = query.get("before").map(|text| parse_cursor(text)).transpose()?;
        // One more than is shown tells whether there is an older page.
        let mut found = lines_by_session(self.instance, login.party, before, ROWS.saturating_add(1)).await?;
        let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let has_older = found.len() > shown;
        found.truncate(shown);
        let older_url = found.last().filter(|_| has_older).map(|line| format!("/history?before={}", cursor(line.row.place)));
        let view = HistoryView {
            frame: self.frame().await?,
            rows: rows_of(self, &found),
            older_url,
            newest_url: before.map(|_| "/history".to_owned()),
            csv_url: "/history.csv".to_owned(),
            json_url: "/history.json".to_owned(),
        };
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::history(&view)))
    }
}

/// Lines as pages show them; each purchase that can be taken back has its button.
pub(super) fn rows_of(visitor: &Visitor<'_>, found: &[Line]) -> Vec<Row> {
    found.iter().map(|line| row_of(visitor, line)).collect()
}

fn row_of(visitor: &Visitor<'_>, line: &Line) -> Row {
    let lang = visitor.visit.lang;
    if let Some(session) = &line.session {
        return visitor.session_row((line, session), lang);
    }
    let Line { row, sale, .. } = line;
    let Words { title, place, mark } = words_of(line, lang);
    let number = row.receipt().map(serial);
    let until = sale.as_ref().and_then(|sale| sale.undo_until).filter(|_| row.kind == Kind::Sale);
    let undo = until.zip(number.as_deref()).map(|(until, number)| RowUndo { until, form: visitor.form("/undo", &[("sale", number)]) });
    Row {
        at: row.at,
        title,
        place,
        mark,
        receipt_url: number.map(|number| format!("/r/{number}")),
        session_url: None,
        amount: signed(row.amount, row.asset),
        fee: None,
        balance_after: Some(signed(row.balance, row.asset)),
        undo,
    }
}

/// What a line says it was.
pub(crate) struct Words {
    /// What for.
    pub title: String,
    /// With whom; may be empty.
    pub place: String,
    /// What happened when it was no plain payment.
    pub mark: Option<String>,
}

/// What a line says it was, in a language.
pub(crate) fn words_of(line: &Line, lang: Lang) -> Words {
    let row = &line.row;
    let item = row.item.as_deref().unwrap_or_default();
    let (realm, _) = split(item);
    let (title, place, mark) = match row.kind {
        Kind::TopUp => (plain!(lang, "row-added"), plain!(lang, "row-rail"), None),
        Kind::Sale => (title(item), realm.to_owned(), None),
        Kind::Refund => {
            let is_part = row.given.is_some_and(|given| !given.left.is_zero());
            (title(item), realm.to_owned(), Some(if is_part { plain!(lang, "row-part") } else { plain!(lang, "row-back") }))
        }
        Kind::Tip => (plain!(lang, "row-tip"), String::new(), None),
        Kind::Session => {
            let used = row.captured.zip(line.used).map(|(captured, metered)| film::used((captured.units, &metered), lang));
            (used.unwrap_or_else(|| plain!(lang, "row-session")), item.to_owned(), None)
        }
    };
    Words { title, place, mark }
}

/// Signed base units as money.
pub(super) fn signed(units: i64, asset: money::Asset) -> Money {
    Money { units: units.into(), asset }
}
