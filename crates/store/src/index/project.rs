//! From a frame's records to the rows of the index: a pure function of the journal.
//!
//! A sale costs five or six small rows and nothing is looked up twice: what an account adds to, and what stands there, is
//! remembered from frame to frame, and written once a commit.

use super::coins::Coins;
use super::events::Happened;
use super::failed;
use super::meters::Meters;
use super::query::Kind;
use super::refunds::numbers;
use super::signed;
use super::streams::Streams;
use crate::Error;
use crate::engine::{layout_of, numbered};
use crate::journal::StoredFrame;
use market::{Body, Command, Effect, Place, Record};
use money::{CommandId, OfferId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// More accounts than this are not remembered; then the memory begins anew.
const MOST_KNOWN: usize = 1 << 20;

/// Fills the rows of one connection.
pub(super) struct Projector<'c> {
    known: Known,
    streams: Streams<'c>,
    meters: Meters<'c>,
    coins: Coins<'c>,
    statements: Statements<'c>,
}

/// What was looked up; true as long as nobody else writes.
#[derive(Default)]
struct Known {
    /// Number of the next account; none before it was looked up.
    next_account: Option<u32>,
    /// Which standing an account adds to.
    standing: BTreeMap<u32, i64>,
    /// What stands there.
    balance: BTreeMap<i64, i64>,
    /// Standings whose row is behind.
    moved: BTreeSet<i64>,
    /// Number of an offer version, and of the payee that owns it.
    offers: BTreeMap<OfferId, (i64, i64)>,
}

struct Statements<'c> {
    connection: &'c Connection,
    open_account: Statement<'c>,
    account: Statement<'c>,
    open_standing: Statement<'c>,
    standing: Statement<'c>,
    stand: Statement<'c>,
    record: Statement<'c>,
    entry: Statement<'c>,
    sale: Statement<'c>,
    refund: Statement<'c>,
    item: Statement<'c>,
    signed: Statement<'c>,
    unsigned: Statement<'c>,
    session: Statement<'c>,
    open_payee: Statement<'c>,
    open_offer: Statement<'c>,
    offer: Statement<'c>,
    event: Statement<'c>,
    event_of_party: Statement<'c>,
}

