//! Questions to the index.

use super::project::{number_of, place_of};
use super::refunds::{self, COLUMNS, JOIN, Return};
use super::usage::{CAPTURE, Capture, JOIN_CAPTURE, read_capture};
use super::{Index, failed};
use crate::Error;
use market::{Class, Place};
use money::{Asset, CommandId, Party, Timestamp};
use rusqlite::{OptionalExtension, Row};

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
    /// What a session had drawn was captured.
    Session,
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
    /// The sale it made or took back, or the session it captured.
    pub sale: Option<CommandId>,
    /// The page that was sold, or the pattern that the session was opened for: realm and path.
    pub item: Option<String>,
    /// What of the sale it gave back, if it is a refund.
    pub given: Option<Return>,
    /// What of the session it captured, if it is a capture.
    pub captured: Option<Capture>,
}

impl HistoryRow {
    /// The serial of its receipt: of the sale it made or took back, or of the capture it is.
    #[must_use]
    pub fn receipt(&self) -> Option<CommandId> {
        if self.kind == Kind::Session { self.captured.map(|captured| captured.id) } else { self.sale }
    }
}

/// The columns that [`line`] reads, and where from.
pub(super) fn select() -> String {
    format!(
        "SELECT record.place, record.at, record.kind, entry.amount, entry.balance, record.sale, item, {COLUMNS}, {CAPTURE}
         FROM entry JOIN record USING (place) {JOIN} {JOIN_CAPTURE}"
    )
}

impl Kind {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Kind::TopUp => 1,
            Kind::Sale => 2,
            Kind::Refund => 3,
            Kind::Tip => 4,
            // 5 and 6 are of events without a line.
            Kind::Session => 7,
        }
    }

    const fn from_byte(byte: u8) -> Option<Kind> {
        match byte {
            1 => Some(Kind::TopUp),
            2 => Some(Kind::Sale),
            3 => Some(Kind::Refund),
            4 => Some(Kind::Tip),
            7 => Some(Kind::Session),
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
            Kind::Session => "session",
        }
    }
}

impl Index {
    /// A party's lines of one class, newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn history(&self, party: Party, class: Class, before: Option<Place>, limit: u32) -> Result<Vec<HistoryRow>, Error> {
        let sql = format!("{} WHERE standing = ?1 AND entry.place < ?2 ORDER BY entry.place DESC LIMIT ?3", select());
        let mut lines = self.lines((party, class), &sql, before.map_or(i64::MAX, number_of), limit)?;
        // Each asset's lines are in order; a party rarely has two.
        lines.sort_by_key(|line| std::cmp::Reverse(line.place));
        lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(lines)
    }

    /// The same with one line for a session: that of its last capture.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn history_by_session(&self, party: Party, class: Class, before: Option<Place>, limit: u32) -> Result<Vec<HistoryRow>, Error> {
        let sql = format!(
            "{} WHERE standing = ?1 AND entry.place < ?2
             AND (record.kind <> 7 OR record.place = (SELECT last FROM session WHERE session.id = record.sale))
             ORDER BY entry.place DESC LIMIT ?3",
            select()
        );
        let mut lines = self.lines((party, class), &sql, before.map_or(i64::MAX, number_of), limit)?;
        lines.sort_by_key(|line| std::cmp::Reverse(line.place));
        lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(lines)
    }

    /// The same the other way: oldest first, at most `limit` of those after `after`. For sums that are carried on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn onward(&self, party: Party, class: Class, after: Option<Place>, limit: u32) -> Result<Vec<HistoryRow>, Error> {
        let sql = format!("{} WHERE standing = ?1 AND entry.place > ?2 ORDER BY entry.place LIMIT ?3", select());
        let mut lines = self.lines((party, class), &sql, after.map_or(-1, number_of), limit)?;
        lines.sort_by_key(|line| line.place);
        lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(lines)
    }

    /// The place that parts the records by an instant: those before the instant stand before it, all others at it or after
    /// it. The bound of a list by day.
    ///
    /// Records stand in the order of time, so the place is found by halving; no row needs an index of its instant.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn place_at(&self, at: Timestamp) -> Result<Place, Error> {
        let failed = || failed("place at");
        let last = self.connection.query_row("SELECT coalesce(max(place), 0) FROM record", (), |row| row.get::<_, i64>(0));
        let (mut low, mut high) = (0_i64, last.map_err(failed())?.saturating_add(1));
        let sql = "SELECT at FROM record WHERE place >= ?1 ORDER BY place LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed())?;
        while low < high {
            let middle = low.midpoint(high);
            let found = statement.query_row((middle,), |row| row.get::<_, i64>(0)).optional().map_err(failed())?;
            if found.is_some_and(|found| found.unsigned_abs() < at.0) { low = middle.saturating_add(1) } else { high = middle }
        }
        Ok(place_of(low))
    }

    fn lines(&self, (party, class): (Party, Class), sql: &str, bound: i64, limit: u32) -> Result<Vec<HistoryRow>, Error> {
        let failed = || failed("history");
        let mut of_party =
            self.connection.prepare_cached("SELECT number, asset FROM standing WHERE party = ?1 AND class = ?2").map_err(failed())?;
        let standings = of_party.query_map((party.0, class.byte()), |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed())?;
        let mut statement = self.connection.prepare_cached(sql).map_err(failed())?;
        let mut lines = Vec::new();
        for standing in standings {
            let (number, asset): (i64, String) = standing.map_err(failed())?;
            let rows = statement.query_map((number, bound, limit), |row| line(row, &asset)).map_err(failed())?;
            lines.extend(rows.collect::<Result<Vec<_>, _>>().map_err(failed())?);
        }
        Ok(lines)
    }
}

pub(super) fn line(row: &Row<'_>, asset: &str) -> Result<HistoryRow, rusqlite::Error> {
    let unreadable = |column| rusqlite::Error::InvalidColumnType(column, String::new(), rusqlite::types::Type::Text);
    Ok(HistoryRow {
        place: place_of(row.get(0)?),
        at: Timestamp(row.get::<_, i64>(1)?.unsigned_abs()),
        kind: Kind::from_byte(row.get(2)?).ok_or_else(|| unreadable(2))?,
        asset: Asset::parse(asset).map_err(|_| unreadable(1))?,
        amount: row.get(3)?,
        balance: row.get(4)?,
        sale: row.get::<_, Option<[u8; 16]>>(5)?.map(CommandId),
        item: row.get(6)?,
        given: refunds::read(row, 7)?,
        captured: read_capture(row, 12)?,
    })
}
