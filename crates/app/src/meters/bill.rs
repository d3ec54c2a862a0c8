//! Bills of meters: what events of a month or a day came to, line by line, between a payer and a payee; both read the same one.
//!
//! A bill is a reading of what was drawn, and moves nothing. It has every event whose own day lies in its period; those that came when the
//! period was over stand on lines of their own. It is final once the meter takes no event of the period any more, which the books know: from then
//! on nothing can be added to it.

mod facts;

pub(crate) use facts::Reader;

use super::usage::{Of, Sums};
use crate::desk::day;
use crate::instance::Instance;
use crate::sessions::{Units, units_of};
use crate::statement::month_name;
use market::{State, Unit};
use money::{Asset, CommandId, Party, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::index::{MOST_METERED, Metered, MeteredOf, MeteredSum};

/// The time of a bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Period {
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
        Some(Period { first, end })
    }

    /// The month that runs.
    pub fn running(now: Timestamp) -> Period {
        let text = day(now).get(..7).unwrap_or_default().to_owned();
        Period::parse(&text).expect("a month of the calendar")
    }

    fn last(self) -> u64 {
        self.end.saturating_sub(1)
    }

    fn ends(self) -> Timestamp {
        midnight(self.end)
    }

    /// A month, as [`Timestamp::utc_month`] counts them.
    pub fn of_month(month: u32) -> Period {
        Period::parse(&month_name(month)).expect("a month of the calendar")
    }

    /// As it is asked for: `2026-11`, or `2026-11-30`.
    pub fn text(self) -> String {
        let first = day(midnight(self.first));
        if self.is_month() { first.get(..7).unwrap_or_default().to_owned() } else { first }
    }

    /// The first instant of it.
    pub fn starts(self) -> Timestamp {
        midnight(self.first)
    }

    /// True for a whole month.
    pub fn is_month(self) -> bool {
        self.end.saturating_sub(self.first) > 1
    }

    /// How far a bill of a payee's meter is: with a time where something can still be added.
    fn standing(self, state: &State, (payee, unit): (&str, Unit), now: Timestamp) -> Standing {
        let meter = state.meter(payee, unit);
        let Some(meter) = meter.filter(|meter| meter.opens(now) < self.ends()) else {
            return Standing { stage: Stage::Final, final_at: None };
        };
        let stage = if now < self.ends() { Stage::Running } else { Stage::Provisional };
        Standing { stage, final_at: Some(self.ends().after(meter.late)) }
    }
}

/// How far a bill is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    /// Its period runs.
    Running,
    /// Its period is over, and its meter still takes events of it.
    Provisional,
    /// Nothing is ever added to it.
    Final,
}

/// How far a bill is, and when it is final unless it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// The word.
    pub stage: Stage,
    /// When nothing is added any more; none once that is so.
    pub final_at: Option<Timestamp>,
}

fn midnight(day: u64) -> Timestamp {
    Timestamp::from_seconds(day.saturating_mul(86_400))
}

/// Whose bill by which meter to whom.
type Between = (String, Unit, Party);

/// The bills of a period.
pub(crate) struct Bills {
    /// Of when.
    pub period: Period,
    /// Of what their amounts are.
    pub currency: Asset,
    /// Each is between a payer and a payee by a meter.
    pub all: Vec<Bill>,
}

/// What the events of one meter came to between a payer and a payee.
pub(crate) struct Bill {
    /// Who is paid.
    pub payee: String,
    /// The meter.
    pub unit: Unit,
    /// What the payee knows the payer by.
    pub reference: String,
    /// How far it is.
    pub standing: Standing,
    /// By day of the events, session and offer version.
    pub lines: Vec<Line>,
    /// What they sum to.
    pub sums: Sums,
}

/// A line of a bill.
pub(crate) struct Line {
    /// The day of the events, since 1970.
    pub day: u64,
    /// The day on which they came, if that is after the bill's period.
    pub came: Option<u64>,
    /// The session that was drawn from.
    pub session: CommandId,
    /// How many events.
    pub events: u64,
    /// Units that nothing was authorised for: in no amount.
    pub unbilled: u64,
    /// What is charged, by which version.
    pub of: Units,
}

/// The bills of a period.
///
/// # Errors
/// [`Problem::BadRequest`] for more lines than one answer has, [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn bills(instance: &Arc<Instance>, of: Of, period: Period) -> Result<Bills, Problem> {
    let (whose, days) = (of.clone(), (period.first, period.last()));
    let read = instance.index(move |index| match &whose {
        Of::Payee(handle, _) => index.metered_as_it_came(MeteredOf::Payee(handle), days),
        Of::Payer(party) => index.metered_as_it_came(MeteredOf::Payer(*party), days),
        Of::Both(handle, _, party) => index.metered_as_it_came(MeteredOf::Between(handle, *party), days),
    });
    let found = read.await?;
    if found.len() >= MOST_METERED {
        return Err(Problem::BadRequest { detail: "these bills have more lines than one answer: ask for a day".to_owned() });
    }
    let (keys, currency) = (Arc::clone(&instance.keys), instance.config.asset());
    let tell = move |state: &State, now: Timestamp| {
        let mut all: BTreeMap<Between, Bill> = BTreeMap::new();
        for rows in found.chunk_by(|a, b| is_one_line(a, b, period)) {
            let Some((between, row, line)) = line(state, rows, period) else { continue };
            if of.unit().is_some_and(|unit| unit != between.1) {
                continue;
            }
            let bill = all.entry(between).or_insert_with_key(|(payee, unit, payer)| Bill {
                payee: payee.clone(),
                unit: *unit,
                reference: keys.pairwise(*payer, payee),
                standing: period.standing(state, (payee, *unit), now),
                lines: Vec::new(),
                sums: Sums::default(),
            });
            bill.sums.add(&row);
            bill.lines.push(line);
        }
        Bills { period, currency, all: all.into_values().collect() }
    };
    instance.look(tell).await
}

