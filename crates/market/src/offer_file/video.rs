//! Films, sold by the second that is watched of them: the verb key `consume`.

use super::{At, Reader, Table, child};
use crate::offer::{Metered, OfferPrice, Video};
use crate::rate::{Rate, Unit};
use crate::selector::Selector;
use money::{Asset, Span};
use std::num::{NonZeroU8, NonZeroU64};
use toml::de::DeValue;

/// Milliseconds of a second: prices are said by the second and counted by the millisecond.
pub(super) const MS: u64 = 1_000;
/// So long nothing is watched before the rest is given back, where the file does not say.
const IDLE: Span = Span(15 * 60);
/// The shortest and the longest that it may say.
const IDLES: std::ops::RangeInclusive<u64> = 60..=86_400;
/// The most devices that it may say.
const MOST_DEVICES: NonZeroU8 = NonZeroU8::new(100).expect("not zero");

impl Reader<'_> {
    /// What an offer of films sells, and for how much.
    pub(super) fn video(&mut self, table: &Table<'_>, at: &At<'_, '_>) -> (Option<Selector>, Option<OfferPrice>) {
        if table.contains_key("unlock") {
            self.wrong(at, "offer-verb", "an offer has exactly one verb key: `unlock` for pages or `consume` for films");
        }
        self.only(table, &at.pointer, &["consume", "price", "session", "split"]);
        (self.consume(table, at), self.by_the_second(table, at))
    }

    /// `"hls:https://HOST/PATH"`.
    fn consume(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<Selector> {
        let at = child(table, "consume", &offer.pointer)?;
        let Some(address) = self.text_of(&at)?.strip_prefix("hls:") else {
            self.wrong(&at, "value-invalid", "what is watched is named by its kind and its addresses: \"hls:https://HOST/PATH/**\"");
            return None;
        };
        self.selector(&at, address)
    }

    /// `{ metered = "0.002 EUR", per = "1 second" }`, with what is held for it.
    fn by_the_second(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<OfferPrice> {
        let Some(at) = child(table, "price", &offer.pointer) else {
            self.wrong(offer, "offer-without-price", "no price; films have price = { metered = \"0.002 EUR\", per = \"1 second\" }");
            return None;
        };
        let DeValue::Table(price) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "the price of a film is a table: { metered = \"0.002 EUR\", per = \"1 second\" }");
            return None;
        };
        self.only(price, &at.pointer, &["metered", "per"]);
        let (Some(metered), Some(per)) = (child(price, "metered", &at.pointer), child(price, "per", &at.pointer)) else {
            self.wrong(&at, "offer-without-price", "films are sold by the second: { metered = \"0.002 EUR\", per = \"1 second\" }");
            return None;
        };
        let money = self.money(&metered)?;
        let seconds = self.text_of(&per)?.strip_suffix(" second").and_then(|count| count.parse::<u64>().ok());
        let Some(per_ms) = seconds.and_then(|seconds| seconds.checked_mul(MS)).and_then(NonZeroU64::new) else {
            self.wrong(&per, "value-invalid", "films are counted in seconds: per = \"1 second\" or \"60 second\"");
            return None;
        };
        let rate = Rate { amount: money.amount, per: per_ms };
        let video = self.session(table, offer, money.asset)?;
        if rate.at_most(MS).is_none_or(|second| second > video.hold) {
            self.wrong(offer, "value-invalid", "the hold is less than a second costs");
            return None;
        }
        let unit = Unit::parse("ms").expect("two small letters");
        Some(OfferPrice::Metered(Metered { rate, asset: money.asset, unit, most: 0, video: Some(video) }))
    }

    /// `{ hold = "1.00 EUR", idle = "15m", devices = 2 }`.
    fn session(&mut self, table: &Table<'_>, offer: &At<'_, '_>, asset: Asset) -> Option<Video> {
        let Some(at) = child(table, "session", &offer.pointer) else {
            self.wrong(offer, "value-invalid", "session = { hold = \"1.00 EUR\" } says how much is held when somebody begins to watch");
            return None;
        };
        let DeValue::Table(session) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "session is a table: { hold = \"1.00 EUR\", idle = \"15m\" }");
            return None;
        };
        self.only(session, &at.pointer, &["hold", "idle", "devices"]);
        let Some(hold) = child(session, "hold", &at.pointer) else {
            self.wrong(&at, "value-invalid", "a session has a hold: { hold = \"1.00 EUR\" }");
            return None;
        };
        let held = self.money(&hold)?;
        if held.asset != asset {
            self.wrong(&hold, "currency-mismatch", format!("the hold is in {}, the price in {asset}", held.asset));
            return None;
        }
        let idle = match child(session, "idle", &at.pointer) {
            None => IDLE,
            Some(idle) => {
                let span = self.span(&idle)?;
                if !IDLES.contains(&span.0) {
                    self.wrong(&idle, "value-invalid", "a session is idle after 1m to 24h");
                    return None;
                }
                span
            }
        };
        let devices = match child(session, "devices", &at.pointer) {
            None => None,
            Some(devices) => {
                let count = self.count_of(&devices)?;
                let Some(count) = u8::try_from(count).ok().and_then(NonZeroU8::new).filter(|count| *count <= MOST_DEVICES) else {
                    self.wrong(&devices, "value-invalid", "at most 100 devices watch at once; without a number, any do");
                    return None;
                };
                Some(count)
            }
        };
        Some(Video { hold: held.amount, idle, devices })
    }
}
