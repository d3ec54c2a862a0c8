//! Acts: who changed what by which door, as operators and payees' owners read it later.
//!
//! An act names ids and never a name, so that erasing a person leaves a log that still tells what was done.

use super::{Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Row, params};

/// Acts that are kept of one payee, or of none; then the oldest go, so that nobody's acts push out those of others.
pub const MOST_ACTS: u64 = 20_000;

/// By which way somebody came who did something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Via {
    /// The operators' pages.
    Admin,
    /// A payee's desk.
    Desk,
    /// A payee's key, under `/v1`.
    Key,
    /// The command line on the machine itself.
    Machine,
}

macro_rules! whats {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What was done. A closed list: a page has a sentence for each.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum What {
            $($(#[$doc])* $name),+
        }

        impl What {
            /// All there are.
            pub const ALL: &'static [What] = &[$(What::$name),+];

            /// The word for it in files and addresses.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(What::$name => $word),+
                }
            }
        }
    };
}

whats! {
    /// Somebody came in with a passkey.
    SignedIn = "signed-in",
    /// Somebody came in with a recovery code.
    Recovered = "recovered",
    /// Somebody left.
    SignedOut = "signed-out",
    /// A link that makes an operator was made.
    OperatorInvited = "operator-invited",
    /// Somebody became an operator.
    OperatorAdded = "operator-added",
    /// An operator is none any more.
    OperatorRemoved = "operator-removed",
    /// A passkey was added.
    PasskeyAdded = "passkey-added",
    /// A passkey was removed.
    PasskeyRemoved = "passkey-removed",
    /// New recovery codes count.
    CodesMade = "codes-made",
    /// A browser was signed out.
    LoginEnded = "login-ended",
    /// A link that makes a member was made; the subject is the role.
    MemberInvited = "member-invited",
    /// Somebody became a member; the subject is the role.
    MemberJoined = "member-joined",
    /// A member has another role; the subject is the role.
    RoleSet = "role-set",
    /// A member left or was removed.
    MemberRemoved = "member-removed",
    /// A sale was given back; the subject is its serial.
    Refunded = "refunded",
    /// A site was looked at from outside; the subject is its name.
    SiteChecked = "site-checked",
    /// The offer files were read again.
    OffersApplied = "offers-applied",
    /// An offer was made; the subject is its id, as of the next two.
    OfferMade = "offer-made",
    /// An offer has other terms.
    OfferChanged = "offer-changed",
    /// An offer was withdrawn.
    OfferEnded = "offer-ended",
    /// A payee looks another way.
    BrandSet = "brand-set",
    /// A key was made; the subject is its id, as of the next two.
    KeyMade = "key-made",
    /// A key was rotated.
    KeyRotated = "key-rotated",
    /// A key was revoked.
    KeyRevoked = "key-revoked",
    /// A webhook was made; the subject is its id, as of the next four.
    WebhookMade = "webhook-made",
    /// A webhook was changed, paused or resumed.
    WebhookChanged = "webhook-changed",
    /// A webhook was deleted.
    WebhookDeleted = "webhook-deleted",
    /// A webhook has another secret.
    WebhookRotated = "webhook-rotated",
    /// A test was sent to a webhook.
    WebhookTested = "webhook-tested",
    /// Deliveries were begun again; the subject is the webhook or the delivery.
    DeliveriesRetried = "deliveries-retried",
    /// A rail takes no money in any more; the subject is its name, as of the next.
    RailStopped = "rail-stopped",
    /// A rail takes money in again.
    RailStarted = "rail-started",
    /// L402 is sold under a new secret.
    L402Rotated = "l402-rotated",
    /// The root key that another instance shows now is the one that counts; the subject is its origin.
    RootAccepted = "root-accepted",
}

/// Something that was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// When.
    pub at: Timestamp,
    /// By which way.
    pub via: Via,
    /// Whose matter it was: a payee's handle, or none for the operator's.
    pub payee: Option<String>,
    /// Who did it, as far as a person is known.
    pub party: Option<Party>,
    /// What.
    pub what: What,
    /// Of what: an id or a word, never a name; may be empty.
    pub subject: String,
    /// To whom it was done, where it was done to somebody.
    pub whom: Option<Party>,
    /// The network it came from; empty for the machine itself.
    pub network: String,
}

