//! Deliveries of webhooks: what waits, what arrived, what was given up, and each try with what was sent and answered.

use super::webhooks::WebhookId;
use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a delivery is called: no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DeliveryId(pub [u8; 10]);

/// How a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// It is tried, now or later.
    Waiting,
    /// It arrived.
    Delivered,
    /// It was given up.
    Failed,
}

/// One event on its way to one webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// Its number: later ones are greater. Given by the vault.
    pub number: u64,
    /// Its id.
    pub id: DeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// The event's id.
    pub event: String,
    /// The event's kind.
    pub kind: String,
    /// The bytes that are sent, the same at every try.
    pub body: String,
    /// When it was written down.
    pub created_at: Timestamp,
    /// How it stands.
    pub state: DeliveryState,
    /// Tries since it was begun or begun again.
    pub tries: u32,
    /// When the next try is due, while it waits.
    pub next_at: Timestamp,
    /// When the last try was.
    pub sent_at: Option<Timestamp>,
    /// What the last try was answered with.
    pub status: Option<u16>,
    /// How long that took.
    pub latency_ms: Option<u32>,
}

/// A delivery that is due, and what sending it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// The delivery.
    pub delivery: Delivery,
    /// Where to.
    pub url: String,
    /// What signs it: the newest secret first.
    pub secrets: Vec<[u8; 32]>,
}

/// One try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// The answer's status, if there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub latency_ms: u32,
    /// The header that was sent.
    pub request: String,
    /// The header and the body that came back.
    pub response: String,
    /// Why there was no answer.
    pub fault: Option<String>,
}

/// What comes after a try.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// It arrived.
    Delivered,
    /// It is tried again.
    Again(Timestamp),
    /// It is given up.
    GivenUp,
    /// It is given up, and so is the webhook.
    Gone,
}

/// Which deliveries are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DeliveryFilter {
    /// Those of one webhook.
    pub webhook: Option<WebhookId>,
    /// Those that stand so.
    pub state: Option<DeliveryState>,
    /// Those before this number.
    pub before: Option<u64>,
}

impl DeliveryState {
    /// All there are.
    pub const ALL: [DeliveryState; 3] = [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }
}

const FIELDS: &str =
    "number, deliveries.id, webhook, event, kind, body, deliveries.created, deliveries.state, tries, next, sent, status, latency_ms";

