//! Keys of payees' programs, by the SHA-256 of their text.

use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::{Span, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// The use of a key is noted at most this often.
const NOTED: Span = Span(3_600);

/// SHA-256 of a key's text; the text itself is only with its owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyHash(pub [u8; 32]);

/// What a key is called in lists and orders: no secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KeyId(pub [u8; 10]);

/// What a key lets its holder do. Each has calls behind it; more come with them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// Look at the payee, its sales, offers and events.
    Read,
    /// Give sales back.
    Refund,
    /// Set up webhooks and look at their deliveries.
    Webhooks,
    /// Make, change and withdraw offers, and say how the payee looks.
    Offers,
    /// Have its sites looked at from outside.
    Sites,
    /// Make, rotate and revoke keys, never one that may do more or lasts longer.
    Keys,
    /// Look at the team and the log of acts, invite and remove members; owners are left to owners.
    Team,
    /// Send events of meters.
    Meters,
}

/// Some scopes, in order and each once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scopes(Vec<Scope>);

/// A key as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayeeKey {
    /// Its id.
    pub id: KeyId,
    /// Handle of the payee it speaks for.
    pub payee: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Its first characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
    /// From when on it opens nothing.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The key that takes its place, if it was rotated.
    pub successor: Option<KeyId>,
}

impl Scope {
    /// All there are.
    pub const ALL: [Scope; 8] =
        [Scope::Read, Scope::Refund, Scope::Webhooks, Scope::Offers, Scope::Sites, Scope::Keys, Scope::Team, Scope::Meters];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Refund => "refund",
            Scope::Webhooks => "webhooks",
            Scope::Offers => "offers",
            Scope::Sites => "sites",
            Scope::Keys => "keys",
            Scope::Team => "team",
            Scope::Meters => "meters",
        }
    }
}

impl Scopes {
    /// Of words; `None` if there is none, or one that is no scope.
    #[must_use]
    pub fn parse<'w>(words: impl IntoIterator<Item = &'w str>) -> Option<Scopes> {
        let one = |word: &str| Scope::ALL.into_iter().find(|scope| scope.word() == word);
        let mut scopes = words.into_iter().map(one).collect::<Option<Vec<Scope>>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        (!scopes.is_empty()).then_some(Scopes(scopes))
    }

    /// True if it is among them.
    #[must_use]
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The first that is not among others.
    #[must_use]
    pub fn beyond(&self, others: &[Scope]) -> Option<Scope> {
        self.0.iter().copied().find(|scope| !others.contains(scope))
    }

    /// All, in order.
    #[must_use]
    pub fn all(&self) -> &[Scope] {
        &self.0
    }

    /// The words.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|scope| scope.word())
    }
}

impl PayeeKey {
    /// True if it opens something at `now`.
    #[must_use]
    pub fn stands(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|ends| now < ends)
    }
}

const FIELDS: &str = "id, payee, name, scopes, hint, created, used, expires, revoked, successor";

impl Vault {
    /// Adds a key; `false`, and nothing changed, if `limit` keys of the payee stand already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn add_key(&mut self, hash: &KeyHash, key: &PayeeKey, limit: u64) -> Result<bool, Error> {
        self.change("add a key", |db| {
            let sql = "SELECT count(*) FROM payee_keys WHERE payee = ?1 AND revoked IS NULL AND (expires IS NULL OR expires > ?2)";
            let standing: i64 = db.query_row(sql, params![key.payee, micros(key.created_at)], |row| row.get(0))?;
            let has_room = standing.unsigned_abs() < limit;
            if has_room {
                insert(db, hash, key)?;
            }
            Ok(has_room)
        })
    }

    /// The key of this hash, if it stands. One that never was, was revoked or has expired takes the same one look.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn key(&self, hash: &KeyHash, now: Timestamp) -> Result<Option<PayeeKey>, Error> {
        let sql = format!("SELECT {FIELDS} FROM payee_keys WHERE hash = ?1 AND revoked IS NULL AND (expires IS NULL OR expires > ?2)");
        let mut statement = self.db.prepare_cached(&sql).map_err(failed("find a key"))?;
        statement.query_row(params![hash.0, micros(now)], read).optional().map_err(failed("find a key"))
    }

    /// Notes that a key was used, if that was not noted within the hour.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn see_key(&self, key: &PayeeKey, now: Timestamp) -> Result<(), Error> {
        if key.used_at.is_none_or(|used| used.after(NOTED) <= now) {
            self.execute("note the use of a key", "UPDATE payee_keys SET used = ?2 WHERE id = ?1", &[&key.id.0, &micros(now)])?;
        }
        Ok(())
    }

    /// The payee's keys, newest first, those that are over too.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn keys_of(&self, payee: &str) -> Result<Vec<PayeeKey>, Error> {
        let sql = format!("SELECT {FIELDS} FROM payee_keys WHERE payee = ?1 ORDER BY created DESC, id");
        let mut statement = self.db.prepare_cached(&sql).map_err(failed("list keys"))?;
        let rows = statement.query_map([payee], read).map_err(failed("list keys"))?;
        rows.collect::<Result<_, _>>().map_err(failed("list keys"))
    }

    /// Revokes a key of the payee's; `false` if there is none of that id that stands.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn revoke_key(&self, payee: &str, id: KeyId, now: Timestamp) -> Result<bool, Error> {
        let sql =
            "UPDATE payee_keys SET revoked = ?3 WHERE payee = ?1 AND id = ?2 AND revoked IS NULL AND (expires IS NULL OR expires > ?3)";
        Ok(self.execute("revoke a key", sql, &[&payee, &id.0, &micros(now)])? > 0)
    }

    /// Puts `new` in the place of a key of its payee's that stands: the old one ends at `ends`, or before if it would have.
    /// `false`, and nothing changed, if there is none, or it was rotated before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn rotate_key(&mut self, old: KeyId, (hash, new): (&KeyHash, &PayeeKey), ends: Timestamp) -> Result<bool, Error> {
        self.change("rotate a key", |db| {
            let sql = "UPDATE payee_keys SET expires = min(coalesce(expires, ?4), ?4), successor = ?3
                       WHERE payee = ?1 AND id = ?2 AND revoked IS NULL AND successor IS NULL AND (expires IS NULL OR expires > ?5)";
            let values = params![new.payee, old.0, new.id.0, micros(ends), micros(new.created_at)];
            let found = db.execute(sql, values)? > 0;
            if found {
                insert(db, hash, new)?;
            }
            Ok(found)
        })
    }
}

fn insert(db: &Connection, hash: &KeyHash, key: &PayeeKey) -> rusqlite::Result<()> {
    let sql = "INSERT INTO payee_keys (hash, id, payee, name, scopes, hint, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let expires = key.expires_at.map(micros);
    db.prepare_cached(sql)?
        .execute(params![hash.0, key.id.0, key.payee, key.name, key.scopes, key.hint, micros(key.created_at), expires])
        .map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<PayeeKey> {
    let time = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.map(timestamp));
    Ok(PayeeKey {
        id: KeyId(row.get(0)?),
        payee: row.get(1)?,
        name: row.get(2)?,
        scopes: row.get(3)?,
        hint: row.get(4)?,
        created_at: timestamp(row.get(5)?),
        used_at: time(6)?,
        expires_at: time(7)?,
        revoked_at: time(8)?,
        successor: row.get::<_, Option<[u8; 10]>>(9)?.map(KeyId),
    })
}

impl FromSql for Scopes {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Scopes> {
        Scopes::parse(value.as_str()?.split(' ')).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Scopes {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.words().collect::<Vec<_>>().join(" ").into())
    }
}
