//! Prices that fall: `price = { decay = [["0m", "6.99 EUR"], ["30m", "4.99 EUR"]] }` and `when = { starts = …, ends = … }`.

use super::{At, Reader, Table, child};
use crate::offer::{Fall, FallStep};
use money::{Amount, Asset, Span, Timestamp};
use toml::de::DeValue;

const SAY: &str = "a price that falls is a list of steps: decay = [[\"0m\", \"6.99 EUR\"], [\"30m\", \"4.99 EUR\"]]";
const WHEN: &str = "a price that falls says when: when = { starts = 2026-12-05T20:00:00+01:00, ends = 2026-12-05T22:30:00+01:00 }";

impl Reader<'_> {
    /// What the first step costs: the price of the offer.
    pub(super) fn first_step(&mut self, decay: &At<'_, '_>) -> Option<(Amount, Asset)> {
        let steps = self.steps(decay)?;
        steps.first().map(|(step, asset)| (step.amount, *asset))
    }

    /// How the price of an offer falls; none for one that does not.
    pub(super) fn fall(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<Fall> {
        let when = child(table, "when", &offer.pointer);
        let price = child(table, "price", &offer.pointer);
        let decay = price.as_ref().and_then(|at| {
            let DeValue::Table(price) = at.value.get_ref() else { return None };
            child(price, "decay", &at.pointer)
        });
        let (decay, when) = match (decay, when) {
            (None, None) => return None,
            (None, Some(when)) => {
                self.wrong(&when, "offer-unknown-key", "`when` belongs to a price that falls: price = { decay = [...] }");
                return None;
            }
            (Some(decay), None) => {
                self.wrong(&decay, "value-invalid", WHEN);
                return None;
            }
            (Some(decay), Some(when)) => (decay, when),
        };
        let DeValue::Table(span) = when.value.get_ref() else {
            self.wrong(&when, "value-invalid", WHEN);
            return None;
        };
        self.only(span, &when.pointer, &["starts", "ends"]);
        let (Some(starts), Some(ends)) = (child(span, "starts", &when.pointer), child(span, "ends", &when.pointer)) else {
            self.wrong(&when, "value-invalid", WHEN);
            return None;
        };
        let (starts, ends) = (self.instant(&starts)?, self.instant(&ends)?);
        // What is wrong with a step was said where the price was read.
        let before = self.mistakes.len();
        let steps = self.steps(&decay);
        self.mistakes.truncate(before);
        let fall = Fall { starts, ends, steps: steps?.into_iter().map(|(step, _)| step).collect() };
        if !fall.is_sound() {
            let text = "the first step is \"0m\", each is later and cheaper than the one before, 16 at most, and `ends` is after the last";
            self.wrong(&decay, "value-invalid", text);
            return None;
        }
        Some(fall)
    }

    fn steps(&mut self, decay: &At<'_, '_>) -> Option<Vec<(FallStep, Asset)>> {
        let DeValue::Array(all) = decay.value.get_ref() else {
            self.wrong(decay, "value-invalid", SAY);
            return None;
        };
        let mut steps: Vec<(FallStep, Asset)> = Vec::new();
        for (number, value) in all.iter().enumerate() {
            let at = At { value, pointer: format!("{}/{number}", decay.pointer) };
            let DeValue::Array(pair) = value.get_ref() else {
                self.wrong(&at, "value-invalid", SAY);
                return None;
            };
            let of = |place: usize| pair.get(place).map(|value| At { value, pointer: format!("{}/{place}", at.pointer) });
            let (Some(after), Some(amount), None) = (of(0), of(1), pair.get(2)) else {
                self.wrong(&at, "value-invalid", SAY);
                return None;
            };
            // `0m` is no span that anything else may have.
            let is_none = matches!(after.value.get_ref(), DeValue::String(text) if matches!(text.as_ref(), "0s" | "0m" | "0h" | "0d"));
            let (after, money) = (if is_none { Span(0) } else { self.span(&after)? }, self.money(&amount)?);
            if steps.first().is_some_and(|(_, asset)| *asset != money.asset) {
                self.wrong(&amount, "currency-mismatch", "all steps are in one currency");
                return None;
            }
            steps.push((FallStep { after, amount: money.amount }, money.asset));
        }
        if steps.is_empty() {
            self.wrong(decay, "offer-without-price", SAY);
            return None;
        }
        Some(steps)
    }

    /// `2026-12-05T20:00:00+01:00`: an instant, so with its offset, in whole seconds.
    fn instant(&mut self, at: &At<'_, '_>) -> Option<Timestamp> {
        let DeValue::Datetime(said) = at.value.get_ref() else {
            self.wrong(at, "value-invalid", WHEN);
            return None;
        };
        let instant = instant(&said.to_string());
        if instant.is_none() {
            self.wrong(at, "value-invalid", "an instant names its offset and whole seconds: 2026-12-05T20:00:00+01:00");
        }
        instant
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let (local, offset) = text.split_at_checked(19)?;
    let local = Timestamp::parse(&format!("{local}Z"))?;
    if offset == "Z" {
        return Some(local);
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<u64>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?.checked_mul(60)?;
    match offset.chars().next()? {
        '+' => Some(local.before(Span(seconds))),
        '-' => Some(local.after(Span(seconds))),
        _ => None,
    }
}
