//! The OpenAPI 3.1 document of `/v1`, written by hand; `docs/openapi.json` is the same text.

mod coins;
mod locks;
mod meters;
mod payee;
mod people;
mod selling;
mod sessions;
mod sites;
mod usage;
mod x402;

use serde_json::{Map, Value, json};
use sessions::{closing, session_parameters};

/// The document.
#[must_use]
pub fn openapi() -> Value {
    let mut document = of_payers();
    let parts = [
        ("/paths", payee::paths()),
        ("/components/schemas", payee::schemas()),
        ("/components/schemas", of_months()),
        ("/components/schemas", sessions::schemas()),
        ("/paths", meters::of_payer()),
        ("/components/schemas", meters::schemas()),
        ("/paths", sites::paths()),
        ("/components/schemas", sites::schemas()),
        ("/components/securitySchemes", sites::schemes()),
        ("/paths", locks::paths()),
        ("/components/schemas", locks::schemas()),
        ("/components/securitySchemes", locks::schemes()),
        ("/paths", coins::paths()),
        ("/components/schemas", coins::schemas()),
        ("/paths", x402::paths()),
        ("/components/schemas", x402::schemas()),
    ];
    for (part, more) in parts {
        if let Some(known) = document.pointer_mut(part).and_then(Value::as_object_mut) {
            known.extend(more);
        }
    }
    document
}

fn of_payers() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Farthing API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A payer's own wallet, under the payer's own key; all that a payee's desk does, under the payee's.",
            "description": "A payer's call is signed with an Ed25519 key; the account is the hash of that key and needs no sign-up. A payee's call shows a key that was made for the payee. Amounts are decimal strings of base units: of a currency, millionths of its main unit (50000 of eur-micro is 0.05 EUR). Times are RFC 3339 in UTC. Cookies count for nothing.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "security": [{ "signature": [] }],
        "tags": [
            { "name": "sales", "description": "What a payee sold, and giving it back." },
            { "name": "offers", "description": "What is sold, on which terms." },
            { "name": "sites", "description": "Where it is sold, and whether nothing stands between." },
            { "name": "events", "description": "What happened, in the order of the journal." },
            { "name": "webhooks", "description": "Where events are sent." },
            { "name": "deliveries", "description": "What was sent, and what came back." },
            { "name": "keys", "description": "What programs show." },
            { "name": "team", "description": "Who works for the payee, and who changed what." },
            { "name": "wallet", "description": "A payer's own account." },
            { "name": "x402", "description": "What other people's x402 servers ask, so that they are paid from balances here." },
            { "name": "quotes", "description": "What a site of another instance asks about what was paid from a wallet here." },
        ],
        "paths": {
            "/v1/wallet": { "get": operation("wallet", "Balances and what was spent this month", json!([]), ("Wallet", &[])) },
            "/v1/history": { "get": operation("history", "What moved the balance, newest first", history_parameters(), ("History", &[])) },
            "/v1/receipts/{serial}": { "get": operation("receipt", "A whole receipt, in the canonical form whose SHA-256 stands in Payment-Receipt", json!([path_serial()]), ("Receipt", &["404"])) },
            "/v1/top-ups": { "post": write("topUp", "Add play money; in test mode only", ("TopUp", "ToppedUp"), &["404", "409", "422"]) },
            "/v1/undo": { "post": write("undo", "Take a purchase back inside its window", ("Undo", "Undone"), &["403", "404", "409"]) },
            "/v1/statements": { "get": operation("statements", "The months in which something moved, newest first", json!([]), ("Statements", &[])) },
            "/v1/statements/{month}": { "get": operation("statement", "A month as a signed document: each line, what went to whom, all fees", json!([path_month()]), ("Statement", &["404"])) },
            "/v1/sessions": { "get": operation("sessions", "Sessions that are not over, oldest first, each with what proves all that it is said to have authorised", session_parameters(), ("Sessions", &[])) },
            "/v1/sessions/{id}/close": { "post": closing() },
            "/v1/guards": { "get": operation("guards", "The limits of this account, with what was spent under each", json!([]), ("Guards", &[])), "post": write("guard", "Limit what this account spends, or end a limit", ("Guard", "Done"), &["409", "422"]) },
        },
        "components": {
            "securitySchemes": { "signature": {
                "type": "http",
                "scheme": "Farthing",
                "description": "`Authorization: Farthing key=\"…\", time=\"…\", signature=\"…\"`, all base64url without padding but the time. A read signs, joined by line feeds: `farthing/read/1`, instance, method, target, time, account; the time is within two minutes of now. A write signs: `farthing/write/1`, instance, method, target, digest, command, account, and has no time: the command is the `Idempotency-Key`, the digest `sha-256=:…:` of the body. The target is path and query as sent; over 512 bytes its SHA-256 in base64url stands for it.",
            }, "key": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "test_ or live_, 32 characters of base32, 6 that check them",
                "description": "A payee's key, made by `farthing key new` or at the desk. Scopes: `refund` for /refund, `webhooks` for webhooks and deliveries, `offers` to change offers, `sites` to check sites, `keys` for keys, `team` for the team and its acts, `meters` to send events of meters, `read` for all else. A key never hands on more than it has.",
            } },
            "parameters": { "command": {
                "name": "Idempotency-Key",
                "in": "header",
                "required": true,
                "description": "The command's id: 48 bits of milliseconds since 1970, then 80 random bits, as 22 characters of base64url. Sent again, the call does nothing more and is answered as before; ids are taken for ten minutes.",
                "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{22}$" },
            } },
            "responses": { "problem": {
                "description": "Refused; nothing was done.",
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            } },
            "schemas": schemas(),
        },
    })
}

