//! The payees' part of the document: paths and schemas.

use super::{closed, example, meters, object, operation, or_null, people, reference, responses, selling, usage};
use serde_json::{Map, Value, json};

/// Refusals that every payee's call may meet.
pub(super) const USUAL: [&str; 3] = ["401", "403", "429"];

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let id = || json!([path_id()]);
    let value = json!({
        "/v1/payee": { "get": get("payee", "Name, sites and balances by class", json!([]), ("Payee", &[])) },
        "/v1/sales": { "get": get("sales", "Own sales, newest first; with a filter a page may be short while `next` goes on", sale_parameters(), ("Sales", &[])) },
        "/v1/sales/{id}": { "get": get("sale", "One sale", id(), ("Sale", &["404"])) },
        "/v1/sales/{id}/refund": { "post": refund() },
        "/v1/events": { "get": get("events", "Events in the order of the journal, the same for ever; some milliseconds behind the books", event_parameters(), ("Events", &[])) },
        "/v1/webhooks": {
            "get": get("webhooks", "Own webhooks", json!([]), ("Webhooks", &[])),
            "post": post("makeWebhook", "Have events sent; the one answer that shows the secret", (Some("NewWebhook"), "WebhookWithSecret"), &["409", "422"]),
        },
        "/v1/webhooks/{id}": {
            "get": get("webhook", "One webhook", id(), ("Webhook", &["404"])),
            "patch": body(get("changeWebhook", "Change what is named; made active it goes on where it stopped", id(), ("Webhook", &["404", "413", "422"])), "WebhookChange"),
            "delete": get("deleteWebhook", "Delete it with all its deliveries", id(), ("Done", &["404"])),
        },
        "/v1/webhooks/{id}/rotate": { "post": post("rotateWebhook", "Another secret; both sign for seven days", (None, "WebhookWithSecret"), &["404"]) },
        "/v1/webhooks/{id}/test": { "post": post("testWebhook", "Send an event `webhook.test` that is in no stream", (None, "Tested"), &["404"]) },
        "/v1/webhooks/{id}/retry": { "post": get("retryWebhook", "Begin all deliveries again that were given up", id(), ("Begun", &["404"])) },
        "/v1/deliveries": { "get": get("deliveries", "Deliveries of 30 days, newest first", delivery_parameters(), ("Deliveries", &[])) },
        "/v1/deliveries/{id}": { "get": get("delivery", "One delivery with every try", id(), ("OpenedDelivery", &["404"])) },
        "/v1/deliveries/{id}/retry": { "post": get("retryDelivery", "Begin it again, also if it arrived", id(), ("Done", &["404"])) },
    });
    let mut paths = value.as_object().cloned().unwrap_or_default();
    paths.extend(selling::paths());
    paths.extend(people::paths());
    paths.extend(usage::paths());
    paths.extend(meters::paths());
    for (path, calls) in &mut paths {
        calls.as_object_mut().into_iter().flatten().for_each(|(_, call)| call["tags"] = json!([tag(path)]));
    }
    paths
}

/// What a path is about: its first word, for all that are about sales.
fn tag(path: &str) -> &'static str {
    match path.split('/').nth(2) {
        Some("events") => "events",
        Some("webhooks") => "webhooks",
        Some("deliveries") => "deliveries",
        Some("offers" | "offers.toml" | "brand") => "offers",
        Some("sites") => "sites",
        Some("keys") => "keys",
        Some("team" | "acts") => "team",
        _ => "sales",
    }
}

/// Its body may be left out.
fn refund() -> Value {
    let summary = "Give back a part of a sale, or all that is left: then access ends. Every leg gives its part";
    let call = post("refund", summary, (None, "Refunded"), &["404", "409", "422"]);
    let mut call = body(call, "Refund");
    call["requestBody"]["required"] = false.into();
    call
}

pub(super) fn post(id: &str, summary: &str, (wanted, answer): (Option<&str>, &str), refusals: &[&str]) -> Value {
    let command = json!({ "$ref": "#/components/parameters/command" });
    let parameters = if wanted.is_some() { json!([command]) } else { json!([path_id(), command]) };
    let refusals = [&USUAL[..], &["413"], refusals].concat();
    let call = keyed(json!({ "operationId": id, "summary": summary, "parameters": parameters, "responses": responses(answer, &refusals) }));
    match wanted {
        Some(schema) => body(call, schema),
        None => call,
    }
}

pub(super) fn body(mut call: Value, schema: &str) -> Value {
    call["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": reference(schema), "example": example(schema) } } });
    call
}

pub(super) fn keyed(mut call: Value) -> Value {
    call["security"] = json!([{ "key": [] }]);
    call
}

pub(super) fn path_id() -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } })
}

pub(super) fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

pub(super) fn limit() -> Value {
    query("limit", "Rows at most.", json!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }))
}

