//! The vault's tables, as a row of steps that is only ever added to.

use super::failed;
use crate::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks the file as a vault: "FARV".
const APPLICATION_ID: i64 = 0x4641_5256;

/// Step n brings a vault of version n to n + 1. Times are µs since 1970. Never edited once released.
pub(super) const STEPS: [&str; 9] = [FIRST, SIGN_IN, PAYEES, ACTS, RAILS, DIGESTS, ELSEWHERE, TAKEN, LOCKS];

const FIRST: &str = "
    CREATE TABLE logins (
        id BLOB PRIMARY KEY CHECK (length(id) = 32),
        party BLOB NOT NULL CHECK (length(party) = 20),
        door TEXT NOT NULL CHECK (door IN ('wallet', 'desk', 'admin')),
        created INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        idle_expires INTEGER NOT NULL,
        ends INTEGER NOT NULL,
        csrf BLOB NOT NULL CHECK (length(csrf) = 32)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX logins_by_seen ON logins (seen);
    CREATE INDEX logins_by_party ON logins (party);
    CREATE TABLE readers (
        handle BLOB PRIMARY KEY CHECK (length(handle) = 32),
        site TEXT NOT NULL,
        party BLOB NOT NULL CHECK (length(party) = 20),
        created INTEGER NOT NULL,
        expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX readers_by_expiry ON readers (expires);
    CREATE INDEX readers_by_party ON readers (party);
    CREATE TABLE facts (
        party BLOB NOT NULL CHECK (length(party) = 20),
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        changed INTEGER NOT NULL,
        PRIMARY KEY (party, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE texts (
        id BLOB PRIMARY KEY CHECK (length(id) = 16),
        party BLOB NOT NULL CHECK (length(party) = 20),
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        created INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX texts_by_party ON texts (party, created);
";

/// How people prove who they are, and who may work for a payee or the operator.
const SIGN_IN: &str = "
    ALTER TABLE logins ADD COLUMN proved INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE logins ADD COLUMN device TEXT NOT NULL DEFAULT '';
    CREATE TABLE passkeys (
        id BLOB PRIMARY KEY,
        party BLOB NOT NULL CHECK (length(party) = 20),
        door TEXT NOT NULL CHECK (door IN ('wallet', 'admin')),
        name TEXT NOT NULL,
        key TEXT NOT NULL,
        created INTEGER NOT NULL,
        used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX passkeys_by_party ON passkeys (party);
    CREATE TABLE recovery_codes (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        party BLOB NOT NULL CHECK (length(party) = 20),
        door TEXT NOT NULL CHECK (door IN ('wallet', 'admin')),
        batch INTEGER NOT NULL,
        confirmed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recovery_codes_by_party ON recovery_codes (party);
    CREATE TABLE mails (
        address TEXT PRIMARY KEY,
        party BLOB NOT NULL CHECK (length(party) = 20),
        created INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mails_by_party ON mails (party);
    CREATE TABLE members (
        payee TEXT NOT NULL,
        party BLOB NOT NULL CHECK (length(party) = 20),
        role TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'reader', 'developer')),
        name TEXT NOT NULL,
        created INTEGER NOT NULL,
        PRIMARY KEY (payee, party)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX members_by_party ON members (party);
    CREATE TABLE invitations (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        what TEXT NOT NULL CHECK (what IN ('desk', 'admin')),
        payee TEXT NOT NULL,
        role TEXT NOT NULL,
        expires INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// What payees' programs use: keys by the hash of their text; webhooks with the place in the row of events that each has come
/// to; what is to be delivered, and every try.
const PAYEES: &str = "
    CREATE TABLE payee_keys (
        hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 10),
        payee TEXT NOT NULL,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        hint TEXT NOT NULL,
        created INTEGER NOT NULL,
        used INTEGER,
        expires INTEGER,
        revoked INTEGER,
        successor BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX payee_keys_by_payee ON payee_keys (payee, created);
    CREATE TABLE webhooks (
        id BLOB PRIMARY KEY CHECK (length(id) = 10),
        payee TEXT NOT NULL,
        url TEXT NOT NULL,
        kinds TEXT NOT NULL,
        secret BLOB NOT NULL CHECK (length(secret) = 32),
        old_secret BLOB,
        old_ends INTEGER,
        rotated_by BLOB,
        cursor INTEGER NOT NULL,
        since INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'failing', 'gone')),
        created INTEGER NOT NULL,
        failing_since INTEGER,
        succeeded INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX webhooks_by_payee ON webhooks (payee, created);
    CREATE TABLE deliveries (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE CHECK (length(id) = 10),
        webhook BLOB NOT NULL,
        event TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL,
        created INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
        tries INTEGER NOT NULL DEFAULT 0,
        next INTEGER NOT NULL,
        sent INTEGER,
        status INTEGER,
        latency_ms INTEGER
    ) STRICT;
    CREATE INDEX deliveries_waiting ON deliveries (webhook, next) WHERE state = 'waiting';
    CREATE INDEX deliveries_by_webhook ON deliveries (webhook, number);
    CREATE INDEX deliveries_by_age ON deliveries (created);
    CREATE TABLE tries (
        delivery INTEGER NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER,
        latency_ms INTEGER NOT NULL,
        request TEXT NOT NULL,
        response TEXT NOT NULL,
        fault TEXT,
        PRIMARY KEY (delivery, at)
    ) STRICT, WITHOUT ROWID;
";

/// Who changed what. No party's bytes but in columns that erasing empties.
const ACTS: &str = "
    CREATE TABLE acts (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        via TEXT NOT NULL CHECK (via IN ('admin', 'desk', 'key', 'machine')),
        payee TEXT NOT NULL,
        party BLOB CHECK (length(party) = 20),
        what TEXT NOT NULL,
        subject TEXT NOT NULL,
        whom BLOB CHECK (length(whom) = 20),
        network TEXT NOT NULL
    ) STRICT;
    CREATE INDEX acts_by_payee ON acts (payee, number);
    CREATE INDEX acts_by_age ON acts (at);
    CREATE INDEX acts_by_party ON acts (party) WHERE party IS NOT NULL;
    CREATE INDEX acts_by_whom ON acts (whom) WHERE whom IS NOT NULL;
";

/// Rails that an operator stopped, each since when; one that is not here takes money in.
const RAILS: &str = "
    CREATE TABLE stopped_rails (
        rail TEXT PRIMARY KEY,
        since INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// The month of the last digest that was taken on for somebody.
const DIGESTS: &str = "
    CREATE TABLE digests (
        party BLOB PRIMARY KEY CHECK (length(party) = 20),
        month INTEGER NOT NULL,
        at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Wallets and sites of other instances: whose root key was seen first (pins); what a wallet knows of a site's offers (terms)
/// and of the quotes it paid; what readers bought here with wallets from elsewhere, and what is still to be given back of it.
const ELSEWHERE: &str = "
    CREATE TABLE pins (
        origin TEXT PRIMARY KEY,
        root BLOB NOT NULL CHECK (length(root) = 32),
        since INTEGER NOT NULL,
        other BLOB CHECK (length(other) = 32),
        other_since INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terms (
        site TEXT NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        offer BLOB NOT NULL CHECK (length(offer) = 32),
        PRIMARY KEY (site, hash)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terms_said (
        site TEXT NOT NULL,
        name TEXT NOT NULL,
        at INTEGER NOT NULL,
        PRIMARY KEY (site, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE terms_set (
        site TEXT NOT NULL,
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX terms_set_by_site ON terms_set (site, at);
    CREATE TABLE paid_quotes (
        site TEXT NOT NULL,
        quote BLOB NOT NULL CHECK (length(quote) = 16),
        sale BLOB NOT NULL CHECK (length(sale) = 16),
        at INTEGER NOT NULL,
        PRIMARY KEY (site, quote, sale)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX paid_quotes_by_age ON paid_quotes (at);
    CREATE TABLE bought (
        wallet TEXT NOT NULL,
        sale BLOB NOT NULL CHECK (length(sale) = 16),
        site TEXT NOT NULL,
        quote BLOB NOT NULL CHECK (length(quote) = 16),
        party BLOB NOT NULL CHECK (length(party) = 20),
        item TEXT NOT NULL,
        payer TEXT NOT NULL,
        offer BLOB NOT NULL CHECK (length(offer) = 32),
        charged INTEGER NOT NULL,
        currency TEXT NOT NULL,
        at INTEGER NOT NULL,
        until INTEGER,
        undo_until INTEGER NOT NULL,
        checked INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('live', 'returning', 'returned', 'refused')),
        reason TEXT NOT NULL DEFAULT '',
        next INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (wallet, sale)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX bought_by_item ON bought (party, item);
    CREATE INDEX bought_returning ON bought (next) WHERE state = 'returning';
";

/// An invitation that was taken stays until it is over, so that the command which made it makes no second one of it.
const TAKEN: &str = "
    ALTER TABLE invitations ADD COLUMN taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1));
";

/// Locks of L402 that opened without a charge, since their page was owned already.
const LOCKS: &str = "
    CREATE TABLE locks (
        nonce BLOB PRIMARY KEY CHECK (length(nonce) = 16),
        sale BLOB NOT NULL CHECK (length(sale) = 16),
        until INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX locks_by_end ON locks (until) WHERE until IS NOT NULL;
";

/// Settings of the connection, then the missing steps, each whole or not at all.
pub(super) fn prepare(db: &mut Connection, path: &Path) -> Result<(), Error> {
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA busy_timeout = 5000;";
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let application = pragma(db, "application_id")?;
    let version = pragma(db, "user_version")?;
    let tables = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(failed("look"))?;
    let foreign = application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0);
    if foreign || version > known || version < 0 {
        let found = u64::try_from(version).unwrap_or(u64::MAX);
        return Err(Error::Format { file: path.to_owned(), offset: 0, found, known: u64::try_from(known).unwrap_or(u64::MAX) });
    }
    db.execute_batch(settings).map_err(failed("set up"))?;
    let mut run = || {
        for (next, step) in (1_i64..).zip(STEPS).filter(|(next, _)| *next > version) {
            let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            change.execute_batch(step)?;
            change.pragma_update(None, "application_id", APPLICATION_ID)?;
            change.pragma_update(None, "user_version", next)?;
            change.commit()?;
        }
        Ok(())
    };
    run().map_err(failed("bring the tables up to date"))
}

fn pragma(db: &Connection, name: &str) -> Result<i64, Error> {
    db.pragma_query_value(None, name, |row| row.get(0)).map_err(failed("read its version"))
}
