//! What a list of sales is narrowed down to; the same words in a page's form, in the addresses of its files and in its cursor.

use money::{Span, Timestamp};
use std::collections::BTreeMap;

/// Longest text of a filter, in bytes.
const MOST: usize = 512;

/// Which sales.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Filter {
    /// Part of the page's address.
    pub item: String,
    /// A buyer's reference, or its beginning.
    pub buyer: String,
    /// Whether they stand.
    pub stand: Stand,
    /// From the beginning of this day on.
    pub from: Option<Timestamp>,
    /// Up to the end of this day.
    pub to: Option<Timestamp>,
}

/// Whether a sale stands.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum Stand {
    /// All.
    #[default]
    Any,
    /// Those that do, untouched.
    Paid,
    /// Those of which a part was given back.
    Part,
    /// Those that were taken back.
    Back,
}

impl Stand {
    /// As addresses say it.
    pub fn word(self) -> &'static str {
        match self {
            Stand::Any => "",
            Stand::Paid => "paid",
            Stand::Part => "part-refunded",
            Stand::Back => "refunded",
        }
    }
}

impl Filter {
    /// Reads the fields of a query; a field that cannot be read narrows nothing down.
    pub fn of(query: &BTreeMap<String, String>) -> Filter {
        let text = |name: &str| query.get(name).map(|text| text.trim()).filter(|text| text.len() <= MOST).unwrap_or_default().to_owned();
        let day = |name: &str| Timestamp::parse(&format!("{}T00:00:00Z", query.get(name)?));
        let stand =
            [Stand::Paid, Stand::Part, Stand::Back].into_iter().find(|stand| query.get("state").is_some_and(|word| word == stand.word()));
        Filter { item: text("item"), buyer: text("buyer"), stand: stand.unwrap_or_default(), from: day("from"), to: day("to") }
    }

    /// The first instant after the last day.
    pub fn until(&self) -> Option<Timestamp> {
        self.to.map(|day| day.after(Span(86_400)))
    }

    /// True if it narrows nothing down.
    pub fn is_open(&self) -> bool {
        *self == Filter::default()
    }

    /// An address with this filter in its query, and one field more.
    pub fn address(&self, path: &str, more: Option<(&str, &str)>) -> String {
        let (from, to) = (self.from.map(day), self.to.map(day));
        let fields = [
            ("item", self.item.as_str()),
            ("buyer", self.buyer.as_str()),
            ("state", self.stand.word()),
            ("from", from.as_deref().unwrap_or_default()),
            ("to", to.as_deref().unwrap_or_default()),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.into_iter().chain(more).filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// `2026-11-22`.
pub(crate) fn day(at: Timestamp) -> String {
    at.to_string().get(..10).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::form;

    #[test]
    fn a_filter_comes_back_as_it_went_out() {
        let filter = Filter::of(&form("item=/a/%26b&buyer=k7m2&state=refunded&from=2026-11-01&to=2026-11-30".as_bytes()));
        assert_eq!((filter.item.as_str(), filter.stand), ("/a/&b", Stand::Back));
        assert_eq!(filter.until().map(day).as_deref(), Some("2026-12-01"));
        let address = filter.address("/sales", Some(("before", "7.1")));
        let back = Filter::of(&form(address.split_once('?').unwrap().1.as_bytes()));
        assert_eq!(back, filter);
        assert!(address.ends_with("&before=7.1"), "{address}");
    }

    #[test]
    fn what_cannot_be_read_narrows_nothing_down() {
        let filter = Filter::of(&form("state=gone&from=yesterday&to=2026-02-30".as_bytes()));
        assert!(filter.is_open());
        assert_eq!(filter.address("/sales.csv", None), "/sales.csv");
    }
}
