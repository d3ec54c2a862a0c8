//! Webhooks: where payees' programs want to be told, and how far each has been told.
//!
//! A webhook's cursor moves in the same step that writes down what is to be delivered, so a crash loses nothing.

use super::deliveries::Delivery;
use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{CommandId, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, params};

/// What a webhook is called: no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct WebhookId(pub [u8; 10]);

/// Whether a webhook is sent to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookState {
    /// It is.
    Active,
    /// Its owner paused it.
    Paused,
    /// Paused because for days nothing arrived.
    Failing,
    /// Paused because it answered 410.
    Gone,
}

/// A webhook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Handle of the payee whose events it gets.
    pub payee: String,
    /// Where they are sent.
    pub url: String,
    /// Words of the kinds that are sent; all if empty.
    pub kinds: Vec<String>,
    /// What signs.
    pub secret: [u8; 32],
    /// What signs, too, until then: the secret before a rotation.
    pub old_secret: Option<([u8; 32], Timestamp)>,
    /// The call that rotated it last.
    pub rotated_by: Option<CommandId>,
    /// The last event that was looked at.
    pub cursor: u64,
    /// What happened before is not sent: the index may be behind when a webhook is made.
    pub since: Timestamp,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the first try after the last success failed.
    pub failing_since: Option<Timestamp>,
    /// The last success.
    pub succeeded_at: Option<Timestamp>,
}

/// What adding a webhook came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Added {
    /// It was added.
    Made,
    /// One of that id was there.
    There(Box<Webhook>),
    /// The payee has as many as it may.
    Full,
}

/// What is to be another about a webhook.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WebhookChange {
    /// Another address.
    pub url: Option<String>,
    /// Other kinds.
    pub kinds: Option<Vec<String>>,
    /// Another state; made active it begins anew to count failures.
    pub state: Option<WebhookState>,
}

impl WebhookState {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            WebhookState::Active => "active",
            WebhookState::Paused => "paused",
            WebhookState::Failing => "failing",
            WebhookState::Gone => "gone",
        }
    }
}

const FIELDS: &str =
    "id, payee, url, kinds, secret, old_secret, old_ends, rotated_by, cursor, state, created, failing_since, succeeded, since";

