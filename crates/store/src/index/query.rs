//! Questions to the index.

use super::{Index, failed};
use crate::Error;
use market::{Class, Place};
use money::{Asset, CommandId, Party, Timestamp};
use rusqlite::Row;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Value came in over a rail.
    TopUp,
    /// A page was sold.
    Sale,
    /// A sale was taken back.
    Refund,
    /// A payee was given something.
    Tip,
}

/// One line of a party's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HistoryRow {
    /// Where its record stands; the cursor for the lines before it.
    pub place: Place,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Of which asset.
    pub asset: Asset,
    /// What it added to the party's value of the class, in base units; negative took.
    pub amount: i64,
    /// What stood after it.
    pub balance: i64,
    /// The sale it made or took back.
    pub sale: Option<CommandId>,
    /// The page that was sold: realm and path.
    pub item: Option<String>,
}

impl Kind {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Kind::TopUp => 1,
            Kind::Sale => 2,
            Kind::Refund => 3,
            Kind::Tip => 4,
        }
    }

    const fn from_byte(byte: u8) -> Option<Kind> {
        match byte {
            1 => Some(Kind::TopUp),
            2 => Some(Kind::Sale),
            3 => Some(Kind::Refund),
            4 => Some(Kind::Tip),
            _ => None,
        }
    }

    /// The word for exports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::TopUp => "top-up",
            Kind::Sale => "sale",
            Kind::Refund => "refund",
            Kind::Tip => "tip",
        }
    }
}

impl Index {
    /// A party's lines of one class, newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn history(&self, party: Party, class: Class, before: Option<Place>, limit: u32) -> Result<Vec<HistoryRow>, Error> {
        let sql = "SELECT frame, record, at, kind, asset, amount, balance, sale, item FROM entry
                   WHERE party = ?1 AND class = ?2 AND (frame, record) < (?3, ?4)
                   ORDER BY frame DESC, record DESC LIMIT ?5";
        let frame = before.map_or(i64::MAX, |place| i64::try_from(place.frame).unwrap_or(i64::MAX));
        let record = before.map_or(0, |place| place.record);
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("history"))?;
        let rows = statement.query_map((party.0, class.byte(), frame, record, limit), row).map_err(failed("history"))?;
        rows.collect::<Result<_, _>>().map_err(failed("history"))
    }
}

fn row(row: &Row<'_>) -> Result<HistoryRow, rusqlite::Error> {
    let unreadable = |column| rusqlite::Error::InvalidColumnType(column, String::new(), rusqlite::types::Type::Text);
    let asset: String = row.get(4)?;
    Ok(HistoryRow {
        place: Place { frame: row.get::<_, i64>(0)?.unsigned_abs(), record: row.get(1)? },
        at: Timestamp(row.get::<_, i64>(2)?.unsigned_abs()),
        kind: Kind::from_byte(row.get(3)?).ok_or_else(|| unreadable(3))?,
        asset: Asset::parse(&asset).map_err(|_| unreadable(4))?,
        amount: row.get(5)?,
        balance: row.get(6)?,
        sale: row.get::<_, Option<[u8; 16]>>(7)?.map(CommandId),
        item: row.get(8)?,
    })
}
