//! Events of what was used, as a payee's service sends them: CloudEvents 1.0 in JSON, one or many at once.
//!
//! What identifies an event is its `source` and `id` together; what it says is all of it, whatever the order of its members and the
//! spaces between them. `time` is asked for, since an event is refused by its own time once it is too old.

use crate::text::Malformed;
use money::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The media type of one event.
pub const ONE: &str = "application/cloudevents+json";
/// The media type of many.
pub const MANY: &str = "application/cloudevents-batch+json";
/// Events in one batch at most.
pub const MOST: usize = 1_000;
/// Bytes of an attribute at most.
const LONGEST: usize = 512;

/// An event of a meter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeterEvent {
    /// Its `source`.
    pub source: String,
    /// Its `id` there.
    pub id: String,
    /// Its `subject`: what it was for.
    pub subject: String,
    /// Its `reservation`: what its service set aside for it.
    pub reservation: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// How many units it is for.
    pub quantity: u64,
    /// A hash over source and id.
    pub key: [u8; 16],
    /// A hash over all it says.
    pub print: u64,
}

/// An event that is not counted, with what it is called where that can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// Its `source`.
    pub source: Option<String>,
    /// Its `id`.
    pub id: Option<String>,
    /// What is wrong.
    pub why: Wrong,
}

/// What is wrong with an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// An attribute or the data, as half a sentence.
    Form(&'static str),
    /// How much it is for.
    Quantity,
}

/// Reads one event whose data has its quantity in the member `sum`.
///
/// # Errors
/// [`Malformed`] for what is no JSON object, as for what is too deep.
pub fn one(body: &[u8], sum: &str) -> Result<Result<MeterEvent, Unread>, Malformed> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(event)) => Ok(read(event, sum)),
        _ => Err(Malformed("event")),
    }
}

/// Reads a batch.
///
/// # Errors
/// [`Malformed`] for what is no JSON array of 1 to 1,000 members.
pub fn many(body: &[u8], sum: &str) -> Result<Vec<Result<MeterEvent, Unread>>, Malformed> {
    let Ok(Value::Array(events)) = serde_json::from_slice(body) else { return Err(Malformed("batch of events")) };
    if events.is_empty() || events.len() > MOST {
        return Err(Malformed("batch of events"));
    }
    let nothing = || Unread { source: None, id: None, why: Wrong::Form("an event is an object") };
    let each = events.into_iter().map(|event| if let Value::Object(event) = event { read(event, sum) } else { Err(nothing()) });
    Ok(each.collect())
}

fn read(event: Map<String, Value>, sum: &str) -> Result<MeterEvent, Unread> {
    let known = |name: &str| event.get(name).and_then(Value::as_str).filter(|text| is_attribute(text)).map(str::to_owned);
    let unread = |why| Unread { source: known("source"), id: known("id"), why };
    let form = |what| unread(Wrong::Form(what));
    if event.get("specversion").and_then(Value::as_str) != Some("1.0") {
        return Err(form("`specversion` is \"1.0\""));
    }
    known("type").ok_or_else(|| form("`type` is a text"))?;
    let source = known("source").ok_or_else(|| form("`source` is a text of 1 to 512 bytes"))?;
    let id = known("id").ok_or_else(|| form("`id` is a text of 1 to 512 bytes"))?;
    let subject = known("subject").ok_or_else(|| form("`subject` is the session"))?;
    let reservation =
        event.get("reservation").map(|_| known("reservation").ok_or_else(|| form("`reservation` is the one that /reserve gave")));
    let reservation = reservation.transpose()?;
    let at = event.get("time").and_then(Value::as_str).and_then(time).ok_or_else(|| form("`time` is a time of RFC 3339"))?;
    let data = event.get("data").and_then(Value::as_object).ok_or_else(|| form("`data` is an object"))?;
    let quantity = data.get(sum).and_then(quantity).ok_or_else(|| unread(Wrong::Quantity))?;
    let key = key(&source, &id);
    let print = print(&Value::Object(event));
    Ok(MeterEvent { source, id, subject, reservation, at, quantity, key, print })
}

fn is_attribute(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// A whole number that is written as one, no larger than an amount can be; also as a decimal text, since not every program writes
/// large numbers exactly.
fn quantity(value: &Value) -> Option<u64> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number.filter(|number| i64::try_from(*number).is_ok())
}

/// What an event is found by.
#[must_use]
pub fn key(source: &str, id: &str) -> [u8; 16] {
    let length = u64::try_from(source.len()).unwrap_or(u64::MAX).to_be_bytes();
    let hash: [u8; 32] =
        Sha256::new().chain_update(b"farthing/event/1\n").chain_update(length).chain_update(source).chain_update(id).finalize().into();
    let (key, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
    *key
}

/// A hash over a value, with its members in the order of their names, whatever order they came in.
fn print(event: &Value) -> u64 {
    let mut text = String::new();
    write(event, &mut text);
    let hash: [u8; 32] = Sha256::digest(text).into();
    let (print, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
    u64::from_be_bytes(*print)
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, member) in members {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(member, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(members) => {
            out.push('[');
            for member in members {
                write(member, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

/// Reads a time of RFC 3339, with a fraction and an offset from UTC if it has them; what is finer than a microsecond is left out.
#[must_use]
pub fn time(text: &str) -> Option<Timestamp> {
    let (whole, rest) = text.split_at_checked(19)?;
    let whole = Timestamp::parse(&format!("{}Z", whole.to_ascii_uppercase()))?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        None => (0, rest),
        Some(rest) => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (digits, offset) = rest.split_at_checked(digits).filter(|(digits, _)| (1..=18).contains(&digits.len()))?;
            let micros: String = digits.chars().chain(std::iter::repeat('0')).take(6).collect();
            (micros.parse::<u64>().ok()?, offset)
        }
    };
    let there = whole.0.checked_add(fraction)?;
    if offset.eq_ignore_ascii_case("z") {
        return Some(Timestamp(there));
    }
    let (sign, clock) = offset.split_at_checked(1)?;
    let (hours, minutes) = clock.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
    let number = |text: &str, most: u64| -> Option<u64> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten().filter(|it: &u64| *it <= most)
    };
    let minutes = number(hours, 23)?.checked_mul(60)?.checked_add(number(minutes, 59)?)?;
    let off = minutes.checked_mul(60_000_000)?;
    match sign {
        "+" => there.checked_sub(off).map(Timestamp),
        "-" => there.checked_add(off).map(Timestamp),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
