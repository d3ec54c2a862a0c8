//! Keys of payees' programs: made, listed, rotated and revoked. The command line, the payee's pages and its programs do the
//! same here.

use crate::instance::Instance;
use crate::world;
use money::{CommandId, Span, Timestamp};
use protocol::discovery::Mode;
use protocol::payee_key::PayeeKey as KeyText;
use protocol::problem::Problem;
use protocol::text::{array_from_base32, base32};
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{KeyHash, KeyId, PayeeKey, Role, Scope, Scopes};

/// Keys of a payee that may stand at once.
pub const MOST: u64 = 100;
/// A key that was rotated opens for so long after.
pub const OVERLAP: Span = Span(7 * 86_400);
/// Longest name, in bytes.
const MOST_NAME: usize = 64;

/// A key to be made.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Handle of the payee.
    pub payee: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// How long it stands; none for ever.
    pub lasts: Option<Span>,
}

/// A key that was just made, with its text: the one time that it is seen.
pub struct Made {
    /// As it is kept.
    pub key: PayeeKey,
    /// To be shown once.
    pub text: String,
}

/// What whoever makes a key may hand on: nobody gives more than they have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    scopes: Vec<Scope>,
    ends: Option<Timestamp>,
}

impl Grant {
    /// Of somebody at the machine.
    #[must_use]
    pub fn whole() -> Grant {
        Grant { scopes: Scope::ALL.to_vec(), ends: None }
    }

    /// Of a member of the team: what their role may do itself.
    #[must_use]
    pub fn of_role(role: Role) -> Grant {
        Grant { scopes: Scope::ALL.into_iter().filter(|scope| least(*scope) <= role).collect(), ends: None }
    }

    /// Of a key: no more scopes than its own, and no longer than it lasts itself.
    #[must_use]
    pub fn of_key(scopes: &Scopes, ends: Option<Timestamp>) -> Grant {
        Grant { scopes: scopes.all().to_vec(), ends }
    }

    /// The scopes that can be handed on.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    fn covers(&self, scopes: &Scopes) -> Result<(), Problem> {
        scopes.beyond(&self.scopes).map_or(Ok(()), |scope| Err(Problem::ScopeMissing { scope: scope.word() }))
    }

    fn end(&self, wished: Option<Timestamp>) -> Option<Timestamp> {
        wished.into_iter().chain(self.ends).min()
    }
}

/// The role that does itself what a key with the scope does.
const fn least(scope: Scope) -> Role {
    match scope {
        Scope::Read | Scope::Webhooks | Scope::Sites | Scope::Keys => Role::Developer,
        // What is sent draws from what payers hold, as an offer's price does.
        Scope::Refund | Scope::Offers | Scope::Meters => Role::Editor,
        Scope::Team => Role::Owner,
    }
}

/// Makes a key for somebody at the machine.
///
/// # Errors
/// As [`make_under`].
pub async fn make(instance: &Arc<Instance>, wish: Wish, now: Timestamp) -> Result<Made, Problem> {
    make_under(instance, wish, (&Grant::whole(), world::command_id()), now).await
}

/// Makes a key; the same call again is answered with the same one.
///
/// # Errors
/// [`Problem::Unknown`] for no payee of this instance, [`Problem::BadRequest`] for a name that is none,
/// [`Problem::ScopeMissing`] for more than may be handed on, [`Problem::LimitReached`], [`Problem::IdReused`],
/// [`Problem::Internal`].
pub async fn make_under(instance: &Arc<Instance>, wish: Wish, (grant, by): (&Grant, CommandId), now: Timestamp) -> Result<Made, Problem> {
    if !instance.config.payee.contains_key(&wish.payee) {
        return Err(Problem::Unknown);
    }
    check_name(&wish.name)?;
    let Wish { payee, name, scopes, lasts } = wish;
    grant.covers(&scopes)?;
    let (text, id) = drawn(instance, &payee, by);
    let expires_at = grant.end(lasts.map(|lasts| now.after(lasts)));
    let (key, hash) = (kept((&text, id), (payee, name, scopes), (now, expires_at)), KeyHash(text.hash()));
    let adding = key.clone();
    let added = instance.vault(move |vault| {
        if let Some(there) = vault.keys_of(&adding.payee)?.into_iter().find(|key| key.id == adding.id) {
            return Ok(Some(there));
        }
        Ok(vault.add_key(&hash, &adding, MOST)?.then_some(adding))
    });
    match added.await? {
        None => Err(Problem::LimitReached { most: MOST }),
        Some(there) if there.name != key.name || there.scopes != key.scopes => Err(Problem::IdReused),
        Some(there) => Ok(Made { key: there, text: text.text() }),
    }
}

