//! Events of meters, summed by session, day and offer version: what a payee's service reported, and what of it nothing was held for.
//!
//! A day is the event's own, in UTC; beside it stands the day on which it came, since a bill has late ones on lines of their own. Sums are kept in memory and written once a commit, as those of sessions are: thousands of
//! events between two commits cost a row or two.

use super::{Index, failed};
use crate::Error;
use market::{Body, Effect, Record};
use money::{Amount, CommandId, OfferId, Party, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, Params, Row, Statement};
use std::collections::BTreeMap;

/// Rows that are read at most; who has so many asks for fewer days.
pub const MOST_METERED: usize = 10_000;

/// Fills the table of events.
pub(super) struct Meters<'c> {
    sums: BTreeMap<(CommandId, i64, i64, i64), Sums>,
    add: Statement<'c>,
}

#[derive(Default)]
struct Sums {
    events: i64,
    units: i64,
    amount: i64,
    unbilled: i64,
}

/// What a meter's events of one day came to in one session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metered {
    /// Days since 1970, by the events' own time.
    pub day: u64,
    /// The session.
    pub session: CommandId,
    /// The version that they were priced by.
    pub offer: OfferId,
    /// How many events.
    pub events: u64,
    /// How many units they were for, unbilled ones too.
    pub units: u64,
    /// What was drawn for them.
    pub amount: Amount,
    /// How many of the units nothing was authorised for.
    pub unbilled: u64,
    /// Days since 1970: the last on which one of them came.
    pub came: u64,
    /// Whose session it is.
    pub payer: Party,
}

/// Whose events are asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MeteredOf<'w> {
    /// Those that a payee sent.
    Payee(&'w str),
    /// Those that a payer's sessions were drawn by.
    Payer(Party),
    /// Those of both.
    Between(&'w str, Party),
}

/// What meters counted in one month of UTC by one offer version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MeteredSum {
    /// As [`Timestamp::utc_month`] counts them.
    pub month: u32,
    /// The version that the events were priced by.
    pub offer: OfferId,
    /// Whose sessions they drew from; none where those of all payers are together.
    pub payer: Option<Party>,
    /// How many events.
    pub events: u64,
    /// How many units they were for, unbilled ones too.
    pub units: u64,
    /// What was drawn for them.
    pub amount: Amount,
    /// How many of the units nothing was authorised for.
    pub unbilled: u64,
}

impl<'c> Meters<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Meters<'c>, rusqlite::Error> {
        let add = connection.prepare(
            "INSERT INTO metered VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE
             SET events = events + excluded.events, units = units + excluded.units, amount = amount + excluded.amount,
                 unbilled = unbilled + excluded.unbilled",
        )?;
        Ok(Meters { sums: BTreeMap::new(), add })
    }

    /// Enters an event that is priced by an offer of this number and came at a time.
    pub(super) fn enter(&mut self, record: &Record, offer: i64, came: Timestamp) {
        let (Body::Count(count), Effect::Counted { amount, unbilled, .. } | Effect::CountedAside { amount, unbilled, .. }) =
            (&record.command.body, record.applied.effect)
        else {
            return;
        };
        let number = |units: u64| i64::try_from(units).unwrap_or(i64::MAX);
        let sums = self.sums.entry((record.command.id, number(count.at.utc_day()), offer, number(came.utc_day()))).or_default();
        sums.events = sums.events.saturating_add(1);
        sums.units = sums.units.saturating_add(number(count.units));
        sums.amount = sums.amount.saturating_add(amount.credit());
        sums.unbilled = sums.unbilled.saturating_add(number(unbilled));
    }

    /// Writes what came, before a commit.
    pub(super) fn settle(&mut self) -> Result<(), rusqlite::Error> {
        for ((session, day, offer, came), sums) in std::mem::take(&mut self.sums) {
            self.add.execute((session.0, day, offer, sums.events, sums.units, sums.amount, sums.unbilled, came))?;
        }
        Ok(())
    }
}

