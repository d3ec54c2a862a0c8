//! Questions about sessions: what each stands at, what its captures were of, what was used of each offer a day.

use super::project::{number_of, place_of};
use super::{Index, failed};
use crate::Error;
use market::{Place, SessionKind};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Params, Row};

/// One session as the records made it; of one that goes on, as of the index's last commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: CommandId,
    /// Where its opening stands; the cursor for those before it.
    pub place: Place,
    /// When it was opened.
    pub at: Timestamp,
    /// Who pays.
    pub payer: Party,
    /// Who is paid: the handle.
    pub payee: String,
    /// The version it was opened under.
    pub offer: OfferId,
    /// What that opens: realm and pattern.
    pub item: String,
    /// Of what.
    pub asset: Asset,
    /// What authorises.
    pub kind: SessionKind,
    /// When it ends by itself.
    pub until: Timestamp,
    /// What is or was held.
    pub cap: Amount,
    /// What was delivered.
    pub drawn: Amount,
    /// What was posted of it.
    pub captured: Amount,
    /// In how many captures.
    pub captures: u32,
    /// How many units were delivered, of whatever versions.
    pub units: u64,
    /// By how many offer versions.
    pub versions: u32,
    /// How it ended, once it has.
    pub end: Option<SessionEnd>,
}

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionEnd {
    /// When.
    pub at: Timestamp,
    /// What went back into the wallet.
    pub released: Amount,
    /// Who ended it.
    pub by: EndedBy,
}

/// Who ended a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndedBy {
    /// Who paid.
    Payer,
    /// Nobody: nothing was drawn for long.
    Idle,
    /// Its time was over.
    Expiry,
    /// The operator.
    Operator,
}

/// What was drawn from a session by one offer version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionPart {
    /// The version.
    pub offer: OfferId,
    /// How many units.
    pub units: u64,
    /// What they cost.
    pub drawn: Amount,
    /// What was posted of that.
    pub captured: Amount,
}

/// What one record captured of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capture {
    /// The posting's id, which is its receipt's serial.
    pub id: CommandId,
    /// Which capture of its session it is, from 1.
    pub number: u32,
    /// The version it is of.
    pub offer: OfferId,
    /// How many units.
    pub units: u64,
    /// What they cost.
    pub amount: Amount,
}

/// A draw that reached a share of what is held, at which payer and payee are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Told {
    /// The share, in percent.
    pub level: u8,
    /// What was drawn with it.
    pub drawn: Amount,
    /// What was held.
    pub cap: Amount,
}

/// What was captured of one offer version on one day of UTC.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Used {
    /// Days since 1970.
    pub day: u64,
    /// The version.
    pub offer: OfferId,
    /// How many units.
    pub units: u64,
    /// What they cost.
    pub amount: Amount,
    /// In how many captures.
    pub captures: u64,
}

/// What a payee's sessions that go on come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Open {
    /// How many there are.
    pub sessions: u64,
    /// What is held.
    pub held: Amount,
    /// What was delivered.
    pub drawn: Amount,
    /// What was posted of it.
    pub captured: Amount,
}

/// Which sessions of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// All.
    All,
    /// Those that go on.
    Open,
    /// Those that are over.
    Ended,
}

impl EndedBy {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            EndedBy::Payer => "payer",
            EndedBy::Idle => "idle",
            EndedBy::Expiry => "expiry",
            EndedBy::Operator => "operator",
        }
    }
}

impl Which {
    const fn clause(self) -> &'static str {
        match self {
            Which::All => "",
            Which::Open => "AND session.ended IS NULL",
            Which::Ended => "AND session.ended IS NOT NULL",
        }
    }
}

/// The columns of a [`SessionRow`], and where from.
pub(super) const SESSION: &str = "session.id, session.opened, session.at, session.payer, session.asset, session.kind, session.until,
    session.cap, session.drawn, session.captured, session.captures, session.ended_at, session.released, session.ended_by,
    opening.id, opening.pages, seller.handle, (SELECT coalesce(sum(units), 0) FROM drawn WHERE drawn.session = session.id),
    (SELECT count(*) FROM drawn WHERE drawn.session = session.id)";
const OF_SESSION: &str =
    "session JOIN offer AS opening ON opening.number = session.offer JOIN payee AS seller ON seller.number = session.payee";
/// Finds the session of a record that is about one.
pub(super) const JOIN_SESSION: &str = "LEFT JOIN session ON record.kind IN (7, 8, 9) AND session.id = record.sale
    LEFT JOIN offer AS opening ON opening.number = session.offer LEFT JOIN payee AS seller ON seller.number = session.payee";