/// The payee's keys, newest first, those that are over too.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, payee: &str) -> Result<Vec<PayeeKey>, Problem> {
    let payee = payee.to_owned();
    instance.vault(move |vault| vault.keys_of(&payee)).await
}

/// Makes a key that takes the place of another, which opens for [`OVERLAP`] more: time to put the new one everywhere. The same
/// call again is answered with the same one. Who could not have made the key cannot rotate it: its text is in the answer.
///
/// # Errors
/// [`Problem::Unknown`] for none of the payee's that stands and was not rotated before, [`Problem::ScopeMissing`],
/// [`Problem::Internal`].
pub async fn rotate(
    instance: &Arc<Instance>,
    (payee, id): (&str, KeyId),
    (grant, by): (&Grant, CommandId),
    now: Timestamp,
) -> Result<Made, Problem> {
    let old = list(instance, payee).await?.into_iter().find(|key| key.id == id).ok_or(Problem::Unknown)?;
    grant.covers(&old.scopes)?;
    let (text, new_id) = drawn(instance, payee, by);
    if old.successor == Some(new_id) {
        let key = list(instance, payee).await?.into_iter().find(|key| key.id == new_id).ok_or(Problem::Unknown)?;
        return Ok(Made { key, text: text.text() });
    }
    let lasted = old.expires_at.map(|ends| Span(ends.seconds().saturating_sub(old.created_at.seconds())));
    let expires_at = grant.end(lasted.map(|lasted| now.after(lasted)));
    let (key, hash) = (kept((&text, new_id), (old.payee, old.name, old.scopes), (now, expires_at)), KeyHash(text.hash()));
    let new = key.clone();
    let rotated = instance.vault(move |vault| vault.rotate_key(id, (&hash, &new), now.after(OVERLAP))).await?;
    if rotated { Ok(Made { key, text: text.text() }) } else { Err(Problem::Unknown) }
}

/// Revokes a key at once.
///
/// # Errors
/// [`Problem::Unknown`] for none of the payee's that stands, [`Problem::Internal`].
pub async fn revoke(instance: &Arc<Instance>, payee: &str, id: KeyId, now: Timestamp) -> Result<(), Problem> {
    let payee = payee.to_owned();
    let revoked = instance.vault(move |vault| vault.revoke_key(&payee, id, now)).await?;
    if revoked { Ok(()) } else { Err(Problem::Unknown) }
}

/// Whose money a key of this instance is for.
#[must_use]
pub fn mode(instance: &Instance) -> Mode {
    if instance.is_test() { Mode::Test } else { Mode::Live }
}

/// An id as it is written: `key_` and 16 characters of base32.
#[must_use]
pub fn id_text(id: KeyId) -> String {
    format!("key_{}", base32(&id.0))
}

/// Reads an id.
#[must_use]
pub fn parse_id(text: &str) -> Option<KeyId> {
    text.strip_prefix("key_").and_then(|id| array_from_base32(id).ok()).map(KeyId)
}

/// What is said of a key, without anything that opens something.
#[must_use]
pub fn facts(key: &PayeeKey, now: Timestamp) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "id": id_text(key.id),
        "name": key.name,
        "begins": key.hint,
        "scopes": key.scopes.words().collect::<Vec<_>>(),
        "created": key.created_at.to_string(),
        "used": time(key.used_at),
        "expires": time(key.expires_at),
        "revoked": time(key.revoked_at),
        "successor": key.successor.map(id_text),
        "stands": key.stands(now),
    })
}

/// A name that people give to a key or the like: 1 to 64 bytes of plain text.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn check_name(name: &str) -> Result<(), Problem> {
    let is_plain = (1..=MOST_NAME).contains(&name.len()) && name.trim() == name && !name.chars().any(char::is_control);
    if is_plain { Ok(()) } else { Err(Problem::BadRequest { detail: "a name is 1 to 64 bytes of plain text".to_owned() }) }
}

/// Text and id of the key that a command makes: drawn out of a secret of the instance, so that the same command draws the same.
fn drawn(instance: &Instance, payee: &str, by: CommandId) -> (KeyText, KeyId) {
    let bits = |what| instance.keys.drawn(what, &[payee.as_bytes(), &by.0].concat());
    let (text, id) = (bits("farthing/payee-key/1"), bits("farthing/payee-key-id/1"));
    let first = "a MAC is longer than that";
    (KeyText::new(mode(instance), *text.first_chunk().expect(first)), KeyId(*id.first_chunk().expect(first)))
}

fn kept(
    (text, id): (&KeyText, KeyId),
    (payee, name, scopes): (String, String, Scopes),
    (now, expires_at): (Timestamp, Option<Timestamp>),
) -> PayeeKey {
    let hint = text.hint();
    PayeeKey { id, payee, name, scopes, hint, created_at: now, used_at: None, expires_at, revoked_at: None, successor: None }
}
