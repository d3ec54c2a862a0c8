//! What meters counted: the same rows and sums for who is paid and for who pays.

use crate::desk::day;
use crate::instance::Instance;
use crate::sessions::{unit_facts, units_of};
use market::{Phase, State, Unit};
use money::{Amount, CommandId, Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::index::{Metered, MeteredOf, MeteredSum};

/// Whose events are looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Of {
    /// Those of a payee's meter.
    Payee(String, Unit),
    /// Those that a payer's sessions were drawn by.
    Payer(Party),
    /// Those of a payee's meter that a payer's sessions were drawn by.
    Both(String, Unit, Party),
}

impl Of {
    /// The meter; none for all.
    pub(super) fn unit(&self) -> Option<Unit> {
        match self {
            Of::Payee(_, unit) | Of::Both(_, unit, _) => Some(*unit),
            Of::Payer(_) => None,
        }
    }
}

/// A payee's meters: what they sum, how late an event may come and from when on it is taken now.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn of_meter(instance: &Instance, payee: &str) -> Result<Vec<Value>, Problem> {
    let payee = payee.to_owned();
    let read = move |state: &State, now: Timestamp| {
        let own = state.meters().filter(|(of, ..)| *of == payee);
        let row = |(_, unit, meter): (&str, Unit, &market::Meter)| {
            json!({
                "meter": unit.as_str(),
                "sum": meter.sum,
                "late_window_s": meter.late.0,
                "opens_at": meter.opens(now).to_string(),
                "remembered": meter.events(),
            })
        };
        own.map(row).collect()
    };
    instance.look(read).await
}

/// What was counted from one day of UTC to another, both included: by day, session and offer, what it sums to, and how the sessions
/// stand.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn usage(instance: &Arc<Instance>, of: Of, days: (u64, u64)) -> Result<Value, Problem> {
    let whose = of.clone();
    let found = instance
        .index(move |index| match &whose {
            Of::Payee(handle, _) => index.metered(MeteredOf::Payee(handle), days),
            Of::Payer(party) => index.metered(MeteredOf::Payer(*party), days),
            Of::Both(handle, _, party) => index.metered(MeteredOf::Between(handle, *party), days),
        })
        .await?;
    let (keys, currency) = (Arc::clone(&instance.keys), instance.config.asset());
    let tell = move |state: &State, _| {
        let mut rows = Vec::new();
        let mut sums = Sums::default();
        let mut known = BTreeSet::new();
        for row in found {
            let Some(facts) = row_facts(state, &of, &row) else { continue };
            known.insert(row.session);
            sums.add(&row);
            rows.push(facts);
        }
        let reference = |payer: Party| if let Of::Payee(handle, _) = &of { Some(keys.pairwise(payer, handle)) } else { None };
        let sessions: Vec<Value> = known.into_iter().filter_map(|id| session_facts(state, id, &reference)).collect();
        json!({ "currency": currency.as_str(), "rows": rows, "sums": sums.facts(), "sessions": sessions })
    };
    instance.look(tell).await
}

/// Sums of rows.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Sums {
    /// How many events.
    pub events: u64,
    /// How many units they were for, unbilled ones too.
    pub units: u64,
    /// What was drawn for them, in base units.
    pub amount: u64,
    /// How many of the units nothing was authorised for.
    pub unbilled: u64,
}

impl Sums {
    pub(super) fn add(&mut self, row: &Metered) {
        self.events = self.events.saturating_add(row.events);
        self.units = self.units.saturating_add(row.units);
        self.amount = self.amount.saturating_add(row.amount.units());
        self.unbilled = self.unbilled.saturating_add(row.unbilled);
    }

    pub(super) fn add_sum(&mut self, sum: &MeteredSum) {
        self.events = self.events.saturating_add(sum.events);
        self.units = self.units.saturating_add(sum.units);
        self.amount = self.amount.saturating_add(sum.amount.units());
        self.unbilled = self.unbilled.saturating_add(sum.unbilled);
    }

    /// Units that are charged.
    pub fn billed(&self) -> u64 {
        self.units.saturating_sub(self.unbilled)
    }

    pub(super) fn facts(&self) -> Value {
        json!({
            "events": self.events.to_string(),
            "units": self.units.to_string(),
            "amount": self.amount.to_string(),
            "unbilled": self.unbilled.to_string(),
        })
    }
}

/// A row; none if it is of another meter than was asked for.
fn row_facts(state: &State, of: &Of, row: &Metered) -> Option<Value> {
    let units = units_of(state, row.offer, (row.units, row.amount))?;
    if of.unit().is_some_and(|unit| unit != units.metered.unit) {
        return None;
    }
    let mut facts = unit_facts(&units);
    facts["day"] = day(Timestamp::from_seconds(row.day.saturating_mul(86_400))).into();
    facts["session"] = serial(row.session).into();
    facts["recipient"] = state.offer(row.offer)?.offer.payee.as_str().into();
    facts["events"] = row.events.to_string().into();
    facts["unbilled"] = row.unbilled.to_string().into();
    Some(facts)
}

/// How a session stands that the books still know, with the share of its hold that was told of.
fn session_facts(state: &State, id: CommandId, reference: &impl Fn(Party) -> Option<String>) -> Option<Value> {
    let session = state.session(id)?;
    let amount = |amount: Amount| amount.to_string();
    let mut facts = json!({
        "session": serial(id),
        "state": match session.phase {
            Phase::Open => "open",
            Phase::Closing => "closing",
            Phase::Ended { .. } => "ended",
        },
        "held": amount(session.cap),
        "accepted": amount(session.accepted),
        "drawn": amount(session.drawn),
        "captured": amount(session.captured),
        "told": session.told,
        "until": session.until.to_string(),
    });
    if let Some(payer) = reference(session.payer) {
        facts["payer"] = payer.into();
    }
    Some(facts)
}