impl Index {
    /// What meters counted from one day of UTC to another, both included; the latest day first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn metered(&self, of: MeteredOf<'_>, days: (u64, u64)) -> Result<Vec<Metered>, Error> {
        let sums = "sum(events), sum(units), sum(amount), sum(unbilled), max(came)";
        self.metered_rows(of, days, (sums, "GROUP BY metered.session, day, metered.offer ORDER BY day DESC, session.opened, metered.offer"))
    }

    /// The same apart by the day on which the events came, the earliest day first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn metered_as_it_came(&self, of: MeteredOf<'_>, days: (u64, u64)) -> Result<Vec<Metered>, Error> {
        let columns = "events, units, amount, unbilled, came";
        self.metered_rows(of, days, (columns, "ORDER BY day, session.opened, metered.offer, came"))
    }

    fn metered_rows(&self, of: MeteredOf<'_>, (from, to): (u64, u64), (figures, order): (&str, &str)) -> Result<Vec<Metered>, Error> {
        let day = |day: u64| i64::try_from(day).unwrap_or(i64::MAX);
        let (from, to) = (day(from), day(to));
        let sql = |whose: &str| {
            format!(
                "SELECT day, metered.session, offer.id, {figures}, payer FROM session JOIN metered ON metered.session = session.id
                 JOIN offer ON offer.number = metered.offer WHERE {whose} AND day >= ?2 AND day <= ?3 {order} LIMIT {MOST_METERED}"
            )
        };
        match of {
            MeteredOf::Payee(handle) => self.rows_of_events(&sql(OF_PAYEE), (handle, from, to), read),
            MeteredOf::Payer(party) => self.rows_of_events(&sql("session.payer = ?1"), (party.0, from, to), read),
            MeteredOf::Between(handle, party) => {
                let both = format!("{OF_PAYEE} AND session.payer = ?4");
                self.rows_of_events(&sql(&both), (handle, from, to, party.0), read)
            }
        }
    }

    /// What meters counted by month of UTC and offer version, all payers together; the latest month first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn metered_months(&self, of: MeteredOf<'_>) -> Result<Vec<MeteredSum>, Error> {
        let sql = |whose: &str| summed("NULL", (whose, "GROUP BY month, metered.offer ORDER BY month DESC, metered.offer"));
        match of {
            MeteredOf::Payee(handle) => self.rows_of_events(&sql(OF_PAYEE), [handle], read_sum),
            MeteredOf::Payer(party) => self.rows_of_events(&sql("session.payer = ?1"), [party.0], read_sum),
            MeteredOf::Between(handle, party) => {
                self.rows_of_events(&sql(&format!("{OF_PAYEE} AND session.payer = ?2")), (handle, party.0), read_sum)
            }
        }
    }

    /// What a payee's meters counted from one day of UTC to another, both included and of one month, by payer and offer version.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn metered_payers(&self, payee: &str, (from, to): (u64, u64)) -> Result<Vec<MeteredSum>, Error> {
        let day = |day: u64| i64::try_from(day).unwrap_or(i64::MAX);
        let whose = format!("{OF_PAYEE} AND day >= ?2 AND day <= ?3");
        let sql = summed("payer", (&whose, "GROUP BY payer, metered.offer ORDER BY payer, metered.offer"));
        self.rows_of_events(&sql, (payee, day(from), day(to)), read_sum)
    }

    fn rows_of_events<T>(&self, sql: &str, params: impl Params, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("metered"))?;
        let rows = statement.query_map(params, read).map_err(failed("metered"))?;
        rows.collect::<Result<_, _>>().map_err(failed("metered"))
    }
}

const OF_PAYEE: &str = "session.payee = (SELECT number FROM payee WHERE handle = ?1)";

/// The question for sums of so many rows at most.
fn summed(payer: &str, (whose, order): (&str, &str)) -> String {
    format!(
        "SELECT strftime('%Y-%m-01T00:00:00Z', day * 86400, 'unixepoch') AS month, offer.id, {payer}, sum(events), sum(units), sum(amount),
         sum(unbilled) FROM session JOIN metered ON metered.session = session.id JOIN offer ON offer.number = metered.offer
         WHERE {whose} {order} LIMIT {MOST_METERED}"
    )
}

fn read_sum(row: &Row<'_>) -> rusqlite::Result<MeteredSum> {
    let units = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let unreadable = |column: usize| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text);
    Ok(MeteredSum {
        month: Timestamp::parse(&row.get::<_, String>(0)?).ok_or_else(|| unreadable(0))?.utc_month(),
        offer: OfferId(row.get(1)?),
        payer: row.get::<_, Option<_>>(2)?.map(Party),
        events: units(3)?,
        units: units(4)?,
        amount: units(5).and_then(|units| Amount::new(units).ok_or_else(|| unreadable(5)))?,
        unbilled: units(6)?,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Metered> {
    let units = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let unreadable = || rusqlite::Error::InvalidColumnType(5, String::new(), Type::Integer);
    Ok(Metered {
        day: units(0)?,
        session: CommandId(row.get(1)?),
        offer: OfferId(row.get(2)?),
        events: units(3)?,
        units: units(4)?,
        amount: units(5).and_then(|units| Amount::new(units).ok_or_else(unreadable))?,
        unbilled: units(6)?,
        came: units(7)?,
        payer: Party(row.get(8)?),
    })
}
