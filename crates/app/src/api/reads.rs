//! What a payer's key may look at: its own wallet.

use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::receipts::{Sold, receipt_document};
use crate::sessions;
use crate::statement::{Statement, document, month_name, month_of, months};
use crate::wallet::{Line, Purse, cursor, lines, parse_cursor};
use crate::zone::Zone;
use http::{HeaderValue, StatusCode, header};
use market::{Class, Guard, GuardScope, Verdict, Window};
use money::{Amount, Asset, Party};
use protocol::problem::Problem;
use protocol::text::{account, parse_serial, serial};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::index::{Kind, MonthSum, Of};

/// Rows of history if the caller does not say, and at most.
const ROWS: u32 = 50;
const MOST_ROWS: u32 = 200;

/// `GET /v1/wallet`.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn wallet(instance: &Arc<Instance>, party: Party) -> Result<Reply, Problem> {
    let assets = assets(instance);
    let purses = instance
        .look(move |state, now| assets.into_iter().map(|asset| (asset, Purse::of(state, party, asset, now))).collect::<Vec<_>>())
        .await?;
    let balance = |(asset, purse): &(Asset, Purse)| {
        json!({
            "currency": asset.as_str(),
            "available": purse.available.to_string(),
            "held": purse.held.to_string(),
            "spent_this_month": purse.month_spent.to_string(),
        })
    };
    let balances: Vec<Value> = purses.iter().map(balance).collect();
    let content = json!({ "account": account(party), "mode": instance.config.mode.mode().word(), "balances": balances });
    Ok(door::json(StatusCode::OK, &content))
}

/// The currencies that money moves in here: the wallet's own and those of the offers.
pub fn assets(instance: &Instance) -> BTreeSet<Asset> {
    let of_offers = instance.offers().iter().filter_map(|(_, offer)| offer.price.least().map(|(_, asset)| asset)).collect::<Vec<_>>();
    of_offers.into_iter().chain([instance.config.asset()]).collect()
}

/// `GET /v1/history?limit=&before=`.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn history(instance: &Arc<Instance>, party: Party, query: &str) -> Result<Reply, Problem> {
    let query = door::form(query.as_bytes());
    let unread = |what: &str| Problem::BadRequest { detail: what.to_owned() };
    if let Some(unknown) = query.keys().find(|key| !matches!(key.as_str(), "limit" | "before")) {
        return Err(unread(&format!("`{}` is no parameter of this call", unknown.chars().take(32).collect::<String>())));
    }
    let limit = query.get("limit").map(|limit| limit.parse::<u32>()).transpose();
    let limit = limit.ok().map(|limit| limit.unwrap_or(ROWS)).filter(|limit| (1..=MOST_ROWS).contains(limit));
    let limit = limit.ok_or_else(|| unread("`limit` is a number from 1 to 200"))?;
    let before = query.get("before").map(|text| parse_cursor(text)).transpose()?;
    let mut found = lines(instance, party, before, limit.saturating_add(1)).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_older = found.len() > shown;
    found.truncate(shown);
    let next = found.last().filter(|_| has_older).map(|line| cursor(line.row.place));
    let rows: Vec<Value> = found.iter().map(row).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next })))
}

fn row(line: &Line) -> Value {
    let Line { row, sale, used, .. } = line;
    let until = sale.as_ref().and_then(|sale| sale.undo_until).filter(|_| row.kind == Kind::Sale);
    let mut facts = json!({
        "at": row.at.to_string(),
        "kind": row.kind.word(),
        "amount": row.amount.to_string(),
        "currency": row.asset.as_str(),
        "balance": row.balance.to_string(),
        "serial": row.receipt().map(serial),
        "item": row.item,
        "undo_until": until.map(|until| until.to_string()),
    });
    if let Some((captured, metered)) = row.captured.zip(*used) {
        facts["session"] = row.sale.map(serial).into();
        facts["units"] = captured.units.to_string().into();
        facts["unit"] = metered.unit.as_str().into();
        facts["unit_price"] = metered.rate.amount.to_string().into();
        facts["per"] = metered.rate.per.to_string().into();
    }
    facts
}

/// `GET /v1/receipts/{serial}`: the whole receipt in its canonical form, whose SHA-256 is in `Payment-Receipt`.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn receipt(instance: &Arc<Instance>, party: Party, serial: &str) -> Result<Reply, Problem> {
    let id = parse_serial(serial).map_err(|_| Problem::Unknown)?;
    let Some(sold) = instance.look(move |state, _| Sold::find(state, id)).await? else {
        let captured = sessions::captured(instance, id).await?.filter(|captured| captured.sold.sale.payer == party);
        return Ok(exact(captured.ok_or(Problem::Unknown)?.document(instance.speaker()).canonical()));
    };
    if sold.sale.payer != party {
        return Err(Problem::Unknown);
    }
    Ok(exact(receipt_document(instance.speaker(), &sold).canonical()))
}

/// `GET /v1/guards`: the limits that stand, with what was spent under each in its window.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn guards(instance: &Arc<Instance>, party: Party) -> Result<Reply, Problem> {
    let found = instance
        .look(move |state, now| state.guards_from(party, now).take_while(|(guard, _)| guard.party == party).collect::<Vec<_>>())
        .await?;
    let row = |(guard, spent): &(Guard, Amount)| {
        json!({
            "on": if let GuardScope::Site(realm) = &guard.on { realm } else { "all" },
            "window": match guard.window {
                Window::Day => "day",
                Window::Month => "month",
                Window::Each => "each",
            },
            "asks": guard.verdict == Verdict::Ask,
            "currency": guard.asset.as_str(),
            "most": guard.most.map(|most| most.to_string()),
            "spent": spent.to_string(),
        })
    };
    Ok(door::json(StatusCode::OK, &json!({ "rows": found.iter().map(row).collect::<Vec<Value>>() })))
}

/// `GET /v1/statements`: the months of UTC in which something moved, newest first, in the wallet's own currency.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn statements(instance: &Arc<Instance>, party: Party) -> Result<Reply, Problem> {
    let row = |sum: &MonthSum| {
        json!({
            "month": month_name(sum.month),
            "opening": sum.opening.to_string(),
            "in": sum.came_in.to_string(),
            "out": sum.went_out.to_string(),
            "closing": sum.closing.to_string(),
            "currency": instance.config.asset().as_str(),
        })
    };
    let rows: Vec<Value> = months(instance, value(instance, party), Zone::UTC).await?.iter().map(row).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows })))
}

/// `GET /v1/statements/2026-11`: the signed document that the wallet's page gives.
///
/// # Errors
/// [`Problem::Unknown`] for a month in which nothing moved.
pub async fn statement(instance: &Arc<Instance>, party: Party, month: &str) -> Result<Reply, Problem> {
    let month = month_of(month).ok_or(Problem::Unknown)?;
    let statement = Statement::of_month(instance, value(instance, party), (month, Zone::UTC)).await?;
    Ok(exact(document(&statement, instance.speaker()).canonical()))
}

fn value(instance: &Instance, party: Party) -> Of {
    Of { party, asset: instance.config.asset(), class: Class::Funded }
}

/// A document whose exact bytes count, so they do not pass through another writer of JSON.
fn exact(content: String) -> Reply {
    let mut reply = Reply::new(door::full(content));
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
