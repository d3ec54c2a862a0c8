//! The offer file: TOML that people write, read with every mistake named, by line and place. Nothing is free by accident.
//!
//! ```toml
//! [offer.harbour]
//! unlock = "https://news.example/a/*"        # one entitlement a page
//! price = { fixed = "0.05 EUR" }             # or { at_least = "0.05 EUR" }, or free = true
//! refund = { window = "10m", per_payer = "10/day" }
//! entitlement = { lasts = "ever" }           # or an exact span such as "24h"
//! l402 = true                                # clients of L402 can buy it too; "first" puts its challenge before ours
//! split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]
//!
//! [offer.derby]
//! consume = "hls:https://tv.example/derby/**"    # films, by what is watched of them
//! price = { metered = "0.002 EUR", per = "1 second" }
//! session = { hold = "1.00 EUR", idle = "15m", devices = 2 }
//!
//! [meter.tokens]                                # a service that meters itself sends events
//! sum = "n"
//! late_window = "3d"
//!
//! [offer.llm]
//! consume = "https://api.example/v1/*"
//! price = { metered = "tokens", rate = "0.30 USD per 1000000" }
//!
//! [offer.replay]
//! unlock = "https://tv.example/replay/*"
//! price = { decay = [["0m", "6.99 EUR"], ["30m", "4.99 EUR"]] }  # cheaper the later
//! when = { starts = 2026-12-05T20:00:00+01:00, ends = 2026-12-05T22:30:00+01:00 }
//!
//! [offer.others]
//! consume = "x402:*"                         # what the payee's own x402 server sells, at the prices it names
//! price = { at_most = "1.00 EUR" }
//! ```

mod dialects;
mod fall;
mod meter;
mod settled;
mod video;
mod write;

pub use write::{Unwritable, write};

use crate::check::is_name;
use crate::offer::{Beneficiary, LegRule, Metered, Offer, OfferPrice, RefundTerms};
use crate::rate::{Rate, Unit};
use crate::selector::Selector;
use crate::session::SetMeter;
use money::{Amount, Asset, Price, PriceError, Share, Span};
use std::fmt;
use std::num::NonZeroU64;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What an offer file is read against.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The site's host without port; an offer for another host is a mistake.
    pub realm: &'a str,
    /// The payee that owns the offers.
    pub payee: &'a str,
    /// All handles that a leg may name.
    pub handles: &'a [String],
}

/// One thing that is wrong with an offer file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// What kind; a word of docs/problems.md.
    pub code: &'static str,
    /// Line, from 1.
    pub line: usize,
    /// Where in the document, as a JSON pointer.
    pub pointer: String,
    /// What is wrong and what to write instead.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {} ({})", self.line, self.pointer, self.text, self.code)
    }
}

type Table<'i> = DeTable<'i>;
type Value<'i> = Spanned<DeValue<'i>>;

/// What an offer file says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OfferFile {
    /// What is sold.
    pub offers: Vec<Offer>,
    /// The payee's meters that some of it is priced by.
    pub meters: Vec<SetMeter>,
}

/// The offers of a file, as [`read`] reads it.
///
/// # Errors
/// As [`read`].
pub fn parse(text: &str, site: &Site<'_>) -> Result<Vec<Offer>, Vec<Mistake>> {
    read(text, site).map(|file| file.offers)
}

/// Reads a whole offer file.
///
/// # Errors
/// Every [`Mistake`] in it, in the order of the lines; a file with one mistake gives no offers at all.
pub fn read(text: &str, site: &Site<'_>) -> Result<OfferFile, Vec<Mistake>> {
    let mut reader = Reader { text, site, units: Vec::new(), mistakes: Vec::new() };
    let mut meters = Vec::new();
    let mut offers = match DeTable::parse(text) {
        Ok(table) => {
            if let Some(at) = child(table.get_ref(), "meter", "") {
                meters = reader.meters(&at);
                reader.units = meters.iter().map(|meter| meter.unit).collect();
            }
            reader.document(table.get_ref())
        }
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reader.mistake(at, "/", ("toml-syntax", error.message().to_owned()));
            Vec::new()
        }
    };
    reader.overlaps(&offers);
    if reader.mistakes.is_empty() {
        return Ok(OfferFile { offers: offers.drain(..).map(|(_, offer)| offer).collect(), meters });
    }
    reader.mistakes.sort_by_key(|mistake| mistake.line);
    Err(reader.mistakes)
}

