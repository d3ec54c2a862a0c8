//! Sessions, followed record by record: what was drawn by each offer version, what was captured of it, how each ended.
//!
//! A session is drawn from thousands of times between two commits, so its figures are counted in memory and written once a
//! commit, with all that is needed to go on counting after a restart. What a payee or payer is told of is written at once.

use super::films::Films;
use market::{
    Body, Call, Draw, Effect, EndReason, EndSession, OpenSession, Record, SessionKind, Settle, session::RESERVE, session::capture_id,
};
use money::{CommandId, OfferId, Timestamp};
use rusqlite::{Connection, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// More running sessions than this are not remembered; then the memory begins anew.
const MOST_KNOWN: usize = 1 << 20;

/// The numbers that a record of a session has in the table of records, beside the 7 of a capture.
pub(super) const ENDED: u8 = 8;
pub(super) const TOLD: u8 = 9;

/// A call does not lapse.
const FOREVER: u64 = i64::MAX.unsigned_abs();

/// Fills the tables of sessions.
pub(super) struct Streams<'c> {
    running: BTreeMap<CommandId, Running>,
    /// Sessions whose rows are behind.
    moved: BTreeSet<CommandId>,
    films: Films<'c>,
    statements: Statements<'c>,
}

/// A session that is not over.
#[derive(Default)]
struct Running {
    payee: i64,
    offer: i64,
    pages: String,
    cap: u64,
    captures: u32,
    captured: u64,
    last: Option<i64>,
    /// Who said first that it is to end.
    by: Option<u8>,
    parts: Vec<Part>,
    reserves: BTreeMap<u32, Reserved>,
}

/// What was drawn by one offer version.
#[derive(Default)]
struct Part {
    offer: i64,
    units: u64,
    drawn: u64,
    captured: u64,
    /// How many of the units are in captures.
    counted: u64,
}

/// Units that were set aside and are neither drawn nor given back.
struct Reserved {
    part: usize,
    units: u64,
    until: u64,
}

struct Statements<'c> {
    offer: Statement<'c>,
    open: Statement<'c>,
    load: Statement<'c>,
    load_parts: Statement<'c>,
    load_reserves: Statement<'c>,
    part_offer: Statement<'c>,
    figures: Statement<'c>,
    part: Statement<'c>,
    no_reserves: Statement<'c>,
    reserve: Statement<'c>,
    capture: Statement<'c>,
    used: Statement<'c>,
    told: Statement<'c>,
    end: Statement<'c>,
    record: Statement<'c>,
    event: Statement<'c>,
}

/// Where and when a record stands.
type At = (i64, Timestamp);

