//! The part of the document that a payer's sessions are in.

use super::{object, or_null, reference, write};
use serde_json::{Map, Value, json};

/// The parameter of the list.
pub(super) fn session_parameters() -> Value {
    json!([{ "name": "after", "in": "query", "description": "The `next` of an earlier answer.", "schema": reference("SessionId") }])
}

/// The call that ends one.
pub(super) fn closing() -> Value {
    let mut call = write(
        "closeSession",
        "End a session without its site: what was drawn is captured, the rest is free again",
        ("Done", "ClosedSession"),
        &["404"],
    );
    let id = json!({ "name": "id", "in": "path", "required": true, "schema": reference("SessionId") });
    if let Some(parameters) = call["parameters"].as_array_mut() {
        parameters.push(id);
    }
    call["requestBody"]["content"]["application/json"]["example"] = json!({});
    call
}

/// What a session is, as its payer reads it.
pub(super) fn schemas() -> Map<String, Value> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let number = || json!({ "type": "string", "pattern": "^(0|[1-9][0-9]{0,9})$" });
    let bytes = |description: &str| json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$", "description": description });
    let listed = json!({
        "session": reference("SessionId"), "site": text("Where it pays: scheme, host and port."), "realm": text("The site's host."),
        "recipient": text("The payee's handle."), "currency": reference("Currency"), "phase": { "type": "string", "enum": ["open", "closing"] },
        "hold": reference("Amount"), "accepted": reference("Amount"), "drawn": reference("Amount"), "captured": reference("Amount"),
        "units": number(), "seq": { "type": "string", "pattern": "^(0|[1-9][0-9]{0,9})$", "description": "The highest number of a request." }, "until": reference("Time"),
        "opening": or_null("SessionOpening", "Null for a press, which the instance vouches for."),
        "evidence": reference("SessionEvidence"),
        "receipt": bytes("The instance's signed word on hold, accepted and drawn, as `Payment-Receipt` has it."),
    });
    let opening = json!({
        "key": bytes("Who signed."), "signature": bytes("Over `farthing/open/1`."), "challenge": bytes("The challenge's id."), "offer": bytes("The offer version."),
        "scope": text("The scope line of the signed text."), "hold": reference("Amount"), "first": reference("Amount"),
        "kind": { "type": "string", "enum": ["chain", "signed", "trusted"] },
        "step": or_null("Amount", "Of a chain."), "length": { "type": ["string", "null"] }, "anchor": { "type": ["string", "null"] },
        "voucher_key": bytes("Whose signatures are vouchers."),
    });
    let evidence = json!({ "oneOf": [
        object(json!({ "kind": { "const": "opening" } })),
        object(json!({ "kind": { "const": "link" }, "base": reference("Amount"), "step": reference("Amount"), "length": number(), "index": number(), "link": bytes("Link `index` of the chain over `base`.") })),
        object(json!({ "kind": { "const": "signed" }, "cumulative": reference("Amount"), "signature": bytes("Over `farthing/voucher/1`; step, length and anchor beside it for a checkpoint.") })),
    ] });
    let closed = json!({
        "captured": reference("Amount"), "released": reference("Amount"), "currency": reference("Currency"),
        "receipt": bytes("The final receipt, as `Payment-Receipt` has it."),
    });
    let value = json!({
        "SessionId": { "type": "string", "pattern": "^[A-Za-z0-9_-]{22}$" },
        "Sessions": object(json!({ "rows": { "type": "array", "items": reference("ListedSession") }, "next": { "type": ["string", "null"], "description": "What to give as `after`; null at the end." } })),
        "ListedSession": object(listed),
        "SessionOpening": object(opening),
        "SessionEvidence": evidence,
        "ClosedSession": object(closed),
    });
    value.as_object().cloned().unwrap_or_default()
}
