//! Who works for a payee, in which role, and the invitations that are out.

use super::{Vault, failed, micros, timestamp};
use crate::Error;
use money::{Party, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, params};

/// What a member of a payee's team may do; each may do what those below may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Looks at everything.
    Reader,
    /// Works on keys and webhooks too.
    Developer,
    /// Gives money back and works on offers too.
    Editor,
    /// Decides who is on the team too.
    Owner,
}

/// Somebody on a payee's team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Handle of the payee.
    pub payee: String,
    /// Who it is: the party of a wallet.
    pub party: Party,
    /// What they may do.
    pub role: Role,
    /// What the team calls them.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// SHA-256 of an invitation's code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InvitationHash(pub [u8; 32]);

/// What an invitation lets its bearer become, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Invitation {
    /// A member of a payee's team.
    Member {
        /// Handle of the payee.
        payee: String,
        /// In which role.
        role: Role,
    },
    /// An operator of the instance.
    Operator,
}

impl Role {
    /// All roles, least first.
    pub const ALL: [Role; 4] = [Role::Reader, Role::Developer, Role::Editor, Role::Owner];

    /// The word that stands for it in files, forms and addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Role::Reader => "reader",
            Role::Developer => "developer",
            Role::Editor => "editor",
            Role::Owner => "owner",
        }
    }

    /// The role that a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

impl Vault {
    /// Puts somebody on a team, or changes the role and name of a member.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn set_member(&self, member: &Member) -> Result<(), Error> {
        let sql = "INSERT INTO members (payee, party, role, name, created) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (payee, party) DO UPDATE SET role = excluded.role, name = excluded.name";
        let (role, created) = (member.role.word(), micros(member.created_at));
        self.execute("set a member", sql, &[&member.payee, &member.party.0, &role, &member.name, &created])?;
        Ok(())
    }

    /// Takes somebody off a team unless no owner would be left; `false` when nothing changed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn remove_member(&self, payee: &str, party: Party) -> Result<bool, Error> {
        let sql = "DELETE FROM members WHERE payee = ?1 AND party = ?2 AND (role <> 'owner'
                   OR EXISTS (SELECT 1 FROM members WHERE payee = ?1 AND party <> ?2 AND role = 'owner'))";
        Ok(self.execute("remove a member", sql, &[&payee, &party.0])? > 0)
    }

    /// A payee's team, longest member first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn members(&self, payee: &str) -> Result<Vec<Member>, Error> {
        self.members_where("payee = ?1 ORDER BY created, party", &payee)
    }

    /// The payees that somebody works for, by handle.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn memberships(&self, party: Party) -> Result<Vec<Member>, Error> {
        self.members_where("party = ?1 ORDER BY payee", &party.0)
    }

    fn members_where(&self, condition: &str, value: &dyn rusqlite::ToSql) -> Result<Vec<Member>, Error> {
        let sql = format!("SELECT payee, party, role, name, created FROM members WHERE {condition}");
        let found = self.db.prepare_cached(&sql).and_then(|mut statement| {
            let rows = statement.query_map([value], |row| {
                let (payee, party, role) = (row.get(0)?, Party(row.get(1)?), row.get(2)?);
                Ok(Member { payee, party, role, name: row.get(3)?, created_at: timestamp(row.get(4)?) })
            })?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        });
        found.map_err(failed("list members"))
    }

    /// Adds an invitation, or lets one last anew, and forgets those that are over. One that was taken stays taken.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn invite(
        &mut self,
        hash: &InvitationHash,
        invitation: &Invitation,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Result<(), Error> {
        let (what, payee, role) = match invitation {
            Invitation::Member { payee, role } => ("desk", payee.as_str(), role.word()),
            Invitation::Operator => ("admin", "", ""),
        };
        self.change("invite", |db| {
            db.execute("DELETE FROM invitations WHERE expires <= ?1", [micros(now)])?;
            let sql = "INSERT INTO invitations (hash, what, payee, role, expires) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT (hash) DO UPDATE SET expires = excluded.expires";
            db.execute(sql, params![hash.0, what, payee, role, micros(expires_at)]).map(|_| ())
        })
    }

    /// What an invitation is for, unless it is over or was taken.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn invitation(&self, hash: &InvitationHash, now: Timestamp) -> Result<Option<Invitation>, Error> {
        let sql = "SELECT what, payee, role FROM invitations WHERE hash = ?1 AND expires > ?2 AND taken = 0";
        let found = self.db.prepare_cached(sql).and_then(|mut statement| {
            let read = |row: &rusqlite::Row<'_>| {
                let what: String = row.get(0)?;
                Ok(if what == "admin" { Invitation::Operator } else { Invitation::Member { payee: row.get(1)?, role: row.get(2)? } })
            };
            statement.query_row(params![hash.0, micros(now)], read).optional()
        });
        found.map_err(failed("find an invitation"))
    }

    /// Takes an invitation for good; `false` when it is over or another took it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn take_invitation(&self, hash: &InvitationHash, now: Timestamp) -> Result<bool, Error> {
        let sql = "UPDATE invitations SET taken = 1 WHERE hash = ?1 AND expires > ?2 AND taken = 0";
        Ok(self.execute("take an invitation", sql, &[&hash.0, &micros(now)])? > 0)
    }
}

impl FromSql for Role {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Role> {
        Role::of_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}
