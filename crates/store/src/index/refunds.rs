//! What was given back of a sale, record by record.

use super::project::place_of;
use super::{Index, failed};
use crate::Error;
use market::{Cause, Giver, Place};
use money::{Amount, CommandId, Timestamp};
use rusqlite::Row;

/// What one record gave back of a sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Return {
    /// By which command.
    pub id: CommandId,
    /// What went back by it.
    pub returned: Amount,
    /// What remained of the sale; nothing once it is taken back.
    pub left: Amount,
    /// Who gave it back.
    pub giver: Giver,
    /// What they said of it.
    pub cause: Cause,
}

/// The columns of a [`Return`], for a row of `record` that may be one.
pub(super) const COLUMNS: &str = "refund.id, refund.returned, refund.remains, refund.giver, refund.cause";
/// Finds them. Only a record of this kind has some.
pub(super) const JOIN: &str = "LEFT JOIN refund ON record.kind = 3 AND refund.sale = record.sale AND refund.place = record.place";

impl Return {
    /// What had gone back of a sale of `charged` before this, and with it.
    #[must_use]
    pub fn span(&self, charged: Amount) -> (Amount, Amount) {
        let with = charged.saturating_sub(self.left);
        (with.saturating_sub(self.returned), with)
    }

    /// What of each of a sale's legs this gave back, in their order.
    #[must_use]
    pub fn of_legs(&self, legs: &[Amount]) -> Vec<Amount> {
        let units: Vec<u64> = legs.iter().map(|leg| leg.units()).collect();
        let charged = legs.iter().fold(Amount::ZERO, |sum, leg| sum.checked_add(*leg).unwrap_or(Amount::MAX));
        let (before, with) = self.span(charged);
        let parts = ledger::reversed(&units, with.units()).into_iter().zip(ledger::reversed(&units, before.units()));
        parts.map(|(with, before)| Amount::new(with.saturating_sub(before)).unwrap_or(Amount::MAX)).collect()
    }
}

impl Index {
    /// Everything that was given back of a sale, in its order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn returns(&self, sale: CommandId) -> Result<Vec<(Place, Timestamp, Return)>, Error> {
        let sql = format!(
            "SELECT refund.place, at, {COLUMNS} FROM refund JOIN record USING (place) WHERE refund.sale = ?1 ORDER BY refund.place"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed("returns"))?;
        let unreadable = || rusqlite::Error::InvalidColumnType(2, String::new(), rusqlite::types::Type::Blob);
        let rows = statement.query_map((sale.0,), |row| {
            let given = read(row, 2)?.ok_or_else(unreadable)?;
            Ok((place_of(row.get(0)?), Timestamp(row.get::<_, i64>(1)?.unsigned_abs()), given))
        });
        rows.map_err(failed("returns"))?.collect::<Result<_, _>>().map_err(failed("returns"))
    }
}

/// The numbers of giver and cause.
pub(super) fn numbers((giver, cause): (Giver, Cause)) -> (Option<u8>, Option<u8>) {
    let giver = (0..).zip(Giver::ALL).find(|(_, of)| *of == giver).map(|(number, _)| number);
    (giver, (0..).zip(Cause::ALL).find(|(_, of)| *of == cause).map(|(number, _)| number))
}

/// The [`COLUMNS`] of a row, which begin at `first`.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Return>> {
    let at = |column: usize| first.saturating_add(column);
    let Some(id) = row.get::<_, Option<[u8; 16]>>(first)?.map(CommandId) else { return Ok(None) };
    let unreadable = |column| rusqlite::Error::InvalidColumnType(at(column), String::new(), rusqlite::types::Type::Integer);
    let amount =
        |column| row.get::<_, i64>(at(column)).and_then(|units| Amount::new(units.unsigned_abs()).ok_or_else(|| unreadable(column)));
    let (returned, left) = (amount(1)?, amount(2)?);
    let number = |column| row.get::<_, u8>(at(column)).map(usize::from);
    let giver = Giver::ALL.get(number(3)?).copied().ok_or_else(|| unreadable(3))?;
    let cause = Cause::ALL.get(number(4)?).copied().ok_or_else(|| unreadable(4))?;
    Ok(Some(Return { id, returned, left, giver, cause }))
}