/// A place as one number, in the order of places.
pub(super) fn number_of(place: Place) -> i64 {
    let number = u128::from(place.frame).wrapping_mul(1 << 16).wrapping_add(u128::from(place.record));
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The place of such a number.
pub(super) fn place_of(number: i64) -> Place {
    let [a, b, c, d, e, f, record @ ..] = number.to_be_bytes();
    Place { frame: u64::from_be_bytes([0, 0, a, b, c, d, e, f]), record: u16::from_be_bytes(record) }
}

impl<'c> Projector<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Projector<'c>, Error> {
        let statements = Statements::new(connection).map_err(failed("open"))?;
        let streams = Streams::new(connection).map_err(failed("open"))?;
        let meters = Meters::new(connection).map_err(failed("open"))?;
        let coins = Coins::new(connection).map_err(failed("open"))?;
        Ok(Projector { known: Known::default(), streams, meters, coins, statements })
    }

    /// The rows of a frame. What stands after it is written by [`Projector::settle`].
    pub(super) fn frame(&mut self, frame: &StoredFrame) -> Result<(), Error> {
        let header = *frame.frame().header();
        let layout = layout_of(frame)?;
        for (number, bytes) in numbered(frame)? {
            let wrong = |damaged: market::Damaged| Error::Replay { sequence: header.sequence, record: number, what: damaged.to_string() };
            let record = Record::decode(layout, bytes).map_err(wrong)?;
            let place = number_of(Place { frame: header.sequence, record: number });
            self.open_accounts(&record).map_err(failed("open account"))?;
            self.terms(&record, header.timestamp, place).map_err(failed("enter terms"))?;
            self.streams.enter(&record, (place, header.timestamp)).map_err(failed("enter session"))?;
            self.coins.enter(&record, (place, header.timestamp)).map_err(failed("enter coin"))?;
            if let Some(part) = self.streams.part_of(&record).map_err(failed("enter event"))? {
                self.meters.enter(&record, part, header.timestamp);
            }
            if self.about(&record, header.timestamp, place).map_err(failed("enter record"))? {
                self.entries(&record, place).map_err(failed("enter"))?;
            }
        }
        Ok(())
    }

    /// Writes what stands now, before a commit.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        self.streams.settle().map_err(failed("settle"))?;
        self.meters.settle().map_err(failed("settle"))?;
        for number in std::mem::take(&mut self.known.moved) {
            let balance = self.known.balance.get(&number).copied().unwrap_or_default();
            self.statements.stand.execute((balance, number)).map_err(failed("settle"))?;
        }
        if self.known.standing.len() > MOST_KNOWN {
            let offers = std::mem::take(&mut self.known.offers);
            self.known = Known { next_account: self.known.next_account, offers, ..Known::default() };
        }
        Ok(())
    }

    fn open_accounts(&mut self, record: &Record) -> Result<(), rusqlite::Error> {
        for key in &record.applied.posted.opened {
            let number = match self.known.next_account {
                Some(number) => number,
                None => {
                    let sql = "SELECT coalesce(max(number) + 1, 0) FROM account";
                    self.statements.connection.query_row(sql, (), |row| row.get(0))?
                }
            };
            self.statements.open_account.execute((number, key.party.0, key.asset.as_str(), key.class.byte()))?;
            self.known.next_account = Some(number.saturating_add(1));
        }
        Ok(())
    }

    /// Writes what all lines of a record share; false if it makes none.
    fn about(&mut self, record: &Record, at: Timestamp, place: i64) -> Result<bool, rusqlite::Error> {
        let refunded: Option<(String, i64, i64)>;
        let captured: (String, i64, i64);
        let (kind, sale, item): (Kind, Option<CommandId>, Option<&str>) = match (&record.command, record.applied.effect) {
            (Command { body: Body::TopUp(top_up), .. }, Effect::ToppedUp(_)) => {
                self.statements.event_of_party.execute((place, top_up.party.0))?;
                (Kind::TopUp, None, None)
            }
            (_, Effect::Tipped(_)) => (Kind::Tip, None, None),
            (Command { body, .. }, Effect::Sold { sale, .. }) if let Some(purchase) = body.purchase() => {
                let (offer, payee) = self.offer(purchase.offer)?;
                self.statements.sale.execute((sale.0, place, offer))?;
                self.statements.event.execute((payee, place, offer))?;
                (Kind::Sale, Some(sale), Some(&purchase.item))
            }
            (Command { id, body: Body::Refund(request), .. }, Effect::Refunded { sale, returned, left }) => {
                let (giver, cause) = numbers((request.reason.giver(), request.cause));
                self.statements.refund.execute((sale.0, place, id.0, returned.credit(), left.credit(), giver, cause))?;
                refunded = self.statements.item.query_row((sale.0,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
                if let Some((_, offer, payee)) = refunded {
                    self.statements.event.execute((payee, place, offer))?;
                }
                (Kind::Refund, Some(sale), refunded.as_ref().map(|(item, ..)| item.as_str()))
            }
            (_, Effect::Captured { session, .. }) => {
                captured = self.statements.session.query_row((session.0,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                self.statements.event.execute((captured.2, place, captured.1))?;
                (Kind::Session, Some(session), Some(&captured.0))
            }
            _ => return Ok(false),
        };
        let at = i64::try_from(at.0).unwrap_or(i64::MAX);
        self.statements.record.execute((place, at, kind.byte(), sale.map(|sale| sale.0), item))?;
        Ok(true)
    }

    /// Payees and offers: who sells, and what was changed about it. Sessions: what they are of, and what was last signed.
    fn terms(&mut self, record: &Record, at: Timestamp, place: i64) -> Result<(), rusqlite::Error> {
        let (happened, id) = match (&record.command.body, record.applied.effect) {
            (Body::OpenPayee { handle, party }, Effect::PayeeOpened) => {
                return self.statements.open_payee.execute((handle, party.0)).map(drop);
            }
            (Body::SetOffer(offer), Effect::OfferSet(id)) => {
                let pages = format!("{}{}", offer.unlock.realm(), offer.unlock.path());
                self.statements.open_offer.execute((id.0, &offer.payee, pages))?;
                (Happened::OfferSet, id)
            }
            (_, Effect::OfferEnded(id)) => (Happened::OfferEnded, id),
            (_, Effect::SessionEnded { .. }) => {
                return self.statements.unsigned.execute((record.command.id.0,)).map(drop);
            }
            (body, _) => {
                let Some((cumulative, signature, step, length, anchor)) = body.voucher().and_then(signed::columns) else { return Ok(()) };
                return self.statements.signed.execute((record.command.id.0, cumulative, signature, step, length, anchor)).map(drop);
            }
        };
        let (offer, payee) = self.offer(id)?;
        let at = i64::try_from(at.0).unwrap_or(i64::MAX);
        self.statements.record.execute((place, at, happened.byte(), None::<[u8; 16]>, None::<&str>))?;
        self.statements.event.execute((payee, place, offer)).map(drop)
    }

    fn offer(&mut self, id: OfferId) -> Result<(i64, i64), rusqlite::Error> {
        if let Some(known) = self.known.offers.get(&id) {
            return Ok(*known);
        }
        let found = self.statements.offer.query_row((id.0,), |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.known.offers.insert(id, found);
        Ok(found)
    }

    /// One row for each party and class the record touched, with what stands after it.
    fn entries(&mut self, record: &Record, place: i64) -> Result<(), rusqlite::Error> {
        let mut nets: Vec<(i64, i64)> = Vec::with_capacity(record.applied.posted.legs.len());
        for leg in &record.applied.posted.legs {
            let standing = self.standing_of(leg.account.0)?;
            match nets.iter_mut().find(|(known, _)| *known == standing) {
                Some((_, net)) => *net = net.saturating_add(leg.amount),
                None => nets.push((standing, leg.amount)),
            }
        }
        for (standing, amount) in nets {
            let balance = self.known.balance.entry(standing).or_default();
            *balance = balance.saturating_add(amount);
            self.known.moved.insert(standing);
            self.statements.entry.execute((standing, place, amount, *balance))?;
        }
        Ok(())
    }

    /// The standing that an account adds to, opened if it is the first of its party, asset and class that moves.
    fn standing_of(&mut self, account: u32) -> Result<i64, rusqlite::Error> {
        if let Some(standing) = self.known.standing.get(&account) {
            return Ok(*standing);
        }
        let key: ([u8; 20], String, u8) =
            self.statements.account.query_row((account,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let found = self.statements.standing.query_row((key.0, &key.1, key.2), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (standing, balance) = match found {
            Some(found) => found,
            None => (self.statements.open_standing.insert((key.0, &key.1, key.2))?, 0),
        };
        self.known.standing.insert(account, standing);
        // Another account of the same party may have moved it since the row was written.
        self.known.balance.entry(standing).or_insert(balance);
        Ok(standing)
    }
}

impl<'c> Statements<'c> {
    fn new(connection: &'c Connection) -> Result<Statements<'c>, rusqlite::Error> {
        Ok(Statements {
            connection,
            open_account: connection.prepare("INSERT INTO account VALUES (?1, ?2, ?3, ?4)")?,
            account: connection.prepare("SELECT party, asset, class FROM account WHERE number = ?1")?,
            open_standing: connection.prepare("INSERT INTO standing VALUES (NULL, ?1, ?2, ?3, 0)")?,
            standing: connection.prepare("SELECT number, balance FROM standing WHERE party = ?1 AND asset = ?2 AND class = ?3")?,
            stand: connection.prepare("UPDATE standing SET balance = ?1 WHERE number = ?2")?,
            record: connection.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)")?,
            entry: connection.prepare("INSERT INTO entry VALUES (?1, ?2, ?3, ?4)")?,
            sale: connection.prepare("INSERT INTO sale VALUES (?1, ?2, ?3)")?,
            refund: connection.prepare("INSERT INTO refund VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?,
            item: connection.prepare(
                "SELECT item, offer, payee FROM sale JOIN record USING (place) JOIN offer ON offer.number = sale.offer WHERE sale.id = ?1",
            )?,
            signed: connection.prepare(signed::KEEP)?,
            unsigned: connection.prepare("DELETE FROM signed WHERE session = ?1")?,
            session: connection.prepare(
                "SELECT pages, session.offer, session.payee FROM session JOIN offer ON offer.number = session.offer WHERE session.id = ?1",
            )?,
            open_payee: connection.prepare("INSERT INTO payee VALUES (NULL, ?1, ?2)")?,
            // A version that was withdrawn and stands again is the same version.
            open_offer: connection.prepare("INSERT OR IGNORE INTO offer SELECT NULL, ?1, number, ?3 FROM payee WHERE handle = ?2")?,
            offer: connection.prepare("SELECT number, payee FROM offer WHERE id = ?1")?,
            event: connection.prepare("INSERT INTO event VALUES (?1, ?2, ?3)")?,
            event_of_party: connection.prepare("INSERT INTO event SELECT number, ?1, NULL FROM payee WHERE party = ?2")?,
        })
    }
}
