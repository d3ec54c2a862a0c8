//! Web addresses as the payer's checks need them: scheme, host, port and target, in one spelling.

use http::Uri;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An absolute http or https address without user part and fragment; the host is in lower case, a default port left out.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Address {
    secure: bool,
    host: String,
    port: Option<u16>,
    target: String,
}

/// Why a text is no such address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressError {
    /// It does not begin with `http://` or `https://`.
    Scheme,
    /// It has no host, or one that is not plain ASCII.
    Host,
    /// It names a user or password.
    User,
    /// It has characters that an address must not have.
    Characters,
}

impl Address {
    /// Reads an address; other bytes than ASCII in the path are percent-encoded.
    ///
    /// # Errors
    /// [`AddressError`], by what a person can do about it.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        if !text.contains("://") {
            return Err(AddressError::Scheme);
        }
        let bare = text.split_once('#').map_or(text, |(bare, _)| bare);
        let uri: Uri = encoded(bare).parse().map_err(|_| AddressError::Characters)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(AddressError::Scheme),
        };
        let authority = uri.authority().ok_or(AddressError::Host)?;
        if authority.as_str().contains('@') {
            return Err(AddressError::User);
        }
        let host = authority.host().to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        if !is_host(host) {
            return Err(AddressError::Host);
        }
        let port = match authority.as_str().rsplit_once(':') {
            Some((_, digits)) if !digits.ends_with(']') => Some(digits.parse().map_err(|_| AddressError::Host)?),
            _ => None,
        };
        let default = if secure { 443 } else { 80 };
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Address { secure, host: host.to_owned(), port: port.filter(|port| *port != default), target })
    }

    /// The address that a `Location` names, seen from here (RFC 3986, 5.2).
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn join(&self, location: &str) -> Result<Address, AddressError> {
        let location = location.split_once('#').map_or(location, |(bare, _)| bare);
        let scheme = location.split_once(':').map(|(scheme, _)| scheme);
        let is_scheme = |text: &str| text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_scheme_byte);
        if scheme.is_some_and(is_scheme) {
            return Address::parse(location);
        }
        if location.starts_with("//") {
            return Address::parse(&format!("{}:{location}", self.scheme()));
        }
        let path = self.path();
        let target = match location.chars().next() {
            None => self.target.clone(),
            Some('?') => format!("{path}{location}"),
            Some('/') => without_dots(location),
            Some(_) => without_dots(&format!("{}/{location}", path.rsplit_once('/').map_or("", |(folder, _)| folder))),
        };
        Address::parse(&format!("{}{target}", self.origin()))
    }

    /// Scheme, host and port: `https://news.example`, without a last slash.
    #[must_use]
    pub fn origin(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}", self.scheme(), self.host)
    }

    /// The same origin with another target, which begins with a slash.
    #[must_use]
    pub fn at(&self, target: &str) -> Address {
        Address { target: target.to_owned(), ..self.clone() }
    }

    /// Path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The host in lower case, without port; an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// True for https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.secure
    }

    /// True if the host can only be this machine: `localhost`, `*.localhost` (RFC 6761) or a loopback address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_localhost(&self.host) || self.host == "[::1]" || self.host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
    }

    /// True if `realm` is the host, or a parent of it that is no top-level name: `news.example` is one of
    /// `pay.news.example`, `example` is none. Addresses have no parents.
    #[must_use]
    pub fn is_within(&self, realm: &str) -> bool {
        let realm = realm.to_ascii_lowercase();
        let is_address = self.host.starts_with('[') || self.host.parse::<Ipv4Addr>().is_ok();
        let is_parent = || self.host.strip_suffix(&*realm).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
        self.host == realm || (!is_address && realm.contains('.') && !realm.starts_with('.') && is_parent())
    }

    fn scheme(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }
}

/// True for the names that RFC 6761 keeps for this machine.
pub(crate) fn is_localhost(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Labels of letters, digits, `-` and `_`, or an IPv6 address in brackets. What else passes for a host elsewhere is none
/// that can be asked, and would be written so that it is read as another: `news..`, `news[::1]`.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    bracketed.map_or_else(|| text.split('.').all(is_label), |address| address.parse::<Ipv6Addr>().is_ok())
}

fn is_scheme_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// Bytes above ASCII percent-encoded; a host with any is refused later by its percent sign.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii() { out.push(char::from(byte)) } else { out.push_str(&format!("%{byte:02X}")) }
    }
    out
}

/// Removes `.` and `..` from the path (RFC 3986, 5.2.4); the query is left alone.
fn without_dots(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let ends_in_folder = matches!(path.rsplit('/').next(), Some("" | "." | ".."));
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part {
            "." => {}
            ".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    let last = if ends_in_folder && !kept.is_empty() { "/" } else { "" };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("/{}{last}{query}", kept.join("/"))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.target)
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AddressError::Scheme => "an address begins with https:// (or http:// on this machine)",
            AddressError::Host => "the host is missing or not plain ASCII (write the xn-- form)",
            AddressError::User => "an address must not name a user or password",
            AddressError::Characters => "it has characters that an address must not have",
        })
    }
}

impl std::error::Error for AddressError {}

#[cfg(test)]
mod tests;
