//! The JSON that is signed or MACed: objects of ASCII keys and strings, in one canonical form (RFC 8785).
//!
//! By hand, because key order must not depend on which features some other crate turned on.

use crate::text::Malformed;
use std::borrow::Cow;

/// Objects nest at most this deep.
const MAX_DEPTH: usize = 4;
/// All objects of a document together have at most this many members.
const MAX_MEMBERS: usize = 64;
/// What most documents fit into.
const CANONICAL_BYTES: usize = 768;

/// A JSON value of the kind we sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string.
    Text(String),
    /// An object; keys are unique.
    Object(Object),
    /// Objects in a row. They are written and never read: nothing that strangers send us has any.
    List(Vec<Object>),
}

/// Members in the order of their keys; keys are ASCII, so byte order is the canonical order. A list: objects are small, and
/// the names of our own fields need no memory of their own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Object(Vec<(Cow<'static, str>, Value)>);

impl Object {
    /// Adds a text member.
    #[must_use]
    pub fn with(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Object {
        self.put(key.into(), Value::Text(value.into()));
        self
    }

    /// Adds a text member if there is one.
    #[must_use]
    pub fn with_maybe(self, key: impl Into<Cow<'static, str>>, value: Option<impl Into<String>>) -> Object {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Adds an object member.
    #[must_use]
    pub fn with_object(mut self, key: impl Into<Cow<'static, str>>, value: Object) -> Object {
        self.put(key.into(), Value::Object(value));
        self
    }

    /// Adds a list of objects.
    #[must_use]
    pub fn with_list(mut self, key: impl Into<Cow<'static, str>>, values: Vec<Object>) -> Object {
        self.put(key.into(), Value::List(values));
        self
    }

    /// The same object less one member.
    #[must_use]
    pub fn without(mut self, key: &str) -> Object {
        self.0.retain(|(known, _)| known != key);
        self
    }

    /// A text member.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key)? {
            Value::Text(text) => Some(text),
            Value::Object(_) | Value::List(_) => None,
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
        match self.value(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Object(_) | Value::List(_)) => Err(Malformed(key)),
        }
    }

    /// An object member.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<&Object> {
        match self.value(key)? {
            Value::Object(object) => Some(object),
            Value::Text(_) | Value::List(_) => None,
        }
    }

    /// An object member, taken out.
    #[must_use]
    pub fn take_object(&mut self, key: &str) -> Option<Object> {
        let at = self.0.iter().position(|(known, value)| known == key && matches!(value, Value::Object(_)))?;
        match self.0.remove(at).1 {
            Value::Object(object) => Some(object),
            Value::Text(_) | Value::List(_) => None,
        }
    }

    /// The canonical form.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut out = String::with_capacity(CANONICAL_BYTES);
        write_object(self, &mut out);
        out
    }

    /// True if there is a member of that key, of whatever kind.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Puts a member in its place; true if there was one of that key, which is replaced.
    fn put(&mut self, key: Cow<'static, str>, value: Value) -> bool {
        // Fields mostly come in their order.
        if self.0.last().is_none_or(|(last, _)| *last < key) {
            self.0.push((key, value));
            return false;
        }
        match self.0.binary_search_by(|(known, _)| known.cmp(&key)) {
            Ok(at) => {
                self.0[at].1 = value;
                true
            }
            Err(at) => {
                self.0.insert(at, (key, value));
                false
            }
        }
    }

    /// Reads a document: one object, nothing after it but white space.
    ///
    /// # Errors
    /// [`Malformed`] for anything that is no such JSON: numbers, lists, duplicate or non-ASCII keys, depth above 4, more
    /// than 64 members, unpaired surrogates, bytes that are not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Object, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed("JSON: not UTF-8"))?;
        let mut reader = Reader::of(text);
        let object = reader.object(1)?;
        if reader.is_at_end() { Ok(object) } else { Err(Malformed("JSON: text after the object")) }
    }

    /// Reads what follows the first member of a document, from its comma on, as an object of its own.
    pub(crate) fn parse_further(text: &str) -> Result<Object, Malformed> {
        let mut reader = Reader::of(text);
        reader.take(',')?;
        let object = reader.members(1)?;
        if reader.is_at_end() { Ok(object) } else { Err(Malformed("JSON: text after the object")) }
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
            Value::List(objects) => write_list(objects, out),
        }
    }
    out.push('}');
}

fn write_list(objects: &[Object], out: &mut String) {
    out.push('[');
    for (number, object) in objects.iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_object(object, out);
    }
    out.push(']');
}

/// Writes a text as canonical JSON, quotes included.
pub(crate) fn write_text(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(control) => write!(out, "\\u{:04x}", u32::from(control)).expect("a String takes all text"),
            None => {}
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Reads a document from its front.
pub(crate) struct Reader<'a> {
    rest: &'a str,
    members: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn of(text: &'a str) -> Reader<'a> {
        Reader { rest: text, members: 0 }
    }

    /// The next characters that belong together as in a number or a word.
    pub(crate) fn word(&mut self) -> &'a str {
        self.space();
        let end = self.rest.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// True if only white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.space();
        self.rest.is_empty()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    pub(crate) fn take(&mut self, wanted: char) -> Result<(), Malformed> {
        self.space();
        self.rest = self.rest.strip_prefix(wanted).ok_or(Malformed("JSON"))?;
        Ok(())
    }

    pub(crate) fn sees(&mut self, wanted: char) -> bool {
        self.space();
        self.rest.starts_with(wanted)
    }

    /// How many bytes are still to be read.
    pub(crate) const fn left(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn object(&mut self, depth: usize) -> Result<Object, Malformed> {
        if depth > MAX_DEPTH {
            return Err(Malformed("JSON: too deep"));
        }
        self.take('{')?;
        if self.sees('}') {
            self.take('}')?;
            return Ok(Object::default());
        }
        self.members(depth)
    }

    /// What stands in an object that is not empty, and its end.
    fn members(&mut self, depth: usize) -> Result<Object, Malformed> {
        let mut object = Object::default();
        loop {
            self.members = self.members.saturating_add(1);
            if self.members > MAX_MEMBERS {
                return Err(Malformed("JSON: too many members"));
            }
            let key = self.text()?;
            self.take(':')?;
            let value = if self.sees('{') { Value::Object(self.object(depth.saturating_add(1))?) } else { Value::Text(self.text()?) };
            if !key.is_ascii() || object.put(Cow::Owned(key), value) {
                return Err(Malformed("JSON: a key that is doubled or not ASCII"));
            }
            if self.sees('}') {
                self.take('}')?;
                return Ok(object);
            }
            self.take(',')?;
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, Malformed> {
        self.take('"')?;
        let mut out = String::new();
        loop {
            // What stands for itself is taken whole.
            let plain = self.rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\').unwrap_or(self.rest.len());
            let (plain, rest) = self.rest.split_at(plain);
            out.push_str(plain);
            let mut characters = rest.chars();
            let character = characters.next().ok_or(Malformed("JSON: open string"))?;
            self.rest = characters.as_str();
            match character {
                '"' => return Ok(out),
                '\\' => out.push(self.escape()?),
                _ => return Err(Malformed("JSON: control character")),
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
