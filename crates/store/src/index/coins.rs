//! Payments past the books, one row each: claimed, and what became of it.

use super::project::{number_of, place_of};
use super::{Index, failed};
use crate::Error;
use market::{Body, CoinEnding, Effect, Place, Record};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

/// The kind of the record by which a payee learns that a coin has arrived; it has no line in any history.
pub(super) const PAID: u8 = 10;

/// Fills the table.
pub(super) struct Coins<'c> {
    claim: Statement<'c>,
    close: Statement<'c>,
    find: Statement<'c>,
    record: Statement<'c>,
    event: Statement<'c>,
}

/// A payment past the books as the index has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinRow {
    /// The command that claimed it: the receipt's serial.
    pub id: CommandId,
    /// Where its record stands; the cursor for the rows before it.
    pub place: Place,
    /// When it was claimed.
    pub at: Timestamp,
    /// What was sold: realm and path.
    pub item: String,
    /// Under which version.
    pub offer: OfferId,
    /// For how much.
    pub amount: Amount,
    /// Of which asset.
    pub asset: Asset,
    /// The network of the coin.
    pub network: String,
    /// Its contract.
    pub contract: [u8; 20],
    /// Its name.
    pub name: String,
    /// Who paid.
    pub payer: [u8; 20],
    /// To which address.
    pub pay_to: [u8; 20],
    /// How much, in the coin's smallest unit.
    pub value: u128,
    /// Until when its chain takes it.
    pub valid_before: Timestamp,
    /// What the chain said of it, and when that was written down; none while nobody knows.
    pub ended: Option<(CoinEnding, Timestamp)>,
}

/// What was paid in one coin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinSum {
    /// The network of the coin.
    pub network: String,
    /// Its name.
    pub name: String,
    /// The asset of the prices.
    pub asset: Asset,
    /// How many payments arrived.
    pub count: u64,
    /// What they come to.
    pub amount: Amount,
}

const COLUMNS: &str = "coin.id, coin.place, coin.at, coin.item, offer.id, amount, asset, network, contract, name, payer, pay_to, value,
    valid_before, ending, ended_at, tx";

impl<'c> Coins<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Coins<'c>, rusqlite::Error> {
        Ok(Coins {
            claim: connection.prepare(
                "INSERT INTO coin SELECT ?1, ?2, ?3, ?4, number, payee, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0, NULL, NULL
                 FROM offer WHERE id = ?5",
            )?,
            close: connection.prepare("UPDATE coin SET ending = ?2, ended_at = ?3, tx = ?4 WHERE id = ?1")?,
            find: connection.prepare("SELECT payee, offer, item FROM coin WHERE id = ?1")?,
            record: connection.prepare("INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5)")?,
            event: connection.prepare("INSERT INTO event VALUES (?1, ?2, ?3)")?,
        })
    }

    /// Enters a record, if it is about a payment past the books.
    pub(super) fn enter(&mut self, record: &Record, (place, at): (i64, Timestamp)) -> Result<(), rusqlite::Error> {
        let id = record.command.id;
        let at = i64::try_from(at.0).unwrap_or(i64::MAX);
        match (&record.command.body, record.applied.effect) {
            (Body::ClaimCoin(claim), Effect::CoinClaimed(_)) => {
                let (amount, before) = (claim.amount.credit(), i64::try_from(claim.valid_before).unwrap_or(i64::MAX));
                let (item, asset, network) = (&claim.item, claim.asset.as_str(), &claim.coin.network);
                let (contract, payer, pay_to) = (claim.coin.contract, claim.payer, claim.pay_to);
                let value = claim.value.to_string();
                let rest = params![
                    id.0,
                    place,
                    at,
                    item,
                    claim.offer.0,
                    amount,
                    asset,
                    network,
                    contract,
                    claim.coin.name,
                    payer,
                    pay_to,
                    value,
                    before
                ];
                self.claim.execute(rest).map(drop)
            }
            (Body::CloseCoin(ending), Effect::CoinClosed(_)) => {
                let (number, tx) = numbered(*ending);
                self.close.execute((id.0, number, at, tx))?;
                if tx.is_none() {
                    return Ok(());
                }
                let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?));
                let (payee, offer, item) = self.find.query_row((id.0,), read)?;
                self.record.execute((place, at, PAID, id.0, item))?;
                self.event.execute((payee, place, offer)).map(drop)
            }
            _ => Ok(()),
        }
    }
}

