//! The outbox: webhooks that somebody should look at, and what waits or was given up of each.

use super::webhooks::{WebhookId, WebhookState};
use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::{OptionalExtension, params};

/// A webhook with what is in its outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outbox {
    /// Which.
    pub id: WebhookId,
    /// Handle of its payee.
    pub payee: String,
    /// Where it is sent.
    pub url: String,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// When something last arrived.
    pub succeeded_at: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub failed: u64,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
}

/// All outboxes together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct OutboxSums {
    /// Webhooks that are sent to.
    pub active: u64,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub failed: u64,
}

impl Vault {
    /// Webhooks in whose outbox something waits or was given up, or that are not sent to; what needs somebody first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn outboxes(&self, limit: u32) -> Result<Vec<Outbox>, Error> {
        let sql = "SELECT id, payee, url, state, succeeded,
                          (SELECT count(*) FROM deliveries WHERE webhook = webhooks.id AND state = 'waiting') AS waiting,
                          (SELECT count(*) FROM deliveries WHERE webhook = webhooks.id AND state = 'failed') AS failed,
                          (SELECT min(next) FROM deliveries WHERE webhook = webhooks.id AND state = 'waiting')
                   FROM webhooks WHERE state <> 'active' OR waiting > 0 OR failed > 0 ORDER BY failed DESC, waiting DESC, id LIMIT ?1";
        let run = || {
            let mut statement = self.db.prepare_cached(sql)?;
            let rows = statement.query_map([limit], |row| {
                let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(timestamp));
                Ok(Outbox {
                    id: WebhookId(row.get(0)?),
                    payee: row.get(1)?,
                    url: row.get(2)?,
                    state: row.get(3)?,
                    succeeded_at: time(4)?,
                    waiting: row.get::<_, i64>(5)?.unsigned_abs(),
                    failed: row.get::<_, i64>(6)?.unsigned_abs(),
                    next_at: time(7)?,
                })
            })?;
            rows.collect::<rusqlite::Result<_>>()
        };
        run().map_err(failed("list outboxes"))
    }

    /// What is in all outboxes.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn outbox_sums(&self) -> Result<OutboxSums, Error> {
        let sql = "SELECT (SELECT count(*) FROM webhooks WHERE state = 'active'),
                          (SELECT count(*) FROM deliveries WHERE state = 'waiting'),
                          (SELECT count(*) FROM deliveries WHERE state = 'failed')";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            statement.query_row([], |row| {
                let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                Ok(OutboxSums { active: number(0)?, waiting: number(1)?, failed: number(2)? })
            })
        });
        found.map_err(failed("count outboxes"))
    }

    /// What somebody is called here: as an operator, else as a member of a team. Most parties have no name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn name_of(&self, party: Party) -> Result<Option<String>, Error> {
        let sql = "SELECT coalesce((SELECT value FROM facts WHERE party = ?1 AND name = 'name'),
                                   (SELECT name FROM members WHERE party = ?1 ORDER BY payee LIMIT 1))";
        let found =
            self.db.prepare_cached(sql).and_then(|mut statement| statement.query_row(params![party.0], |row| row.get(0)).optional());
        found.map(Option::flatten).map_err(failed("find a name"))
    }

    /// How many logins of a party stand, at all doors.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn count_logins(&self, party: Party, now: Timestamp) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM logins WHERE party = ?1 AND idle_expires > ?2 AND ends > ?2";
        let found = self
            .db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.query_row(params![party.0, micros(now)], |row| row.get::<_, i64>(0)));
        found.map(i64::unsigned_abs).map_err(failed("count logins"))
    }
}