/// Which acts are wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActFilter {
    /// Those of one payee.
    pub payee: Option<String>,
    /// Those by one way.
    pub via: Option<Via>,
    /// Those of one kind.
    pub what: Option<What>,
    /// Those from then on.
    pub from: Option<Timestamp>,
    /// Those before.
    pub until: Option<Timestamp>,
    /// Those before this number.
    pub before: Option<u64>,
}

impl Via {
    /// All there are.
    pub const ALL: [Via; 4] = [Via::Admin, Via::Desk, Via::Key, Via::Machine];

    /// The word for it in files and addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Via::Admin => "admin",
            Via::Desk => "desk",
            Via::Key => "key",
            Via::Machine => "machine",
        }
    }

    /// The way that a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Via> {
        Via::ALL.into_iter().find(|via| via.word() == word)
    }
}

impl What {
    /// The act that a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<What> {
        What::ALL.iter().copied().find(|what| what.word() == word)
    }
}

impl Vault {
    /// Writes an act down, and lets go of the oldest of the same payee (or of none) beyond `limit`.
    ///
    /// # Errors
    /// [`Error::Database`]; then nothing was written.
    pub fn add_act(&mut self, act: &Act, limit: u64) -> Result<(), Error> {
        self.change("write down an act", |db| {
            let sql = "INSERT INTO acts (at, via, payee, party, what, subject, whom, network) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            let payee = act.payee.as_deref().unwrap_or_default();
            let (party, whom) = (act.party.map(|party| party.0), act.whom.map(|whom| whom.0));
            db.prepare_cached(sql)?.execute(params![micros(act.at), act.via, payee, party, act.what, act.subject, whom, act.network])?;
            let old = "DELETE FROM acts WHERE payee = ?1 AND number <=
                       (SELECT number FROM acts WHERE payee = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)";
            db.prepare_cached(old)?.execute(params![payee, i64::try_from(limit).unwrap_or(i64::MAX)])?;
            Ok(())
        })
    }

    /// Acts with their numbers, newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn acts(&self, filter: &ActFilter, limit: u32) -> Result<Vec<(u64, Act)>, Error> {
        let sql = "SELECT number, at, via, payee, party, what, subject, whom, network FROM acts
                   WHERE number < ?1 AND (?2 IS NULL OR payee = ?2) AND (?3 IS NULL OR via = ?3) AND (?4 IS NULL OR what = ?4)
                   AND at >= ?5 AND at < ?6 ORDER BY number DESC LIMIT ?7";
        let before = filter.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
        let (from, until) = (filter.from.map_or(0, micros), filter.until.map_or(i64::MAX, micros));
        let run = || {
            let mut statement = self.db.prepare_cached(sql)?;
            let rows = statement.query_map(params![before, filter.payee, filter.via, filter.what, from, until, limit], read)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        run().map_err(failed("list acts"))
    }

    /// Removes acts from before an instant; how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn expire_acts(&self, before: Timestamp) -> Result<u64, Error> {
        Ok(count(self.execute("remove old acts", "DELETE FROM acts WHERE at < ?1", &[&micros(before)])?))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(u64, Act)> {
    let party = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<[u8; 20]>>(column)?.map(Party));
    let payee: String = row.get(3)?;
    let act = Act {
        at: timestamp(row.get(1)?),
        via: row.get(2)?,
        payee: (!payee.is_empty()).then_some(payee),
        party: party(4)?,
        what: row.get(5)?,
        subject: row.get(6)?,
        whom: party(7)?,
        network: row.get(8)?,
    };
    Ok((row.get::<_, i64>(0)?.unsigned_abs(), act))
}

impl FromSql for Via {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Via> {
        Via::of_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Via {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for What {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<What> {
        What::of_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for What {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}