/// An ending as the table has it; 0 is none yet.
fn numbered(ending: CoinEnding) -> (u8, Option<[u8; 32]>) {
    match ending {
        CoinEnding::Paid { transfer } => (1, Some(transfer)),
        CoinEnding::Lapsed => (2, None),
        CoinEnding::Spent => (3, None),
    }
}

impl Index {
    /// A payee's payments past the books, newest first, at most `limit` of those before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn coins(&self, payee: &str, before: Option<Place>, limit: u32) -> Result<Vec<CoinRow>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM coin JOIN offer ON offer.number = coin.offer
             WHERE coin.payee = (SELECT number FROM payee WHERE handle = ?1) AND coin.place < ?2 ORDER BY coin.place DESC LIMIT ?3"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed("coins"))?;
        let rows = statement.query_map(params![payee, before.map_or(i64::MAX, number_of), limit], read).map_err(failed("coins"))?;
        rows.collect::<Result<_, _>>().map_err(failed("coins"))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn coin(&self, payee: &str, id: CommandId) -> Result<Option<CoinRow>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM coin JOIN offer ON offer.number = coin.offer
             WHERE coin.payee = (SELECT number FROM payee WHERE handle = ?1) AND coin.id = ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(failed("coins"))?;
        statement.query_row(params![payee, id.0], read).optional().map_err(failed("coins"))
    }

    /// What arrived for a payee from one instant to before another, by coin.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn coin_sums(&self, payee: &str, (from, to): (Timestamp, Timestamp)) -> Result<Vec<CoinSum>, Error> {
        let time = |time: Timestamp| i64::try_from(time.0).unwrap_or(i64::MAX);
        let sql = "SELECT network, name, asset, count(*), sum(amount) FROM coin
                   WHERE payee = (SELECT number FROM payee WHERE handle = ?1) AND ending = 1 AND ended_at >= ?2 AND ended_at < ?3
                   GROUP BY network, contract, name, asset ORDER BY network, contract, asset";
        let mut statement = self.connection.prepare_cached(sql).map_err(failed("coins"))?;
        let read = |row: &Row<'_>| {
            let unreadable = || rusqlite::Error::InvalidColumnType(2, String::new(), Type::Text);
            Ok(CoinSum {
                network: row.get(0)?,
                name: row.get(1)?,
                asset: Asset::parse(&row.get::<_, String>(2)?).map_err(|_| unreadable())?,
                count: row.get::<_, i64>(3)?.unsigned_abs(),
                amount: Amount::new(row.get::<_, i64>(4)?.unsigned_abs()).ok_or_else(unreadable)?,
            })
        };
        let rows = statement.query_map(params![payee, time(from), time(to)], read).map_err(failed("coins"))?;
        rows.collect::<Result<_, _>>().map_err(failed("coins"))
    }
}

fn read(row: &Row<'_>) -> Result<CoinRow, rusqlite::Error> {
    let unreadable = |column| rusqlite::Error::InvalidColumnType(column, String::new(), Type::Text);
    let units = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let ending = match row.get::<_, u8>(14)? {
        1 => Some(CoinEnding::Paid { transfer: row.get(16)? }),
        2 => Some(CoinEnding::Lapsed),
        3 => Some(CoinEnding::Spent),
        _ => None,
    };
    let ended = match ending {
        Some(ending) => Some((ending, Timestamp(units(15)?))),
        None => None,
    };
    Ok(CoinRow {
        id: CommandId(row.get(0)?),
        place: place_of(row.get(1)?),
        at: Timestamp(units(2)?),
        item: row.get(3)?,
        offer: OfferId(row.get(4)?),
        amount: Amount::new(units(5)?).ok_or_else(|| unreadable(5))?,
        asset: Asset::parse(&row.get::<_, String>(6)?).map_err(|_| unreadable(6))?,
        network: row.get(7)?,
        contract: row.get(8)?,
        name: row.get(9)?,
        payer: row.get(10)?,
        pay_to: row.get(11)?,
        value: row.get::<_, String>(12)?.parse().map_err(|_| unreadable(12))?,
        valid_before: Timestamp::from_seconds(units(13)?),
        ended,
    })
}