fn sale_parameters() -> Value {
    json!([
        limit(),
        query("before", "The `next` of an earlier answer.", json!({ "type": "string" })),
        query("item", "Realm and path.", json!({ "type": "string" })),
        query("offer", "Id of an offer's version.", reference("OfferId")),
        query("state", "Whether it stands.", json!({ "type": "string", "enum": ["live", "part-refunded", "refunded"] })),
        query("buyer", "What you know the payer by, or how it begins.", json!({ "type": "string" })),
        query("from", "From this day of UTC on.", json!({ "type": "string", "format": "date" })),
        query("to", "Up to the end of this day.", json!({ "type": "string", "format": "date" })),
    ])
}

fn event_parameters() -> Value {
    json!([limit(), query("after", "The `seq` of the last event that is known; 0, the default, for all there are.", reference("Seq"))])
}

fn delivery_parameters() -> Value {
    json!([
        limit(),
        query("before", "The `next` of an earlier answer.", json!({ "type": "string" })),
        query("webhook", "Of one webhook.", json!({ "type": "string" })),
        query("state", "How it stands.", reference("DeliveryState")),
    ])
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let kinds: Vec<&str> = crate::events::Kind::ALL.iter().map(|kind| kind.word()).collect();
    let objects =
        ["ChargeObject", "EntitlementObject", "TopupObject", "OfferObject", "CaptureObject", "AlertObject", "EndObject", "CoinPayment"]
            .map(reference);
    let value = json!({
        "Seq": { "type": "string", "pattern": "^(0|[1-9][0-9]{0,19})$", "description": "A decimal number below 2^64, growing with the journal." },
        "OfferId": { "type": "string", "pattern": "^[A-Za-z0-9_-]{43}$" },
        "EventType": { "type": "string", "enum": kinds },
        "DeliveryState": { "type": "string", "enum": ["waiting", "delivered", "failed"] },
        "Payee": object(json!({ "payee": text("Handle."), "name": text("What payers read."), "mode": reference("Mode"), "sites": list("Site"), "balances": list("ClassBalance") })),
        "Site": object(json!({ "host": text("Also the realm of its items."), "url": text("Its origin.") })),
        "ClassBalance": object(json!({ "currency": reference("Currency"), "class": { "type": "string", "enum": ["earned-pending", "funded"] }, "available": reference("Amount"), "held": reference("Amount") })),
        "Sales": page("Sale"),
        "Sale": object(json!({
            "id": reference("Serial"), "at": reference("Time"), "item": text("Realm and path."), "offer": reference("OfferId"),
            "charged": reference("Amount"), "currency": reference("Currency"), "legs": list("Leg"), "payer": payer(),
            "until": or_null("Time", "When the entitlement ends; null for never."), "undo_until": reference("Time"),
            "state": { "type": "string", "enum": ["live", "part-refunded", "refunded"] }, "returned": reference("Amount"),
            "refunded_at": or_null("Time", "Null while it stands."), "refund_reason": nullable(reason()),
        })),
        "Refund": { "type": "object", "additionalProperties": false, "properties": { "amount": reference("Amount"), "reason": cause() } },
        "Refunded": object(json!({ "returned": reference("Amount"), "left": reference("Amount"), "currency": reference("Currency"), "sale": reference("Serial") })),
        "Offer": object(json!({
            "offer": reference("OfferId"), "name": text("What it is known by on its site."), "site": text("Host."), "unlock": text("The pages it sells."),
            "price": reference("OfferPrice"), "refund_window_s": integer("Seconds."), "lasts_s": nullable(integer("Seconds; null for ever.")),
        })),
        "OfferPrice": {
            "type": "object", "required": ["kind"], "description": "`amount` and `currency` unless it is free.",
            "properties": {
                "kind": { "type": "string", "enum": ["free", "fixed", "at-least", "metered"] }, "amount": reference("Amount"), "currency": reference("Currency"),
                "per": text("How many units of a metered offer `amount` buys; 1 unless said."), "unit": text("What a metered offer counts: `call`, `byte` or a word of your own."),
                "most": text("How many units one request costs at most; not for calls."),
            },
        },
        "Events": page("Event"),
        "Event": object(json!({ "id": text("The same for ever; also the `webhook-id`."), "seq": reference("Seq"), "type": reference("EventType"), "created": reference("Time"), "mode": reference("Mode"), "object": { "oneOf": objects } })),
        "ChargeObject": refunded(object(json!({ "sale": reference("Serial"), "item": text("Realm and path."), "offer": reference("OfferId"), "charged": reference("Amount"), "currency": reference("Currency"), "payer": payer(), "legs": list("Leg") })), reason()),
        "EntitlementObject": optional(object(json!({ "sale": reference("Serial"), "item": text("Realm and path."), "payer": payer(), "until": or_null("Time", "Null for ever.") })), json!({ "type": "string", "enum": ["refund"] })),
        "TopupObject": object(json!({ "amount": reference("Change"), "currency": reference("Currency") })),
        "OfferObject": { "allOf": [reference("Offer"), object(json!({ "state": { "type": "string", "enum": ["stands", "ended"] } }))] },
        "NewWebhook": webhook_wish(&["url"], json!({ "after": reference("Seq") })),
        "WebhookChange": webhook_wish(&[], json!({ "state": { "type": "string", "enum": ["active", "paused"] } })),
        "Webhooks": object(json!({ "rows": list("Webhook") })),
        "Webhook": object(webhook()),
        "WebhookWithSecret": { "allOf": [reference("Webhook"), object(json!({ "secret": { "type": "string", "pattern": "^whsec_[A-Za-z0-9+/]{43}=$" } }))] },
        "Tested": object(json!({ "delivery": text("Its id.") })),
        "Begun": object(json!({ "begun": integer("How many.") })),
        "Deliveries": page("Delivery"),
        "Delivery": object(delivery()),
        "OpenedDelivery": { "allOf": [reference("Delivery"), object(json!({ "body": text("The bytes that are sent."), "attempts": list("Attempt") }))] },
        "Attempt": object(json!({ "at": reference("Time"), "status": nullable(integer("Null without an answer.")), "latency_ms": integer("Milliseconds."), "request": text("Its header."), "response": text("Status, header and body, 16 KiB at most."), "fault": nullable(text("Why there was no answer.")) })),
    });
    let mut schemas = value.as_object().cloned().unwrap_or_default();
    schemas.extend(selling::schemas());
    schemas.extend(people::schemas());
    schemas.extend(usage::schemas());
    schemas
}

