//! What is used by the unit: units by offer and day, sessions, captures.

use super::payee::{USUAL, integer, keyed, limit, list, nullable, page, path_id, payer, query, text};
use super::{object, operation, or_null, reference};
use serde_json::{Map, Value, json};

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let day = |name: &str, what: &str| query(name, what, json!({ "type": "string", "format": "date" }));
    let days =
        json!([day("from", "From this day of UTC on; without it 30 days."), day("to", "Up to the end of this day; without it today.")]);
    let sessions = json!([
        limit(),
        query("before", "The `next` of an earlier answer.", json!({ "type": "string" })),
        query("state", "Whether it goes on.", json!({ "type": "string", "enum": ["open", "ended"] })),
    ]);
    let value = json!({
        "/v1/usage": { "get": get("usage", "What was captured of own metered offers, by day of UTC and offer version, and what the open sessions come to", days, ("Usage", &[])) },
        "/v1/payee/sessions": { "get": get("payeeSessions", "Own sessions, newest first", sessions, ("PayeeSessions", &[])) },
        "/v1/payee/sessions/{id}": { "get": get("payeeSession", "One session, with what was used by offer version and its newest captures", json!([path_id()]), ("OpenedSession", &["404"])) },
    });
    value.as_object().cloned().unwrap_or_default()
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let mut used = units();
    used["day"] = json!({ "type": "string", "format": "date" });
    used["captures"] = integer("In how many captures.");
    let mut capture = units();
    capture["capture"] = reference("Serial");
    capture["number"] = integer("Which capture of its session, from 1.");
    capture["legs"] = list("Leg");
    let with = |more: Value, base: Value| {
        let mut all = base;
        more.as_object().into_iter().flatten().for_each(|(name, schema)| all[name] = schema.clone());
        object(all)
    };
    let value = json!({
        "Usage": object(json!({ "currency": reference("Currency"), "open": reference("OpenSessions"), "rows": list("UsedDay") })),
        "OpenSessions": object(json!({ "sessions": integer("How many."), "held": reference("Amount"), "drawn": reference("Amount"), "captured": reference("Amount"), "waiting": reference("Amount") })),
        "UsedDay": object(used),
        "Used": object(units()),
        "PayeeSessions": page("PayeeSession"),
        "PayeeSession": with(standing(), session()),
        "OpenedSession": { "allOf": [reference("PayeeSession"), object(json!({ "used": list("Used"), "list": list("SessionCapture") }))] },
        "SessionCapture": with(json!({ "at": reference("Time") }), capture.clone()),
        "CaptureObject": with(session(), capture),
        "AlertObject": with(json!({ "level": { "type": "integer", "enum": [50, 80, 100], "description": "Percent of the hold." }, "drawn": reference("Amount"), "held": reference("Amount") }), session()),
        "EndObject": with(json!({
            "held": reference("Amount"), "captured": reference("Amount"), "released": reference("Amount"), "captures": integer("How many."),
            "units": text("Delivered in all."), "opened_at": reference("Time"), "reason": by(),
        }), session()),
    });
    value.as_object().cloned().unwrap_or_default()
}

/// A receipt with what one of a capture says beside.
pub fn receipt(mut receipt: Value) -> Value {
    add(&mut receipt, json!({ "session": reference("Serial"), "capture": text("Which capture of its session.") }));
    receipt["description"] = "One of a capture of a session also says what was used.".into();
    receipt
}

/// A line of a history with what one of a capture says beside.
pub fn row(mut row: Value) -> Value {
    add(&mut row, json!({ "session": reference("Serial") }));
    row["description"] = "One of a capture of a session also says what was used.".into();
    row
}

/// Adds members that may be absent.
fn add(schema: &mut Value, more: Value) {
    let used = json!({ "units": text("How many."), "unit": text("What is counted."), "unit_price": reference("Amount"), "per": text("How many units that buys.") });
    for (name, of) in [used, more].iter().filter_map(Value::as_object).flatten() {
        schema["properties"][name] = of.clone();
    }
}

fn units() -> Value {
    json!({
        "offer": reference("OfferId"), "name": text("The offer's on its site."), "unit": text("What is counted."), "units": text("How many."),
        "unit_price": reference("Amount"), "per": text("How many units that buys."), "amount": reference("Amount"),
    })
}

fn session() -> Value {
    json!({ "session": reference("Serial"), "item": text("Realm and pattern."), "offer": reference("OfferId"), "payer": payer(), "currency": reference("Currency") })
}

fn standing() -> Value {
    json!({
        "opened_at": reference("Time"), "until": reference("Time"), "kind": { "type": "string", "enum": ["chain", "signed", "trusted"] },
        "state": { "type": "string", "enum": ["open", "closing", "ended"] }, "held": reference("Amount"), "drawn": reference("Amount"),
        "captured": reference("Amount"), "waiting": reference("Amount"), "captures": integer("How many."), "units": text("Delivered in all."),
        "ended_at": or_null("Time", "Null while it goes on."), "ended_by": nullable(by()), "released": or_null("Amount", "Null while it goes on."),
    })
}

fn by() -> Value {
    json!({ "type": "string", "enum": ["payer", "idle", "expiry", "operator"] })
}
