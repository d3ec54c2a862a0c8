//! What readers bought on sites here with wallets from elsewhere. The money is in the other instance's books; here is only
//! who may read what, and what the other instance is still to be asked to give back.

use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A purchase in another instance's books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bought {
    /// Origin of the wallet.
    pub wallet: String,
    /// The sale there.
    pub sale: CommandId,
    /// The site's name here.
    pub site: String,
    /// The quote that was redeemed.
    pub quote: CommandId,
    /// Whom the browser's handle stands for: a hash of wallet and reference.
    pub party: Party,
    /// The page: realm and target.
    pub item: String,
    /// What the wallet calls the payer towards this site.
    pub payer: String,
    /// Our offer that was quoted.
    pub offer: OfferId,
    /// What was charged.
    pub charged: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// When.
    pub at: Timestamp,
    /// Until when it may be read; `None` = for ever.
    pub until: Option<Timestamp>,
    /// Until when one click takes it back.
    pub undo_until: Timestamp,
    /// Until when the wallet's word is believed without asking again.
    pub checked: Timestamp,
    /// What became of it.
    pub state: BoughtState,
}

/// What became of a purchase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BoughtState {
    /// It stands.
    Live,
    /// It does not; the wallet is still to be asked for the money.
    Returning,
    /// It does not, and the money went back.
    Returned,
    /// Its money was asked for and the wallet says no: it is read on.
    Refused,
}

/// Money that a wallet is to give back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Giving {
    /// Of which purchase.
    pub bought: Bought,
    /// Why, in the word of the wire.
    pub reason: String,
    /// How often it was asked.
    pub tries: u32,
}

impl BoughtState {
    const fn word(self) -> &'static str {
        match self {
            BoughtState::Live => "live",
            BoughtState::Returning => "returning",
            BoughtState::Returned => "returned",
            BoughtState::Refused => "refused",
        }
    }

    fn of_word(word: &str) -> BoughtState {
        match word {
            "live" => BoughtState::Live,
            "returning" => BoughtState::Returning,
            "returned" => BoughtState::Returned,
            _ => BoughtState::Refused,
        }
    }
}

const COLUMNS: &str =
    "wallet, sale, site, quote, party, item, payer, offer, charged, currency, at, until, undo_until, checked, state, reason, tries";

