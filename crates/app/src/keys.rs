//! Keys of payees' programs: made, listed, rotated and revoked. The command line and the payee's pages do the same here.

use crate::instance::Instance;
use crate::world;
use money::{Span, Timestamp};
use protocol::discovery::Mode;
use protocol::payee_key::PayeeKey as KeyText;
use protocol::problem::Problem;
use protocol::text::{array_from_base32, base32};
use serde_json::{Value, json};
use std::sync::Arc;
use store::vault::{KeyHash, KeyId, PayeeKey, Scopes};

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

/// Makes a key.
///
/// # Errors
/// [`Problem::Unknown`] for no payee of this instance, [`Problem::BadRequest`] for a name that is none,
/// [`Problem::LimitReached`], [`Problem::Internal`].
pub async fn make(instance: &Arc<Instance>, wish: Wish, now: Timestamp) -> Result<Made, Problem> {
    if !instance.config.payee.contains_key(&wish.payee) {
        return Err(Problem::Unknown);
    }
    check_name(&wish.name)?;
    let Wish { payee, name, scopes, lasts } = wish;
    let (text, hash) = fresh(instance);
    let expires_at = lasts.map(|lasts| now.after(lasts));
    let key = kept(&text, (payee, name, scopes), (now, expires_at));
    let adding = key.clone();
    let added = instance.vault(move |vault| vault.add_key(&hash, &adding, MOST)).await?;
    if added { Ok(Made { key, text: text.text() }) } else { Err(Problem::LimitReached { most: MOST }) }
}

/// The payee's keys, newest first, those that are over too.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, payee: &str) -> Result<Vec<PayeeKey>, Problem> {
    let payee = payee.to_owned();
    instance.vault(move |vault| vault.keys_of(&payee)).await
}

/// Makes a key that takes the place of another, which opens for [`OVERLAP`] more: time to put the new one everywhere.
///
/// # Errors
/// [`Problem::Unknown`] for none of the payee's that stands and was not rotated before, [`Problem::Internal`].
pub async fn rotate(instance: &Arc<Instance>, payee: &str, id: KeyId, now: Timestamp) -> Result<Made, Problem> {
    let old = list(instance, payee).await?.into_iter().find(|key| key.id == id).ok_or(Problem::Unknown)?;
    let (text, hash) = fresh(instance);
    let lasted = old.expires_at.map(|ends| Span(ends.seconds().saturating_sub(old.created_at.seconds())));
    let key = kept(&text, (old.payee, old.name, old.scopes), (now, lasted.map(|lasted| now.after(lasted))));
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

fn fresh(instance: &Instance) -> (KeyText, KeyHash) {
    let text = KeyText::new(mode(instance), world::random());
    let hash = KeyHash(text.hash());
    (text, hash)
}

fn kept(text: &KeyText, (payee, name, scopes): (String, String, Scopes), (now, expires_at): (Timestamp, Option<Timestamp>)) -> PayeeKey {
    let id = KeyId(world::random());
    let hint = text.hint();
    PayeeKey { id, payee, name, scopes, hint, created_at: now, used_at: None, expires_at, revoked_at: None, successor: None }
}
