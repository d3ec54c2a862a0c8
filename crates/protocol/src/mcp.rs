//! The Payment scheme over the Model Context Protocol: a call of a tool is JSON-RPC, so the challenge stands in its error, the
//! credential and the receipt in `_meta`.
//!
//! What a payment binds is the tool's name and its arguments: ids and progress tokens differ between the two times that a call is sent.

use crate::Challenge;
use crate::challenge::{INTENT, METHOD, SESSION};
use crate::json::Object;
use crate::text::{Malformed, base64url, from_base64url};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The error of a call that is to be paid.
pub const PAYMENT_REQUIRED: i64 = -32_042;
/// The error of a call whose payment is refused.
pub const VERIFICATION_FAILED: i64 = -32_043;
/// The error of a call that cannot be read.
pub const INVALID_PARAMS: i64 = -32_602;
/// The error of a call that could not be made.
pub const INTERNAL_ERROR: i64 = -32_603;

const CREDENTIAL: &str = "org.paymentauth/credential";
const RECEIPT: &str = "org.paymentauth/receipt";
/// Longest name of a tool.
const MAX_NAME: usize = 64;

/// The members of an object, each as it was written.
type Members = BTreeMap<String, Box<RawValue>>;

/// A message that a client sends.
pub enum Message {
    /// A tool is to be called.
    Call(Box<Call>),
    /// Anything else, as it is to be sent on.
    Other(String),
}

/// The call of a tool.
pub struct Call {
    /// The tool.
    pub name: String,
    /// What its answer is known by.
    id: Value,
    params: Members,
    credential: Option<Value>,
}

impl Message {
    /// Reads one message. What comes back is sent on as it was understood here, so that no reader behind can understand another.
    ///
    /// # Errors
    /// [`Malformed`] for what is no message, for several in one, and for members that only differ in capitals from those that say
    /// what is called: some readers take them for the same.
    pub fn read(body: &[u8]) -> Result<Message, Malformed> {
        let message: Members = serde_json::from_slice(body).map_err(|_| Malformed("a JSON-RPC message"))?;
        unlike(&message, &["jsonrpc", "id", "method", "params"])?;
        if value(&message, "method").as_ref().and_then(Value::as_str) != Some("tools/call") {
            return Ok(Message::Other(written(&message)));
        }
        let id = value(&message, "id").filter(|id| id.is_string() || id.is_number()).ok_or(Malformed("id"))?;
        let mut params: Members = part(&message, "params").ok_or(Malformed("params"))?;
        unlike(&params, &["name", "arguments", "_meta"])?;
        let name: String = part(&params, "name").ok_or(Malformed("name"))?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_plain) || name.bytes().all(|byte| byte == b'.') {
            return Err(Malformed("name"));
        }
        let mut credential = None;
        if let Some(mut meta) = part::<Members>(&params, "_meta")
            && let Some(shown) = meta.remove(CREDENTIAL)
        {
            credential = serde_json::from_str(shown.get()).ok();
            params.insert("_meta".to_owned(), RawValue::from_string(written(&meta)).map_err(|_| Malformed("_meta"))?);
        }
        Ok(Message::Call(Box::new(Call { id, name, params, credential })))
    }
}

impl Call {
    /// The call as its server gets it: without the credential.
    #[must_use]
    pub fn sent_on(&self) -> String {
        format!(r#"{{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{}}}"#, self.id, written(&self.params))
    }

    /// What a payment for it binds.
    #[must_use]
    pub fn bound(&self) -> String {
        let arguments = self.params.get("arguments").map_or("{}", |arguments| arguments.get());
        format!("{}\n{arguments}", self.name)
    }

    /// The credential as it would stand in `Authorization`; none if the call brings none.
    ///
    /// # Errors
    /// [`Malformed`] for one that is none of method `farthing`, of intent `charge` or `session`.
    pub fn credential(&self) -> Result<Option<String>, Malformed> {
        let Some(credential) = &self.credential else { return Ok(None) };
        let read = |part: &str| credential.get(part).ok_or(Malformed("credential"));
        let (echoed, payload) = (read("challenge")?, object(read("payload")?)?);
        let text = |key: &'static str| echoed.get(key).and_then(Value::as_str);
        if text("method") != Some(METHOD) || !matches!(text("intent"), Some(INTENT | SESSION)) {
            return Err(Malformed("method"));
        }
        let request = match echoed.get("request") {
            Some(Value::String(encoded)) => encoded.clone(),
            Some(read) => base64url(object(read)?.canonical().as_bytes()),
            None => return Err(Malformed("request")),
        };
        let mut challenge = Object::default().with("request", request);
        for key in ["id", "realm", "method", "intent", "expires", "digest", "opaque"] {
            challenge = challenge.with_maybe(key, text(key));
        }
        let fields = Object::default().with_object("challenge", challenge).with_object("payload", payload);
        Ok(Some(format!("Payment {}", base64url(fields.canonical().as_bytes()))))
    }

    /// Its answer in what its server said, as JSON or as a stream of events, if that is whole.
    #[must_use]
    pub fn answer_in(&self, body: &[u8], is_stream: bool) -> Option<Value> {
        let is_ours = |message: &Value| {
            let said = [message.get("result"), message.get("error")].iter().flatten().count();
            message.get("id") == Some(&self.id) && said == 1
        };
        if !is_stream {
            return serde_json::from_slice(body).ok().filter(is_ours);
        }
        let text = std::str::from_utf8(body).ok()?.replace("\r\n", "\n");
        let data = |event: &str| {
            let lines: Vec<_> = event.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim_start).collect();
            lines.join("\n")
        };
        text.split("\n\n").filter_map(|event| serde_json::from_str(&data(event)).ok()).find(is_ours)
    }

