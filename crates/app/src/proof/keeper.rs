//! How somebody keeps their way back in at a door: passkeys, recovery codes, signed-in browsers. The wallet's settings and the
//! operators' page are both this, with their own surroundings.

use super::passkey::Made;
use super::proving::{Proving, options, ticket};
use super::recovery::Code;
use crate::door::Reply;
use crate::instance::Instance;
use crate::login::{SignedIn, device};
use crate::web::{Form, Keeping, LoginLine, PasskeyForm, PasskeyLine};
use http::{HeaderMap, header};
use money::Timestamp;
use protocol::problem::Problem;
use protocol::text::base64url;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Door, LoginHash, Passkey};

/// Longest name of a passkey, in letters.
const MOST_NAME: usize = 60;
/// Passkeys one may have at a door.
const MOST_PASSKEYS: usize = 20;

/// Somebody signed in at a door who looks after their proofs.
pub struct Keeper<'a> {
    /// The instance.
    pub instance: &'a Arc<Instance>,
    /// The door's ways to prove who one is.
    pub proving: &'a Proving,
    /// Who it is.
    pub login: &'a SignedIn,
    /// Where.
    pub door: Door,
    /// Under which path the forms are posted, such as `/settings`.
    pub base: &'static str,
    /// When it is.
    pub now: Timestamp,
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// It was made.
    Yes,
    /// What was sent proves or names nothing, or must stay: nothing changed.
    No,
}