/// The columns of a [`Capture`], for a row of `record` that may be one.
pub(super) const CAPTURE: &str = "capture.id, capture.number, captured_by.id, capture.units, capture.amount";
/// Finds them. Only a record of this kind has some.
pub(super) const JOIN_CAPTURE: &str =
    "LEFT JOIN capture ON record.kind = 7 AND capture.session = record.sale AND capture.place = record.place
    LEFT JOIN offer AS captured_by ON captured_by.number = capture.offer";
/// The columns of a [`Told`].
pub(super) const TOLD: &str = "told.level, told.drawn, told.cap";
/// Finds them.
pub(super) const JOIN_TOLD: &str = "LEFT JOIN told ON record.kind = 9 AND told.place = record.place";

impl Index {
    /// A session.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn session(&self, id: CommandId) -> Result<Option<SessionRow>, Error> {
        self.session_rows(&format!("SELECT {SESSION} FROM {OF_SESSION} WHERE session.id = ?1"), (id.0,)).map(|rows| rows.into_iter().next())
    }

    /// A payer's sessions, the newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn sessions_of_payer(&self, payer: Party, which: Which, before: Option<Place>, limit: u32) -> Result<Vec<SessionRow>, Error> {
        let sql = format!(
            "SELECT {SESSION} FROM {OF_SESSION} WHERE session.payer = ?1 AND session.opened < ?2 {} ORDER BY session.opened DESC LIMIT ?3",
            which.clause()
        );
        self.session_rows(&sql, (payer.0, before.map_or(i64::MAX, number_of), limit))
    }

    /// The sessions in which a payee is paid, the newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn sessions_of_payee(&self, payee: &str, which: Which, before: Option<Place>, limit: u32) -> Result<Vec<SessionRow>, Error> {
        let sql = format!(
            "SELECT {SESSION} FROM {OF_SESSION} WHERE session.payee = (SELECT number FROM payee WHERE handle = ?1) AND session.opened < ?2 {}
             ORDER BY session.opened DESC LIMIT ?3",
            which.clause()
        );
        self.session_rows(&sql, (payee, before.map_or(i64::MAX, number_of), limit))
    }

    /// What was drawn from a session by each offer version, in the order of the books.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn session_parts(&self, id: CommandId) -> Result<Vec<SessionPart>, Error> {
        let sql =
            "SELECT offer.id, units, drawn, captured FROM drawn JOIN offer ON offer.number = drawn.offer WHERE session = ?1 ORDER BY part";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("session"))?;
        let part = |row: &Row<'_>| {
            let (drawn, captured) = (amount(row, 2)?, amount(row, 3)?);
            Ok(SessionPart { offer: OfferId(row.get(0)?), units: units(row, 1)?, drawn, captured })
        };
        let rows = statement.query_map((id.0,), part).map_err(failed("session"))?;
        rows.collect::<Result<_, _>>().map_err(failed("session"))
    }

    /// The captures of a session, the newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn captures(&self, id: CommandId, limit: u32) -> Result<Vec<(Timestamp, Capture)>, Error> {
        let sql = format!(
            "SELECT record.at, {CAPTURE} FROM capture JOIN record USING (place) JOIN offer AS captured_by ON captured_by.number = capture.offer
             WHERE capture.session = ?1 ORDER BY capture.place DESC LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed("captures"))?;
        let unreadable = || rusqlite::Error::InvalidColumnType(1, String::new(), Type::Blob);
        let capture = |row: &Row<'_>| {
            let at = Timestamp(row.get::<_, i64>(0)?.unsigned_abs());
            Ok((at, read_capture(row, 1)?.ok_or_else(unreadable)?))
        };
        let rows = statement.query_map((id.0, limit), capture).map_err(failed("captures"))?;
        rows.collect::<Result<_, _>>().map_err(failed("captures"))
    }

    /// The capture of an id: its session, where and when it stands, and what it was of.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn capture(&self, id: CommandId) -> Result<Option<(CommandId, Place, Timestamp, Capture)>, Error> {
        let sql = format!(
            "SELECT capture.session, record.place, record.at, {CAPTURE} FROM capture JOIN record USING (place)
             JOIN offer AS captured_by ON captured_by.number = capture.offer WHERE capture.id = ?1"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed("capture"))?;
        let unreadable = || rusqlite::Error::InvalidColumnType(3, String::new(), Type::Blob);
        let found = statement.query_row((id.0,), |row| {
            let at = Timestamp(row.get::<_, i64>(2)?.unsigned_abs());
            Ok((CommandId(row.get(0)?), place_of(row.get(1)?), at, read_capture(row, 3)?.ok_or_else(unreadable)?))
        });
        found.optional().map_err(failed("capture"))
    }

    /// What was captured of a payee's offers from one day of UTC to another, both included; the latest day first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn used(&self, payee: &str, (from, to): (u64, u64)) -> Result<Vec<Used>, Error> {
        let sql = "SELECT day, offer.id, units, amount, captures FROM used JOIN offer ON offer.number = used.offer
                   WHERE used.payee = (SELECT number FROM payee WHERE handle = ?1) AND day >= ?2 AND day <= ?3
                   ORDER BY day DESC, used.amount DESC, offer.number";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("used"))?;
        let of = |row: &Row<'_>| {
            let (amount, captures) = (amount(row, 3)?, units(row, 4)?);
            Ok(Used { day: units(row, 0)?, offer: OfferId(row.get(1)?), units: units(row, 2)?, amount, captures })
        };
        let day = |day: u64| i64::try_from(day).unwrap_or(i64::MAX);
        let rows = statement.query_map((payee, day(from), day(to)), of).map_err(failed("used"))?;
        rows.collect::<Result<_, _>>().map_err(failed("used"))
    }

    /// What a payee's sessions that go on come to in one asset.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn open_sessions(&self, payee: &str, asset: Asset) -> Result<Open, Error> {
        let sql = "SELECT count(*), coalesce(sum(cap), 0), coalesce(sum(drawn), 0), coalesce(sum(captured), 0) FROM session
                   WHERE payee = (SELECT number FROM payee WHERE handle = ?1) AND asset = ?2 AND ended IS NULL";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("open sessions"))?;
        let open =
            |row: &Row<'_>| Ok(Open { sessions: units(row, 0)?, held: amount(row, 1)?, drawn: amount(row, 2)?, captured: amount(row, 3)? });
        statement.query_row((payee, asset.as_str()), open).map_err(failed("open sessions"))
    }

    fn session_rows(&self, sql: &str, params: impl Params) -> Result<Vec<SessionRow>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("sessions"))?;
        let unreadable = || rusqlite::Error::InvalidColumnType(0, String::new(), Type::Blob);
        let rows = statement.query_map(params, |row| read_session(row, 0)?.ok_or_else(unreadable)).map_err(failed("sessions"))?;
        rows.collect::<Result<_, _>>().map_err(failed("sessions"))
    }
}

