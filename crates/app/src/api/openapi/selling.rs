//! What a payee sells and what it earned: offers, sites, buyers and sums.

use super::payee::{USUAL, body, integer, keyed, limit, list, nullable, page, path_id, payer, post, query, text};
use super::{closed, object, operation, or_null, reference, responses};
use serde_json::{Map, Value, json};

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let id = || json!([path_id()]);
    let before = || query("before", "The `next` of an earlier answer.", json!({ "type": "string" }));
    let value = json!({
        "/v1/summary": { "get": get("summary", "What was earned today, this month and on each of the last thirty days", json!([]), ("Summary", &[])) },
        "/v1/fees": { "get": get("fees", "Where the money of own sales went, by the name of each share", json!([]), ("Fees", &[])) },
        "/v1/sales.csv": { "get": table("salesFile", "All that the payee has a share in, as CSV", sale_file_parameters()) },
        "/v1/buyers": { "get": get("buyers", "Who buys, by the names that only this payee knows them by; who bought last comes first", json!([limit(), before()]), ("Buyers", &[])) },
        "/v1/buyers.csv": { "get": table("buyersFile", "All buyers, as CSV", json!([])) },
        "/v1/offers": {
            "get": get("offers", "Own offers that stand", json!([]), ("Offers", &[])),
            "post": post("makeOffer", "Sell pages of a site whose offers are made here; the whole is the payee's", (Some("NewOffer"), "OpenedOffer"), &["409", "422"]),
        },
        "/v1/offers.toml": { "get": offers_file() },
        "/v1/offers/{id}": {
            "get": get("offer", "The offer that a version belongs to, with all its versions", id(), ("OpenedOffer", &["404"])),
            "patch": body(get("changeOffer", "Change what is named; what is charged changes at once, and nobody pays more than was quoted", id(), ("OpenedOffer", &["404", "413", "422"])), "OfferChange"),
            "delete": get("endOffer", "Withdraw it; what was sold stays sold", id(), ("Done", &["404"])),
        },
        "/v1/brand": {
            "get": get("brand", "How the payee looks on walls, pay sheets and receipts", json!([]), ("Brand", &[])),
            "patch": body(get("changeBrand", "Change what is named; a colour that cannot be read is moved until it can", json!([]), ("Brand", &["413", "422"])), "BrandChange"),
        },
        "/v1/sites": { "get": get("sites", "Own sites, how they stand behind this instance, and what the last look found", json!([]), ("Sites", &[])) },
        "/v1/sites/{id}/check": { "post": body(get("checkSite", "Ask for a page through the public name, as a stranger and as a buyer; `id` is the site's name", id(), ("Checked", &["404", "413"])), "Check") },
    });
    value.as_object().cloned().unwrap_or_default()
}

/// A call that is answered with a file.
fn table(id: &str, summary: &str, parameters: Value) -> Value {
    let mut call =
        keyed(json!({ "operationId": id, "summary": summary, "parameters": parameters, "responses": responses("Table", &USUAL) }));
    call["responses"]["200"]["content"] = json!({ "text/csv": { "schema": reference("Table") } });
    call
}

fn offers_file() -> Value {
    let summary = "Own offers of one site that stand, as an offer file: `farthing offer check` accepts it, another instance sells by it";
    let site = query("site", "Host of the site; may be left out where there is one only.", json!({ "type": "string" }));
    let refusals = [&USUAL[..], &["404"]].concat();
    let responses = responses("OfferFile", &refusals);
    let mut call = keyed(json!({ "operationId": "offersFile", "summary": summary, "parameters": [site], "responses": responses }));
    call["responses"]["200"]["content"] = json!({ "application/toml": { "schema": reference("OfferFile") } });
    call
}

