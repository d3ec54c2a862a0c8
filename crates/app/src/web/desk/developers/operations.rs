//! The calls of `/v1` as the OpenAPI document has them, read into what a page shows. The document is ours and built in, so
//! what cannot be read of it is left out, and a test counts that nothing is.

use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// One call.
#[derive(Clone, PartialEq, Debug)]
pub struct Operation {
    /// Its name in the document.
    pub id: &'static str,
    /// What it is about.
    pub tag: &'static str,
    /// HTTP method.
    pub method: String,
    /// Path with places in braces.
    pub path: &'static str,
    /// One line.
    pub summary: &'static str,
    /// True if a payee's key opens it, false if a payer signs it.
    pub keyed: bool,
    /// What is given beside the body.
    pub parameters: Vec<Parameter>,
    /// Schema of the body and one that can be sent.
    pub body: Option<(&'static str, &'static Value)>,
    /// True if the answer is a file.
    pub is_file: bool,
    /// Schema of the answer.
    pub answer: &'static str,
    /// Statuses of refusals.
    pub refusals: Vec<u16>,
}

/// One parameter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `path`, `query` or `header`.
    pub place: &'static str,
    /// True if it must be there.
    pub required: bool,
    /// What it is.
    pub kind: String,
    /// What it means; may be empty.
    pub means: &'static str,
}

/// What calls are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Topic {
    /// Its word.
    pub name: &'static str,
    /// One line.
    pub means: &'static str,
}

/// An object that is sent or answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Its name in the document.
    pub name: &'static str,
    /// What it is; may be empty.
    pub means: &'static str,
    /// Its members.
    pub fields: Vec<Field>,
}

/// A member of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// True if it may be absent.
    pub optional: bool,
    /// What it is.
    pub kind: String,
    /// What it means; may be empty.
    pub means: &'static str,
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(crate::api::openapi);
static ALL: LazyLock<Vec<Operation>> = LazyLock::new(read);

/// The calls by which instances talk to each other: no program of a payee or payer makes them.
const BETWEEN_INSTANCES: &str = "quotes";
/// The methods in the order in which pages name them.
const METHODS: [&str; 4] = ["get", "post", "patch", "delete"];

/// What answers are that are no JSON.
const FILES: [&str; 3] = ["text/csv", "application/toml", "text/plain"];

/// What calls are about, in order.
pub fn topics() -> impl Iterator<Item = Topic> {
    let all = DOCUMENT["tags"].as_array().into_iter().flatten().filter(|tag| tag["name"] != BETWEEN_INSTANCES);
    all.map(|tag| Topic { name: text(&tag["name"]), means: text(&tag["description"]) })
}

/// The calls about something.
pub fn about(topic: &str) -> impl Iterator<Item = &'static Operation> {
    ALL.iter().filter(move |operation| operation.tag == topic)
}

/// One call by its name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}

/// The name of a call, if there is one of that name.
#[must_use]
pub fn operation_of(name: &str) -> Option<&'static str> {
    find(name).map(|operation| operation.id)
}

/// What the document says at a place of its `components` or elsewhere.
pub fn said(pointer: &str) -> &'static str {
    DOCUMENT.pointer(pointer).map(text).unwrap_or_default()
}

/// An object and all that stand in it, each once.
pub fn shapes(name: &'static str) -> Vec<Shape> {
    let (mut known, mut shapes, mut waiting) = (BTreeSet::new(), Vec::new(), vec![name]);
    while let Some(name) = waiting.pop() {
        if known.insert(name) {
            let schema = schema(name);
            let mut fields = Vec::new();
            members(schema, &mut (&mut fields, &mut waiting));
            shapes.push(Shape { name, means: text(&schema["description"]), fields });
        }
    }
    shapes
}

fn read() -> Vec<Operation> {
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    let calls = |(path, calls): (&'static String, &'static Value)| {
        METHODS.iter().filter_map(move |method| Some((path.as_str(), *method, calls.get(*method)?)))
    };
    paths.flat_map(calls).map(one).filter(|operation| operation.tag != BETWEEN_INSTANCES).collect()
}

