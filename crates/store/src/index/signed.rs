//! The highest signed voucher of a session that is not over: what a payer whose disk is lost is shown, to check it.

use super::{Index, failed};
use crate::Error;
use market::Voucher;
use money::{Amount, CommandId};
use rusqlite::{OptionalExtension, Row};

/// Writes a voucher down if none as high is known.
pub(super) const KEEP: &str = "INSERT INTO signed VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (session) DO UPDATE SET
    (cumulative, signature, step, length, anchor) = (excluded.cumulative, excluded.signature, excluded.step, excluded.length, excluded.anchor)
    WHERE excluded.cumulative > signed.cumulative";

/// The columns of a voucher.
pub(super) type Columns = (i64, [u8; 64], Option<i64>, Option<u16>, Option<[u8; 32]>);

/// What stands in the columns for a signed voucher; links are not kept.
pub(super) fn columns(voucher: &Voucher) -> Option<Columns> {
    match voucher {
        Voucher::Link { .. } => None,
        Voucher::Signed { cumulative, signature } => Some((cumulative.credit(), *signature, None, None, None)),
        Voucher::Checkpoint { cumulative, signature, step, length, anchor } => {
            Some((cumulative.credit(), *signature, Some(step.credit()), Some(*length), Some(*anchor)))
        }
    }
}

impl Index {
    /// The highest signed voucher of a session that is not over.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn signed(&self, session: CommandId) -> Result<Option<Voucher>, Error> {
        let sql = "SELECT cumulative, signature, step, length, anchor FROM signed WHERE session = ?1";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("signed"))?;
        statement.query_row((session.0,), read).optional().map_err(failed("signed"))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Voucher> {
    let amount = |column, units: i64| {
        let unreadable = || rusqlite::Error::IntegralValueOutOfRange(column, units);
        u64::try_from(units).ok().and_then(Amount::new).ok_or_else(unreadable)
    };
    let (cumulative, signature) = (amount(0, row.get(0)?)?, row.get(1)?);
    let (step, length, anchor): (Option<i64>, Option<u16>, Option<[u8; 32]>) = (row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(match (step, length, anchor) {
        (Some(step), Some(length), Some(anchor)) => Voucher::Checkpoint { cumulative, signature, step: amount(2, step)?, length, anchor },
        _ => Voucher::Signed { cumulative, signature },
    })
}