impl<'c> Streams<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Streams<'c>, rusqlite::Error> {
        let (films, statements) = (Films::new(connection)?, Statements::new(connection)?);
        Ok(Streams { running: BTreeMap::new(), moved: BTreeSet::new(), films, statements })
    }

    /// Enters a record, if it is about a session.
    pub(super) fn enter(&mut self, record: &Record, at: At) -> Result<(), rusqlite::Error> {
        let id = record.command.id;
        match (&record.command.body, record.applied.effect) {
            (Body::OpenSession(open), Effect::SessionOpened(_)) => self.opened(record, open, at),
            (Body::RaiseSession(raise), Effect::SessionRaised(cap)) => {
                self.of(raise.session)?.cap = cap.units();
                Ok(())
            }
            (Body::Draw(draw), Effect::Drawn { amount, told }) => {
                let part = self.request(id, draw, at.1)?;
                self.drew((id, part), (draw.units, amount.units()), (told, at))
            }
            (Body::Reserve(draw), Effect::Reserved(_)) => {
                let part = self.request(id, draw, at.1)?;
                let reserved = Reserved { part, units: draw.units, until: at.1.after(RESERVE).0 };
                self.of(id)?.reserves.insert(draw.seq, reserved);
                Ok(())
            }
            (Body::Call(Call { draw, delivered }), Effect::Reserved(_) | Effect::Called { .. }) => {
                if let Effect::Called { drawn, told, .. } = record.applied.effect {
                    let units = self.delivered(id, delivered.seqs(draw.seq))?;
                    self.drew((id, draw.version.into()), (units, drawn.units()), (told, at))?;
                }
                let part = self.request(id, draw, at.1)?;
                self.of(id)?.reserves.insert(draw.seq, Reserved { part, units: draw.units, until: FOREVER });
                Ok(())
            }
            (Body::Settle(settle), Effect::Drawn { amount, told }) => {
                let (part, units) = self.settled(id, settle, at.1)?;
                self.drew((id, part), (units, amount.units()), (told, at))
            }
            (Body::Watch(watch), Effect::Drawn { amount, told }) => {
                let draw = Draw { seq: 0, print: 0, voucher: None, version: watch.version, offer: watch.offer, units: 0 };
                let part = self.request(id, &draw, at.1)?;
                let units = self.films.enter(id, watch.piece)?;
                self.drew((id, part), (units, amount.units()), (told, at))
            }
            // Of a session that is over nothing is drawn, and it is no longer followed.
            (Body::Count(count), Effect::Counted { amount, unbilled, told } | Effect::CountedAside { amount, unbilled, told })
                if count.units > unbilled =>
            {
                let units = count.units.saturating_sub(unbilled);
                self.drew((id, count.version.into()), (units, amount.units()), (told, at))
            }
            (Body::CaptureSession { number }, Effect::Captured { .. }) => self.captured(id, *number, at),
            (Body::EndSession(EndSession { reason }), Effect::SessionClosing) => {
                let session = self.of(id)?;
                session.by = session.by.or(Some(number_of(reason)));
                Ok(())
            }
            (Body::EndSession(EndSession { reason }), Effect::SessionEnded { released }) => self.ended(id, (reason, released.credit()), at),
            _ => Ok(()),
        }
    }

    /// The number of the offer that an event is priced by.
    pub(super) fn part_of(&mut self, record: &Record) -> Result<Option<i64>, rusqlite::Error> {
        let Body::Count(count) = &record.command.body else { return Ok(None) };
        let at = usize::from(count.version);
        let known = self.running.get(&record.command.id).and_then(|session| session.parts.get(at)).map(|part| part.offer);
        match known {
            Some(offer) => Ok(Some(offer)),
            // It is over: its rows stand.
            None => self.statements.part_offer.query_row((record.command.id.0, count.version), |row| row.get(0)).map(Some),
        }
    }

    /// Writes what moved, before a commit.
    pub(super) fn settle(&mut self) -> Result<(), rusqlite::Error> {
        self.films.settle()?;
        for id in std::mem::take(&mut self.moved) {
            if let Some(session) = self.running.get(&id) {
                self.statements.write(id, session)?;
            }
        }
        if self.running.len() > MOST_KNOWN {
            self.running.clear();
        }
        Ok(())
    }

    /// A session that goes on, whose row is behind from now on.
    fn of(&mut self, id: CommandId) -> Result<&mut Running, rusqlite::Error> {
        if !self.running.contains_key(&id) {
            let loaded = self.statements.read(id)?;
            self.running.insert(id, loaded);
        }
        self.moved.insert(id);
        Ok(self.running.entry(id).or_default())
    }

    fn opened(&mut self, record: &Record, open: &OpenSession, (place, at): At) -> Result<(), rusqlite::Error> {
        let (id, market::Maker::Party(payer)) = (record.command.id, record.command.maker) else { return Ok(()) };
        let (offer, payee, pages) = self.statements.offer(open.offer)?;
        let until = i64::try_from(open.until.0).unwrap_or(i64::MAX);
        let kind = match open.terms.kind {
            SessionKind::Trusted => 0_u8,
            SessionKind::Signed => 1,
            SessionKind::Chain => 2,
        };
        let row =
            rusqlite::params![id.0, offer, payee, payer.0, open.asset.as_str(), kind, place, units_of(at.0), until, open.cap.credit()];
        self.statements.open.execute(row)?;
        let parts = vec![Part { offer, ..Part::default() }];
        self.running.insert(id, Running { payee, offer, pages, cap: open.cap.units(), parts, ..Running::default() });
        self.moved.insert(id);
        Ok(())
    }

    /// The part of a session that a request is priced by, which may be its first; what lapsed is forgotten on the way.
    fn request(&mut self, id: CommandId, draw: &Draw, now: Timestamp) -> Result<usize, rusqlite::Error> {
        let offer = draw.offer.map(|offer| self.statements.offer(offer)).transpose()?;
        let session = self.of(id)?;
        session.reserves.retain(|_, reserved| now.0 < reserved.until);
        if let Some((offer, ..)) = offer {
            session.parts.push(Part { offer, ..Part::default() });
        }
        Ok(usize::from(draw.version))
    }

    /// What a settle draws of its reserve: never more than that.
    fn settled(&mut self, id: CommandId, settle: &Settle, now: Timestamp) -> Result<(usize, u64), rusqlite::Error> {
        let session = self.of(id)?;
        let Some(reserved) = session.reserves.remove(&settle.seq) else { return Ok((usize::MAX, 0)) };
        if settle.again > 0 {
            let until = if reserved.until == FOREVER { FOREVER } else { now.after(RESERVE).0 };
            let again = Reserved { part: reserved.part, units: settle.again, until };
            session.reserves.insert(settle.seq, again);
        }
        Ok((reserved.part, settle.units.min(reserved.units)))
    }

    /// The units of calls that are told to be delivered.
    fn delivered(&mut self, id: CommandId, seqs: impl Iterator<Item = u32>) -> Result<u64, rusqlite::Error> {
        let session = self.of(id)?;
        Ok(seqs.filter_map(|seq| session.reserves.remove(&seq)).fold(0, |sum, call| sum.saturating_add(call.units)))
    }

    fn drew(&mut self, (id, part): (CommandId, usize), (units, amount): (u64, u64), (told, at): (u8, At)) -> Result<(), rusqlite::Error> {
        let session = self.of(id)?;
        if let Some(part) = session.parts.get_mut(part) {
            part.units = part.units.saturating_add(units);
            part.drawn = part.drawn.saturating_add(amount);
        }
        if told == 0 {
            return Ok(());
        }
        let drawn = session.drawn();
        let (payee, offer, pages, cap) = (session.payee, session.offer, session.pages.clone(), session.cap);
        self.statements.told.execute((at.0, told, units_of(drawn), units_of(cap)))?;
        self.statements.happened((id, TOLD), (payee, offer, &pages), at)
    }

    /// The capture of the first part that has something to post, as the books choose it.
    fn captured(&mut self, id: CommandId, number: u32, (place, at): At) -> Result<(), rusqlite::Error> {
        let session = self.of(id)?;
        let payee = session.payee;
        let Some(part) = session.parts.iter_mut().find(|part| part.captured < part.drawn) else { return Ok(()) };
        let amount = part.drawn.saturating_sub(part.captured);
        let units = part.units.saturating_sub(part.counted);
        (part.captured, part.counted) = (part.drawn, part.units);
        let offer = part.offer;
        (session.captures, session.last) = (number, Some(place));
        session.captured = session.captured.saturating_add(amount);
        let (units, amount) = (units_of(units), units_of(amount));
        self.statements.capture.execute((id.0, place, capture_id(id, number).0, number, offer, units, amount))?;
        self.statements.used.execute((payee, units_of(at.utc_day()), offer, units, amount)).map(drop)
    }

    fn ended(&mut self, id: CommandId, (reason, released): (&EndReason, i64), at: At) -> Result<(), rusqlite::Error> {
        let session = self.of(id)?;
        session.reserves.clear();
        let by = session.by.unwrap_or(number_of(reason));
        self.films.end(id)?;
        self.moved.remove(&id);
        let Some(session) = self.running.remove(&id) else { return Ok(()) };
        self.statements.write(id, &session)?;
        self.statements.end.execute((id.0, at.0, units_of(at.1.0), released, by))?;
        self.statements.happened((id, ENDED), (session.payee, session.offer, &session.pages), at)
    }
}

