//! Meters of services that meter themselves: events, and what they came to.

use super::payee::{USUAL, integer, keyed, list, nullable, payer, post, query, text};
use super::{object, operation, reference};
use serde_json::{Map, Value, json};

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let mut usage = days();
    usage.as_array_mut().into_iter().for_each(|all| all.insert(0, path_meter()));
    let mut send = get(
        "sendEvents",
        "Count what a service of your own used, each event once: CloudEvents 1.0, one or up to 1,000 at a time, an answer each when all are durable",
        json!([path_meter()]),
        ("EventsTaken", &["404", "409", "413", "422"]),
    );
    let media = |schema: &str| json!({ "schema": reference(schema) });
    send["requestBody"] = json!({ "required": true, "content": {
        "application/cloudevents+json": media("MeterEvent"),
        "application/cloudevents-batch+json": { "schema": { "type": "array", "items": reference("MeterEvent"), "minItems": 1, "maxItems": 1000 } },
    } });
    let mut reserve = post(
        "reserveUnits",
        "Set the most that work can cost aside before it begins; the event that names it draws what was used, and the rest is free at once",
        (Some("Reserve"), "Reserved"),
        &["402", "404", "409", "422"],
    );
    reserve["parameters"].as_array_mut().into_iter().for_each(|all| all.insert(0, path_meter()));
    let value = json!({
        "/v1/meters": { "get": get("meters", "Own meters of services that meter themselves", json!([]), ("Meters", &[])) },
        "/v1/meters/{meter}/events": { "post": send },
        "/v1/meters/{meter}/bills": { "get": get("meterBills", "The bills of a meter for a month or a day of UTC, one for each payer; the payer reads the same one", json!([path_meter(), of_period()]), ("Bills", &["404"])) },
        "/v1/meters/{meter}/reserve": { "post": reserve },
        "/v1/meters/{meter}/usage": { "get": get("meterUsage", "What a meter counted, by the events' own day of UTC, session and offer; the payer reads the same figures", usage, ("Metered", &["404"])) },
    });
    value.as_object().cloned().unwrap_or_default()
}

/// The payer's call.
pub fn of_payer() -> Map<String, Value> {
    let mut call = operation(
        "metered",
        "What services that meter themselves drew from own sessions, by the events' own day of UTC, session and offer",
        days(),
        ("Metered", &[]),
    );
    call["tags"] = json!(["wallet"]);
    let mut bills = operation(
        "bills",
        "What services that meter themselves charge for a month or a day of UTC, one bill for each payee and meter",
        json!([of_period()]),
        ("Bills", &[]),
    );
    bills["tags"] = json!(["wallet"]);
    json!({ "/v1/metered": { "get": call }, "/v1/bills": { "get": bills } }).as_object().cloned().unwrap_or_default()
}

fn path_meter() -> Value {
    json!({ "name": "meter", "in": "path", "required": true, "description": "Its name, which is the unit of its offers.", "schema": { "type": "string", "pattern": "^[a-z0-9-]{1,16}$" } })
}

fn of_period() -> Value {
    query(
        "period",
        "A month or a day, such as 2026-11 or 2026-11-30; without it the running month.",
        json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$" }),
    )
}

fn days() -> Value {
    let day = |name: &str, what: &str| query(name, what, json!({ "type": "string", "format": "date" }));
    json!([day("from", "From this day of UTC on; without it 30 days."), day("to", "Up to the end of this day; without it today.")])
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let sums = || json!({ "events": text("How many."), "units": text("What they were for, unbilled ones too."), "amount": reference("Amount"), "unbilled": text("Units that nothing was authorised for: shown, never charged.") });
    let with = |mut base: Value, more: Value| {
        more.as_object().into_iter().flatten().for_each(|(name, schema)| base[name] = schema.clone());
        base
    };
    let row = with(
        sums(),
        json!({
            "day": { "type": "string", "format": "date" }, "session": reference("Serial"), "recipient": text("The payee's handle."), "offer": reference("OfferId"),
            "name": text("The offer's on its site."), "unit": text("The meter."), "unit_price": reference("Amount"), "per": text("How many units that buys."),
        }),
    );
    let mut session = object(json!({
        "session": reference("Serial"), "state": { "type": "string", "enum": ["open", "closing", "ended"] }, "held": reference("Amount"), "accepted": reference("Amount"),
        "drawn": reference("Amount"), "captured": reference("Amount"), "told": { "type": "integer", "enum": [0, 50, 80, 100], "description": "The share of the hold, in percent, that was last reached." },
        "until": reference("Time"),
    }));
    session["properties"]["payer"] = payer();
    let (taken, all) = answers();
    let mut value = json!({
        "MeterEvent": {
            "type": "object", "required": ["specversion", "type", "source", "id", "time", "subject", "data"], "description": "An event of CloudEvents 1.0. It is itself by `source` and `id`: sent again it counts nothing.",
            "properties": {
                "specversion": { "const": "1.0" }, "type": text("A word of your own."), "source": text("1 to 512 bytes."), "id": text("1 to 512 bytes, unique in its source."),
                "reservation": text("What `/reserve` answered, where it reserved for this. 0 units give it back."),
                "time": text("When it happened: RFC 3339."), "subject": text("The session, as `Farthing-Serial` gives it; or the payer's reference, a slash and the session."),
                "data": { "type": "object", "description": "Has the quantity in the member that the meter sums: a whole number from 0 up.", "properties": {} },
            },
        },
        "EventTaken": taken,
        "EventsTaken": all,
        "Meters": object(json!({ "rows": list("Meter") })),
        "Meter": object(json!({
            "meter": text("Its name."), "sum": text("The member of an event's data that is summed."), "late_window_s": integer("So late an event may come, in seconds."),
            "opens_at": reference("Time"), "remembered": integer("Events whose ids are remembered."),
        })),
        "Metered": object(json!({ "currency": reference("Currency"), "rows": list("MeteredRow"), "sums": reference("MeteredSums"), "sessions": list("MeteredSession") })),
        "MeteredRow": object(row.clone()),
        "MeteredSums": object(sums()),
        "MeteredSession": session,
    });
    let mut more = reserving();
    more["Bills"] = object(json!({
        "period": text("As it was asked for."), "from": { "type": "string", "format": "date" }, "to": { "type": "string", "format": "date" },
        "currency": reference("Currency"), "bills": list("Bill"),
    }));
    more["Bill"] = bill(sums());
    more["BillLine"] = bill_line(row);
    more.as_object().into_iter().flatten().for_each(|(name, schema)| value[name] = schema.clone());
    value.as_object().cloned().unwrap_or_default()
}

