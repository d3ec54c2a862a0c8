//! From a frame's records to the rows of the index: a pure function of the journal.

use super::failed;
use super::query::Kind;
use crate::Error;
use crate::engine::{layout_of, numbered};
use crate::journal::StoredFrame;
use market::{Body, Command, Effect, Place, Record};
use money::{CommandId, Timestamp};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

/// What all rows of one record share.
struct About {
    at: Timestamp,
    place: Place,
    kind: Kind,
    sale: Option<CommandId>,
    item: Option<String>,
}

pub(super) fn frame(connection: &Connection, frame: &StoredFrame) -> Result<(), Error> {
    let header = *frame.frame().header();
    let layout = layout_of(frame)?;
    for (number, bytes) in numbered(frame)? {
        let wrong = |damaged: market::Damaged| Error::Replay { sequence: header.sequence, record: number, what: damaged.to_string() };
        let record = Record::decode(layout, bytes).map_err(wrong)?;
        let place = Place { frame: header.sequence, record: number };
        open_accounts(connection, &record).map_err(failed("open account"))?;
        if let Some(about) = about(connection, &record, header.timestamp, place).map_err(failed("read sale"))? {
            entries(connection, &record, &about).map_err(failed("enter"))?;
        }
    }
    Ok(())
}

fn open_accounts(connection: &Connection, record: &Record) -> Result<(), rusqlite::Error> {
    for key in &record.applied.posted.opened {
        let sql = "INSERT INTO account SELECT coalesce(max(number) + 1, 0), ?1, ?2, ?3 FROM account";
        connection.prepare_cached(sql)?.execute((key.party.0, key.asset.as_str(), key.class.byte()))?;
    }
    Ok(())
}

fn about(connection: &Connection, record: &Record, at: Timestamp, place: Place) -> Result<Option<About>, rusqlite::Error> {
    let (kind, sale, item) = match (&record.command, record.applied.effect) {
        (_, Effect::ToppedUp(_)) => (Kind::TopUp, None, None),
        (_, Effect::Tipped(_)) => (Kind::Tip, None, None),
        (Command { body: Body::Buy(purchase), .. }, Effect::Sold { sale, .. }) => {
            let sql = "INSERT INTO sale VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute((sale.0, &purchase.item))?;
            (Kind::Sale, Some(sale), Some(purchase.item.clone()))
        }
        (_, Effect::Refunded { sale, .. }) => {
            let sql = "SELECT item FROM sale WHERE id = ?1";
            let item = connection.prepare_cached(sql)?.query_row((sale.0,), |row| row.get(0)).optional()?;
            (Kind::Refund, Some(sale), item)
        }
        _ => return Ok(None),
    };
    Ok(Some(About { at, place, kind, sale, item }))
}

/// One row for each party and class the record touched, with what stands after it.
fn entries(connection: &Connection, record: &Record, about: &About) -> Result<(), rusqlite::Error> {
    let mut nets: BTreeMap<([u8; 20], String, u8), i64> = BTreeMap::new();
    for leg in &record.applied.posted.legs {
        let sql = "SELECT party, asset, class FROM account WHERE number = ?1";
        let key = connection.prepare_cached(sql)?.query_row((leg.account.0,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let net = nets.entry(key).or_default();
        *net = net.saturating_add(leg.amount);
    }
    for ((party, asset, class), amount) in nets {
        let sql = "INSERT INTO standing VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET balance = balance + excluded.balance RETURNING balance";
        let balance: i64 = connection.prepare_cached(sql)?.query_row((party, &asset, class, amount), |row| row.get(0))?;
        let sql = "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let frame = i64::try_from(about.place.frame).unwrap_or(i64::MAX);
        let at = i64::try_from(about.at.0).unwrap_or(i64::MAX);
        let (sale, item) = (about.sale.map(|sale| sale.0), about.item.as_deref());
        let values = (party, class, frame, about.place.record, asset, at, about.kind.byte(), amount, balance, sale, item);
        connection.prepare_cached(sql)?.execute(values)?;
    }
    Ok(())
}
