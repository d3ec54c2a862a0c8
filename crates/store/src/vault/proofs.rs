//! What people prove with who they are: passkeys, recovery codes and a mail address.

use super::{Door, Vault, count, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

/// A passkey at one door. What verifies it is text of the roof's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passkey {
    /// The credential's id as the authenticator made it.
    pub id: Vec<u8>,
    /// Whose it is.
    pub party: Party,
    /// The door whose host it is bound to.
    pub door: Door,
    /// What its owner calls it.
    pub name: String,
    /// Public key and counters.
    pub key: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

/// A recovery code as the vault knows it: a slow hash under a secret that is not in the vault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CodeHash(pub [u8; 32]);

/// How a party can prove who it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Proofs {
    /// Passkeys.
    pub passkeys: u64,
    /// Recovery codes that were written down and not used yet.
    pub codes: u64,
    /// Whether a mail address was verified.
    pub has_mail: bool,
}

impl Proofs {
    /// True if somebody who loses this browser can come back.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.passkeys > 0 || self.codes > 0
    }
}

impl Vault {
    /// How a party can prove who it is at a door.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn proofs(&self, party: Party, door: Door) -> Result<Proofs, Error> {
        let sql = "SELECT (SELECT count(*) FROM passkeys WHERE party = ?1 AND door = ?2),
                          (SELECT count(*) FROM recovery_codes WHERE party = ?1 AND door = ?2 AND confirmed = 1),
                          (SELECT count(*) FROM mails WHERE party = ?1)";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            statement.query_row(params![party.0, door.word()], |row| {
                let number = |column| row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0));
                Ok(Proofs { passkeys: number(0)?, codes: number(1)?, has_mail: number(2)? > 0 && door == Door::Wallet })
            })
        });
        found.map_err(failed("count proofs"))
    }

    /// True if a party can come back to its wallet after it lost its browser.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn is_kept(&self, party: Party) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM passkeys WHERE party = ?1 AND door = 'wallet')
                   OR EXISTS (SELECT 1 FROM recovery_codes WHERE party = ?1 AND door = 'wallet' AND confirmed = 1)";
        let found = self.db.prepare_cached(sql);
        found.and_then(|mut statement| statement.query_row([party.0], |row| row.get(0))).map_err(failed("look for proofs"))
    }

    /// Adds a passkey.
    ///
    /// # Errors
    /// [`Error::Database`], also when the credential is known.
    pub fn add_passkey(&self, passkey: &Passkey) -> Result<(), Error> {
        let sql = "INSERT INTO passkeys (id, party, door, name, key, created, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let (created, used) = (micros(passkey.created_at), micros(passkey.used_at));
        self.execute(
            "add a passkey",
            sql,
            &[&passkey.id, &passkey.party.0, &passkey.door.word(), &passkey.name, &passkey.key, &created, &used],
        )?;
        Ok(())
    }

    /// The passkeys of a party at a door, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn passkeys(&self, party: Party, door: Door) -> Result<Vec<Passkey>, Error> {
        let sql = "SELECT id, party, door, name, key, created, used FROM passkeys WHERE party = ?1 AND door = ?2 ORDER BY created, id";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map(params![party.0, door.word()], read)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list passkeys"))
    }

    /// The passkey with this id at a door.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn passkey(&self, id: &[u8], door: Door) -> Result<Option<Passkey>, Error> {
        let sql = "SELECT id, party, door, name, key, created, used FROM passkeys WHERE id = ?1 AND door = ?2";
        let found = self.db.prepare_cached(sql);
        found.and_then(|mut statement| statement.query_row(params![id, door.word()], read).optional()).map_err(failed("find a passkey"))
    }

    /// True if any passkey opens a door.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn has_passkey(&self, door: Door) -> Result<bool, Error> {
        let found = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM passkeys WHERE door = ?1)");
        found.and_then(|mut statement| statement.query_row([door.word()], |row| row.get(0))).map_err(failed("look for a passkey"))
    }

    /// Whoever has a passkey at the operator's door, longest first, and since when.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn operators(&self) -> Result<Vec<(Party, Timestamp)>, Error> {
        let sql = "SELECT party, min(created) FROM passkeys WHERE door = 'admin' GROUP BY party ORDER BY min(created), party";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let rows = statement.query_map([], |row| Ok((Party(row.get(0)?), timestamp(row.get(1)?))))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list operators"))
    }

    /// Takes from a party all that opens the operator's door, its logins there too. Its name and what it did stay: they are
    /// the log's. `false` if there was nothing.
    ///
    /// # Errors
    /// [`Error::Database`]; then nothing was taken.
    pub fn remove_operator(&mut self, party: Party) -> Result<bool, Error> {
        self.change("remove an operator", |db| {
            let mut taken = 0_usize;
            for table in ["passkeys", "recovery_codes", "logins"] {
                taken = taken.saturating_add(db.execute(&format!("DELETE FROM {table} WHERE party = ?1 AND door = 'admin'"), [party.0])?);
            }
            Ok(taken > 0)
        })
    }

    /// Notes that a passkey was used, with its counters as they are now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn use_passkey(&self, id: &[u8], key: &str, now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE passkeys SET key = ?2, used = max(used, ?3) WHERE id = ?1";
        Ok(self.execute("note the use of a passkey", sql, &[&id, &key, &micros(now)])? > 0)
    }

    /// Removes a passkey of a party. The last one stays while no recovery code is left: `false`, as when there was none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn remove_passkey(&self, party: Party, id: &[u8]) -> Result<bool, Error> {
        let sql = "DELETE FROM passkeys WHERE party = ?1 AND id = ?2 AND (
                     EXISTS (SELECT 1 FROM passkeys AS other WHERE other.party = ?1 AND other.id <> ?2 AND other.door = passkeys.door)
                     OR EXISTS (SELECT 1 FROM recovery_codes AS code WHERE code.party = ?1 AND code.door = passkeys.door AND confirmed = 1))";
        Ok(self.execute("remove a passkey", sql, &[&party.0, &id])? > 0)
    }

    /// Lays down new recovery codes. They open nothing until one of them was typed back; until then older ones stand.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn lay_codes(&mut self, (party, door): (Party, Door), codes: &[CodeHash], now: Timestamp) -> Result<(), Error> {
        self.change("lay down recovery codes", |db| {
            db.execute("DELETE FROM recovery_codes WHERE party = ?1 AND door = ?2 AND confirmed = 0", params![party.0, door.word()])?;
            let sql = "INSERT INTO recovery_codes (hash, party, door, batch, confirmed) VALUES (?1, ?2, ?3, ?4, 0)";
            let mut add = db.prepare_cached(sql)?;
            codes.iter().try_for_each(|code| add.execute(params![code.0, party.0, door.word(), micros(now)]).map(|_| ()))
        })
    }

    /// Makes the codes that were laid down last the ones that count, if `code` is one of them; those before open nothing
    /// any more. `false` if it is none of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn confirm_codes(&mut self, (party, door): (Party, Door), code: &CodeHash) -> Result<bool, Error> {
        self.change("confirm recovery codes", |db| {
            let among = "SELECT 1 FROM recovery_codes WHERE hash = ?1 AND party = ?2 AND door = ?3 AND confirmed = 0";
            if db.query_row(among, params![code.0, party.0, door.word()], |_| Ok(())).optional()?.is_none() {
                return Ok(false);
            }
            db.execute("DELETE FROM recovery_codes WHERE party = ?1 AND door = ?2 AND confirmed = 1", params![party.0, door.word()])?;
            db.execute("UPDATE recovery_codes SET confirmed = 1 WHERE party = ?1 AND door = ?2", params![party.0, door.word()])?;
            Ok(true)
        })
    }

    /// Takes a recovery code at a door for good; whose it was.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn take_code(&self, door: Door, code: &CodeHash) -> Result<Option<Party>, Error> {
        let sql = "DELETE FROM recovery_codes WHERE hash = ?1 AND door = ?2 AND confirmed = 1 RETURNING party";
        let found = self.db.prepare_cached(sql);
        let taken =
            found.and_then(|mut statement| statement.query_row(params![code.0, door.word()], |row| row.get(0).map(Party)).optional());
        taken.map_err(failed("take a recovery code"))
    }

    /// Ties a verified mail address to a party, in place of its older one; `false` if it keeps another wallet already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn set_mail(&mut self, party: Party, address: &str, now: Timestamp) -> Result<bool, Error> {
        self.change("set a mail address", |db| {
            let owner = db.query_row("SELECT party FROM mails WHERE address = ?1", [address], |row| row.get(0).map(Party)).optional()?;
            if owner.is_some_and(|owner| owner != party) {
                return Ok(false);
            }
            db.execute("DELETE FROM mails WHERE party = ?1", [party.0])?;
            let sql = "INSERT INTO mails (address, party, created) VALUES (?1, ?2, ?3)";
            db.execute(sql, params![address, party.0, micros(now)]).map(|_| true)
        })
    }

    /// The verified mail address of a party.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn mail(&self, party: Party) -> Result<Option<String>, Error> {
        let found = self.db.prepare_cached("SELECT address FROM mails WHERE party = ?1");
        found.and_then(|mut statement| statement.query_row([party.0], |row| row.get(0)).optional()).map_err(failed("find a mail address"))
    }

    /// The party that a mail address keeps.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn party_of_mail(&self, address: &str) -> Result<Option<Party>, Error> {
        let found = self.db.prepare_cached("SELECT party FROM mails WHERE address = ?1");
        let party = found.and_then(|mut statement| statement.query_row([address], |row| row.get(0).map(Party)).optional());
        party.map_err(failed("find a party by mail"))
    }

    /// Forgets a party's mail address; how many there were.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn delete_mail(&self, party: Party) -> Result<u64, Error> {
        Ok(count(self.execute("forget a mail address", "DELETE FROM mails WHERE party = ?1", &[&party.0])?))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Passkey> {
    let (id, party, door) = (row.get(0)?, Party(row.get(1)?), row.get(2)?);
    let (created_at, used_at) = (timestamp(row.get(5)?), timestamp(row.get(6)?));
    Ok(Passkey { id, party, door, name: row.get(3)?, key: row.get(4)?, created_at, used_at })
}