impl Vault {
    /// Adds a webhook, unless its payee has `limit` of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn add_webhook(&mut self, webhook: &Webhook, limit: u64) -> Result<Added, Error> {
        self.change("add a webhook", |db| {
            let sql = format!("SELECT {FIELDS} FROM webhooks WHERE id = ?1");
            if let Some(there) = db.query_row(&sql, [webhook.id.0], read).optional()? {
                return Ok(Added::There(Box::new(there)));
            }
            let standing: i64 = db.query_row("SELECT count(*) FROM webhooks WHERE payee = ?1", [&webhook.payee], |row| row.get(0))?;
            if standing.unsigned_abs() >= limit {
                return Ok(Added::Full);
            }
            let sql =
                "INSERT INTO webhooks (id, payee, url, kinds, secret, cursor, since, state, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let Webhook { id, payee, url, secret, cursor, since, state, created_at, .. } = webhook;
            let cursor = i64::try_from(*cursor).unwrap_or(i64::MAX);
            db.execute(sql, params![id.0, payee, url, webhook.kinds.join(" "), secret, cursor, micros(*since), state, micros(*created_at)])?;
            Ok(Added::Made)
        })
    }

    /// A webhook of the payee's.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn webhook(&self, payee: &str, id: WebhookId) -> Result<Option<Webhook>, Error> {
        let sql = format!("SELECT {FIELDS} FROM webhooks WHERE payee = ?1 AND id = ?2");
        let mut statement = self.db.prepare_cached(&sql).map_err(failed("find a webhook"))?;
        statement.query_row(params![payee, id.0], read).optional().map_err(failed("find a webhook"))
    }

    /// The payee's webhooks, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn webhooks_of(&self, payee: &str) -> Result<Vec<Webhook>, Error> {
        self.webhooks(&format!("SELECT {FIELDS} FROM webhooks WHERE payee = ?1 ORDER BY created, id"), payee)
    }

    /// All webhooks that are sent to.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn active_webhooks(&self) -> Result<Vec<Webhook>, Error> {
        self.webhooks(&format!("SELECT {FIELDS} FROM webhooks WHERE state = ?1 ORDER BY id"), "active")
    }

    fn webhooks(&self, sql: &str, value: &str) -> Result<Vec<Webhook>, Error> {
        let mut statement = self.db.prepare_cached(sql).map_err(failed("list webhooks"))?;
        let rows = statement.query_map([value], read).map_err(failed("list webhooks"))?;
        rows.collect::<Result<_, _>>().map_err(failed("list webhooks"))
    }

    /// Changes a webhook of the payee's; `false` if there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn change_webhook(&self, payee: &str, id: WebhookId, change: &WebhookChange) -> Result<bool, Error> {
        let sql = "UPDATE webhooks SET url = coalesce(?3, url), kinds = coalesce(?4, kinds), state = coalesce(?5, state),
                   failing_since = CASE WHEN ?5 = 'active' THEN NULL ELSE failing_since END WHERE payee = ?1 AND id = ?2";
        let kinds = change.kinds.as_ref().map(|kinds| kinds.join(" "));
        let state = change.state.map(WebhookState::word);
        Ok(self.execute("change a webhook", sql, &[&payee, &id.0, &change.url, &kinds, &state])? > 0)
    }

    /// Gives a webhook another secret; the one before signs, too, until `ends`. The same call again changes nothing. The
    /// webhook as it is then.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn rotate_secret(
        &self,
        (payee, id): (&str, WebhookId),
        (secret, ends): (&[u8; 32], Timestamp),
        by: CommandId,
    ) -> Result<Option<Webhook>, Error> {
        let sql = "UPDATE webhooks SET old_secret = secret, old_ends = ?4, secret = ?3, rotated_by = ?5
                   WHERE payee = ?1 AND id = ?2 AND rotated_by IS NOT ?5";
        self.execute("rotate a secret", sql, &[&payee, &id.0, secret, &micros(ends), &by.0])?;
        self.webhook(payee, id)
    }

    /// Deletes a webhook of the payee's with all its deliveries; `false` if there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_webhook(&mut self, payee: &str, id: WebhookId) -> Result<bool, Error> {
        self.change("delete a webhook", |db| {
            if db.execute("DELETE FROM webhooks WHERE payee = ?1 AND id = ?2", params![payee, id.0])? == 0 {
                return Ok(false);
            }
            db.execute("DELETE FROM tries WHERE delivery IN (SELECT number FROM deliveries WHERE webhook = ?1)", [id.0])?;
            db.execute("DELETE FROM deliveries WHERE webhook = ?1", [id.0])?;
            Ok(true)
        })
    }

    /// Writes down what is to be delivered and moves the cursor, in one step. What is there already stays as it is; a webhook
    /// that was deleted or paused meanwhile is left alone. `false` if nothing was done.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn take_events(&mut self, id: WebhookId, deliveries: &[Delivery], cursor: u64) -> Result<bool, Error> {
        self.change("take events", |db| {
            let sql = "UPDATE webhooks SET cursor = max(cursor, ?2) WHERE id = ?1 AND state = 'active'";
            if db.execute(sql, params![id.0, i64::try_from(cursor).unwrap_or(i64::MAX)])? == 0 {
                return Ok(false);
            }
            for delivery in deliveries {
                super::deliveries::insert(db, delivery)?;
            }
            Ok(true)
        })
    }

    /// Pauses the webhooks whose failures began at or before `since`: which.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn pause_failing(&self, since: Timestamp) -> Result<Vec<(String, WebhookId)>, Error> {
        let sql = "UPDATE webhooks SET state = 'failing' WHERE state = 'active' AND failing_since <= ?1 RETURNING payee, id";
        let mut statement = self.db.prepare_cached(sql).map_err(failed("pause webhooks"))?;
        let rows =
            statement.query_map([micros(since)], |row| Ok((row.get(0)?, WebhookId(row.get(1)?)))).map_err(failed("pause webhooks"))?;
        rows.collect::<Result<_, _>>().map_err(failed("pause webhooks"))
    }

    /// How many deliveries of a webhook wait.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn waiting(&self, id: WebhookId) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM deliveries WHERE webhook = ?1 AND state = 'waiting'";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| statement.query_row([id.0], |row| row.get::<_, i64>(0)));
        found.map(i64::unsigned_abs).map_err(failed("count deliveries"))
    }

    /// Removes deliveries made before, with their tries, but for those that wait; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_deliveries(&mut self, before: Timestamp) -> Result<u64, Error> {
        self.change("remove old deliveries", |db| {
            let old = "SELECT number FROM deliveries WHERE created < ?1 AND state <> 'waiting'";
            db.execute(&format!("DELETE FROM tries WHERE delivery IN ({old})"), [micros(before)])?;
            db.execute(&format!("DELETE FROM deliveries WHERE number IN ({old})"), [micros(before)]).map(count)
        })
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Webhook> {
    let (old, ends): (Option<[u8; 32]>, Option<i64>) = (row.get(5)?, row.get(6)?);
    let kinds: String = row.get(3)?;
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(timestamp));
    Ok(Webhook {
        id: WebhookId(row.get(0)?),
        payee: row.get(1)?,
        url: row.get(2)?,
        kinds: kinds.split_whitespace().map(str::to_owned).collect(),
        secret: row.get(4)?,
        old_secret: old.zip(ends.map(timestamp)),
        rotated_by: row.get::<_, Option<[u8; 16]>>(7)?.map(CommandId),
        cursor: row.get::<_, i64>(8)?.unsigned_abs(),
        state: row.get(9)?,
        created_at: timestamp(row.get(10)?),
        failing_since: time(11)?,
        succeeded_at: time(12)?,
        since: timestamp(row.get(13)?),
    })
}

impl FromSql for WebhookState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<WebhookState> {
        let word = value.as_str()?;
        let all = [WebhookState::Active, WebhookState::Paused, WebhookState::Failing, WebhookState::Gone];
        all.into_iter().find(|state| state.word() == word).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for WebhookState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}
