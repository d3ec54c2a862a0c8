//! What payees are told of: the records that are about them, in the order of the journal.

use super::coins;
use super::project::{number_of, place_of};
use super::refunds::{self, COLUMNS, JOIN, Return};
use super::streams;
use super::usage::{
    CAPTURE, Capture, JOIN_CAPTURE, JOIN_SESSION, JOIN_TOLD, SESSION, SessionRow, TOLD, Told, read_capture, read_session, read_told,
};
use super::{Index, failed};
use crate::Error;
use market::Place;
use money::{CommandId, OfferId, Timestamp};
use rusqlite::{Row, params};

/// What a record did to a payee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happened {
    /// Value came in over a rail, to the payee's own party.
    TopUp,
    /// A page was sold.
    Sale,
    /// A sale was taken back.
    Refund,
    /// A version of an offer stands.
    OfferSet,
    /// An offer was withdrawn.
    OfferEnded,
    /// What a session had drawn was captured.
    Session,
    /// A session is over.
    SessionEnded,
    /// A session is drawn to a share of what it holds, at which its payer is told.
    SessionTold,
    /// A coin has arrived past the books.
    CoinPaid,
}

/// A record that is about a payee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventRow {
    /// Where its record stands.
    pub place: Place,
    /// When.
    pub at: Timestamp,
    /// What.
    pub happened: Happened,
    /// The sale it made or took back, or the session it captured.
    pub sale: Option<CommandId>,
    /// The page that was sold, or the pattern that the session was opened for: realm and path.
    pub item: Option<String>,
    /// The version of the offer that it is about; of a session the one it was opened under.
    pub offer: Option<OfferId>,
    /// What of the sale it gave back, if it is a refund.
    pub given: Option<Return>,
    /// The session it is about; what of it moves is true of one that is over, and else as of the last commit.
    pub session: Option<SessionRow>,
    /// What of it was captured, if it is a capture.
    pub captured: Option<Capture>,
    /// Which share it reached, if it says so.
    pub told: Option<Told>,
}

impl Happened {
    /// The first three and that of a capture are those of [`super::Kind`]; the others have no line in any history.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Happened::TopUp => 1,
            Happened::Sale => 2,
            Happened::Refund => 3,
            Happened::OfferSet => 5,
            Happened::OfferEnded => 6,
            Happened::Session => 7,
            Happened::SessionEnded => streams::ENDED,
            Happened::SessionTold => streams::TOLD,
            Happened::CoinPaid => coins::PAID,
        }
    }

    fn from_byte(byte: u8) -> Option<Happened> {
        let all = [
            Happened::TopUp,
            Happened::Sale,
            Happened::Refund,
            Happened::OfferSet,
            Happened::OfferEnded,
            Happened::Session,
            Happened::SessionEnded,
            Happened::SessionTold,
            Happened::CoinPaid,
        ];
        all.into_iter().find(|happened| happened.byte() == byte)
    }
}

/// A payee's records, whatever else is asked of them.
fn of_payee(more: &str) -> String {
    format!(
        "SELECT record.place, record.at, record.kind, record.sale, item, offer.id, {COLUMNS}, {SESSION}, {CAPTURE}, {TOLD}
         FROM event JOIN record USING (place) {JOIN} {JOIN_SESSION} {JOIN_CAPTURE} {JOIN_TOLD}
         LEFT JOIN offer ON offer.number = event.offer
         WHERE event.payee = (SELECT number FROM payee WHERE handle = ?1) AND event.place {more}"
    )
}

impl Index {
    /// A payee's records from `from` on, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn events(&self, payee: &str, from: Place, limit: u32) -> Result<Vec<EventRow>, Error> {
        self.event_rows(&of_payee(">= ?2 ORDER BY event.place LIMIT ?3"), (payee, number_of(from), limit))
    }

    /// A payee's records before `before`, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn events_before(&self, payee: &str, before: Option<Place>, limit: u32) -> Result<Vec<EventRow>, Error> {
        let before = before.map_or(i64::MAX, number_of);
        self.event_rows(&of_payee("< ?2 ORDER BY event.place DESC LIMIT ?3"), (payee, before, limit))
    }

    fn event_rows(&self, sql: &str, (payee, place, limit): (&str, i64, u32)) -> Result<Vec<EventRow>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("events"))?;
        let rows = statement.query_map(params![payee, place, limit], read).map_err(failed("events"))?;
        rows.collect::<Result<_, _>>().map_err(failed("events"))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    let unreadable = || rusqlite::Error::InvalidColumnType(2, String::new(), rusqlite::types::Type::Integer);
    Ok(EventRow {
        place: place_of(row.get(0)?),
        at: Timestamp(row.get::<_, i64>(1)?.unsigned_abs()),
        happened: Happened::from_byte(row.get(2)?).ok_or_else(unreadable)?,
        sale: row.get::<_, Option<[u8; 16]>>(3)?.map(CommandId),
        item: row.get(4)?,
        offer: row.get::<_, Option<[u8; 32]>>(5)?.map(OfferId),
        given: refunds::read(row, 6)?,
        session: read_session(row, 11)?,
        captured: read_capture(row, 30)?,
        told: read_told(row, 35)?,
    })
}
