//! How a problem is told: the kind with its words, the facts of the occurrence, and both as JSON.

use super::devices::{self, Device};
use money::{Amount, Asset, Price, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Where the public vocabulary of the Payment scheme lives.
const PUBLIC: &str = "https://paymentauth.org/problems/";

/// One kind of problem. Two kinds may share a code where the same refusal has two statuses or two ways on.
pub(super) struct Kind {
    pub status: u16,
    pub code: &'static str,
    pub page: Type,
    pub title: &'static str,
    /// The detail, with facts in braces; `{said}` is the caller's half sentence.
    pub detail: &'static str,
}

/// Where the kind is explained.
pub(super) enum Type {
    /// In the public vocabulary, under this name.
    Public(&'static str),
    /// On the instance's own page of the code.
    Own,
}

/// A kind of problem with the facts of one occurrence.
pub(super) struct Told<'a> {
    pub kind: &'static Kind,
    said: &'a str,
    facts: Vec<(&'static str, Value<'a>)>,
}

/// A fact: a member of the document, and a word of its detail.
enum Value<'a> {
    Money(Amount, &'a Asset),
    Text(&'a str),
    Time(Timestamp),
    Number(u64),
    Flag(bool),
    Devices(&'a [Device]),
}

/// Writes the table of kinds: a constant each, and the list of all of them.
macro_rules! kinds {
    ($($name:ident { code: $code:literal, $status:literal, $kind:ident $($public:literal)?, $title:literal } $detail:literal;)*) => {
        $(const $name: Kind = Kind { status: $status, code: $code, page: kinds!($kind $($public)?), title: $title, detail: $detail };)*
        #[cfg(test)]
        const KINDS: &[&Kind] = &[$(&$name),*];
    };
    (public $name:literal) => { Type::Public($name) };
    (own) => { Type::Own };
}
pub(super) use kinds;

impl Kind {
    pub fn uri(&self, base: &str) -> String {
        match self.page {
            Type::Public(name) => format!("{PUBLIC}{name}"),
            Type::Own => format!("{}/problems/{}", base.trim_end_matches('/'), self.code),
        }
    }
}

impl<'a> Told<'a> {
    pub fn of(kind: &'static Kind) -> Told<'a> {
        Told { kind, said: "", facts: Vec::new() }
    }

    pub fn said(mut self, said: &'a str) -> Self {
        self.said = said;
        self
    }

    pub fn money(self, name: &'static str, amount: Amount, currency: &'a Asset) -> Self {
        self.fact(name, Value::Money(amount, currency))
    }

    pub fn text(self, name: &'static str, text: &'a str) -> Self {
        self.fact(name, Value::Text(text))
    }

    pub fn time(self, name: &'static str, time: Timestamp) -> Self {
        self.fact(name, Value::Time(time))
    }

    /// How much of a cap is spent.
    pub fn spent(self, spent: Amount, cap: Amount, currency: &'a Asset) -> Told<'a> {
        self.money("cap", cap, currency).money("spent", spent, currency).money("left", cap.saturating_sub(spent), currency)
    }

    /// When a window ends.
    pub fn resets(self, at: Timestamp) -> Told<'a> {
        self.time("resetsAt", at)
    }

    /// After how many seconds to come again.
    pub fn retry(self, after_s: u32) -> Told<'a> {
        self.number("retryAfter", after_s.into())
    }

    pub fn number(self, name: &'static str, number: u64) -> Self {
        self.fact(name, Value::Number(number))
    }

    pub fn devices(self, devices: &'a [Device]) -> Self {
        self.number("most", devices.len().try_into().unwrap_or(u64::MAX)).fact("devices", Value::Devices(devices))
    }

    /// The only fact that no detail names: the words differ by it instead.
    pub fn refunded(self, refunded: bool) -> Self {
        self.fact("refunded", Value::Flag(refunded))
    }

    fn fact(mut self, name: &'static str, value: Value<'a>) -> Self {
        self.facts.push((name, value));
        self
    }

    /// The kind's detail with every brace filled. What is filled in is never looked at for braces again.
    pub fn detail(&self) -> String {
        let mut detail = String::new();
        let mut rest = self.kind.detail;
        while let Some((before, from)) = rest.split_once('{') {
            let (name, after) = from.split_once('}').unwrap_or((from, ""));
            detail.push_str(before);
            detail.push_str(&self.word(name));
            rest = after;
        }
        detail + rest
    }

    fn word(&self, name: &str) -> String {
        let fact = self.facts.iter().find(|(fact, _)| *fact == name).map(|(_, value)| value);
        match fact {
            None => self.said.to_owned(),
            Some(Value::Money(amount, asset)) => Price { amount: *amount, asset: **asset }.to_string(),
            Some(Value::Text(text)) => (*text).to_owned(),
            Some(Value::Time(time)) => time.to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Flag(flag)) => flag.to_string(),
            Some(Value::Devices(all)) => devices::listed(all),
        }
    }

    pub fn to_json(&self, base: &str) -> Vec<u8> {
        self.to_json_as(base, self.kind.status)
    }

    fn to_json_as(&self, base: &str, status: u16) -> Vec<u8> {
        serde_json::to_vec(&Document { told: self, base, status })
            .expect("texts, numbers, flags and lists of them under text keys always have a JSON form")
    }
}

impl super::Problem {
    /// [`super::Problem::to_json`] under the status that a dialect has for the same refusal.
    #[must_use]
    pub fn to_json_as(&self, base: &str, status: u16) -> Vec<u8> {
        self.told().to_json_as(base, status)
    }
}

struct Document<'a> {
    told: &'a Told<'a>,
    base: &'a str,
    status: u16,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Told { kind, facts, .. } = self.told;
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("type", &kind.uri(self.base))?;
        members.serialize_entry("title", kind.title)?;
        members.serialize_entry("status", &self.status)?;
        members.serialize_entry("code", kind.code)?;
        members.serialize_entry("detail", &self.told.detail())?;
        for (name, value) in facts {
            match value {
                Value::Money(amount, _) => members.serialize_entry(name, &amount.to_string())?,
                Value::Text(text) => members.serialize_entry(name, text)?,
                Value::Time(time) => members.serialize_entry(name, &time.to_string())?,
                Value::Number(number) => members.serialize_entry(name, number)?,
                Value::Flag(flag) => members.serialize_entry(name, flag)?,
                Value::Devices(devices) => members.serialize_entry(name, devices)?,
            }
        }
        let currency = facts.iter().find_map(|(_, value)| if let Value::Money(_, asset) = value { Some(asset) } else { None });
        if let Some(currency) = currency {
            members.serialize_entry("currency", currency.as_str())?;
        }
        members.end()
    }
}