fn units(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

fn amount(row: &Row<'_>, column: usize) -> rusqlite::Result<Amount> {
    let unreadable = || rusqlite::Error::InvalidColumnType(column, String::new(), Type::Integer);
    units(row, column).and_then(|units| Amount::new(units).ok_or_else(unreadable))
}

/// The [`SESSION`] of a row, which begin at `first`.
pub(super) fn read_session(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<SessionRow>> {
    let at = |column: usize| first.saturating_add(column);
    let wrong = |column, kind| rusqlite::Error::InvalidColumnType(at(column), String::new(), kind);
    let Some(id) = row.get::<_, Option<[u8; 16]>>(first)?.map(CommandId) else { return Ok(None) };
    let end = match row.get::<_, Option<i64>>(at(11))? {
        None => None,
        Some(ended) => Some(SessionEnd {
            at: Timestamp(ended.unsigned_abs()),
            released: amount(row, at(12))?,
            by: match row.get::<_, u8>(at(13))? {
                0 => EndedBy::Payer,
                1 => EndedBy::Idle,
                2 => EndedBy::Expiry,
                _ => EndedBy::Operator,
            },
        }),
    };
    Ok(Some(SessionRow {
        id,
        place: place_of(row.get(at(1))?),
        at: Timestamp(units(row, at(2))?),
        payer: Party(row.get(at(3))?),
        asset: Asset::parse(&row.get::<_, String>(at(4))?).map_err(|_| wrong(4, Type::Text))?,
        kind: match row.get::<_, u8>(at(5))? {
            0 => SessionKind::Trusted,
            1 => SessionKind::Signed,
            _ => SessionKind::Chain,
        },
        until: Timestamp(units(row, at(6))?),
        cap: amount(row, at(7))?,
        drawn: amount(row, at(8))?,
        captured: amount(row, at(9))?,
        captures: row.get(at(10))?,
        end,
        offer: OfferId(row.get(at(14))?),
        item: row.get(at(15))?,
        payee: row.get(at(16))?,
        units: units(row, at(17))?,
        versions: row.get(at(18))?,
    }))
}

/// The [`CAPTURE`] of a row, which begin at `first`.
pub(super) fn read_capture(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Capture>> {
    let at = |column: usize| first.saturating_add(column);
    let Some(id) = row.get::<_, Option<[u8; 16]>>(first)?.map(CommandId) else { return Ok(None) };
    let (number, offer) = (row.get(at(1))?, OfferId(row.get(at(2))?));
    Ok(Some(Capture { id, number, offer, units: units(row, at(3))?, amount: amount(row, at(4))? }))
}

/// The [`TOLD`] of a row, which begin at `first`.
pub(super) fn read_told(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Told>> {
    let at = |column: usize| first.saturating_add(column);
    let Some(level) = row.get(first)? else { return Ok(None) };
    Ok(Some(Told { level, drawn: amount(row, at(1))?, cap: amount(row, at(2))? }))
}
