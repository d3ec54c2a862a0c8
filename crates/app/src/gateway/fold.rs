//! One spelling for each page: the path that is priced is the path that is fetched, however it was written.

use super::Patterns;
use http::Uri;
use http::uri::PathAndQuery;
use protocol::problem::Problem;
use std::fmt::Write;

/// The target of a request, folded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The path in its one spelling.
    pub path: String,
    /// The path and those query keys that make another page, in the configured order: what is bought on the site.
    pub page: String,
    /// Path and query as they were sent.
    pub sent: String,
    query: Option<String>,
}

/// How a path that no pattern prices could still reach a priced page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Alias {
    /// It could not.
    None,
    /// But for a slash at its end it is this priced path.
    Slash(String),
    /// An origin that reads escapes, backslashes or `;` more freely than we do would serve a priced page.
    Loose,
}

impl Target {
    /// Folds a request's target: escapes of unreserved characters are undone, all others are written in capitals, dot
    /// segments and doubled slashes go (RFC 3986, 6.2.2). `keys` are the query keys that make another page.
    ///
    /// # Errors
    /// [`Problem::BadRequest`] for a target without a path, a broken or control escape, or such a key given twice.
    pub fn fold(uri: &Uri, keys: &[String]) -> Result<Target, Problem> {
        let wrong = |said: &str| Problem::BadRequest { detail: said.to_owned() };
        if !uri.path().starts_with('/') {
            return Err(wrong("the address has no path"));
        }
        let path = fold_path(uri.path()).ok_or_else(|| wrong("the address has a broken escape"))?;
        let mut page = path.clone();
        let fields: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
        for key in keys {
            let mut values = fields.iter().filter(|(name, _)| name == key).map(|(_, value)| value);
            let Some(value) = values.next() else { continue };
            if values.next().is_some() {
                return Err(wrong("the address says twice which page it means"));
            }
            let pair = form_urlencoded::Serializer::new(String::new()).append_pair(key, value).finish();
            page.push(if page.len() == path.len() { '?' } else { '&' });
            page.push_str(&pair);
        }
        let sent = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
        Ok(Target { path, page, sent, query: uri.query().map(str::to_owned) })
    }

    /// Reads an address as another server has it before it, which will serve it by its own reading: only the one spelling
    /// that all readers read alike is taken.
    ///
    /// # Errors
    /// [`Problem::BadRequest`] for any other spelling, for whole addresses and for what no target may hold.
    pub fn only_spelling(sent: &str, keys: &[String]) -> Result<Target, Problem> {
        let wrong = |said: &str| Problem::BadRequest { detail: said.to_owned() };
        let uri: Uri = sent.parse().map_err(|_| wrong("the address cannot be read"))?;
        let target = Target::fold(&uri, keys)?;
        // A fragment is cut off by some and part of the path to others.
        let path = sent.split('?').next().unwrap_or_default();
        if target.sent == sent && target.path == path { Ok(target) } else { Err(wrong("the address has another spelling")) }
    }

    /// What the origin is asked for: the folded path, the query as it was sent.
    #[must_use]
    pub fn forwarded(&self) -> Uri {
        let target = self.query.as_ref().map_or_else(|| self.path.clone(), |query| format!("{}?{query}", self.path));
        PathAndQuery::try_from(target).map(Uri::from).expect("a folded path and a query that was one before")
    }

    /// Whether another reading of an unpriced path would be a priced page.
    pub(super) fn alias(&self, priced: &Patterns) -> Alias {
        if let Some(bare) = self.path.strip_suffix('/').filter(|bare| priced.cover(bare)) {
            return Alias::Slash(bare.to_owned());
        }
        // A path without these reads the same to everybody.
        if !self.path.bytes().any(|byte| matches!(byte, b'%' | b'\\' | b';')) {
            return Alias::None;
        }
        let loose = loose(&self.path);
        let bare = loose.strip_suffix('/').unwrap_or(&loose);
        if priced.cover(&loose) || priced.cover(bare) { Alias::Loose } else { Alias::None }
    }
}

fn fold_path(path: &str) -> Option<String> {
    let mut spelled = String::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let escaped = *first == b'%';
        let byte = if escaped {
            let (digits, after) = rest.split_at_checked(2)?;
            rest = after;
            hex(digits)?
        } else {
            *first
        };
        if byte < 0x20 || byte == 0x7f {
            return None;
        }
        let unreserved = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        // Browsers take a backslash for a slash, so it never stands as it is in an address of ours.
        if unreserved || (!escaped && byte.is_ascii_graphic() && byte != b'\\') {
            spelled.push(char::from(byte));
        } else {
            escape(byte, &mut spelled);
        }
    }
    Some(without_dots(&spelled))
}

/// The path as the most careless origin would read it: all escapes undone, backslashes as slashes, no parameters.
fn loose(path: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(path).collect();
    let mut spelled = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\\' => spelled.push('/'),
            b'%' | b'?' | b'#' => escape(byte, &mut spelled),
            byte if byte.is_ascii_graphic() => spelled.push(char::from(byte)),
            byte => escape(byte, &mut spelled),
        }
    }
    let bare: Vec<&str> = spelled.split('/').map(|segment| segment.split(';').next().unwrap_or_default()).collect();
    without_dots(&bare.join("/"))
}

/// Dot segments and empty segments removed; a slash at the end stays.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut open = false;
    for segment in path.split('/').skip(1) {
        open = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let end = if open && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.join("/"))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u8::from_str_radix(text, 16).ok()
}

fn escape(byte: u8, out: &mut String) {
    write!(out, "%{byte:02X}").expect("a String takes all text");
}

#[cfg(test)]
mod tests;
