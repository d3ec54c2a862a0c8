//! Meters of services that meter themselves, and the offers that are priced by them.

use super::{At, Reader, Table, Value, child, join};
use crate::check::is_name;
use crate::offer::{Metered, OfferPrice};
use crate::rate::{Rate, Unit};
use crate::selector::Selector;
use crate::session::{LATE, SetMeter};
use money::Span;
use std::num::NonZeroU64;
use toml::de::DeValue;

/// What the gateway counts itself.
const OURS: [&str; 4] = ["call", "byte", "second", "ms"];
/// So late an event may come, where the file does not say.
const WINDOW: Span = Span(3 * 86_400);

impl Reader<'_> {
    /// `[meter.NAME]`, or `meter.NAME = { sum = "n", dedupe = ["source", "id"], late_window = "3d" }`.
    pub(super) fn meters(&mut self, at: &At<'_, '_>) -> Vec<SetMeter> {
        let DeValue::Table(table) = at.value.get_ref() else {
            self.wrong(at, "value-invalid", "meters are tables: meter.tokens = { sum = \"n\", late_window = \"3d\" }");
            return Vec::new();
        };
        let each = table.iter().map(|(name, value)| (name.get_ref().to_string(), value));
        each.filter_map(|(name, value)| self.meter(&name, value)).collect()
    }

    fn meter(&mut self, name: &str, value: &Value<'_>) -> Option<SetMeter> {
        let at = At { value, pointer: join("/meter", name) };
        let Some(unit) = Unit::parse(name).filter(|_| !OURS.contains(&name)) else {
            let text = "a meter is named by its unit, 1 to 16 small letters, digits and hyphens; calls, bytes and seconds are counted here";
            self.wrong(&at, "value-invalid", text);
            return None;
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(&at, "value-invalid", "a meter is a table: { sum = \"n\", dedupe = [\"source\", \"id\"], late_window = \"3d\" }");
            return None;
        };
        self.only(table, &at.pointer, &["sum", "dedupe", "late_window"]);
        let Some(sum) = child(table, "sum", &at.pointer) else {
            self.wrong(&at, "value-invalid", "a meter says which member of an event's data is summed: sum = \"n\"");
            return None;
        };
        let text = self.text_of(&sum)?;
        if !is_name(text) {
            self.wrong(&sum, "value-invalid", "the name of a member has 1 to 64 bytes without control characters");
            return None;
        }
        self.dedupe(table, &at);
        let late = match child(table, "late_window", &at.pointer) {
            None => WINDOW,
            Some(late) => {
                let span = self.span(&late)?;
                if !LATE.contains(&span.0) {
                    self.wrong(&late, "value-invalid", "events may come 1m to 7d late");
                    return None;
                }
                span
            }
        };
        Some(SetMeter { payee: self.site.payee.to_owned(), unit, sum: text.to_owned(), late })
    }

    /// What makes an event itself can be said and not chosen.
    fn dedupe(&mut self, table: &Table<'_>, meter: &At<'_, '_>) {
        let Some(at) = child(table, "dedupe", &meter.pointer) else { return };
        let words: Vec<&Value<'_>> = if let DeValue::Array(words) = at.value.get_ref() { words.iter().collect() } else { Vec::new() };
        let is = |value: &Value<'_>, word: &str| matches!(value.get_ref(), DeValue::String(text) if text == word);
        if !matches!(words.as_slice(), [source, id] if is(source, "source") && is(id, "id")) {
            self.wrong(&at, "value-invalid", "an event is itself by its source and id: dedupe = [\"source\", \"id\"]");
        }
    }

    /// What an offer of a service that meters itself sells, and for how much.
    pub(super) fn by_meter(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> (Option<Selector>, Option<OfferPrice>) {
        if table.contains_key("unlock") {
            self.wrong(offer, "offer-verb", "an offer has exactly one verb key: `unlock` for pages or `consume` for what is used up");
        }
        self.only(table, &offer.pointer, &["consume", "price", "session", "split", "refund", "entitlement"]);
        let selector = child(table, "consume", &offer.pointer).and_then(|at| {
            let text = self.text_of(&at)?;
            self.selector(&at, text)
        });
        (selector, self.price_by_meter(table, offer))
    }

    /// `{ metered = "tokens", rate = "0.30 USD per 1000000" }`, with `session = { reserve = 4096 }`.
    fn price_by_meter(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<OfferPrice> {
        let Some(at) = child(table, "price", &offer.pointer) else {
            let text = "no price; what is consumed has price = { metered = \"tokens\", rate = \"0.30 USD per 1000000\" }";
            self.wrong(offer, "offer-without-price", text);
            return None;
        };
        let DeValue::Table(price) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "the price is a table: { metered = \"tokens\", rate = \"0.30 USD per 1000000\" }");
            return None;
        };
        self.only(price, &at.pointer, &["metered", "rate"]);
        let (Some(metered), Some(rate)) = (child(price, "metered", &at.pointer), child(price, "rate", &at.pointer)) else {
            self.wrong(
                &at,
                "offer-without-price",
                "a price names its meter and rate: { metered = \"tokens\", rate = \"0.30 USD per 1000000\" }",
            );
            return None;
        };
        let name = self.text_of(&metered)?;
        let Some(unit) = Unit::parse(name).filter(|unit| self.units.contains(unit)) else {
            self.wrong(&metered, "value-invalid", format!("no meter `{name}` in this file; write meter.{name} = {{ sum = \"n\" }}"));
            return None;
        };
        let (asset, rate) = self.rate(&rate)?;
        let most = self.reserve(table, offer)?;
        Some(OfferPrice::Metered(Metered { rate, asset, unit, most, video: None }))
    }

    /// `"0.30 USD per 1000000"`: finer than a base unit, it is a ratio.
    fn rate(&mut self, at: &At<'_, '_>) -> Option<(money::Asset, Rate)> {
        let text = self.text_of(at)?;
        let parts = text.split_once(" per ").and_then(|(amount, per)| Some((amount, per.parse::<NonZeroU64>().ok()?)));
        let Some((amount, per)) = parts else {
            self.wrong(at, "value-invalid", "a rate is an amount per a number of units: \"0.30 USD per 1000000\"");
            return None;
        };
        let money = self.price_of(at, amount)?;
        Some((money.asset, Rate { amount: money.amount, per }))
    }

    /// The most that one request through the gateway can cost; 0 where the file does not say.
    fn reserve(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<u64> {
        let Some(at) = child(table, "session", &offer.pointer) else { return Some(0) };
        let DeValue::Table(session) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "session is a table: { reserve = 4096 }");
            return None;
        };
        self.only(session, &at.pointer, &["reserve"]);
        match child(session, "reserve", &at.pointer) {
            None => Some(0),
            Some(reserve) => self.count_of(&reserve),
        }
    }
}
