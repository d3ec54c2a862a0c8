//! `/audit`: who changed what, narrowed down as its form says, and the same as files.

use super::Visitor;
use crate::desk::{FileForm, day};
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::streamed::{Out, stream};
use crate::wallet::csv_text;
use crate::web::admin::{ActFields, ActRow, AuditView, audit};
use crate::web::{AdminPlace, PageKind};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt;
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::account;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::Arc;
use store::vault::{Act, ActFilter, Vault, Via, What};

/// Lines of a page.
const ROWS: u32 = 50;
/// Lines of a file that are read at a time.
const CHUNK: u32 = 500;
/// Columns of the file.
const COLUMNS: [&str; 10] = ["number", "at", "via", "payee", "party", "what", "subject", "whom", "network", "mode"];

impl Visitor<'_> {
    /// `GET /audit?what=&via=&payee=&from=&to=&before=`.
    pub(super) async fn audit(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let filter = filter(query)?;
        let wanted = filter.clone();
        let found = self.instance.vault(move |vault| rows(vault, &wanted, ROWS.saturating_add(1))).await?;
        let fits = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let older = found.get(fits.saturating_sub(1)).filter(|_| found.len() > fits).map(|(number, _)| number.to_string());
        let open = ActFilter { before: None, ..filter.clone() };
        let view = AuditView {
            frame: self.at(AdminPlace::Audit),
            rows: found.into_iter().take(fits).map(|(_, row)| row).collect(),
            older_url: older.map(|number| address("/audit", &open, Some(&number))),
            newest_url: filter.before.map(|_| address("/audit", &open, None)),
            csv_url: address("/audit.csv", &open, None),
            json_url: address("/audit.json", &open, None),
            is_open: open == ActFilter::default(),
            filter: fields(&open),
        };
        Ok(self.page(StatusCode::OK, audit(&view)))
    }

    /// `GET /audit.csv` and `GET /audit.json`, with the filter of the page.
    pub(super) fn audit_file(&self, query: &BTreeMap<String, String>, form: FileForm) -> Result<Reply, Problem> {
        let (instance, filter) = (Arc::clone(self.instance), filter(query)?);
        let (mut out, pieces) = stream();
        tokio::task::spawn_blocking(move || {
            let done = write(&instance, filter, form, &mut out);
            if let Err(error) = &done {
                tracing::error!(error, "a list of acts broke off");
            }
            out.end(done);
        });
        let test = if self.instance.is_test() { "test-" } else { "" };
        let file_name = format!("farthing-{test}audit-{}.{}", day(self.visit.now), form.extension());
        let kind = PageKind::Export { content_type: form.content_type(), file_name: &file_name };
        Ok(door::page(self.visit, StatusCode::OK, kind, Bytes::new()).map(|_| pieces.boxed_unsync()))
    }
}

/// Acts as a page shows them, people by the names that the vault has.
///
/// # Errors
/// What the vault says.
pub(crate) fn rows(vault: &Vault, filter: &ActFilter, limit: u32) -> Result<Vec<(u64, ActRow)>, store::Error> {
    let found = vault.acts(filter, limit)?;
    let people: BTreeSet<Party> = found.iter().flat_map(|(_, act)| [act.party, act.whom]).flatten().collect();
    let named = |party: Party| Ok((party, vault.name_of(party)?.unwrap_or_else(|| account(party))));
    let names: BTreeMap<Party, String> = people.into_iter().map(named).collect::<Result<_, store::Error>>()?;
    let name = |party: Option<Party>| party.and_then(|party| names.get(&party).cloned());
    let row = |(number, act): (u64, Act)| {
        let (who, whom) = (name(act.party), name(act.whom));
        let Act { at, via, payee, what, subject, network, .. } = act;
        (number, ActRow { at, via, who, payee, what, subject, whom, network })
    };
    Ok(found.into_iter().map(row).collect())
}