fn sale_file_parameters() -> Value {
    json!([
        query("item", "Part of realm and path.", json!({ "type": "string" })),
        query("buyer", "What you know the payer by, or how it begins.", json!({ "type": "string" })),
        query("state", "Whether it stands.", json!({ "type": "string", "enum": ["paid", "refunded"] })),
        query("from", "From this day of UTC on.", json!({ "type": "string", "format": "date" })),
        query("to", "Up to the end of this day.", json!({ "type": "string", "format": "date" })),
    ])
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let day = || json!({ "type": "string", "format": "date" });
    let value = json!({
        "Table": { "type": "object", "description": "Rows as CSV (RFC 4180) with their names in the first; amounts in main units, as spreadsheets want them.", "properties": {} },
        "OfferFile": { "type": "object", "description": "TOML with a table `[offer.NAME]` for each offer.", "properties": {} },
        "Summary": object(json!({
            "currency": reference("Currency"), "earned_today": reference("Change"), "earned_this_month": reference("Change"),
            "sales": integer("Since the first."), "refunded": integer("Of those, taken back by now."),
            "days": list("EarnedDay"), "items": { "type": "array", "items": reference("EarnedItem"), "description": "The eight that earned most in these days." },
        })),
        "EarnedDay": object(json!({ "day": day(), "earned": reference("Change"), "sales": integer("Made on this day."), "refunded": integer("Of those, taken back by now.") })),
        "EarnedItem": object(json!({ "item": text("Realm and path."), "sales": integer("That stand."), "earned": reference("Change") })),
        "Fees": object(json!({ "currency": reference("Currency"), "amount": reference("Change"), "this_month": reference("Change"), "shares": list("FeeShare") })),
        "FeeShare": object(json!({ "label": text("As the offer calls it."), "to": text("Handle, or `operator`."), "sales": integer("That stand."), "amount": reference("Change"), "this_month": reference("Change") })),
        "Buyers": {
            "allOf": [page("Buyer"), object(json!({ "all": integer("How many there are.") }))],
        },
        "Buyer": object(json!({
            "payer": payer(), "pages": integer("Purchases that stand."), "paid": reference("Change"), "earned": reference("Change"),
            "refunded": integer("Purchases that were taken back."), "last": reference("Time"), "currency": reference("Currency"),
        })),
        "Offers": object(json!({ "rows": list("Offer") })),
        "OpenedOffer": { "allOf": [reference("Offer"), object(json!({
            "stands": boolean("False once it was withdrawn."), "managed": { "type": "string", "enum": ["desk", "file"], "description": "Where it is changed; only `desk` is changed by calls." },
            "undos_a_day": integer("Of a payer on the site."), "page": text("A page that it sells."), "split": list("OfferShare"), "versions": list("OfferVersion"),
        }))] },
        "OfferShare": object(json!({
            "label": text("On receipts."), "to": text("Handle, or `operator`."), "bp": nullable(integer("Hundredths of a percent.")),
            "fixed": or_null("Amount", "Of each sale."), "amount": or_null("Amount", "Of one sale at the least price; null when it is free."),
        })),
        "OfferVersion": { "allOf": [reference("Offer"), object(json!({ "since": reference("Time"), "stands": boolean("True for the one that sells now.") }))] },
        "NewOffer": wish(&["site", "name", "path", "price"], json!({ "site": text("Host of the site."), "name": text("What it is known by on the site: 1 to 64 bytes.") })),
        "OfferChange": wish(&[], json!({})),
        "Brand": object(json!({ "name": text("What payers read."), "accent": { "oneOf": [reference("Accent"), { "type": "null" }] }, "logo": { "oneOf": [reference("Logo"), { "type": "null" }] } })),
        "Accent": object(json!({ "wished": text("As it was asked for."), "light": text("As light pages show it."), "dark": text("As dark ones do."), "corrected": boolean("Whether one of them is another, so that everybody can read it: contrast 4.5 to 1.") })),
        "Logo": object(json!({ "url": text("At the wallet; another picture has another address."), "type": text("Media type."), "width": integer("Pixels."), "height": integer("Pixels.") })),
        "BrandChange": closed_optional(json!({ "accent": nullable(text("`#` and six hexadecimal digits.")), "logo": nullable(text("A PNG, JPEG or WebP in base64: 64 KiB at most, each side from 16 to 1024 pixels, still.")) })),
        "Sites": object(json!({ "rows": list("SellingSite") })),
        "SellingSite": object(json!({
            "site": text("Its name in the configuration."), "name": text("What payers read."), "host": text("Also the realm of its items."), "url": text("Its origin."),
            "origin": text("Where its pages come from."), "priced": { "type": "array", "items": { "type": "string" }, "description": "Patterns of what is for sale." },
            "attach": { "type": "string", "enum": ["proxy", "forward-auth"] }, "search": boolean("Whether search engines find its teasers."),
            "offers": { "type": "string", "enum": ["desk", "file"], "description": "Where its offers are made." }, "checked": { "oneOf": [reference("Checked"), { "type": "null" }] },
        })),
        "Check": closed_optional(json!({ "path": text("Which page to ask for; without it one that is known.") })),
        "Checked": object(json!({
            "at": reference("Time"), "path": text("The page that was asked for."), "good": boolean("Nothing stands between."),
            "finding": { "type": "string", "enum": ["good", "no-page", "unreached", "elsewhere", "paid-to-all", "wall-to-buyers", "open", "no-wall", "no-paid-page"] },
        })),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn wish(required: &[&str], more: Value) -> Value {
    let mut properties = json!({
        "path": text("A path; `*` is one part of it, `**` any."), "price": reference("OfferPrice"),
        "refund_window_s": integer("How long a purchase can be taken back; 600 unless said."), "lasts_s": nullable(integer("How long it is good for; null for ever.")),
    });
    more.as_object().into_iter().flatten().for_each(|(name, schema)| properties[name] = schema.clone());
    let mut wish = closed(properties);
    wish["required"] = json!(required);
    wish
}

fn closed_optional(properties: Value) -> Value {
    let mut wish = closed(properties);
    wish["required"] = json!([]);
    wish
}

pub(super) fn boolean(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}