impl Keeper<'_> {
    /// What the page shows.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn view(&self) -> Result<Keeping, Problem> {
        let (party, door, now) = (self.login.party, self.door, self.now);
        let found =
            self.instance.vault(move |vault| Ok((vault.proofs(party, door)?, vault.passkeys(party, door)?, vault.logins_of(party, now)?)));
        let (proofs, passkeys, logins) = found.await?;
        let may_remove = passkeys.len() > 1 || proofs.codes > 0;
        let passkeys = passkeys.into_iter().map(|passkey| PasskeyLine {
            remove: may_remove.then(|| base64url(&passkey.id)),
            name: passkey.name,
            created: passkey.created_at,
            used: passkey.used_at,
        });
        let logins = logins.into_iter().map(|(hash, found)| LoginLine {
            is_this: hash == self.login.hash(),
            is_desk: found.door == Door::Desk,
            end: reference(&hash),
            device: found.device,
            created: found.created_at,
            seen: found.seen_at,
        });
        let add = self
            .proving
            .passkeys
            .as_ref()
            .map(|_| PasskeyForm { form: self.form("/passkeys"), options_url: format!("{}/passkeys/options", self.base) });
        Ok(Keeping {
            add,
            passkeys: passkeys.collect(),
            remove: self.form("/passkeys/remove"),
            codes: proofs.codes,
            make_codes: self.form("/codes"),
            logins: logins.collect(),
            end: self.form("/logins/end"),
            sign_out: Form { action: "/sign-out".to_owned(), csrf: self.login.csrf.clone(), fields: Vec::new() },
        })
    }

    /// A form posted under the page's path.
    #[must_use]
    pub fn form(&self, path: &str) -> Form {
        Form { action: format!("{}{path}", self.base), csrf: self.login.csrf.clone(), fields: Vec::new() }
    }

    /// Begins to make a passkey that is called `name`: the answer for the page's script.
    ///
    /// # Errors
    /// [`Problem::Unknown`] where there are no passkeys or too many, [`Problem::Internal`].
    pub async fn options(&self, name: &str) -> Result<Reply, Problem> {
        let (party, door) = (self.login.party, self.door);
        let known = self.instance.vault(move |vault| vault.passkeys(party, door)).await?;
        let passkeys = self.proving.passkeys.as_ref().filter(|_| known.len() < MOST_PASSKEYS).ok_or(Problem::Unknown)?;
        Ok(options(&passkeys.make((party, name), &known, self.now)?))
    }

    /// Keeps the passkey that the ceremony of this browser made.
    ///
    /// # Errors
    /// [`Problem::Internal`], also for an authenticator that gives out an id twice.
    pub async fn add(&self, headers: &HeaderMap, form: &BTreeMap<String, String>) -> Result<Changed, Problem> {
        let response = form.get("response").map_or("", String::as_str);
        let made =
            self.proving.passkeys.as_ref().zip(ticket(headers)).and_then(|(passkeys, ticket)| passkeys.made(ticket, response, self.now));
        let Some((_, made)) = made.filter(|(party, _)| *party == self.login.party) else { return Ok(Changed::No) };
        let passkey = named(made, self.login.party, (self.door, self.now), (form, headers));
        self.instance.vault(move |vault| vault.add_passkey(&passkey)).await?;
        self.login.prove(self.instance, self.now).await?;
        Ok(Changed::Yes)
    }

    /// Removes a passkey; the last one stays while no recovery code is left.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn remove(&self, form: &BTreeMap<String, String>) -> Result<Changed, Problem> {
        let party = self.login.party;
        let id = form.get("passkey").and_then(|id| data_encoding::BASE64URL_NOPAD.decode(id.as_bytes()).ok()).unwrap_or_default();
        let removed = self.instance.vault(move |vault| vault.remove_passkey(party, &id)).await?;
        Ok(if removed { Changed::Yes } else { Changed::No })
    }

    /// Lays down ten new codes, to be shown once.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn make_codes(&self) -> Result<Vec<String>, Problem> {
        let fresh = self.proving.fresh(self.instance).await?;
        let (codes, hashes): (Vec<Code>, Vec<_>) = fresh.into_iter().unzip();
        let (party, door, now) = (self.login.party, self.door, self.now);
        self.instance.vault(move |vault| vault.lay_codes((party, door), &hashes, now)).await?;
        Ok(codes.iter().map(ToString::to_string).collect())
    }

    /// Makes the new codes count, if what was typed is one of them.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn confirm_codes(&self, form: &BTreeMap<String, String>) -> Result<Changed, Problem> {
        let Some(code) = Code::read(form.get("code").map_or("", String::as_str)) else { return Ok(Changed::No) };
        let hash = self.proving.hash(self.instance, code).await?;
        let (party, door) = (self.login.party, self.door);
        if !self.instance.vault(move |vault| vault.confirm_codes((party, door), &hash)).await? {
            return Ok(Changed::No);
        }
        self.login.prove(self.instance, self.now).await?;
        Ok(Changed::Yes)
    }

    /// Signs out one other browser, or all others.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn end_login(&self, form: &BTreeMap<String, String>) -> Result<(), Problem> {
        let (party, own, now) = (self.login.party, self.login.hash(), self.now);
        let named = form.get("login").cloned().unwrap_or_default();
        let end = self.instance.vault(move |vault| {
            if named == "others" {
                return vault.delete_other_logins(party, &own).map(|_| ());
            }
            let found = vault.logins_of(party, now)?.into_iter().find(|(hash, _)| reference(hash) == named && *hash != own);
            found.map_or(Ok(()), |(hash, _)| vault.delete_login(&hash).map(|_| ()))
        });
        end.await
    }
}

/// A passkey that was made, under the name its owner gave it or else its browser's.
pub fn named(
    made: Made,
    party: money::Party,
    (door, now): (Door, Timestamp),
    (form, headers): (&BTreeMap<String, String>, &HeaderMap),
) -> Passkey {
    let typed = form.get("name").map_or("", |name| name.trim());
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let name = if typed.is_empty() { device(agent) } else { typed.chars().take(MOST_NAME).collect() };
    Passkey { id: made.id, party, door, name, key: made.key, created_at: now, used_at: now }
}

/// What a form calls a login: part of the hash that the vault knows it by, which opens nothing.
fn reference(hash: &LoginHash) -> String {
    base64url(hash.0.get(..12).unwrap_or_default())
}
