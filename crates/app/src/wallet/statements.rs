//! `/statements`: a line for each month in which something moved, and each month as PDF, CSV and signed JSON.

use super::export::csv;
use super::history::signed;
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::statement::{Statement, document, month_name, month_of, months};
use crate::web::lang::plain;
use crate::web::paper::{self, Issue};
use crate::web::{self, MonthState, PageKind, StatementRow, StatementsView};
use crate::zone::Zone;
use http::StatusCode;
use market::Class;
use print::{Attachment, Document};
use protocol::problem::Problem;
use store::index::{MonthSum, Of};

/// Months of a page.
const ROWS: usize = 24;

impl Visitor<'_> {
    /// `GET /statements?before=2026-03`.
    pub(super) async fn statements(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(of) = self.value() else { return Ok(door::see_other("/")) };
        let query = door::form(asked.query.as_bytes());
        let unread = || Problem::BadRequest { detail: "`before` is a month such as 2026-03".to_owned() };
        let before = query.get("before").map(|name| month_of(name).ok_or_else(unread)).transpose()?;
        let zone = self.visit.lang.zone();
        let mut found = months(self.instance, of, zone).await?;
        found.retain(|sum| before.is_none_or(|before| sum.month < before));
        let has_older = found.len() > ROWS;
        found.truncate(ROWS);
        let name = |sum: &MonthSum| month_name(sum.month);
        let view = StatementsView {
            frame: self.frame().await?,
            older_url: found.last().filter(|_| has_older).map(|sum| format!("/statements?before={}", name(sum))),
            newest_url: before.map(|_| "/statements".to_owned()),
            bills_url: self.bills_url().await?,
            months: found.iter().map(|sum| self.month_row(sum, &name(sum))).collect(),
        };
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::statements(&view)))
    }

    /// `GET /statements/2026-11.pdf`, `.csv` and `.json`, each with `?zone=` unless it is UTC: the address says the calendar, so that
    /// it gives the same file whatever zone its reader chooses later.
    pub(super) async fn statement(&self, asked: &Asked) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        let zone = query.get("zone").map_or(Some(Zone::UTC), |name| Zone::named(name)).ok_or(Problem::Unknown)?;
        let (name, kind) = asked.path.strip_prefix("/statements/").and_then(|file| file.split_once('.')).ok_or(Problem::Unknown)?;
        let month = month_of(name).filter(|_| matches!(kind, "pdf" | "csv" | "json")).ok_or(Problem::Unknown)?;
        let Some(of) = self.value() else { return Ok(door::see_other("/")) };
        let statement = Statement::of_month(self.instance, of, (month, zone)).await?;
        let place = if zone == Zone::UTC { String::new() } else { format!("-{}", zone.name().replace('/', "-")) };
        let base = self.base_of("statement", &format!("{}{place}", statement.name()));
        match kind {
            "csv" => {
                let content = csv(&statement.lines, self.mode_word()).map_err(|error| {
                    tracing::error!(%error, "a statement could not be written as CSV");
                    Problem::Internal
                })?;
                Ok(self.file("text/csv; charset=utf-8", &format!("{base}.csv"), content))
            }
            "json" => Ok(self.file("application/json", &format!("{base}.json"), self.facts_of(&statement))),
            _ => {
                let lang = self.visit.lang.in_zone(zone);
                let description = plain!(lang, "statement-title", month: web::time::month(statement.from, lang));
                let named = web::Instance { lang, ..self.named() };
                let issue = self.issue(&named, attachment(&base, description, self.facts_of(&statement)));
                let document = paper::statement(&statement, &issue, &|handle| self.instance.payee_name(handle));
                self.on_paper(document, &base).await
            }
        }
    }

    /// The payer's own value in the currency of this wallet.
    fn value(&self) -> Option<Of> {
        self.login.as_ref().map(|login| Of { party: login.party, asset: self.asset(), class: Class::Funded })
    }

    fn month_row(&self, sum: &MonthSum, name: &str) -> StatementRow {
        let (asset, zone) = (self.asset(), self.visit.lang.zone());
        StatementRow {
            month: zone.month_start(sum.month),
            state: if sum.month >= zone.month_of(self.visit.now) { MonthState::Open } else { MonthState::Closed },
            opening: signed(sum.opening, asset),
            came_in: signed(sum.came_in, asset),
            went_out: signed(sum.went_out, asset),
            closing: signed(sum.closing, asset),
            url: format!("/statements/{name}"),
            query: zone_query(zone),
        }
    }

    fn facts_of(&self, statement: &Statement) -> Vec<u8> {
        document(statement, self.instance.speaker()).canonical().into_bytes()
    }

    /// Who issues a document of this instance.
    pub(super) fn issue<'n>(&self, named: &'n web::Instance, attachment: Attachment) -> Issue<'n> {
        Issue { instance: named, id: self.instance.id.to_string(), wallet_url: self.instance.wallet_url(), attachment }
    }

    /// The name of a file without its ending; it says whether its money is real.
    pub(super) fn base_of(&self, kind: &str, name: &str) -> String {
        let test = if self.instance.is_test() { "test-" } else { "" };
        format!("farthing-{test}{kind}-{name}")
    }

    /// A file to keep.
    pub(super) fn file(&self, content_type: &str, file_name: &str, content: Vec<u8>) -> Reply {
        door::page(self.visit, StatusCode::OK, PageKind::Export { content_type, file_name }, content)
    }

    /// A document as PDF, made on a thread that may take its time.
    ///
    /// # Errors
    /// [`Problem::Internal`]; the cause is in the log.
    pub(super) async fn on_paper(&self, document: Document, base: &str) -> Result<Reply, Problem> {
        let made = tokio::task::spawn_blocking(move || print::pdf(&document)).await.map_err(|_| Problem::Internal)?;
        let content = made.map_err(|error| {
            tracing::error!(%error, "a document could not be put on paper");
            Problem::Internal
        })?;
        Ok(self.file("application/pdf", &format!("{base}.pdf"), content))
    }
}

/// What an address says of its calendar: nothing if that is UTC.
pub(crate) fn zone_query(zone: Zone) -> String {
    if zone == Zone::UTC { String::new() } else { format!("?zone={}", zone.name()) }
}

/// The signed facts as a file within the document.
pub(super) fn attachment(base: &str, description: String, content: Vec<u8>) -> Attachment {
    Attachment { name: format!("{base}.json"), media_type: "application/json".to_owned(), description, content }
}
