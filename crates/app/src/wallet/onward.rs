//! Where somebody goes on to once they proved who they are: never an address out of the request.

use super::home::pay_address;
use std::collections::BTreeMap;

/// Where to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Onward {
    /// The wallet's first page.
    Home,
    /// Its settings.
    Settings,
    /// The sheet of this quote.
    Sheet(String),
    /// The desk, for the browser whose nonce has this SHA-256, as base64url.
    Desk(String),
}

impl Onward {
    /// Reads it from a query or form.
    pub fn of(fields: &BTreeMap<String, String>) -> Onward {
        if let Some(quote) = fields.get("q").filter(|quote| !quote.is_empty()) {
            return Onward::Sheet(quote.clone());
        }
        if let Some(st) = fields.get("st").filter(|st| !st.is_empty()) {
            return Onward::Desk(st.clone());
        }
        if fields.get("to").is_some_and(|to| to == "settings") { Onward::Settings } else { Onward::Home }
    }

    /// The address.
    pub fn address(&self) -> String {
        match self {
            Onward::Home => "/".to_owned(),
            Onward::Settings => "/settings".to_owned(),
            Onward::Sheet(quote) => pay_address(quote),
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
            Onward::Sheet(quote) => vec![("q", quote)],
            Onward::Desk(st) => vec![("st", st)],
        }
    }

    fn with(&self, path: &str) -> String {
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields()).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
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
            ("q=a.b%26c%3Dd", "/pay?q=a.b%26c%3Dd"),
            ("st=//evil.example%0D%0A", "/hop?st=%2F%2Fevil.example%0D%0A"),
        ] {
            let onward = read(query);
            assert_eq!(onward.address(), address);
            let again = onward.sign_in();
            assert_eq!(read(again.split_once('?').map_or("", |(_, query)| query)), onward);
        }
    }
}
