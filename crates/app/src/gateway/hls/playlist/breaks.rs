//! Breaks of a film: date ranges (RFC 8216, 4.3.2.7) that the payee's playlist marks as advertising, by `CLASS="ad"` or the splice marks of
//! SCTE 35. Nobody pays to be shown them.

use super::attribute;
use std::collections::BTreeMap;

/// Date ranges by their id, as far as their tags have said.
#[derive(Default)]
pub(super) struct Breaks(BTreeMap<String, Range>);

#[derive(Clone, Copy, Default)]
struct Range {
    is_break: bool,
    from_ms: Option<u64>,
    to_ms: Option<u64>,
    long_ms: Option<u64>,
}

impl Breaks {
    /// Takes note of a tag; several of one id are one range.
    pub fn note(&mut self, value: &str) -> Result<(), &'static str> {
        let id = attribute(value, "ID").ok_or("a date range without its id")?;
        let mut range = self.0.get(id).copied().unwrap_or_default();
        range.is_break |= attribute(value, "CLASS") == Some("ad") || attribute(value, "SCTE35-OUT").is_some();
        let time = |name| attribute(value, name).map(time_ms).transpose();
        range.from_ms = time("START-DATE")?.or(range.from_ms);
        range.to_ms = time("END-DATE")?.or(range.to_ms);
        let long = attribute(value, "DURATION").or_else(|| attribute(value, "PLANNED-DURATION"));
        let long = long.map(|long| super::microseconds(long).ok_or("a date range of no length")).transpose()?;
        range.long_ms = long.map(|us| us / 1_000).or(range.long_ms);
        self.0.insert(id.to_owned(), range);
        Ok(())
    }

    /// True if a segment lies within one of them. A player rounds, and so does who cuts: a tenth of a second more is within.
    pub fn cover(&self, from: u64, to: u64) -> bool {
        const SLACK_MS: u64 = 100;
        self.0.values().filter(|range| range.is_break).any(|range| {
            let Some(begins) = range.from_ms else { return false };
            let ends = range.to_ms.or_else(|| begins.checked_add(range.long_ms?));
            ends.is_some_and(|ends| begins <= from.saturating_add(SLACK_MS) && to <= ends.saturating_add(SLACK_MS))
        })
    }
}

fn time_ms(text: &str) -> Result<u64, &'static str> {
    let time: jiff::Timestamp = text.parse().map_err(|_| "a date range at no time")?;
    u64::try_from(time.as_millisecond()).map_err(|_| "a date range before 1970")
}