/// What a meter counted in a month, all payers of it or all that one payer used.
pub(crate) struct Month {
    /// As [`Timestamp::utc_month`] counts them.
    pub month: u32,
    /// Whose meter.
    pub payee: String,
    /// Which.
    pub unit: Unit,
    /// How far its bills are.
    pub standing: Standing,
    /// What they sum to.
    pub sums: Sums,
}

/// Who looks at the months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    /// A payee, at all of its meters.
    Payee(String),
    /// A payer, at all that it used.
    Payer(Party),
}

/// The months in which something was counted, the latest first; in each a line for every meter.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn months(instance: &Arc<Instance>, whose: Whose) -> Result<Vec<Month>, Problem> {
    let read = move |index: &store::index::Index| match &whose {
        Whose::Payee(handle) => index.metered_months(MeteredOf::Payee(handle)),
        Whose::Payer(party) => index.metered_months(MeteredOf::Payer(*party)),
    };
    let found = instance.index(read).await?;
    let tell = move |state: &State, now: Timestamp| {
        let mut months: Vec<Month> = Vec::new();
        for sum in &found {
            let Some((payee, unit)) = meter_of(state, sum) else { continue };
            let known = months.iter_mut().find(|known| (known.month, &*known.payee, known.unit) == (sum.month, payee, unit));
            if let Some(known) = known {
                known.sums.add_sum(sum);
                continue;
            }
            let standing = Period::of_month(sum.month).standing(state, (payee, unit), now);
            let mut sums = Sums::default();
            sums.add_sum(sum);
            months.push(Month { month: sum.month, payee: payee.to_owned(), unit, standing, sums });
        }
        months.sort_by(|a, b| b.month.cmp(&a.month).then_with(|| (&a.payee, a.unit).cmp(&(&b.payee, b.unit))));
        months
    };
    instance.look(tell).await
}

/// What a payee's meter counted for each of its payers in a period, the dearest first, and how far those bills are.
///
/// # Errors
/// [`Problem::Unknown`] if it is no meter of that payee's and never was, [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn by_payer(
    instance: &Arc<Instance>,
    (handle, unit): (String, Unit),
    period: Period,
) -> Result<(Standing, Vec<(Party, Sums)>), Problem> {
    let (payee, days) = (handle.clone(), (period.first, period.last()));
    let found = instance.index(move |index| index.metered_payers(&payee, days)).await?;
    let tell = move |state: &State, now: Timestamp| {
        let mut payers: BTreeMap<Party, Sums> = BTreeMap::new();
        for sum in found.iter().filter(|sum| meter_of(state, sum).is_some_and(|(_, of)| of == unit)) {
            if let Some(payer) = sum.payer {
                payers.entry(payer).or_default().add_sum(sum);
            }
        }
        let mut payers: Vec<_> = payers.into_iter().collect();
        payers.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.amount));
        let is_known = !payers.is_empty() || state.meter(&handle, unit).is_some();
        is_known.then(|| (period.standing(state, (&handle, unit), now), payers))
    };
    instance.look(tell).await?.ok_or(Problem::Unknown)
}

/// Whose meter a sum is of, and its unit.
fn meter_of<'s>(state: &'s State, sum: &MeteredSum) -> Option<(&'s str, Unit)> {
    let unit = units_of(state, sum.offer, (sum.units, sum.amount))?.metered.unit;
    Some((&state.offer(sum.offer)?.offer.payee, unit))
}

/// What came in time is one line a day, session and offer; what came late has one for each day on which it came.
fn is_one_line(a: &Metered, b: &Metered, period: Period) -> bool {
    let is_late = |row: &Metered| row.came >= period.end;
    (a.day, a.session, a.offer) == (b.day, b.session, b.offer) && (a.came == b.came || !is_late(a) && !is_late(b))
}

/// A line of a bill from the rows that it sums up: billed units × rate, to the base unit as it was drawn.
fn line(state: &State, rows: &[Metered], period: Period) -> Option<(Between, Metered, Line)> {
    let mut row = *rows.first()?;
    for more in rows.get(1..)? {
        row.events = row.events.saturating_add(more.events);
        row.units = row.units.saturating_add(more.units);
        row.amount = row.amount.checked_add(more.amount)?;
        row.unbilled = row.unbilled.saturating_add(more.unbilled);
    }
    let of = units_of(state, row.offer, (row.units.saturating_sub(row.unbilled), row.amount))?;
    let payee = state.offer(row.offer)?.offer.payee.clone();
    let (unit, came) = (of.metered.unit, (row.came >= period.end).then_some(row.came));
    let line = Line { day: row.day, came, session: row.session, events: row.events, unbilled: row.unbilled, of };
    Some(((payee, unit, row.payer), row, line))
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
        assert_eq!(
            ["2026-11", "2028-02", "2026-11-30"].map(|text| Period::parse(text).unwrap().text()),
            ["2026-11", "2028-02", "2026-11-30"]
        );
        assert_eq!(["2026-13", "2026-1", "2026-11-31", "november", "", "2026-11-3"].map(of), [const { None }; 6]);
    }
}
