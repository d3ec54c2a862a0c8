//! Which pages an offer covers: a realm and a path pattern.

use std::fmt;

/// A realm (host without port) and a path pattern. `*` stands for one segment, a last `**` for any number of them.
///
/// An item, the thing a purchase is of, is written the same way without stars: `news.example/a/quiet-harbour`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Selector {
    realm: String,
    path: String,
}

/// Why a text is no selector.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelectorError {
    /// Not `https://host/path` (http only for loopback names).
    Form,
    /// A star that is not a whole segment, or `**` before the end.
    Star,
    /// Longer than 512 bytes, or with a byte that no folded path has.
    Text,
}

impl Selector {
    /// Reads `https://news.example/a/*`; a port is left out, since a realm has none.
    ///
    /// # Errors
    /// [`SelectorError`], by what is wrong with the text.
    pub fn parse(text: &str) -> Result<Selector, SelectorError> {
        let (scheme, rest) = text.split_once("://").ok_or(SelectorError::Form)?;
        let (authority, path) = rest.split_at(rest.find('/').ok_or(SelectorError::Form)?);
        let realm = authority.split(':').next().unwrap_or_default();
        let loopback = realm == "localhost" || realm.ends_with(".localhost") || realm.starts_with("127.");
        if scheme != "https" && !(scheme == "http" && loopback) {
            return Err(SelectorError::Form);
        }
        Selector::new(realm, path)
    }

    /// A selector from its two parts, the path beginning with `/`.
    ///
    /// # Errors
    /// [`SelectorError`], by what is wrong with the parts.
    pub fn new(realm: &str, path: &str) -> Result<Selector, SelectorError> {
        let host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        if realm.is_empty() || realm.len() > 253 || !realm.bytes().all(host) || !path.starts_with('/') {
            return Err(SelectorError::Form);
        }
        if path.len() > 512 || !path.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#')) {
            return Err(SelectorError::Text);
        }
        let segments: Vec<&str> = path.split('/').collect();
        let last = segments.len().saturating_sub(1);
        for (at, segment) in segments.iter().enumerate() {
            let whole = *segment == "*" || (*segment == "**" && at == last);
            if segment.contains('*') && !whole {
                return Err(SelectorError::Star);
            }
        }
        Ok(Selector { realm: realm.to_owned(), path: path.to_owned() })
    }

    /// The host, without port, that the pages stand on.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The path pattern.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// True if the folded path (no query) is one of the pages.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        if !path.starts_with('/') {
            return false;
        }
        let mut page = path.split('/').skip(1);
        for pattern in self.path.split('/').skip(1) {
            if pattern == "**" {
                return true;
            }
            // A star in a page's own path is a character like any other.
            if page.next().is_none_or(|segment| pattern != "*" && pattern != segment) {
                return false;
            }
        }
        page.next().is_none()
    }

    /// True if some page is covered by both.
    #[must_use]
    pub fn overlaps(&self, other: &Selector) -> bool {
        self.realm == other.realm && meet(&segments(&self.path), &segments(&other.path))
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').skip(1).collect()
}

/// True if two patterns have a path in common.
fn meet(a: &[&str], b: &[&str]) -> bool {
    match (a, b) {
        (["**"], _) | (_, ["**"]) | ([], []) => true,
        ([x, a @ ..], [y, b @ ..]) => (x == y || *x == "*" || *y == "*") && meet(a, b),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.realm, self.path)
    }
}

impl fmt::Display for SelectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SelectorError::Form => "pages are named by their address, such as \"https://news.example/a/*\"",
            SelectorError::Star => "a star stands for one whole segment (`/a/*`), two for all that follow (`/a/**`)",
            SelectorError::Text => "an address pattern has at most 512 printable ASCII characters, without a query or fragment",
        })
    }
}

impl std::error::Error for SelectorError {}