impl Vault {
    /// Keeps a purchase that stands by its wallet's word of just now, whatever was believed of it before. One whose money is
    /// being asked for is left as it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn keep_bought(&self, bought: &Bought) -> Result<(), Error> {
        let sql = "INSERT INTO bought (wallet, sale, site, quote, party, item, payer, offer, charged, currency, at, until,
                                       undo_until, checked, state)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'live')
                   ON CONFLICT (wallet, sale) DO UPDATE SET checked = ?14, quote = ?4, state = 'live' WHERE state <> 'returning'";
        let charged = i64::try_from(bought.charged.units()).unwrap_or(i64::MAX);
        let keep = |db: &Connection| {
            db.prepare_cached(sql)?.execute(params![
                bought.wallet,
                bought.sale.0,
                bought.site,
                bought.quote.0,
                bought.party.0,
                bought.item,
                bought.payer,
                bought.offer.0,
                charged,
                bought.currency.as_str(),
                micros(bought.at),
                bought.until.map(micros),
                micros(bought.undo_until),
                micros(bought.checked)
            ])
        };
        keep(&self.db).map(drop).map_err(failed("keep a purchase"))
    }

    /// The purchase by which a party has a page at `now`; the latest, if there are more.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn bought(&self, (site, party): (&str, Party), item: &str, now: Timestamp) -> Result<Option<Bought>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM bought WHERE party = ?1 AND item = ?2 AND site = ?3 AND state IN ('live', 'refused')
             AND (until IS NULL OR until > ?4) ORDER BY at DESC LIMIT 1"
        );
        let find = |db: &Connection| db.prepare_cached(&sql)?.query_row(params![party.0, item, site, micros(now)], read).optional();
        find(&self.db).map_err(failed("find a purchase"))
    }

    /// A party's purchase by its sale, whatever became of it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn bought_by(&self, (site, party): (&str, Option<Party>), sale: CommandId) -> Result<Option<Bought>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM bought WHERE sale = ?1 AND site = ?2 AND (?3 IS NULL OR party = ?3) LIMIT 1");
        let party = party.map(|party| party.0);
        let find = |db: &Connection| db.prepare_cached(&sql)?.query_row(params![sale.0, site, party], read).optional();
        find(&self.db).map_err(failed("find a purchase"))
    }

    /// The wallet said that a purchase stands, or could not be asked: it is believed until then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn check_bought(&self, (wallet, sale): (&str, CommandId), until: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE bought SET checked = ?3 WHERE wallet = ?1 AND sale = ?2";
        self.execute("check a purchase", sql, &[&wallet, &sale.0, &micros(until)]).map(drop)
    }

    /// A purchase stands no more, and its money is to come back: durable before anybody is asked. `false` if it stood no more
    /// before; where the wallet said no it may be asked again.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn give_back(&self, (wallet, sale): (&str, CommandId), reason: &str, next: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE bought SET state = 'returning', reason = ?3, next = ?4, tries = 0
                   WHERE wallet = ?1 AND sale = ?2 AND state IN ('live', 'refused')";
        Ok(self.execute("give a purchase back", sql, &[&wallet, &sale.0, &reason, &micros(next)])? > 0)
    }

    /// What became of asking for money back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn settle_bought(&self, (wallet, sale): (&str, CommandId), state: BoughtState) -> Result<(), Error> {
        let sql = "UPDATE bought SET state = ?3 WHERE wallet = ?1 AND sale = ?2";
        self.execute("settle a purchase", sql, &[&wallet, &sale.0, &state.word()]).map(drop)
    }

    /// The wallet gave no answer: it is asked again then, and for this reason.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn ask_again(&self, (wallet, sale): (&str, CommandId), reason: &str, next: Timestamp) -> Result<(), Error> {
        let sql = "UPDATE bought SET next = ?3, tries = tries + 1, reason = ?4 WHERE wallet = ?1 AND sale = ?2 AND state = 'returning'";
        self.execute("ask again", sql, &[&wallet, &sale.0, &micros(next), &reason]).map(drop)
    }

    /// Money to be asked for at `now`, the longest due first; of each wallet one, before any has two: who is silent holds up
    /// nobody else.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn due_back(&self, now: Timestamp, limit: u32) -> Result<Vec<Giving>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM (SELECT *, row_number() OVER (PARTITION BY wallet ORDER BY next) AS turn FROM bought
             WHERE state = 'returning' AND next <= ?1) ORDER BY turn, next LIMIT ?2"
        );
        let run = || {
            let mut statement = self.db.prepare_cached(&sql)?;
            let rows = statement.query_map(params![micros(now), limit], |row| {
                Ok(Giving { bought: read(row)?, reason: row.get(15)?, tries: row.get(16)? })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        run().map_err(failed("find what is to be given back"))
    }

    /// How many purchases wait for their money, and of how many the wallet said no.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn count_back(&self) -> Result<(u64, u64), Error> {
        let sql = "SELECT count(*) FILTER (WHERE state = 'returning'), count(*) FILTER (WHERE state = 'refused') FROM bought
                   WHERE state IN ('returning', 'refused')";
        let found = self.db.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs())));
        found.map_err(failed("count what is to be given back"))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Bought> {
    let currency: String = row.get(9)?;
    let unreadable = |column: usize| rusqlite::Error::InvalidColumnType(column, "currency".to_owned(), rusqlite::types::Type::Text);
    Ok(Bought {
        wallet: row.get(0)?,
        sale: CommandId(row.get(1)?),
        site: row.get(2)?,
        quote: CommandId(row.get(3)?),
        party: Party(row.get(4)?),
        item: row.get(5)?,
        payer: row.get(6)?,
        offer: OfferId(row.get(7)?),
        charged: Amount::new(row.get::<_, i64>(8)?.unsigned_abs()).unwrap_or(Amount::MAX),
        currency: Asset::parse(&currency).map_err(|_| unreadable(9))?,
        at: timestamp(row.get(10)?),
        until: row.get::<_, Option<i64>>(11)?.map(timestamp),
        undo_until: timestamp(row.get(12)?),
        checked: timestamp(row.get(13)?),
        state: BoughtState::of_word(&row.get::<_, String>(14)?),
    })
}
