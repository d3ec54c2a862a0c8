//! `/openapi.json`: OpenAPI 3.1 with `x-payment-info` on each priced operation, as the discovery draft wants it.

use super::{Cost, LLMS_PATH, Listed, Site, one_line};
use crate::l402::satoshis;
use serde::Serialize;
use std::collections::BTreeMap;

/// The body of `/openapi.json`: one `GET` for each offer that has an example page.
///
/// A checker fills a template with its example and asks for that page, so an offer without a page to show is left out.
#[must_use]
pub fn openapi(site: &Site<'_>) -> Vec<u8> {
    let paths = site.offers.iter().filter_map(|offer| {
        let (path, parameters) = template(offer.pattern, offer.example)?;
        Some((path, PathItem { get: Operation::of(offer, parameters) }))
    });
    let document = Document {
        openapi: "3.1.0",
        info: Info { title: one_line(site.title), version: "1" },
        servers: [Server { url: site.origin }],
        service: Service { docs: Docs { homepage: site.origin, llms: LLMS_PATH } },
        paths: paths.collect(),
    };
    serde_json::to_vec_pretty(&document).expect("texts and lists under text keys always have a JSON form")
}

#[derive(Serialize)]
struct Document<'a> {
    openapi: &'static str,
    info: Info,
    servers: [Server<'a>; 1],
    #[serde(rename = "x-service-info")]
    service: Service<'a>,
    paths: BTreeMap<String, PathItem>,
}

#[derive(Serialize)]
struct Info {
    title: String,
    version: &'static str,
}

#[derive(Serialize)]
struct Server<'a> {
    url: &'a str,
}

#[derive(Serialize)]
struct Service<'a> {
    docs: Docs<'a>,
}

#[derive(Serialize)]
struct Docs<'a> {
    homepage: &'a str,
    llms: &'static str,
}

#[derive(Serialize)]
struct PathItem {
    get: Operation,
}

#[derive(Serialize)]
struct Operation {
    summary: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parameters: Vec<Parameter>,
    #[serde(rename = "x-payment-info")]
    payment: PaymentInfo,
    #[serde(rename = "x-farthing-schemes")]
    schemes: &'static [&'static str],
    responses: Responses,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    #[serde(rename = "in")]
    place: &'static str,
    required: bool,
    schema: Schema,
    example: String,
}

#[derive(Serialize)]
struct Schema {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct PaymentInfo {
    offers: Vec<PaymentOffer>,
}

#[derive(Serialize)]
struct PaymentOffer {
    intent: &'static str,
    method: &'static str,
    amount: String,
    currency: String,
    description: String,
}

#[derive(Serialize)]
struct Responses {
    #[serde(rename = "200")]
    served: Response,
    #[serde(rename = "402")]
    unpaid: Response,
}

#[derive(Serialize)]
struct Response {
    description: &'static str,
}

impl Operation {
    fn of(offer: &Listed<'_>, parameters: Vec<Parameter>) -> Operation {
        let (title, price) = (one_line(offer.title), offer.cost.least());
        let description = match offer.cost {
            Cost::Fixed(_) => title.clone(),
            Cost::AtLeast(_) => format!("{title}, {}", offer.cost.in_words()),
        };
        let payment = PaymentOffer {
            intent: "charge",
            method: "farthing",
            amount: price.amount.to_string(),
            currency: price.asset.to_string(),
            description: description.clone(),
        };
        let satoshis = offer.l402.then(|| satoshis(price.amount)).flatten();
        let lightning =
            satoshis.map(|amount| PaymentOffer { intent: "charge", method: "lightning", amount, currency: "sat".to_owned(), description });
        Operation {
            summary: title,
            parameters,
            payment: PaymentInfo { offers: std::iter::once(payment).chain(lightning).collect() },
            schemes: schemes(offer.l402),
            responses: Responses { served: Response { description: "The page" }, unpaid: Response { description: "Payment required" } },
        }
    }
}

/// The schemes that sell an offer, by the names that they have in fields.
#[must_use]
pub const fn schemes(l402: bool) -> &'static [&'static str] {
    if l402 { &["Payment", "x402", "L402"] } else { &["Payment", "x402"] }
}

/// The path of an offer with a parameter for each star, filled from the example; nothing if the example does not fit.
///
/// A parameter is one segment, percent-encoded whole by whoever fills it. So where `**` covers several segments, or a
/// segment decodes to no plain text, the example page itself is the path.
fn template(pattern: &str, example: Option<&str>) -> Option<(String, Vec<Parameter>)> {
    let page = match example {
        Some(page) => page,
        None if !pattern.contains('*') => pattern,
        None => return None,
    };
    if page.contains(['{', '}', '?', '#']) || !covers(pattern, page) {
        return None;
    }
    let concrete = Some((page.to_owned(), Vec::new()));
    if pattern.split('/').count() != page.split('/').count() {
        return concrete;
    }
    let mut parameters = Vec::new();
    let mut segments = Vec::new();
    for (star, segment) in pattern.split('/').zip(page.split('/')) {
        if !matches!(star, "*" | "**") {
            segments.push(segment.to_owned());
            continue;
        }
        let Some(example) = decoded(segment).filter(|text| !text.is_empty() && !text.contains('/')) else { return concrete };
        let number = parameters.len().saturating_add(1);
        let name = if number == 1 { "page".to_owned() } else { format!("page{number}") };
        segments.push(format!("{{{name}}}"));
        parameters.push(Parameter { name, place: "path", required: true, schema: Schema { kind: "string" }, example });
    }
    Some((segments.join("/"), parameters))
}

/// True if the page is one of the pattern's.
fn covers(pattern: &str, page: &str) -> bool {
    let mut segments = page.split('/');
    for star in pattern.split('/') {
        if star == "**" {
            return true;
        }
        if segments.next().is_none_or(|segment| star != "*" && star != segment) {
            return false;
        }
    }
    segments.next().is_none()
}

/// A segment without its percent-encoding, if that is text.
fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