/// The answer to one event, and that to one or many.
fn answers() -> (Value, Value) {
    let mut taken = object(json!({ "status": { "type": "string", "enum": ["applied", "duplicate", "refused"] } }));
    for (name, schema) in [
        ("units", text("How many units it was for.")),
        ("amount", reference("Amount")),
        ("unbilled", text("Units of it that nothing was authorised for, or above what was reserved.")),
        (
            "reservation",
            json!({ "type": "string", "enum": ["drawn", "gone"], "description": "Where it named one: whether it was drawn from, or was gone, so that the event counted as any other." }),
        ),
        (
            "notice",
            json!({ "type": "string", "enum": ["over-reserve"], "description": "It says more than was reserved: drawn up to that, the rest is unbilled." }),
        ),
        ("source", nullable(text("Its `source`, in a batch."))),
        ("id", nullable(text("Its `id`, in a batch."))),
        ("code", text("Why it was refused; in a batch.")),
        ("problem", reference("Problem")),
    ] {
        taken["properties"][name] = schema;
    }
    let mut all = taken.clone();
    for (name, schema) in [
        ("applied", integer("How many are new.")),
        ("duplicate", integer("How many were counted before.")),
        ("refused", integer("How many moved nothing.")),
        ("rows", list("EventTaken")),
    ] {
        all["properties"][name] = schema;
    }
    all["required"] = json!([]);
    all["description"] = "Of one event its own answer; of a batch the counts, and an answer each in `rows`.".into();
    (taken, all)
}

/// What is asked of `/reserve`, and its answer.
fn reserving() -> Value {
    let mut reserved = object(json!({
        "reservation": reference("Serial"), "session": reference("Serial"), "units": text("How many."), "amount": reference("Amount"), "currency": reference("Currency"),
        "state": { "type": "string", "enum": ["held", "gone"], "description": "`gone` where the call is repeated and an event named it, or it lapsed." },
    }));
    reserved["properties"]["until"] = reference("Time");
    json!({
        "Reserve": {
            "type": "object", "required": ["subject", "units"], "additionalProperties": false,
            "properties": {
                "subject": text("The session, as in an event."), "units": text("How many units the work uses at most, as a decimal text."),
                "seconds": { "type": "integer", "minimum": 1, "maximum": 600, "default": 60, "description": "When it lapses unless an event names it before." },
            },
        },
        "Reserved": reserved,
    })
}

/// What a payer owes a payee for a period by one meter.
fn bill(sums: Value) -> Value {
    let mut sums = object(sums);
    sums["properties"]["units"] = text("What is charged for, unbilled ones left out.");
    let mut bill = object(json!({
        "recipient": text("The payee's handle."), "meter": text("Its name."), "lines": list("BillLine"), "sums": sums,
        "state": { "type": "string", "enum": ["running", "provisional", "final"], "description": "Whether the period runs, is over while events of it are still taken, or nothing can be added." },
    }));
    bill["properties"]["final_at"] = reference("Time");
    bill["properties"]["payer"] = payer();
    bill
}

/// A line of it: units × rate.
fn bill_line(row: Value) -> Value {
    let mut line = object(row);
    line["properties"]["units"] = text("What is charged for, unbilled ones left out.");
    line["properties"]["late"] = json!({ "type": "boolean", "description": "Whether it came when the period was over." });
    line["properties"]["came"] = json!({ "type": "string", "format": "date", "description": "On which day that was." });
    if let Some(fields) = line["properties"].as_object_mut() {
        fields.remove("recipient");
    }
    let required = line["required"].as_array().into_iter().flatten().filter(|name| *name != "recipient").cloned();
    line["required"] = required.chain([Value::from("late")]).collect();
    line
}
