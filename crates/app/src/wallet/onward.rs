//! Where somebody goes on to once they proved who they are: never an address out of the request.

use super::home::pay_address;
use super::one_click::site_address;
use super::screen::{SCREEN, opens};
use crate::web::Opens;
use crate::web::desk::Proving;
use std::collections::BTreeMap;

/// Where to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Onward {
    /// The wallet's first page.
    Home,
    /// Its settings.
    Settings,
    /// Its sites.
    Sites,
    /// One of them, by its host.
    Site(String),
    /// The sheet of this quote, and where what it asks for opens.
    Sheet(String, Opens),
    /// The desk.
    Desk(ToDesk),
}

/// The desk's browser, and what it came for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToDesk {
    /// SHA-256 of the nonce that the desk gave the browser, as base64url.
    pub st: String,
    /// Where at the desk a fresh proof is wanted; none for who only signs in.
    pub prove: Option<Proving>,
}

impl ToDesk {
    /// Reads it from a query or form, if it is there.
    pub fn of(fields: &BTreeMap<String, String>) -> Option<ToDesk> {
        let st = fields.get("st").filter(|st| !st.is_empty())?.clone();
        Some(ToDesk { st, prove: fields.get("prove").and_then(|word| Proving::of_word(word)) })
    }
}

impl Onward {
    /// Reads it from a query or form.
    pub fn of(fields: &BTreeMap<String, String>) -> Onward {
        if let Some(quote) = fields.get("q").filter(|quote| !quote.is_empty()) {
            return Onward::Sheet(quote.clone(), opens(fields));
        }
        if let Some(desk) = ToDesk::of(fields) {
            return Onward::Desk(desk);
        }
        if let Some(host) = fields.get("site").filter(|host| is_host(host)) {
            return Onward::Site(host.clone());
        }
        match fields.get("to").map(String::as_str) {
            Some("settings") => Onward::Settings,
            Some("sites") => Onward::Sites,
            _ => Onward::Home,
        }
    }

    /// The address.
    pub fn address(&self) -> String {
        match self {
            Onward::Home => "/".to_owned(),
            Onward::Settings => "/settings".to_owned(),
            Onward::Sites => "/sites".to_owned(),
            Onward::Site(host) => site_address(host),
            Onward::Sheet(quote, opens) => pay_address(quote, *opens),
            Onward::Desk(_) => self.with("/hop"),
        }
    }

    /// The address of the page that asks for a proof first.
    pub fn sign_in(&self) -> String {
        self.with("/sign-in")
    }

    /// The form fields that carry it.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        match self {
            Onward::Home => Vec::new(),
            Onward::Settings => vec![("to", "settings")],
            Onward::Sites => vec![("to", "sites")],
            Onward::Site(host) => vec![("site", host)],
            Onward::Sheet(quote, Opens::Here) => vec![("q", quote)],
            Onward::Sheet(quote, Opens::OnScreen) => vec![("q", quote), SCREEN],
            Onward::Desk(ToDesk { st, prove: None }) => vec![("st", st)],
            Onward::Desk(ToDesk { st, prove: Some(proving) }) => vec![("st", st), ("prove", proving.word())],
        }
    }

    fn with(&self, path: &str) -> String {
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields()).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// Letters of a host name and nothing that could lead elsewhere.
pub(super) fn is_host(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    (1..=253).contains(&text.len()) && text.chars().all(plain) && !text.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_ours_are_gone_on_to() {
        let read = |query: &str| Onward::of(&crate::door::form(query.as_bytes()));
        for (query, address) in [
            ("", "/"),
            ("to=settings", "/settings"),
            ("to=https%3A%2F%2Fevil.example", "/"),
            ("to=//evil.example", "/"),
            ("to=sites", "/sites"),
            ("site=news.example", "/sites/news.example"),
            ("site=..%2F..%2Fevil", "/"),
            ("site=%2Fevil.example", "/"),
            ("q=a.b%26c%3Dd", "/pay?q=a.b%26c%3Dd"),
            ("q=a.b&screen=1", "/pay?q=a.b&screen=1"),
            ("q=a.b&screen=//evil.example", "/pay?q=a.b"),
            ("st=abc&prove=team", "/hop?st=abc&prove=team"),
            ("st=abc&prove=keys", "/hop?st=abc&prove=keys"),
            ("st=abc&prove=//evil.example", "/hop?st=abc"),
            ("st=//evil.example%0D%0A", "/hop?st=%2F%2Fevil.example%0D%0A"),
        ] {
            let onward = read(query);
            assert_eq!(onward.address(), address);
            let again = onward.sign_in();
            assert_eq!(read(again.split_once('?').map_or("", |(_, query)| query)), onward);
        }
    }
}
