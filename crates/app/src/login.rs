//! Logins of browsers: a random cookie whose hash is in the vault, and the secret that its forms carry.

use crate::door::{self, ADMIN_COOKIE, DESK_COOKIE, WALLET_COOKIE};
use crate::instance::Instance;
use crate::wallet::LANGUAGE;
use crate::web::Lang;
use crate::world;
use crate::zone::{ZONE, Zone};
use http::HeaderMap;
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::{array_from_base64url, base64url};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Door, Login, LoginHash};

const DAY_S: u64 = 86_400;
/// For so long a proof of who somebody is (a passkey, a code) lets them do what asks for a fresh one.
pub const FRESH: Span = Span(300);
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
    /// When this browser last proved who it is; zero if it never did.
    pub proved_at: Timestamp,
    /// The language the party chose, if it chose one.
    pub lang: Option<Lang>,
    /// The time zone the party chose, if it chose one.
    pub zone: Option<Zone>,
    /// True if the party can come back to its wallet without this browser.
    pub is_kept: bool,
    hash: LoginHash,
}

/// A browser that is about to be signed in.
#[derive(Clone, Copy)]
pub struct Browser<'a> {
    /// Where.
    pub door: Door,
    /// What it calls itself in `User-Agent`.
    pub agent: &'a str,
    /// When it proved who it is, if it just did.
    pub proved_at: Option<Timestamp>,
    /// When it is.
    pub now: Timestamp,
}

/// The cookie of a door's logins.
#[must_use]
pub const fn cookie_name(door: Door) -> &'static str {
    match door {
        Door::Wallet => WALLET_COOKIE,
        Door::Desk => DESK_COOKIE,
        Door::Admin => ADMIN_COOKIE,
    }
}

/// A login that is not used ends after this.
const fn idle(door: Door) -> Span {
    match door {
        Door::Wallet => Span(30 * DAY_S),
        Door::Desk => Span(7 * DAY_S),
        Door::Admin => Span(12 * 3_600),
    }
}

/// Every login ends after this; the operator's is never prolonged.
const fn most(door: Door) -> Span {
    match door {
        Door::Wallet => Span(90 * DAY_S),
        Door::Desk => Span(30 * DAY_S),
        Door::Admin => Span(12 * 3_600),
    }
}

/// The login at a door that a request's cookie names, if it stands.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn find(instance: &Arc<Instance>, headers: &HeaderMap, (door, now): (Door, Timestamp)) -> Result<Option<SignedIn>, Problem> {
    let Some(value) = door::cookie(headers, cookie_name(door)) else { return Ok(None) };
    let Ok(id) = array_from_base64url::<16>(value) else { return Ok(None) };
    let hash = LoginHash(Sha256::digest(id).into());
    let found = instance.vault(move |vault| match vault.login(&hash, door, now)? {
        Some(login) => Ok(Some((vault.is_kept(login.party)?, (vault.fact(login.party, LANGUAGE)?, vault.fact(login.party, ZONE)?), login))),
        None => Ok(None),
    });
    let Some((is_kept, (chosen, zone), login)) = found.await? else { return Ok(None) };
    let mut cookie = None;
    if login.seen_at.after(NOTED) <= now {
        let idle_ends = now.after(idle(door)).min(login.ends_at);
        instance.vault(move |vault| vault.see_login(&hash, now, idle_ends)).await?;
        cookie = Some((value.to_owned(), age_s(now, idle_ends)));
    }
    Ok(Some(SignedIn {
        party: login.party,
        csrf: base64url(&login.csrf),
        cookie,
        proved_at: login.proved_at,
        zone: zone.and_then(|name| Zone::named(&name)),
        lang: chosen.and_then(|tag| Lang::named(&tag)),
        is_kept,
        hash,
    }))
}

/// Makes a login for a party; its cookie is to be set. A login costs no journal record.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn begin(instance: &Arc<Instance>, party: Party, browser: Browser<'_>) -> Result<SignedIn, Problem> {
    let (door, now) = (browser.door, browser.now);
    let id: [u8; 16] = world::random();
    let hash = LoginHash(Sha256::digest(id).into());
    let idle_expires_at = now.after(idle(door));
    let proved_at = browser.proved_at.unwrap_or(Timestamp(0));
    let login = Login {
        party,
        door,
        created_at: now,
        seen_at: now,
        idle_expires_at,
        ends_at: now.after(most(door)),
        csrf: world::random(),
        proved_at,
        device: device(browser.agent),
    };
    let csrf = base64url(&login.csrf);
    let added = instance.vault(move |vault| vault.add_login(&hash, &login, LIMIT).and_then(|()| vault.is_kept(party)));
    let is_kept = added.await?;
    let cookie = Some((base64url(&id), age_s(now, idle_expires_at)));
    Ok(SignedIn { party, csrf, cookie, proved_at, lang: None, zone: None, is_kept, hash })
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

    /// The name under which the vault keeps it.
    #[must_use]
    pub const fn hash(&self) -> LoginHash {
        self.hash
    }

    /// True if this browser proved who it is in the last five minutes.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.proved_at.0 > 0 && now <= self.proved_at.after(FRESH)
    }

    /// Notes that this browser proved who it is.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn prove(&self, instance: &Arc<Instance>, now: Timestamp) -> Result<(), Problem> {
        let hash = self.hash;
        instance.vault(move |vault| vault.prove_login(&hash, now)).await.map(|_| ())
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

/// What a list of logins calls a browser: its name and system, never the whole line, which tells too much and too little.
pub fn device(agent: &str) -> String {
    // Every browser claims to be those before it, so the most particular word comes first.
    const BROWSERS: [(&str, &str); 6] =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chromium"), ("Safari/", "Safari"), ("curl/", "curl")];
    const SYSTEMS: [(&str, &str); 6] =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux")];
    let first = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}
