//! Logins of browsers: a random cookie whose hash is in the vault, and the secret that its forms carry.

use crate::door::{self, WALLET_COOKIE};
use crate::instance::Instance;
use crate::world;
use http::HeaderMap;
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::{array_from_base64url, base64url};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Door, Login, LoginHash};

/// A login that is not used ends after this.
const IDLE: Span = Span(30 * 86_400);
/// Every login ends after this.
const MOST: Span = Span(90 * 86_400);
/// The use of a login is noted at most this often.
const NOTED: Span = Span(3_600);
/// Logins that may stand; those unused the longest go first.
const LIMIT: u64 = 1_000_000;

/// A browser's login and what answering it needs.
pub struct SignedIn {
    /// Who it is.
    pub party: Party,
    /// The secret that every form of this login carries.
    pub csrf: String,
    /// The cookie to set with its age in seconds, if it is new or its life was prolonged.
    pub cookie: Option<(String, u64)>,
    hash: LoginHash,
}

/// The login that a request's cookie names, if it stands.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn find(instance: &Arc<Instance>, headers: &HeaderMap, now: Timestamp) -> Result<Option<SignedIn>, Problem> {
    let Some(value) = door::cookie(headers, WALLET_COOKIE) else { return Ok(None) };
    let Ok(id) = array_from_base64url::<16>(value) else { return Ok(None) };
    let hash = LoginHash(Sha256::digest(id).into());
    let Some(login) = instance.vault(move |vault| vault.login(&hash, Door::Wallet, now)).await? else { return Ok(None) };
    let mut cookie = None;
    if login.seen_at.after(NOTED) <= now {
        let idle_ends = now.after(IDLE).min(login.ends_at);
        instance.vault(move |vault| vault.see_login(&hash, now, idle_ends)).await?;
        cookie = Some((value.to_owned(), age_s(now, idle_ends)));
    }
    Ok(Some(SignedIn { party: login.party, csrf: base64url(&login.csrf), cookie, hash }))
}

/// Makes a login for a party; its cookie is to be set. A login costs no journal record.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn begin(instance: &Arc<Instance>, party: Party, now: Timestamp) -> Result<SignedIn, Problem> {
    let id: [u8; 16] = world::random();
    let hash = LoginHash(Sha256::digest(id).into());
    let ends_at = now.after(MOST);
    let idle_expires_at = now.after(IDLE);
    let login = Login { party, door: Door::Wallet, created_at: now, seen_at: now, idle_expires_at, ends_at, csrf: world::random() };
    instance.vault(move |vault| vault.add_login(&hash, &login, LIMIT)).await?;
    let cookie = Some((base64url(&id), age_s(now, idle_expires_at)));
    Ok(SignedIn { party, csrf: base64url(&login.csrf), cookie, hash })
}

impl SignedIn {
    /// Ends the login: its cookie opens nothing afterwards.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn end(&self, instance: &Arc<Instance>) -> Result<(), Problem> {
        let hash = self.hash;
        instance.vault(move |vault| vault.delete_login(&hash)).await.map(|_| ())
    }

    /// Refuses a form without this login's secret.
    ///
    /// # Errors
    /// [`Problem::CrossSite`].
    pub fn check(&self, form: &BTreeMap<String, String>) -> Result<(), Problem> {
        // Hashes are compared, so that the time it takes tells nothing of the secret.
        let given = form.get("csrf").map(Sha256::digest);
        if given == Some(Sha256::digest(&self.csrf)) { Ok(()) } else { Err(Problem::CrossSite) }
    }
}

fn age_s(now: Timestamp, ends: Timestamp) -> u64 {
    ends.seconds().saturating_sub(now.seconds())
}
