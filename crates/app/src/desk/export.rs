//! Lists as files: CSV (RFC 4180) for spreadsheets, JSON in base units for programs. They are read and written part by part,
//! so a million lines need no memory.

use super::Visitor;
use super::buyers::buyers;
use super::filter::Filter;
use super::rows::{CHUNK, Payee, Sold, sales};
use crate::door::{self, Reply};
use crate::gateway::proxy::Body;
use crate::given::state_word;
use crate::instance::Instance;
use crate::streamed::{Out, stream};
use crate::wallet::{COLUMNS, csv_text, split};
use crate::web::{Money, PageKind};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt;
use market::Place;
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// In which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// What the file of a list of sales is made of.
struct Work {
    instance: Arc<Instance>,
    payee: Payee,
    filter: Filter,
    form: Form,
}

impl Form {
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Form::Csv => "text/csv; charset=utf-8",
            Form::Json => "application/json",
        }
    }

    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Json => "json",
        }
    }
}

/// The file of a list of sales, written while it is read.
pub(crate) fn sales_pieces(instance: &Arc<Instance>, payee: &Payee, filter: Filter, form: Form) -> Body {
    let work = Work { instance: Arc::clone(instance), payee: payee.clone(), filter, form };
    let (mut out, pieces) = stream();
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let done = work.write(&mut out, &runtime);
        if let Err(error) = &done {
            tracing::error!(error, "a list of sales broke off");
        }
        out.end(done);
    });
    pieces.boxed_unsync()
}

/// The file of all buyers.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn buyers_text(instance: &Arc<Instance>, payee: &Payee, form: Form) -> Result<Vec<u8>, Problem> {
    let (_, buyers) = buyers(instance, payee, None, usize::MAX).await?;
    let asset = instance.config.asset();
    let mode = instance.config.mode.mode().word();
    if form == Form::Json {
        let row = |(reference, buyer): &(String, super::tally::Buyer)| {
            json!({"buyer": reference, "pages": buyer.paid.count, "paid": buyer.paid.units.to_string(), "earned": buyer.earned.to_string(),
                "refunded": buyer.back, "last": buyer.last.to_string(), "currency": asset.as_str(), "mode": mode})
        };
        let content = json!({"instance": instance.id.to_string(), "mode": mode, "payee": payee.handle,
            "rows": buyers.iter().map(row).collect::<Vec<_>>()});
        return Ok(content.to_string().into_bytes());
    }
    let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let currency = asset.iso().unwrap_or_else(|| asset.to_string());
    let header = ["buyer", "pages", "paid", "earned", "refunded", "last", "currency", "mode"];
    let mut written = rows.write_record(header);
    let plain = |units| Money { units, asset }.plain();
    for (reference, buyer) in &buyers {
        let (pages, back) = (buyer.paid.count.to_string(), buyer.back.to_string());
        let (paid, earned) = (plain(buyer.paid.units), plain(buyer.earned));
        let row = [reference, &pages, &paid, &earned, &back, &buyer.last.to_string(), &currency, mode];
        written = written.and_then(|()| rows.write_record(row));
    }
    let content = written.map_err(|error| error.to_string()).and_then(|()| rows.into_inner().map_err(|error| error.to_string()));
    content.map_err(|error| {
        tracing::error!(error, "a list of buyers could not be written as CSV");
        Problem::Internal
    })
}

impl Visitor<'_> {
    /// `GET /sales.csv` and `GET /sales.json`, with the filter of the page.
    pub(super) fn sales_file(&self, query: &BTreeMap<String, String>, form: Form) -> Result<Reply, Problem> {
        let pieces = sales_pieces(self.instance, &self.payee, Filter::of(query), form);
        Ok(self.file("sales", form, Bytes::new()).map(|_| pieces))
    }

    /// `GET /buyers.csv` and `GET /buyers.json`.
    pub(super) async fn buyers_file(&self, form: Form) -> Result<Reply, Problem> {
        Ok(self.file("buyers", form, buyers_text(self.instance, &self.payee, form).await?))
    }

    /// A file whose name says whose it is, whether its money is real, and of which day it is.
    fn file(&self, what: &str, form: Form, content: impl Into<Bytes>) -> Reply {
        let test = if self.instance.is_test() { "test-" } else { "" };
        let day = super::filter::day(self.visit.now);
        let file_name = format!("farthing-{test}{}-{what}-{day}.{}", self.payee.handle, form.extension());
        let kind = PageKind::Export { content_type: form.content_type(), file_name: &file_name };
        door::page(self.visit, StatusCode::OK, kind, content)
    }
}