fn operation(id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])) -> Value {
    json!({ "operationId": id, "tags": ["wallet"], "summary": summary, "parameters": parameters, "responses": responses(answer, refusals) })
}

fn write(id: &str, summary: &str, (body, answer): (&str, &str), refusals: &[&str]) -> Value {
    json!({
        "operationId": id,
        "tags": ["wallet"],
        "summary": summary,
        "parameters": [{ "$ref": "#/components/parameters/command" }],
        "requestBody": { "required": true, "content": { "application/json": { "schema": reference(body), "example": example(body) } } },
        "responses": responses(answer, &[&["413"], refusals].concat()),
    })
}

/// The answer, the refusals that any call may meet, and those of this one.
fn responses(answer: &str, refusals: &[&str]) -> Value {
    let mut all = Map::new();
    let content = json!({ "application/json": { "schema": reference(answer) } });
    all.insert("200".to_owned(), json!({ "description": "Done.", "content": content }));
    for status in ["400", "402", "405", "500", "503"].iter().chain(refusals) {
        all.insert((*status).to_owned(), json!({ "$ref": "#/components/responses/problem" }));
    }
    Value::Object(all)
}

/// A body that can be sent as it is, but for what stands in capitals.
fn example(body: &str) -> Value {
    match body {
        "TopUp" => json!({ "amount": "5000000", "currency": "eur-micro" }),
        "Refund" => json!({ "amount": "2000", "reason": "goodwill" }),
        "Reserve" => json!({ "subject": "SERIAL", "units": "4096", "seconds": 60 }),
        "Undo" => json!({ "serial": "SERIAL" }),
        "Guard" => json!({ "on": "all", "window": "month", "currency": "eur-micro", "most": "10000000" }),
        "NewWebhook" => json!({ "url": "https://shop.example/farthing", "events": ["charge.made", "charge.refunded"] }),
        "WebhookChange" => json!({ "state": "paused" }),
        "NewOffer" => {
            json!({ "site": "news.example", "name": "article", "path": "/a/*", "price": { "kind": "fixed", "amount": "50000", "currency": "eur-micro" } })
        }
        "OfferChange" => json!({ "price": { "kind": "fixed", "amount": "40000", "currency": "eur-micro" } }),
        "BrandChange" => json!({ "accent": "#1f5f4a" }),
        "Check" => json!({ "path": "/a/first" }),
        "NewKey" => json!({ "name": "the shop's server", "scopes": ["read", "refund"], "lasts_s": 7776000 }),
        "NewMember" => json!({ "role": "reader" }),
        _ => Value::Null,
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn history_parameters() -> Value {
    json!([
        { "name": "limit", "in": "query", "description": "Rows at most.", "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 } },
        { "name": "before", "in": "query", "description": "The `next` of an earlier answer.", "schema": { "type": "string" } },
    ])
}

fn path_serial() -> Value {
    json!({ "name": "serial", "in": "path", "required": true, "schema": reference("Serial") })
}

fn path_month() -> Value {
    json!({ "name": "month", "in": "path", "required": true, "description": "Such as 2026-11.", "schema": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$" } })
}

/// What months come to.
fn of_months() -> Map<String, Value> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let month = || json!({ "month": text("Such as 2026-11."), "opening": reference("Change"), "in": reference("Change"), "out": reference("Change"), "closing": reference("Change"), "currency": reference("Currency") });
    let mut statement = month();
    for (name, schema) in [
        ("instance", text("Whose word it is.")),
        ("account", text("Whose value.")),
        ("from", reference("Time")),
        ("to", reference("Time")),
        ("as_of", reference("Time")),
        ("state", json!({ "type": "string", "enum": ["open", "closed"], "description": "Open while the month goes on." })),
        ("rows", json!({ "type": "array", "items": { "type": "object" }, "description": "Each line, oldest first." })),
        ("division", json!({ "type": "object", "description": "Where what was paid went, with every fee." })),
        ("proof", text("The instance's signature; clients/audit/document.py checks it.")),
    ] {
        statement[name] = schema;
    }
    let guard = json!({
        "on": text("`all`, or the host name of a site."), "window": { "type": "string", "enum": ["day", "month", "each"] },
        "asks": { "type": "boolean", "description": "Only asks people for a press; a signature answers it." },
        "currency": reference("Currency"), "most": or_null("Amount", "Null for no limit."), "spent": reference("Amount"),
    });
    let value = json!({
        "Guards": object(json!({ "rows": { "type": "array", "items": reference("StandingGuard") } })),
        "StandingGuard": object(guard),
        "Statements": object(json!({ "rows": { "type": "array", "items": reference("StatementMonth") } })),
        "StatementMonth": object(month()),
        "Statement": object(statement),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn schemas() -> Value {
    json!({
        "Amount": { "type": "string", "pattern": "^(0|[1-9][0-9]{0,18})$", "description": "Base units." },
        "Change": { "type": "string", "pattern": "^(0|-?[1-9][0-9]{0,18})$", "description": "Base units; a debit is below zero." },
        "Currency": { "type": "string", "pattern": "^[a-z0-9:-]{1,32}$", "examples": ["eur-micro"] },
        "Serial": { "type": "string", "pattern": "^[a-z2-7]{26}$" },
        "Time": { "type": "string", "format": "date-time" },
        "Mode": { "type": "string", "enum": ["test", "live"] },
        "Wallet": object(json!({ "account": { "type": "string", "pattern": "^[a-z2-7]{32}$" }, "mode": reference("Mode"), "balances": { "type": "array", "items": reference("Balance") } })),
        "Balance": object(json!({ "currency": reference("Currency"), "available": reference("Amount"), "held": reference("Amount"), "spent_this_month": reference("Amount") })),
        "History": object(json!({ "rows": { "type": "array", "items": reference("Row") }, "next": { "type": ["string", "null"], "description": "Cursor for the rows before these; null after the last." } })),
        "Row": usage::row(object(json!({
            "at": reference("Time"),
            "kind": { "type": "string", "enum": ["top-up", "sale", "refund", "tip", "session"] },
            "amount": reference("Change"),
            "currency": reference("Currency"),
            "balance": reference("Amount"),
            "serial": or_null("Serial", "Of the receipt; null for a top-up."),
            "item": { "type": ["string", "null"], "description": "Realm and path of the page." },
            "undo_until": or_null("Time", "Until when it can be taken back; null when it can't."),
        }))),
        "Receipt": usage::receipt(object(json!({
            "serial": reference("Serial"),
            "instance": { "type": "string" },
            "mode": reference("Mode"),
            "at": reference("Time"),
            "payer": { "type": "string", "description": "What this payee knows the payer by." },
            "payee": { "type": "string" },
            "offer": { "type": "string" },
            "item": { "type": "string" },
            "currency": reference("Currency"),
            "charged": reference("Amount"),
            "legs": { "type": "object", "description": "By number, from 0.", "additionalProperties": reference("Leg") },
        }))),
        "Leg": object(json!({ "label": { "type": "string" }, "to": { "type": "string" }, "amount": reference("Amount") })),
        "TopUp": closed(json!({ "amount": reference("Amount"), "currency": reference("Currency") })),
        "ToppedUp": object(json!({ "available": reference("Amount"), "currency": reference("Currency") })),
        "Undo": closed(json!({ "serial": reference("Serial") })),
        "Undone": object(json!({ "returned": reference("Amount"), "currency": reference("Currency"), "serial": reference("Serial") })),
        "Guard": closed(json!({
            "on": { "type": "string", "description": "`all`, or the host name of a site." },
            "window": { "type": "string", "enum": ["day", "month"], "description": "Calendar windows: days of UTC, months by the zone that the account chose in its wallet, else UTC." },
            "currency": reference("Currency"),
            "most": or_null("Amount", "What may be spent in a window; null ends the limit."),
        })),
        "Done": { "type": "object" },
        "Problem": {
            "type": "object",
            "description": "RFC 9457; `code` is the contract, each is explained in docs/problems.md.",
            "properties": { "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" }, "code": { "type": "string" }, "detail": { "type": "string" } },
            "required": ["type", "title", "status", "code"],
        },
    })
}

/// An object whose members are all there; more may come.
fn object(properties: Value) -> Value {
    let names: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

/// An object that is refused with one member too many.
fn closed(properties: Value) -> Value {
    let mut object = object(properties);
    object["additionalProperties"] = json!(false);
    object
}

fn or_null(schema: &str, description: &str) -> Value {
    json!({ "oneOf": [reference(schema), { "type": "null" }], "description": description })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Set `FARTHING_WRITE_GOLDEN` to write the file anew.
    #[test]
    fn the_document_in_docs_is_this_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        if crate::world::environment("FARTHING_WRITE_GOLDEN").is_some() {
            std::fs::write(path, format!("{:#}\n", openapi())).unwrap();
        }
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(golden, openapi(), "docs/openapi.json differs from the program");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1) {
            let target = reference.split('"').next().unwrap().trim_start_matches('#');
            assert!(document.pointer(target).is_some(), "{target}");
        }
    }
}
