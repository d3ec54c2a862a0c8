//! What a door needs to let people prove who they are, and who may try how often.

use super::mailed::MailedCodes;
use super::passkey::{Begun, Passkeys, Shown};
use super::recovery::{CODES, Code};
use crate::door::{self, CEREMONY_COOKIE, Reply};
use crate::instance::Instance;
use crate::pace::Pace;
use http::{HeaderMap, StatusCode};
use money::{Party, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{CodeHash, Door};
use tokio::sync::Semaphore;

/// Slow hashes made at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;
/// How long a browser keeps the ticket of a ceremony, in seconds.
const CEREMONY_S: u64 = 300;

/// A door's ways to prove who one is.
pub struct Proving {
    /// Passkeys; `None` where the door's host can't have any, such as an address in numbers.
    pub passkeys: Option<Passkeys>,
    /// Tries from one corner of the network.
    pub tries: Pace,
    /// Codes that were mailed.
    pub mailed: MailedCodes,
    door: Door,
    hashing: Semaphore,
}

impl Proving {
    /// Of a door of an instance at a host.
    #[must_use]
    pub fn new(instance: &Instance, (door, host): (Door, &str)) -> Proving {
        let passkeys = Passkeys::new((host, &instance.config.url(host)), &instance.config.name);
        let passkeys = passkeys.inspect_err(|error| tracing::warn!(%error, "no passkeys at this door")).ok();
        Proving { passkeys, tries: Pace::default(), mailed: MailedCodes::default(), door, hashing: Semaphore::new(HASHES_AT_ONCE) }
    }

    /// Begins to ask for a passkey, whoever's: the answer for a page's script.
    ///
    /// # Errors
    /// [`Problem::Unknown`] where there are no passkeys, [`Problem::Internal`].
    pub fn ask(&self, now: Timestamp) -> Result<Reply, Problem> {
        Ok(options(&self.passkeys.as_ref().ok_or(Problem::Unknown)?.ask(now)?))
    }

    /// The party of a passkey that was shown in the ceremony this browser began; `None` if it proves nothing.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn shown(
        &self,
        instance: &Arc<Instance>,
        (headers, form): (&HeaderMap, &BTreeMap<String, String>),
        now: Timestamp,
    ) -> Result<Option<Party>, Problem> {
        let Some(passkeys) = self.passkeys.as_ref() else { return Ok(None) };
        let shown = form.get("response").and_then(|response| Shown::read(response));
        let Some((ticket, shown)) = ticket(headers).zip(shown) else { return Ok(None) };
        let (id, door) = (shown.id().to_vec(), self.door);
        let Some(known) = instance.vault(move |vault| vault.passkey(&id, door)).await? else { return Ok(None) };
        let Some(key) = passkeys.answered(ticket, &shown, (&known, now)) else { return Ok(None) };
        let (id, party) = (known.id, known.party);
        instance.vault(move |vault| vault.use_passkey(&id, &key, now)).await?;
        Ok(Some(party))
    }

    /// Takes a typed recovery code for good: whose it was.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn take(&self, instance: &Arc<Instance>, code: Code) -> Result<Option<Party>, Problem> {
        let (hash, door) = (self.hash(instance, code).await?, self.door);
        instance.vault(move |vault| vault.take_code(door, &hash)).await
    }

    /// What the vault knows a typed code by.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn hash(&self, instance: &Arc<Instance>, code: Code) -> Result<CodeHash, Problem> {
        let secret = instance.keys.recovery();
        self.slow(move || code.hash(&secret)).await
    }

    /// Ten fresh codes with what the vault knows them by.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn fresh(&self, instance: &Arc<Instance>) -> Result<Vec<(Code, CodeHash)>, Problem> {
        let secret = instance.keys.recovery();
        let make = move || {
            let code = Code::random();
            let hash = code.hash(&secret);
            (code, hash)
        };
        self.slow(move || std::iter::repeat_with(make).take(CODES).collect()).await
    }

    async fn slow<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.hashing.acquire().await.map_err(|_| Problem::Internal)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::Internal)
    }
}

/// The answer to a page's script that begins a ceremony.
#[must_use]
pub fn options(begun: &Begun) -> Reply {
    let mut reply = door::json(StatusCode::OK, &begun.options);
    door::set_cookie(&mut reply, CEREMONY_COOKIE, &begun.ticket, CEREMONY_S);
    reply
}

/// The ceremony that a browser is in the middle of.
#[must_use]
pub fn ticket(headers: &HeaderMap) -> Option<&str> {
    door::cookie(headers, CEREMONY_COOKIE)
}
