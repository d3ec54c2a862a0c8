//! Who calls for a payee: the key in `Authorization: Bearer …`.
//!
//! A slip and a key of the wrong mode are told before anything is looked up. A key that never was, was revoked or has
//! expired takes the same one look and gets the same answer; failures are counted by address.

use crate::desk::Payee;
use crate::door::Visit;
use crate::instance::{Instance, payee_party};
use crate::keys::{self, Grant};
use crate::wallet::Asked;
use http::{HeaderMap, header};
use money::{Party, Timestamp};
use protocol::discovery::Mode;
use protocol::payee_key::PayeeKey as KeyText;
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::{KeyHash, KeyId, Scope, Scopes};

/// A payee's program that showed a key.
pub struct Caller {
    /// The payee's handle.
    pub payee: String,
    /// Its party in the books.
    pub party: Party,
    /// Which key it showed.
    pub key: KeyId,
    scopes: Scopes,
    ends: Option<Timestamp>,
}

impl Caller {
    /// Who a call's key speaks for.
    ///
    /// # Errors
    /// [`Problem::KeyNeeded`], [`Problem::KeyMistyped`], [`Problem::KeyWrongMode`], [`Problem::KeyUnknown`],
    /// [`Problem::TooFast`] after too many of them, [`Problem::Internal`].
    pub async fn of(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Result<Caller, Problem> {
        let Some(text) = bearer(&asked.headers) else { return Err(Problem::KeyNeeded) };
        let found = find(instance, text, visit).await;
        if let Err(Problem::KeyMistyped | Problem::KeyWrongMode { .. } | Problem::KeyUnknown) = found {
            instance.failed_keys.step(visit.client_ip, visit.now)?;
        }
        found
    }

    /// What this key may hand on to another.
    pub fn grant(&self) -> Grant {
        Grant::of_key(&self.scopes, self.ends)
    }

    /// The payee as sums and lists know it.
    pub fn owner(&self) -> Payee {
        Payee { handle: self.payee.clone(), party: self.party }
    }

    /// Refuses what the key may not do.
    ///
    /// # Errors
    /// [`Problem::ScopeMissing`].
    pub fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.has(scope) { Ok(()) } else { Err(Problem::ScopeMissing { scope: scope.word() }) }
    }
}

async fn find(instance: &Arc<Instance>, text: &str, visit: &Visit) -> Result<Caller, Problem> {
    let key = KeyText::parse(text).map_err(|_| Problem::KeyMistyped)?;
    let mode = keys::mode(instance);
    if key.mode() != mode {
        return Err(Problem::KeyWrongMode { key: word(key.mode()), instance: word(mode) });
    }
    let (hash, now) = (KeyHash(key.hash()), visit.now);
    let found = instance
        .vault(move |vault| {
            let found = vault.key(&hash, now)?;
            if let Some(key) = &found {
                vault.see_key(key, now)?;
            }
            Ok(found)
        })
        .await?;
    let key = found.ok_or(Problem::KeyUnknown)?;
    let party = payee_party(instance.id, &key.payee);
    Ok(Caller { payee: key.payee, party, key: key.id, scopes: key.scopes, ends: key.expires_at })
}

/// The key of the one `Authorization` line, if its scheme is Bearer.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?.to_str().ok()?;
    let (scheme, key) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "test",
        Mode::Live => "live",
    }
}
