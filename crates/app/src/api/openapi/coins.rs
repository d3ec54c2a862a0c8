//! Payments past the books: coins that went straight to the payee's own address.

use super::payee::{USUAL, integer, keyed, limit, list, nullable, path_id, payer, query, text};
use super::{object, operation, or_null, reference};
use serde_json::{Map, Value, json};

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let page = json!([limit(), query("before", "The `next` of an earlier answer.", json!({ "type": "string" }))]);
    let value = json!({
        "/v1/coins": { "get": get("coins", "Payments in coins on chains to own addresses, newest first, and what those that arrived come to", page, ("Coins", &[])) },
        "/v1/coins/{id}": { "get": get("coin", "One of them", json!([path_id()]), ("CoinPayment", &["404"])) },
    });
    value.as_object().cloned().unwrap_or_default()
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let value = json!({
        "Coins": object(json!({ "rows": list("CoinPayment"), "next": nullable(text("For `before`; null at the end.")), "sums": list("CoinSum") })),
        "CoinSum": object(json!({
            "network": network(), "coin": text("The coin's name."), "count": integer("How many arrived."),
            "amount": reference("Amount"), "currency": reference("Currency"),
        })),
        "CoinPayment": object(payment()),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn network() -> Value {
    text("As CAIP-2 names it: eip155:8453.")
}

fn payment() -> Value {
    json!({
        "serial": reference("Serial"), "at": reference("Time"), "item": text("Realm and page."), "offer": reference("OfferId"), "payer": payer(),
        "amount": reference("Amount"), "currency": reference("Currency"), "network": network(), "asset": text("The coin's contract."),
        "coin": text("The coin's name."), "from": text("The payer's address."), "to": text("The payee's."),
        "value": text("How much, in the coin's smallest unit."), "valid_before": reference("Time"),
        "state": { "type": "string", "enum": ["pending", "paid", "lapsed", "spent"] },
        "ended_at": or_null("Time", "Null while it is pending."), "transaction": nullable(text("That moved it, on its chain.")),
    })
}