    /// What was said to this call, under its own id: an answer that was given before comes to a later message. A step of a session that
    /// calls nothing has an empty result.
    #[must_use]
    pub fn answered(&self, said: Option<Value>) -> Value {
        let mut answer = said.filter(Value::is_object).unwrap_or_else(|| json!({"jsonrpc": "2.0", "result": {"content": []}}));
        if let Some(members) = answer.as_object_mut() {
            members.insert("id".to_owned(), self.id.clone());
        }
        answer
    }

    /// An error in place of an answer; `challenges` say how it can be paid.
    #[must_use]
    pub fn refused(&self, code: i64, (status, problem): (u16, Value), challenges: &[Challenge]) -> Value {
        let message = problem.get("title").and_then(Value::as_str).unwrap_or("Payment required").to_owned();
        let challenges: Vec<Value> = challenges.iter().filter_map(told).collect();
        let mut data = json!({"httpStatus": status, "problem": problem});
        if let (false, Some(members)) = (challenges.is_empty(), data.as_object_mut()) {
            members.insert("challenges".to_owned(), Value::Array(challenges));
        }
        json!({"jsonrpc": "2.0", "id": self.id, "error": {"code": code, "message": message, "data": data}})
    }

    /// True for a call that brings a credential, whatever is in it.
    #[must_use]
    pub const fn brings_credential(&self) -> bool {
        self.credential.is_some()
    }

    /// The id of the challenge that the call's credential is for.
    #[must_use]
    pub fn paid_by(&self) -> Option<&str> {
        self.credential.as_ref()?.get("challenge")?.get("id")?.as_str()
    }
}

/// True for an answer that is no result: an error, or a tool that says it failed.
#[must_use]
pub fn has_failed(answer: &Value) -> bool {
    answer.get("result").is_none_or(|result| result.get("isError") == Some(&Value::Bool(true)))
}

/// Puts a receipt, as it stands in `Payment-Receipt`, into an answer.
pub fn receipt_into(answer: &mut Value, header: &str, challenge: Option<&str>) {
    let receipt = from_base64url(header).ok().and_then(|json| serde_json::from_slice::<Value>(&json).ok());
    let (Some(Value::Object(mut receipt)), Some(Value::Object(result))) = (receipt, answer.get_mut("result")) else { return };
    if let Some(id) = challenge {
        receipt.insert("challengeId".to_owned(), json!(id));
    }
    let meta = result.entry("_meta").or_insert_with(|| json!({}));
    if let Value::Object(meta) = meta {
        meta.insert(RECEIPT.to_owned(), Value::Object(receipt));
    }
}

/// A challenge as it stands in an error: its request opened.
fn told(challenge: &Challenge) -> Option<Value> {
    let request: Value = serde_json::from_slice(&from_base64url(&challenge.request).ok()?).ok()?;
    let mut told =
        json!({"id": challenge.id, "realm": challenge.realm, "method": challenge.method, "intent": challenge.intent, "request": request});
    let members = told.as_object_mut()?;
    for (key, value) in [("expires", &challenge.expires), ("digest", &challenge.digest), ("opaque", &challenge.opaque)] {
        if let Some(value) = value {
            members.insert(key.to_owned(), json!(value));
        }
    }
    Some(told)
}

fn object(value: &Value) -> Result<Object, Malformed> {
    Object::parse(value.to_string().as_bytes())
}

/// A member, if it is there and can be read.
fn part<T: DeserializeOwned>(members: &Members, key: &str) -> Option<T> {
    members.get(key).and_then(|raw| serde_json::from_str(raw.get()).ok())
}

fn value(members: &Members, key: &str) -> Option<Value> {
    part(members, key)
}

fn written(members: &Members) -> String {
    serde_json::to_string(members).expect("what was read as JSON can be written")
}

fn unlike(members: &Members, known: &[&str]) -> Result<(), Malformed> {
    let is_twin = |key: &String| known.iter().any(|known| key != known && key.eq_ignore_ascii_case(known));
    if members.keys().any(is_twin) { Err(Malformed("a member's name")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
