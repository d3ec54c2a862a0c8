//! Sums and lists over what a payee sold: its buyers, what it earned, where the money of its sales went, and files of them.

use super::bearer::Caller;
use super::query::{Query, unread};
use crate::desk::{self, After, Buyer, Day, FileForm, Filter, LegName, Sum, Taken};
use crate::door::{self, Reply, Visit};
use crate::instance::Instance;
use crate::web::PageKind;
use bytes::Bytes;
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `GET /v1/buyers?limit=&before=`: who bought last comes first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn buyers(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "before"])?;
    let (limit, after) = (query.limit()?, query.word("before").map(After::parse).transpose()?);
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let (all, mut found) = desk::buyers(instance, &caller.owner(), after.as_ref(), wanted.saturating_add(1)).await?;
    let has_older = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| has_older).map(After::text);
    let currency = instance.config.asset();
    let row = |(reference, buyer): &(String, Buyer)| {
        json!({
            "payer": reference,
            "pages": buyer.paid.count,
            "paid": buyer.paid.units.to_string(),
            "earned": buyer.earned.to_string(),
            "refunded": buyer.back,
            "last": buyer.last.to_string(),
            "currency": currency.as_str(),
        })
    };
    let rows: Vec<Value> = found.iter().map(row).collect();
    Ok(door::json(StatusCode::OK, &json!({ "all": all, "rows": rows, "next": next })))
}

/// `GET /v1/buyers.csv`: all of them.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn buyers_csv(instance: &Arc<Instance>, caller: &Caller, (query, visit): (&str, &Visit)) -> Result<Reply, Problem> {
    Query::read(query, &[])?;
    let content = desk::buyers_text(instance, &caller.owner(), FileForm::Csv).await?;
    Ok(file(caller, "buyers", visit, content))
}

/// `GET /v1/sales.csv?item=&buyer=&state=&from=&to=`: all that the payee has a share in, written while they are read.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn sales_csv(instance: &Arc<Instance>, caller: &Caller, (query, visit): (&str, &Visit)) -> Result<Reply, Problem> {
    let known = Query::read(query, &["item", "buyer", "state", "from", "to"])?;
    let days = ["from", "to"].into_iter().all(|name| known.word(name).is_none_or(|day| day_of(day).is_some()));
    if !days {
        return Err(unread("`from` and `to` are days, such as 2026-11-22"));
    }
    if known.word("state").is_some_and(|state| !matches!(state, "paid" | "refunded")) {
        return Err(unread("`state` is `paid` or `refunded`"));
    }
    let filter = Filter::of(&door::form(query.as_bytes()));
    let pieces = desk::sales_pieces(instance, &caller.owner(), filter, FileForm::Csv);
    Ok(file(caller, "sales", visit, Bytes::new()).map(|_| pieces))
}

/// The instant at which a day of UTC begins.
pub fn day_of(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{text}T00:00:00Z"))
}

fn file(caller: &Caller, what: &str, visit: &Visit, content: impl Into<Bytes>) -> Reply {
    let file_name = format!("farthing-{}-{what}-{}.csv", caller.payee, desk::day(visit.now));
    let kind = PageKind::Export { content_type: FileForm::Csv.content_type(), file_name: &file_name };
    door::page(visit, StatusCode::OK, kind, content)
}

/// `GET /v1/summary`: today, this month, and the last thirty days of UTC.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn summary(instance: &Arc<Instance>, caller: &Caller, now: Timestamp) -> Result<Reply, Problem> {
    let taken = Taken::now(instance, &caller.owner(), now).await?;
    let today = taken.days.last().map(|(_, day)| day.earned).unwrap_or_default();
    let day = |(number, sums): &(u64, Day)| {
        let at = Timestamp::from_seconds(number.saturating_mul(86_400));
        json!({ "day": desk::day(at), "earned": sums.earned.to_string(), "sales": sums.sales, "refunded": sums.back })
    };
    let item = |(item, sum): &(String, Sum)| json!({ "item": item, "sales": sum.count, "earned": sum.units.to_string() });
    let content = json!({
        "currency": instance.config.asset().as_str(),
        "earned_today": today.to_string(),
        "earned_this_month": taken.month.to_string(),
        "sales": taken.sales,
        "refunded": taken.back,
        "days": taken.days.iter().map(day).collect::<Vec<Value>>(),
        "items": taken.top().iter().map(item).collect::<Vec<Value>>(),
    });
    Ok(door::json(StatusCode::OK, &content))
}

/// `GET /v1/fees`: where the money of the payee's own sales went, by the name of each share.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn fees(instance: &Arc<Instance>, caller: &Caller, now: Timestamp) -> Result<Reply, Problem> {
    let (month, all) = desk::shares(instance, &caller.owner(), now.utc_month()).await?;
    let total = |sums: &BTreeMap<LegName, Sum>| sums.values().map(|sum| sum.units).fold(0, i128::saturating_add).to_string();
    let share = |(name, sum): (&LegName, &Sum)| {
        let lately = month.get(name).copied().unwrap_or_default();
        json!({
            "label": name.label, "to": name.to, "sales": sum.count, "amount": sum.units.to_string(),
            "this_month": lately.units.to_string(),
        })
    };
    let content = json!({
        "currency": instance.config.asset().as_str(),
        "amount": total(&all),
        "this_month": total(&month),
        "shares": all.iter().map(share).collect::<Vec<Value>>(),
    });
    Ok(door::json(StatusCode::OK, &content))
}
