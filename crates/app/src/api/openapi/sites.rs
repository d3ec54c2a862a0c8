//! The calls of sites that stand elsewhere.

use super::{object, reference};
use serde_json::{Map, Value, json};

pub(super) fn paths() -> Map<String, Value> {
    let mut look = operation("quote", "What became of a sale that paid a quote", None);
    let sale = json!({ "name": "sale", "in": "query", "required": true, "description": "Which sale: two may have paid one quote.", "schema": reference("Serial") });
    look["parameters"].as_array_mut().expect("an operation has parameters").push(sale);
    let redeem = operation("redeem", "Redeem the one-use code that a browser brought, within a minute", Some("Code"));
    let refund = operation("giveBack", "Give the purchase back; sent again, it is answered alike", Some("GiveBack"));
    [
        ("/v1/quotes/{id}".to_owned(), json!({ "get": look })),
        ("/v1/quotes/{id}/redeem".to_owned(), json!({ "post": redeem })),
        ("/v1/quotes/{id}/refund".to_owned(), json!({ "post": refund })),
    ]
    .into_iter()
    .collect()
}

pub(super) fn schemas() -> Map<String, Value> {
    let text = |description: &str| json!({ "type": "string", "description": description });
    let parts = [
        ("Code", object(json!({ "code": text("What stands in the address of the way back.") }))),
        (
            "GiveBack",
            object(json!({ "reason": { "type": "string", "enum": ["undo", "origin-failed", "payee"] }, "sale": reference("Serial") })),
        ),
        (
            "Entitled",
            json!({ "type": "object", "required": ["sale", "payer", "item", "charged", "currency", "at", "undo_until", "standing", "receipt"], "properties": {
                "quote": text("The quote as the site signed it; where a code was redeemed."),
                "sale": reference("Serial"),
                "payer": { "type": "string", "pattern": "^[!-~]{1,64}$", "description": "What this payee knows the payer by." },
                "item": text("Realm and target of the page."),
                "charged": reference("Amount"),
                "currency": reference("Currency"),
                "at": reference("Time"),
                "until": reference("Time"),
                "undo_until": reference("Time"),
                "standing": { "type": "string", "enum": ["live", "refunded"] },
                "receipt": text("`Payment-Receipt`, signed by this instance's receipt key."),
            } }),
        ),
    ];
    parts.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

pub(super) fn schemes() -> Map<String, Value> {
    let scheme = json!({
        "type": "http",
        "scheme": "Farthing-Site",
        "description": "`Authorization: Farthing-Site site=\"…\", key=\"…\", time=\"…\", signature=\"…\"`. Signed, joined by line feeds: `farthing/site/1`, instance, site, method, target, digest (empty without a body), time; the time is within two minutes of now. The key is one of `site_keys` in the site's own `/.well-known/farthing.json`; the site is one that this instance's operator named.",
    });
    std::iter::once(("site".to_owned(), scheme)).collect()
}

fn operation(id: &str, summary: &str, body: Option<&str>) -> Value {
    let parameter = json!({ "name": "id", "in": "path", "required": true, "description": "The quote's id.", "schema": { "type": "string", "pattern": "^[A-Za-z0-9_-]{22}$" } });
    let answer = json!({ "description": "Done.", "content": { "application/json": { "schema": reference("Entitled") } } });
    let problem = json!({ "$ref": "#/components/responses/problem" });
    let mut responses = Map::new();
    responses.insert("200".to_owned(), answer);
    for status in ["400", "402", "404", "405", "409", "429", "500", "503"] {
        responses.insert(status.to_owned(), problem.clone());
    }
    let mut operation = json!({ "operationId": id, "tags": ["quotes"], "summary": summary, "security": [{ "site": [] }], "parameters": [parameter], "responses": responses });
    if let Some(body) = body {
        let example = if body == "Code" { json!({ "code": "CODE" }) } else { json!({ "reason": "payee", "sale": "SALE" }) };
        let content = json!({ "application/json": { "schema": reference(body), "example": example } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}