impl Vault {
    /// Writes down one more delivery that is no event's: a test. `false` if it is there already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn add_delivery(&self, delivery: &Delivery) -> Result<bool, Error> {
        insert(&self.db, delivery).map_err(failed("add a delivery"))
    }

    /// What is due at `now`, at most `each` of each webhook that is sent to, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn due(&self, now: Timestamp, each: u32) -> Result<Vec<Due>, Error> {
        let run = || {
            let sql = "SELECT id, url, secret, old_secret, old_ends FROM webhooks WHERE state = 'active' AND EXISTS
                       (SELECT 1 FROM deliveries WHERE webhook = webhooks.id AND state = 'waiting' AND next <= ?1)";
            let mut statement = self.db.prepare_cached(sql)?;
            let webhooks = statement.query_map([micros(now)], |row| {
                let (old, ends): (Option<[u8; 32]>, Option<i64>) = (row.get(3)?, row.get(4)?);
                let old = old.filter(|_| ends.is_some_and(|ends| now < timestamp(ends)));
                let secrets = [Some(row.get::<_, [u8; 32]>(2)?), old].into_iter().flatten().collect::<Vec<_>>();
                Ok((row.get::<_, [u8; 10]>(0)?, row.get::<_, String>(1)?, secrets))
            })?;
            let sql = format!(
                "SELECT {FIELDS} FROM deliveries WHERE webhook = ?1 AND state = 'waiting' AND next <= ?2 ORDER BY next, number LIMIT ?3"
            );
            let mut of_webhook = self.db.prepare_cached(&sql)?;
            let mut due = Vec::new();
            for webhook in webhooks {
                let (id, url, secrets) = webhook?;
                for delivery in of_webhook.query_map(params![id, micros(now), each], read)? {
                    due.push(Due { delivery: delivery?, url: url.clone(), secrets: secrets.clone() });
                }
            }
            Ok(due)
        };
        run().map_err(failed("find what is due"))
    }

    /// When the next delivery is due, if any waits.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        let sql = "SELECT min((SELECT min(next) FROM deliveries WHERE webhook = webhooks.id AND deliveries.state = 'waiting'))
                   FROM webhooks WHERE state = 'active'";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| statement.query_row([], |row| row.get::<_, Option<i64>>(0)));
        found.map(|next| next.map(timestamp)).map_err(failed("find what is due"))
    }

    /// Writes down a try and what comes after it, for delivery and webhook, in one step. Nothing happens to what was deleted.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn end_try(&mut self, number: u64, attempt: &Try, ending: Ending) -> Result<(), Error> {
        self.change("note a try", |db| {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            let (state, next) = match ending {
                Ending::Delivered => (DeliveryState::Delivered, attempt.at),
                Ending::Again(at) => (DeliveryState::Waiting, at),
                Ending::GivenUp | Ending::Gone => (DeliveryState::Failed, attempt.at),
            };
            let sql = "UPDATE deliveries SET state = ?2, next = ?3, tries = tries + 1, sent = ?4, status = ?5, latency_ms = ?6
                       WHERE number = ?1 RETURNING webhook";
            let at = micros(attempt.at);
            let values = params![number, state.word(), micros(next), at, attempt.status, attempt.latency_ms];
            let Some(webhook) = db.query_row(sql, values, |row| row.get::<_, [u8; 10]>(0)).optional()? else { return Ok(()) };
            let sql = "INSERT OR REPLACE INTO tries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let Try { status, latency_ms, request, response, fault, .. } = attempt;
            db.execute(sql, params![number, at, status, latency_ms, request, response, fault])?;
            let sql = match ending {
                Ending::Delivered => "UPDATE webhooks SET failing_since = NULL, succeeded = ?2 WHERE id = ?1",
                Ending::Again(_) | Ending::GivenUp => "UPDATE webhooks SET failing_since = coalesce(failing_since, ?2) WHERE id = ?1",
                Ending::Gone => "UPDATE webhooks SET state = 'gone', failing_since = coalesce(failing_since, ?2) WHERE id = ?1",
            };
            db.execute(sql, params![webhook, at]).map(drop)
        })
    }

    /// Deliveries to the payee's webhooks, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn deliveries(&self, payee: &str, filter: &DeliveryFilter, limit: u32) -> Result<Vec<Delivery>, Error> {
        let sql = format!(
            "SELECT {FIELDS} FROM deliveries JOIN webhooks ON webhooks.id = webhook WHERE payee = ?1 AND number < ?2
             AND (?3 IS NULL OR webhook = ?3) AND (?4 IS NULL OR deliveries.state = ?4) ORDER BY number DESC LIMIT ?5"
        );
        let before = filter.before.and_then(|before| i64::try_from(before).ok()).unwrap_or(i64::MAX);
        let (webhook, state) = (filter.webhook.map(|webhook| webhook.0), filter.state.map(DeliveryState::word));
        let run = || {
            let mut statement = self.db.prepare_cached(&sql)?;
            let rows = statement.query_map(params![payee, before, webhook, state, limit], read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        run().map_err(failed("list deliveries"))
    }

    /// One delivery to a webhook of the payee's with its tries, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delivery(&self, payee: &str, id: DeliveryId) -> Result<Option<(Delivery, Vec<Try>)>, Error> {
        let run = || {
            let sql =
                format!("SELECT {FIELDS} FROM deliveries JOIN webhooks ON webhooks.id = webhook WHERE payee = ?1 AND deliveries.id = ?2");
            let found = self.db.prepare_cached(&sql)?.query_row(params![payee, id.0], read).optional()?;
            let Some(delivery) = found else { return Ok(None) };
            let sql = "SELECT at, status, latency_ms, request, response, fault FROM tries WHERE delivery = ?1 ORDER BY at";
            let mut statement = self.db.prepare_cached(sql)?;
            let tries = statement.query_map([i64::try_from(delivery.number).unwrap_or(i64::MAX)], |row| {
                Ok(Try {
                    at: timestamp(row.get(0)?),
                    status: row.get(1)?,
                    latency_ms: row.get(2)?,
                    request: row.get(3)?,
                    response: row.get(4)?,
                    fault: row.get(5)?,
                })
            })?;
            let tries = tries.collect::<rusqlite::Result<Vec<Try>>>()?;
            Ok(Some((delivery, tries)))
        };
        run().map_err(failed("find a delivery"))
    }

    /// Begins a delivery again that does not wait: it is due at `now`. `false` if the payee has none of that id.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn retry(&self, payee: &str, id: DeliveryId, now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE deliveries SET state = 'waiting', next = ?3, tries = CASE WHEN state = 'waiting' THEN tries ELSE 0 END
                   WHERE id = ?2 AND webhook IN (SELECT id FROM webhooks WHERE payee = ?1)";
        Ok(self.execute("retry a delivery", sql, &[&payee, &id.0, &micros(now)])? > 0)
    }

    /// Begins all deliveries of a webhook again that were given up; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn retry_failed(&self, payee: &str, webhook: WebhookId, now: Timestamp) -> Result<u64, Error> {
        let sql = "UPDATE deliveries SET state = 'waiting', next = ?3, tries = 0
                   WHERE state = 'failed' AND webhook = (SELECT id FROM webhooks WHERE payee = ?1 AND id = ?2)";
        Ok(count(self.execute("retry deliveries", sql, &[&payee, &webhook.0, &micros(now)])?))
    }
}

/// Adds a delivery that waits; `false` if it is there.
pub(super) fn insert(db: &Connection, delivery: &Delivery) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO deliveries (id, webhook, event, kind, body, created, state, next)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', ?7)";
    let Delivery { id, webhook, event, kind, body, created_at, next_at, .. } = delivery;
    let added = db.prepare_cached(sql)?.execute(params![id.0, webhook.0, event, kind, body, micros(*created_at), micros(*next_at)])?;
    Ok(added > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        id: DeliveryId(row.get(1)?),
        webhook: WebhookId(row.get(2)?),
        event: row.get(3)?,
        kind: row.get(4)?,
        body: row.get(5)?,
        created_at: timestamp(row.get(6)?),
        state: row.get(7)?,
        tries: row.get(8)?,
        next_at: timestamp(row.get(9)?),
        sent_at: row.get::<_, Option<i64>>(10)?.map(timestamp),
        status: row.get(11)?,
        latency_ms: row.get(12)?,
    })
}

impl FromSql for DeliveryState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<DeliveryState> {
        let word = value.as_str()?;
        DeliveryState::ALL.into_iter().find(|state| state.word() == word).ok_or(FromSqlError::InvalidType)
    }
}