fn one((path, method, call): (&'static str, &str, &'static Value)) -> Operation {
    let content = &call["requestBody"]["content"]["application/json"];
    let answers = &call["responses"]["200"]["content"];
    let file = FILES.iter().find_map(|media| answers.get(*media));
    let statuses = call["responses"].as_object().into_iter().flatten().filter_map(|(status, _)| status.parse().ok());
    Operation {
        id: text(&call["operationId"]),
        tag: text(&call["tags"][0]),
        method: method.to_ascii_uppercase(),
        path,
        summary: text(&call["summary"]),
        keyed: call["security"][0].get("key").is_some(),
        parameters: call["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        body: content.get("schema").and_then(target).map(|name| (name, &content["example"])),
        answer: answers.get("application/json").or(file).and_then(|answer| target(&answer["schema"])).unwrap_or_default(),
        is_file: file.is_some(),
        refusals: statuses.filter(|status| *status != 200).collect(),
    }
}

fn parameter(given: &'static Value) -> Parameter {
    let pointer = given["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    let given = pointer.and_then(|pointer| DOCUMENT.pointer(pointer)).unwrap_or(given);
    Parameter {
        name: text(&given["name"]),
        place: text(&given["in"]),
        required: given["required"] == true,
        kind: kind(&given["schema"], &mut Vec::new()),
        means: text(&given["description"]),
    }
}

/// The members of a schema, those of its parts among them; objects they name are put on the list of what waits.
fn members(schema: &'static Value, (fields, waiting): &mut (&mut Vec<Field>, &mut Vec<&'static str>)) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let part = target(part).map_or(part, self::schema);
        members(part, &mut (&mut **fields, &mut **waiting));
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let optional = !required.contains(&name.as_str());
        let kind = kind(member, waiting);
        fields.push(Field { name, optional, kind, means: meaning(member) });
    }
}

/// What a member means; what is not said of it is said of what it names.
fn meaning(member: &'static Value) -> &'static str {
    let own = text(&member["description"]);
    let parts = member["oneOf"].as_array().into_iter().flatten().map(|part| text(&part["description"]));
    let named = target(member).map(|name| text(&schema(name)["description"]));
    [own].into_iter().chain(parts).chain(named).find(|said| !said.is_empty()).unwrap_or_default()
}

/// What a value is, in a few words; objects are named and put on the list.
fn kind(schema: &'static Value, named: &mut Vec<&'static str>) -> String {
    if let Some(name) = target(schema) {
        let found = self::schema(name);
        if found.get("properties").is_some() || found.get("allOf").is_some() {
            named.push(name);
            return name.to_owned();
        }
        return kind(found, named);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices.iter().map(|choice| kind(choice, named)).collect::<Vec<_>>().join(" or ");
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    if schema["type"] == "array" {
        return format!("list of {}", kind(&schema["items"], named));
    }
    match (&schema["type"], schema["format"].as_str()) {
        (Value::Array(all), _) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        (Value::String(_), Some("date-time")) => "time".to_owned(),
        (Value::String(one), _) => one.clone(),
        _ => "value".to_owned(),
    }
}

fn schema(name: &str) -> &'static Value {
    &DOCUMENT["components"]["schemas"][name]
}

/// The schema that a reference names.
fn target(reference: &'static Value) -> Option<&'static str> {
    reference["$ref"].as_str()?.rsplit('/').next()
}

fn text(value: &'static Value) -> &'static str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_of_the_document_is_read_whole() {
        let paths = DOCUMENT["paths"].as_object().unwrap();
        let calls = paths.values().flat_map(|calls| calls.as_object().unwrap().values());
        let count = calls.filter(|call| call["tags"][0] != BETWEEN_INSTANCES).count();
        assert_eq!(ALL.len(), count);
        assert_eq!(topics().map(|topic| about(topic.name).count()).sum::<usize>(), count, "each is about a topic");
        for operation in ALL.iter() {
            let places = operation.path.matches('{').count();
            let given = operation.parameters.iter().filter(|parameter| parameter.place == "path").count();
            assert_eq!(given, places, "{}", operation.id);
            assert!(!operation.summary.is_empty() && !operation.answer.is_empty() && operation.refusals.len() > 3, "{}", operation.id);
            assert!(operation.body.is_none_or(|(_, example)| example.is_object()), "{} has no example", operation.id);
            let mut shapes = shapes(operation.answer);
            shapes.extend(operation.body.into_iter().flat_map(|(name, _)| self::shapes(name)));
            for field in shapes.iter().flat_map(|shape| &shape.fields) {
                assert!(!field.kind.contains("value"), "{}: {field:?}", operation.id);
            }
        }
    }

    #[test]
    fn parts_and_choices_are_told_in_words() {
        let shapes = shapes("WebhookWithSecret");
        let secret = shapes[0].fields.iter().find(|field| field.name == "secret").unwrap();
        assert!((!secret.optional, secret.kind.as_str()) == (true, "string") && shapes[0].fields.iter().any(|field| field.name == "url"));
        let events = self::shapes("Events");
        assert!(events.iter().any(|shape| shape.name == "OfferObject" && shape.fields.len() > 7), "{events:?}");
        let row = events.iter().find(|shape| shape.name == "Event").unwrap();
        let object = row.fields.iter().find(|field| field.name == "object").unwrap();
        assert_eq!(
            object.kind,
            "ChargeObject or EntitlementObject or TopupObject or OfferObject or CaptureObject or AlertObject or EndObject or CoinPayment"
        );
    }
}
