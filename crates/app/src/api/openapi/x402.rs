//! The facilitator: what other people's x402 servers ask.

use super::{reference, responses};
use serde_json::{Map, Value, json};

pub(super) fn paths() -> Map<String, Value> {
    let settle_key = json!([{
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The server's own word for this settlement: sent again under it, the call is answered as before. Without it the same payment again is `challenge-used`.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 128 },
    }]);
    let verify = operation("x402Verify", "How a payment stands now; it moves nothing and promises nothing", ("X402Verified", json!([])));
    let settle = operation("x402Settle", "Claim a payment and post it, once", ("X402Settled", settle_key));
    let supported = json!({
        "operationId": "x402Supported", "tags": ["x402"], "summary": "What is settled here", "security": [],
        "responses": responses("X402Supported", &[]),
    });
    [
        ("/x402/verify".to_owned(), json!({ "post": verify })),
        ("/x402/settle".to_owned(), json!({ "post": settle })),
        ("/x402/supported".to_owned(), json!({ "get": supported })),
    ]
    .into_iter()
    .collect()
}

fn operation(id: &str, summary: &str, (answer, parameters): (&str, Value)) -> Value {
    let content = json!({ "application/json": { "schema": reference(answer) } });
    let said = |description: &str| json!({ "description": description, "content": content });
    json!({
        "operationId": id,
        "tags": ["x402"],
        "summary": summary,
        "security": [],
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference("X402Payment"), "example": example() } } },
        "responses": {
            "200": said("A verdict on the payment, yes or no."),
            "400": said("No payment that can be read."),
            "409": said("The payer's command was used for something else, or its time is none of now."),
            "413": said("The body is too long."),
            "429": said("More than this payee's share; `Retry-After` says when."),
            "500": said("A fault here; nothing moved."),
            "503": said("The queue is full; nothing was begun. `Retry-After` says when."),
        },
    })
}

/// What a server hands on; what the payer signed stands in the payload.
fn example() -> Value {
    let asked = json!({
        "scheme": "exact", "network": "farthing:hotvey7jd6ae3gat5h3yc24rge", "amount": "50000", "asset": "eur-micro",
        "payTo": "harbour", "maxTimeoutSeconds": 300,
    });
    let payload = json!({ "key": "KEY", "signature": "SIGNATURE", "command": "COMMAND", "expires": "2026-11-22T17:11:05Z" });
    json!({
        "x402Version": 2, "paymentRequirements": asked,
        "paymentPayload": { "x402Version": 2, "accepted": asked, "payload": payload },
    })
}

pub(super) fn schemas() -> Map<String, Value> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let version = json!({ "type": "integer", "const": 2 });
    let requirement = json!({
        "type": "object", "required": ["scheme", "network", "amount", "asset", "payTo"], "properties": {
            "scheme": { "type": "string", "const": "exact" },
            "network": text("`farthing:` and the instance's id."),
            "amount": reference("Amount"),
            "asset": reference("Currency"),
            "payTo": text("A payee's handle; the payee has an offer `consume = \"x402:*\"`, whose `at_most` the amount keeps."),
            "maxTimeoutSeconds": { "type": "integer" },
            "extra": { "type": "object" },
        },
    });
    let payload = json!({
        "type": "object", "required": ["key", "signature", "command", "expires"], "properties": {
            "key": text("The payer's Ed25519 key, base64url."),
            "signature": text("Over, joined by line feeds: `farthing/settle/1`, instance, command, payTo, amount, asset, expires, account."),
            "command": text("The payer's command id: what makes the signature single-use."),
            "expires": reference("Time"),
            "account": text("Whose balance pays, when the key is not its account's first."),
        },
    });
    let payment = json!({
        "type": "object", "required": ["x402Version", "accepted", "payload"],
        "properties": { "x402Version": version, "accepted": requirement, "payload": payload },
    });
    let parts = [
        (
            "X402Payment",
            json!({
                "type": "object", "required": ["x402Version", "paymentPayload", "paymentRequirements"],
                "properties": { "x402Version": version, "paymentPayload": payment, "paymentRequirements": requirement },
            }),
        ),
        (
            "X402Verified",
            json!({ "type": "object", "required": ["isValid"], "properties": {
                "isValid": { "type": "boolean" },
                "invalidReason": text("A word of x402 where it has one, else a code of docs/problems.md."),
                "payer": text("What the payee knows the payer by."),
            } }),
        ),
        (
            "X402Settled",
            json!({ "type": "object", "required": ["success", "transaction", "network"], "properties": {
                "success": { "type": "boolean" },
                "errorReason": text("As `invalidReason`; `challenge-used` for a payment that was settled before."),
                "transaction": text("The receipt's serial; of what was settled before, that of its first posting; empty where nothing was posted."),
                "network": text("`farthing:` and the instance's id."),
                "payer": text("What the payee knows the payer by."),
                "amount": reference("Amount"),
            } }),
        ),
        (
            "X402Supported",
            json!({ "type": "object", "required": ["kinds", "extensions", "signers"], "properties": {
                "kinds": { "type": "array", "items": { "type": "object" } },
                "extensions": { "type": "array", "items": { "type": "string" } },
                "signers": { "type": "object" },
            } }),
        ),
    ];
    parts.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
