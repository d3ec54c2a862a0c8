//! A party's months: what each did to its value of one asset and class, and the lines of one of them.

use super::query::{HistoryRow, line, select};
use super::{Index, failed};
use crate::Error;
use market::Class;
use money::{Asset, Party, Timestamp};
use rusqlite::OptionalExtension;

/// Whose value, of what, of which kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Of {
    /// Whose.
    pub party: Party,
    /// Of what.
    pub asset: Asset,
    /// A payer's is funded, a payee's earned.
    pub class: Class,
}

/// What a month did; a month in which nothing moved has none. Base units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MonthSum {
    /// Months since January 1970, in the calendar that was asked for.
    pub month: u32,
    /// What stood before its first line.
    pub opening: i64,
    /// The lines that added, summed.
    pub came_in: i64,
    /// The lines that took, summed; below zero.
    pub went_out: i64,
    /// What stood after its last line.
    pub closing: i64,
    /// How many lines it has.
    pub lines: u64,
}

impl Index {
    /// Every month in which something moved, newest first, as `month_of` numbers them: in time, and in no zone of the index's own.
    /// Reads all lines of the party once.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn months(&self, of: Of, month_of: &dyn Fn(Timestamp) -> u32) -> Result<Vec<MonthSum>, Error> {
        let failed = || failed("months");
        let Some(standing) = self.standing(of)? else { return Ok(Vec::new()) };
        let sql = "SELECT at, amount, entry.balance FROM entry JOIN record USING (place) WHERE standing = ?1 ORDER BY place";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed())?;
        let rows = statement.query_map((standing,), |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))).map_err(failed())?;
        let mut months: Vec<MonthSum> = Vec::new();
        for row in rows {
            let (at, amount, balance): (i64, i64, i64) = row.map_err(failed())?;
            let month = month_of(Timestamp(at.unsigned_abs()));
            if months.last().is_none_or(|last| last.month != month) {
                let opening = balance.saturating_sub(amount);
                months.push(MonthSum { month, opening, came_in: 0, went_out: 0, closing: opening, lines: 0 });
            }
            if let Some(sum) = months.last_mut() {
                sum.came_in = sum.came_in.saturating_add(amount.max(0));
                sum.went_out = sum.went_out.saturating_add(amount.min(0));
                sum.closing = balance;
                sum.lines = sum.lines.saturating_add(1);
            }
        }
        months.reverse();
        Ok(months)
    }

    /// The lines from one instant to another, that one left out, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn between(&self, of: Of, from: Timestamp, to: Timestamp) -> Result<Vec<HistoryRow>, Error> {
        let failed = || failed("between");
        let Some(standing) = self.standing(of)? else { return Ok(Vec::new()) };
        let sql = format!("{} WHERE standing = ?1 AND record.at >= ?2 AND record.at < ?3 ORDER BY entry.place", select());
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed())?;
        let at = |at: Timestamp| i64::try_from(at.0).unwrap_or(i64::MAX);
        let rows = statement.query_map((standing, at(from), at(to)), |row| line(row, of.asset.as_str())).map_err(failed())?;
        rows.collect::<Result<_, _>>().map_err(failed())
    }

    fn standing(&self, of: Of) -> Result<Option<i64>, Error> {
        let sql = "SELECT number FROM standing WHERE party = ?1 AND class = ?2 AND asset = ?3";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("standing"))?;
        let found = statement.query_row((of.party.0, of.class.byte(), of.asset.as_str()), |row| row.get(0));
        found.optional().map_err(failed("standing"))
    }
}