/// Reads the fields of a query; one that cannot be read narrows nothing down, but a cursor is ours or refused.
fn filter(query: &BTreeMap<String, String>) -> Result<ActFilter, Problem> {
    let word = |name: &str| query.get(name).map(|word| word.trim()).filter(|word| !word.is_empty());
    let instant = |name: &str| Timestamp::parse(&format!("{}T00:00:00Z", word(name)?));
    let foreign = || Problem::BadRequest { detail: "`before` is a cursor that an earlier answer gave".to_owned() };
    Ok(ActFilter {
        payee: word("payee").filter(|handle| protocol::text::check_handle(handle).is_ok()).map(str::to_owned),
        via: word("via").and_then(Via::of_word),
        what: word("what").and_then(What::of_word),
        from: instant("from"),
        until: instant("to").map(|at| at.after(Span(86_400))),
        before: word("before").map(|number| number.parse().map_err(|_| foreign())).transpose()?,
    })
}

fn fields(filter: &ActFilter) -> ActFields {
    ActFields {
        payee: filter.payee.clone().unwrap_or_default(),
        via: filter.via,
        what: filter.what,
        from: filter.from.map(day).unwrap_or_default(),
        to: filter.until.map(last_day).unwrap_or_default(),
    }
}

fn last_day(until: Timestamp) -> String {
    day(until.before(Span(86_400)))
}

fn address(path: &str, filter: &ActFilter, before: Option<&str>) -> String {
    let (from, to) = (filter.from.map(day), filter.until.map(last_day));
    let fields = [
        ("payee", filter.payee.as_deref()),
        ("via", filter.via.map(Via::word)),
        ("what", filter.what.map(What::word)),
        ("from", from.as_deref()),
        ("to", to.as_deref()),
        ("before", before),
    ];
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn write(instance: &Instance, filter: ActFilter, form: FileForm, out: &mut Out) -> Result<(), String> {
    let mode = instance.config.mode.mode().word();
    match form {
        FileForm::Csv => {
            let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
            rows.write_record(COLUMNS).map_err(|error| error.to_string())?;
            each(instance, filter, |number, act| rows.write_record(cells(number, act, mode)).map_err(|error| error.to_string()))?;
            rows.flush().map_err(|error| error.to_string())
        }
        FileForm::Json => {
            let id = json!(instance.id.to_string());
            let mut comma = "";
            write!(out, "{{\"instance\":{id},\"mode\":\"{mode}\",\"rows\":[").map_err(|error| error.to_string())?;
            each(instance, filter, |number, act| {
                let written = write!(out, "{comma}\n{}", object(number, act));
                comma = ",";
                written.map_err(|error| error.to_string())
            })?;
            write!(out, "\n]}}\n").map_err(|error| error.to_string())
        }
    }
}

fn each(instance: &Instance, mut filter: ActFilter, mut write: impl FnMut(u64, &Act) -> Result<(), String>) -> Result<(), String> {
    loop {
        let vault = instance.vault.lock().expect("no thread panics with the vault in hand");
        let part = vault.acts(&filter, CHUNK).map_err(|error| error.to_string())?;
        drop(vault);
        let Some((last, _)) = part.last() else { return Ok(()) };
        filter.before = Some(*last);
        part.iter().try_for_each(|(number, act)| write(*number, act))?;
    }
}

fn party(party: Option<Party>) -> String {
    party.map(account).unwrap_or_default()
}

fn cells(number: u64, act: &Act, mode: &str) -> [String; 10] {
    [
        number.to_string(),
        act.at.to_string(),
        act.via.word().to_owned(),
        csv_text(act.payee.as_deref().unwrap_or_default()),
        party(act.party),
        act.what.word().to_owned(),
        csv_text(&act.subject),
        party(act.whom),
        csv_text(&act.network),
        mode.to_owned(),
    ]
}

fn object(number: u64, act: &Act) -> serde_json::Value {
    json!({
        "number": number,
        "at": act.at.to_string(),
        "via": act.via.word(),
        "payee": act.payee,
        "party": act.party.map(account),
        "what": act.what.word(),
        "subject": act.subject,
        "whom": act.whom.map(account),
        "network": act.network,
    })
}
