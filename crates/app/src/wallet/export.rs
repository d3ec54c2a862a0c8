//! The whole history as a file: CSV (RFC 4180) for spreadsheets, JSON in base units for programs.

use super::Visitor;
use super::history::signed;
use super::lines::{Line, cursor, lines, split};
use crate::door::{self, Reply};
use crate::given::state_word;
use crate::web::{Money, PageKind};
use http::StatusCode;
use market::Place;
use money::Party;
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::{Value, json};
use store::index::Kind;

/// Lines read at a time.
const CHUNK: u32 = 1_000;
/// The columns of every list of payments, whoever keeps it.
pub(crate) const COLUMNS: [&str; 18] = [
    "id",
    "at",
    "kind",
    "party",
    "site",
    "item",
    "amount",
    "currency",
    "fee",
    "rate",
    "other_amount",
    "other_currency",
    "state",
    "mode",
    "units",
    "unit",
    "unit_price",
    "per",
];

impl Visitor<'_> {
    /// `GET /history.csv`.
    pub(super) async fn history_csv(&self) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let all = self.all_lines(login.party).await?;
        let kind = PageKind::Export { content_type: "text/csv; charset=utf-8", file_name: &self.file_name("csv") };
        let content = csv(&all, self.mode_word()).map_err(|error| {
            tracing::error!(%error, "a history could not be written as CSV");
            Problem::Internal
        })?;
        Ok(door::page(self.visit, StatusCode::OK, kind, content))
    }

    /// `GET /history.json`.
    pub(super) async fn history_json(&self) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let all = self.all_lines(login.party).await?;
        let rows: Vec<Value> = all.iter().map(|line| json_row(line, self.mode_word())).collect();
        let kind = PageKind::Export { content_type: "application/json", file_name: &self.file_name("json") };
        let content = json!({ "instance": self.instance.id.to_string(), "mode": self.mode_word(), "rows": rows });
        Ok(door::page(self.visit, StatusCode::OK, kind, content.to_string()))
    }

    async fn all_lines(&self, party: Party) -> Result<Vec<Line>, Problem> {
        let mut all: Vec<Line> = Vec::new();
        let mut before: Option<Place> = None;
        loop {
            let chunk = lines(self.instance, party, before, CHUNK).await?;
            let is_last = chunk.len() < 1_000;
            all.extend(chunk);
            before = all.last().map(|line| line.row.place);
            if is_last {
                return Ok(all);
            }
        }
    }

    pub(super) fn mode_word(&self) -> &'static str {
        self.instance.config.mode.mode().word()
    }

    /// Says in the file's name whether its money is real, and of which day it is.
    fn file_name(&self, extension: &str) -> String {
        let at = self.visit.now.to_string();
        let day = at.get(..10).unwrap_or_default();
        let test = if self.instance.is_test() { "test-" } else { "" };
        format!("farthing-{test}history-{day}.{extension}")
    }
}

/// The lines as CSV: amounts are plain decimals in main units, debits below zero.
pub(super) fn csv(lines: &[Line], mode: &str) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(COLUMNS)?;
    for line in lines {
        let row = &line.row;
        let (site, item) = row.item.as_deref().map_or(("", ""), split);
        let currency = row.asset.iso().unwrap_or_else(|| row.asset.to_string());
        let [units, unit, price, per] = used(line);
        out.write_record([
            &text(&id(line)),
            &row.at.to_string(),
            row.kind.word(),
            &text(party(line).unwrap_or_default()),
            &text(site),
            &text(item),
            &signed(row.amount, row.asset).plain(),
            &text(&currency),
            &signed(0, row.asset).plain(),
            "",
            "",
            "",
            state(line),
            mode,
            &units,
            &unit,
            &price,
            &per,
        ])?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// What was used and what it costs, in the last four columns; empty but for captures.
fn used(line: &Line) -> [String; 4] {
    let Some((captured, metered)) = line.row.captured.zip(line.used) else { return Default::default() };
    let price = Money::of(metered.rate.amount, metered.asset).plain();
    [captured.units.to_string(), text(metered.unit.as_str()), price, metered.rate.per.to_string()]
}

/// A text cell that no spreadsheet takes for a formula.
pub(crate) fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell.to_owned() }
}

fn json_row(line: &Line, mode: &str) -> Value {
    let row = &line.row;
    let (site, item) = row.item.as_deref().map(split).unzip();
    let mut facts = json!({
        "id": id(line),
        "at": row.at.to_string(),
        "kind": row.kind.word(),
        "party": party(line),
        "site": site,
        "item": item,
        "amount": row.amount.to_string(),
        "currency": row.asset.as_str(),
        "fee": "0",
        "balance": row.balance.to_string(),
        "state": state(line),
        "mode": mode,
    });
    if let Some((captured, metered)) = row.captured.zip(line.used) {
        facts["session"] = row.sale.map(serial).into();
        facts["units"] = captured.units.to_string().into();
        facts["unit"] = metered.unit.as_str().into();
        facts["unit_price"] = metered.rate.amount.to_string().into();
        facts["per"] = metered.rate.per.to_string().into();
    }
    facts
}

/// The receipt's serial; what has no receipt, its place in the journal.
pub(crate) fn id(line: &Line) -> String {
    line.row.receipt().map_or_else(|| cursor(line.row.place), serial)
}

/// Whom the money went to or came from: a payee's handle, or the rail. The history does not say who got a tip.
pub(crate) fn party(line: &Line) -> Option<&str> {
    match line.row.kind {
        Kind::TopUp => Some("play"),
        Kind::Tip => None,
        Kind::Sale | Kind::Refund | Kind::Session => line.sale.as_ref().map(|sale| sale.payee.as_str()),
    }
}

pub(crate) fn state(line: &Line) -> &'static str {
    match (line.row.kind, &line.sale) {
        (Kind::Sale, Some(sale)) => state_word("paid", (sale.returned, !sale.taken_back)),
        (Kind::Sale, None) => "paid",
        (Kind::TopUp | Kind::Refund | Kind::Tip | Kind::Session, _) => "done",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use market::Place;
    use money::{Asset, CommandId, Timestamp};
    use store::index::HistoryRow;

    #[test]
    fn a_hostile_address_is_no_formula_and_breaks_no_row() {
        let row = HistoryRow {
            place: Place { frame: 7, record: 1 },
            at: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
            kind: Kind::Sale,
            asset: Asset::fiat("EUR").unwrap(),
            amount: -4_000,
            balance: 996_000,
            sale: Some(CommandId([7; 16])),
            item: Some("@news.example/=cmd,\"|x\"".to_owned()),
            given: None,
            captured: None,
        };
        let line = Line { row, sale: None, used: None, session: None };
        let content = csv(&[line], "test").unwrap();
        let mut read = csv::Reader::from_reader(content.as_slice());
        assert_eq!(read.headers().unwrap(), COLUMNS.as_slice());
        let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(&rows[0][4], "'@news.example");
        assert_eq!(&rows[0][5], "/=cmd,\"|x\"");
        assert_eq!(&rows[0][6], "-0.004", "a number is never quoted as text");
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("\tx"), "'\tx");
    }
}
