//! Bills of meters: what events of a month or a day came to, line by line, between a payer and a payee; both read the same one.
//!
//! A bill is a reading of what was drawn, and moves nothing. It has every event whose own day lies in its period; those that came when the
//! period was over stand on lines of their own. It is final once the meter takes no event of the period any more, which the books know: from then
//! on nothing can be added to it.

use super::usage::{Of, Sums};
use crate::desk::day;
use crate::instance::Instance;
use crate::sessions::{unit_facts, units_of};
use market::{State, Unit};
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::serial;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::index::{MOST_METERED, Metered, MeteredOf};

/// The time of a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Period {
    /// As it is asked for: `2026-11`, or `2026-11-30`.
    text: String,
    /// Its first day, in days since 1970.
    first: u64,
    /// The first that is no longer in it.
    end: u64,
}

impl Period {
    /// A month or a day of UTC; none for anything else.
    pub fn parse(text: &str) -> Option<Period> {
        let at = |day: &str| Timestamp::parse(&format!("{day}T00:00:00Z"));
        let (first, end) = match text.len() {
            7 => {
                let first = at(&format!("{text}-01"))?;
                (first.utc_day(), Timestamp::of_utc_month(first.utc_month().checked_add(1)?).utc_day())
            }
            _ => {
                let first = at(text)?.utc_day();
                (first, first.checked_add(1)?)
            }
        };
        Some(Period { text: text.to_owned(), first, end })
    }

    /// The month that runs.
    pub fn running(now: Timestamp) -> Period {
        let text = day(now).get(..7).unwrap_or_default().to_owned();
        Period::parse(&text).expect("a month of the calendar")
    }

    fn last(&self) -> u64 {
        self.end.saturating_sub(1)
    }

    fn ends(&self) -> Timestamp {
        midnight(self.end)
    }

    /// How far a bill of a payee's meter is: with a time where something can still be added.
    fn state(&self, state: &State, (payee, unit): (&str, Unit), now: Timestamp) -> (&'static str, Option<Timestamp>) {
        let meter = state.meter(payee, unit);
        let Some(meter) = meter.filter(|meter| meter.opens(now) < self.ends()) else { return ("final", None) };
        let word = if now < self.ends() { "running" } else { "provisional" };
        (word, Some(self.ends().after(meter.late)))
    }
}

fn midnight(day: u64) -> Timestamp {
    Timestamp::from_seconds(day.saturating_mul(86_400))
}

/// Whose bill by which meter to whom.
type Between = (String, Unit, Party);

#[derive(Default)]
struct Bill {
    lines: Vec<Value>,
    sums: Sums,
}

/// The bills of a period.
///
/// # Errors
/// [`Problem::BadRequest`] for more lines than one answer has, [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn bills(instance: &Arc<Instance>, of: Of, period: Period) -> Result<Value, Problem> {
    let (whose, days) = (of.clone(), (period.first, period.last()));
    let read = instance.index(move |index| match &whose {
        Of::Payee(handle, _) => index.metered_as_it_came(MeteredOf::Payee(handle), days),
        Of::Payer(party) => index.metered_as_it_came(MeteredOf::Payer(*party), days),
    });
    let found = read.await?;
    if found.len() >= MOST_METERED {
        return Err(Problem::BadRequest { detail: "these bills have more lines than one answer: ask for a day".to_owned() });
    }
    let (keys, currency) = (Arc::clone(&instance.keys), instance.config.asset());
    let tell = move |state: &State, now: Timestamp| {
        let mut bills: BTreeMap<Between, Bill> = BTreeMap::new();
        for rows in found.chunk_by(|a, b| is_one_line(a, b, &period)) {
            let Some((between, row, line)) = line(state, rows, &period) else { continue };
            if matches!(&of, Of::Payee(_, unit) if *unit != between.1) {
                continue;
            }
            let bill = bills.entry(between).or_default();
            bill.sums.add(&row);
            bill.lines.push(line);
        }
        let facts = |((payee, unit, payer), bill): (Between, Bill)| {
            let (word, final_at) = period.state(state, (&payee, unit), now);
            let mut facts =
                json!({ "recipient": payee, "meter": unit.as_str(), "state": word, "lines": bill.lines, "sums": billed(&bill.sums) });
            if let Some(at) = final_at {
                facts["final_at"] = at.to_string().into();
            }
            if let Of::Payee(handle, _) = &of {
                facts["payer"] = keys.pairwise(payer, handle).into();
            }
            facts
        };
        let bills: Vec<Value> = bills.into_iter().map(facts).collect();
        let (from, to) = (day(midnight(period.first)), day(midnight(period.last())));
        json!({ "period": period.text, "from": from, "to": to, "currency": currency.as_str(), "bills": bills })
    };
    instance.look(tell).await
}

/// What came in time is one line a day, session and offer; what came late has one for each day on which it came.
fn is_one_line(a: &Metered, b: &Metered, period: &Period) -> bool {
    let is_late = |row: &Metered| row.came >= period.end;
    (a.day, a.session, a.offer) == (b.day, b.session, b.offer) && (a.came == b.came || !is_late(a) && !is_late(b))
}

/// A line of a bill from the rows that it sums up: billed units × rate, to the base unit as it was drawn.
fn line(state: &State, rows: &[Metered], period: &Period) -> Option<(Between, Metered, Value)> {
    let mut row = *rows.first()?;
    for more in rows.get(1..)? {
        row.events = row.events.saturating_add(more.events);
        row.units = row.units.saturating_add(more.units);
        row.amount = row.amount.checked_add(more.amount)?;
        row.unbilled = row.unbilled.saturating_add(more.unbilled);
    }
    let units = units_of(state, row.offer, (row.units.saturating_sub(row.unbilled), row.amount))?;
    let payee = state.offer(row.offer)?.offer.payee.clone();
    let mut facts = unit_facts(&units);
    facts["day"] = day(midnight(row.day)).into();
    facts["session"] = serial(row.session).into();
    facts["events"] = row.events.to_string().into();
    facts["unbilled"] = row.unbilled.to_string().into();
    facts["late"] = (row.came >= period.end).into();
    if row.came >= period.end {
        facts["came"] = day(midnight(row.came)).into();
    }
    Some(((payee, units.metered.unit, row.payer), row, facts))
}

/// The sums of a bill, of whose units only those that are charged count.
fn billed(sums: &Sums) -> Value {
    let mut facts = sums.facts();
    facts["units"] = sums.billed().to_string().into();
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month_or_a_day_of_the_calendar() {
        let of = |text: &str| Period::parse(text).map(|period| (day(midnight(period.first)), day(midnight(period.last()))));
        let days = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(of("2026-11"), days("2026-11-01", "2026-11-30"));
        assert_eq!(of("2028-02"), days("2028-02-01", "2028-02-29"));
        assert_eq!(of("2026-12"), days("2026-12-01", "2026-12-31"));
        assert_eq!(of("2026-11-30"), days("2026-11-30", "2026-11-30"));
        assert_eq!(["2026-13", "2026-1", "2026-11-31", "november", "", "2026-11-3"].map(of), [const { None }; 6]);
    }
}
