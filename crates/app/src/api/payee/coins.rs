//! What a payee's key may look at of payments past the books: coins that went straight to the payee's own address.

use super::bearer::Caller;
use super::query::Query;
use crate::coins::facts;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::wallet::{cursor, parse_cursor};
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde_json::{Value, json};
use std::sync::Arc;
use store::index::CoinSum;

/// `GET /v1/coins?limit=&before=`: the newest first, and what all that arrived come to, by coin.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, caller: &Caller, query: &str) -> Result<Reply, Problem> {
    let query = Query::read(query, &["limit", "before"])?;
    let (before, limit) = (query.word("before").map(parse_cursor).transpose()?, query.limit()?);
    let handle = caller.payee.clone();
    let read = move |index: &store::index::Index| {
        let rows = index.coins(&handle, before, limit.saturating_add(1))?;
        Ok((rows, index.coin_sums(&handle, (Timestamp(0), Timestamp(u64::MAX)))?))
    };
    let (mut rows, sums) = instance.index(read).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_older = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| has_older).map(|row| cursor(row.place));
    let rows: Vec<Value> = rows.iter().map(|row| facts(instance, (&caller.payee, row))).collect();
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next, "sums": sums.iter().map(sum).collect::<Vec<Value>>() })))
}

/// `GET /v1/coins/{id}`: one of them.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn one(instance: &Arc<Instance>, caller: &Caller, id: &str) -> Result<Reply, Problem> {
    let id = parse_serial(id).map_err(|_| Problem::Unknown)?;
    let handle = caller.payee.clone();
    let row = instance.index(move |index| index.coin(&handle, id)).await?.ok_or(Problem::Unknown)?;
    Ok(door::json(StatusCode::OK, &facts(instance, (&caller.payee, &row))))
}

fn sum(sum: &CoinSum) -> Value {
    let CoinSum { network, name, asset, count, amount } = sum;
    json!({ "network": network, "coin": name, "count": count, "amount": amount.to_string(), "currency": asset.as_str() })
}