struct Reader<'t> {
    text: &'t str,
    site: &'t Site<'t>,
    /// What the meters of the file count.
    units: Vec<Unit>,
    mistakes: Vec<Mistake>,
}

/// A value with the place it stands at.
struct At<'v, 'i> {
    value: &'v Value<'i>,
    pointer: String,
}

impl Reader<'_> {
    fn mistake(&mut self, at: usize, pointer: &str, (code, text): (&'static str, String)) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        self.mistakes.push(Mistake { code, line, pointer: pointer.to_owned(), text });
    }

    fn wrong(&mut self, at: &At<'_, '_>, code: &'static str, text: impl Into<String>) {
        self.mistake(at.value.span().start, &at.pointer, (code, text.into()));
    }

    fn document(&mut self, root: &Table<'_>) -> Vec<(usize, Offer)> {
        let mut offers = Vec::new();
        for (key, value) in root.iter().filter(|(key, _)| key.get_ref() != "meter") {
            let at = At { value, pointer: join("", key.get_ref()) };
            let DeValue::Table(table) = value.get_ref() else {
                self.wrong(&at, "offer-unknown-key", "an offer file holds [offer.NAME] tables and nothing else");
                continue;
            };
            if key.get_ref() != "offer" {
                self.wrong(&at, "offer-unknown-key", "an offer file holds [offer.NAME] tables and nothing else");
                continue;
            }
            for (name, value) in table {
                let at = At { value, pointer: join("/offer", name.get_ref()) };
                if let Some(offer) = self.offer(name.get_ref(), &at) {
                    offers.push((value.span().start, offer));
                }
            }
        }
        if offers.is_empty() && self.mistakes.is_empty() {
            self.mistake(0, "/", ("offer-empty", "no offer in this file; an empty price list never means free".into()));
        }
        offers
    }

    fn offer(&mut self, name: &str, at: &At<'_, '_>) -> Option<Offer> {
        let before = self.mistakes.len();
        let DeValue::Table(table) = at.value.get_ref() else {
            self.wrong(at, "value-invalid", "an offer is a table, [offer.NAME]");
            return None;
        };
        if !is_name(name) {
            self.wrong(at, "value-invalid", "an offer's name has 1 to 64 bytes without control characters");
        }
        let consumed = child(table, "consume", &at.pointer).map(|consume| consume.value.get_ref());
        let consumed = consumed.map(|value| value.as_str().unwrap_or_default());
        let by_meter = consumed.is_some_and(|text| text.starts_with("http"));
        let is_consumed = consumed.is_some() && !by_meter;
        let (unlock, price) = match consumed {
            None => self.page(table, at),
            Some(settled::WORD) => self.settled(table, at),
            Some(_) if by_meter => self.by_meter(table, at),
            Some(_) => self.video(table, at),
        };
        let fall = if consumed.is_some() { None } else { self.fall(table, at) };
        let asset = price.and_then(|price| price.least()).map(|(_, asset)| asset);
        let split = self.split(table, at, asset);
        // What is consumed is used up as it is drawn: there is nothing to take back or to own.
        let (refund, lasts) =
            if is_consumed { (RefundTerms { window: Span(0), per_day: 0 }, None) } else { (self.refund(table, at), self.lasts(table, at)) };
        let l402 = self.l402(table, at);
        if self.mistakes.len() > before {
            return None;
        }
        let payee = self.site.payee.to_owned();
        let offer = Offer { name: name.to_owned(), payee, unlock: unlock?, price: price?, split, refund, lasts, fall, l402 };
        if offer.l402.is_some() && !offer.fits_l402() {
            self.wrong(at, "value-invalid", "l402 sells pages at a price, and calls; leave it out here");
            return None;
        }
        if let Some((least, _)) = offer.lowest()
            && let Err(error) = offer.divide(least)
        {
            self.wrong(at, "legs-over-whole", error.to_string());
            return None;
        }
        Some(offer)
    }

    /// Names every key that the table may not have, with the nearest that it may.
    fn only(&mut self, table: &Table<'_>, pointer: &str, allowed: &[&str]) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if !allowed.contains(&name) {
                let hint = nearest(name, allowed)
                    .map_or_else(|| format!("allowed here: {}", allowed.join(", ")), |near| format!("did you mean `{near}`?"));
                self.mistake(key.span().start, &join(pointer, name), ("offer-unknown-key", format!("unknown key `{name}`; {hint}")));
            }
        }
    }

    /// What an offer of pages sells, and for how much.
    fn page(&mut self, table: &Table<'_>, at: &At<'_, '_>) -> (Option<Selector>, Option<OfferPrice>) {
        self.only(table, &at.pointer, &["unlock", "price", "free", "when", "split", "refund", "entitlement", "l402"]);
        (self.unlock(table, at), self.price(table, at))
    }

    fn unlock(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<Selector> {
        let Some(at) = child(table, "unlock", &offer.pointer) else {
            self.wrong(offer, "offer-verb", "an offer says what it sells with exactly one verb key: unlock = \"https://HOST/PATH\"");
            return None;
        };
        let text = self.text_of(&at)?;
        self.selector(&at, text)
    }

    /// Pages of this site.
    fn selector(&mut self, at: &At<'_, '_>, text: &str) -> Option<Selector> {
        match Selector::parse(text) {
            Ok(selector) if selector.realm() == self.site.realm => Some(selector),
            Ok(selector) => {
                let text = format!("the pages stand on {}, but this site is {}", selector.realm(), self.site.realm);
                self.wrong(at, "selector-foreign", text);
                None
            }
            Err(error) => {
                self.wrong(at, "value-invalid", error.to_string());
                None
            }
        }
    }

    fn price(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<OfferPrice> {
        if let Some(at) = child(table, "free", &offer.pointer) {
            let said = matches!(at.value.get_ref(), DeValue::Boolean(true));
            if !said || table.contains_key("price") {
                self.wrong(&at, "value-invalid", "`free = true` stands alone, without a price; leave it out to charge");
                return None;
            }
            return Some(OfferPrice::Free);
        }
        let Some(at) = child(table, "price", &offer.pointer) else {
            self.wrong(offer, "offer-without-price", "no price; write price = { fixed = \"0.05 EUR\" }, or free = true");
            return None;
        };
        let DeValue::Table(price) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "a price is a table: { fixed = \"0.05 EUR\" } or { at_least = \"0.05 EUR\" }");
            return None;
        };
        if let Some(metered) = child(price, "metered", &at.pointer) {
            return self.metered(price, &at, &metered);
        }
        if let Some(decay) = child(price, "decay", &at.pointer) {
            self.only(price, &at.pointer, &["decay"]);
            let (first, asset) = self.first_step(&decay)?;
            return Some(OfferPrice::Fixed { amount: first, asset });
        }
        self.only(price, &at.pointer, &["fixed", "at_least", "decay"]);
        let mut kinds = price.iter().filter(|(key, _)| matches!(key.get_ref().as_ref(), "fixed" | "at_least"));
        let (Some((kind, value)), None) = (kinds.next(), kinds.next()) else {
            self.wrong(&at, "offer-without-price", "a price has exactly one of `fixed` and `at_least`");
            return None;
        };
        let money = self.money(&At { value, pointer: format!("{}/{}", at.pointer, kind.get_ref()) })?;
        let Price { amount, asset } = money;
        Some(if kind.get_ref() == "fixed" { OfferPrice::Fixed { amount, asset } } else { OfferPrice::AtLeast { amount, asset } })
    }

    /// `{ metered = "2.00 EUR", per = "1000000 token", most = 4000 }`.
    fn metered(&mut self, price: &Table<'_>, at: &At<'_, '_>, metered: &At<'_, '_>) -> Option<OfferPrice> {
        self.only(price, &at.pointer, &["metered", "per", "most"]);
        let money = self.money(metered)?;
        let Some(per) = child(price, "per", &at.pointer) else {
            self.wrong(at, "value-invalid", "what is metered has a quantity: per = \"1 call\", \"1000 token\" or \"60 second\"");
            return None;
        };
        let words = self.text_of(&per)?.split_once(' ');
        let quantity = words.and_then(|(count, unit)| Some((NonZeroU64::new(count.parse().ok()?)?, Unit::parse(unit)?)));
        let Some((count, unit)) = quantity else {
            self.wrong(&per, "value-invalid", "a quantity is a number and a unit of 1 to 16 small letters: \"1000 token\"");
            return None;
        };
        let most = match child(price, "most", &at.pointer) {
            // A call is one; what streams has no most.
            None => 0,
            Some(most) if unit.is_call() => {
                self.wrong(&most, "value-invalid", "a request is one call: leave `most` out");
                return None;
            }
            Some(most) => self.count_of(&most)?,
        };
        let rate = Rate { amount: money.amount, per: count };
        Some(OfferPrice::Metered(Metered { rate, asset: money.asset, unit, most, video: None }))
    }

    fn count_of(&mut self, at: &At<'_, '_>) -> Option<u64> {
        let whole = if let DeValue::Integer(count) = at.value.get_ref() { (count.radix() == 10).then(|| count.as_str()) } else { None };
        let count = whole.and_then(|count| count.parse().ok()).filter(|count: &u64| *count > 0);
        if count.is_none() {
            self.wrong(at, "value-invalid", "this is a whole number above 0");
        }
        count
    }

    fn money(&mut self, at: &At<'_, '_>) -> Option<Price> {
        let DeValue::String(text) = at.value.get_ref() else {
            self.wrong(at, "amount-not-text", "money is text, \"0.05 EUR\": a bare number would be a float");
            return None;
        };
        self.price_of(at, text)
    }

    fn price_of(&mut self, at: &At<'_, '_>, text: &str) -> Option<Price> {
        match Price::parse(text) {
            Ok(price) if price.amount.is_zero() => {
                self.wrong(at, "price-zero", "nothing is free by accident; say free = true");
                None
            }
            Ok(price) => Some(price),
            Err(PriceError::TooFine) => {
                self.wrong(at, "amount-too-fine", PriceError::TooFine.to_string());
                None
            }
            Err(error) => {
                self.wrong(at, "value-invalid", error.to_string());
                None
            }
        }
    }

    /// The split as written; without one the owner gets the whole.
    fn split(&mut self, table: &Table<'_>, offer: &At<'_, '_>, asset: Option<Asset>) -> Vec<LegRule> {
        let Some(at) = child(table, "split", &offer.pointer) else {
            return vec![LegRule { label: "price".into(), to: Beneficiary::Owner, share: Share::Rest }];
        };
        let DeValue::Array(array) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "a split is a list of legs: [{ label = \"writer\", to = \"ann\", bp = 7000 }, …]");
            return Vec::new();
        };
        let mut legs = Vec::new();
        for (number, value) in array.iter().enumerate() {
            let leg = At { value, pointer: format!("{}/{number}", at.pointer) };
            legs.extend(self.leg(&leg, asset));
        }
        let rests = legs.iter().filter(|leg| leg.share == Share::Rest).count();
        let points = legs.iter().map(|leg| if let Share::BasisPoints(bp) = leg.share { u32::from(bp) } else { 0 });
        let points = points.fold(0, u32::saturating_add);
        if legs.len() == array.len() && rests != 1 {
            self.wrong(&at, "legs-without-rest", "exactly one leg has rest = true, so that nothing is lost in rounding");
        } else if points > 10_000 {
            self.wrong(&at, "legs-over-whole", format!("the legs take {points} basis points; the whole is 10000"));
        } else if legs.len() > 16 {
            self.wrong(&at, "value-invalid", "at most 16 legs");
        }
        legs
    }

    fn leg(&mut self, at: &At<'_, '_>, asset: Option<Asset>) -> Option<LegRule> {
        let DeValue::Table(table) = at.value.get_ref() else {
            self.wrong(at, "value-invalid", "a leg is a table: { label = \"writer\", to = \"ann\", bp = 7000 }");
            return None;
        };
        self.only(table, &at.pointer, &["label", "to", "bp", "fixed", "rest"]);
        let label = self.label(table, at);
        let to = self.beneficiary(table, at);
        let shares: Vec<(&str, At<'_, '_>)> =
            ["bp", "fixed", "rest"].into_iter().filter_map(|key| Some((key, child(table, key, &at.pointer)?))).collect();
        let [(key, share)] = shares.as_slice() else {
            self.wrong(at, "value-invalid", "a leg has exactly one of bp = 7000, fixed = \"0.01 EUR\", rest = true");
            return None;
        };
        let share = match (*key, share.value.get_ref()) {
            ("bp", DeValue::Integer(points)) if points.radix() == 10 => {
                points.as_str().parse().ok().filter(|bp| (1..=10_000).contains(bp)).map(Share::BasisPoints)
            }
            ("rest", DeValue::Boolean(true)) => Some(Share::Rest),
            ("fixed", _) => Some(Share::Fixed(self.fixed_part(share, asset))),
            _ => None,
        }
        .or_else(|| {
            self.wrong(share, "value-invalid", "bp is 1 to 10000 (hundredths of a percent), rest is true");
            None
        });
        Some(LegRule { label: label?, to: to?, share: share? })
    }

    /// A fixed leg's amount, in the currency of the price; a mistake stands for nothing.
    fn fixed_part(&mut self, at: &At<'_, '_>, asset: Option<Asset>) -> Amount {
        let Some(part) = self.money(at) else { return Amount::ZERO };
        if let Some(asset) = asset.filter(|asset| *asset != part.asset) {
            self.wrong(at, "currency-mismatch", format!("the leg is in {}, the price in {asset}", part.asset));
        }
        part.amount
    }

    fn label(&mut self, table: &Table<'_>, leg: &At<'_, '_>) -> Option<String> {
        let Some(at) = child(table, "label", &leg.pointer) else {
            self.wrong(leg, "value-invalid", "each leg has a label that receipts show, such as label = \"writer\"");
            return None;
        };
        let text = self.text_of(&at)?.to_owned();
        if !is_name(&text) {
            self.wrong(&at, "value-invalid", "a label has 1 to 64 bytes without control characters");
            return None;
        }
        Some(text)
    }

    fn beneficiary(&mut self, table: &Table<'_>, leg: &At<'_, '_>) -> Option<Beneficiary> {
        let Some(at) = child(table, "to", &leg.pointer) else {
            self.wrong(leg, "payee-unknown", "each leg names who gets it: to = \"HANDLE\", \"self\" or \"operator\"");
            return None;
        };
        match self.text_of(&at)? {
            "self" => Some(Beneficiary::Owner),
            "operator" => Some(Beneficiary::Operator),
            handle if self.site.handles.iter().any(|known| known == handle) => Some(Beneficiary::Payee(handle.to_owned())),
            role if role.starts_with("role:") => {
                let text = format!("`{role}`: roles are not supported; name a payee by handle, or \"self\" or \"operator\"");
                self.wrong(&at, "payee-unknown", text);
                None
            }
            handle => {
                let known = self.site.handles.join(", ");
                let text = format!("no payee `{handle}`; known: self, operator, {known}");
                self.wrong(&at, "payee-unknown", text);
                None
            }
        }
    }

    fn refund(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> RefundTerms {
        let mut terms = RefundTerms { window: Span(600), per_day: 10 };
        let Some(at) = child(table, "refund", &offer.pointer) else { return terms };
        let DeValue::Table(refund) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "refund is a table: { window = \"10m\", per_payer = \"10/day\" }");
            return terms;
        };
        self.only(refund, &at.pointer, &["window", "per_payer"]);
        if let Some(window) = child(refund, "window", &at.pointer) {
            terms.window = self.span(&window).unwrap_or_default();
        }
        if let Some(limit) = child(refund, "per_payer", &at.pointer) {
            let Some(text) = self.text_of(&limit) else { return terms };
            match text.strip_suffix("/day").and_then(|count| count.parse().ok()) {
                Some(count) => terms.per_day = count,
                None => self.wrong(&limit, "value-invalid", "undos a payer has on this site, such as \"10/day\""),
            }
        }
        terms
    }

    fn lasts(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<Span> {
        let at = child(table, "entitlement", &offer.pointer)?;
        let DeValue::Table(entitlement) = at.value.get_ref() else {
            self.wrong(&at, "value-invalid", "entitlement is a table: { lasts = \"ever\" } or { lasts = \"24h\" }");
            return None;
        };
        self.only(entitlement, &at.pointer, &["lasts"]);
        let lasts = child(entitlement, "lasts", &at.pointer)?;
        if matches!(lasts.value.get_ref(), DeValue::String(text) if text == "ever") {
            return None;
        }
        let span = self.span(&lasts)?;
        if span.0 == 0 {
            self.wrong(&lasts, "value-invalid", "an entitlement lasts at least a second, or \"ever\"");
        }
        Some(span)
    }

    fn span(&mut self, at: &At<'_, '_>) -> Option<Span> {
        let text = self.text_of(at)?;
        Span::parse(text).map_err(|error| self.wrong(at, "value-invalid", error.to_string())).ok()
    }

    fn text_of<'v>(&mut self, at: &At<'v, '_>) -> Option<&'v str> {
        if let DeValue::String(text) = at.value.get_ref() {
            return Some(text);
        }
        self.wrong(at, "value-invalid", "this is a text in quotes");
        None
    }

    fn overlaps(&mut self, offers: &[(usize, Offer)]) {
        for (number, (at, offer)) in offers.iter().enumerate() {
            let earlier = offers.iter().take(number).find(|(_, other)| other.meets(offer));
            if let Some((_, other)) = earlier {
                let text = format!("`{}` and `{}` would both sell {}", other.name, offer.name, offer.unlock);
                self.mistake(*at, &join(&join("/offer", &offer.name), "unlock"), ("selector-overlap", text));
            }
        }
    }
}

/// A JSON pointer one step further (RFC 6901).
fn join(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn child<'v, 'i>(table: &'v Table<'i>, key: &str, pointer: &str) -> Option<At<'v, 'i>> {
    table.get(key).map(|value| At { value, pointer: format!("{pointer}/{key}") })
}

/// The allowed word that a mistyped one is closest to, within two edits.
fn nearest<'a>(word: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let near = allowed.iter().map(|other| (distance(word, other), *other)).min()?;
    (near.0 <= 2).then_some(near.1)
}

/// Edits (insert, delete, replace a byte) from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        if let Some(first) = row.first_mut() {
            *first = i.saturating_add(1);
        }
        for (j, y) in b.bytes().enumerate() {
            let above = row.get(j.saturating_add(1)).copied().unwrap_or_default();
            let left = row.get(j).copied().unwrap_or_default();
            let best = diagonal.saturating_add(usize::from(x != y)).min(above.saturating_add(1)).min(left.saturating_add(1));
            diagonal = above;
            if let Some(cell) = row.get_mut(j.saturating_add(1)) {
                *cell = best;
            }
        }
    }
    row.last().copied().unwrap_or_default()
}
