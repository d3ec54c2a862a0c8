//! `/v1/locks`: preimages of invoices, sold by the Payment scheme.

use super::reference;
use serde_json::{Map, Value, json};

/// The one call.
pub fn paths() -> Map<String, Value> {
    let problem = || json!({ "$ref": "#/components/responses/problem" });
    let text = |pattern: &str| json!({ "text/plain": { "schema": { "type": "string", "pattern": pattern } } });
    let paid = json!({
        "description": "The preimage. `Payment-Receipt` says what was charged: nothing, where the page was owned.",
        "content": { "text/plain": { "schema": reference("Preimage") } },
    });
    let hash = json!({ "name": "hash", "in": "path", "required": true, "description": "The invoice's payment hash.", "schema": { "type": "string", "pattern": "^[0-9a-f]{64}$" } });
    let value = json!({
        "/v1/locks/{hash}": { "post": {
            "operationId": "openLock",
            "tags": ["wallet"],
            "summary": "Pay an invoice of a site's L402 challenge, and get its preimage",
            "description": "Without a credential 402, with a challenge made of the invoice alone, so always the same; with its credential the preimage. An invoice is charged once, however often it is sent (docs/l402.md).",
            "security": [{}, { "payment": [] }],
            "parameters": [hash],
            "requestBody": { "required": true, "content": text("^lnbcrt[0-9]+[munp]?1[02-9ac-hj-np-z]+$") },
            "responses": { "200": paid, "400": problem(), "402": problem(), "403": problem(), "404": problem(), "405": problem(), "410": problem(), "500": problem(), "503": problem() },
        } },
    });
    value.as_object().cloned().unwrap_or_default()
}

/// What it answers.
pub fn schemas() -> Map<String, Value> {
    let value = json!({ "Preimage": { "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "What hashes to the payment hash." } });
    value.as_object().cloned().unwrap_or_default()
}

/// How it is paid.
pub fn schemes() -> Map<String, Value> {
    let value = json!({ "payment": {
        "type": "http",
        "scheme": "Payment",
        "description": "The Payment HTTP authentication scheme, method `farthing`, intent `charge`: the challenge stands in `WWW-Authenticate` of the 402.",
    } });
    value.as_object().cloned().unwrap_or_default()
}
