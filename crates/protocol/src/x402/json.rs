//! The JSON of x402: what strangers send has numbers, lists and schemas in it. Read strictly and under limits, written in the
//! order it was put together.

use crate::json::{Reader, write_text};
use crate::text::Malformed;
use std::fmt;

/// Values nest at most this deep.
const MAX_DEPTH: usize = 12;
/// A document has at most so many values.
const MAX_VALUES: usize = 256;
/// Longest number.
const MAX_DIGITS: usize = 32;

/// A JSON value. Numbers are kept as they are written: none is computed with before it is known to be whole.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Flag(bool),
    /// A number.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object; keys are unique.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// An object without members.
    #[must_use]
    pub const fn object() -> Json {
        Json::Object(Vec::new())
    }

    /// The object with one more member; what is no object stays as it is.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Json>) -> Json {
        if let Json::Object(members) = &mut self {
            members.push((key.to_owned(), value.into()));
        }
        self
    }

    /// The same with a member if there is one.
    #[must_use]
    pub fn with_maybe(self, key: &str, value: Option<impl Into<Json>>) -> Json {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// A member.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        let Json::Object(members) = self else { return None };
        members.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The text that this is.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Json::Text(text) = self { Some(text) } else { None }
    }

    /// A text member that must be there.
    ///
    /// # Errors
    /// [`Malformed`] naming the key.
    pub fn need(&self, key: &'static str) -> Result<&str, Malformed> {
        self.get(key).and_then(Json::text).ok_or(Malformed(key))
    }

    /// A text member that may be absent or null but not of another kind.
    ///
    /// # Errors
    /// [`Malformed`] naming the key.
    pub fn maybe(&self, key: &'static str) -> Result<Option<&str>, Malformed> {
        match self.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => value.text().map(Some).ok_or(Malformed(key)),
        }
    }

    /// True if both say the same: the order of members says nothing.
    #[must_use]
    pub fn says(&self, other: &Json) -> bool {
        match (self, other) {
            (Json::Object(ours), Json::Object(theirs)) => {
                let found = |(key, value): &(String, Json)| other.get(key).is_some_and(|there| value.says(there));
                ours.len() == theirs.len() && ours.iter().all(found)
            }
            (Json::List(ours), Json::List(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(here, there)| here.says(there))
            }
            _ => self == other,
        }
    }

    /// Reads a document of any one value.
    ///
    /// # Errors
    /// [`Malformed`] for what is no JSON, has a key twice in one object, nests deeper than 12, has more than 256 values or a number
    /// of more than 32 characters.
    pub fn parse(bytes: &[u8]) -> Result<Json, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed("JSON: not UTF-8"))?;
        let mut reader = Reader::of(text);
        let value = value(&mut reader, 1, &mut 0)?;
        if reader.is_at_end() { Ok(value) } else { Err(Malformed("JSON: text after the document")) }
    }
}

fn value(reader: &mut Reader<'_>, depth: usize, values: &mut usize) -> Result<Json, Malformed> {
    *values = values.saturating_add(1);
    if depth > MAX_DEPTH || *values > MAX_VALUES {
        return Err(Malformed("JSON: too deep or too much"));
    }
    if reader.sees('"') {
        return reader.text().map(Json::Text);
    }
    if reader.sees('{') {
        return members(reader, depth, values);
    }
    if reader.sees('[') {
        return list(reader, depth, values);
    }
    match reader.word() {
        "null" => Ok(Json::Null),
        "true" => Ok(Json::Flag(true)),
        "false" => Ok(Json::Flag(false)),
        number if is_number(number) => Ok(Json::Number(number.to_owned())),
        _ => Err(Malformed("JSON")),
    }
}

fn members(reader: &mut Reader<'_>, depth: usize, values: &mut usize) -> Result<Json, Malformed> {
    reader.take('{')?;
    let mut members: Vec<(String, Json)> = Vec::new();
    while !reader.sees('}') {
        if !members.is_empty() {
            reader.take(',')?;
        }
        let key = reader.text()?;
        reader.take(':')?;
        let value = value(reader, depth.saturating_add(1), values)?;
        if members.iter().any(|(known, _)| *known == key) {
            return Err(Malformed("JSON: a key that is doubled"));
        }
        members.push((key, value));
    }
    reader.take('}')?;
    Ok(Json::Object(members))
}

fn list(reader: &mut Reader<'_>, depth: usize, values: &mut usize) -> Result<Json, Malformed> {
    reader.take('[')?;
    let mut items = Vec::new();
    while !reader.sees(']') {
        if !items.is_empty() {
            reader.take(',')?;
        }
        items.push(value(reader, depth.saturating_add(1), values)?);
    }
    reader.take(']')?;
    Ok(Json::List(items))
}

/// By the grammar of RFC 8259, section 6.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    let no_zero_before = whole == "0" || !whole.starts_with('0');
    text.len() <= MAX_DIGITS && digits(whole) && no_zero_before && digits(decimals) && digits(exponent)
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Flag(flag) => write!(f, "{flag}"),
            Json::Number(number) => f.write_str(number),
            Json::Text(text) => f.write_str(&quoted(text)),
            Json::List(items) => {
                f.write_str("[")?;
                for (number, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if number > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Object(members) => {
                f.write_str("{")?;
                for (number, (key, value)) in members.iter().enumerate() {
                    write!(f, "{}{}:{value}", if number > 0 { "," } else { "" }, quoted(key))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Says no more than the kind: a payment is a credential.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Json::Null => "null",
            Json::Flag(true) => "true",
            Json::Flag(false) => "false",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        })
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    write_text(text, &mut out);
    out
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Json {
        Json::Number(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Json {
        Json::Flag(flag)
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Json {
        Json::List(items)
    }
}