impl Running {
    fn drawn(&self) -> u64 {
        self.parts.iter().fold(0, |sum, part| sum.saturating_add(part.drawn))
    }
}

fn units_of(units: u64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// Who ended a session, as the tables have it: 0 its payer, by signature or press, 1 nobody for long, 2 its time, 3 the operator.
fn number_of(reason: &EndReason) -> u8 {
    match reason {
        EndReason::Payer { .. } | EndReason::Pressed { .. } => 0,
        EndReason::Idle => 1,
        EndReason::Expired => 2,
        EndReason::Operator => 3,
    }
}

impl<'c> Statements<'c> {
    fn new(connection: &'c Connection) -> Result<Statements<'c>, rusqlite::Error> {
        Ok(Statements {
            offer: connection.prepare("SELECT number, payee, pages FROM offer WHERE id = ?1")?,
            open: connection.prepare(
                "INSERT INTO session (id, offer, payee, payer, asset, kind, opened, at, until, cap, drawn, captured, captures)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, 0)",
            )?,
            load: connection.prepare(
                "SELECT session.payee, session.offer, pages, cap, captures, captured, last, ended_by
                 FROM session JOIN offer ON offer.number = session.offer WHERE session.id = ?1",
            )?,
            load_parts: connection.prepare("SELECT offer, units, drawn, captured, counted FROM drawn WHERE session = ?1 ORDER BY part")?,
            load_reserves: connection.prepare("SELECT seq, part, units, until FROM reserved WHERE session = ?1")?,
            part_offer: connection.prepare("SELECT offer FROM drawn WHERE session = ?1 AND part = ?2")?,
            figures: connection
                .prepare("UPDATE session SET cap = ?2, drawn = ?3, captured = ?4, captures = ?5, last = ?6, ended_by = ?7 WHERE id = ?1")?,
            part: connection.prepare("INSERT OR REPLACE INTO drawn VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?,
            no_reserves: connection.prepare("DELETE FROM reserved WHERE session = ?1")?,
            reserve: connection.prepare("INSERT INTO reserved VALUES (?1, ?2, ?3, ?4, ?5)")?,
            capture: connection.prepare("INSERT INTO capture VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?,
            used: connection.prepare(
                "INSERT INTO used VALUES (?1, ?2, ?3, ?4, ?5, 1) ON CONFLICT DO UPDATE
                 SET units = units + excluded.units, amount = amount + excluded.amount, captures = captures + 1",
            )?,
            told: connection.prepare("INSERT INTO told VALUES (?1, ?2, ?3, ?4)")?,
            end: connection.prepare("UPDATE session SET ended = ?2, ended_at = ?3, released = ?4, ended_by = ?5 WHERE id = ?1")?,
            record: connection.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)")?,
            event: connection.prepare("INSERT INTO event VALUES (?1, ?2, ?3)")?,
        })
    }

    fn offer(&mut self, id: OfferId) -> Result<(i64, i64, String), rusqlite::Error> {
        self.offer.query_row((id.0,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    }

    /// What a payee is told of beside captures.
    fn happened(&mut self, (id, kind): (CommandId, u8), (payee, offer, pages): (i64, i64, &str), at: At) -> Result<(), rusqlite::Error> {
        self.record.execute((at.0, units_of(at.1.0), kind, id.0, pages))?;
        self.event.execute((payee, at.0, offer)).map(drop)
    }

    fn read(&mut self, id: CommandId) -> Result<Running, rusqlite::Error> {
        let units = |row: &rusqlite::Row<'_>, column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
        let mut session = self.load.query_row((id.0,), |row| {
            Ok(Running {
                payee: row.get(0)?,
                offer: row.get(1)?,
                pages: row.get(2)?,
                cap: units(row, 3)?,
                captures: row.get(4)?,
                captured: units(row, 5)?,
                last: row.get(6)?,
                by: row.get(7)?,
                ..Running::default()
            })
        })?;
        let part = |row: &rusqlite::Row<'_>| {
            let (units_drawn, drawn, captured, counted) = (units(row, 1)?, units(row, 2)?, units(row, 3)?, units(row, 4)?);
            Ok(Part { offer: row.get(0)?, units: units_drawn, drawn, captured, counted })
        };
        session.parts = self.load_parts.query_map((id.0,), part)?.collect::<Result<_, _>>()?;
        let reserved = |row: &rusqlite::Row<'_>| {
            let part: u8 = row.get(1)?;
            Ok((row.get::<_, u32>(0)?, Reserved { part: part.into(), units: units(row, 2)?, until: units(row, 3)? }))
        };
        session.reserves = self.load_reserves.query_map((id.0,), reserved)?.collect::<Result<_, _>>()?;
        Ok(session)
    }

    fn write(&mut self, id: CommandId, session: &Running) -> Result<(), rusqlite::Error> {
        let figures = (
            id.0,
            units_of(session.cap),
            units_of(session.drawn()),
            units_of(session.captured),
            session.captures,
            session.last,
            session.by,
        );
        self.figures.execute(figures)?;
        for (number, part) in (0_u8..).zip(&session.parts) {
            let (drawn, captured) = (units_of(part.drawn), units_of(part.captured));
            self.part.execute((id.0, number, part.offer, units_of(part.units), drawn, captured, units_of(part.counted)))?;
        }
        self.no_reserves.execute((id.0,))?;
        for (seq, reserved) in &session.reserves {
            let part = i64::try_from(reserved.part).unwrap_or(i64::MAX);
            self.reserve.execute((id.0, seq, part, units_of(reserved.units), units_of(reserved.until)))?;
        }
        Ok(())
    }
}