fn webhook() -> Value {
    json!({
        "id": text("`whk_` and 16 characters of base32."), "url": text("Where to."),
        "events": { "type": "array", "items": reference("EventType"), "description": "All if empty." },
        "state": { "type": "string", "enum": ["active", "paused", "failing", "gone"] },
        "created": reference("Time"), "after": reference("Seq"),
        "failing_since": or_null("Time", "The first failure since the last success."), "succeeded": or_null("Time", "The last success."),
        "old_secret_ends": or_null("Time", "Until when the secret before signs, too."),
    })
}

fn delivery() -> Value {
    json!({
        "id": text("`dlv_` and 16 characters of base32."), "webhook": text("Where to."), "event": text("The event's id."),
        "type": { "type": "string", "description": "An EventType, or webhook.test." }, "created": reference("Time"), "sent": or_null("Time", "The last try."),
        "state": reference("DeliveryState"), "status": nullable(integer("Of the last answer.")), "latency_ms": nullable(integer("Milliseconds.")),
        "tries": integer("Since it was begun."), "next": or_null("Time", "The next try, while it waits."),
    })
}

fn webhook_wish(required: &[&str], more: Value) -> Value {
    let mut properties = json!({ "url": text("https, public; in test mode also http to localhost and names below it."), "events": { "type": "array", "items": reference("EventType") } });
    more.as_object().into_iter().flatten().for_each(|(name, schema)| properties[name] = schema.clone());
    let mut wish = closed(properties);
    wish["required"] = json!(required);
    wish
}

pub(super) fn page(row: &str) -> Value {
    object(
        json!({ "rows": list(row), "next": { "type": ["string", "null"], "description": "Cursor for the rows after these; null if there are none." } }),
    )
}

pub(super) fn list(of: &str) -> Value {
    json!({ "type": "array", "items": reference(of) })
}

pub(super) fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

pub(super) fn integer(description: &str) -> Value {
    json!({ "type": "integer", "description": description })
}

pub(super) fn nullable(schema: Value) -> Value {
    json!({ "oneOf": [schema, { "type": "null" }] })
}

/// With a `reason` that is there only for what was taken back.
/// What an event about a refund says beside the sale.
fn refunded(schema: Value, reason: Value) -> Value {
    let mut schema = optional(schema, reason);
    schema["properties"]["returned"] = reference("Amount");
    schema["properties"]["left"] = reference("Amount");
    schema["properties"]["cause"] = nullable(cause());
    schema
}

fn optional(mut schema: Value, reason: Value) -> Value {
    schema["properties"]["reason"] = reason;
    schema
}

/// What who gives back says of it.
fn cause() -> Value {
    json!({ "type": "string", "enum": market::Cause::ALL.iter().map(|cause| cause.word()).filter(|word| !word.is_empty()).collect::<Vec<_>>() })
}

fn reason() -> Value {
    json!({ "type": "string", "enum": ["undo", "payee", "operator", "origin-failed"] })
}

pub(super) fn payer() -> Value {
    text("What this payee knows the payer by; another payee knows the same payer by another name.")
}
