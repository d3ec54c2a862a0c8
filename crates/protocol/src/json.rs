//! The JSON that is signed or MACed: objects of ASCII keys and strings only, in one canonical form (RFC 8785).
//!
//! By hand, because key order must not depend on which features some other crate turned on.

use crate::text::Malformed;

/// Objects nest at most this deep.
const MAX_DEPTH: usize = 4;
/// All objects of a document together have at most this many members.
const MAX_MEMBERS: usize = 64;

/// A JSON value of the kind we sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string.
    Text(String),
    /// An object; keys are unique.
    Object(Object),
}

/// Members by key; keys are ASCII, so byte order is the canonical order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Object(std::collections::BTreeMap<String, Value>);

impl Object {
    /// Adds a text member.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Object {
        self.0.insert(key.to_owned(), Value::Text(value.into()));
        self
    }

    /// Adds a text member if there is one.
    #[must_use]
    pub fn with_maybe(self, key: &str, value: Option<impl Into<String>>) -> Object {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds an object member.
    #[must_use]
    pub fn with_object(mut self, key: &str, value: Object) -> Object {
        self.0.insert(key.to_owned(), Value::Object(value));
        self
    }

    /// The same object less one member.
    #[must_use]
    pub fn without(mut self, key: &str) -> Object {
        self.0.remove(key);
        self
    }

    /// A text member.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key)? {
            Value::Text(text) => Some(text),
            Value::Object(_) => None,
        }
    }

    /// A text member that must be there.
    ///
    /// # Errors
    /// [`Malformed`] naming the key.
    pub fn need(&self, key: &'static str) -> Result<&str, Malformed> {
        self.text(key).ok_or(Malformed(key))
    }

    /// A text member that may be absent but not of another kind.
    ///
    /// # Errors
    /// [`Malformed`] naming the key.
    pub fn maybe(&self, key: &'static str) -> Result<Option<&str>, Malformed> {
        match self.0.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Object(_)) => Err(Malformed(key)),
        }
    }

    /// An object member.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<&Object> {
        match self.0.get(key)? {
            Value::Object(object) => Some(object),
            Value::Text(_) => None,
        }
    }

    /// The canonical form.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        write_object(self, &mut out);
        out
    }

    /// Reads a document: one object, nothing after it but white space.
    ///
    /// # Errors
    /// [`Malformed`] for anything that is no such JSON: numbers, lists, duplicate or non-ASCII keys, depth above 4, more
    /// than 64 members, unpaired surrogates, bytes that are not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Object, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed("JSON: not UTF-8"))?;
        let mut reader = Reader { rest: text, members: 0 };
        let object = reader.object(1)?;
        reader.space();
        if reader.rest.is_empty() { Ok(object) } else { Err(Malformed("JSON: text after the object")) }
    }
}

fn write_object(object: &Object, out: &mut String) {
    out.push('{');
    for (number, (key, value)) in object.0.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        match value {
            Value::Text(text) => write_text(text, out),
            Value::Object(object) => write_object(object, out),
        }
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => write!(out, "\\u{:04x}", u32::from(control)).expect("a String takes all text"),
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
    members: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, wanted: char) -> Result<(), Malformed> {
        self.space();
        self.rest = self.rest.strip_prefix(wanted).ok_or(Malformed("JSON"))?;
        Ok(())
    }

    fn sees(&mut self, wanted: char) -> bool {
        self.space();
        self.rest.starts_with(wanted)
    }

    fn object(&mut self, depth: usize) -> Result<Object, Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed("JSON: too deep"));
        }
        self.take('{')?;
        let mut object = Object::default();
        if self.sees('}') {
            self.take('}')?;
            return Ok(object);
        }
        loop {
            self.members = self.members.saturating_add(1);
            if self.members > MAX_MEMBERS {
                return Err(Malformed("JSON: too many members"));
            }
            let key = self.text()?;
            self.take(':')?;
            let value = if self.sees('{') { Value::Object(self.object(depth.saturating_add(1))?) } else { Value::Text(self.text()?) };
            if !key.is_ascii() || object.0.insert(key, value).is_some() {
                return Err(Malformed("JSON: a key that is doubled or not ASCII"));
            }
            if self.sees('}') {
                self.take('}')?;
                return Ok(object);
            }
            self.take(',')?;
        }
    }

    fn text(&mut self) -> Result<String, Malformed> {
        self.take('"')?;
        let mut out = String::new();
        loop {
            let mut characters = self.rest.chars();
            let character = characters.next().ok_or(Malformed("JSON: open string"))?;
            self.rest = characters.as_str();
            match character {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                control if control < ' ' => return Err(Malformed("JSON: control character")),
                other => out.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let mut characters = self.rest.chars();
        let kind = characters.next().ok_or(Malformed("JSON: open string"))?;
        self.rest = characters.as_str();
        Ok(match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'u' => {
                let first = self.unit()?;
                let second = if (0xd800..0xdc00).contains(&first) {
                    self.rest = self.rest.strip_prefix("\\u").ok_or(Malformed("JSON: half a surrogate pair"))?;
                    Some(self.unit()?)
                } else {
                    None
                };
                let units = std::iter::once(first).chain(second);
                char::decode_utf16(units).next().and_then(Result::ok).ok_or(Malformed("JSON: half a surrogate pair"))?
            }
            _ => return Err(Malformed("JSON: unknown escape")),
        })
    }

    fn unit(&mut self) -> Result<u16, Malformed> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).ok_or(Malformed("JSON: \\u"))?;
        self.rest = self.rest.get(4..).unwrap_or_default();
        Ok(unit)
    }
}