impl Work {
    fn write(&self, out: &mut Out, runtime: &tokio::runtime::Handle) -> Result<(), String> {
        match self.form {
            Form::Csv => {
                let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
                rows.write_record(COLUMNS).map_err(|error| error.to_string())?;
                self.each(runtime, |sold| rows.write_record(self.cells(sold)).map_err(|error| error.to_string()))?;
                rows.flush().map_err(|error| error.to_string())
            }
            Form::Json => {
                let mode = self.instance.config.mode.mode().word();
                let (instance, payee) = (json!(self.instance.id.to_string()), json!(self.payee.handle));
                let mut comma = "";
                write!(out, "{{\"instance\":{instance},\"mode\":\"{mode}\",\"payee\":{payee},\"rows\":[")
                    .map_err(|error| error.to_string())?;
                self.each(runtime, |sold| {
                    let written = write!(out, "{comma}\n{}", self.object(sold));
                    comma = ",";
                    written.map_err(|error| error.to_string())
                })?;
                write!(out, "\n]}}\n").map_err(|error| error.to_string())
            }
        }
    }

    /// Every sale that the filter lets through, newest first.
    fn each(&self, runtime: &tokio::runtime::Handle, mut write: impl FnMut(&Sold) -> Result<(), String>) -> Result<(), String> {
        let most = usize::try_from(CHUNK).unwrap_or(usize::MAX);
        let mut before: Option<Place> = None;
        loop {
            let part = runtime.block_on(sales(&self.instance, &self.payee, &self.filter, (before, most)));
            let part = part.map_err(|problem| problem.detail())?;
            part.sales.iter().try_for_each(&mut write)?;
            before = part.next;
            if before.is_none() {
                return Ok(());
            }
        }
    }

    /// What came to others of what was paid.
    fn others(sold: &Sold) -> Money {
        let charged = i128::from(sold.facts.charged.units());
        Money { units: charged.saturating_sub(sold.row.amount.into()), asset: sold.row.asset }
    }

    fn state(sold: &Sold) -> &'static str {
        state_word("paid", (sold.facts.returned, sold.facts.is_live()))
    }

    fn cells(&self, sold: &Sold) -> [String; 18] {
        let (site, item) = split(sold.row.item.as_deref().unwrap_or_default());
        let asset = sold.row.asset;
        let earned = Money { units: sold.row.amount.into(), asset };
        let none = String::new;
        [
            csv_text(&serial(sold.id)),
            sold.row.at.to_string(),
            "sale".to_owned(),
            csv_text(&self.payee.reference(&self.instance.keys, sold.facts.payer)),
            csv_text(site),
            csv_text(item),
            earned.plain(),
            asset.iso().unwrap_or_else(|| asset.to_string()),
            Work::others(sold).plain(),
            none(),
            none(),
            none(),
            Work::state(sold).to_owned(),
            self.instance.config.mode.mode().word().to_owned(),
            none(),
            none(),
            none(),
            none(),
        ]
    }

    fn object(&self, sold: &Sold) -> Value {
        let (site, item) = split(sold.row.item.as_deref().unwrap_or_default());
        let legs = sold.facts.legs.iter().map(|leg| json!({"label": leg.label, "to": leg.to, "amount": leg.amount.to_string()}));
        json!({
            "id": serial(sold.id),
            "at": sold.row.at.to_string(),
            "kind": "sale",
            "party": self.payee.reference(&self.instance.keys, sold.facts.payer),
            "site": site,
            "item": item,
            "amount": sold.row.amount.to_string(),
            "charged": sold.facts.charged.to_string(),
            "returned": sold.facts.returned.to_string(),
            "currency": sold.row.asset.as_str(),
            "fee": Work::others(sold).units.to_string(),
            "legs": legs.collect::<Vec<_>>(),
            "offer": protocol::text::offer(sold.facts.offer),
            "state": Work::state(sold),
        })
    }
}
